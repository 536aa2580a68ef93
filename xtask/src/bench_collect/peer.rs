//! The AWS command line over some of the same calls, one after the other as a loop in a shell makes them.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use stanch_aws::model::names::{cli_name, cli_service_name};

use super::stage::{Made, command, server};
use crate::error::TaskError;

/// What the loop came to.
pub(super) struct Loop {
    /// What the command line calls itself.
    pub(super) version: String,
    /// Calls that worked, and the time that they took together.
    pub(super) made: u32,
    pub(super) took: Duration,
    /// Calls that it could not make: the server knows no names of hosts.
    pub(super) failed: u32,
}

impl Loop {
    /// What so many calls would take.
    pub(super) fn of(&self, calls: usize) -> Duration {
        if self.made == 0 {
            return Duration::ZERO;
        }
        self.took.mul_f64(calls as f64 / f64::from(self.made))
    }
}

/// Runs the loop over calls spread evenly; none when the command line is not here.
pub(super) fn run(
    aws: &Path,
    calls: &[Made],
    sample: usize,
    latency: Duration,
    scratch: &Path,
) -> Result<Option<Loop>, TaskError> {
    let server = server(latency)?;
    let endpoint = server.endpoint();
    let probe = command(aws, &endpoint, scratch).arg("--version").output();
    let Ok(probe) = probe else { return Ok(None) };
    // Version 1 has written it to either.
    let both = [probe.stdout, probe.stderr].concat();
    let mut looped = Loop {
        version: String::from_utf8_lossy(&both).trim().to_owned(),
        made: 0,
        took: Duration::ZERO,
        failed: 0,
    };
    let step = (calls.len() / sample.max(1)).max(1);
    for call in calls.iter().step_by(step).take(sample) {
        let mut command = command(aws, &endpoint, scratch);
        command
            .args([cli_service_name(&call.service), &cli_name(&call.operation)])
            .args(["--region", &call.region, "--output", "json"])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if !call.params.is_null() {
            command.args(["--cli-input-json", &call.params.to_string()]);
        }
        let started = Instant::now();
        let status = command.status().map_err(TaskError::file(aws))?;
        if status.success() {
            looped.made += 1;
            looped.took += started.elapsed();
        } else {
            looped.failed += 1;
        }
    }
    Ok(Some(looped))
}
