//! `stanch scan-keys`: leaked credentials in repositories and files, compared with the case.

mod baseline;
mod owner;
mod sarif;
mod screen;

use serde_json::json;
use sha2::{Digest as _, Sha256};
use stanch_case::Case;
use stanch_core::Severity;
use stanch_core::ports::Clock as _;
use stanch_leaks::{Credential, Scan, ScanLimits, SecretKey};

use crate::arguments::ScanKeysArguments;
use crate::clock::SystemClock;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};
use owner::Owners;

pub(crate) use screen::unread;

/// Scans, compares with the case, and reports.
pub(crate) fn run(arguments: &ScanKeysArguments, console: &Console) -> Result<Exit, Failure> {
    let known = arguments.baseline.as_deref().map(baseline::read).transpose()?;
    let owners = Owners::of_case(arguments.case.dir())?;
    let mut limits = ScanLimits::default();
    if let Some(threads) = arguments.threads {
        limits.threads = threads.clamp(1, 64);
    }
    let key = known.as_ref().map_or_else(new_key, |known| known.key);
    let mut scan = stanch_leaks::scan(&arguments.paths, SecretKey::new(&key), limits)
        .map_err(|error| Failure::because("the search can't be prepared", &error, "please report it"))?;
    if let Some(path) = &arguments.write_baseline {
        output::document(path, arguments.force, &baseline::write(&scan, &key))?;
    }
    let left_out = known.map_or(0, |known| known.remove(&mut scan));
    raise(&mut scan, &owners);
    if let Some(path) = &arguments.sarif {
        output::document(path, arguments.force, &sarif::write(&scan, &owners))?;
    }
    if owners.has_case() {
        record(&scan, arguments)?;
    }
    if console.json {
        console.print_json(&document(&scan, &owners, left_out))?;
    } else {
        let text = screen::text(&scan, &owners, left_out, console);
        output::data(|out| write!(out, "{text}"))?;
    }
    Ok(exit(&scan, &owners))
}

/// Records the scan in the journal of the case, so that the playbook shows the step as done.
fn record(scan: &Scan, arguments: &ScanKeysArguments) -> Result<(), Failure> {
    let now = SystemClock::new(None).now();
    let findings = scan
        .credentials
        .iter()
        .filter(|credential| credential.severity >= Severity::Medium)
        .count() as u64;
    let unread = scan
        .problems
        .iter()
        .filter(|problem| problem.kind.is_unread())
        .count() as u64;
    Case::open(arguments.case.dir(), now)?.record_key_scan(findings, unread + scan.more_problems, now)?;
    Ok(())
}

/// Returns a random key for the hashes of secrets of this run.
fn new_key() -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(uuid::Uuid::new_v4().as_bytes());
    hash.update(uuid::Uuid::new_v4().as_bytes());
    hash.finalize().into()
}

/// A key that is active in an account of the case is critical, whatever the scan thought of it.
fn raise(scan: &mut Scan, owners: &Owners) {
    for credential in &mut scan.credentials {
        if let Some(severity) = owners.severity(credential) {
            credential.severity = credential.severity.max(severity);
        }
    }
    scan.credentials
        .sort_by_key(|credential| std::cmp::Reverse(credential.severity));
}

fn exit(scan: &Scan, owners: &Owners) -> Exit {
    let has_findings = scan
        .credentials
        .iter()
        .any(|credential| credential.severity >= Severity::Medium);
    let is_complete = scan.problems.iter().all(|problem| !problem.kind.is_unread())
        && scan.more_problems == 0
        && owners.problems == 0;
    match (has_findings, is_complete) {
        (false, true) => Exit::Nothing,
        (false, false) => Exit::Incomplete,
        (true, true) => Exit::Findings,
        (true, false) => Exit::FindingsIncomplete,
    }
}

fn document(scan: &Scan, owners: &Owners, left_out: u64) -> serde_json::Value {
    let one = |credential: &Credential| {
        let mut value = serde_json::to_value(credential).unwrap_or_default();
        if let Some(fields) = value.as_object_mut() {
            fields.insert("owner".to_owned(), json!(owners.of(credential)));
        }
        value
    };
    json!({
        "findings": scan.credentials.iter().map(one).collect::<Vec<_>>(),
        "left_out_by_baseline": left_out,
        "totals": scan.totals,
        "problems": scan.problems,
        "more_problems": scan.more_problems,
    })
}
