//! The next commands, ready to be pasted, with the options of this run.

use std::path::{Path, PathBuf};

use stanch_core::verdict::Analysis;

use crate::requests::{HuntRequest, Tables};

/// Returns the next useful commands.
pub(super) fn commands(analysis: &Analysis, request: &HuntRequest, no_report: bool) -> Vec<(String, String)> {
    let inputs: Vec<String> = request.inputs.iter().map(|path| quoted(path)).collect();
    let inputs = inputs.join(" ");
    let rules = rules(&request.tables);
    let tables = tables(&request.tables);
    let mut next = Vec::new();
    if no_report && analysis.coverage.events > 0 {
        next.push((
            format!("stanch hunt {inputs}{rules}{tables} -o report.html"),
            "writes a page with every event".to_owned(),
        ));
    }
    if let Some(finding) = analysis.findings.first() {
        next.push((
            format!(
                "stanch rules{rules} --explain {}",
                stanch_core::text::shown(finding.detection.as_str(), 80)
            ),
            "explains the most severe finding".to_owned(),
        ));
    }
    match &request.case {
        Some(case) if !analysis.coverage.is_complete() => {
            next.push((
                format!("stanch case show --case {} --problems", quoted(case)),
                "lists what could not be read, and why".to_owned(),
            ));
        }
        Some(case) => next.push((
            format!("stanch case verify --case {}", quoted(case)),
            "verifies that nobody changed the case".to_owned(),
        )),
        None => next.push((
            "stanch case new incident".to_owned(),
            "opens a case that keeps logs, findings and plans".to_owned(),
        )),
    }
    next
}

/// The options that load the rules of this run again, each after a space.
fn rules(tables: &Tables) -> String {
    tables
        .rules
        .iter()
        .map(|path| format!(" --rules {}", quoted(path)))
        .collect()
}

/// The options that load the tables of this run again, each after a space.
fn tables(tables: &Tables) -> String {
    let option = |name, path: &Option<PathBuf>| {
        path.as_ref()
            .map_or_else(String::new, |path| format!(" {name} {}", quoted(path)))
    };
    option("--geoip", &tables.geoip) + &option("--aws-ranges", &tables.aws_ranges)
}

/// A path as it can be pasted into a shell.
fn quoted(path: &Path) -> String {
    let text = stanch_core::text::shown(&path.to_string_lossy(), 300);
    let quoted = shlex::try_quote(&text).map(std::borrow::Cow::into_owned);
    quoted.unwrap_or(text)
}
