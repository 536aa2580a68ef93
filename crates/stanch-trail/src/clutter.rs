//! Files that operating systems and tools leave next to logs.
//!
//! A name alone hides nothing: only what can't be read as a log counts as clutter. It must not open files.

use stanch_core::SourceReport;
use stanch_core::source::SourceKind;

/// Returns whether a path is that of a file which systems and tools leave next to others.
pub(crate) fn is_name(path: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let known = [
        ".DS_Store",
        "Thumbs.db",
        "ehthumbs.db",
        "desktop.ini",
        ".localized",
    ];
    name.starts_with("._")
        || known.contains(&name)
        || name.ends_with(".csv.metadata")
        || path.split(['/', '\\']).any(|part| part == "__MACOSX")
}

/// Turns the report of an unreadable file with such a name into that of a skipped one.
pub(crate) fn settle(path: &str, report: &mut SourceReport) {
    if report.events + report.skipped > 0 || !is_name(path) {
        return;
    }
    report.kind = SourceKind::Clutter;
    report.skipped = 1;
    report.problem_count = 0;
    report.problem_kinds.clear();
    report.problems.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_clutter_are_known() {
        for path in [
            "a/.DS_Store",
            "__MACOSX/x/._y.gz",
            "._log.json",
            "r/1.csv.metadata",
            "c\\Thumbs.db",
        ] {
            assert!(is_name(path), "{path}");
        }
        for path in ["a/log.json.gz", "metadata.csv", "DS_Store", "x/MACOSX.json"] {
            assert!(!is_name(path), "{path}");
        }
    }
}
