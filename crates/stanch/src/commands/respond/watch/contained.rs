//! What the plans of a case cut off, and since when: what a watch watches for.
//!
//! It must not read events.

use std::net::IpAddr;

use stanch_case::CaseView;
use stanch_core::plan::PlanDigest;
use stanch_core::run::Stage;
use stanch_core::{RunLine, Timestamp};
use stanch_respond::watch::{Burned, Watch};

use super::super::Responder;
use super::super::kept::Kept;
use crate::commands::report;
use crate::error::Failure;

/// A change in IAM takes some seconds to reach every server: a call that still went through then says nothing
/// (<https://hackingthe.cloud/aws/post_exploitation/iam_persistence_eventual_consistency/>, about 4 s).
const SPREAD: i64 = 5_000;

/// A watch for each plan that was carried out and not undone.
pub(crate) struct Contained(Vec<(PlanDigest, Watch)>);

impl Contained {
    /// The plans of a case for this account.
    pub(crate) fn of(view: &CaseView, responder: &Responder) -> Result<Self, Failure> {
        let addresses = addresses(view);
        let mut watches = Vec::new();
        for (id, run) in view.runs() {
            if run.undo {
                continue;
            }
            let kept = Kept::of(view, Some(run.plan.as_str()))?;
            if kept.plan.account.as_str() != responder.caller.account {
                continue;
            }
            responder.fits(&kept.plan)?;
            let since = since(&view.run_lines(id)?);
            let burned = Burned::of(&kept.plan, addresses.iter().cloned());
            watches.push((kept.digest, Watch::new(burned, since)));
        }
        if watches.is_empty() {
            let dir = view.dir().display();
            return Err(Failure::new(
                format!(
                    "nothing was contained in account {} yet",
                    responder.caller.account
                ),
                format!("plan it (stanch contain --case {dir}) and apply it (stanch apply); then watch"),
            ));
        }
        Ok(Self(watches))
    }

    /// The watches, each with its plan.
    pub(crate) fn watches(&mut self) -> impl Iterator<Item = (&PlanDigest, &mut Watch)> {
        self.0.iter_mut().map(|(plan, watch)| (&*plan, watch))
    }

    /// Returns the time since which the first of the plans is in effect.
    pub(crate) fn since(&self) -> Timestamp {
        let begun = self.0.iter().map(|(_, watch)| watch.since());
        begun.min().unwrap_or_default()
    }

    /// The time of the latest event of all.
    pub(crate) fn latest(&self) -> Option<Timestamp> {
        self.0.iter().filter_map(|(_, watch)| watch.latest()).max()
    }

    /// Keys, principals and addresses that are watched for.
    pub(crate) fn counts(&self) -> (usize, usize, usize) {
        let counts = self.0.iter().map(|(_, watch)| watch.burned().counts());
        counts.fold((0, 0, 0), |(keys, principals, addresses), one| {
            (keys + one.0, principals + one.1, addresses.max(one.2))
        })
    }

    /// Returns the number of plans.
    pub(crate) const fn plans(&self) -> usize {
        self.0.len()
    }
}

/// Returns the time since which a run is in effect: its last reply before it first ended, and the time to spread.
fn since(lines: &[(Timestamp, RunLine)]) -> Timestamp {
    let begun = lines.first().map(|(at, _)| *at).unwrap_or_default();
    let first = lines
        .iter()
        .take_while(|(_, line)| !matches!(line, RunLine::Finished { .. }));
    let answers = first.filter(|(_, line)| matches!(line, RunLine::Answered { stage: Stage::Do, .. }));
    let last = answers.map(|(at, _)| *at).last().unwrap_or(begun);
    last.plus_millis(SPREAD)
}

/// The addresses of those whom the hunt holds for taken over.
fn addresses(view: &CaseView) -> Vec<String> {
    let Ok(analysis) = report::of_case(view.dir()) else {
        return Vec::new();
    };
    let networks = analysis.verdict.stories.iter().flat_map(|story| &story.networks);
    let mut found: Vec<String> = networks
        .filter_map(|network| network.split_whitespace().next())
        .map(|word| word.trim_end_matches(','))
        .filter(|word| word.parse::<IpAddr>().is_ok())
        .map(str::to_owned)
        .collect();
    found.sort();
    found.dedup();
    found
}
