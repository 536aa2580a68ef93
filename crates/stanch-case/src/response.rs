//! Steps of a response that the journal records: assessments, watches and manual steps. It must not decide what comes next.

use stanch_core::Timestamp;
use stanch_core::text::bounded;

use crate::case::Case;
use crate::entry::{Entry, ManualState};
use crate::error::CaseError;

const NAME_LIMIT: usize = 200;
const TEXT_LIMIT: usize = 4000;

impl Case {
    /// Records that a snapshot was assessed and the result shown.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn record_assessment(&mut self, snapshot: &str, at: Timestamp) -> Result<(), CaseError> {
        let snapshot = bounded(snapshot, NAME_LIMIT);
        self.journal.append(at, &Entry::Assessed { snapshot })
    }

    /// Records that repositories and files were searched for leaked credentials: findings of medium severity or above, and
    /// parts that were not read.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn record_key_scan(&mut self, findings: u64, unread: u64, at: Timestamp) -> Result<(), CaseError> {
        self.journal.append(at, &Entry::KeysScanned { findings, unread })
    }

    /// Records the state of a manual step, the person and the result of the checks. Names are cut at 200 characters, the
    /// text at 4000.
    ///
    /// # Errors
    /// When the step or the person is missing, or the disk refuses.
    pub fn record_manual_step(
        &mut self,
        id: &str,
        state: ManualState,
        (by, text): (&str, &str),
        at: Timestamp,
    ) -> Result<(), CaseError> {
        let entry = Entry::ManualStep {
            id: bounded(id, NAME_LIMIT),
            state,
            by: bounded(by, NAME_LIMIT),
            text: bounded(text, TEXT_LIMIT),
        };
        self.journal.append(at, &entry)
    }

    /// Records that a watch begins.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn record_watch_start(&mut self, minutes: u64, at: Timestamp) -> Result<(), CaseError> {
        self.journal.append(at, &Entry::WatchBegan { minutes })
    }

    /// Records that a watch ended, with the count of refused calls and alarms.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn record_watch_end(
        &mut self,
        is_interrupted: bool,
        (refused, alarms): (u64, u64),
        at: Timestamp,
    ) -> Result<(), CaseError> {
        let entry = Entry::WatchEnded {
            is_interrupted,
            refused,
            alarms,
        };
        self.journal.append(at, &entry)
    }
}
