//! What is known of a response, out of its case: the journal, the snapshots, the report. It must not ask AWS.

use std::collections::BTreeMap;
use std::path::Path;

use stanch_case::{Case, CaseView, Entry, ManualState};
use stanch_core::event::IdentityKind;
use stanch_core::text::shown;
use stanch_core::{RunLine, Timestamp};
use stanch_respond::playbook::{Attestation, Facts, HuntFacts, PlanFacts, Pulled, RunFacts};

use super::super::kept::Kept;
use super::super::situation;
use crate::commands::{report, snapshots};
use crate::error::Failure;

/// Reads them.
pub(super) fn of(dir: &Path) -> Result<Facts, Failure> {
    let view = Case::open_read_only(dir)?;
    let mut facts = Facts {
        title: view.info().title.clone(),
        opened_at: view.info().opened_at,
        now: situation::now(),
        account: view.info().accounts.first().cloned(),
        hunt: hunt(&view),
        ..Facts::default()
    };
    for snapshot in snapshots::all(dir) {
        let pulled = Some(Pulled {
            id: snapshot.manifest().id.clone(),
            is_finished: snapshot.is_finished(),
        });
        if snapshots::is_events(&snapshot) {
            facts.events = pulled;
        } else {
            facts.snapshot = pulled;
        }
    }
    let mut told = BTreeMap::new();
    for line in view.lines()? {
        take(&mut facts, &view, &mut told, line.at, line.entry)?;
    }
    facts.runs = runs(&view, &told);
    Ok(facts)
}

/// Summary of the lines of a run.
#[derive(Default)]
struct Told {
    /// When it last continued.
    at: Timestamp,
    is_reverted: bool,
    missed: u32,
    times: u32,
}

fn take(
    facts: &mut Facts,
    view: &CaseView,
    told: &mut BTreeMap<String, Told>,
    at: Timestamp,
    entry: Entry,
) -> Result<(), Failure> {
    match entry {
        Entry::PlanKept { file } => {
            let plan = Kept::of(view, Some(file.sha256.as_str()))?;
            facts.account.get_or_insert_with(|| plan.plan.account.clone());
            facts.plans.push(PlanFacts {
                digest: plan.digest,
                steps: plan.plan.steps.len(),
                actions: plan
                    .plan
                    .steps
                    .iter()
                    .map(|step| step.change.action.clone())
                    .collect(),
                snapshot: plan.plan.snapshot,
            });
        }
        Entry::Run { run, line } => {
            let told = told.entry(run).or_default();
            told.at = at;
            match line {
                RunLine::Reverted { .. } => told.is_reverted = true,
                RunLine::Finished { missed, .. } => {
                    told.missed = missed;
                    told.times += 1;
                }
                _ => {}
            }
        }
        Entry::ManualStep { id, state, by, text } => match state {
            ManualState::Done => {
                facts.later.remove(&id);
                facts.attested.insert(id, Attestation { by, at, text });
            }
            ManualState::Deferred => {
                facts.later.insert(id);
            }
        },
        Entry::Assessed { snapshot } => facts.assessed = Some(snapshot),
        Entry::KeysScanned { unread, .. } => facts.keys_scanned = Some(unread == 0),
        Entry::WatchBegan { .. } | Entry::WatchEnded { .. } => facts.watched = Some(at),
        _ => {}
    }
    Ok(())
}

/// Runs that were not undone.
fn runs(view: &CaseView, told: &BTreeMap<String, Told>) -> Vec<RunFacts> {
    let standing = view.runs().iter().filter(|(_, run)| !run.undo);
    let facts = standing.filter_map(|(id, run)| {
        let told = told.get(id)?;
        Some(RunFacts {
            id: id.clone(),
            plan: run.plan.clone(),
            is_finished: !run.running,
            missed: told.missed,
            times: told.times,
            at: told.at,
            is_reverted: told.is_reverted,
        })
    });
    facts.collect()
}

fn hunt(view: &CaseView) -> Option<HuntFacts> {
    let state = view.state().hunt.as_ref()?;
    let Ok(analysis) = report::of_case(view.dir()) else {
        return Some(HuntFacts::default());
    };
    let stories = &analysis.verdict.stories;
    let mut principals: Vec<String> = stories
        .iter()
        .flat_map(|story| &story.principals)
        .map(|principal| shown(&principal.name, 120))
        .collect();
    principals.dedup();
    Some(HuntFacts {
        is_finished: !state.running,
        takeovers: stories.len(),
        is_root_in_it: stories
            .iter()
            .flat_map(|story| &story.principals)
            .any(|principal| principal.kind == IdentityKind::Root),
        unknown: analysis.verdict.unknown.len(),
        since: stories.iter().map(|story| story.since).min(),
        principals,
    })
}
