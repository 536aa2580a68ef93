//! Carries a plan out, looks whether it holds, and takes it back.
//!
//! Many steps are under way at once on one thread; they borrow, nothing is spawned. Before a change is sent, a line that names
//! it is durable in the journal; what was there before is in the same lines. So a run that is killed at any moment
//! continues
//! where it was: what was sent is looked at, not sent again. It must not know where lines and calls go.

mod gates;
mod history;
mod listener;
mod look;
mod order;
mod realise;
mod rehearsal;
mod secret;
mod step;
#[cfg(test)]
mod tests;
mod undo;
#[cfg(test)]
mod waiting_tests;
mod watch;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use stanch_core::plan::{Step, StepNumber};
use stanch_core::ports::{Catalogue, Clock, Cloud, JournalFailure, RunJournal};
use stanch_core::run::StepState;
use stanch_core::{Answer, Call, CallOutcome, Plan, RunLine};

pub use history::History;
pub use listener::{Heard, RunListener};
pub use rehearsal::{NoJournal, Rehearsed};
pub use undo::Drift;

use gates::Gates;
use order::Board;

use crate::realise::Replies;

/// Why a run could not begin or had to end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// The journal can't be written: nothing more was sent.
    #[error(transparent)]
    Journal(#[from] JournalFailure),
    /// A call of the plan is not what it stands for.
    #[error("step {step} has {service} {operation} where a call that {must} belongs")]
    WrongCall {
        /// The step.
        step: StepNumber,
        /// The service.
        service: String,
        /// The operation.
        operation: String,
        /// `reads` or `changes something`.
        must: &'static str,
    },
    /// The session of the caller's credentials is over.
    #[error("the session of these credentials is over; what was sent until then is in the journal")]
    SessionOver,
    /// Steps wait for each other, or for one that comes later.
    #[error("step {0} waits for a step that does not come before it")]
    Order(StepNumber),
}

/// How patient a run is.
#[derive(Debug, Clone)]
pub struct Patience {
    /// Steps that are read and sent at once.
    pub front: usize,
    /// Looks at once.
    pub looks_at_once: usize,
    /// When it is looked whether a change holds, after it was sent.
    pub looks: Vec<Duration>,
    /// How long until the next look when a change did not hold.
    pub after_loss: Duration,
    /// Number of times a change is sent again at most.
    pub again: u32,
}

impl Default for Patience {
    /// IAM's changes take some seconds to be everywhere, and an attacker who watches takes them back within half a
    /// second.
    fn default() -> Self {
        Self {
            front: 32,
            looks_at_once: 8,
            looks: [1, 2, 4, 8, 15, 30].map(Duration::from_secs).to_vec(),
            after_loss: Duration::from_millis(400),
            again: 100,
        }
    }
}

/// See the module.
pub struct Engine<'e> {
    /// Whom calls are sent to.
    pub cloud: &'e dyn Cloud,
    /// Where lines are written.
    pub journal: &'e dyn RunJournal,
    /// What time it is.
    pub clock: &'e dyn Clock,
    /// What is known of operations.
    pub catalogue: &'e dyn Catalogue,
    /// Who hears how it goes.
    pub listener: &'e dyn RunListener,
    /// How patient it is.
    pub patience: Patience,
}

/// What became of each step.
pub type Outcomes = BTreeMap<StepNumber, StepState>;

/// What the steps of one run share.
pub(crate) struct Run<'r> {
    engine: &'r Engine<'r>,
    plan: &'r Plan,
    history: History,
    /// Replies as they came, those of earlier sessions of this run without their secrets.
    replies: RefCell<Replies>,
    gates: Gates,
    board: Board,
    /// True when AWS said that the session of the caller is over.
    is_session_over: Cell<bool>,
}

impl<'r> Run<'r> {
    fn new(engine: &'r Engine<'r>, plan: &'r Plan, history: History) -> Self {
        Self {
            engine,
            plan,
            replies: RefCell::new(history.replies.clone()),
            history,
            gates: Gates::new(&engine.patience),
            board: Board::new(plan),
            is_session_over: Cell::new(false),
        }
    }

    /// Sends a call, unless the session is known to be over: then nothing more is sent.
    async fn ask(&self, call: &Call) -> Answer {
        if self.is_session_over.get() {
            return Answer::refused(CallOutcome::Skipped, None, Some("the session is over"));
        }
        let answer = self.engine.cloud.ask(call).await;
        if answer.is_session_over() {
            self.is_session_over.set(true);
        }
        answer
    }

    /// Ends the run where the session is over: a later run continues with other credentials, so that no step is given up.
    fn in_session(&self) -> Result<(), RunError> {
        if self.is_session_over.get() {
            Err(RunError::SessionOver)
        } else {
            Ok(())
        }
    }

    async fn write(&self, lines: Vec<RunLine>) -> Result<(), RunError> {
        Ok(self.engine.journal.write(lines).await?)
    }

    fn hear(&self, step: StepNumber, heard: &Heard<'_>) {
        self.engine.listener.hear(step, heard);
    }
}

impl Engine<'_> {
    /// Carries a plan out, or continues with it. `begun` is the line that opens this session of the run.
    ///
    /// # Errors
    /// When the plan is not well formed, or the journal can't be written. What was sent until then is in the journal.
    pub async fn apply(&self, plan: &Plan, history: History, begun: RunLine) -> Result<Outcomes, RunError> {
        self.check(plan)?;
        let run = Run::new(self, plan, history);
        run.write(vec![begun]).await?;
        let mut under_way: FuturesUnordered<_> = plan.steps.iter().map(|step| run.carry_out(step)).collect();
        let mut outcomes = Outcomes::new();
        while let Some(ended) = under_way.next().await {
            let (number, state) = ended?;
            outcomes.insert(number, state);
        }
        drop(under_way);
        run.write(vec![finished(plan, &outcomes, false)]).await?;
        Ok(outcomes)
    }

    /// What carrying a plan out would do, step by step. Only reads are sent.
    ///
    /// # Errors
    /// When the plan is not well formed.
    pub async fn rehearse(&self, plan: &Plan, history: History) -> Result<Vec<Rehearsed>, RunError> {
        self.check(plan)?;
        let run = Run::new(self, plan, history);
        Ok(run.rehearse().await)
    }

    /// What no longer is as a run left it, in the steps that are to be undone. Nothing is changed.
    ///
    /// # Errors
    /// When the plan is not well formed.
    pub async fn drift(
        &self,
        plan: &Plan,
        history: History,
        steps: &[StepNumber],
    ) -> Result<Vec<Drift>, RunError> {
        self.check(plan)?;
        let run = Run::new(self, plan, history);
        Ok(run.drift(steps).await)
    }

    /// Takes steps of a run back, the last first, from what was recorded before each change and nothing else.
    ///
    /// # Errors
    /// When the plan is not well formed, or the journal can't be written.
    pub async fn undo(
        &self,
        plan: &Plan,
        history: History,
        steps: &[StepNumber],
        begun: RunLine,
    ) -> Result<Outcomes, RunError> {
        self.check(plan)?;
        let run = Run::new(self, plan, history);
        run.write(vec![begun]).await?;
        let outcomes = run.take_back(steps).await?;
        run.write(vec![finished(plan, &outcomes, true)]).await?;
        Ok(outcomes)
    }

    /// Nothing is sent of a plan in which a call that changes something stands where one that reads belongs, or the other way
    /// round, or in which steps wait for later ones.
    fn check(&self, plan: &Plan) -> Result<(), RunError> {
        for step in &plan.steps {
            let change = &step.change;
            let reads = change
                .before
                .iter()
                .chain(&change.after)
                .map(|read| (&read.call, true));
            let writes = change
                .writes
                .iter()
                .chain(&change.undo)
                .map(|write| (&write.call, false));
            for (call, must_read) in reads.chain(writes) {
                let about = self.catalogue.operation(&call.service, &call.operation);
                if about.is_none_or(|about| about.reads != must_read) {
                    return Err(RunError::WrongCall {
                        step: step.number,
                        service: call.service.0.clone(),
                        operation: call.operation.0.clone(),
                        must: if must_read { "reads" } else { "changes something" },
                    });
                }
            }
            let is_later = |needed: &StepNumber| *needed >= step.number || plan.step(*needed).is_none();
            if step.after.iter().any(|dependency| is_later(&dependency.step)) {
                return Err(RunError::Order(step.number));
            }
        }
        Ok(())
    }
}

fn finished(plan: &Plan, outcomes: &Outcomes, undo: bool) -> RunLine {
    let reached = outcomes
        .iter()
        .filter(|(number, state)| match state {
            StepState::Undone | StepState::Kept { .. } => undo,
            state => !undo && (state.is_in_effect() || stands_in(plan, outcomes, **number)),
        })
        .count();
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    RunLine::Finished {
        undo,
        reached: count(reached),
        missed: count(outcomes.len() - reached),
    }
}

/// Returns true when a step that does not hold has one that is done in its place and does.
#[must_use]
pub fn stands_in(plan: &Plan, outcomes: &Outcomes, number: StepNumber) -> bool {
    let is_instead = |step: &&Step| {
        step.after.iter().any(|dependency| {
            dependency.step == number && dependency.order == stanch_core::plan::Order::Instead
        })
    };
    let mut instead = plan.steps.iter().filter(is_instead);
    instead.any(|step| {
        matches!(
            outcomes.get(&step.number),
            Some(StepState::Done | StepState::AlreadySo)
        ) || stands_in(plan, outcomes, step.number)
    })
}
