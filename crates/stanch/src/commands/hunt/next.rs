//! What to type next, ready to be pasted: only commands that exist, with the options that this run had.

use std::path::{Path, PathBuf};

use stanch_core::verdict::Analysis;

use crate::arguments::{HuntArguments, TableArguments};

/// The next useful commands, only such as exist.
pub(super) fn commands(
    analysis: &Analysis,
    arguments: &HuntArguments,
    no_report: bool,
) -> Vec<(String, String)> {
    let inputs: Vec<String> = arguments.inputs.iter().map(|path| quoted(path)).collect();
    let inputs = inputs.join(" ");
    let rules = rules(&arguments.tables);
    let tables = tables(&arguments.tables);
    let mut next = Vec::new();
    if no_report {
        next.push((
            format!("stanch hunt {inputs}{rules}{tables} -o report.html"),
            "a page with every event behind this".to_owned(),
        ));
    }
    if let Some(finding) = analysis.findings.first() {
        next.push((
            format!(
                "stanch rules{rules} --explain {}",
                stanch_core::text::shown(finding.detection.as_str(), 80)
            ),
            "what the gravest finding means".to_owned(),
        ));
    }
    match &arguments.case {
        Some(case) if !analysis.coverage.is_complete() => {
            next.push((
                format!("stanch case show {} --problems", quoted(case)),
                "what could not be read".to_owned(),
            ));
        }
        Some(case) => next.push((
            format!("stanch case verify {}", quoted(case)),
            "prove the case unchanged".to_owned(),
        )),
        None => next.push((
            "stanch case new incident".to_owned(),
            "keep what you learn in a case".to_owned(),
        )),
    }
    next
}

/// The options that load the rules of this run again, each after a space.
fn rules(tables: &TableArguments) -> String {
    tables
        .rules
        .iter()
        .map(|path| format!(" --rules {}", quoted(path)))
        .collect()
}

/// The options that load the tables of this run again, each after a space.
fn tables(tables: &TableArguments) -> String {
    let option = |name, path: &Option<PathBuf>| {
        path.as_ref()
            .map_or_else(String::new, |path| format!(" {name} {}", quoted(path)))
    };
    option("--geoip", &tables.geoip) + &option("--aws-ranges", &tables.aws_ranges)
}

/// A path as it can be pasted into a shell.
fn quoted(path: &Path) -> String {
    let text = stanch_core::text::shown(&path.to_string_lossy(), 300);
    let plain = |character: char| character.is_ascii_alphanumeric() || "/._-+=:@%,".contains(character);
    if text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
