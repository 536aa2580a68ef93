//! Many writers, one journal: the case lives in a thread of its own, and all who wait share the next flush.
//!
//! While one flush is under way the next requests gather, so that the disk alone sets the pace. It must not know what a
//! run does.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

use futures_channel::oneshot;
use stanch_core::ports::{Clock, JournalFailure, RunJournal};
use stanch_core::run::RunLine;

use crate::case::Case;
use crate::error::CaseError;
use crate::run;

/// The most requests that share a flush: a later one must not keep the first waiting without end.
const GROUP_LIMIT: usize = 4096;

type Answer = oneshot::Sender<Result<(), JournalFailure>>;

enum Request {
    Write {
        run: String,
        lines: Vec<RunLine>,
        answer: Answer,
    },
    Work(Box<dyn FnOnce(&mut Case) + Send>),
    Close,
}

/// Work of the thread so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Lines made durable.
    pub lines: u64,
    /// Flushes that it took.
    pub flushes: u64,
}

/// A case that many write to at once. It is closed when this is finished or dropped.
#[derive(Debug)]
pub struct GroupCommit {
    sender: Sender<Request>,
    thread: Option<JoinHandle<(Case, Figures)>>,
}

/// Writes the lines of one run.
#[derive(Debug, Clone)]
pub struct RunWriter {
    sender: Sender<Request>,
    run: String,
}

impl GroupCommit {
    /// Hands a case to a thread of its own. Each line gets the moment at which the clock is asked, just before the
    /// flush.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(case: Case, clock: Arc<dyn Clock>) -> Result<Self, CaseError> {
        let dir = case.dir().to_path_buf();
        let (sender, receiver) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || serve(case, &receiver, clock.as_ref()))
            .map_err(|error| CaseError::io("start a thread for", &dir, error))?;
        Ok(Self {
            sender,
            thread: Some(thread),
        })
    }

    /// A writer of the lines of a run.
    #[must_use]
    pub fn writer(&self, run: &str) -> RunWriter {
        RunWriter {
            sender: self.sender.clone(),
            run: run.to_owned(),
        }
    }

    /// Does something else with the case, between two flushes: keeps evidence, writes a document. Asked for now, not
    /// when the future is first looked at; the future fails when the thread has ended.
    pub fn with<T, W>(&self, work: W) -> impl Future<Output = Result<T, JournalFailure>> + Send + use<T, W>
    where
        T: Send + 'static,
        W: FnOnce(&mut Case) -> T + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let work = move |case: &mut Case| {
            // Whoever asked may have stopped waiting.
            answer.send(work(case)).ok();
        };
        let sent = self.sender.send(Request::Work(Box::new(work)));
        let sent = sent.map_err(|_| closed());
        async move {
            sent?;
            answered.await.map_err(|_| closed())
        }
    }

    /// Writes what was asked for until now and gives the case back. Writers that are left over fail from here on.
    ///
    /// # Errors
    /// When the thread has died.
    pub fn finish(mut self) -> Result<(Case, Figures), CaseError> {
        self.close().ok_or(CaseError::Stopped)
    }

    fn close(&mut self) -> Option<(Case, Figures)> {
        // If it cannot be told to end, it has ended.
        self.sender.send(Request::Close).ok();
        self.thread.take()?.join().ok()
    }
}

impl Drop for GroupCommit {
    fn drop(&mut self) {
        // The lock is released before anything else happens.
        drop(self.close());
    }
}

impl RunJournal for RunWriter {
    fn write(
        &self,
        lines: Vec<RunLine>,
    ) -> Pin<Box<dyn Future<Output = Result<(), JournalFailure>> + Send + '_>> {
        let (answer, answered) = oneshot::channel();
        let request = Request::Write {
            run: self.run.clone(),
            lines,
            answer,
        };
        // Asked for now, not when the future is first looked at, so that lines keep their order.
        let sent = self.sender.send(request).map_err(|_| closed());
        Box::pin(async move {
            sent?;
            answered.await.map_err(|_| closed())?
        })
    }
}

fn closed() -> JournalFailure {
    JournalFailure("the case is closed".to_owned())
}

fn failure(error: &CaseError) -> JournalFailure {
    JournalFailure(error.to_string())
}

/// Loop of the thread, until it is stopped.
fn serve(mut case: Case, receiver: &Receiver<Request>, clock: &dyn Clock) -> (Case, Figures) {
    let mut figures = Figures::default();
    while let Ok(first) = receiver.recv() {
        let mut next = Some(first);
        let mut waiting = Vec::new();
        let mut lines_waiting = 0;
        while let Some(Request::Write { run, lines, answer }) = next {
            let count = lines.len() as u64;
            match case.journal.stage(clock.now(), &run::entries(&run, lines)) {
                Ok(()) => {
                    lines_waiting += count;
                    waiting.push(answer);
                }
                Err(error) => reply(answer, Err(failure(&error))),
            }
            let room = waiting.len() < GROUP_LIMIT;
            next = room.then(|| receiver.try_recv().ok()).flatten();
        }
        if !waiting.is_empty() {
            let flushed = case.journal.flush().map_err(|error| failure(&error));
            if flushed.is_ok() {
                figures.lines += lines_waiting;
                figures.flushes += 1;
            }
            for answer in waiting {
                reply(answer, flushed.clone());
            }
        }
        match next {
            Some(Request::Work(work)) => work(&mut case),
            Some(Request::Close) => break,
            Some(Request::Write { .. }) | None => {}
        }
    }
    (case, figures)
}

fn reply(answer: Answer, result: Result<(), JournalFailure>) {
    // Whoever asked may have stopped waiting; the line is written all the same.
    answer.send(result).ok();
}
