//! The table, and whether it holds.

use std::io::Write;

use stanch_core::verdict::Conclusion;
use stanch_scenarios::{Kind, Scenario};

use super::bars;
use super::compare::{Compared, share};
use crate::error::TaskError;

/// Prints all figures; true when every bar holds. `is_partial`: information or a detection was left out.
pub(super) fn print(
    scenarios: &[Scenario],
    compared: &[Compared],
    is_partial: bool,
    explain: bool,
    out: &mut dyn Write,
) -> Result<bool, TaskError> {
    writeln!(
        out,
        "{:<26} {:>7} {:>7} {:>9} {:>7} {:>6} {:>6} {:>7} {:>8}  verdicts",
        "scenario", "events", "recall", "precision", "vector", "left", "took", "groups", "names"
    )?;
    let mut holds = true;
    for scenario in scenarios {
        let runs: Vec<&Compared> = compared.iter().filter(|run| run.name == scenario.name).collect();
        let good = match (scenario.kind, is_partial) {
            (Kind::Attack, false) => attack_holds(&runs),
            (Kind::Attack, true) => partial_holds(&runs),
            (Kind::Benign, _) => benign_holds(&runs),
        };
        line(scenario, &runs, good, out)?;
        holds &= good;
    }
    let attacks: Vec<&Compared> = compared.iter().filter(|run| run.labelled > 0).collect();
    if !is_partial && !attacks.is_empty() {
        let exact = |is: fn(&Compared) -> bool| exactness(&attacks, is);
        let (vector, left, took) = (
            exact(|run| run.vector),
            exact(|run| run.left),
            exact(|run| run.took),
        );
        writeln!(
            out,
            "\nall attacks: vector {:.1} %, left {:.1} %, took {:.1} % of {} runs",
            vector * 100.0,
            left * 100.0,
            took * 100.0,
            attacks.len()
        )?;
        holds &= [vector, left, took]
            .into_iter()
            .all(|figure| figure >= bars::EXACT);
    }
    if explain {
        for run in compared.iter().filter(|run| !run.reasons.is_empty()) {
            writeln!(out, "\n{} {}:", run.name, run.seed)?;
            for reason in &run.reasons {
                writeln!(out, "  {reason}")?;
            }
        }
    }
    Ok(holds)
}

fn exactness(runs: &[&Compared], is: fn(&Compared) -> bool) -> f64 {
    share(runs.iter().filter(|run| is(run)).count(), runs.len())
}

fn mean(runs: &[&Compared], figure: fn(&Compared) -> f64) -> f64 {
    runs.iter().map(|run| figure(run)).sum::<f64>() / runs.len().max(1) as f64
}

/// Groups per 100,000 events.
fn group_rate(runs: &[&Compared]) -> f64 {
    let events: usize = runs.iter().map(|run| run.events).sum();
    let groups: usize = runs.iter().map(|run| run.groups).sum();
    groups as f64 * 100_000.0 / events.max(1) as f64
}

fn attack_holds(runs: &[&Compared]) -> bool {
    mean(runs, Compared::recall) >= bars::RECALL
        && mean(runs, Compared::precision) >= bars::PRECISION
        && runs
            .iter()
            .all(|run| matches!(run.conclusion, Conclusion::Compromised | Conclusion::Suspicious))
}

/// With less information: something is said, and nobody is named wrongly.
fn partial_holds(runs: &[&Compared]) -> bool {
    runs.iter().all(|run| {
        matches!(run.conclusion, Conclusion::Compromised | Conclusion::Suspicious)
            && run.wrong_names.is_empty()
    })
}

fn benign_holds(runs: &[&Compared]) -> bool {
    runs.iter()
        .all(|run| run.conclusion != Conclusion::Compromised && run.named == 0)
        && group_rate(runs) <= bars::GROUPS
}

fn line(scenario: &Scenario, runs: &[&Compared], good: bool, out: &mut dyn Write) -> Result<(), TaskError> {
    let events = runs.iter().map(|run| run.events).sum::<usize>() / runs.len().max(1);
    let wrong: usize = runs.iter().map(|run| run.wrong_names.len()).sum();
    let exact =
        |is: fn(&Compared) -> bool| format!("{}/{}", runs.iter().filter(|run| is(run)).count(), runs.len());
    let verdicts = verdicts(runs);
    let mark = if good { "" } else { "  BELOW" };
    if scenario.kind == Kind::Attack {
        writeln!(
            out,
            "{:<26} {events:>7} {:>7.3} {:>9.3} {:>7} {:>6} {:>6} {:>7} {wrong:>8}  {verdicts}{mark}",
            scenario.name,
            mean(runs, Compared::recall),
            mean(runs, Compared::precision),
            exact(|run| run.vector),
            exact(|run| run.left),
            exact(|run| run.took),
            "",
        )?;
    } else {
        writeln!(
            out,
            "{:<26} {events:>7} {:>7} {:>9} {:>7} {:>6} {:>6} {:>7.1} {wrong:>8}  {verdicts}{mark}",
            scenario.name,
            "",
            "",
            "",
            "",
            "",
            group_rate(runs),
        )?;
    }
    Ok(())
}

/// Number of times each conclusion was drawn, with the confidence of the first story.
fn verdicts(runs: &[&Compared]) -> String {
    let mut counts: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for run in runs {
        let confidence = run
            .confidence
            .map_or(String::new(), |confidence| format!("/{confidence:?}"));
        *counts
            .entry(format!("{:?}{confidence}", run.conclusion))
            .or_default() += 1;
    }
    let words: Vec<String> = counts
        .into_iter()
        .map(|(word, count)| format!("{count} {word}"))
        .collect();
    words.join(", ")
}
