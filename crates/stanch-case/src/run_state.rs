//! Progress of plans and runs, and the lines that may follow.
//!
//! No change is sent before its intent is durable, and none is intended that nobody approved: these are the rules that
//! hold that fast, for writing and for reading. It must not touch the disk.

use std::collections::BTreeSet;

use stanch_core::plan::{PlanDigest, StepNumber};
use stanch_core::run::{RunLine, Stage};

use crate::entry::{Approval, Artefact};
use crate::layout;
use crate::transition::{Change, State};

/// Progress of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanState {
    /// Approvers, in order.
    pub approvals: Vec<Approval>,
}

/// Progress of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunState {
    /// The plan.
    pub plan: PlanDigest,
    /// True when it is being or was undone.
    pub undo: bool,
    /// True when it has begun or continued, and not finished.
    pub running: bool,
    /// Changes that were about to be sent and have no answer yet. What a process that died left here is forgotten when
    /// the run continues: whoever continues reads what became of them.
    pub unanswered: BTreeSet<Intent>,
}

/// A change that is about to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Intent {
    /// The step.
    pub step: StepNumber,
    /// Kind of change.
    pub stage: Stage,
    /// Its place among the step's changes.
    pub write: u32,
}

impl RunState {
    /// Says whether a change waits for its answer, and returns whether it did.
    pub(crate) fn put(&mut self, intent: Intent, waits: bool) -> bool {
        if waits {
            !self.unanswered.insert(intent)
        } else {
            self.unanswered.remove(&intent)
        }
    }
}

/// A plan may be kept once.
pub(crate) fn keep(state: &State, file: &Artefact) -> Result<Change, &'static str> {
    let digest = PlanDigest(file.sha256.to_string());
    if state.plans.contains_key(&digest) {
        return Err("the plan is kept already");
    }
    Ok(Change::Plan(digest, Some(PlanState::default())))
}

/// A plan may be approved any number of times.
pub(crate) fn approve(
    state: &State,
    digest: &PlanDigest,
    approval: &Approval,
) -> Result<Change, &'static str> {
    let mut plan = state.plans.get(digest).cloned().ok_or("the plan is not kept")?;
    let names = [Some(&approval.by), approval.second.as_ref()];
    if names.into_iter().flatten().any(|name| name.trim().is_empty()) {
        return Err("an approver has no name");
    }
    if approval.second.as_ref() == Some(&approval.by) {
        return Err("the second approver is the first");
    }
    plan.approvals.push(approval.clone());
    Ok(Change::Plan(digest.clone(), Some(plan)))
}

/// Effect of a line on its run.
pub(crate) fn go_on(state: &State, id: &str, line: &RunLine) -> Result<Change, &'static str> {
    let known = state.runs.get(id);
    match line {
        RunLine::Begun { .. } => begin(state, id, line),
        // Somebody who fights the containment may be seen after the run has ended.
        RunLine::Reverted { .. } => known.map(|_| Change::Nothing).ok_or("the run never began"),
        RunLine::Read { .. } => running(known).map(|_| Change::Nothing),
        RunLine::Intended {
            step, stage, write, ..
        } => {
            let (run, intent) = (running(known)?, intent(*step, *stage, *write));
            match (stage, run.undo) {
                (Stage::Do | Stage::Again, false) | (Stage::Undo, true) => {}
                _ => return Err("nothing may be sent at that stage"),
            }
            if run.unanswered.contains(&intent) {
                return Err("the same change is on its way");
            }
            Ok(Change::Waiting(id.to_owned(), intent, true))
        }
        RunLine::Answered {
            step, stage, write, ..
        } => {
            let intent = intent(*step, *stage, *write);
            if !running(known)?.unanswered.contains(&intent) {
                return Err("it answers what was not intended, or was answered already");
            }
            Ok(Change::Waiting(id.to_owned(), intent, false))
        }
        RunLine::Ended { step, .. } => {
            if running(known)?.unanswered.iter().any(|open| open.step == *step) {
                return Err("a change of the step has no answer yet");
            }
            Ok(Change::Nothing)
        }
        RunLine::Finished { undo, .. } => {
            let run = running(known)?;
            if run.undo != *undo || !run.unanswered.is_empty() {
                return Err("it is not this that was under way, or a change has no answer yet");
            }
            let finished = RunState {
                running: false,
                ..run.clone()
            };
            Ok(Change::Run(id.to_owned(), Some(finished)))
        }
    }
}

/// A run begins with an approval, continues any number of times, and is carried out no more once it is undone. Taking
/// back needs no approval of the plan: it restores what was.
fn begin(state: &State, id: &str, line: &RunLine) -> Result<Change, &'static str> {
    let RunLine::Begun {
        plan,
        approved_by,
        second,
        undo,
        ..
    } = line
    else {
        return Err("it does not begin a run");
    };
    layout::check_id(id)?;
    let kept = state.plans.get(plan).ok_or("the plan is not kept")?;
    match state.runs.get(id) {
        Some(run) if run.plan != *plan => return Err("the run is of another plan"),
        Some(run) if run.undo && !undo => return Err("the run is being undone or was undone"),
        None if *undo => return Err("there is no such run to undo"),
        _ => {}
    }
    let is_by_them = |approval: &Approval| approval.by == *approved_by && approval.second == *second;
    if !undo && !kept.approvals.iter().any(is_by_them) {
        return Err("the plan was not approved by those it names");
    }
    let begun = RunState {
        plan: plan.clone(),
        undo: *undo,
        running: true,
        unanswered: BTreeSet::new(),
    };
    Ok(Change::Run(id.to_owned(), Some(begun)))
}

fn running(run: Option<&RunState>) -> Result<&RunState, &'static str> {
    run.filter(|run| run.running)
        .ok_or("the run has not begun or is finished")
}

const fn intent(step: StepNumber, stage: Stage, write: u32) -> Intent {
    Intent { step, stage, write }
}
