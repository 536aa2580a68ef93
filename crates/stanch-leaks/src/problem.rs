//! Parts of the input that were not read, each with its place. It must not know what would have been in them.

use serde::Serialize;

/// Reason why something was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// The file or folder can't be read.
    Unreadable,
    /// The bytes are not what their format requires.
    Damaged,
    /// A git object hangs from one that is damaged or missing.
    BaseMissing,
    /// Larger than the limits allow.
    TooLarge,
    /// Archives nested deeper than the limits allow.
    TooDeep,
    /// Encrypted with a password.
    Encrypted,
    /// A format or compression that is not supported.
    NotSupported,
    /// History that this clone does not have: a shallow or partial clone.
    NotInClone,
    /// A link that leads elsewhere and was not followed.
    Link,
    /// Something unusual that was read all the same.
    Note,
}

impl ProblemKind {
    /// Returns whether something was not read.
    #[must_use]
    pub const fn is_unread(self) -> bool {
        !matches!(self, Self::Note)
    }
}

/// Part of the input that was not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// Reason.
    pub kind: ProblemKind,
    /// File, archive member or git object. Escape it where it is shown.
    pub place: String,
    /// Detail for people. Escape it where it is shown.
    pub detail: String,
    /// Objects or members that were not read because of it.
    pub unread: u64,
}

/// Problems as they are found: the first ones in full, the rest as a count.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    list: Vec<Problem>,
    more: u64,
}

/// Problems that are kept in full.
const KEPT: usize = 1000;
/// Characters of a place or detail that are kept.
const TEXT: usize = 500;

impl Problems {
    /// Notes a problem.
    pub(crate) fn add(
        &mut self,
        kind: ProblemKind,
        place: impl Into<String>,
        detail: impl Into<String>,
        unread: u64,
    ) {
        if self.list.len() >= KEPT {
            self.more += 1;
            return;
        }
        self.list.push(Problem {
            kind,
            place: stanch_core::text::bounded(&place.into(), TEXT),
            detail: stanch_core::text::bounded(&detail.into(), TEXT),
            unread,
        });
    }

    /// Names a reader that stopped by a mistake of its own: others continued, what it had read is lost.
    pub(crate) fn of_panic(path: &std::path::Path) -> Self {
        let mut problems = Self::default();
        problems.add(
            ProblemKind::Unreadable,
            path.display().to_string(),
            "a reader failed here; please report it",
            0,
        );
        problems
    }

    /// Adds those of another part.
    pub(crate) fn append(&mut self, other: Self) {
        for problem in other.list {
            self.add(problem.kind, problem.place, problem.detail, problem.unread);
        }
        self.more += other.more;
    }

    /// Returns the problems and the number of those that are only counted.
    pub(crate) fn finish(mut self) -> (Vec<Problem>, u64) {
        self.list.sort();
        self.list.dedup();
        (self.list, self.more)
    }
}
