//! What a run's lines so far add up to: what was there before each change, what was sent, how each step stands.
//!
//! It must not know how lines are stored, and it takes them as they are: their order was checked when they were written.

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::plan::StepNumber;
use stanch_core::run::{Stage, StepState};
use stanch_core::{CallOutcome, RunLine, Timestamp};

use super::step::is_code;
use crate::realise::Replies;

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Replies by step and name, as they were found before the change or after it.
    pub(crate) replies: Replies,
    /// When the first change of a step was about to be sent.
    sent: BTreeMap<StepNumber, Timestamp>,
    /// Changes that were answered and done, by step and place: of these an undo has something to undo.
    done: BTreeMap<StepNumber, BTreeSet<u32>>,
    /// Changes that were about to be sent and of which no answer is known.
    open: BTreeMap<StepNumber, BTreeSet<u32>>,
    /// How steps stand.
    ended: BTreeMap<StepNumber, StepState>,
}

impl History {
    /// What lines add up to.
    #[must_use]
    pub fn of<'l>(lines: impl IntoIterator<Item = (Timestamp, &'l RunLine)>) -> Self {
        let mut history = Self::default();
        for (at, line) in lines {
            history.take(at, line);
        }
        history
    }

    fn take(&mut self, at: Timestamp, line: &RunLine) {
        match line {
            RunLine::Read {
                step,
                stage,
                read,
                outcome,
                body,
                ..
            } if *stage != Stage::UndoCheck => {
                let reply = match outcome {
                    CallOutcome::Ok if !body.is_null() => Some(body.clone()),
                    CallOutcome::DoesNotExist => None,
                    // Seen once more as it was, or not seen.
                    _ => return,
                };
                self.replies.insert((*step, read.clone()), reply);
            }
            RunLine::Intended {
                step, stage, write, ..
            } if is_forward(*stage) => {
                self.sent.entry(*step).or_insert(at);
                self.open.entry(*step).or_default().insert(*write);
            }
            RunLine::Answered {
                step,
                stage,
                write,
                outcome,
                code,
                ..
            } if is_forward(*stage) => {
                if !may_have_been_lost(*outcome, code.as_deref()) {
                    self.open.entry(*step).or_default().remove(write);
                }
                if *outcome == CallOutcome::Ok {
                    self.done.entry(*step).or_default().insert(*write);
                }
            }
            RunLine::Ended { step, state } => {
                if *state == StepState::Undone {
                    self.forget(*step);
                }
                self.ended.insert(*step, state.clone());
            }
            _ => {}
        }
    }

    /// A step that was undone stands as if it had never been tried.
    fn forget(&mut self, step: StepNumber) {
        self.replies.retain(|(of, _), _| *of != step);
        self.sent.remove(&step);
        self.done.remove(&step);
        self.open.remove(&step);
    }

    /// How a step stands, if it has come to an end.
    #[must_use]
    pub fn state(&self, step: StepNumber) -> Option<&StepState> {
        self.ended.get(&step)
    }

    /// When the first change of a step was about to be sent.
    #[must_use]
    pub fn sent(&self, step: StepNumber) -> Option<Timestamp> {
        self.sent.get(&step).copied()
    }

    /// Whether a step may have changed something that an undo has to undo: a change was answered, or no answer to it is
    /// known.
    #[must_use]
    pub fn may_have_changed(&self, step: StepNumber) -> bool {
        let any =
            |of: &BTreeMap<StepNumber, BTreeSet<u32>>| of.get(&step).is_some_and(|writes| !writes.is_empty());
        any(&self.done) || any(&self.open)
    }

    /// The steps that have not been undone and may have changed something, in the order of their numbers.
    #[must_use]
    pub fn to_take_back(&self) -> Vec<StepNumber> {
        let is_left = |step: &StepNumber| {
            self.may_have_changed(*step)
                && !matches!(
                    self.state(*step),
                    Some(StepState::Undone | StepState::Kept { .. })
                )
        };
        self.sent.keys().copied().filter(is_left).collect()
    }
}

/// Whether an answer says nothing of the change: none came, or the service broke on it. A refusal with a reason of its own,
/// such as expired credentials, is one before anything was done.
fn may_have_been_lost(outcome: CallOutcome, code: Option<&str>) -> bool {
    const BROKEN: [&str; 6] = [
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "InternalServiceError",
        "ServiceException",
        "ServiceUnavailable",
    ];
    match outcome {
        CallOutcome::Malformed => true,
        CallOutcome::Failed => code.is_none_or(|code| BROKEN.iter().any(|broken| is_code(broken, code))),
        _ => false,
    }
}

const fn is_forward(stage: Stage) -> bool {
    matches!(stage, Stage::Do | Stage::Again)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_with_a_reason_changed_nothing_and_a_lost_answer_may_have() {
        let lost = |code| may_have_been_lost(CallOutcome::Failed, code);
        assert!(lost(None) && lost(Some("InternalFailure")) && lost(Some("ServiceUnavailableException")));
        assert!(!lost(Some("ExpiredToken")) && !lost(Some("ValidationError")));
        assert!(may_have_been_lost(CallOutcome::Malformed, Some("x")));
        assert!(!may_have_been_lost(CallOutcome::Denied, Some("AccessDenied")));
    }
}
