//! Coverage of a snapshot in words: what is known, what is not, and what to do about it.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use stanch_collect::everything::Estimate;
use stanch_collect::{Ended, Snapshot};
use stanch_core::CallOutcome;
use stanch_core::snapshot::{CollectCoverage, CoverageRow, NotRead, NotReadReason};
use stanch_core::text::shown;

use crate::commands::aws::session_over;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console, wrapped};
use crate::requests::CollectRequest;

/// Number of gaps are listed unless everything is wanted.
const GAPS: usize = 12;

/// Tells what the snapshot covers.
pub(super) fn tell(
    folder: &Path,
    id: &str,
    request: &CollectRequest,
    ended: &Ended,
    console: &Console,
) -> Result<Exit, Failure> {
    let unread = |error| {
        Failure::because(
            "the snapshot can't be read back",
            &error,
            "run stanch collect again",
        )
    };
    let snapshot = Snapshot::open(folder).map_err(unread)?;
    let coverage = snapshot.coverage().map_err(unread)?;
    output::data(|out| {
        if console.json {
            let summary = serde_json::json!({
                "snapshot": id,
                "complete": coverage.is_complete() && !ended.is_cut_short,
                "totals": coverage.totals,
                "effort": ended.effort,
                "gaps": gaps(&coverage),
                "disabled_regions": coverage.disabled_regions,
                "not_read": coverage.not_read,
            });
            serde_json::to_writer_pretty(&mut *out, &summary)?;
            return writeln!(out);
        }
        write(out, id, &coverage, console)
    })?;
    let repeated: u64 = ended.effort.repeated.values().sum();
    if repeated > 0 && !console.json {
        let text = format!(
            "{repeated} of {} requests were sent again.",
            ended.effort.requests
        );
        console.say(&text);
    }
    let case = request.case.display();
    if ended.is_session_over {
        return Err(session_over(&format!("stanch collect --case {case}")));
    }
    if ended.is_cut_short {
        console.say(&format!(
            "Interrupted. Next: stanch collect --case {case}    continues"
        ));
        return Ok(Exit::Interrupted);
    }
    if coverage.is_complete() {
        console.say("Every request was answered.");
        return Ok(Exit::Nothing);
    }
    console.say("What is listed above is not known. Next: stanch permissions collect    prints the policy that allows it; then run the\nsame command again.");
    Ok(Exit::Incomplete)
}

/// A gap: service, operation, word; and where.
type Gaps = BTreeMap<(String, String), Vec<String>>;

fn gaps(coverage: &CollectCoverage) -> BTreeMap<String, Vec<String>> {
    let unknown = coverage.rows.iter().filter(|row| !row.is_known());
    let mut gaps: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in unknown {
        let name = format!("{} {}:{}", row.word(), row.service, row.operation);
        gaps.entry(name).or_default().push(place(row));
    }
    gaps
}

fn place(row: &CoverageRow) -> String {
    format!("{}/{}", row.account, row.region)
}

fn write(
    out: &mut dyn std::io::Write,
    id: &str,
    coverage: &CollectCoverage,
    console: &Console,
) -> std::io::Result<()> {
    let limit = if console.verbose { usize::MAX } else { GAPS };
    let width = console.width;
    let items: u64 = coverage.rows.iter().map(|row| row.items).sum();
    let total: u64 = coverage.totals.values().sum();
    writeln!(out, "Snapshot {id}: {items} resources from {total} requests")?;
    for outcome in CallOutcome::ALL {
        if let Some(count) = coverage.totals.get(&outcome) {
            writeln!(out, "  {:<18}{count:>8}", outcome.name())?;
        }
    }
    for (account, regions) in &coverage.disabled_regions {
        let names: Vec<&str> = regions.iter().map(stanch_core::RegionName::as_str).collect();
        let text = format!(
            "Regions not enabled in {account}, not asked: {}",
            names.join(", ")
        );
        out.write_all(wrapped(&text, "", "  ", width).as_bytes())?;
    }
    not_read(out, &coverage.not_read, width)?;
    denied_regions(out, &coverage.rows, width)?;
    let mut services: Gaps = BTreeMap::new();
    for row in coverage.rows.iter().filter(|row| !row.is_known()) {
        let key = (row.word().to_owned(), row.service.to_string());
        let operation = row.operation.to_string();
        let operations = services.entry(key).or_default();
        if !operations.contains(&operation) {
            operations.push(operation);
        }
    }
    if !services.is_empty() {
        writeln!(out, "Not known:")?;
    }
    for ((word, service), operations) in services.iter().take(limit) {
        let some = operations.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
        let more = operations.len().saturating_sub(3);
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        let text = shown(&format!("{service}: {some}{more}"), 200);
        out.write_all(wrapped(&text, &format!("  {word:<18}"), &" ".repeat(20), width).as_bytes())?;
    }
    if services.len() > limit {
        writeln!(
            out,
            "  and {} more services (-v lists them)",
            services.len() - limit
        )?;
    }
    Ok(())
}

/// Writes the accounts and regions that were not read, by reason.
fn not_read(out: &mut dyn std::io::Write, parts: &[NotRead], width: usize) -> std::io::Result<()> {
    let mut by_reason: BTreeMap<(NotReadReason, &str), Vec<&str>> = BTreeMap::new();
    for part in parts {
        let (group, name) = match &part.region {
            Some(region) => (part.account.as_str(), region.as_str()),
            None => ("", part.account.as_str()),
        };
        by_reason.entry((part.why, group)).or_default().push(name);
    }
    for ((why, account), names) in by_reason {
        let what = if account.is_empty() {
            "Accounts not read".to_owned()
        } else {
            format!("Regions of {account} not read")
        };
        let text = format!("{what} ({}): {}", why.words(), names.join(", "));
        out.write_all(wrapped(&text, "", "  ", width).as_bytes())?;
    }
    Ok(())
}

/// Writes the regions in which every request was denied: a service control policy denies the whole region.
fn denied_regions(out: &mut dyn std::io::Write, rows: &[CoverageRow], width: usize) -> std::io::Result<()> {
    let mut regions: BTreeMap<(&str, &str), bool> = BTreeMap::new();
    for row in rows {
        let sent = row
            .outcomes
            .keys()
            .filter(|outcome| **outcome != CallOutcome::Skipped);
        let sent: Vec<&CallOutcome> = sent.collect();
        if sent.is_empty() || sent == [&CallOutcome::NotSupported] {
            continue;
        }
        let all = regions
            .entry((row.account.as_str(), row.region.as_str()))
            .or_insert(true);
        *all &= sent.iter().all(|outcome| **outcome == CallOutcome::Denied);
    }
    let mut by_account: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for ((account, region), _) in regions.iter().filter(|(_, all)| **all) {
        by_account.entry(account).or_default().push(region);
    }
    for (account, regions) in by_account {
        let text = format!(
            "Regions of {account} denied altogether: {}. A service control policy that denies regions does this; a principal it \
             exempts can read them",
            regions.join(", ")
        );
        out.write_all(wrapped(&text, "", "  ", width).as_bytes())?;
    }
    Ok(())
}

/// Shows what asking everything costs, and asks whether to begin.
pub(super) fn confirm(
    estimate: &Estimate,
    request: &CollectRequest,
    console: &Console,
) -> Result<(), Failure> {
    let dollars = estimate.micro_dollars / 1_000_000;
    let cents = estimate.micro_dollars % 1_000_000 / 10_000;
    let text = format!(
        "{} requests and about {} more that follow from their replies, at least {} minutes, {dollars}.{cents:02} US dollars.",
        estimate.calls,
        estimate.follow_ups,
        estimate.millis.div_ceil(60_000)
    );
    if request.yes {
        console.say(&text);
        return Ok(());
    }
    let refused = || {
        Failure::new(
            format!("not started: {text}"),
            "add --yes to start, or --time-budget to limit it",
        )
        .usage()
    };
    if !std::io::stdin().is_terminal() {
        return Err(refused());
    }
    drop(write!(std::io::stderr(), "{text}\nStart? [y/N] "));
    let mut answer = String::new();
    let read = std::io::stdin().read_line(&mut answer);
    if read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes") {
        Ok(())
    } else {
        Err(refused())
    }
}
