//! What the figures were taken on and with.

use std::process::Command;
use std::time::Duration;

use stanch_hostile::measure;

use super::contenders::{LIMIT, Workshop, version};

/// Name and value of everything that the figures depend on.
pub(super) fn lines(workshop: &Workshop<'_>) -> Vec<(&'static str, String)> {
    let unknown = || "not here".to_owned();
    let cores = std::thread::available_parallelism().map_or_else(|_| unknown(), |cores| cores.to_string());
    let stanch = workshop.stanch.display().to_string();
    let python = workshop.python.display().to_string();
    let duckdb = Command::new(&python)
        .args(["-c", "import duckdb; print(duckdb.__version__)"])
        .output();
    let duckdb = duckdb.ok().filter(|output| output.status.success());
    // What starts a program counts into its peak, so that no figure can be below this one.
    let least = measure::run(&mut Command::new("true"), Duration::from_secs(60));
    vec![
        ("processor", processor().unwrap_or_else(unknown)),
        ("cores", cores),
        ("stanch", version(&stanch, "--version").unwrap_or_else(unknown)),
        (LIMIT, version(LIMIT, "-V").unwrap_or_else(unknown)),
        ("gzip", version("gzip", "--version").unwrap_or_else(unknown)),
        ("jq", version("jq", "--version").unwrap_or_else(unknown)),
        ("Python", version(&python, "--version").unwrap_or_else(unknown)),
        (
            "DuckDB",
            duckdb.map_or_else(unknown, |output| {
                String::from_utf8_lossy(&output.stdout).trim().to_owned()
            }),
        ),
        (
            "least peak that can be seen",
            least.map_or_else(
                |_| unknown(),
                |used| format!("{} MB", used.peak_memory / 1_000_000),
            ),
        ),
    ]
}

fn processor() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
