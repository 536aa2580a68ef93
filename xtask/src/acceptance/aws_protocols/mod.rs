//! AWS's own cases for its wire protocols and endpoint rules, run through `stanch-aws`.
//!
//! A case that can't hold is named with its reason in `exclusions.txt`; it is run all the same, and one that has
//! come to hold is a miss, so that the list stays short.

mod compare;
mod endpoints;
mod input;
mod output;
mod values;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use stanch_aws::model::Service;
use stanch_aws::model::compile::Sources;

use super::Line;
use super::bench::Bench;
use crate::error::TaskError;

/// Requests, replies, endpoints.
pub(super) fn run(_bench: &Bench, folder: &Path) -> Result<Vec<Line>, TaskError> {
    let excluded = exclusions();
    let mut lines = suites(folder, "input", &excluded, input::check)?;
    lines.extend(suites(folder, "output", &excluded, output::check)?);
    lines.extend(endpoints::run(&folder.join("endpoint-rules"), &excluded)?);
    Ok(lines)
}

/// Case ids and reasons.
fn exclusions() -> BTreeMap<&'static str, &'static str> {
    include_str!("exclusions.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(": "))
        .collect()
}

pub(super) fn read(path: &Path) -> Result<Value, TaskError> {
    let bytes = std::fs::read(path).map_err(TaskError::file(path))?;
    serde_json::from_slice(&bytes).map_err(|error| TaskError::Unfit(format!("{}: {error}", path.display())))
}

/// The files of a folder, sorted.
pub(super) fn entries(folder: &Path) -> Result<Vec<std::path::PathBuf>, TaskError> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(TaskError::file(folder))? {
        out.push(entry.map_err(TaskError::file(folder))?.path());
    }
    out.sort();
    Ok(out)
}

/// A case with the small service it is about.
pub(super) struct Case<'a> {
    pub(super) service: &'a Service,
    pub(super) operation: &'a stanch_aws::Operation,
    pub(super) case: &'a Value,
    pub(super) suite: &'a Value,
}

type Check = fn(&Case<'_>) -> Result<(), String>;

/// One line for each file of a folder.
fn suites(
    folder: &Path,
    side: &str,
    excluded: &BTreeMap<&str, &str>,
    check: Check,
) -> Result<Vec<Line>, TaskError> {
    let mut lines = Vec::new();
    for path in entries(&folder.join(side))? {
        let name = path
            .file_stem()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let (mut good, mut whole, mut left_out, mut misses) = (0, 0, 0, Vec::new());
        for suite in read(&path)?.as_array().into_iter().flatten() {
            for case in suite["cases"].as_array().into_iter().flatten() {
                let id = case["id"].as_str().unwrap_or_default();
                match (
                    one(suite, case, check),
                    excluded.contains_key(format!("{side}/{id}").as_str()),
                ) {
                    (Ok(()), false) => good += 1,
                    (Ok(()), true) => misses.push(format!("{id} holds by now: take it off the exclusions")),
                    (Err(reason), false) => misses.push(format!("{id}: {reason}")),
                    (Err(_), true) => {
                        left_out += 1;
                        continue;
                    }
                }
                whole += 1;
            }
        }
        if whole + left_out > 0 {
            let note = if left_out > 0 {
                format!(" (but {left_out})")
            } else {
                String::new()
            };
            lines.push(Line::count(
                &format!("aws {side} {name}{note}"),
                good,
                whole,
                whole,
                misses,
            ));
        }
    }
    Ok(lines)
}

fn one(suite: &Value, case: &Value, check: Check) -> Result<(), String> {
    let given = &case["given"];
    let name = given["name"].as_str().unwrap_or_default();
    let mut model = suite.clone();
    model["operations"] = serde_json::json!({ name: given });
    let service = Service::compile(Sources {
        name: "case",
        model: &model,
        paginators: None,
        rules: None,
    })
    .map_err(|error| error.to_string())?;
    let operation = service.operation(name).ok_or("no such operation")?;
    check(&Case {
        service: &service,
        operation,
        case,
        suite,
    })
}
