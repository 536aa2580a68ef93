//! What stands between the engine and the stand-in: it counts calls, and lets a chosen one fail. And a journal that ends.

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use stanch_aws::model::Models;
use stanch_core::plan::PlanDigest;
use stanch_core::ports::{Catalogue as _, Clock as _, Cloud, JournalFailure, RunJournal, Silent};
use stanch_core::{Answer, Call, CallOutcome, RunLine, Timestamp};
use stanch_engine::{Engine, Patience};

use crate::world::Still;

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It is refused.
    Denied,
    /// It does not arrive.
    Unsent,
    /// It arrives, and its answer does not.
    Lost,
}

/// Which calls fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// None.
    None,
    /// The one at this place, counted from 0.
    At(usize, Kind),
    /// Every change is refused.
    EveryWrite,
}

/// A call that was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) operation: String,
    pub(crate) reads: bool,
    /// What the stand-in said, if the call reached it.
    pub(crate) reached: Option<CallOutcome>,
}

/// See the module.
pub(crate) struct Wire<'w> {
    cloud: &'w dyn Cloud,
    models: &'w Models,
    trouble: Trouble,
    asked: Mutex<Vec<Asked>>,
}

impl<'w> Wire<'w> {
    pub(crate) fn new(cloud: &'w dyn Cloud, models: &'w Models, trouble: Trouble) -> Self {
        Self {
            cloud,
            models,
            trouble,
            asked: Mutex::default(),
        }
    }

    /// All calls, in order.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes that were carried out, by operation.
    pub(crate) fn carried_out(&self) -> Vec<String> {
        let asked = self.asked().into_iter();
        let done = asked.filter(|call| !call.reads && call.reached == Some(CallOutcome::Ok));
        done.map(|call| call.operation).collect()
    }

    /// Changes that were sent, whatever became of them.
    pub(crate) fn writes(&self) -> usize {
        self.asked().iter().filter(|call| !call.reads).count()
    }

    fn note(&self, call: &Call) -> (usize, bool) {
        let about = self.models.operation(&call.service, &call.operation);
        let reads = about.is_some_and(|about| about.reads);
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.push(Asked {
            operation: format!("{}:{}", call.service, call.operation),
            reads,
            reached: None,
        });
        (asked.len() - 1, reads)
    }

    async fn answer(&self, call: &Call) -> Answer {
        let (place, reads) = self.note(call);
        let fails = match self.trouble {
            Trouble::At(at, kind) if at == place => Some(kind),
            Trouble::EveryWrite if !reads => Some(Kind::Denied),
            _ => None,
        };
        match fails {
            Some(Kind::Denied) => {
                return Answer::refused(CallOutcome::Denied, Some("AccessDenied"), Some("not allowed"));
            }
            Some(Kind::Unsent) => {
                return Answer::refused(CallOutcome::Failed, None, Some("no connection"));
            }
            Some(Kind::Lost) | None => {}
        }
        let answer = self.cloud.ask(call).await;
        if let Some(asked) = self
            .asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_mut(place)
        {
            asked.reached = Some(answer.outcome);
        }
        if fails.is_some() {
            return Answer::refused(CallOutcome::Failed, None, Some("the connection broke"));
        }
        answer
    }
}

impl Cloud for Wire<'_> {
    fn ask<'c>(&'c self, call: &'c Call) -> Pin<Box<dyn Future<Output = Answer> + Send + 'c>> {
        Box::pin(self.answer(call))
    }
}

/// A journal in memory that takes so many lines and then no more, as when the program is killed.
pub(crate) struct Lines {
    lines: Mutex<Vec<(Timestamp, RunLine)>>,
    room: usize,
}

impl Lines {
    /// A journal with what is in it already, and room for so many lines more.
    pub(crate) fn new(lines: Vec<(Timestamp, RunLine)>, room: usize) -> Self {
        Self {
            room: lines.len().saturating_add(room),
            lines: Mutex::new(lines),
        }
    }

    /// All lines.
    pub(crate) fn all(&self) -> Vec<(Timestamp, RunLine)> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn take(&self, new: Vec<RunLine>) -> Result<(), JournalFailure> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        for line in new {
            if lines.len() >= self.room {
                return Err(JournalFailure("killed".to_owned()));
            }
            lines.push((Still.now(), line));
        }
        Ok(())
    }
}

impl RunJournal for Lines {
    fn write(
        &self,
        lines: Vec<RunLine>,
    ) -> Pin<Box<dyn Future<Output = Result<(), JournalFailure>> + Send + '_>> {
        Box::pin(std::future::ready(self.take(lines)))
    }
}

/// An engine that looks at once, not after seconds: the stand-in's changes are seen everywhere at once.
pub(crate) fn engine<'e>(models: &'e Models, wire: &'e Wire<'_>, lines: &'e Lines) -> Engine<'e> {
    Engine {
        cloud: wire,
        journal: lines,
        clock: &Still,
        catalogue: models,
        listener: &Silent,
        patience: Patience {
            looks: vec![Duration::from_millis(1), Duration::from_millis(2)],
            after_loss: Duration::from_millis(1),
            again: 2,
            ..Patience::default()
        },
    }
}

/// The line that opens a session of a run.
pub(crate) fn begun(undo: bool) -> RunLine {
    RunLine::Begun {
        plan: PlanDigest("0".repeat(64)),
        caller: "arn:aws:iam::111122223333:role/responder".to_owned(),
        approved_by: "the contract".to_owned(),
        second: None,
        undo,
        reason: undo.then(|| "the contract".to_owned()),
    }
}
