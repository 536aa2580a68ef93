//! Everything that can go wrong with a case: what happened, and what to do next. It must not print.

use std::io;
use std::path::{Path, PathBuf};

use stanch_core::SourceId;
use stanch_core::text::shown;

use crate::lock::Holder;
use crate::transition::IllegalTransition;

/// Why a case could not be made, opened, read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaseError {
    /// Another process is writing, or verifying while this one wants to write.
    #[error("the case {} is in use{}", show(.dir), .holder.as_ref().map_or_else(|| " by another process".to_owned(), Holder::phrase))]
    Locked {
        /// The case.
        dir: PathBuf,
        /// Holder of the lock, as the lock file has it.
        holder: Option<Holder>,
    },
    /// Neither `case.json` nor a journal is there.
    #[error("{} is not a case", show(.dir))]
    NotACase {
        /// The folder.
        dir: PathBuf,
    },
    /// The path names a file.
    #[error("{} is not a folder", show(.dir))]
    NotAFolder {
        /// The path.
        dir: PathBuf,
    },
    /// A case lies there already.
    #[error("{} holds a case already", show(.dir))]
    AlreadyACase {
        /// The folder.
        dir: PathBuf,
    },
    /// The folder for a new case holds something else.
    #[error("{} is not empty: it holds {found}", show(.dir))]
    NotEmpty {
        /// The folder.
        dir: PathBuf,
        /// The first thing found in it, safe to show.
        found: String,
    },
    /// A process was stopped while it made this case.
    #[error("the making of the case {} was interrupted before anything was kept in it", show(.dir))]
    UnfinishedCreation {
        /// The folder.
        dir: PathBuf,
    },
    /// A newer program wrote this case.
    #[error("the case {} has format version {found}; this program reads up to version {supported}", show(.dir))]
    NewerFormat {
        /// The folder.
        dir: PathBuf,
        /// The version it says.
        found: u32,
        /// The newest version this program reads.
        supported: u32,
    },
    /// The hash chain or the order of the journal does not hold.
    #[error("the journal is broken at line {line}: {reason}")]
    JournalBroken {
        /// The first line that does not hold, counted from 1.
        line: u64,
        /// Why, safe to show.
        reason: String,
    },
    /// An earlier write failed half-way, so this process must not continue writing.
    #[error("an earlier write to the case failed, nothing more is written by this process")]
    Stopped,
    /// A file is not what the journal says it is.
    #[error("{} is not as the journal recorded it: {reason}", show(.path))]
    Damaged {
        /// The file.
        path: PathBuf,
        /// In what way.
        reason: &'static str,
    },
    /// A step that may not follow the ones before it.
    #[error(transparent)]
    Illegal(#[from] IllegalTransition),
    /// A document name that could leave the case or clash with a part of it.
    #[error("{} cannot be the name of a document: {reason}", shown(.name, 100))]
    BadName {
        /// The name.
        name: String,
        /// The fault.
        reason: &'static str,
    },
    /// A snapshot's id that could not safely be the name of a folder.
    #[error("{} cannot be the id of a snapshot: {reason}", shown(.id, 100))]
    BadSnapshotId {
        /// The id.
        id: String,
        /// The fault.
        reason: &'static str,
    },
    /// No document of that name was ever written.
    #[error("the case has no document {}", shown(.name, 100))]
    NoSuchDocument {
        /// The name.
        name: String,
    },
    /// No evidence of that digest was ever kept.
    #[error("the case keeps no evidence with SHA-256 {sha256}")]
    NoSuchEvidence {
        /// The digest.
        sha256: String,
    },
    /// The given document is not a plan.
    #[error("this is no plan that can be kept: {reason}")]
    BadPlan {
        /// The fault.
        reason: &'static str,
    },
    /// A declaration that can't be accepted.
    #[error("{} can't be declared: {reason}", quoted(.text))]
    BadDeclaration {
        /// The principal, account id or entry.
        text: String,
        /// The fault.
        reason: &'static str,
        /// Text that would be accepted.
        next: &'static str,
    },
    /// No declaration with that id is in effect.
    #[error("{} is not declared in this case", quoted(.id))]
    NotDeclared {
        /// The principal, account id or entry.
        id: String,
    },
    /// The last responder can't be withdrawn.
    #[error("{} is the only responder of the case", quoted(.id))]
    LastResponder {
        /// The responder.
        id: String,
    },
    /// No plan's digest begins like that.
    #[error("the case has no plan {}", shown(.name, 100))]
    NoSuchPlan {
        /// The digest, or the beginning of one.
        name: String,
    },
    /// Several plans' digests begin like that.
    #[error("several plans of the case begin with {}", shown(.name, 100))]
    AmbiguousPlan {
        /// The beginning of a digest.
        name: String,
    },
    /// The plan is for another account than the one that was typed.
    #[error("the plan is for account {}, not for {}", shown(.planned, 100), shown(.typed, 100))]
    WrongAccount {
        /// The account of the plan.
        planned: String,
        /// The typed text.
        typed: String,
    },
    /// No run of that id ever began.
    #[error("the case has no run {}", shown(.run, 100))]
    NoSuchRun {
        /// The id.
        run: String,
    },
    /// A line that could not be read again.
    #[error(
        "a journal line of kind {kind} is longer than {} bytes",
        crate::journal::LINE_LIMIT
    )]
    LineTooLong {
        /// The kind of line.
        kind: &'static str,
    },
    /// A segment reports a source that was not registered.
    #[error("source {} was reported but never registered", .id.0)]
    UnregisteredSource {
        /// The source.
        id: SourceId,
    },
    /// A segment reports a source that a segment holds already.
    #[error("source {} was reported twice", .id.0)]
    SourceReportedTwice {
        /// The source.
        id: SourceId,
    },
    /// More inputs than can be numbered.
    #[error("more than {} inputs", u32::MAX)]
    TooManySources,
    /// The disk or the quota is full.
    #[error("cannot {action} {}: the disk is full", show(.path))]
    DiskFull {
        /// The operation that was tried.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// The system's message.
        source: io::Error,
    },
    /// A read-only file system or folder, or somebody else's.
    #[error("cannot {action} {}: it is read-only or belongs to another user", show(.path))]
    NotPermitted {
        /// The operation that was tried.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// The system's message.
        source: io::Error,
    },
    /// Anything else the system refused.
    #[error("cannot {action} {}", show(.path))]
    Io {
        /// The operation that was tried.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// The system's message.
        source: io::Error,
    },
}

impl CaseError {
    /// The next step, as one phrase.
    #[must_use]
    pub const fn next(&self) -> &'static str {
        match self {
            Self::Locked { .. } => "wait until that process has ended, or end it, and try again",
            Self::NotACase { .. } => "check the path, or make a case there with `stanch case new`",
            Self::NotAFolder { .. } => "give the path of a folder",
            Self::AlreadyACase { .. } => "continue with this case by `--case`, or choose another folder",
            Self::NotEmpty { .. } => "choose a folder that is empty or does not exist yet",
            Self::UnfinishedCreation { .. } => "run `stanch case new` for this folder again",
            Self::NewerFormat { .. } => "use the version of stanch that made this case, or a newer one",
            Self::JournalBroken { .. } => {
                "run `stanch case verify` to see how far the case holds, and go back to a copy of it"
            }
            Self::Stopped => "run the command again: opening the case repairs what was left half-way",
            Self::Damaged { .. } => {
                "run `stanch case verify` to see what else was changed; go back to a copy"
            }
            Self::Illegal(_)
            | Self::BadPlan { .. }
            | Self::LineTooLong { .. }
            | Self::UnregisteredSource { .. }
            | Self::SourceReportedTwice { .. } => {
                "nothing was written; this is a fault of the program, please report it"
            }
            Self::BadName { .. } => "use lower-case letters, digits, dots, dashes and at most 8 parts",
            Self::BadSnapshotId { .. } => "use letters, digits, dashes and underscores, at most 80",
            Self::NoSuchDocument { .. } => "run `stanch hunt` on this case first",
            Self::BadDeclaration { next, .. } => next,
            Self::NotDeclared { .. } => "list what is declared and give it as it is listed",
            Self::LastResponder { .. } => "add the right responder first: stanch case responder add ARN",
            Self::NoSuchPlan { .. } | Self::NoSuchRun { .. } => "check the name against `stanch case show`",
            Self::AmbiguousPlan { .. } => "give more digits of the digest",
            Self::WrongAccount { .. } => "nothing was approved; look again which account the plan changes",
            Self::NoSuchEvidence { .. } => "check the digest against `stanch case show`",
            Self::TooManySources => "split the input over several cases",
            Self::DiskFull { .. } => {
                "free some space and run the command again: it continues where it stopped"
            }
            Self::NotPermitted { .. } => {
                "check owner and mode (folder 0700, files 0600), or copy the case to a place you can write to"
            }
            Self::Io { .. } => "check the path and the disk, and run the command again",
        }
    }

    /// Sorts an error of the system by what a person can do about it.
    pub(crate) fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::DiskFull { action, path, source }
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::NotPermitted { action, path, source }
            }
            _ => Self::Io { action, path, source },
        }
    }
}

/// Returns a text in backticks, safe to show and bounded; a word for an empty one.
fn quoted(text: &str) -> String {
    if text.is_empty() {
        "an empty text".to_owned()
    } else {
        format!("`{}`", shown(text, 200))
    }
}

/// A path made safe to show and bounded.
pub(crate) fn show(path: &Path) -> String {
    shown(&path.to_string_lossy(), 300)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(kind: io::ErrorKind) -> CaseError {
        CaseError::io("write", Path::new("case/x\u{1b}[2J"), io::Error::from(kind))
    }

    #[test]
    fn a_full_disk_and_a_read_only_folder_have_names_of_their_own() {
        assert!(matches!(
            sorted(io::ErrorKind::StorageFull),
            CaseError::DiskFull { .. }
        ));
        assert!(matches!(
            sorted(io::ErrorKind::QuotaExceeded),
            CaseError::DiskFull { .. }
        ));
        assert!(matches!(
            sorted(io::ErrorKind::PermissionDenied),
            CaseError::NotPermitted { .. }
        ));
        assert!(matches!(
            sorted(io::ErrorKind::ReadOnlyFilesystem),
            CaseError::NotPermitted { .. }
        ));
        assert!(matches!(sorted(io::ErrorKind::NotFound), CaseError::Io { .. }));
    }

    #[test]
    fn file_names_are_made_safe_to_show() {
        insta::assert_snapshot!(
            sorted(io::ErrorKind::StorageFull),
            @"cannot write case/x\\u{1b}[2J: the disk is full"
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_write_to_a_full_device_is_a_full_disk() {
        use std::io::Write as _;
        let path = Path::new("/dev/full");
        let mut full = std::fs::OpenOptions::new().write(true).open(path).unwrap();
        let error = CaseError::io("write", path, full.write_all(b"x").unwrap_err());
        assert!(matches!(error, CaseError::DiskFull { .. }));
        assert!(error.next().starts_with("free some space"));
    }
}
