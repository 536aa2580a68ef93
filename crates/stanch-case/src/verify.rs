//! Whether a case is still what its journal says: every file, every line, every mode, nothing added.
//!
//! What a process that died left half-way is told apart from what somebody changed. It writes nothing. The
//! chain proves order and completeness up to its head, not who wrote it: to be sure that no lines were cut off,
//! or the whole written again, compare [`Verification::head`] with one noted elsewhere.

use std::fmt;
use std::path::Path;

use serde::Serialize;
use stanch_core::text::shown;

use crate::case::case_root;
use crate::digest::Digest;
use crate::entry::Entry;
use crate::error::CaseError;
use crate::journal::{self, Replay};
use crate::layout::{CASE_FILE, JOURNAL, Layout};
use crate::lock::Lock;
use crate::verifier::Verifier;
use crate::walk::walk;

/// Subject of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckSubject {
    /// Every journal line has its hash, follows the one before, and may.
    Journal,
    /// `case.json` is as it was written.
    CaseFile,
    /// Every document is as last written.
    Documents,
    /// Every piece of evidence is there and gives its name.
    Evidence,
    /// Source numbers are as registered, and `sources.jsonl` says what the segments say.
    Sources,
    /// Every committed segment is there, as committed.
    Segments,
    /// Every part of a committed segment is there, as committed.
    Parts,
    /// Every file of a snapshot that ended is there, as listed then, and no other is.
    Snapshots,
    /// Every plan is there and gives its name.
    Plans,
    /// Files that were kept aside are unchanged.
    Recovered,
    /// Only the owner may read, and nobody may write evidence or plans.
    Permissions,
    /// Nothing lies in the folder that the journal does not know.
    Strangers,
}

impl fmt::Display for CheckSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Journal => "journal lines",
            Self::CaseFile => "case file",
            Self::Documents => "documents",
            Self::Evidence => "evidence",
            Self::Sources => "source lists",
            Self::Segments => "segments",
            Self::Parts => "event parts",
            Self::Snapshots => "snapshots",
            Self::Plans => "plans",
            Self::Recovered => "recovered pieces",
            Self::Permissions => "permissions",
            Self::Strangers => "files in the folder",
        })
    }
}

/// Result of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckOutcome {
    /// All is as recorded.
    Passed,
    /// A process died here or has not ended: opening the case for writing repairs it, and a snapshot that has not
    /// ended waits to be taken up again.
    Unfinished,
    /// Something was changed, taken away or added.
    Failed,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Its subject.
    pub subject: CheckSubject,
    /// Its result: the worst of its parts.
    pub outcome: CheckOutcome,
    /// Number of things that were looked at.
    pub examined: u64,
    /// Number of those that are not as they should be.
    pub problem_count: u64,
    /// The first of these, in words, safe to show; at most [`Self::PROBLEM_LIMIT`].
    pub problems: Vec<String>,
}

impl Check {
    /// Number of problems that are put into words.
    pub const PROBLEM_LIMIT: usize = 100;

    pub(crate) const fn new(subject: CheckSubject) -> Self {
        Self {
            subject,
            outcome: CheckOutcome::Passed,
            examined: 0,
            problem_count: 0,
            problems: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, outcome: CheckOutcome, place: &str, words: &str) {
        if outcome == CheckOutcome::Passed {
            return;
        }
        self.outcome = self.outcome.max(outcome);
        self.problem_count += 1;
        if self.problems.len() < Self::PROBLEM_LIMIT {
            self.problems.push(format!("{}: {words}", shown(place, 200)));
        }
    }
}

/// Result of verifying a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Journal lines that hold.
    pub lines: u64,
    /// The hash of the last of them: note it elsewhere to be able to prove later that none was cut off.
    pub head: Digest,
    /// The checks, in a fixed order.
    pub checks: Vec<Check>,
}

impl Verification {
    /// Returns true when every check passed.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        self.outcome() == CheckOutcome::Passed
    }

    /// The worst outcome.
    #[must_use]
    pub fn outcome(&self) -> CheckOutcome {
        self.checks
            .iter()
            .map(|check| check.outcome)
            .max()
            .unwrap_or(CheckOutcome::Failed)
    }
}

/// Checks everything in a case, without writing. The case must hold still: nobody may have it open for writing.
///
/// # Errors
/// When it is no case, in use, of a newer format, or cannot be read. What was changed is no error but an outcome.
pub fn verify(dir: &Path) -> Result<Verification, CaseError> {
    let layout = case_root(dir)?;
    let lock = Lock::shared(&layout)?;
    let verification = verify_layout(&layout);
    drop(lock);
    verification
}

/// As [`verify`], for a case that is held already.
pub(crate) fn verify_layout(layout: &Layout) -> Result<Verification, CaseError> {
    let mut opened = None;
    let replay = journal::replay(&layout.path(JOURNAL), |line| {
        if let Entry::CaseOpened { case, .. } = line.entry {
            opened = Some(case);
        }
    })?;
    if replay.broken.is_none() && replay.ledger.lines == 0 && !layout.path(CASE_FILE).exists() {
        return Err(CaseError::UnfinishedCreation {
            dir: layout.root().to_path_buf(),
        });
    }
    let found = walk(layout.root())?;
    let verifier = Verifier {
        layout,
        ledger: &replay.ledger,
        found: &found,
    };
    let checks = vec![
        journal_check(&replay),
        verifier.case_file(opened.as_deref()),
        verifier.recorded(CheckSubject::Documents),
        verifier.evidence(),
        verifier.sources(),
        verifier.recorded(CheckSubject::Segments),
        verifier.recorded(CheckSubject::Parts),
        verifier.snapshots(),
        verifier.recorded(CheckSubject::Plans),
        verifier.recorded(CheckSubject::Recovered),
        verifier.permissions(),
        verifier.strangers(),
    ];
    Ok(Verification {
        lines: replay.ledger.lines,
        head: replay.ledger.head.clone(),
        checks,
    })
}

fn journal_check(replay: &Replay) -> Check {
    let mut check = Check::new(CheckSubject::Journal);
    check.examined = replay.ledger.lines;
    let place = format!("{JOURNAL} line {}", replay.ledger.lines + 1);
    if let Some(reason) = &replay.broken {
        let words = format!("{}; the lines from here on were not used", shown(reason, 200));
        check.add(CheckOutcome::Failed, &place, &words);
    }
    if !replay.torn.is_empty() {
        check.add(CheckOutcome::Unfinished, &place, "it has no end");
    }
    if replay.ledger.lines == 0 {
        check.add(CheckOutcome::Failed, JOURNAL, "no line of it holds");
    }
    check
}
