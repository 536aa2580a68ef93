//! The figures in the words of docs/benchmarks.md.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;
use std::process::Command;
use std::time::Duration;

use stanch_aws::client::OPEN_REQUESTS;
use stanch_hostile::measure;

use super::Figures;
use super::ideal::Ideal;
use super::stage::{Collected, Made};
use crate::error::TaskError;

/// How much more than the least a run may take.
const OVER_IDEAL: f64 = 1.5;
/// How much faster than the loop it must be.
const OVER_LOOP: f64 = 20.0;
/// Bytes that many accounts may take.
const MEMORY: u64 = 500_000_000;
/// How soon the first word must come.
const FIRST_BYTE: Duration = Duration::from_millis(50);

/// Something that must hold.
pub(super) struct Bar {
    pub(super) is_held: bool,
    text: String,
}

/// The quickest run.
fn best(runs: &[Collected]) -> Option<&Collected> {
    runs.iter().min_by_key(|run| run.used.wall)
}

fn seconds(time: Duration) -> f64 {
    time.as_secs_f64()
}

/// What must hold, and whether it does.
pub(super) fn bars(figures: &Figures) -> Vec<Bar> {
    let wall = best(&figures.one).map_or(Duration::ZERO, |run| run.used.wall);
    let over = seconds(wall) / seconds(figures.ideal.least()).max(1e-9);
    let mut bars = vec![Bar {
        is_held: over <= OVER_IDEAL,
        text: format!("wall time {over:.2} times the least, at most {OVER_IDEAL}"),
    }];
    if let Some(looped) = figures.looped.as_ref().filter(|looped| looped.made > 0) {
        let calls = best(&figures.one).map_or(0, |run| run.calls.len());
        let faster = seconds(looped.of(calls)) / seconds(wall).max(1e-9);
        bars.push(Bar {
            is_held: faster >= OVER_LOOP,
            text: format!(
                "{faster:.0} times as fast as the AWS command line in a loop, at least {OVER_LOOP}"
            ),
        });
    }
    let peak = figures.many.used.peak_memory;
    bars.push(Bar {
        is_held: peak < MEMORY,
        text: format!(
            "{:.0} MB for {} accounts, below {} MB",
            peak as f64 / 1e6,
            figures.accounts,
            MEMORY / 1_000_000
        ),
    });
    let first = figures.first_bytes[0].first().copied().unwrap_or_default();
    bars.push(Bar {
        is_held: first <= FIRST_BYTE,
        text: format!(
            "first byte of `stanch whoami` after {:.0} ms where the server answers at once, at most {} ms",
            seconds(first) * 1e3,
            FIRST_BYTE.as_millis()
        ),
    });
    bars
}

/// Prints them.
pub(super) fn print_bars(bars: &[Bar], out: &mut dyn Write) -> Result<(), TaskError> {
    writeln!(out)?;
    for bar in bars {
        writeln!(
            out,
            "- {}: {}",
            if bar.is_held { "held" } else { "MISSED" },
            bar.text
        )?;
    }
    Ok(())
}

/// Prints the calls, then the figures.
pub(super) fn print(figures: &Figures, many: &str, out: &mut dyn Write) -> Result<(), TaskError> {
    let Some(run) = best(&figures.one) else {
        return Ok(());
    };
    writeln!(out, "Calls, {} in all:\n", run.calls.len())?;
    for line in by_service(&run.calls) {
        writeln!(out, "- {line}")?;
    }
    writeln!(out)?;
    let least = measure::run(&mut Command::new("true"), Duration::from_secs(60))?;
    writeln!(
        out,
        "- every reply after {} ms, no other fault; least peak that can be seen: {} MB",
        figures.latency.as_millis(),
        least.peak_memory / 1_000_000
    )?;
    print_ideal("one account", run, &figures.ideal, out)?;
    print_ideal(
        &format!("{} accounts, --only {many}", figures.accounts),
        &figures.many,
        &figures.many_ideal,
        out,
    )?;
    print_loop(figures, run, out)?;
    for (times, latency) in figures.first_bytes.iter().zip([Duration::ZERO, figures.latency]) {
        let at = |place: usize| times.get(place).copied().map_or(0.0, seconds) * 1e3;
        writeln!(
            out,
            "- stanch whoami, replies after {} ms: first byte after {:.1} ms, median {:.1} ms, {} starts",
            latency.as_millis(),
            at(0),
            at(times.len() / 2),
            times.len()
        )?;
    }
    writeln!(
        out,
        "\n| | requests | wall s | least s | × least | CPU s | peak MB | most at once |"
    )?;
    writeln!(out, "|---|---:|---:|---:|---:|---:|---:|---:|")?;
    for run in &figures.one {
        writeln!(out, "{}", row("one account", run, &figures.ideal))?;
    }
    let name = format!("{} accounts", figures.accounts);
    writeln!(out, "{}", row(&name, &figures.many, &figures.many_ideal))?;
    Ok(())
}

fn row(name: &str, run: &Collected, ideal: &Ideal) -> String {
    let wall = seconds(run.used.wall);
    let least = seconds(ideal.least());
    format!(
        "| {name} | {} | {wall:.2} | {least:.2} | {:.2} | {:.2} | {:.0} | {} |",
        run.requests,
        wall / least.max(1e-9),
        seconds(run.used.processor),
        run.used.peak_memory as f64 / 1e6,
        run.most_at_once
    )
}

fn print_ideal(name: &str, run: &Collected, ideal: &Ideal, out: &mut dyn Write) -> Result<(), TaskError> {
    writeln!(
        out,
        "- {name}: the least is {:.2} s, by {}. {} requests, {OPEN_REQUESTS} open at once: {:.2} s. {} calls that wait \
         for each other: {:.2} s. Politeness: {:.2} s, for {}.",
        seconds(ideal.least()),
        ideal.reason(),
        run.requests,
        seconds(ideal.flow),
        ideal.links,
        seconds(ideal.chain),
        seconds(ideal.polite),
        ideal.place
    )?;
    Ok(())
}

fn print_loop(figures: &Figures, run: &Collected, out: &mut dyn Write) -> Result<(), TaskError> {
    let Some(looped) = &figures.looped else {
        writeln!(out, "- the AWS command line is not here")?;
        return Ok(());
    };
    let all = looped.of(run.calls.len());
    writeln!(
        out,
        "- the AWS command line in a loop ({}): {} calls took {:.1} s, so that {} would take {:.0} s, reckoned and not \
         measured: {:.0} times as long. {} more calls of the sample it could not make here.",
        looped.version,
        looped.made,
        seconds(looped.took),
        run.calls.len(),
        seconds(all),
        seconds(all) / seconds(run.used.wall).max(1e-9),
        looped.failed
    )?;
    Ok(())
}

/// A line for each service, with how often each operation was asked; most asked first.
fn by_service(calls: &[Made]) -> Vec<String> {
    let mut services: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
    for call in calls {
        let operations = services.entry(&call.service).or_default();
        *operations.entry(&call.operation).or_default() += 1;
    }
    let mut lines: Vec<(u64, String)> = services
        .into_iter()
        .map(|(service, operations)| {
            let total = operations.values().sum();
            let mut line = format!("{service} {total}:");
            for (place, (operation, count)) in operations.iter().enumerate() {
                let comma = if place == 0 { "" } else { "," };
                // Writing to memory can't fail.
                write!(line, "{comma} {operation} {count}").unwrap_or_default();
            }
            (total, line)
        })
        .collect();
    lines.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    lines.into_iter().map(|(_, line)| line).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_service_asked_most_comes_first_with_its_operations() {
        let made = |service: &str, operation: &str| Made {
            account: String::new(),
            region: String::new(),
            service: service.to_owned(),
            operation: operation.to_owned(),
            params: Value::Null,
            pages: 1,
        };
        let calls = [
            made("acm", "ListCertificates"),
            made("iam", "ListUsers"),
            made("iam", "ListAccessKeys"),
            made("iam", "ListAccessKeys"),
        ];
        assert_eq!(
            by_service(&calls),
            [
                "iam 3: ListAccessKeys 2, ListUsers 1",
                "acm 1: ListCertificates 1"
            ]
        );
    }
}
