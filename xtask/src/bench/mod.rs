//! The measurement behind `cargo xtask bench`.
//!
//! Every contender runs once a round, round after round, so that whatever else the host does hits all alike. Each
//! is a process of its own, over the same files, which the first, uncounted run has brought into memory.

mod contenders;
mod input;
mod machine;
mod table;

use std::fs::File;
use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

use stanch_hostile::measure::{self, Usage};

use crate::commands::bench::Args;
use crate::error::TaskError;
use contenders::{Contender, Workshop};

/// Longer than any of them takes.
const LONGEST: Duration = Duration::from_secs(3600);
/// What `--smoke` makes up.
const SMOKE_EVENTS: u64 = 3000;

/// What the runs of one contender took.
pub(crate) struct Measured {
    name: &'static str,
    shown: String,
    runs: Result<Vec<Usage>, String>,
}

/// Measures and prints the table; whether every contender that is here ended well.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<bool, TaskError> {
    let events = if args.smoke { SMOKE_EVENTS } else { args.events };
    if let Some(folder) = &args.make {
        return input::make(folder, events).map(|()| true);
    }
    let stanch = match &args.stanch {
        Some(path) => path.clone(),
        None => crate::program::build(!args.smoke)?,
    };
    let tree = match &args.tree {
        Some(tree) => tree.clone(),
        None => input::made(events)?,
    };
    let scratch = tempfile::tempdir()?;
    let input = input::Input::of(&tree, &stanch, scratch.path())?;
    let workshop = Workshop {
        input: &input,
        stanch: &stanch,
        python: &args.python,
        scratch: scratch.path(),
    };
    let contenders = workshop.contenders()?;
    let rounds = if args.smoke { 1 } else { args.runs.max(1) };
    let measured = rounds_of(&contenders, rounds)?;
    table::print(&machine::lines(&workshop), &input, &measured, rounds, out)?;
    if let Some(path) = &args.json {
        let value = table::json(&machine::lines(&workshop), &input, &measured);
        crate::root::write(path, format!("{value:#}\n").as_bytes())?;
    }
    // What is not here is told; what is here and fails is wrong.
    let failed = measured.iter().zip(&contenders);
    Ok(failed
        .into_iter()
        .all(|(measured, contender)| measured.runs.is_ok() || contender.command.is_err()))
}

fn rounds_of(contenders: &[Contender<'_>], rounds: u32) -> Result<Vec<Measured>, TaskError> {
    let mut measured: Vec<Measured> = contenders
        .iter()
        .map(|contender| Measured {
            name: contender.name,
            shown: contender.shown.clone(),
            runs: contender
                .command
                .as_ref()
                .map(|_| Vec::new())
                .map_err(Clone::clone),
        })
        .collect();
    for _ in 0..rounds {
        for (contender, measured) in contenders.iter().zip(&mut measured) {
            let Ok(runs) = &mut measured.runs else {
                continue;
            };
            match once(contender)? {
                Ok(used) => runs.push(used),
                Err(reason) => measured.runs = Err(reason),
            }
        }
    }
    Ok(measured)
}

/// One run; `Err` within says why it does not count.
fn once(contender: &Contender<'_>) -> Result<Result<Usage, String>, TaskError> {
    let Ok(command) = &contender.command else {
        return Ok(Err(String::new()));
    };
    if let Some(prepare) = &contender.prepare {
        prepare()?;
    }
    let mut command = command();
    let words = tempfile::NamedTempFile::new()?;
    command
        .stdin(Stdio::null())
        .stdout(File::create("/dev/null")?)
        .stderr(words.reopen()?);
    let used = measure::run(&mut command, LONGEST)?;
    if used
        .status
        .code()
        .is_some_and(|code| contender.good.contains(&code))
    {
        return Ok(Ok(used));
    }
    let said = std::fs::read_to_string(words.path()).unwrap_or_default();
    let telling = |line: &&str| line.contains("rror");
    let word = said
        .lines()
        .find(telling)
        .or_else(|| said.lines().last())
        .unwrap_or_default();
    Ok(Err(format!(
        "failed, {}: {}",
        used.status,
        word.replace('|', "/")
    )))
}
