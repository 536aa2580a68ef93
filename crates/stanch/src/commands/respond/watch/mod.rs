//! `stanch watch`: watches an account after containment, and reports at once when it is not in effect.
//!
//! It must not judge events: `stanch_respond::watch` does.

mod contained;
mod feed;
mod output;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use stanch_case::Case;
use stanch_core::plan::PlanDigest;
use stanch_core::{RunLine, Timestamp};
use stanch_respond::watch::{Sighting, SightingKind};

use contained::Contained;
use feed::{Feed, Round};
use output::WatchOutput;

use super::apply::{Task, carried_out};
use super::kept::{self, Kept};
use super::run_output::{self, RunOutput};
use super::{Responder, situation};
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::Console;
use crate::requests::WatchRequest;

/// Less than this means nothing: events come up to a quarter of an hour late.
const LEAST_MINUTES: u64 = 30;

/// Watches until the time is over or Ctrl-C comes.
pub(crate) fn run(request: &WatchRequest, console: &Console) -> Result<Exit, Failure> {
    let view = situation::case(&request.case)?;
    let mut responder = Responder::open(&request.access)?;
    let mut contained = Contained::of(&view, &responder)?;
    drop(view);
    if request.minutes < LEAST_MINUTES {
        console.say(&format!(
            "Events arrive up to 15 minutes late: {} minutes without events prove nothing. Watch at least {LEAST_MINUTES} minutes, better 72 hours",
            request.minutes
        ));
    }
    let mut feed = Feed::open(request, &mut responder, contained.since(), console)?;
    let mut output = WatchOutput::new(&request.case, console);
    output.begin(&contained, request.minutes)?;
    let until = situation::now().plus_millis(millis(request.minutes.saturating_mul(60)));
    let ended = loop {
        let Some(round) = feed.round(&responder)? else {
            break true;
        };
        let sightings = seen(&mut contained, &round);
        for (_, sighting) in &sightings {
            output.sighting(sighting)?;
        }
        if request.keep_up && !keep_up(request, &responder, &sightings, &mut output, console)? {
            break true;
        }
        let now = situation::now();
        output.round(&round, contained.latest(), now)?;
        output.keep(console);
        if now >= until {
            break false;
        }
        let pause = until.since(now).min(millis(request.every)).max(0);
        if pauses(&responder, pause) {
            break true;
        }
    };
    output.end(ended)?;
    output.keep_at_last(console);
    Ok(exit(ended, &output))
}

fn exit(is_interrupted: bool, output: &WatchOutput) -> Exit {
    if is_interrupted {
        Exit::Interrupted
    } else if output.alarms() > 0 {
        Exit::Findings
    } else if output.has_unread() {
        Exit::Incomplete
    } else {
        Exit::Nothing
    }
}

fn millis(seconds: u64) -> i64 {
    i64::try_from(seconds.saturating_mul(1000)).unwrap_or(i64::MAX)
}

/// Waits; whether Ctrl-C came first.
fn pauses(responder: &Responder, pause: i64) -> bool {
    let pause = Duration::from_millis(u64::try_from(pause).unwrap_or(0));
    responder.session.runtime.block_on(async {
        tokio::select! {
            () = tokio::time::sleep(pause) => false,
            _ = tokio::signal::ctrl_c() => true,
        }
    })
}

/// Returns the sightings of a round, each once, in order of time, with the plan that it concerns.
fn seen(contained: &mut Contained, round: &Round) -> Vec<(PlanDigest, Sighting)> {
    let mut sightings = BTreeMap::new();
    round.each(&mut |event| {
        for (plan, watch) in contained.watches() {
            if let Some(sighting) = watch.observe(event) {
                // What one plan knows only by its address, another may have cut off.
                let key = (sighting.time, sighting.event);
                let other: Option<&(PlanDigest, Sighting)> = sightings.get(&key);
                let is_weaker = other.is_some_and(|(_, other)| other.kind != SightingKind::KnownAddress);
                if !is_weaker {
                    sightings.insert(key, (plan.clone(), sighting));
                }
            }
        }
    });
    sightings.into_values().collect()
}

/// Carries those plans out again that somebody took something of; false when it was interrupted.
fn keep_up(
    request: &WatchRequest,
    responder: &Responder,
    sightings: &[(PlanDigest, Sighting)],
    output: &mut WatchOutput,
    console: &Console,
) -> Result<bool, Failure> {
    let stripped = sightings
        .iter()
        .filter(|(_, sighting)| sighting.kind == SightingKind::Stripped);
    let plans: BTreeSet<&PlanDigest> = stripped.map(|(plan, _)| plan).collect();
    for plan in plans {
        match again(request, responder, plan, console) {
            Ok(Some(sentence)) => output.remark(&sentence)?,
            Ok(None) => return Ok(false),
            // The watch continues: whoever fights is to be seen all the more.
            Err(failure) => {
                console.failure(&failure);
                output.remark(&format!("plan {} could not be re-applied", plan.short()))?;
            }
        }
    }
    Ok(true)
}

/// Carries the approved run of a plan out again: the engine looks, and sends what is gone.
fn again(
    request: &WatchRequest,
    responder: &Responder,
    digest: &PlanDigest,
    console: &Console,
) -> Result<Option<String>, Failure> {
    let view = situation::case(&request.case)?;
    let kept = Kept::of(&view, Some(digest.as_str()))?;
    let (run, _) = kept::run_of(&view, digest);
    let history = kept::history(&view, &run)?;
    let approvals = view.plans().get(digest).map(|plan| plan.approvals.clone());
    let Some(approval) = approvals.and_then(|mut approvals| approvals.pop()) else {
        return Err(Failure::new(
            format!("plan {} is not approved", digest.short()),
            format!("approve and apply it: stanch apply {}", digest.short()),
        ));
    };
    drop(view);
    let case = Case::open(&request.case, situation::now())?;
    let begun = RunLine::Begun {
        plan: digest.clone(),
        caller: responder.caller.arn.clone(),
        approved_by: approval.by,
        second: approval.second,
        undo: false,
        reason: None,
    };
    let run_lines = RunOutput::new(&kept.plan, console);
    let task = Task {
        plan: &kept.plan,
        run: &run,
        history,
        begun,
        back: None,
    };
    let outcomes = carried_out(case, responder, &run_lines, task)?;
    Ok(outcomes.map(|outcomes| {
        let missed = run_output::missed(&kept.plan, &outcomes).len();
        format!(
            "run {run} was applied again: {} of {} changes verified",
            outcomes.len() - missed,
            outcomes.len()
        )
    }))
}

/// The time of day, for lines at a terminal.
fn clock(at: Timestamp) -> String {
    let text = at.to_string();
    text.get(11..19).unwrap_or(&text).to_owned()
}
