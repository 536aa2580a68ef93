//! A dry run that is true: what is there is read as it would be, and what would be sent is told. Nothing is sent.

use std::pin::Pin;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use stanch_core::RunLine;
use stanch_core::plan::{Step, StepNumber};
use stanch_core::ports::{JournalFailure, RunJournal};
use stanch_core::run::Stage;

use super::Run;
use super::look::{missed, words};

/// A journal that refuses every line, so that nothing can be sent behind it.
#[derive(Debug, Clone, Copy)]
pub struct NoJournal;

impl RunJournal for NoJournal {
    fn write(
        &self,
        _: Vec<RunLine>,
    ) -> Pin<Box<dyn Future<Output = Result<(), JournalFailure>> + Send + '_>> {
        Box::pin(std::future::ready(Err(JournalFailure(
            "this only looks".to_owned(),
        ))))
    }
}

/// What carrying out one step would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsed {
    /// The step.
    pub step: StepNumber,
    /// In a sentence.
    pub would: String,
}

impl Run<'_> {
    pub(crate) async fn rehearse(&self) -> Vec<Rehearsed> {
        let steps = self.plan.steps.iter().map(|step| self.rehearse_step(step));
        let mut under_way: FuturesUnordered<_> = steps.collect();
        let mut rehearsed = Vec::new();
        while let Some(one) = under_way.next().await {
            rehearsed.push(one);
        }
        rehearsed.sort_by_key(|one| one.step);
        rehearsed
    }

    async fn rehearse_step(&self, step: &Step) -> Rehearsed {
        let place = self.gates.front().await;
        let would = self.would(step).await;
        drop(place);
        Rehearsed {
            step: step.number,
            would,
        }
    }

    async fn would(&self, step: &Step) -> String {
        let now = self.engine.clock.now();
        let seen = self.look(step, &step.change.after, Stage::Check).await;
        let is_so = seen.unread.is_none()
            && !step.change.verified_by.is_empty()
            && missed(&step.change.verified_by, &seen.found, now).is_none();
        if is_so {
            return "is so already, nothing would be sent".to_owned();
        }
        let before = self.look(step, &step.change.before, Stage::Before).await;
        if let Some(why) = before.unread {
            let waits = step.after.iter().map(|dependency| dependency.step.to_string());
            let waits: Vec<String> = waits.collect();
            return if waits.is_empty() {
                format!("NOTHING WOULD BE SENT, what is there now can't be read: {why}")
            } else {
                format!("can't be told before step {} is done: {why}", waits.join(", "))
            };
        }
        if let Some(expectation) = missed(&step.change.requires, &before.found, now) {
            return format!(
                "NOTHING WOULD BE SENT, the account is no longer as planned: {}",
                words(expectation)
            );
        }
        self.keep(step, &before.found);
        let writes = step
            .change
            .writes
            .iter()
            .filter(|write| self.is_wanted(step, write));
        let calls = writes.map(|write| format!("{} {}", write.call.service, write.call.operation));
        let calls: Vec<String> = calls.collect();
        match calls.is_empty() {
            true => "there is nothing to send".to_owned(),
            false => format!("would send {}", calls.join(", then ")),
        }
    }
}
