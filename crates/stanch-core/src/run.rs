//! A plan being carried out, as the journal tells it line by line: what was found, what was about to be sent, what came back.
//!
//! Everything that resuming, undoing and proving need is in these lines. They must not hold a secret, and they must not know
//! how they are stored.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::call::Call;
use crate::plan::{PlanDigest, ReadName, StepNumber};
use crate::reply::CallOutcome;
use crate::time::Timestamp;

/// Stage of a read or a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Read before anything was sent.
    Before,
    /// The change.
    Do,
    /// The change sent again: it had been undone by somebody, or its cut-off is renewed.
    Again,
    /// A look at whether it holds.
    Check,
    /// Taking it back.
    Undo,
    /// A look at whether it is what it was.
    UndoCheck,
}

/// State of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum StepState {
    /// Sent, and it holds.
    Done,
    /// It was so already; nothing was sent.
    AlreadySo,
    /// Nothing was sent: what the plan rests on is no longer so.
    Stale {
        /// Difference.
        why: String,
    },
    /// Nothing was sent: a step that it needs was not done.
    NotTried {
        /// Which.
        why: String,
    },
    /// Nothing was sent: it stands in for another step, and that one holds.
    NotNeeded,
    /// It was tried and does not hold, in full or in part.
    Failed {
        /// Cause.
        why: String,
        /// Partial change that can be undone; empty when there is none.
        remains: String,
    },
    /// It was sent, and someone keeps reverting it.
    #[serde(rename = "fought")]
    Reverted {
        /// Number of times it was sent again.
        again: u32,
    },
    /// Taken back; it is what it was, but for what its plan said would remain.
    Undone,
    /// It can't be undone, as its plan said.
    Kept {
        /// Remainder.
        remains: String,
    },
    /// It could not be undone in full.
    UndoFailed {
        /// Cause, and what is still changed.
        why: String,
    },
}

impl StepState {
    /// Returns true when the aim of the step is reached.
    #[must_use]
    pub const fn is_in_effect(&self) -> bool {
        matches!(self, Self::Done | Self::AlreadySo | Self::NotNeeded)
    }
}

/// One line about a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "line")]
pub enum RunLine {
    /// Carrying out begins, or continues after an interruption, or undoing begins.
    Begun {
        /// The plan.
        plan: PlanDigest,
        /// Caller that carries it out, as AWS names it.
        caller: String,
        /// Person who approved it.
        approved_by: String,
        /// The second person, where one is needed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        second: Option<String>,
        /// True when it is being undone.
        undo: bool,
        /// Why it is undone, where a suspect is freed by it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A reply was read.
    Read {
        /// The step.
        step: StepNumber,
        /// For what.
        stage: Stage,
        /// The reply.
        read: ReadName,
        /// Outcome.
        outcome: CallOutcome,
        /// The service's error code.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        /// The reply without secrets; null where there is none.
        #[serde(default, skip_serializing_if = "Value::is_null")]
        body: Value,
        /// SHA-256 of each page as received.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        sha256s: Vec<String>,
    },
    /// A change is about to be sent. Nothing is sent before this line is durable.
    Intended {
        /// The step.
        step: StepNumber,
        /// Kind of change.
        stage: Stage,
        /// Its place among the step's changes, counted from 0.
        write: u32,
        /// The call, secrets replaced.
        call: Call,
    },
    /// Reply to a change.
    Answered {
        /// The step.
        step: StepNumber,
        /// Kind of change.
        stage: Stage,
        /// Its place among the step's changes.
        write: u32,
        /// Outcome.
        outcome: CallOutcome,
        /// The service's error code.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        /// Message of the service.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
        /// SHA-256 of the reply as received.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        sha256s: Vec<String>,
    },
    /// A change was reverted by someone: proof that a person works against the containment.
    #[serde(rename = "fought")]
    Reverted {
        /// The step.
        step: StepNumber,
        /// When it was seen.
        seen: Timestamp,
        /// Condition that was no longer met.
        what: String,
    },
    /// A step has come to an end for now.
    Ended {
        /// The step.
        step: StepNumber,
        /// Kind of relation or end.
        #[serde(flatten)]
        state: StepState,
    },
    /// All steps have come to an end.
    Finished {
        /// True when it was undone.
        undo: bool,
        /// Number of steps in effect, or undone.
        reached: u32,
        /// Number of the other steps.
        missed: u32,
    },
}
