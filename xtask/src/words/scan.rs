//! Every text of the repository, sorted by crate and kind, with the words of the glossary that it should not have.

use std::collections::BTreeMap;
use std::path::Path;

use super::glossary::Glossary;
use super::lexer::{Part, Piece, pieces};
use crate::error::TaskError;
use crate::root::{files, read, relative};

/// Kind of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Text that a user sees: strings of the product, help, rules, queries, pages.
    Text,
    /// Documents.
    Document,
    /// Comments, doc comments, names and strings of tests.
    Comment,
    /// Names in code, and strings that are names.
    Name,
    /// Doc comments that open with what, who, whether, how or that.
    Opening,
}

impl Kind {
    /// Its word in the ratchet file.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Document => "document",
            Self::Comment => "comment",
            Self::Name => "name",
            Self::Opening => "opening",
        }
    }
}

/// One word to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// Crate or folder.
    pub(crate) group: String,
    /// Kind of text.
    pub(crate) kind: Kind,
    /// File and line.
    pub(crate) place: String,
    /// The word and its replacement.
    pub(crate) says: String,
}

/// All findings, and how many doc comments there are.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// Findings in the order of the files.
    pub(crate) findings: Vec<Finding>,
    /// Doc comments.
    pub(crate) docs: usize,
}

/// Openings of a doc comment that name nothing.
const OPENINGS: [&str; 8] = ["What", "Who", "Whom", "Whose", "Whether", "How", "That", "Which"];
/// Crates that are not part of the product: nobody but an engineer sees their strings.
const WORKSHOP: [&str; 4] = ["xtask", "stanch-testkit", "stanch-hostile", "fuzz"];
/// Pages that quote the words to avoid.
const QUOTING: [&str; 2] = ["docs/glossary.md", "docs/style.md"];
/// Doc comments here are the text of `--help`.
const HELP: &str = "crates/stanch/src/arguments";

impl Scan {
    /// Reads everything below the root.
    pub(crate) fn of(root: &Path, glossary: &Glossary) -> Result<Self, TaskError> {
        let mut scan = Self::default();
        for folder in [
            "crates", "xtask", "fuzz", "rules", "queries", "web", "docs", "tests", "scripts",
        ] {
            let folder = root.join(folder);
            if folder.exists() {
                for path in files(&folder, &["rs", "yml", "sql", "md", "ts", "css", "html", "py"])? {
                    scan.file(&relative(&path, root), &read(&path)?, glossary);
                }
            }
        }
        for name in ["README", "ARCHITECTURE", "CONTRIBUTING", "CHANGELOG", "SECURITY"] {
            let name = format!("{name}.md");
            scan.file(&name, &read(&root.join(&name))?, glossary);
        }
        Ok(scan)
    }

    /// Counts by group and kind.
    pub(crate) fn counts(&self) -> BTreeMap<(String, &'static str), usize> {
        let mut counts = BTreeMap::new();
        for finding in &self.findings {
            *counts
                .entry((finding.group.clone(), finding.kind.word()))
                .or_default() += 1;
        }
        counts
    }

    fn file(&mut self, place: &str, source: &str, glossary: &Glossary) {
        let skipped =
            QUOTING.contains(&place) || place.contains("node_modules/") || place.contains("/corpus/");
        if skipped {
            return;
        }
        match place.rsplit('.').next() {
            Some("rs") => self.rust(place, source, glossary),
            Some("ts") => self.source(place, source, glossary),
            Some("yml" | "sql" | "html") => self.add(place, Kind::Text, (1, source), glossary),
            Some("md") => self.add(place, Kind::Document, (1, source), glossary),
            _ => self.add(place, Kind::Comment, (1, source), glossary),
        }
    }

    fn rust(&mut self, place: &str, source: &str, glossary: &Glossary) {
        let group = group(place);
        let is_test_file = is_test_file(place);
        // In this repository the tests of a file stand at its end.
        let tests = source.find("\n#[cfg(test)]\nmod tests {").unwrap_or(source.len());
        let product = !WORKSHOP.contains(&group.as_str());
        let tests_from = source[..tests].matches('\n').count() + 1;
        let mut open_doc = None;
        for piece in pieces(source) {
            let is_test = is_test_file || piece.line > tests_from;
            let kind = kind_of(&piece, is_test || !product, place.starts_with(HELP));
            if piece.part == Part::Doc {
                if open_doc.is_none_or(|line: usize| piece.line != line + 1) {
                    self.opening(place, &piece);
                }
                open_doc = Some(piece.line);
            }
            self.add(place, kind, (piece.line, &piece.text), glossary);
        }
    }

    /// A file of TypeScript: every string may be shown.
    fn source(&mut self, place: &str, source: &str, glossary: &Glossary) {
        for piece in pieces(source) {
            let kind = kind_of(&piece, place.contains("test"), false);
            self.add(place, kind, (piece.line, &piece.text), glossary);
        }
    }

    fn opening(&mut self, place: &str, piece: &Piece) {
        self.docs += 1;
        let first = piece.text.split([' ', ',', ':']).next().unwrap_or("");
        if OPENINGS.contains(&first) {
            self.findings.push(Finding {
                group: group(place),
                kind: Kind::Opening,
                place: format!("{place}:{}", piece.line),
                says: format!("{}: open with a noun or a verb", piece.text),
            });
        }
    }

    fn add(&mut self, place: &str, kind: Kind, (line, text): (usize, &str), glossary: &Glossary) {
        for hit in glossary.hits(text) {
            let context = text.lines().nth(hit.line).unwrap_or("").trim();
            let context: String = context.chars().take(100).collect();
            self.findings.push(Finding {
                group: group(place),
                kind,
                place: format!("{place}:{}", line + hit.line),
                says: format!("{} -> {}   [{context}]", hit.phrase, hit.replacement),
            });
        }
    }
}

/// Kind of a part of source code.
fn kind_of(piece: &Piece, is_test: bool, is_help: bool) -> Kind {
    match piece.part {
        _ if is_test => Kind::Comment,
        Part::Doc if is_help => Kind::Text,
        Part::Doc | Part::Comment => Kind::Comment,
        Part::Name => Kind::Name,
        Part::Literal if is_sentence(&piece.text) => Kind::Text,
        Part::Literal => Kind::Name,
    }
}

/// Returns whether a literal is text for people: it has several words, or a capital like a label.
fn is_sentence(text: &str) -> bool {
    let is_label = text.starts_with(char::is_uppercase) && text.chars().skip(1).all(char::is_lowercase);
    is_label || text.trim().contains(char::is_whitespace)
}

fn is_test_file(place: &str) -> bool {
    [
        "/tests/",
        "/tests.rs",
        "_tests.rs",
        "/examples/",
        "/benches/",
        "test_case.rs",
    ]
    .iter()
    .any(|mark| place.contains(mark))
}

/// Crate of a path, or its first folder.
fn group(place: &str) -> String {
    let mut parts = place.split('/');
    match (parts.next(), parts.next()) {
        (Some("crates"), Some(name)) => name.to_owned(),
        (Some(first), Some(_)) => first.to_owned(),
        _ => "pages".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scanned(place: &str, source: &str) -> Vec<(&'static str, String)> {
        let glossary =
            Glossary::parse("| Avoid | Use | Fine in |\n|---|---|---|\n| deed | change | |\n").unwrap();
        let mut scan = Scan::default();
        scan.file(place, source, &glossary);
        scan.findings
            .into_iter()
            .map(|finding| (finding.kind.word(), finding.place))
            .collect()
    }

    #[test]
    fn each_text_is_of_its_kind() {
        let source = "/// What a deed is.\nfn deed() { say(\"a deed is done\", \"deed\"); }\n\n#[cfg(test)]\nmod tests {\n    fn a_deed() {}\n}\n";
        let found = scanned("crates/stanch-x/src/a.rs", source);
        let kinds: Vec<&str> = found.iter().map(|finding| finding.0).collect();
        assert_eq!(kinds, ["opening", "comment", "name", "text", "name", "comment"]);
        assert_eq!(found.last().unwrap().1, "crates/stanch-x/src/a.rs:6");
    }

    #[test]
    fn help_rules_and_pages_are_for_people() {
        assert_eq!(
            scanned("crates/stanch/src/arguments/a.rs", "/// A deed\n")[0].0,
            "text"
        );
        assert_eq!(scanned("rules/a.yml", "why: a deed")[0].0, "text");
        assert_eq!(scanned("docs/a.md", "a deed")[0].0, "document");
        assert!(scanned("docs/glossary.md", "a deed").is_empty());
        assert_eq!(
            scanned("xtask/src/a.rs", "say(\"a deed is done\")")[0].0,
            "comment"
        );
    }
}
