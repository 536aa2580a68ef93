//! One step on its way: looked at, read, sent, and looked at again until it holds for good.
//!
//! It must not know other steps.

use std::time::Duration;

use stanch_core::plan::{Step, StepNumber, Write};
use stanch_core::run::{Stage, StepState};
use stanch_core::{Answer, CallOutcome, RunLine, Timestamp};

use super::listener::Heard;
use super::look::{self, Found, Looked, hex_sha256, missed, words};
use super::order::{Leave, Status};
use super::watch::Watch;
use super::{Run, RunError};
use crate::realise::{Filling, Realised};

/// What has been sent of a step.
pub(crate) struct Sent {
    /// Lines that must be durable before the next change is sent, and by the end of the step.
    pub(crate) lines: Vec<RunLine>,
    /// Why it could not be sent in full.
    pub(crate) failed: Option<String>,
    /// Number of changes that were carried out.
    pub(crate) carried_out: u32,
    /// True when the last one may have been carried out all the same: no answer to it came.
    pub(crate) unanswered: bool,
    /// Refusal of AWS that the plan takes for "it is so already": the reason, if it turns out not to be so.
    pub(crate) excused: Option<String>,
}

impl Run<'_> {
    /// Carries a step out, as far as it has not been.
    pub(crate) async fn carry_out(&self, step: &Step) -> Result<(StepNumber, StepState), RunError> {
        let state = match self.board.leave(step).await {
            Leave::Ended(state) => state,
            Leave::Go => self.forward(step).await?,
        };
        self.in_session()?;
        let status = if matches!(
            state,
            StepState::Done | StepState::AlreadySo | StepState::NotNeeded
        ) {
            Status::InEffect
        } else {
            Status::Missed
        };
        self.board.note(step.number, status);
        self.write(vec![RunLine::Ended {
            step: step.number,
            state: state.clone(),
        }])
        .await?;
        self.hear(step.number, &Heard::Ended(&state));
        Ok((step.number, state))
    }

    async fn forward(&self, step: &Step) -> Result<StepState, RunError> {
        let place = self.gates.front().await;
        let first = self.history.sent(step.number);
        let now = self.engine.clock.now();
        let seen = self.look_for_own(step, first.unwrap_or(now)).await;
        let holds = Self::is_held(step, &seen, first.unwrap_or(now));
        let mut lines = seen.lines;
        if holds {
            self.keep(step, &seen.found);
            self.write(lines).await?;
            self.board.note(step.number, Status::InEffect);
            if !self.history.may_have_changed(step.number) {
                return Ok(StepState::AlreadySo);
            }
            if let Some(state) = self
                .history
                .state(step.number)
                .filter(|state| state.is_in_effect())
            {
                return Ok(state.clone());
            }
            drop(place);
            return self.watch_over(step, first.unwrap_or(now)).await;
        }
        if let Some(state) = self.prepare(step, &mut lines).await {
            self.write(lines).await?;
            return Ok(state);
        }
        let sent = self.send(step, &step.change.writes, Stage::Do, lines).await?;
        let begun = first.unwrap_or(now);
        drop(place);
        self.write(sent.lines).await?;
        if let Some(why) = sent.failed
            && !self.holds_all_the_same(step, begun).await?
        {
            let may_have_changed = sent.carried_out > 0 || sent.unanswered || first.is_some();
            return Ok(failed(step, why, may_have_changed));
        }
        self.hear(step.number, &Heard::Sent);
        let state = self.watch_over(step, begun).await?;
        Ok(match (state, sent.excused) {
            (StepState::Failed { why, remains }, Some(refusal)) => StepState::Failed {
                why: format!("{why}; AWS refused: {refusal}"),
                remains,
            },
            (state, _) => state,
        })
    }

    /// Looks whether it holds already. What is sent once only, and may have been sent by a run that was killed, is looked for
    /// some seconds long: it may not be seen at once.
    async fn look_for_own(&self, step: &Step, begun: Timestamp) -> Looked {
        let mut seen = self.look(step, &step.change.after, Stage::Check).await;
        if !step.change.once || !self.history.may_have_changed(step.number) {
            return seen;
        }
        for look in self.engine.patience.looks.iter().take(4) {
            if Self::is_held(step, &seen, begun) {
                break;
            }
            tokio::time::sleep(*look).await;
            seen = self.look(step, &step.change.after, Stage::Check).await;
        }
        seen
    }

    fn is_held(step: &Step, seen: &Looked, begun: Timestamp) -> bool {
        seen.unread.is_none()
            && !step.change.verified_by.is_empty()
            && missed(&step.change.verified_by, &seen.found, begun).is_none()
    }

    /// True when a change holds though its answer says otherwise: the answer may have been lost, not the change.
    async fn holds_all_the_same(&self, step: &Step, begun: Timestamp) -> Result<bool, RunError> {
        let seen = self.look(step, &step.change.after, Stage::Check).await;
        let holds = Self::is_held(step, &seen, begun);
        self.write(seen.lines).await?;
        Ok(holds)
    }

    /// Reads what is there before the change, unless an earlier session of the run did, and sees whether the plan still fits.
    async fn prepare(&self, step: &Step, lines: &mut Vec<RunLine>) -> Option<StepState> {
        let known = |read: &stanch_core::plan::Read| {
            let replies = self.replies.borrow();
            replies.get(&(step.number, read.name.clone())).cloned()
        };
        // What was there before this run changed anything was read then: what is there now may be the run's own doing.
        let of_history: Option<Found> = step
            .change
            .before
            .iter()
            .map(|read| Some((read.name.clone(), known(read)?)))
            .collect();
        let found = match of_history.filter(|_| self.history.sent(step.number).is_some()) {
            Some(found) => found,
            None => {
                let looked = self.look(step, &step.change.before, Stage::Before).await;
                lines.extend(looked.lines);
                if let Some(why) = looked.unread {
                    let why = format!("what is there now can't be read, so nothing was sent: {why}");
                    return Some(failed(step, why, false));
                }
                looked.found
            }
        };
        self.keep(step, &found);
        let now = self.engine.clock.now();
        missed(&step.change.requires, &found, now).map(|expectation| StepState::Stale {
            why: words(expectation),
        })
    }

    /// Sends changes of a step in order, each after its line is durable.
    pub(crate) async fn send(
        &self,
        step: &Step,
        writes: &[Write],
        stage: Stage,
        lines: Vec<RunLine>,
    ) -> Result<Sent, RunError> {
        let mut sent = Sent {
            lines,
            failed: None,
            carried_out: 0,
            unanswered: false,
            excused: None,
        };
        for (place, write) in (0_u32..).zip(writes) {
            if !self.is_wanted(step, write) {
                continue;
            }
            let call = match self.realise(step, write) {
                Ok(call) => call,
                Err(why) => {
                    sent.failed = Some(why);
                    break;
                }
            };
            sent.lines.push(RunLine::Intended {
                step: step.number,
                stage,
                write: place,
                call: call.told,
            });
            self.write(std::mem::take(&mut sent.lines)).await?;
            let answer = self.ask(&call.sent).await;
            sent.lines.push(answered(step.number, stage, place, &answer));
            let code = answer.code.as_deref().unwrap_or_default();
            let is_so_already = write.also_fine.iter().any(|fine| is_code(fine, code));
            if answer.outcome != CallOutcome::Ok && !is_so_already {
                sent.failed = Some(refusal(write, &answer));
                sent.unanswered = is_unanswered(&answer);
                break;
            }
            if answer.outcome != CallOutcome::Ok {
                sent.excused = Some(refusal(write, &answer));
            }
            sent.carried_out += 1;
        }
        Ok(sent)
    }

    /// Returns true when a conditional change is to be sent, by what was there before.
    pub(crate) fn is_wanted(&self, step: &Step, write: &Write) -> bool {
        let replies = self.replies.borrow();
        write.when.iter().all(|expectation| {
            let reply = replies.get(&(step.number, expectation.read.clone()));
            reply.is_some_and(|reply| expectation.is_met(reply.as_ref(), Timestamp(0)))
        })
    }

    fn realise(&self, step: &Step, write: &Write) -> Result<Realised, String> {
        let replies = self.replies.borrow();
        let filling = Filling {
            account: &self.plan.account,
            step: step.number,
            replies: &replies,
            now: self.engine.clock.now(),
        };
        let mut call = filling.call(&write.call).map_err(|error| error.to_string())?;
        stanch_core::redact::redact_answer(&mut call.told.params, &hex_sha256);
        Ok(call)
    }

    /// Looks whether a change holds, and sends it again when somebody took it back.
    async fn watch_over(&self, step: &Step, begun: Timestamp) -> Result<StepState, RunError> {
        if step.change.verified_by.is_empty() {
            self.board.note(step.number, Status::InEffect);
            return Ok(StepState::Done);
        }
        let patience = &self.engine.patience;
        let settles = step.change.settles.as_ref();
        let settling = settles.map_or(0, |settling| settling.seconds);
        let mut watch = Watch::new(step.change.once, Duration::from_secs(settling.into()));
        loop {
            let Some(next) = watch.next(patience) else {
                return Ok(watch.end());
            };
            tokio::time::sleep_until(next).await;
            let place = self.gates.look().await;
            let seen = self.look(step, &step.change.after, Stage::Check).await;
            drop(place);
            self.in_session()?;
            let lost = match &seen.unread {
                Some(why) => {
                    watch.unread(why.clone());
                    self.write(seen.lines).await?;
                    continue;
                }
                None => missed(&step.change.verified_by, &seen.found, begun),
            };
            if let Some(what) = self.ended_badly(step, &seen.found, begun) {
                watch.failed(what);
                self.write(seen.lines).await?;
                continue;
            }
            let lines = self.judge(step, &seen.found, seen.lines, lost.map(words), &mut watch);
            if watch.is_to_be_sent_again(patience.again) {
                let sent = self.send(step, &step.change.writes, Stage::Again, lines).await?;
                self.write(sent.lines).await?;
                watch.sent_again(sent.failed);
                if lost.is_some() {
                    self.hear(step.number, &Heard::Reverted { again: watch.again });
                }
            } else {
                self.write(lines).await?;
            }
        }
    }

    /// Returns how AWS ended a change badly that it accepted, such as a snapshot in state `error`.
    fn ended_badly(&self, step: &Step, found: &Found, begun: Timestamp) -> Option<String> {
        let settling = step.change.settles.as_ref()?;
        let mut bad = settling.failed_if.iter().filter(|expectation| {
            let reply = found.get(&expectation.read);
            reply.is_some_and(|reply| expectation.is_met(reply.as_ref(), begun))
        });
        let expectation = bad.next()?;
        let test = serde_json::to_string(&expectation.test).unwrap_or_default();
        Some(format!(
            "AWS accepted it and ended it badly: {} {} {}",
            expectation.read.0,
            look::path_words(&expectation.path),
            stanch_core::text::bounded(&test, 300)
        ))
    }

    /// Takes in what a look saw, and gives the lines that tell of it.
    fn judge(
        &self,
        step: &Step,
        found: &Found,
        mut lines: Vec<RunLine>,
        lost: Option<String>,
        watch: &mut Watch,
    ) -> Vec<RunLine> {
        if let Some(what) = lost {
            if watch.loses(&what) {
                lines.push(RunLine::Reverted {
                    step: step.number,
                    seen: self.engine.clock.now(),
                    what,
                });
            }
        } else {
            self.keep(step, found);
            self.board.note(step.number, Status::InEffect);
            if watch.ever {
                // The same once more: that it was seen is enough.
                lines.iter_mut().for_each(leave_out_body);
            }
            let seconds = watch.holds();
            self.hear(step.number, &Heard::Holds { seconds });
        }
        lines
    }
}

fn leave_out_body(line: &mut RunLine) {
    if let RunLine::Read { body, .. } = line {
        *body = serde_json::Value::Null;
    }
}

pub(crate) fn failed(step: &Step, why: String, may_have_changed: bool) -> StepState {
    let remains = if may_have_changed {
        format!("part of it was sent: {}", step.change.does)
    } else {
        String::new()
    };
    StepState::Failed { why, remains }
}

/// Whether a change may have been carried out though its answer is none, or says that the service itself failed.
fn is_unanswered(answer: &Answer) -> bool {
    let of_service = |code: &String| code.starts_with("Internal") || code.starts_with("ServiceUnavailable");
    match answer.outcome {
        CallOutcome::Malformed => true,
        CallOutcome::Failed => answer.code.as_ref().is_none_or(of_service),
        _ => false,
    }
}

/// Error codes come with and without `Exception`, and with what they belong to in front.
pub(crate) fn is_code(expected: &str, code: &str) -> bool {
    let bare = code.rsplit(['#', '.']).next().unwrap_or(code);
    code == expected || bare == expected || bare.strip_suffix("Exception") == Some(expected)
}

pub(crate) fn answered(step: StepNumber, stage: Stage, write: u32, answer: &Answer) -> RunLine {
    RunLine::Answered {
        step,
        stage,
        write,
        outcome: answer.outcome,
        code: answer.code.clone(),
        message: answer.message.clone(),
        sha256s: answer.sha256s.clone(),
    }
}

fn refusal(write: &Write, answer: &Answer) -> String {
    let call = &write.call;
    let code = answer.code.as_deref().unwrap_or("no code");
    let message = answer.message.as_deref().unwrap_or("no reason was given");
    format!(
        "{} {}: {} ({code}): {message}",
        call.service, call.operation, answer.outcome
    )
}
