//! The single checks of a case against its journal. It must not write, nor decide which checks there are.

use std::collections::BTreeMap;

use crate::artefact::{self, FileStatus};
use crate::digest::{Digest, Digesting};
use crate::entry::{Artefact, Listing};
use crate::evidence::INCOMING;
use crate::info::CaseInfo;
use crate::journal::Ledger;
use crate::layout::{
    CASE_FILE, EVENTS, EVIDENCE, HUNTS, JOURNAL, LOCK, Layout, PLANS, RECOVERED, SNAPSHOTS, SOURCES, STAGING,
    hunt_of_part,
};
use crate::part::is_part_name;
use crate::recover;
use crate::segment;
use crate::verify::{Check, CheckOutcome, CheckSubject};
use crate::walk::{Found, FoundKind};

/// A case, what its journal says, and what lies in its folder.
pub(crate) struct Verifier<'a> {
    pub(crate) layout: &'a Layout,
    pub(crate) ledger: &'a Ledger,
    pub(crate) found: &'a BTreeMap<String, Found>,
}

/// The check that a recorded file belongs to.
fn subject_of(path: &str) -> CheckSubject {
    match path.split('/').next().unwrap_or_default() {
        CASE_FILE => CheckSubject::CaseFile,
        EVIDENCE => CheckSubject::Evidence,
        RECOVERED => CheckSubject::Recovered,
        HUNTS if path.ends_with(".jsonl") => CheckSubject::Sources,
        HUNTS => CheckSubject::Segments,
        EVENTS => CheckSubject::Parts,
        SNAPSHOTS => CheckSubject::Snapshots,
        PLANS => CheckSubject::Plans,
        _ => CheckSubject::Documents,
    }
}

impl Verifier<'_> {
    /// Checks every file that the journal vouches for and that belongs to this check.
    pub(crate) fn recorded(&self, subject: CheckSubject) -> Check {
        let mut check = Check::new(subject);
        for file in self
            .ledger
            .artefacts
            .values()
            .filter(|file| subject_of(&file.path) == subject)
        {
            check.examined += 1;
            let (outcome, words) = match artefact::file_status(self.layout, file) {
                FileStatus::Whole => (CheckOutcome::Passed, ""),
                FileStatus::Staged => (CheckOutcome::Unfinished, "written, but not yet put in its place"),
                FileStatus::Missing => (CheckOutcome::Failed, "missing"),
                FileStatus::Altered => (CheckOutcome::Failed, "its bytes do not give the recorded SHA-256"),
            };
            check.add(outcome, &file.path, words);
        }
        check
    }

    pub(crate) fn case_file(&self, opened: Option<&str>) -> Check {
        let mut check = self.recorded(CheckSubject::CaseFile);
        let Some(file) = self.ledger.artefacts.get(CASE_FILE) else {
            check.add(CheckOutcome::Failed, CASE_FILE, "the journal does not name it");
            return check;
        };
        if check.outcome != CheckOutcome::Failed {
            let read = artefact::read(self.layout, file).ok();
            let info = read.and_then(|bytes| serde_json::from_slice::<CaseInfo>(&bytes).ok());
            if info.is_none_or(|info| Some(info.id.as_str()) != opened) {
                check.add(
                    CheckOutcome::Failed,
                    CASE_FILE,
                    "it is of another case than the journal",
                );
            }
        }
        check
    }

    pub(crate) fn evidence(&self) -> Check {
        let mut check = self.recorded(CheckSubject::Evidence);
        for path in self
            .files_below(EVIDENCE)
            .filter(|path| !self.ledger.artefacts.contains_key(*path))
        {
            check.examined += 1;
            check.add(CheckOutcome::Failed, path, "the journal does not name it");
        }
        check
    }

    pub(crate) fn sources(&self) -> Check {
        let mut check = self.recorded(CheckSubject::Sources);
        let expected = recover::expected_listing(self.ledger);
        let path = self.layout.path(SOURCES);
        check.examined += 1;
        match recover::listing_on_disk(&path) {
            Ok(listing) if listing == expected => {}
            Ok(listing) if self.is_lagging(&listing, &expected) => {
                check.add(CheckOutcome::Unfinished, SOURCES, "it lags behind the segments");
            }
            Ok(_) => check.add(
                CheckOutcome::Failed,
                SOURCES,
                "it is not what the journal recorded",
            ),
            Err(error) => check.add(CheckOutcome::Failed, SOURCES, &error.to_string()),
        }
        if self
            .segment_listing(None)
            .is_none_or(|listing| listing != expected)
        {
            check.add(
                CheckOutcome::Failed,
                SOURCES,
                "the segments do not add up to what the journal recorded",
            );
        }
        check
    }

    /// Returns true when `sources.jsonl` is the beginning of what it should be, or what an abandoned hunt left.
    fn is_lagging(&self, listing: &Listing, expected: &Listing) -> bool {
        let nothing_yet = self
            .ledger
            .state
            .hunt
            .as_ref()
            .is_none_or(|hunt| hunt.batches == 0);
        let beginning = || {
            self.segment_listing(Some(listing.size))
                .is_some_and(|begin| begin == *listing)
        };
        (nothing_yet && self.ledger.state.hunt.is_some()) || (listing.size < expected.size && beginning())
    }

    /// Sum of the segments, or its first bytes; `None` if one of them is damaged.
    fn segment_listing(&self, limit: Option<u64>) -> Option<Listing> {
        let mut digesting = Digesting::default();
        if let Some(hunt) = &self.ledger.state.hunt {
            for number in 1..=hunt.segments {
                let read = segment::read(self.layout, self.ledger, hunt.number, number).ok()?;
                let left = limit.map_or(u64::MAX, |limit| limit.saturating_sub(digesting.size()));
                let length = usize::try_from(left)
                    .unwrap_or(usize::MAX)
                    .min(read.reports().len());
                digesting.add(&read.reports()[..length]);
            }
        }
        Some(Listing {
            size: digesting.size(),
            sha256: digesting.finish(),
        })
    }

    pub(crate) fn permissions(&self) -> Check {
        let mut check = Check::new(CheckSubject::Permissions);
        for (path, found) in self.found {
            let Some(mode) = found.mode.filter(|_| found.kind != FoundKind::Other) else {
                continue;
            };
            check.examined += 1;
            let place = if path.is_empty() { "." } else { path };
            if mode & 0o077 != 0 {
                check.add(CheckOutcome::Failed, place, "others than the owner have access");
            }
            let words = match subject_of(path) {
                CheckSubject::Evidence => "evidence can be written to",
                CheckSubject::Plans => "a plan can be written to",
                _ => continue,
            };
            if self.ledger.artefacts.contains_key(path) && mode & 0o222 != 0 {
                check.add(CheckOutcome::Failed, place, words);
            }
        }
        check
    }

    pub(crate) fn strangers(&self) -> Check {
        let mut check = Check::new(CheckSubject::Strangers);
        for (path, found) in self.found {
            check.examined += 1;
            if found.kind == FoundKind::Other {
                check.add(CheckOutcome::Failed, path, "neither a file nor a folder");
            } else if found.kind == FoundKind::File && !self.is_known(path) {
                match self.leftover_of(path) {
                    Some(words) => check.add(CheckOutcome::Unfinished, path, words),
                    None => check.add(CheckOutcome::Failed, path, "the journal does not know it"),
                }
            }
        }
        check
    }

    fn is_known(&self, path: &str) -> bool {
        [LOCK, JOURNAL, SOURCES].contains(&path)
            || self.ledger.artefacts.contains_key(path)
            || self.is_of_a_snapshot(path)
    }

    /// Files of a process that died, by names that only Stanch gives.
    fn leftover_of(&self, path: &str) -> Option<&'static str> {
        let (area, name) = path.split_once('/')?;
        match area {
            STAGING
                if name == INCOMING
                    || name == SOURCES
                    || is_part_name(name)
                    || Digest::parse(name).is_some() =>
            {
                Some("left by a write that was interrupted")
            }
            EVENTS => {
                let current = self.ledger.state.hunt.as_ref()?.number;
                (hunt_of_part(path)? < current).then_some("left by a hunt that was given up")
            }
            HUNTS => {
                let number = name.split_once('/')?.0.parse::<u32>().ok()?;
                let current = self.ledger.state.hunt.as_ref()?.number;
                (number < current).then_some("left by a hunt that was given up")
            }
            RECOVERED => {
                let bytes = std::fs::read(self.layout.path(path)).ok()?;
                let file = Artefact {
                    path: path.to_owned(),
                    size: bytes.len() as u64,
                    sha256: Digest::of(&bytes),
                };
                recover::recovery_of(&file).map(|_| "kept aside by an opening that was interrupted")
            }
            _ => None,
        }
    }

    pub(crate) fn files_below(&self, area: &str) -> impl Iterator<Item = &String> {
        let area = format!("{area}/");
        self.found
            .iter()
            .filter(move |(path, found)| found.kind == FoundKind::File && path.starts_with(&area))
            .map(|(path, _)| path)
    }
}
