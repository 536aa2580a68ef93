//! Problems of one input: counted, placed in the archive member being read, and kept while there is room.
//!
//! It must not know how a problem was found.

use std::collections::BTreeMap;

use stanch_core::source::{Problem, ProblemKind, SourceReport};
use stanch_core::text::shown;

/// Problems found so far.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    count: u64,
    kinds: BTreeMap<ProblemKind, u64>,
    kept: Vec<Problem>,
    member: String,
}

impl Problems {
    /// Sets the archive member that problems are in from now on; empty outside archives.
    pub(crate) fn set_member(&mut self, name: &str) {
        name.clone_into(&mut self.member);
    }

    /// Adds a problem.
    pub(crate) fn add(&mut self, kind: ProblemKind, offset: Option<u64>, detail: &str) {
        self.count += 1;
        *self.kinds.entry(kind).or_default() += 1;
        if self.kept.len() < SourceReport::PROBLEM_LIMIT {
            self.kept.push(Problem {
                kind,
                member: self.member.clone(),
                offset,
                detail: shown(detail, 300),
            });
        }
    }

    /// Returns the number of problems so far.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Removes the problems added since there were `count`, all of which are kept.
    ///
    /// Used where a content turns out to be clutter. Returns whether they could be removed.
    pub(crate) fn forget_since(&mut self, count: u64) -> bool {
        let Ok(first) = usize::try_from(count) else {
            return false;
        };
        if self.count as usize != self.kept.len() || first > self.kept.len() {
            return false;
        }
        for problem in self.kept.drain(first..) {
            if let Some(left) = self.kinds.get_mut(&problem.kind) {
                *left -= 1;
            }
        }
        self.kinds.retain(|_, left| *left > 0);
        self.count = count;
        true
    }

    /// Moves everything into the report.
    pub(crate) fn finish(self, report: &mut SourceReport) {
        report.problem_count = self.count;
        report.problem_kinds = self.kinds;
        report.problems = self.kept;
    }
}
