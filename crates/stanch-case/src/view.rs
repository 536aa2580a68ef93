//! A case that is open for reading only: no lock is taken and nothing is written, so that a copy on a read-only
//! disk, or a case that another process is writing, can be looked at.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use stanch_core::plan::PlanDigest;
use stanch_core::run::RunLine;
use stanch_core::{SourceReport, Timestamp};

use crate::artefact;
use crate::atomic;
use crate::declaration::Declarations;
use crate::document;
use crate::entry::Artefact;
use crate::error::CaseError;
use crate::evidence::EvidenceStore;
use crate::info::CaseInfo;
use crate::journal::{self, Ledger};
use crate::layout::{JOURNAL, Layout, SOURCES, hunt_of_part};
use crate::line::Line;
use crate::plan;
use crate::run;
use crate::run_state::{PlanState, RunState};
use crate::segment;
use crate::transition::State;

/// A case as it was when it was opened for reading.
#[derive(Debug)]
pub struct CaseView {
    layout: Layout,
    info: CaseInfo,
    ledger: Ledger,
}

impl CaseView {
    pub(crate) const fn new(layout: Layout, info: CaseInfo, ledger: Ledger) -> Self {
        Self { layout, info, ledger }
    }

    /// The case's own description.
    #[must_use]
    pub const fn info(&self) -> &CaseInfo {
        &self.info
    }

    /// The folder of the case.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.layout.root()
    }

    /// Progress of the case.
    #[must_use]
    pub const fn state(&self) -> &State {
        &self.ledger.state
    }

    /// Declarations in effect.
    #[must_use]
    pub fn declarations(&self) -> Declarations {
        Declarations::of(&self.info, &self.ledger.state)
    }

    /// Every journal line; those of format 1 as what they mean today.
    ///
    /// # Errors
    /// When the journal cannot be read or no longer holds.
    pub fn lines(&self) -> Result<Vec<Line>, CaseError> {
        journal::lines(&self.layout.path(JOURNAL))
    }

    /// The documents, by name.
    pub fn documents(&self) -> impl Iterator<Item = &Artefact> {
        document::list(&self.ledger)
    }

    /// Reads a document, checked against the journal.
    ///
    /// # Errors
    /// When there is none of that name, or it was changed since.
    pub fn read_document(&self, name: &str) -> Result<Vec<u8>, CaseError> {
        match document::read(&self.layout, &self.ledger, name) {
            // A process that has the case open for writing may have replaced it since this view was opened.
            Err(CaseError::Damaged { .. }) => {
                let replay = journal::replay(&self.layout.path(JOURNAL), drop)?;
                document::read(&self.layout, replay.sound()?, name)
            }
            read => read,
        }
    }

    /// Every plan, by its digest.
    #[must_use]
    pub const fn plans(&self) -> &BTreeMap<PlanDigest, PlanState> {
        &self.ledger.state.plans
    }

    /// Reads a plan by its digest or enough digits of it; see [`Case::plan`](crate::Case::plan).
    ///
    /// # Errors
    /// When none or several begin like that, or it was changed since.
    pub fn plan(&self, name: &str) -> Result<(PlanDigest, Vec<u8>), CaseError> {
        plan::read(&self.layout, &self.ledger, name)
    }

    /// Every run, by its id.
    #[must_use]
    pub const fn runs(&self) -> &BTreeMap<String, RunState> {
        &self.ledger.state.runs
    }

    /// The lines of a run as they are now, in order, with the moment of each.
    ///
    /// # Errors
    /// When it never began, or the journal cannot be read or no longer holds.
    pub fn run_lines(&self, run: &str) -> Result<Vec<(Timestamp, RunLine)>, CaseError> {
        run::lines(&self.layout, run)
    }

    /// Evidence as it was received.
    #[must_use]
    pub const fn evidence(&self) -> EvidenceStore<'_> {
        EvidenceStore::new(&self.layout, &self.ledger)
    }

    /// The parts of the latest hunt's segments, in the order of the segments: what the journal names and nothing else,
    /// each where it lies (one may still be staged, if a process died between its journal line and its move). Their
    /// sizes are compared with the journal; their bytes are [`verify()`](crate::verify())'s to check.
    ///
    /// # Errors
    /// When one of them is missing or of another size.
    pub fn events_parts(&self) -> Result<Vec<PathBuf>, CaseError> {
        let parts = self.ledger.artefacts.values();
        parts
            .filter(|file| hunt_of_part(&file.path).is_some())
            .map(|file| artefact::locate(&self.layout, file))
            .collect()
    }

    /// What became of each source of the latest hunt, as `sources.jsonl` has it: the latest report of each, by
    /// number. A line that is being written is left out.
    ///
    /// # Errors
    /// When the file cannot be read or understood.
    pub fn sources(&self) -> Result<Vec<SourceReport>, CaseError> {
        let path = self.layout.path(SOURCES);
        if !atomic::plain_file(&path)? {
            return Ok(Vec::new());
        }
        let mut bytes = std::fs::read(&path).map_err(|error| CaseError::io("read", &path, error))?;
        let whole = bytes
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1);
        bytes.truncate(whole);
        let lines = segment::parse_lines(&bytes).map_err(|_| CaseError::Damaged {
            path,
            reason: "it cannot be understood",
        })?;
        let latest: BTreeMap<_, _> = lines
            .into_iter()
            .map(|line| (line.report.id, line.report))
            .collect();
        Ok(latest.into_values().collect())
    }
}
