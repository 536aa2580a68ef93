//! Build profiles of the query engine's crates, written into `Cargo.toml` between markers.
//!
//! Cargo has no pattern for packages, so each is named. They are the packages that only `stanch-query` needs: a new version of
//! the engine brings new crates, which would silently be built with the settings of the hot path.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::error::TaskError;
use crate::root::read;

const OPEN: &str = "# <index>";
const CLOSE: &str = "# </index>";
/// The package whose dependencies get profiles of their own.
const ENGINE: &str = "stanch-query";
/// Optimisation of these packages by profile. `docs/decisions/0007-build-profiles.md` has the figures.
const LEVELS: [(&str, u8); 2] = [("dev", 0), ("release", 1)];

/// Returns `Cargo.toml` with the block between the markers written again.
pub(crate) fn manifest(root: &Path) -> Result<String, TaskError> {
    let text = read(&root.join("Cargo.toml"))?;
    let unfit = || TaskError::Unfit(format!("Cargo.toml has no lines `{OPEN}` and `{CLOSE}`"));
    let (before, rest) = text.split_once(OPEN).ok_or_else(unfit)?;
    let (_, after) = rest.split_once(CLOSE).ok_or_else(unfit)?;
    let packages = only_through(&metadata(root)?, ENGINE)?;
    Ok(format!("{before}{OPEN}\n{}{CLOSE}{after}", block(&packages)))
}

/// Returns what Cargo reports about the workspace on the platform that CI uses.
fn metadata(root: &Path) -> Result<Value, TaskError> {
    let arguments = [
        "metadata",
        "--format-version=1",
        "--locked",
        "--filter-platform=x86_64-unknown-linux-gnu",
    ];
    let failed = |reason: String| TaskError::Tool {
        command: format!("cargo {}", arguments.join(" ")),
        reason,
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(arguments)
        .current_dir(root)
        .output()
        .map_err(|error| failed(format!("could not be started: {error}")))?;
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| failed(format!("wrote no JSON: {error}")))
}

/// Returns the packages outside the workspace that `engine` depends on and no other member does, as Cargo's profiles name them.
fn only_through(metadata: &Value, engine: &str) -> Result<BTreeSet<String>, TaskError> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut names: HashMap<String, (String, String)> = HashMap::new();
    let mut versions: BTreeMap<String, usize> = BTreeMap::new();
    for package in list(&metadata["packages"]) {
        let name = text(&package["name"]);
        *versions.entry(name.clone()).or_default() += 1;
        names.insert(text(&package["id"]), (name, text(&package["version"])));
    }
    let mut edges: HashMap<String, Vec<String>> = HashMap::new();
    for node in list(&metadata["resolve"]["nodes"]) {
        let to = list(&node["deps"]).iter().map(|dep| text(&dep["pkg"])).collect();
        edges.insert(text(&node["id"]), to);
    }
    let members: BTreeSet<String> = list(&metadata["workspace_members"]).iter().map(text).collect();
    let is_engine = |id: &String| names.get(id).is_some_and(|(name, _)| name == engine);
    let (engines, others): (Vec<String>, Vec<String>) = members.iter().cloned().partition(is_engine);
    if engines.is_empty() {
        return Err(TaskError::Unfit(format!("the workspace has no package {engine}")));
    }
    let others = reachable(&edges, others);
    let only = reachable(&edges, engines)
        .into_iter()
        .filter(|id| !others.contains(id) && !members.contains(id));
    Ok(only
        .filter_map(|id| names.get(&id))
        .map(|(name, version)| match versions.get(name) {
            Some(1) => name.clone(),
            _ => format!("{name}@{version}"),
        })
        .collect())
}

fn reachable(edges: &HashMap<String, Vec<String>>, from: Vec<String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = from;
    while let Some(id) = open.pop() {
        if found.insert(id.clone()) {
            open.extend(edges.get(&id).cloned().unwrap_or_default());
        }
    }
    found
}

fn block(packages: &BTreeSet<String>) -> String {
    let mut text = String::new();
    for (profile, level) in LEVELS {
        let _ = writeln!(text, "[profile.{profile}.package]");
        for package in packages {
            let key = if package.contains('@') {
                format!("{package:?}")
            } else {
                package.clone()
            };
            let _ = writeln!(text, "{key}.opt-level = {level}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_that_another_member_needs_too_are_left_out_and_two_versions_are_told_apart() {
        let package = |name: &str, version: &str| serde_json::json!({"id": format!("{name}#{version}"), "name": name, "version": version});
        let node = |id: &str, deps: &[&str]| {
            let deps: Vec<Value> = deps.iter().map(|dep| serde_json::json!({"pkg": dep})).collect();
            serde_json::json!({"id": id, "deps": deps})
        };
        let metadata = serde_json::json!({
            "packages": [
                package("engine", "0"), package("binary", "0"), package("sql", "1"), package("arrow", "1"),
                package("hash", "1"), package("hash", "2"), package("parser", "1"),
            ],
            "workspace_members": ["engine#0", "binary#0"],
            "resolve": {"nodes": [
                node("engine#0", &["sql#1", "arrow#1"]),
                node("binary#0", &["arrow#1", "hash#2"]),
                node("sql#1", &["hash#1", "hash#2", "parser#1"]),
                node("parser#1", &["sql#1"]),
            ]},
        });
        let packages = only_through(&metadata, "engine").unwrap();
        assert_eq!(
            packages.iter().map(String::as_str).collect::<Vec<_>>(),
            ["hash@1", "parser", "sql"]
        );
        assert!(only_through(&metadata, "nothing").is_err());
        assert!(
            block(&packages)
                .contains("[profile.dev.package]\n\"hash@1\".opt-level = 0\nparser.opt-level = 0\n")
        );
    }
}
