//! The figures as a Markdown table and as JSON.

use std::io::Write;
use std::time::Duration;

use serde_json::{Value, json};
use stanch_hostile::measure::Usage;

use super::Measured;
use super::contenders::LIMIT;
use super::input::Input;
use crate::error::TaskError;

/// Prints what was measured where, then the table, then the commands.
pub(super) fn print(
    machine: &[(&str, String)],
    input: &Input,
    all: &[Measured],
    rounds: u32,
    out: &mut dyn Write,
) -> Result<(), TaskError> {
    for (name, value) in machine {
        writeln!(out, "- {name}: {value}")?;
    }
    writeln!(
        out,
        "- input: {} events in {} files, {} MB packed, {} MB unpacked; {rounds} rounds\n",
        input.events,
        input.files,
        input.packed / 1_000_000,
        input.unpacked / 1_000_000
    )?;
    writeln!(
        out,
        "| | CPU s | median | wall s | median | peak MB | × unpacking | events/s |"
    )?;
    writeln!(out, "|---|---:|---:|---:|---:|---:|---:|---:|")?;
    let limit = all
        .iter()
        .find(|measured| measured.name == LIMIT)
        .and_then(best_processor);
    for measured in all {
        writeln!(out, "{}", line(measured, limit, input.events))?;
    }
    writeln!(out)?;
    for measured in all {
        writeln!(out, "- {}: `{}`", measured.name, measured.shown)?;
    }
    Ok(())
}

fn line(measured: &Measured, limit: Option<Duration>, events: u64) -> String {
    let name = measured.name;
    let runs = match &measured.runs {
        Err(reason) => return format!("| {name} | {reason} | | | | | | |"),
        Ok(runs) => runs,
    };
    let of = |figure: fn(&Usage) -> Duration| sorted(runs, figure);
    let (processor, wall) = (of(|run| run.processor), of(|run| run.wall));
    let peak = runs.iter().map(|run| run.peak_memory).max().unwrap_or(0);
    let ratio = limit.filter(|limit| !limit.is_zero()).map_or_else(
        || "–".to_owned(),
        |limit| format!("{:.2}", best(&processor).as_secs_f64() / limit.as_secs_f64()),
    );
    format!(
        "| {name} | {:.2} | {:.2} | {:.2} | {:.2} | {:.0} | {ratio} | {:.0} |",
        best(&processor).as_secs_f64(),
        median(&processor).as_secs_f64(),
        best(&wall).as_secs_f64(),
        median(&wall).as_secs_f64(),
        peak as f64 / 1e6,
        events as f64 / best(&wall).as_secs_f64().max(1e-3),
    )
}

fn sorted(runs: &[Usage], figure: fn(&Usage) -> Duration) -> Vec<Duration> {
    let mut figures: Vec<Duration> = runs.iter().map(figure).collect();
    figures.sort_unstable();
    figures
}

fn best(sorted: &[Duration]) -> Duration {
    sorted.first().copied().unwrap_or_default()
}

/// The lower one of the two in the middle.
fn median(sorted: &[Duration]) -> Duration {
    let middle = sorted.len().saturating_sub(1) / 2;
    sorted.get(middle).copied().unwrap_or_default()
}

fn best_processor(measured: &Measured) -> Option<Duration> {
    let runs = measured.runs.as_ref().ok()?;
    runs.iter().map(|run| run.processor).min()
}

/// Every figure of every run.
pub(super) fn json(machine: &[(&str, String)], input: &Input, all: &[Measured]) -> Value {
    let runs = |runs: &[Usage]| -> Vec<Value> {
        runs.iter()
            .map(|run| {
                json!({
                    "cpu_seconds": run.processor.as_secs_f64(),
                    "wall_seconds": run.wall.as_secs_f64(),
                    "peak_bytes": run.peak_memory,
                })
            })
            .collect()
    };
    let contenders: Vec<Value> = all
        .iter()
        .map(|measured| {
            json!({
                "name": measured.name,
                "command": measured.shown,
                "runs": measured.runs.as_deref().map(runs).unwrap_or_default(),
                "not_measured": measured.runs.as_ref().err(),
            })
        })
        .collect();
    let machine: serde_json::Map<String, Value> = machine
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str())))
        .collect();
    json!({
        "machine": machine,
        "input": {
            "events": input.events,
            "files": input.files,
            "packed_bytes": input.packed,
            "unpacked_bytes": input.unpacked,
        },
        "contenders": contenders,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_is_the_least_and_the_median_in_the_middle() {
        let seconds = |all: &[u64]| {
            all.iter()
                .map(|one| Duration::from_secs(*one))
                .collect::<Vec<_>>()
        };
        let three = seconds(&[1, 2, 9]);
        assert_eq!(
            (best(&three), median(&three)),
            (Duration::from_secs(1), Duration::from_secs(2))
        );
        assert_eq!(median(&seconds(&[1, 2, 3, 4])), Duration::from_secs(2));
        assert_eq!(median(&[]), Duration::ZERO);
    }

    #[test]
    fn who_is_not_here_is_named() {
        let measured = Measured {
            name: "jq",
            shown: String::new(),
            runs: Err("jq is not here".to_owned()),
        };
        assert_eq!(line(&measured, None, 1), "| jq | jq is not here | | | | | | |");
    }
}
