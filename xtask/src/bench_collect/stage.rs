//! The server, the program's surroundings, and one run of it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use stanch_collect::snapshot::Wanted;
use stanch_collect::{CollectError, Snapshot};
use stanch_core::CallOutcome;
use stanch_hostile::measure::{self, Usage};
use stanch_testkit::RecordedServer;

use super::account;
use crate::error::TaskError;
use crate::root::read;

/// Longer than any run takes.
const LONGEST: Duration = Duration::from_secs(1800);

/// Where runs happen.
pub(super) struct Stage<'s> {
    pub(super) stanch: &'s Path,
    pub(super) scratch: &'s Path,
}

/// A call that was answered, as the snapshot has it.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) account: String,
    pub(super) region: String,
    /// The name of the service's model.
    pub(super) service: String,
    pub(super) operation: String,
    pub(super) params: Value,
    /// Number of requests it took.
    pub(super) pages: u64,
}

/// Number of calls that ended in something that is not known, and one of them.
type Unknown = (u64, Option<String>);

/// A run of `stanch collect`.
pub(super) struct Collected {
    pub(super) used: Usage,
    /// Every call of the snapshot.
    pub(super) calls: Vec<Made>,
    /// Number of those that ended in something that is not known, and one of them.
    pub(super) unknown: Unknown,
    /// Number of requests the server saw, and at most at one moment.
    pub(super) requests: u64,
    pub(super) most_at_once: usize,
}

/// A server on this machine with the account in it.
pub(super) fn server(latency: Duration) -> Result<RecordedServer, TaskError> {
    RecordedServer::start(latency, account::answer).map_err(TaskError::from)
}

/// A program that speaks to a server on this machine, and to nothing else.
pub(super) fn command(program: &Path, endpoint: &str, scratch: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        // What installs itself as a script looks for its interpreter there.
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", scratch)
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "none")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("STANCH_LOOPBACK_ONLY", "1")
        .stdin(Stdio::null());
    command
}

impl Stage<'_> {
    /// Collects into a new case of this name.
    pub(super) fn collect(
        &self,
        name: &str,
        latency: Duration,
        more: &[String],
    ) -> Result<Collected, TaskError> {
        let case = self.new_case(name)?;
        let server = server(latency)?;
        let (said, words) = (self.scratch.join("said"), self.scratch.join("words"));
        let create = |path: &Path| File::create(path).map_err(TaskError::file(path));
        let mut command = command(self.stanch, &server.endpoint(), self.scratch);
        command
            .args(["collect", "--quiet", "--fresh", "--case"])
            .arg(&case)
            .args(more)
            .stdout(create(&said)?)
            .stderr(create(&words)?);
        let used = measure::run(&mut command, LONGEST).map_err(TaskError::file(self.stanch))?;
        // 3 says that something is not known; how much of it is told.
        if !matches!(used.status.code(), Some(0 | 3)) {
            return Err(TaskError::Tool {
                command: "stanch collect".to_owned(),
                reason: format!("ended with {}: {}", used.status, read(&words)?),
            });
        }
        let recorded = server.recorded();
        let (calls, unknown) = calls(&case)?;
        Ok(Collected {
            used,
            calls,
            unknown,
            requests: recorded.asked.values().sum(),
            most_at_once: recorded.most_at_once,
        })
    }

    fn new_case(&self, name: &str) -> Result<PathBuf, TaskError> {
        let case = self.scratch.join(name);
        let output = Command::new(self.stanch)
            .args(["case", "new", "--responder", "benchmark", "--no-break-glass"])
            .arg(&case)
            .output()
            .map_err(TaskError::file(self.stanch))?;
        if output.status.success() {
            return Ok(case);
        }
        Err(TaskError::Tool {
            command: "stanch case new".to_owned(),
            reason: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }
}

/// The calls in the one snapshot of a case, and how many of them are not known.
fn calls(case: &Path) -> Result<(Vec<Made>, Unknown), TaskError> {
    let unreadable = |error: CollectError| TaskError::Unfit(format!("the snapshot: {error}"));
    let folder = one_folder(&case.join("snapshots"))?;
    let snapshot = Snapshot::open(&folder).map_err(unreadable)?;
    let mut made = Vec::new();
    let (mut unknown, mut example) = (0, None);
    snapshot
        .each(&Wanted::default(), |reading| {
            if !reading.outcome.is_known() {
                unknown += 1;
                example.get_or_insert_with(|| {
                    shown(
                        &reading.service.to_string(),
                        reading.operation.as_str(),
                        reading.outcome,
                    )
                });
            }
            made.push(Made {
                account: reading.account.to_string(),
                region: reading.region.to_string(),
                service: reading.service.to_string(),
                operation: reading.operation.to_string(),
                params: reading.params,
                pages: u64::from(reading.pages.max(1)),
            });
            Ok(())
        })
        .map_err(unreadable)?;
    Ok((made, (unknown, example)))
}

fn shown(service: &str, operation: &str, outcome: CallOutcome) -> String {
    format!("{service} {operation}: {outcome}")
}

fn one_folder(parent: &Path) -> Result<PathBuf, TaskError> {
    let entries = std::fs::read_dir(parent).map_err(TaskError::file(parent))?;
    let mut folders = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir());
    match (folders.next(), folders.next()) {
        (Some(folder), None) => Ok(folder),
        _ => Err(TaskError::Unfit(format!(
            "{} holds no single snapshot",
            parent.display()
        ))),
    }
}
