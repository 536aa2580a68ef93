//! Documents: the named files that other crates make for a case, each replaced whole.

use stanch_core::Timestamp;

use crate::artefact;
use crate::case::Case;
use crate::entry::{Artefact, Entry};
use crate::error::CaseError;
use crate::journal::Ledger;
use crate::layout::{Layout, check_document_name};

impl Case {
    /// Writes a document in place of any of that name before: a reader sees the old bytes or the new ones,
    /// and the journal has their SHA-256. Lower-case names, `/` between parts (`report/index.html`).
    ///
    /// # Errors
    /// When the name could leave the case or clash with a part of it, or the disk refuses.
    pub fn write_document(&mut self, name: &str, bytes: &[u8], at: Timestamp) -> Result<(), CaseError> {
        check_name(name)?;
        self.commit(at, name, &[bytes], |file| Entry::DocumentWritten { file })
    }

    /// Reads a document, checked against the journal.
    ///
    /// # Errors
    /// When there is none of that name, or it was changed since.
    pub fn read_document(&self, name: &str) -> Result<Vec<u8>, CaseError> {
        read(&self.layout, self.journal.ledger(), name)
    }
}

pub(crate) fn read(layout: &Layout, ledger: &Ledger, name: &str) -> Result<Vec<u8>, CaseError> {
    check_name(name)?;
    let file = ledger
        .artefacts
        .get(name)
        .ok_or_else(|| CaseError::NoSuchDocument {
            name: name.to_owned(),
        })?;
    artefact::read(layout, file)
}

/// The documents of a case, by name.
pub(crate) fn list(ledger: &Ledger) -> impl Iterator<Item = &Artefact> {
    ledger
        .artefacts
        .values()
        .filter(|file| check_document_name(&file.path).is_ok())
}

fn check_name(name: &str) -> Result<(), CaseError> {
    check_document_name(name).map_err(|reason| CaseError::BadName {
        name: name.to_owned(),
        reason,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_case::{new_case, time};

    #[test]
    fn the_latest_bytes_are_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let mut case = new_case(folder.path());
        case.write_document("verdict.json", b"one", time(1)).unwrap();
        case.write_document("report/index.html", b"<html>", time(2))
            .unwrap();
        case.write_document("verdict.json", b"two", time(3)).unwrap();
        assert_eq!(case.read_document("verdict.json").unwrap(), b"two");
        drop(case);
        let case = Case::open(folder.path(), time(4)).unwrap();
        assert_eq!(case.read_document("verdict.json").unwrap(), b"two");
        assert_eq!(case.read_document("report/index.html").unwrap(), b"<html>");
        assert!(case.verify().unwrap().is_intact());
    }

    #[test]
    fn a_reader_follows_a_writer_that_replaces_a_document() {
        let folder = tempfile::tempdir().unwrap();
        let mut case = new_case(folder.path());
        case.write_document("verdict.json", b"one", time(1)).unwrap();
        let view = Case::open_read_only(folder.path()).unwrap();
        case.write_document("verdict.json", b"two", time(2)).unwrap();
        assert_eq!(view.read_document("verdict.json").unwrap(), b"two");
        std::fs::write(folder.path().join("verdict.json"), b"six").unwrap();
        assert!(matches!(
            view.read_document("verdict.json"),
            Err(CaseError::Damaged { .. })
        ));
    }

    #[test]
    fn names_that_escape_and_unknown_names_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mut case = new_case(&folder.path().join("case"));
        for name in [
            "../x",
            "/tmp/x",
            "case.json",
            "journal.jsonl",
            "report/../../x",
            "evidence/x",
        ] {
            assert!(
                matches!(
                    case.write_document(name, b"", time(1)),
                    Err(CaseError::BadName { .. })
                ),
                "{name}"
            );
            assert!(
                matches!(case.read_document(name), Err(CaseError::BadName { .. })),
                "{name}"
            );
        }
        assert!(matches!(
            case.read_document("none.json"),
            Err(CaseError::NoSuchDocument { .. })
        ));
        assert!(!folder.path().join("x").exists());
    }

    #[test]
    fn a_document_cannot_take_the_place_of_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let mut case = new_case(folder.path());
        case.write_document("report/index.html", b"x", time(1)).unwrap();
        let lines = case.journal().ledger().lines;
        assert!(matches!(
            case.write_document("report", b"x", time(2)),
            Err(CaseError::Damaged { .. })
        ));
        assert!(case.write_document("report/index.html/x", b"x", time(2)).is_err());
        assert_eq!(case.journal().ledger().lines, lines, "nothing was recorded");
        case.write_document("report/other.html", b"x", time(3)).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed_out_of_the_case() {
        let folder = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        let mut case = new_case(folder.path());
        std::os::unix::fs::symlink(outside.path(), folder.path().join("report")).unwrap();
        assert!(case.write_document("report/index.html", b"x", time(1)).is_err());
        assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 0);
        assert!(!case.verify().unwrap().is_intact());
    }

    #[test]
    fn a_changed_document_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let mut case = new_case(folder.path());
        case.write_document("verdict.json", b"guilty", time(1)).unwrap();
        std::fs::write(folder.path().join("verdict.json"), b"filthy").unwrap();
        assert!(matches!(
            case.read_document("verdict.json"),
            Err(CaseError::Damaged { .. })
        ));
    }
}
