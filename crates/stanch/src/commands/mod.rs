//! One file per verb. A command validates what was typed, calls the libraries and hands results to `output`.

pub(crate) mod case;
pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod hunt;
pub(crate) mod rules;

use std::path::{Path, PathBuf};

use stanch_core::EventKey;
use stanch_core::text::shown;
use stanch_detect::{Engine, EngineConfig, Networks};

use crate::arguments::TableArguments;
use crate::error::Failure;

/// The longest rule file that is read.
const RULE_FILE_LIMIT: u64 = 1 << 20;
/// How many rule files are read.
const RULE_FILES_LIMIT: usize = 50_000;

/// An engine with the tables and rules that were named.
fn engine(tables: &TableArguments) -> Result<Engine, Failure> {
    let mut networks = Networks::new();
    let mut tables_fingerprint = String::new();
    if let Some(path) = &tables.geoip {
        let bytes = read_table(path)?;
        tables_fingerprint.push_str(&EventKey::of(&[&bytes]).to_string());
        networks = networks.with_asn(bytes).map_err(|error| unusable(path, &error))?;
    }
    if let Some(path) = &tables.aws_ranges {
        let bytes = read_table(path)?;
        tables_fingerprint.push_str(&EventKey::of(&[b"aws", &bytes]).to_string());
        networks = networks
            .with_aws_ranges(&bytes)
            .map_err(|error| unusable(path, &error))?;
    }
    let user_rules = user_rules(&tables.rules)?;
    Ok(Engine::new(EngineConfig {
        networks,
        tables_fingerprint,
        user_rules,
        cited_limit: None,
    }))
}

fn read_table(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| Failure::file("reading", path, &error))
}

fn unusable(path: &Path, error: &dyn std::error::Error) -> Failure {
    Failure::because(
        format!("{} can't be used", path.display()),
        error,
        "check that it is the right file, or leave it out",
    )
}

/// The text of every rule file below the paths, in a fixed order. A file that can't be read is an error: rules
/// that were asked for and are silently missing would make a clean result mean less than it says.
fn user_rules(paths: &[PathBuf]) -> Result<Vec<(String, String)>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        let metadata = std::fs::metadata(path).map_err(|error| Failure::file("reading", path, &error))?;
        if metadata.is_dir() {
            rule_files(path, &mut files, 0)?;
        } else {
            files.push(path.clone());
        }
    }
    files.sort();
    files.dedup();
    files.iter().map(|path| read_rule(path)).collect()
}

fn rule_files(folder: &Path, files: &mut Vec<PathBuf>, depth: usize) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::file("reading", folder, &error);
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        let kind = entry.file_type().map_err(failed)?;
        let is_rule = path
            .extension()
            .is_some_and(|extension| extension == "yml" || extension == "yaml");
        if kind.is_dir() && depth < 32 {
            rule_files(&path, files, depth + 1)?;
        } else if is_rule && files.len() < RULE_FILES_LIMIT {
            files.push(path);
        }
    }
    Ok(())
}

fn read_rule(path: &Path) -> Result<(String, String), Failure> {
    let failed = |error: std::io::Error| Failure::file("reading", path, &error);
    let size = std::fs::metadata(path).map_err(failed)?.len();
    if size > RULE_FILE_LIMIT {
        let what = format!("{} is too large for a rule ({size} bytes)", path.display());
        return Err(Failure::new(what, "take it out of the rules folder"));
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    Ok((
        shown(&path.to_string_lossy(), 1000),
        String::from_utf8_lossy(&bytes).into_owned(),
    ))
}
