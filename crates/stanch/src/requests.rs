//! Requests: what is meant, whoever asks, the command line or `respond`.
//!
//! Verbs see these and nothing of the command line. A request says what to do, never how to print it. It must not know clap.

use std::path::{Path, PathBuf};

use stanch_core::Timestamp;
use stanch_detect::Statement;

use crate::format::{AssessFormat, Format};

/// The case of every verb unless another is named.
pub(crate) const DEFAULT_CASE: &str = "incident";

/// Returns the default case if there is one, for verbs that can do without.
pub(crate) fn default_case() -> Option<PathBuf> {
    let dir = Path::new(DEFAULT_CASE);
    dir.join("case.json").is_file().then(|| dir.to_owned())
}

/// Reads a yes or a no.
pub(crate) fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" | "y" | "true" => Ok(true),
        "no" | "n" | "false" => Ok(false),
        _ => Err("say yes or no".to_owned()),
    }
}

/// Credentials, region and endpoint.
#[derive(Debug, Clone, Default)]
pub(crate) struct Access {
    pub(crate) profile: Option<String>,
    pub(crate) regions: Vec<String>,
    pub(crate) role_arn: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) mfa_serial: Option<String>,
    pub(crate) mfa_code: Option<String>,
    pub(crate) endpoint_url: Option<String>,
    pub(crate) fips: bool,
    pub(crate) dual_stack: bool,
}

/// Look-up tables and rules of a hunt.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tables {
    pub(crate) rules: Vec<PathBuf>,
    pub(crate) geoip: Option<PathBuf>,
    pub(crate) aws_ranges: Option<PathBuf>,
}

/// A hunt.
#[derive(Debug, Clone, Default)]
pub(crate) struct HuntRequest {
    pub(crate) inputs: Vec<PathBuf>,
    /// Download event history first.
    pub(crate) live: bool,
    pub(crate) since: Option<Timestamp>,
    pub(crate) until: Option<Timestamp>,
    pub(crate) accounts: Vec<String>,
    pub(crate) org: bool,
    pub(crate) role_name: Option<String>,
    /// The case that keeps the result.
    pub(crate) case: Option<PathBuf>,
    pub(crate) no_store: bool,
    /// Fields of VPC flow logs without a header.
    pub(crate) flow_formats: Vec<String>,
    pub(crate) suspects: Vec<Statement>,
    pub(crate) known_good: Vec<Statement>,
    pub(crate) tables: Tables,
    pub(crate) format: Format,
    pub(crate) outputs: Vec<PathBuf>,
    pub(crate) force: bool,
    pub(crate) threads: Option<u16>,
    pub(crate) now: Option<Timestamp>,
    pub(crate) access: Access,
}

/// A snapshot of an account.
#[derive(Debug, Clone, Default)]
pub(crate) struct CollectRequest {
    pub(crate) case: PathBuf,
    pub(crate) accounts: Vec<String>,
    pub(crate) org: bool,
    pub(crate) role_name: Option<String>,
    pub(crate) only: Vec<String>,
    pub(crate) everything: bool,
    pub(crate) time_budget: Option<u32>,
    pub(crate) fresh: bool,
    pub(crate) yes: bool,
    pub(crate) access: Access,
}

/// An assessment of a snapshot.
#[derive(Debug, Clone, Default)]
pub(crate) struct AssessRequest {
    pub(crate) snapshot: Option<PathBuf>,
    pub(crate) case: PathBuf,
    pub(crate) logs: Vec<PathBuf>,
    pub(crate) no_logs: bool,
    pub(crate) known_good: Option<PathBuf>,
    pub(crate) vendors: Option<PathBuf>,
    pub(crate) format: AssessFormat,
    pub(crate) outputs: Vec<PathBuf>,
    pub(crate) force: bool,
}

/// Principals, findings and actions that a plan starts from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seeds {
    pub(crate) keys: Vec<String>,
    pub(crate) users: Vec<String>,
    pub(crate) roles: Vec<String>,
    pub(crate) sessions: Vec<String>,
    pub(crate) instances: Vec<String>,
    pub(crate) addresses: Vec<String>,
    pub(crate) findings: Vec<String>,
    pub(crate) acts: Vec<String>,
    /// Everything that hunt and assessment found.
    pub(crate) all: bool,
}

/// A containment plan.
#[derive(Debug, Clone, Default)]
pub(crate) struct ContainRequest {
    pub(crate) seeds: Seeds,
    pub(crate) case: PathBuf,
    pub(crate) snapshot: Option<PathBuf>,
    pub(crate) logs: Vec<PathBuf>,
    /// True if the attack is continuing; asked at the terminal unless given.
    pub(crate) harm_now: Option<bool>,
    pub(crate) exempt: Vec<String>,
    /// Steps to leave out: `ACTION`, `ACTION:TARGET`, or a number of the plan made before.
    pub(crate) without: Vec<String>,
    pub(crate) access: Access,
}

/// A plan to apply.
#[derive(Debug, Clone, Default)]
pub(crate) struct ApplyRequest {
    pub(crate) plan: String,
    pub(crate) case: PathBuf,
    pub(crate) dry_run: bool,
    /// The whole digest: the plan is approved.
    pub(crate) approve: Option<String>,
    pub(crate) account: Option<String>,
    pub(crate) second: Option<String>,
    pub(crate) access: Access,
}

/// A watch over contained credentials.
#[derive(Debug, Clone, Default)]
pub(crate) struct WatchRequest {
    pub(crate) case: PathBuf,
    pub(crate) minutes: u64,
    pub(crate) every: u64,
    pub(crate) trail: Option<String>,
    pub(crate) keep_up: bool,
    pub(crate) access: Access,
}
