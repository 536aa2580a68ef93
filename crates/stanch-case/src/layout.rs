//! Where everything in a case lies, and which names a document may have. It does no I/O.

use std::path::{Path, PathBuf};

use crate::digest::Digest;

pub(crate) const CASE_FILE: &str = "case.json";
pub(crate) const JOURNAL: &str = "journal.jsonl";
pub(crate) const LOCK: &str = "lock";
pub(crate) const SOURCES: &str = "sources.jsonl";
pub(crate) const STAGING: &str = "staging";
pub(crate) const EVIDENCE: &str = "evidence";
pub(crate) const HUNTS: &str = "hunts";
pub(crate) const EVENTS: &str = "events";
pub(crate) const SNAPSHOTS: &str = "snapshots";
pub(crate) const PLANS: &str = "plans";
pub(crate) const RECOVERED: &str = "recovered";

const RESERVED: [&str; 11] = [
    CASE_FILE, JOURNAL, LOCK, SOURCES, STAGING, EVIDENCE, HUNTS, EVENTS, SNAPSHOTS, PLANS, RECOVERED,
];

const ID_LIMIT: usize = 80;

/// The folder of a case. Places inside it are written with `/` everywhere, in the journal too.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    root: PathBuf,
}

impl Layout {
    pub(crate) const fn new(root: PathBuf) -> Self {
        Self { root }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        relative
            .split('/')
            .fold(self.root.clone(), |path, part| path.join(part))
    }

    pub(crate) fn staged(&self, sha256: &Digest) -> PathBuf {
        self.path(STAGING).join(sha256.as_str())
    }
}

pub(crate) fn hunt_folder(hunt: u32) -> String {
    format!("{HUNTS}/{hunt:04}")
}

pub(crate) fn registration_path(hunt: u32, batch: u32) -> String {
    format!("{}/registered-{batch:04}.jsonl", hunt_folder(hunt))
}

pub(crate) fn segment_path(hunt: u32, segment: u32) -> String {
    format!("{}/segment-{segment:06}.bin", hunt_folder(hunt))
}

/// The place of the part of a segment.
pub(crate) fn part_path(hunt: u32, segment: u32) -> String {
    format!("{EVENTS}/{hunt:04}-{segment:06}.parquet")
}

/// The hunt of a place that [`part_path`] gives; `None` for any other.
pub(crate) fn hunt_of_part(path: &str) -> Option<u32> {
    let name = path.strip_prefix(EVENTS)?.strip_prefix('/')?;
    let (hunt, segment) = name.strip_suffix(".parquet")?.split_once('-')?;
    let (hunt, segment) = (hunt.parse().ok()?, segment.parse().ok()?);
    (part_path(hunt, segment) == path).then_some(hunt)
}

pub(crate) fn evidence_path(sha256: &Digest) -> String {
    let (head, tail) = sha256.as_str().split_at(2);
    format!("{EVIDENCE}/sha256/{head}/{tail}")
}

/// The folder of a snapshot.
pub(crate) fn snapshot_folder(id: &str) -> String {
    format!("{SNAPSHOTS}/{id}")
}

/// The place of the list of a snapshot's files: next to its folder, so that no name in the folder can clash with it,
/// and with dots, which no id has.
pub(crate) fn snapshot_index_path(id: &str) -> String {
    format!("{SNAPSHOTS}/{id}.files.jsonl")
}

/// Whether a snapshot or a run may have this id.
pub(crate) fn check_id(id: &str) -> Result<(), &'static str> {
    if !id.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        return Err("it does not begin with a letter or digit");
    }
    if id.len() > ID_LIMIT {
        return Err("it is too long");
    }
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if !id.bytes().all(is_safe) {
        return Err("only letters, digits, dashes and underscores may be in it");
    }
    Ok(())
}

/// The place of a plan: its name is the digest of its bytes.
pub(crate) fn plan_path(sha256: &Digest) -> String {
    format!("{PLANS}/{sha256}.json")
}

/// The name under which bytes that no longer belong anywhere are kept.
pub(crate) fn recovered_path(what: &str, sha256: &Digest) -> String {
    format!("{RECOVERED}/{what}-{}.bin", &sha256.as_str()[..16])
}

/// Returns true when a path is one that [`recovered_path`] makes for these bytes.
pub(crate) fn is_recovered_path(path: &str, sha256: &Digest) -> bool {
    let suffix = format!("-{}.bin", &sha256.as_str()[..16]);
    path.strip_prefix(RECOVERED)
        .and_then(|rest| rest.strip_prefix('/'))
        .and_then(|name| name.strip_suffix(suffix.as_str()))
        .is_some_and(|what| !what.is_empty() && what.bytes().all(is_plain))
}

const fn is_plain(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.')
}

/// Whether a document may have this name. Only lower case, so that a file system that ignores case holds the
/// same documents as one that does not.
pub(crate) fn check_document_name(name: &str) -> Result<(), &'static str> {
    let parts: Vec<&str> = name.split('/').collect();
    if name.is_empty() || parts.contains(&"") {
        return Err("it has an empty part");
    }
    if name.len() > 200 || parts.len() > 8 {
        return Err("it is too long or too deep");
    }
    if !parts.iter().all(|part| part.bytes().all(is_plain)) {
        return Err("only lower-case letters, digits, dots, dashes and underscores may be in it");
    }
    if parts
        .iter()
        .any(|part| part.starts_with('.') || part.ends_with('.'))
    {
        return Err("a part of it begins or ends with a dot");
    }
    if parts.first().is_some_and(|first| RESERVED.contains(first)) {
        return Err("the case uses that name itself");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_are_documents() {
        for name in [
            "verdict.json",
            "findings.jsonl",
            "report/index.html",
            "plan/7f3a19.json",
        ] {
            assert_eq!(check_document_name(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn names_that_escape_or_clash_are_refused() {
        let long = "a".repeat(201);
        for name in [
            "",
            "/",
            "/etc/passwd",
            "../x",
            "report/../../x",
            "a//b",
            "a/",
            ".",
            "..",
            ".hidden",
            "a/.b",
            "a\\b",
            "c:x",
            "a\0b",
            "a\nb",
            "é",
            "Report",
            "x.",
            "case.json",
            "journal.jsonl",
            "lock",
            "sources.jsonl",
            "evidence/x",
            "hunts/0001/x",
            "staging/x",
            "events/x",
            "snapshots/x",
            "plans/7f3a19.json",
            "recovered/x",
            "a/b/c/d/e/f/g/h/i",
            long.as_str(),
        ] {
            assert!(check_document_name(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn the_hunt_of_a_part_is_in_its_name() {
        assert_eq!(hunt_of_part(&part_path(3, 12_345_678)), Some(3));
        for path in [
            "events/3-1.parquet",
            "events/0003-000001",
            "events/../0003-000001.parquet",
            "0003-000001.parquet",
        ] {
            assert_eq!(hunt_of_part(path), None, "{path}");
        }
    }

    #[test]
    fn the_id_of_a_snapshot_or_run_is_a_plain_name() {
        for id in ["20260305T143211123Z", "20260305T143211123Z-2", "a_b", "0"] {
            assert_eq!(check_id(id), Ok(()), "{id}");
        }
        let long = "a".repeat(81);
        for id in [
            "", ".", "..", "a.b", "a/b", "../a", "/a", "a\\b", "-a", "_a", "a b", "a\0", "\u{e9}", "a\n",
            &long,
        ] {
            assert!(check_id(id).is_err(), "{id:?}");
        }
    }

    #[test]
    fn only_our_own_names_are_recovered_paths() {
        let sha256 = Digest::of(b"x");
        assert!(is_recovered_path(
            &recovered_path("journal-line", &sha256),
            &sha256
        ));
        assert!(!is_recovered_path("recovered/../../x", &sha256));
        assert!(!is_recovered_path(&recovered_path("a/b", &sha256), &sha256));
        assert!(!is_recovered_path(
            &recovered_path("a", &Digest::of(b"y")),
            &sha256
        ));
    }

    proptest::proptest! {
        #[test]
        fn the_list_of_a_snapshot_is_never_its_folder_nor_that_of_another(one in "[a-zA-Z0-9./_-]{1,90}", two in "\\PC{1,16}") {
            if check_id(&one).is_ok() && check_id(&two).is_ok() {
                let list = snapshot_index_path(&one);
                proptest::prop_assert_eq!(list.matches('/').count(), 1);
                proptest::prop_assert!(list != snapshot_folder(&one) && list != snapshot_folder(&two));
            }
        }

        #[test]
        fn an_accepted_name_stays_in_the_case(name in "[a-z./\\\\]{0,12}|\\PC{0,12}") {
            if check_document_name(&name).is_ok() {
                let path = Layout::new(PathBuf::from("/case")).path(&name);
                let plain = path.components().all(|part| !matches!(part, std::path::Component::ParentDir));
                proptest::prop_assert!(plain && path.starts_with("/case") && path != Path::new("/case"));
            }
        }
    }
}
