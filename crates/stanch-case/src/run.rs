//! Runs: what a plan's being carried out or undone says of itself, line by line, in the journal.
//!
//! It must not know what a step does, nor decide what a run does next.

use std::collections::BTreeMap;

use stanch_core::Timestamp;
use stanch_core::run::RunLine;

use crate::case::Case;
use crate::entry::Entry;
use crate::error::CaseError;
use crate::journal;
use crate::layout::{JOURNAL, Layout};
use crate::run_state::RunState;

impl Case {
    /// Makes lines of a run durable, all with one flush, before it returns. The id is 1 to 80 ASCII letters, digits,
    /// dashes and underscores, the first of them a letter or digit. For many at once see
    /// [`GroupCommit`](crate::GroupCommit).
    ///
    /// # Errors
    /// When a line may not follow (then none is written), or the disk refuses.
    pub fn write_run(&mut self, run: &str, lines: Vec<RunLine>, at: Timestamp) -> Result<(), CaseError> {
        self.journal.append_all(at, &entries(run, lines))
    }

    /// Every run, by its id.
    #[must_use]
    pub const fn runs(&self) -> &BTreeMap<String, RunState> {
        &self.journal.state().runs
    }

    /// The lines of a run, in order, with the moment of each, read from disk.
    ///
    /// # Errors
    /// When it never began, or the journal cannot be read or no longer holds.
    pub fn run_lines(&self, run: &str) -> Result<Vec<(Timestamp, RunLine)>, CaseError> {
        lines(&self.layout, run)
    }
}

/// The journal lines that say these lines of a run.
pub(crate) fn entries(run: &str, lines: Vec<RunLine>) -> Vec<Entry> {
    let entry = |line| Entry::Run {
        run: run.to_owned(),
        line,
    };
    lines.into_iter().map(entry).collect()
}

/// The lines of a run as the journal on disk has them.
pub(crate) fn lines(layout: &Layout, wanted: &str) -> Result<Vec<(Timestamp, RunLine)>, CaseError> {
    let mut lines = Vec::new();
    let replay = journal::replay(&layout.path(JOURNAL), |line| match line.entry {
        Entry::Run { run, line: said } if run == wanted => lines.push((line.at, said)),
        _ => {}
    })?;
    replay.sound()?;
    if lines.is_empty() {
        let run = wanted.to_owned();
        return Err(CaseError::NoSuchRun { run });
    }
    Ok(lines)
}
