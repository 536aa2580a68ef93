//! The run behind `cargo xtask hostile`.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use stanch_core::verdict::Analysis;
use stanch_hostile::inputs::{self, HostileInput, complaints};
use stanch_hostile::measure::{self, Usage};

use crate::commands::hostile::Args;
use crate::error::TaskError;

/// Hunts through each input alone, then through all together; whether everything was as it must be.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<bool, TaskError> {
    let stanch = match &args.stanch {
        Some(path) => path.clone(),
        None => crate::program::build(true)?,
    };
    let chosen: Vec<&HostileInput> = inputs::all()
        .filter(|input| args.only.as_ref().is_none_or(|only| input.name.contains(only)))
        .collect();
    if chosen.is_empty() {
        return Err(TaskError::Unfit("no input has such a name".to_owned()));
    }
    let scratch = tempfile::tempdir()?;
    let folder = scratch.path().join("logs");
    fs::create_dir(&folder).map_err(TaskError::file(&folder))?;
    let mut good = true;
    writeln!(out, "{:<42} {:>9} {:>8} {:>8}", "input", "KiB", "seconds", "MiB")?;
    for input in &chosen {
        let path = folder.join(input.name);
        input.write_below(&folder).map_err(TaskError::file(&path))?;
        let size = fs::metadata(&path).map_err(TaskError::file(&path))?.len();
        let hunted = hunt(&stanch, &path, scratch.path(), args)?;
        good &= told(input.name, size, &[input], &hunted, args, out)?;
    }
    let hunted = hunt(&stanch, &folder, scratch.path(), args)?;
    good &= told("all together", 0, &chosen, &hunted, args, out)?;
    Ok(good)
}

/// What a hunt came to.
struct Hunted {
    used: Usage,
    analysis: Option<Analysis>,
    said: String,
}

fn hunt(stanch: &Path, input: &Path, scratch: &Path, args: &Args) -> Result<Hunted, TaskError> {
    let (json, words) = (scratch.join("report.json"), scratch.join("said"));
    let create = |path: &Path| File::create(path).map_err(TaskError::file(path));
    let mut command = Command::new(stanch);
    command
        .args(["hunt", "--format", "json", "--threads", "2"])
        .arg(input)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(create(&json)?)
        .stderr(create(&words)?);
    let used =
        measure::run(&mut command, Duration::from_secs(args.seconds)).map_err(TaskError::file(stanch))?;
    let text = fs::read_to_string(&json).map_err(TaskError::file(&json))?;
    Ok(Hunted {
        used,
        analysis: serde_json::from_str(&text).ok(),
        said: fs::read_to_string(&words).unwrap_or_default(),
    })
}

/// Prints a line, and below it all that is not as it must be; whether nothing is.
fn told(
    name: &str,
    size: u64,
    inputs: &[&HostileInput],
    hunted: &Hunted,
    args: &Args,
    out: &mut dyn Write,
) -> Result<bool, TaskError> {
    let Usage {
        wall,
        peak_memory,
        status,
        timed_out,
        ..
    } = hunted.used;
    let mut wrong = match &hunted.analysis {
        Some(analysis) => complaints(inputs, analysis, status.code()),
        None => vec![format!(
            "no report came of it ({status}): {}",
            hunted.said.trim_end()
        )],
    };
    if timed_out {
        wrong.push(format!("it took longer than {} seconds", args.seconds));
    }
    if peak_memory > args.megabytes << 20 {
        wrong.push(format!("it took more than {} MiB", args.megabytes));
    }
    let verdict = if wrong.is_empty() { "ok" } else { "FAIL" };
    writeln!(
        out,
        "{name:<42} {:>9} {:>8.2} {:>8}  {verdict}",
        size >> 10,
        wall.as_secs_f64(),
        peak_memory >> 20
    )?;
    for complaint in &wrong {
        writeln!(out, "    {complaint}")?;
    }
    out.flush()?;
    Ok(wrong.is_empty())
}
