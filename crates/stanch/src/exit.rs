//! Exit codes: one meaning each, stable, and never 0 when something was left unseen.

use std::process::ExitCode;

use stanch_core::verdict::{Analysis, Conclusion};

/// Outcome of a run of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: done; nothing of medium severity or above was found, and all input was read.
    Nothing,
    /// 1: findings of medium severity or above.
    Findings,
    /// 2: wrong usage; nothing was done.
    Usage,
    /// 3: nothing found, but part of the input could not be read or judged.
    Incomplete,
    /// 4: findings, and part of the input could not be read or judged.
    FindingsIncomplete,
    /// 5: not everything was applied, or not everything was undone.
    NotAllApplied,
    /// 6: the linter refuses the plan.
    Refused,
    /// 7: failed: a file, the network, AWS or the case.
    Failed,
    /// 130: interrupted; what was done is kept, the same command continues.
    Interrupted,
}

impl Exit {
    /// The exit code of an analysis.
    pub(crate) fn of(analysis: &Analysis) -> Self {
        let complete = analysis.coverage.is_complete()
            && analysis.rules_refused.is_empty()
            && analysis.verdict.unknown.is_empty();
        match (&analysis.verdict.conclusion, complete) {
            (Conclusion::Unknown, _) | (Conclusion::NothingFound, false) => Self::Incomplete,
            (Conclusion::NothingFound, true) => Self::Nothing,
            (_, true) => Self::Findings,
            (_, false) => Self::FindingsIncomplete,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Nothing => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::Incomplete => 3,
            Exit::FindingsIncomplete => 4,
            Exit::NotAllApplied => 5,
            Exit::Refused => 6,
            Exit::Failed => 7,
            Exit::Interrupted => 130,
        })
    }
}
