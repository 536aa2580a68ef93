//! How long `stanch whoami` takes from its start until it says the first thing.

use std::io::Read as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::stage::{command, server};
use crate::error::TaskError;

/// The times of so many runs, sorted.
pub(super) fn times(
    stanch: &Path,
    latency: Duration,
    runs: u32,
    scratch: &Path,
) -> Result<Vec<Duration>, TaskError> {
    let server = server(latency)?;
    let mut times = Vec::new();
    for _ in 0..runs {
        times.push(once(stanch, &server.endpoint(), scratch)?);
    }
    times.sort_unstable();
    Ok(times)
}

fn once(stanch: &Path, endpoint: &str, scratch: &Path) -> Result<Duration, TaskError> {
    let failed = |reason: String| TaskError::Tool {
        command: "stanch whoami".to_owned(),
        reason,
    };
    let mut command = command(stanch, endpoint, scratch);
    command.arg("whoami").stdout(Stdio::piped()).stderr(Stdio::null());
    let started = Instant::now();
    let mut child = command.spawn().map_err(TaskError::file(stanch))?;
    let mut byte = [0];
    let mut rest = Vec::new();
    let mut came = None;
    if let Some(mut said) = child.stdout.take() {
        if said.read(&mut byte)? == 1 {
            came = Some(started.elapsed());
        }
        said.read_to_end(&mut rest)?;
    }
    let status = child.wait()?;
    match came {
        Some(came) if status.success() => Ok(came),
        _ => Err(failed(format!("said nothing and ended with {status}"))),
    }
}
