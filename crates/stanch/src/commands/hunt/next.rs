//! The next commands, ready to be pasted, with the options of this run.

use std::path::{Path, PathBuf};

use stanch_core::verdict::Analysis;
use stanch_respond::planner::Seed;

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

/// Number of seeds that a command names; more are `--all`.
const SEEDS: usize = 2;

/// Returns the commands that stop the attack of a verdict, in order; none without an attack of medium or high confidence.
pub(super) fn urgent(analysis: &Analysis, request: &HuntRequest) -> Vec<(String, String)> {
    let seeds = stanch_respond::planner::first_seeds(&analysis.verdict.stories);
    if seeds.is_empty() {
        return Vec::new();
    }
    let named: Vec<String> = seeds.iter().map(option).collect();
    let named = if named.len() > SEEDS {
        "--all".to_owned()
    } else {
        named.join(" ")
    };
    let case = request
        .case
        .as_deref()
        .map_or_else(|| "incident".to_owned(), quoted);
    let mut commands = Vec::new();
    if request.case.is_none() {
        let inputs: Vec<String> = request.inputs.iter().map(|path| quoted(path)).collect();
        commands.push((
            format!(
                "stanch case new {case} && stanch hunt {} --case {case}",
                inputs.join(" ")
            ),
            "keeps this result, and a journal, in a case".to_owned(),
        ));
    }
    commands.push((
        format!("stanch collect --case {case}"),
        "reads the account; changes nothing".to_owned(),
    ));
    commands.push((
        format!("stanch contain {named} --case {case}"),
        "shows the plan that cuts the attacker off; changes nothing".to_owned(),
    ));
    commands
}

/// A seed as an option of `stanch contain`.
fn option(seed: &Seed) -> String {
    let (option, value) = seed.parts();
    let value = stanch_core::text::shown(value, 200);
    let quoted = shlex::try_quote(&value).map(std::borrow::Cow::into_owned);
    format!("{option} {}", quoted.unwrap_or(value))
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
