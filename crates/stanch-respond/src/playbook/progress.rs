//! Where a response stands: each step, each guided step, and the one act that comes next. Pure: the same facts, the same
//! answer.

use serde::Serialize;
use stanch_core::Timestamp;

use super::facts::Facts;
use super::guided;
use super::next::{Next, next};
use super::steps::{How, PHASES, Phase, Step};

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepStatus {
    /// Done.
    Done,
    /// It runs, or was interrupted and continues.
    Runs,
    /// Only a person can do what is left of it.
    Waits,
    /// It comes next.
    Next,
    /// Put off by a person.
    Later,
    /// Not done yet.
    Open,
    /// Nothing of it was planned.
    NotPlanned,
    /// Stanch does not do it yet.
    NotBuilt,
}

impl StepStatus {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Runs => "not at its end",
            Self::Waits => "waits for you",
            Self::Next => "next",
            Self::Later => "put off",
            Self::Open => "open",
            Self::NotPlanned => "nothing planned",
            Self::NotBuilt => "not built yet",
        }
    }
}

/// How a guided step stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GuidedProgress {
    /// Its id.
    pub id: &'static str,
    /// What is done.
    pub title: &'static str,
    /// How it stands.
    pub status: StepStatus,
    /// Who vouched for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

/// How a step stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepProgress {
    /// Its number in the playbook.
    pub id: &'static str,
    /// What is done.
    pub title: &'static str,
    /// What Stanch does of it.
    pub how: &'static [How],
    /// How it stands.
    pub status: StepStatus,
    /// The verb that does it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verb: Option<&'static str>,
    /// What is not built of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lacks: Option<&'static str>,
    /// What only a person can do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub guided: Vec<GuidedProgress>,
}

/// How a phase stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PhaseProgress {
    /// Its number.
    pub number: u8,
    /// Its subject.
    pub title: &'static str,
    /// Steps of it that are done.
    pub done: usize,
    /// Its steps.
    pub steps: Vec<StepProgress>,
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// The name of the case.
    pub title: String,
    /// The account, once it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// When the case was opened.
    pub opened_at: Timestamp,
    /// Seconds since then.
    pub seconds: i64,
    /// When the first run came to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contained_at: Option<Timestamp>,
    /// The phases, in order.
    pub phases: Vec<PhaseProgress>,
    /// The one act that comes next.
    pub next: Next,
}

/// Where a response stands.
#[must_use]
pub fn state(facts: &Facts) -> Progress {
    let next = next(facts);
    Progress {
        title: facts.title.clone(),
        account: facts.account.as_ref().map(ToString::to_string),
        opened_at: facts.opened_at,
        seconds: facts.now.since(facts.opened_at).max(0) / 1000,
        contained_at: facts.contained_at(),
        phases: PHASES.iter().map(|phase| phase_of(phase, facts, &next)).collect(),
        next,
    }
}

fn phase_of(phase: &Phase, facts: &Facts, next: &Next) -> PhaseProgress {
    let steps: Vec<StepProgress> = phase
        .steps
        .iter()
        .map(|step| step_of(step, facts, next))
        .collect();
    PhaseProgress {
        number: phase.number,
        title: phase.title,
        done: steps
            .iter()
            .filter(|step| step.status == StepStatus::Done)
            .count(),
        steps,
    }
}

fn step_of(step: &Step, facts: &Facts, next: &Next) -> StepProgress {
    let guided: Vec<GuidedProgress> = step.guided.iter().filter_map(|id| guided_of(id, facts)).collect();
    let own = own(step, facts);
    let left = guided
        .iter()
        .map(|guided| guided.status)
        .filter(|status| *status != StepStatus::Done)
        .min();
    let mut status = match (own, left) {
        (Some(StepStatus::Done) | None, Some(left)) => left,
        (Some(own), _) => own,
        (None, None) => StepStatus::Done,
    };
    if status != StepStatus::Done && next.step == step.id {
        status = StepStatus::Next;
    }
    StepProgress {
        id: step.id,
        title: step.title,
        how: step.how,
        status,
        verb: step.verb,
        lacks: step.lacks,
        guided,
    }
}

/// How that part of a step stands that is not a person's.
fn own(step: &Step, facts: &Facts) -> Option<StepStatus> {
    if step.guided.is_empty() && step.how.contains(&How::NotBuilt) {
        return Some(StepStatus::NotBuilt);
    }
    if step.has_actions() {
        return acted(step, facts);
    }
    match step.verb {
        Some("collect") => Some(pulled(facts.snapshot.as_ref().map(|pulled| pulled.is_finished))),
        Some("hunt") => Some(pulled(facts.hunt.as_ref().map(|hunt| hunt.is_finished))),
        Some("scan-keys") => Some(pulled(facts.keys_scanned)),
        Some("assess") => {
            let of_last = facts
                .snapshot
                .as_ref()
                .is_some_and(|pulled| facts.assessed.as_ref() == Some(&pulled.id));
            Some(pulled(of_last.then_some(true)))
        }
        _ => None,
    }
}

const fn pulled(is_finished: Option<bool>) -> StepStatus {
    match is_finished {
        None => StepStatus::Open,
        Some(false) => StepStatus::Runs,
        Some(true) => StepStatus::Done,
    }
}

/// How a step stands that plans carry out; nothing where no plan can do it and a person does it all.
fn acted(step: &Step, facts: &Facts) -> Option<StepStatus> {
    let plans = facts
        .plans
        .iter()
        .filter(|plan| plan.actions.iter().any(|action| step.takes(action)));
    let mut statuses: Vec<StepStatus> = plans
        .map(|plan| match facts.run_of(plan) {
            Some(run) if run.is_finished && run.missed == 0 => StepStatus::Done,
            Some(_) => StepStatus::Runs,
            None => StepStatus::Open,
        })
        .collect();
    // What a later plan carries out, the earlier one need not.
    if let Some(last) = statuses.pop() {
        return Some(last);
    }
    step.verb?;
    let is_planned = facts.last_plan().is_some_and(|plan| facts.run_of(plan).is_some());
    Some(if is_planned {
        StepStatus::NotPlanned
    } else {
        StepStatus::Open
    })
}

fn guided_of(id: &str, facts: &Facts) -> Option<GuidedProgress> {
    let guided = guided::about(id)?;
    let attested = facts.attested.get(id);
    let status = if attested.is_some() {
        StepStatus::Done
    } else if facts.later.contains(id) {
        StepStatus::Later
    } else if guided.is_needed(facts) {
        StepStatus::Waits
    } else {
        return None;
    };
    Some(GuidedProgress {
        id: guided.id,
        title: guided.title,
        status,
        by: attested.map(|attested| attested.by.clone()),
        at: attested.map(|attested| attested.at),
    })
}
