//! `cargo xtask prose`: no code decides by the words of a text for people.
//!
//! Labels, summaries, reasons and remarks are made for people; a decision needs a typed value. Searching, cutting or comparing
//! such a field is refused in every crate but `stanch-report`, which lays texts out. Test code may read them. It must not
//! know what the texts say.

use std::io::Write;
use std::path::Path;

use super::Outcome;
use crate::error::TaskError;
use crate::root::{files, read, relative, root};

/// Fields that hold text for people.
const FIELDS: [&str; 16] = [
    "because",
    "does",
    "fact.label",
    "fact.value",
    "harmless_when",
    "loses",
    "notes",
    "remains",
    "remark",
    "sentence",
    "summary",
    "text",
    "title",
    "undo_reopens",
    "what",
    "why",
];
/// Calls that hand the same text on.
const VIEWS: [&str; 5] = [".as_str()", ".to_string()", ".as_ref()", ".as_deref()", ".trim()"];
/// Methods that search or cut a text.
const READERS: [&str; 13] = [
    "contains(",
    "ends_with(",
    "eq_ignore_ascii_case(",
    "find(",
    "matches(",
    "rsplit(",
    "rsplit_once(",
    "split(",
    "split_once(",
    "splitn(",
    "starts_with(",
    "strip_prefix(",
    "strip_suffix(",
];
/// Files that are compiled for tests alone.
const TEST_FILES: [&str; 4] = ["contract.rs", "sample.rs", "testing.rs", "tests.rs"];

/// Checks every crate, and names each place that reads a text for people.
pub(crate) fn run(out: &mut dyn Write) -> Result<Outcome, TaskError> {
    let root = root();
    let mut complaints = Vec::new();
    let mut count = 0;
    for path in files(&root.join("crates"), &["rs"])? {
        let name = relative(&path, &root);
        if !is_checked(&path, &name) {
            continue;
        }
        count += 1;
        let found = readers(&read(&path)?);
        complaints.extend(
            found
                .into_iter()
                .map(|code| format!("{name}: decides by `{code}`")),
        );
    }
    for complaint in &complaints {
        writeln!(out, "{complaint}")?;
    }
    writeln!(
        out,
        "{count} source files, {} decisions by a text for people",
        complaints.len()
    )?;
    Ok(Outcome::when(complaints.is_empty()))
}

fn is_checked(path: &Path, name: &str) -> bool {
    let file = path
        .file_name()
        .and_then(|file| file.to_str())
        .unwrap_or_default();
    let is_test = name.contains("/tests/") || TEST_FILES.contains(&file) || file.ends_with("_tests.rs");
    name.contains("/src/") && !name.contains("stanch-report/") && !is_test
}

/// Returns the places of a source that search or cut a text for people, without comments, blanks and test modules.
fn readers(source: &str) -> Vec<String> {
    let code = code(source);
    let mut found = Vec::new();
    for field in FIELDS {
        let field = format!(".{field}");
        let field = field
            .strip_prefix(".fact")
            .map_or(field.clone(), |rest| format!("fact{rest}"));
        for (place, _) in code.match_indices(&field) {
            let mut rest = &code[place + field.len()..];
            while let Some(next) = VIEWS.iter().find_map(|view| rest.strip_prefix(view)) {
                rest = next;
            }
            let reader = READERS.iter().find(|reader| {
                let method = rest.strip_prefix('.');
                method.is_some_and(|method| method.starts_with(**reader))
            });
            if let Some(reader) = reader {
                found.push(format!("{field}.{reader}…)"));
            } else if is_compared(rest) {
                found.push(format!("{field}=="));
            }
        }
    }
    found
}

/// Returns true when code compares with a text that the program has: a literal or a constant. Two texts of one kind may be compared,
/// to leave one out that is there already.
fn is_compared(rest: &str) -> bool {
    let other = rest.strip_prefix("==").or_else(|| rest.strip_prefix("!="));
    other.is_some_and(|other| other.starts_with(|first: char| first == '"' || first.is_ascii_uppercase()))
}

fn code(source: &str) -> String {
    let mut lines = source.lines().peekable();
    let mut code = String::with_capacity(source.len());
    while let Some(line) = lines.next() {
        let is_test_module = line == "#[cfg(test)]"
            && lines
                .peek()
                .is_some_and(|next| next.contains("mod ") && next.ends_with('{'));
        if is_test_module {
            break;
        }
        let line = line.split("//").next().unwrap_or_default();
        code.extend(line.chars().filter(|character| !character.is_whitespace()));
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_by_words_is_found_however_it_is_laid_out() {
        for source in [
            "if finding.summary.ends_with(\"x\") {}",
            "let a = reason\n    .why\n    .as_str()\n    .split(\"; \");",
            "facts.iter().any(|fact| fact.label.contains(\"grant\"))",
            "credential.remark.to_string().trim().starts_with(\"a\")",
            "facts.iter().find(|fact| fact.label == \"grant\")",
            "if finding.title != TITLE {}",
        ] {
            assert_eq!(readers(source).len(), 1, "{source}");
        }
    }

    #[test]
    fn other_fields_comments_and_tests_are_left() {
        for source in [
            "item.name.contains(\"x\"); line.why.is_empty(); item.text(\"A\").contains(\"b\")",
            "if one.text == other.text {}",
            "// finding.summary.contains(\"x\")",
            "#[cfg(test)]\nmod tests {\n    finding.summary.contains(\"x\");\n}",
        ] {
            assert_eq!(readers(source), [""; 0], "{source}");
        }
        let checked = |name: &str| is_checked(Path::new(name), name);
        assert!(checked("crates/stanch-respond/src/planner/mod.rs"));
        assert!(!checked("crates/stanch-report/src/plan.rs"));
        assert!(!checked("crates/stanch-respond/src/planner/tests/mod.rs"));
        assert!(!checked("crates/stanch-respond/tests/contract/cases.rs"));
    }
}
