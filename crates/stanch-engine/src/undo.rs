//! Takes steps back, from what was recorded before each change and nothing else.
//!
//! A step is undone after those that rest on it. What remains by its plan is told; what remains against its plan is a
//! failure of its own. It must not guess what was there.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use serde_json::Value;
use stanch_core::RunLine;
use stanch_core::plan::{Reversibility, Step, StepNumber, same};
use stanch_core::run::{Stage, StepState};

use super::listener::Heard;
use super::look::{Found, missed, words};
use super::{Outcomes, Run, RunError};

/// When it is looked whether things are as they were, after they were restored.
const LOOKS: [u64; 5] = [0, 1, 2, 4, 8];

/// A step that is no longer as the run left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// The step.
    pub step: StepNumber,
    /// What is otherwise, or why it can't be seen.
    pub what: String,
}

impl Run<'_> {
    /// What is no longer as the run left it, in the order of the steps.
    pub(crate) async fn drift(&self, steps: &[StepNumber]) -> Vec<Drift> {
        let chosen = self.plan.steps.iter().filter(|step| steps.contains(&step.number));
        let mut under_way: FuturesUnordered<_> = chosen.map(|step| self.drift_of(step)).collect();
        let mut drifts = Vec::new();
        while let Some(drift) = under_way.next().await {
            drifts.extend(drift);
        }
        drifts.sort_by_key(|drift| drift.step);
        drifts
    }

    async fn drift_of(&self, step: &Step) -> Option<Drift> {
        if !self.history.may_have_changed(step.number) {
            return None;
        }
        let place = self.gates.look().await;
        let seen = self.look(step, &step.change.after, Stage::Check).await;
        drop(place);
        let sent = self.history.sent(step.number).unwrap_or_default();
        let what = match seen.unread {
            Some(why) => Some(format!("it can't be seen: {why}")),
            None => missed(&step.change.verified_by, &seen.found, sent).map(words),
        };
        what.map(|what| Drift {
            step: step.number,
            what,
        })
    }

    /// Takes steps back in layers: those that nothing left rests on, all at once, then the next.
    pub(crate) async fn take_back(&self, steps: &[StepNumber]) -> Result<Outcomes, RunError> {
        let mut left: BTreeSet<StepNumber> = steps
            .iter()
            .copied()
            .filter(|step| self.history.may_have_changed(*step))
            .collect();
        let outcomes = RefCell::new(Outcomes::new());
        while !left.is_empty() {
            let needed = self.rested_on(&left);
            let layer: Vec<&Step> = self
                .plan
                .steps
                .iter()
                .filter(|step| left.contains(&step.number) && !needed.contains(&step.number))
                .collect();
            if layer.is_empty() {
                break;
            }
            left.retain(|number| !layer.iter().any(|step| step.number == *number));
            let mut under_way: FuturesUnordered<_> = layer.into_iter().map(|step| self.back(step)).collect();
            while let Some(ended) = under_way.next().await {
                let (number, state) = ended?;
                outcomes.borrow_mut().insert(number, state);
            }
        }
        Ok(outcomes.into_inner())
    }

    /// Steps that others rest on, also by way of steps that changed nothing.
    fn rested_on(&self, by: &BTreeSet<StepNumber>) -> BTreeSet<StepNumber> {
        let mut needed = BTreeSet::new();
        // A step waits for earlier ones only, so that one walk from the last to the first sees all.
        let mut steps: Vec<&Step> = self.plan.steps.iter().collect();
        steps.sort_by_key(|step| std::cmp::Reverse(step.number));
        for step in steps {
            if by.contains(&step.number) || needed.contains(&step.number) {
                needed.extend(step.after.iter().map(|dependency| dependency.step));
            }
        }
        needed
    }

    async fn back(&self, step: &Step) -> Result<(StepNumber, StepState), RunError> {
        let place = self.gates.front().await;
        let state = self.backward(step).await?;
        drop(place);
        self.in_session()?;
        self.write(vec![RunLine::Ended {
            step: step.number,
            state: state.clone(),
        }])
        .await?;
        self.hear(step.number, &Heard::Ended(&state));
        Ok((step.number, state))
    }

    async fn backward(&self, step: &Step) -> Result<StepState, RunError> {
        if let Reversibility::None { remains } = &step.change.reversibility {
            return Ok(StepState::Kept {
                remains: remains.clone(),
            });
        }
        let recorded = self.recorded(step);
        let lacks = step
            .change
            .before
            .iter()
            .find(|read| !recorded.contains_key(&read.name));
        if let Some(read) = lacks {
            let why = format!(
                "what was there before ({}) is not recorded, so nothing was sent",
                read.name.0
            );
            return Ok(StepState::UndoFailed { why });
        }
        let sent = self
            .send(step, &step.change.undo, Stage::Undo, Vec::new())
            .await?;
        self.write(sent.lines).await?;
        if let Some(why) = sent.failed {
            return Ok(StepState::UndoFailed { why });
        }
        let state = self.confirm(step, &recorded).await?;
        Ok(match (state, sent.excused) {
            (StepState::UndoFailed { why }, Some(refusal)) => StepState::UndoFailed {
                why: format!("{why}; AWS refused: {refusal}"),
            },
            (state, _) => state,
        })
    }

    /// What was recorded before the change.
    fn recorded(&self, step: &Step) -> BTreeMap<stanch_core::plan::ReadName, Option<Value>> {
        let replies = &self.history.replies;
        let of = |read: &stanch_core::plan::Read| {
            let reply = replies.get(&(step.number, read.name.clone()))?;
            Some((read.name.clone(), reply.clone()))
        };
        step.change.before.iter().filter_map(of).collect()
    }

    /// Looks until what must be as it was is, or time is up.
    async fn confirm(&self, step: &Step, recorded: &Found) -> Result<StepState, RunError> {
        if step.change.restores.is_empty() {
            return Ok(StepState::Undone);
        }
        let mut why = String::new();
        for wait in LOOKS {
            tokio::time::sleep(Duration::from_secs(wait)).await;
            let place = self.gates.look().await;
            let seen = self.look(step, &step.change.before, Stage::UndoCheck).await;
            drop(place);
            self.write(seen.lines).await?;
            let other = match seen.unread {
                Some(unread) => Some(format!("whether it is as it was can't be read: {unread}")),
                None => differs(step, recorded, &seen.found),
            };
            match other {
                None => return Ok(StepState::Undone),
                Some(other) => why = other,
            }
        }
        Ok(StepState::UndoFailed { why })
    }
}

/// What is not as it was.
fn differs(step: &Step, recorded: &Found, found: &Found) -> Option<String> {
    let values = |replies: &Found, restored: &stanch_core::plan::Restored| -> Vec<Value> {
        let reply = replies.get(&restored.read).and_then(Option::as_ref);
        let found = reply.map_or_else(Vec::new, |body| restored.path.find(body));
        found.into_iter().cloned().collect()
    };
    let other = step.change.restores.iter().find(|restored| {
        let (was, is) = (values(recorded, restored), values(found, restored));
        let covered =
            |one: &[Value], by: &[Value]| one.iter().all(|one| by.iter().any(|other| same(one, other)));
        !(covered(&was, &is) && covered(&is, &was))
    });
    other.map(|restored| format!("{} is not as it was", restored.read.0))
}
