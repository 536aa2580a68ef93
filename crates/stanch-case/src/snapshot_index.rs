//! The list of a snapshot's files: one JSON line each with path, size and SHA-256, sorted by path.
//!
//! The same files give the same bytes. It must not know what the files hold, nor whether they are still the same.

use std::fs::File;
use std::path::Path;

use crate::digest::Digesting;
use crate::entry::Artefact;
use crate::error::CaseError;
use crate::walk::{FoundKind, walk};

/// Lists every file below a folder, reading all of them. Paths are relative to the folder, with `/` between the parts.
pub(crate) fn take(folder: &Path) -> Result<Vec<u8>, CaseError> {
    let damaged = |path: &str, reason| CaseError::Damaged {
        path: folder.join(path),
        reason,
    };
    let mut lines = Vec::new();
    for (path, found) in walk(folder)? {
        match found.kind {
            FoundKind::Folder => continue,
            FoundKind::File => {}
            FoundKind::Other => return Err(damaged(&path, "it is neither a file nor a folder")),
        }
        if path.contains(char::REPLACEMENT_CHARACTER) {
            // Two names that are no text could read the same here, and one would hide behind the other.
            return Err(damaged(&path, "its name is no text"));
        }
        let line = digested(&folder.join(&path), path)?;
        serde_json::to_writer(&mut lines, &line)
            .map_err(|error| CaseError::io("list", folder, error.into()))?;
        lines.push(b'\n');
    }
    Ok(lines)
}

fn digested(place: &Path, path: String) -> Result<Artefact, CaseError> {
    let read = File::open(place)
        .and_then(|mut file| Digesting::read(&mut file, |_| Ok(())))
        .map_err(|error| CaseError::io("read", place, error))?;
    Ok(Artefact {
        path,
        size: read.size(),
        sha256: read.finish(),
    })
}

/// Reads a list; `None` unless it is one that [`take`] could have written. Its paths are as whoever wrote it chose
/// them: look them up among what was found, and never open them.
pub(crate) fn parse(lines: &[u8]) -> Option<Vec<Artefact>> {
    let listed: Vec<Artefact> = serde_json::Deserializer::from_slice(lines)
        .into_iter()
        .collect::<Result<_, _>>()
        .ok()?;
    listed
        .is_sorted_by(|one, next| one.path < next.path)
        .then_some(listed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Digest;
    use crate::test_case::write_snapshot;

    #[test]
    fn the_same_files_give_the_same_bytes_sorted_by_path() {
        let folder = tempfile::tempdir().unwrap();
        let files = [("b/x.jsonl", "two"), ("a.json", ""), ("b.json", "three")];
        let lists: Vec<Vec<u8>> = [[0, 1, 2], [2, 1, 0]]
            .iter()
            .enumerate()
            .map(|(number, order)| {
                let folder = folder.path().join(number.to_string());
                write_snapshot(&folder, &order.map(|place| files[place])).unwrap();
                take(&folder).unwrap()
            })
            .collect();
        assert_eq!(lists[0], lists[1]);
        insta::assert_snapshot!(String::from_utf8(lists[0].clone()).unwrap(), @r#"
        {"path":"a.json","size":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}
        {"path":"b.json","size":5,"sha256":"8b5b9db0c13db24256c829aa364aa90c6d2eba318b9232a4ab9313b954d3555f"}
        {"path":"b/x.jsonl","size":3,"sha256":"3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3"}
        "#);
        let listed = parse(&lists[0]).unwrap();
        assert_eq!(listed[2].sha256, Digest::of(b"two"));
    }

    #[test]
    fn a_list_that_was_not_written_here_is_not_taken() {
        let line = |path: &str| {
            let file = Artefact {
                path: path.to_owned(),
                size: 0,
                sha256: Digest::of(b""),
            };
            serde_json::to_string(&file).unwrap() + "\n"
        };
        assert_eq!(parse(b"").unwrap(), []);
        assert_eq!(parse((line("a") + &line("b")).as_bytes()).unwrap().len(), 2);
        for lines in [
            line("b") + &line("a"),
            line("a") + &line("a"),
            line("a") + "{}",
            "x".to_owned(),
        ] {
            assert!(parse(lines.as_bytes()).is_none(), "{lines}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_or_has_no_name_in_text_is_refused() {
        use std::os::unix::ffi::OsStrExt as _;
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/etc/passwd", &link).unwrap();
        assert!(matches!(take(folder.path()), Err(CaseError::Damaged { .. })));
        std::fs::remove_file(link).unwrap();
        take(folder.path()).unwrap();
        let name = std::ffi::OsStr::from_bytes(b"\xff.json");
        if std::fs::write(folder.path().join(name), b"x").is_ok() {
            assert!(matches!(take(folder.path()), Err(CaseError::Damaged { .. })));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(lines: Vec<u8>) {
            parse(&lines);
        }
    }
}
