//! The result as a screen: the claim and its bounds, where and when, the charges with their reasons, what is not known.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use stanch_bill::{Amounts, CurrencyClaim, Decimal, EventRef, Form, Mark, Outcome, Problem, Row};
use stanch_core::text::shown;

use super::Judged;
use crate::output::{Console, wrapped};

/// Lines of each list, unless everything is asked for.
const LINES: usize = 12;

/// Returns the screen.
pub(super) fn text(result: &Judged, console: &Console) -> String {
    let outcome = &result.outcome;
    let mut text = String::new();
    text.push_str(&wrapped(&answer(outcome), "", "  ", console.width));
    text.push('\n');
    if let Some((first, last)) = outcome.attack {
        console.row(&mut text, "attack", &format!("{first} to {last}, by its events"));
    }
    console.row(&mut text, "bill", &extent(outcome));
    if outcome.is_open {
        console.row(
            &mut text,
            "open month",
            "no invoice yet: AWS may still add and change lines; run it again when the month is closed",
        );
    }
    for sums in &outcome.currencies {
        currency(&mut text, sums, console);
    }
    list(
        &mut text,
        "Not read",
        &outcome.reading.problems.iter().map(problem).collect::<Vec<_>>(),
        console,
    );
    list(
        &mut text,
        "Not known",
        &[&result.gaps[..], &result.unread].concat(),
        console,
    );
    text
}

fn answer(outcome: &Outcome) -> String {
    let claims: Vec<String> = outcome
        .currencies
        .iter()
        .filter(|sums| !sums.amounts.claim().is_zero())
        .map(|sums| money(sums.amounts.claim(), &sums.currency))
        .collect();
    if outcome.reading.lines == 0 {
        "UNKNOWN: no line of a bill was read".to_owned()
    } else if !claims.is_empty() {
        format!("UNAUTHORISED CHARGES: {} are proven", claims.join(" and "))
    } else if outcome.has_charges() {
        "LIKELY CHARGES: nothing is proven; confirm the likely ones".to_owned()
    } else if outcome.is_complete() {
        "No charge on this bill is attributed to the attacker".to_owned()
    } else {
        "NOT KNOWN: no charge is attributed to the attacker, and not everything could be read or judged"
            .to_owned()
    }
}

fn extent(outcome: &Outcome) -> String {
    let forms: Vec<&str> = outcome
        .forms
        .iter()
        .map(|form| match form {
            Form::Focus => "FOCUS",
            Form::Cur => "Cost and Usage Report",
            Form::Cur2 => "CUR 2.0",
        })
        .collect();
    let time =
        |at: Option<stanch_core::Timestamp>| at.map_or_else(|| "not known".to_owned(), |at| at.to_string());
    let mut text = format!(
        "{} lines ({}), use from {} to {}",
        outcome.reading.lines,
        forms.join(", "),
        time(outcome.from),
        time(outcome.until)
    );
    if outcome.set_aside > 0 {
        let _ = write!(
            text,
            "; {} files set aside: earlier deliveries or another form of the same month",
            outcome.set_aside
        );
    }
    text
}

/// An amount for people: rounded to cents, small ones in full.
pub(crate) fn money(amount: Decimal, currency: &str) -> String {
    let cents = amount.cents();
    let is_lost = !amount.is_zero() && cents.trim_start_matches('-') == "0.00";
    let amount = if is_lost { amount.to_string() } else { cents };
    format!("{} {amount}", shown(currency, 8))
}

fn currency(text: &mut String, sums: &CurrencyClaim, console: &Console) {
    let amounts = &sums.amounts;
    let of = |amount: Decimal| money(amount, &sums.currency);
    let _ = writeln!(text);
    console.row(
        text,
        "claim",
        &format!("{}: {}", of(amounts.claim()), parts(amounts, &sums.currency)),
    );
    if amounts.bound() != amounts.claim() {
        console.row(
            text,
            "at most",
            &format!(
                "{}: with {} likely and {} not judged",
                of(amounts.bound()),
                of(amounts.likely),
                of(amounts.unknown)
            ),
        );
    }
    console.row(
        text,
        "whole bill",
        &format!(
            "{}; {} in lines without a resource id",
            of(sums.bill),
            of(sums.without_resource)
        ),
    );
    notes(text, sums, console);
    table(text, "Services", &sums.services, sums, console);
    table(text, "Regions", &sums.regions, sums, console);
    table(text, "Days", &sums.days, sums, console);
    for (title, marks) in [
        ("Claimed", &[Mark::Unauthorised, Mark::Shared][..]),
        ("Likely: confirm each", &[Mark::Likely]),
        ("Not judged", &[Mark::Unknown]),
    ] {
        let rows: Vec<&Row> = sums.rows.iter().filter(|row| marks.contains(&row.mark)).collect();
        charges(text, title, &rows, &sums.currency, console);
    }
}

/// Amounts that are no part of the claim, or may be refused.
fn notes(text: &mut String, sums: &CurrencyClaim, console: &Console) {
    let of = |amount: Decimal| money(amount, &sums.currency);
    for (label, amount, words) in [
        (
            "credits",
            sums.credits,
            "credits and refunds on the bill: they lower it, and are not claimed",
        ),
        (
            "own plans",
            sums.covered_by_own_commitments,
            "of your Savings Plans and reservations were used up by the attacker (not in the claim)",
        ),
        (
            "sellers",
            sums.marketplace,
            "of the claim is billed by AWS Marketplace sellers, who may refuse a credit",
        ),
    ] {
        if !amount.is_zero() {
            console.row(text, label, &format!("{}: {words}", of(amount)));
        }
    }
}

fn parts(amounts: &Amounts, currency: &str) -> String {
    format!(
        "{} in unauthorised lines, {} measured in shared lines, {} tax",
        money(amounts.unauthorised, currency),
        money(amounts.shared, currency),
        money(amounts.tax, currency)
    )
}

fn table(
    text: &mut String,
    title: &str,
    sums: &BTreeMap<String, Amounts>,
    all: &CurrencyClaim,
    console: &Console,
) {
    let mut rows: Vec<(&String, &Amounts)> = sums
        .iter()
        .filter(|(_, amounts)| !amounts.claim().is_zero() || !amounts.likely.is_zero())
        .collect();
    if rows.is_empty() {
        return;
    }
    if title != "Days" {
        rows.sort_by_key(|(_, amounts)| std::cmp::Reverse(amounts.claim()));
    }
    let _ = writeln!(text, "\n{title}");
    let limit = if console.verbose { rows.len() } else { LINES };
    for (name, amounts) in rows.iter().take(limit) {
        let name = if name.is_empty() {
            "(none on the bill)"
        } else {
            name
        };
        let likely = if amounts.likely.is_zero() {
            String::new()
        } else {
            format!("   likely {}", money(amounts.likely, &all.currency))
        };
        let _ = writeln!(
            text,
            "  {:<28} {:>18}{likely}",
            shown(name, 28),
            money(amounts.claim(), &all.currency)
        );
    }
    if rows.len() > limit {
        let _ = writeln!(text, "  and {} more: --verbose", rows.len() - limit);
    }
}

fn charges(text: &mut String, title: &str, rows: &[&Row], currency: &str, console: &Console) {
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{title}");
    let limit = if console.verbose { rows.len() } else { LINES };
    for row in rows.iter().take(limit) {
        let amount = if matches!(row.mark, Mark::Unauthorised | Mark::Shared) {
            row.claimed
        } else {
            row.cost
        };
        let name = if row.usage_type.is_empty() {
            &row.operation
        } else {
            &row.usage_type
        };
        let line = format!(
            "{}  {} {} {} {}",
            money(amount, currency),
            shown(&row.region, 32),
            shown(&row.service, 64),
            shown(name, 96),
            shown(&row.resource, 160)
        );
        text.push_str(&wrapped(&line, "  ", "      ", console.width));
        let reason = format!(
            "{} {}, {} to {}: {}{}",
            row.lines,
            if row.lines == 1 { "line" } else { "lines" },
            row.from,
            row.until,
            row.reason.words(),
            event(row.event.as_ref())
        );
        text.push_str(&wrapped(&reason, "      ", "      ", console.width));
    }
    if rows.len() > limit {
        let _ = writeln!(
            text,
            "  and {} more: --verbose, or --csv FILE",
            rows.len() - limit
        );
    }
}

/// The event that a reason rests on, after a comma.
fn event(event: Option<&EventRef>) -> String {
    event.map_or_else(String::new, |event| {
        format!(
            ", {} at {} (event {})",
            shown(&event.name, 64),
            event.time,
            shown(&event.event_id, 64)
        )
    })
}

/// A problem of reading as a sentence.
fn problem(problem: &Problem) -> String {
    let rows = if problem.rows > 0 {
        format!("{} ", problem.rows)
    } else {
        String::new()
    };
    format!("{}: {rows}{}", shown(&problem.path, 300), problem.kind.words())
}

fn list(text: &mut String, title: &str, lines: &[String], console: &Console) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{title}");
    let limit = if console.verbose { lines.len() } else { LINES };
    for line in lines.iter().take(limit) {
        text.push_str(&wrapped(line, "  ", "    ", console.width));
    }
    if lines.len() > limit {
        let _ = writeln!(text, "  and {} more: --verbose", lines.len() - limit);
    }
}

/// Returns what to do next.
pub(super) fn next(result: &Judged, paths: &[PathBuf], case: &Path) -> String {
    let typed = |path: &Path| {
        shlex::try_quote(&path.to_string_lossy())
            .map_or_else(|_| "PATH".to_owned(), std::borrow::Cow::into_owned)
    };
    let bills: Vec<String> = paths.iter().map(|path| typed(path)).collect();
    if result.outcome.has_charges() {
        format!(
            "Next    stanch dispute --bill {} --case {}",
            bills.join(" "),
            typed(case)
        )
    } else {
        format!("Next    stanch respond --case {}", typed(case))
    }
}
