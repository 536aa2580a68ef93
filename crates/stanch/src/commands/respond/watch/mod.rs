//! `stanch watch`: stays on an account after containment, and tells at once when it does not hold.
//!
//! It must not judge events: `stanch_respond::watch` does.

mod contained;
mod feed;
mod told;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use stanch_case::Case;
use stanch_core::plan::PlanDigest;
use stanch_core::{RunLine, Timestamp};
use stanch_respond::watch::{Sighting, SightingKind};

use contained::Contained;
use feed::{Feed, Round};
use told::Told;

use super::apply::{Task, carried_out};
use super::kept::{self, Kept};
use super::teller::{self, Teller};
use super::{Responder, situation};
use crate::arguments::WatchArguments;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::Console;

/// Less than this means nothing: events come up to a quarter of an hour late.
const LEAST_MINUTES: u64 = 30;

/// Watches until the time is over or Ctrl-C comes.
pub(crate) fn run(arguments: &WatchArguments, console: &Console) -> Result<Exit, Failure> {
    let view = situation::case(&arguments.case)?;
    let mut responder = Responder::open(&arguments.access)?;
    let mut contained = Contained::of(&view, &responder)?;
    drop(view);
    if arguments.minutes < LEAST_MINUTES {
        console.say(&format!(
            "Events come up to 15 minutes late: {} minutes of quiet prove nothing. At least {LEAST_MINUTES}, better 72 hours",
            arguments.minutes
        ));
    }
    let mut feed = Feed::open(arguments, &mut responder, contained.since(), console)?;
    let mut told = Told::new(&arguments.case, arguments.json);
    told.begin(&contained, arguments.minutes)?;
    let until = situation::now().plus_millis(millis(arguments.minutes.saturating_mul(60)));
    let ended = loop {
        let Some(round) = feed.round(&responder)? else {
            break true;
        };
        let sightings = seen(&mut contained, &round);
        for (_, sighting) in &sightings {
            told.sighting(sighting)?;
        }
        if arguments.keep_up && !keep_up(arguments, &responder, &sightings, &mut told, console)? {
            break true;
        }
        let now = situation::now();
        told.round(&round, contained.latest(), now)?;
        told.keep(console);
        if now >= until {
            break false;
        }
        let pause = until.since(now).min(millis(arguments.every)).max(0);
        if pauses(&responder, pause) {
            break true;
        }
    };
    told.end(ended)?;
    told.keep_at_last(console);
    Ok(exit(ended, &told))
}

fn exit(is_interrupted: bool, told: &Told) -> Exit {
    if is_interrupted {
        Exit::Interrupted
    } else if told.alarms() > 0 {
        Exit::Findings
    } else if told.has_unread() {
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

/// What a round's events mean, each once, in order of time, with the plan that it concerns.
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
    arguments: &WatchArguments,
    responder: &Responder,
    sightings: &[(PlanDigest, Sighting)],
    told: &mut Told,
    console: &Console,
) -> Result<bool, Failure> {
    let stripped = sightings
        .iter()
        .filter(|(_, sighting)| sighting.kind == SightingKind::Stripped);
    let plans: BTreeSet<&PlanDigest> = stripped.map(|(plan, _)| plan).collect();
    for plan in plans {
        match again(arguments, responder, plan, console) {
            Ok(Some(sentence)) => told.remark(&sentence)?,
            Ok(None) => return Ok(false),
            // The watch goes on: whoever fights is to be seen all the more.
            Err(failure) => {
                console.failure(&failure);
                told.remark(&format!("plan {} could not be sent again", plan.short()))?;
            }
        }
    }
    Ok(true)
}

/// Carries the approved run of a plan out again: the engine looks, and sends what is gone.
fn again(
    arguments: &WatchArguments,
    responder: &Responder,
    digest: &PlanDigest,
    console: &Console,
) -> Result<Option<String>, Failure> {
    let view = situation::case(&arguments.case)?;
    let kept = Kept::of(&view, Some(digest.as_str()))?;
    let (run, _) = kept::run_of(&view, digest);
    let history = kept::history(&view, &run)?;
    let approvals = view.plans().get(digest).map(|plan| plan.approvals.clone());
    let Some(approval) = approvals.and_then(|mut approvals| approvals.pop()) else {
        return Err(Failure::new(
            format!("plan {} is not approved", digest.short()),
            format!("stanch apply {}", digest.short()),
        ));
    };
    drop(view);
    let case = Case::open(&arguments.case, situation::now())?;
    let begun = RunLine::Begun {
        plan: digest.clone(),
        caller: responder.caller.arn.clone(),
        approved_by: approval.by,
        second: approval.second,
        undo: false,
        reason: None,
    };
    let teller = Teller::new(&kept.plan, arguments.json, console.quiet);
    let task = Task {
        plan: &kept.plan,
        run: &run,
        history,
        begun,
        back: None,
    };
    let outcomes = carried_out(case, responder, &teller, task)?;
    Ok(outcomes.map(|outcomes| {
        let missed = teller::missed(&kept.plan, &outcomes).len();
        format!(
            "run {run} was carried out again: {} of {} steps hold",
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
