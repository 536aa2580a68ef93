//! The evidence store: what was received, under its SHA-256, written once and never again.
//!
//! It must not know what the bytes are. Whatever is a secret must have been taken out before.

use std::io::Read;

use stanch_core::Timestamp;

use crate::artefact;
use crate::atomic;
use crate::case::Case;
use crate::digest::Digest;
use crate::entry::{Artefact, Entry};
use crate::error::CaseError;
use crate::journal::Ledger;
use crate::layout::{Layout, STAGING, evidence_path};

/// The name under which evidence is received before its digest is known.
pub(crate) const INCOMING: &str = "incoming";

impl Case {
    /// Keeps all that a reader gives, and tells under which digest. What is kept already is checked and not
    /// written again.
    ///
    /// # Errors
    /// When it could not be read or written, or what was kept under that digest was changed since.
    pub fn keep_evidence(&mut self, content: &mut dyn Read, at: Timestamp) -> Result<Digest, CaseError> {
        let incoming = self.layout.path(STAGING).join(INCOMING);
        let received = atomic::copy_new(&incoming, content, atomic::SEALED)?;
        let sha256 = received.finish();
        let path = evidence_path(&sha256);
        if let Some(kept) = self.journal.ledger().artefacts.get(&path) {
            atomic::remove_file(&incoming)?;
            if !artefact::holds(&self.layout.path(&path), kept) {
                let reason = "the evidence was changed after it was kept";
                return Err(CaseError::Damaged {
                    path: self.layout.path(&path),
                    reason,
                });
            }
            return Ok(sha256);
        }
        let file = Artefact {
            path,
            size: received.size(),
            sha256: sha256.clone(),
        };
        let entry = Entry::EvidenceKept { file };
        self.journal.admit(&entry)?;
        atomic::rename(&incoming, &self.layout.staged(&sha256))?;
        self.place(at, &entry)?;
        Ok(sha256)
    }

    /// The kept file, for reading.
    #[must_use]
    pub const fn evidence(&self) -> EvidenceStore<'_> {
        EvidenceStore::new(&self.layout, self.journal.ledger())
    }
}

/// Evidence: files that a case keeps as they were received.
#[derive(Debug, Clone, Copy)]
pub struct EvidenceStore<'a> {
    layout: &'a Layout,
    ledger: &'a Ledger,
}

impl<'a> EvidenceStore<'a> {
    pub(crate) const fn new(layout: &'a Layout, ledger: &'a Ledger) -> Self {
        Self { layout, ledger }
    }

    /// Returns true when something of this digest was kept.
    #[must_use]
    pub fn contains(&self, sha256: &Digest) -> bool {
        self.ledger.artefacts.contains_key(&evidence_path(sha256))
    }

    /// Reads what was kept, checked against its digest.
    ///
    /// # Errors
    /// When nothing of this digest was kept, or it was changed since.
    pub fn read(&self, sha256: &Digest) -> Result<Vec<u8>, CaseError> {
        let kept = self.ledger.artefacts.get(&evidence_path(sha256));
        let file = kept.ok_or_else(|| CaseError::NoSuchEvidence {
            sha256: sha256.to_string(),
        })?;
        artefact::read(self.layout, file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_case::{new_case, time};

    #[test]
    fn it_is_kept_once_under_its_digest() {
        let folder = tempfile::tempdir().unwrap();
        let mut case = new_case(folder.path());
        let first = case.keep_evidence(&mut &b"reply"[..], time(1)).unwrap();
        let lines = case.journal().ledger().lines;
        let second = case.keep_evidence(&mut &b"reply"[..], time(2)).unwrap();
        assert_eq!(first, second);
        assert_eq!(
            case.journal().ledger().lines,
            lines,
            "the second time nothing is written"
        );
        assert!(case.evidence().contains(&first));
        assert_eq!(case.evidence().read(&first).unwrap(), b"reply");
        assert!(matches!(
            case.evidence().read(&Digest::of(b"?")),
            Err(CaseError::NoSuchEvidence { .. })
        ));
        assert!(case.verify().unwrap().is_intact());
    }

    #[cfg(unix)]
    #[test]
    fn it_is_read_only_and_a_change_is_found() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let mut case = new_case(folder.path());
        let digest = case.keep_evidence(&mut &b"reply"[..], time(1)).unwrap();
        let path = case.layout.path(&evidence_path(&digest));
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o400
        );
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::write(&path, b"lies!").unwrap();
        assert!(matches!(
            case.evidence().read(&digest),
            Err(CaseError::Damaged { .. })
        ));
        let again = case.keep_evidence(&mut &b"reply"[..], time(2));
        assert!(
            matches!(again, Err(CaseError::Damaged { .. })),
            "evidence is never rewritten"
        );
        assert_eq!(std::fs::read(&path).unwrap(), b"lies!");
    }
}
