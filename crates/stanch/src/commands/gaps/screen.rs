//! The result as a screen: the answer, each gap with cause and other sources, and what was never recorded.

use std::fmt::Write as _;
use std::path::Path;

use stanch_core::Timestamp;
use stanch_core::text::shown;
use stanch_integrity::{Cause, Gap, GapKind, Gaps, Never, Sign};

use crate::output::{Console, wrapped};

/// Lines of each list, unless everything is asked for.
const LINES: usize = 20;
/// CloudTrail keeps the event history for 90 days.
const HISTORY: i64 = 90 * 86_400_000;

/// Returns the screen.
pub(super) fn text(result: &Gaps, events: u64, unread: &[String], console: &Console) -> String {
    let mut text = wrapped(&answer(result, events, unread), "", "  ", console.width);
    let limit = if console.verbose { usize::MAX } else { LINES };
    if !result.gaps.is_empty() {
        text.push_str("\nGaps (UTC)\n");
    }
    for gap in result.gaps.iter().take(limit) {
        one(&mut text, gap, console);
    }
    more(&mut text, result.gaps.len(), limit);
    if !result.never.is_empty() {
        text.push_str("\nNever recorded in this input\n");
    }
    for never in &result.never {
        text.push_str(&wrapped(&never_line(never), "  ", "      ", console.width));
    }
    if !unread.is_empty() {
        text.push_str("\nNot read\n");
    }
    for line in unread.iter().take(limit) {
        text.push_str(&wrapped(&shown(line, 600), "  ", "      ", console.width));
    }
    more(&mut text, unread.len(), limit);
    text
}

fn gaps(count: usize) -> String {
    format!("{count} {}", if count == 1 { "gap" } else { "gaps" })
}

fn answer(result: &Gaps, events: u64, unread: &[String]) -> String {
    let mut answer = if events == 0 {
        "UNKNOWN: no event in the input".to_owned()
    } else if result.gaps.is_empty() {
        format!("No gap found in {events} events")
    } else {
        format!("{} found in {events} events", gaps(result.gaps.len()))
    };
    if !result.never.is_empty() {
        answer.push_str("; some events were never recorded");
    }
    if !unread.is_empty() {
        let _ = write!(answer, "; {} files were not read", unread.len());
    }
    if result.is_cut {
        answer.push_str("; the input has more hours or calls than are kept, so gaps may be missing");
    }
    answer
}

fn one(text: &mut String, gap: &Gap, console: &Console) {
    let until = gap.to.map_or_else(|| "end of input".to_owned(), minute);
    let regions: Vec<String> = gap
        .regions
        .iter()
        .map(|region| shown(region.as_str(), 20))
        .collect();
    let head = format!(
        "{} – {until}  {} {}: {}",
        minute(gap.from),
        shown(gap.account.as_str(), 12),
        regions.join(", "),
        kind(gap.kind)
    );
    text.push_str(&wrapped(&head, "  ", "      ", console.width));
    let mut say = |line: &str| text.push_str(&wrapped(line, "      ", "        ", console.width));
    say(&cause(gap));
    if gap.events_within > 0 {
        say(&format!(
            "{} events of this time are in the input nevertheless: another trail or selector recorded them",
            gap.events_within
        ));
    }
    let history = if is_in_history(gap.kind) {
        format!(
            "CloudTrail event history until {} (management events, 90 days); ",
            &Timestamp(gap.from.0.saturating_add(HISTORY)).to_string()[..10]
        )
    } else {
        String::new()
    };
    say(&format!("Other sources: {history}{}", sources(gap.kind)));
}

fn cause(gap: &Gap) -> String {
    let signs: Vec<&str> = gap.signs.iter().map(|sign| meaning(*sign)).collect();
    let signs = signs.join("; ");
    match &gap.cause {
        Some(cause) if signs.is_empty() => by(cause),
        Some(cause) => format!("{}. Signs: {signs}", by(cause)),
        None => format!("Cause unknown. Signs: {signs}"),
    }
}

fn by(cause: &Cause) -> String {
    let certain = if cause.certain { "Cause" } else { "Possible cause" };
    format!(
        "{certain}: {} on {} by {} from {} at {} (event {})",
        shown(&cause.name, 64),
        shown(&cause.resource, 200),
        shown(&cause.principal, 200),
        shown(&cause.source_address, 64),
        minute(cause.time),
        shown(&cause.event_id, 64)
    )
}

const fn kind(kind: GapKind) -> &'static str {
    match kind {
        GapKind::AllEvents => "no event recorded: any call may have been made unseen",
        GapKind::ManagementEvents => "management events not recorded: changes and sign-ins may be unseen",
        GapKind::ReadEvents => "read-only events not recorded: discovery may be unseen",
        GapKind::WriteEvents => "write events not recorded: changes may be unseen",
        GapKind::ExcludedServices => "events of some services or callers not recorded",
        GapKind::DataEvents => "data events not recorded any more: object reads and deletions may be unseen",
        GapKind::OtherRegions => "trail limited to one Region: calls in other Regions may be unseen",
        GapKind::GlobalServiceEvents => "events of IAM, STS and CloudFront not recorded",
        GapKind::Digests => "no digest files: log files of this time can't be validated",
        GapKind::LogFiles => "log file deleted, or not copied",
        GapKind::Retention => "a lifecycle rule deletes log files",
        GapKind::FlowLogs => "VPC flow logs deleted: network connections may be unseen",
        GapKind::ConfigHistory => "AWS Config stopped: configuration history is missing",
        GapKind::GuardDuty => "GuardDuty switched off: threats were not detected",
        GapKind::DnsQueries => "DNS query log switched off",
        GapKind::ModelInvocations => "Bedrock model invocation log switched off",
        GapKind::RegionDisabled => "Region disabled: its resources can't be read",
    }
}

/// Returns true when the event history has the missing events: it has management events only, and no trail setting changes it.
const fn is_in_history(kind: GapKind) -> bool {
    matches!(
        kind,
        GapKind::AllEvents
            | GapKind::ManagementEvents
            | GapKind::ReadEvents
            | GapKind::WriteEvents
            | GapKind::ExcludedServices
            | GapKind::OtherRegions
            | GapKind::GlobalServiceEvents
            | GapKind::LogFiles
            | GapKind::Retention
            | GapKind::RegionDisabled
    )
}

const fn sources(kind: GapKind) -> &'static str {
    match kind {
        GapKind::DataEvents => "other trails, CloudTrail Lake, S3 server access logs, application logs",
        GapKind::LogFiles | GapKind::Retention => {
            "earlier object versions and replicas of the bucket, other trails, CloudTrail Lake"
        }
        GapKind::FlowLogs => "firewall, load balancer and application logs",
        GapKind::ConfigHistory => "CloudTrail events of the changed resources, AWS Config aggregators",
        GapKind::GuardDuty => "CloudTrail events, VPC flow logs, Security Hub",
        GapKind::DnsQueries => "VPC flow logs, DNS logs of the hosts",
        GapKind::ModelInvocations => "CloudTrail events of Bedrock, cost and usage report",
        GapKind::Digests => "none: digests of this time are never made",
        _ => {
            "other trails, organization trail, CloudTrail Lake, CloudWatch Logs, VPC flow logs, application logs"
        }
    }
}

const fn meaning(sign: Sign) -> &'static str {
    match sign {
        Sign::DigestRestart => "the chain of digests begins again",
        Sign::DigestMissing => "digests are missing",
        Sign::DigestsEnd => "digests end before those of other Regions",
        Sign::LogMissing => "a log file that a digest names is missing, or a call deleted it",
        Sign::Silence => "no event in hours that have events on other days",
        Sign::TrailStopped => "the collected status of the trail says that it is stopped",
        Sign::DeliveryError => "the collected status of the trail has a delivery error",
    }
}

fn never_line(never: &Never) -> String {
    match never {
        Never::DataEvents { account, service } => format!(
            "{}: no data event of {}: its reads and writes of data can't be excluded",
            shown(account.as_str(), 12),
            shown(service, 40)
        ),
        Never::Regions { account, regions } => {
            let names: Vec<String> = regions.iter().map(|region| shown(region.as_str(), 20)).collect();
            format!(
                "{}: no event and no digest of {} Regions: {}",
                shown(account.as_str(), 12),
                regions.len(),
                names.join(", ")
            )
        }
    }
}

fn more(text: &mut String, all: usize, limit: usize) {
    if all > limit {
        let _ = writeln!(text, "  and {} more: --verbose lists them", all - limit);
    }
}

fn minute(time: Timestamp) -> String {
    let text = Timestamp::from_seconds(time.seconds()).to_string();
    text.get(..16).unwrap_or(&text).replace('T', " ")
}

/// Returns the next command.
pub(super) fn next(result: &Gaps, case: Option<&Path>) -> String {
    let case = case.map_or_else(|| "incident".to_owned(), |case| case.display().to_string());
    if result.gaps.iter().any(|gap| is_in_history(gap.kind)) {
        format!("Next    stanch hunt --live --case {case}    reads the event history of every Region")
    } else {
        format!("Next    stanch hunt LOGS --case {case}")
    }
}
