//! One file per verb: it takes a request or arguments, calls the libraries and passes results to `output`.

pub(crate) mod assess;
pub(crate) mod aws;
pub(crate) mod case;
pub(crate) mod completions;
pub(crate) mod cost;
pub(crate) mod demo;
pub(crate) mod dispute;
mod events;
pub(crate) mod gaps;
pub(crate) mod hunt;
mod known;
mod outputs;
pub(crate) mod query;
pub(crate) mod report;
pub(crate) mod respond;
mod rule_files;
pub(crate) mod rules;
pub(crate) mod scan_keys;
pub(crate) mod scan_ssrf;
mod snapshots;
pub(crate) mod verify_logs;
pub(crate) mod who;

use std::path::Path;

use stanch_core::EventKey;
use stanch_detect::{Declared, Engine, EngineConfig, Networks};

use crate::arguments::Command;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::Console;
use crate::requests::Tables;

/// Carries out the verb that was typed.
pub(crate) fn run(command: Command, console: &Console) -> Result<Exit, Failure> {
    match command {
        Command::Hunt(arguments) => hunt::run(&arguments.request(console.json), console),
        Command::Whoami(arguments) => aws::whoami::run(&arguments, console),
        Command::Collect(arguments) => aws::collect::run(&arguments.request(), console),
        Command::Assess(arguments) => assess::run(&arguments.request(console.json), console),
        Command::Who(arguments) => who::run(&arguments, console),
        Command::ScanKeys(arguments) => scan_keys::run(&arguments, console),
        Command::ScanSsrf(arguments) => scan_ssrf::run(&arguments, console),
        Command::Contain(arguments) => respond::contain::run(&arguments.request(), console),
        Command::Plan(arguments) => respond::plan::run(&arguments, console),
        Command::Apply(arguments) => respond::apply::run(&arguments.request(), console),
        Command::Undo(arguments) => respond::undo::run(&arguments, console),
        Command::Watch(arguments) => respond::watch::run(&arguments.request(), console),
        Command::Respond(arguments) => respond::walk::run(&arguments, console),
        Command::Call(arguments) => aws::call::run(&arguments, console),
        Command::Permissions(arguments) => aws::permissions::run(&arguments, console),
        Command::Query(arguments) => query::run(&arguments, console),
        Command::Case(arguments) => case::run(arguments, console),
        Command::Report(arguments) => report::run(&arguments, console),
        Command::VerifyLogs(arguments) => verify_logs::run(&arguments, console),
        Command::Gaps(arguments) => gaps::run(&arguments, console),
        Command::Cost(arguments) => cost::run(&arguments, console),
        Command::Dispute(arguments) => dispute::run(&arguments, console),
        Command::Rules(arguments) => rules::run(&arguments, console),
        Command::Demo(arguments) => demo::run(&arguments, console),
        Command::Completions(arguments) => completions::run(&arguments, console),
    }
}

/// Returns an engine with the tables, rules and statements that were named.
fn engine(tables: &Tables, declared: Declared) -> Result<Engine, Failure> {
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
    let user_rules = rule_files::read(&tables.rules)?;
    Ok(Engine::new(EngineConfig {
        networks,
        tables_fingerprint,
        user_rules,
        declared,
        ..EngineConfig::default()
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
