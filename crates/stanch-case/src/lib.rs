//! The case directory: everything one incident has taught, on disk, so that it can be handed over and checked.
//!
//! A case is a folder (0700, its files 0600) with one writer at a time. Whatever goes in passes one door: the
//! bytes are staged, a journal line that names them by SHA-256 is made durable, then they move into place. A
//! process that is killed anywhere in between leaves a case that [`Case::open`] finishes or rolls back, and a
//! byte that is changed afterwards is found by [`verify()`]. This crate must not know what an event, a finding
//! or a report means, and reads no clock: every moment is passed in.

mod artefact;
mod atomic;
mod case;
mod declaration;
mod digest;
mod document;
mod entry;
mod error;
mod evidence;
mod format_one;
mod group;
mod hunt;
mod info;
mod journal;
mod layout;
mod line;
mod lock;
mod part;
mod plan;
mod principal;
mod recover;
mod registry;
mod response;
mod run;
mod run_state;
mod segment;
mod snapshot;
mod snapshot_check;
mod snapshot_index;
mod transition;
mod verifier;
mod verify;
mod view;
mod walk;

#[cfg(test)]
mod crash_tests;
#[cfg(test)]
mod declaration_tests;
#[cfg(test)]
mod format_one_tests;
#[cfg(test)]
mod journal_tests;
#[cfg(test)]
mod run_tests;
#[cfg(test)]
mod snapshot_tests;
#[cfg(test)]
mod tamper_tests;
#[cfg(test)]
mod test_case;
#[cfg(test)]
mod transition_tests;

pub use case::Case;
pub use declaration::{Declaration, DeclarationKind, Declarations, Declared};
pub use digest::Digest;
pub use entry::{Approval, Artefact, Entry, Listing, ManualState, Recovery};
pub use error::CaseError;
pub use evidence::EvidenceStore;
pub use group::{Figures, GroupCommit, RunWriter};
pub use hunt::{Hunt, Segments};
pub use info::{CaseInfo, FORMAT_VERSION, NewCase};
pub use journal::Journal;
pub use line::Line;
pub use lock::Holder;
pub use part::{PartFile, SealedPart};
pub use registry::{Assigned, Committed, ListedInput};
pub use run_state::{Intent, PlanState, RunState};
pub use segment::Segment;
pub use transition::{HuntState, IllegalTransition, SnapshotState, State};
pub use verify::{Check, CheckOutcome, CheckSubject, Verification, verify};
pub use view::CaseView;
