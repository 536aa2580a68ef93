//! Kinds of journal lines. It must not know which line may follow which.

use serde::{Deserialize, Serialize};
use stanch_core::AccountId;
use stanch_core::plan::PlanDigest;
use stanch_core::run::RunLine;
use stanch_core::snapshot::Effort;

use crate::declaration::Declaration;
use crate::digest::Digest;
use crate::layout;

/// A file of the case as the journal recorded it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artefact {
    /// Its place in the case, with `/` between the parts.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its SHA-256.
    pub sha256: Digest,
}

/// Required content of `sources.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// Its size in bytes.
    pub size: u64,
    /// Its SHA-256.
    pub sha256: Digest,
}

impl Listing {
    pub(crate) fn empty() -> Self {
        Self {
            size: 0,
            sha256: Digest::of(b""),
        }
    }
}

/// Request to carry out a plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Approval {
    /// Who. Escape it where it is shown.
    pub by: String,
    /// The second person, where one is needed: somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<String>,
    /// The account id, as it was typed.
    pub account: AccountId,
}

/// Files that were out of place when the case was opened, and are kept aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recovery {
    /// The end of the journal, without the end of a line: a write that was cut off.
    TornJournalLine,
    /// A `sources.jsonl` that does not agree with the segments. It was rebuilt from them.
    SourcesListing,
}

impl Recovery {
    /// The first part of the name it is kept under.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::TornJournalLine => "journal-line",
            Self::SourcesListing => "sources",
        }
    }
}

/// State of a manual step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ManualState {
    /// A person vouches that it is done.
    Done,
    /// A person deferred it.
    Deferred,
}

/// Content of one journal line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "body", rename_all = "kebab-case")]
pub enum Entry {
    /// The case was made. First, and once.
    CaseOpened {
        /// The case's id.
        case: String,
        /// The version of the case format.
        format_version: u32,
        /// `case.json`.
        file: Artefact,
    },
    /// A hunt began with no sources. What an earlier one left is removed.
    HuntBegun {
        /// Its number, counted from 1.
        hunt: u32,
        /// Fingerprint of the engine: only a hunt of the same fingerprint may continue from its segments.
        fingerprint: String,
    },
    /// A hunt continues: it was interrupted, or there may be more to read.
    HuntResumed {
        /// Its number.
        hunt: u32,
    },
    /// Inputs got their numbers, before any of them is read.
    SourcesRegistered {
        /// The hunt.
        hunt: u32,
        /// Number of the registration in this hunt, counted from 1.
        batch: u32,
        /// Number of sources the hunt has now.
        sources: u32,
        /// The list.
        file: Artefact,
    },
    /// Some sources have been read, and what was learned is kept.
    SegmentCommitted {
        /// The hunt.
        hunt: u32,
        /// Number of the segment in this hunt, counted from 1.
        segment: u32,
        /// Number of sources it reports.
        sources: u32,
        /// The segment.
        file: Artefact,
        /// `sources.jsonl` with this segment's sources.
        listing: Listing,
        /// The part that belongs to it, if there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<Artefact>,
    },
    /// Everything listed has been read and judged.
    HuntFinished {
        /// The hunt.
        hunt: u32,
    },
    /// Something received is kept as it was.
    EvidenceKept {
        /// Where.
        file: Artefact,
    },
    /// A snapshot of an account begins, or is taken up again. Its files are not vouched for until it ends.
    SnapshotBegun {
        /// Its id, the name of its folder.
        snapshot: String,
    },
    /// A snapshot has ended, and its files are those of the list.
    SnapshotEnded {
        /// Its id.
        snapshot: String,
        /// The list of its files, next to its folder: one line each with path, size and SHA-256.
        file: Artefact,
        /// Calls, time and bytes of the run that ended it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        effort: Option<Effort>,
    },
    /// A document was written, in place of any of that name before.
    DocumentWritten {
        /// The document.
        file: Artefact,
    },
    /// A plan is kept, and never changed. Its name is the SHA-256 of its bytes.
    PlanKept {
        /// The plan.
        file: Artefact,
    },
    /// Somebody wants a plan carried out. Whoever approves names the whole digest, which only seeing the plan gives.
    PlanApproved {
        /// The plan.
        plan: PlanDigest,
        /// Identity and account.
        approval: Approval,
    },
    /// A run of a plan continues by one line.
    Run {
        /// Its id.
        run: String,
        /// The line.
        line: RunLine,
    },
    /// The format of the case is raised, so that programs that do not know the new one refuse it.
    FormatRaised {
        /// The new version.
        format_version: u32,
        /// `case.json` with that version.
        file: Artefact,
    },
    /// A declaration is added.
    Declared {
        /// The declaration.
        declaration: Declaration,
        /// The person. Escape it where it is shown.
        by: String,
        /// The reason. Escape it where it is shown.
        reason: String,
    },
    /// A declaration is withdrawn.
    Withdrawn {
        /// The declaration.
        declaration: Declaration,
        /// The person. Escape it where it is shown.
        by: String,
        /// The reason. Escape it where it is shown.
        reason: String,
    },
    /// A snapshot was assessed and the result shown.
    Assessed {
        /// Id of the snapshot.
        snapshot: String,
    },
    /// Repositories and files were searched for leaked credentials and the result shown.
    KeysScanned {
        /// Number of credentials of medium severity or above.
        findings: u64,
        /// Number of parts that were not read.
        unread: u64,
    },
    /// A watch begins.
    WatchBegan {
        /// Planned duration in minutes.
        minutes: u64,
    },
    /// A watch ended.
    WatchEnded {
        /// True when a person interrupted it.
        is_interrupted: bool,
        /// Count of refused calls.
        refused: u64,
        /// Count of alarms.
        alarms: u64,
    },
    /// A manual step is done or deferred.
    ManualStep {
        /// Id of the step.
        id: String,
        /// Its state.
        state: ManualState,
        /// The person. Escape it where it is shown.
        by: String,
        /// Result of the checks, or a remark of the person. Escape it where it is shown.
        text: String,
    },
    /// Something was out of place and was kept aside.
    Recovered {
        /// Its kind.
        what: Recovery,
        /// Where it is kept.
        file: Artefact,
    },
    /// A remark, for people.
    Note {
        /// The remark. Escape it where it is shown.
        text: String,
    },
}

impl Entry {
    /// The word in the line's `kind`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::CaseOpened { .. } => "case-opened",
            Self::HuntBegun { .. } => "hunt-begun",
            Self::HuntResumed { .. } => "hunt-resumed",
            Self::SourcesRegistered { .. } => "sources-registered",
            Self::SegmentCommitted { .. } => "segment-committed",
            Self::HuntFinished { .. } => "hunt-finished",
            Self::EvidenceKept { .. } => "evidence-kept",
            Self::SnapshotBegun { .. } => "snapshot-begun",
            Self::SnapshotEnded { .. } => "snapshot-ended",
            Self::DocumentWritten { .. } => "document-written",
            Self::PlanKept { .. } => "plan-kept",
            Self::PlanApproved { .. } => "plan-approved",
            Self::Run { .. } => "run",
            Self::FormatRaised { .. } => "format-raised",
            Self::Declared { .. } => "declared",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Assessed { .. } => "assessed",
            Self::KeysScanned { .. } => "keys-scanned",
            Self::WatchBegan { .. } => "watch-began",
            Self::WatchEnded { .. } => "watch-ended",
            Self::ManualStep { .. } => "manual-step",
            Self::Recovered { .. } => "recovered",
            Self::Note { .. } => "note",
        }
    }

    /// The part that the line vouches for next to its file.
    #[must_use]
    pub const fn part(&self) -> Option<&Artefact> {
        match self {
            Self::SegmentCommitted { part, .. } => part.as_ref(),
            _ => None,
        }
    }

    /// The file that the line vouches for.
    #[must_use]
    pub const fn file(&self) -> Option<&Artefact> {
        match self {
            Self::CaseOpened { file, .. }
            | Self::FormatRaised { file, .. }
            | Self::SourcesRegistered { file, .. }
            | Self::SegmentCommitted { file, .. }
            | Self::EvidenceKept { file }
            | Self::SnapshotEnded { file, .. }
            | Self::DocumentWritten { file }
            | Self::PlanKept { file }
            | Self::Recovered { file, .. } => Some(file),
            Self::HuntBegun { .. }
            | Self::HuntResumed { .. }
            | Self::HuntFinished { .. }
            | Self::SnapshotBegun { .. }
            | Self::PlanApproved { .. }
            | Self::Run { .. }
            | Self::Declared { .. }
            | Self::Withdrawn { .. }
            | Self::Assessed { .. }
            | Self::KeysScanned { .. }
            | Self::WatchBegan { .. }
            | Self::WatchEnded { .. }
            | Self::ManualStep { .. }
            | Self::Note { .. } => None,
        }
    }

    /// Returns true when its file lies where files of its kind belong: a line can never name a place outside the case.
    pub(crate) fn is_in_place(&self) -> bool {
        match self {
            Self::CaseOpened { file, .. } | Self::FormatRaised { file, .. } => file.path == layout::CASE_FILE,
            Self::SourcesRegistered {
                hunt, batch, file, ..
            } => file.path == layout::registration_path(*hunt, *batch),
            Self::SegmentCommitted {
                hunt,
                segment,
                file,
                part,
                ..
            } => {
                file.path == layout::segment_path(*hunt, *segment)
                    && part
                        .as_ref()
                        .is_none_or(|part| part.path == layout::part_path(*hunt, *segment))
            }
            Self::EvidenceKept { file } => file.path == layout::evidence_path(&file.sha256),
            Self::SnapshotEnded { snapshot, file, .. } => file.path == layout::snapshot_index_path(snapshot),
            Self::DocumentWritten { file } => layout::check_document_name(&file.path).is_ok(),
            Self::PlanKept { file } => file.path == layout::plan_path(&file.sha256),
            Self::Recovered { file, .. } => layout::is_recovered_path(&file.path, &file.sha256),
            Self::HuntBegun { .. }
            | Self::HuntResumed { .. }
            | Self::HuntFinished { .. }
            | Self::SnapshotBegun { .. }
            | Self::PlanApproved { .. }
            | Self::Run { .. }
            | Self::Declared { .. }
            | Self::Withdrawn { .. }
            | Self::Assessed { .. }
            | Self::KeysScanned { .. }
            | Self::WatchBegan { .. }
            | Self::WatchEnded { .. }
            | Self::ManualStep { .. }
            | Self::Note { .. } => true,
        }
    }
}
