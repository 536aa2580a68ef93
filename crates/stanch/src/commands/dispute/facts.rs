//! Facts of the case for a dispute: the attacker's calls and the containment that the journal records.

use std::collections::BTreeSet;
use std::path::Path;

use stanch_bill::{Call, Containment, DisputeFacts};
use stanch_case::{Case, CaseView};
use stanch_core::attacker::AttackerEvent;
use stanch_core::verdict::Confidence;
use stanch_core::{RunLine, Timestamp};

use crate::commands::cost::Judged;
use crate::commands::respond::kept::Kept;
use crate::error::Failure;

/// Reads them.
pub(super) fn of(case: &Path, result: &Judged) -> Result<DisputeFacts, Failure> {
    let analysis = &result.analysis;
    let events: Vec<&AttackerEvent> = analysis
        .attacker_events
        .iter()
        .filter(|event| event.confidence == Confidence::High)
        .collect();
    let by_time = |event: &&&AttackerEvent| (event.time, event.key);
    let accounts: BTreeSet<&String> = events.iter().map(|event| &event.account).collect();
    let keys: BTreeSet<&String> = analysis
        .verdict
        .stories
        .iter()
        .flat_map(|story| &story.access_keys)
        .collect();
    let mut facts = DisputeFacts {
        accounts: accounts.into_iter().cloned().collect(),
        first: events.iter().min_by_key(by_time).map(|event| call(event)),
        last_accepted: events
            .iter()
            .filter(|event| event.succeeded)
            .max_by_key(by_time)
            .map(|event| call(event)),
        events: events.len() as u64,
        access_keys: keys.into_iter().cloned().collect(),
        files: result.files.clone(),
        open: [
            &analysis.verdict.unknown[..],
            &analysis.verdict.blind,
            &result.gaps,
        ]
        .concat(),
        ..DisputeFacts::default()
    };
    containment(&Case::open_read_only(case)?, &mut facts)?;
    if let Some(contained) = facts.contained.iter().map(|step| step.time).max() {
        facts.refused_after = events
            .iter()
            .filter(|event| event.time > contained && !event.succeeded)
            .count() as u64;
    }
    Ok(facts)
}

fn call(event: &AttackerEvent) -> Call {
    Call {
        time: event.time,
        name: format!("{} {}", event.source, event.name),
        region: event.region.clone(),
        access_key_id: event.access_key_id.clone(),
        source_address: event.source_address.clone(),
        event_id: event.event_id.clone(),
    }
}

/// Adds the steps of runs that were not undone: the last state of each step counts.
fn containment(view: &CaseView, facts: &mut DisputeFacts) -> Result<(), Failure> {
    for (run, state) in view.runs().iter().filter(|(_, state)| !state.undo) {
        let kept = Kept::of(view, Some(state.plan.as_str()))?;
        for step in &kept.plan.steps {
            let mut last: Option<(Timestamp, bool)> = None;
            for (at, line) in view.run_lines(run)? {
                match line {
                    RunLine::Ended { step: number, state } if number == step.number => {
                        last = Some((at, state.is_in_effect()));
                    }
                    RunLine::Reverted { step: number, .. } if number == step.number => {
                        last = Some((at, false));
                    }
                    _ => {}
                }
            }
            match last {
                Some((time, true)) => facts.contained.push(Containment {
                    time,
                    does: step.change.does.clone(),
                    run: run.clone(),
                }),
                _ => facts.not_contained.push(step.change.does.clone()),
            }
        }
    }
    facts
        .contained
        .sort_by(|one, other| (one.time, &one.does).cmp(&(other.time, &other.does)));
    Ok(())
}
