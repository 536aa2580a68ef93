//! A timeline for Timesketch, as JSON lines: every cited event, and every finding at the moment it begins.
//!
//! Timesketch requires `message`, `datetime` and `timestamp_desc` in every line; `timestamp` is in microseconds.
//! CloudTrail events carry the data type and field names that Plaso gives them, so that Timesketch's own taggers and
//! saved searches for `aws:cloudtrail:entry` work. It must not leave out what is of low severity: a timeline is for
//! looking.

use std::io::{self, Write as _};

use serde_json::{Value, json};
use stanch_core::event::LogKind;
use stanch_core::{Analysis, Finding, Timestamp};

use crate::cited::{self, Cited};
use crate::escape::{json_line, plain};
use crate::times;
use crate::words;

/// Writes the timeline, the earliest first.
///
/// # Errors
///
/// When `out` does not take the bytes.
pub fn timesketch(analysis: &Analysis, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    let mut lines: Vec<(Timestamp, Value)> = analysis
        .findings
        .iter()
        .map(|finding| (finding.first, finding_line(analysis, finding)))
        .collect();
    lines.extend(
        cited::events(analysis)
            .iter()
            .map(|cited| (cited.record.time, event_line(analysis, cited))),
    );
    // A stable sort: at the same moment the finding comes before its events.
    lines.sort_by_key(|(time, _)| *time);
    for (_, line) in &lines {
        json_line(line, &mut out)?;
    }
    out.flush()
}

fn micros(time: Timestamp) -> i64 {
    times::exportable(time).0.saturating_mul(1000)
}

/// Tags to filter by: severity, then tactics and techniques of the findings.
fn tags<'a>(analysis: &'a Analysis, findings: &[&'a Finding]) -> Vec<String> {
    let mut tags = vec!["stanch".to_owned()];
    if let Some(severity) = findings.iter().map(|finding| finding.severity).max() {
        tags.push(severity.as_str().to_owned());
    }
    let abouts = findings
        .iter()
        .filter_map(|finding| analysis.detections.get(&finding.detection));
    for about in abouts {
        tags.extend(about.tactics.iter().map(|tactic| tactic.as_str().to_owned()));
        tags.extend(
            about
                .techniques
                .iter()
                .map(|technique| technique.as_str().to_owned()),
        );
    }
    let mut seen = std::collections::BTreeSet::new();
    tags.retain(|tag| seen.insert(tag.clone()));
    tags
}

fn finding_line(analysis: &Analysis, finding: &Finding) -> Value {
    json!({
        "message": plain(&format!(
            "{}: {} ({})",
            words::title(analysis, finding),
            finding.summary,
            finding.principal.name
        )),
        "datetime": times::rfc3339(finding.first),
        "timestamp": micros(finding.first),
        "timestamp_desc": "First event of a finding",
        "data_type": "stanch:finding",
        "tag": tags(analysis, &[finding]),
        "severity": finding.severity,
        "finding": plain(finding.id.as_str()),
        "detection": plain(finding.detection.as_str()),
        "principal": plain(&finding.principal.name),
        "principal_key": plain(&finding.principal.key),
        "account_identifier": plain(&finding.principal.account),
        "last_seen": times::rfc3339(finding.last),
        "event_count": finding.count,
        "succeeded_count": finding.succeeded,
    })
}

fn event_line(analysis: &Analysis, cited: &Cited<'_>) -> Value {
    let record = cited.record;
    let titles: Vec<&str> = cited
        .findings
        .iter()
        .map(|finding| words::title(analysis, finding))
        .collect();
    let principal = cited::principal_name(record);
    let message = format!(
        "{} {} by {principal} from {} ({}): {}",
        record.source,
        record.name,
        record.source_address,
        words::outcome_word(record.outcome),
        titles.join("; ")
    );
    json!({
        "message": plain(&message),
        "datetime": times::rfc3339(record.time),
        "timestamp": micros(record.time),
        "timestamp_desc": "Event Logged",
        "data_type": data_type(record.log),
        "tag": tags(analysis, &cited.findings),
        "severity": cited.severity(),
        "finding": cited.finding_ids().into_iter().map(plain).collect::<Vec<_>>(),
        "event_name": plain(&record.name),
        "event_source": plain(&record.source),
        "event_identifier": plain(&record.event_id),
        "aws_region": plain(&record.region),
        "account_identifier": plain(&record.account),
        "user_name": plain(&principal),
        "principal_key": plain(&record.principal),
        "access_key": plain(&record.access_key_id),
        "source_ip": plain(&record.source_address),
        "user_agent": plain(&record.user_agent),
        "outcome": record.outcome,
        "error_code": plain(&record.error_code),
        "cloud_trail_event": record.raw,
        "file": plain(cited::path(analysis, record)),
        "member": record.location.member,
        "offset": record.location.offset,
    })
}

/// The data type of Plaso where it has one for the log.
const fn data_type(log: LogKind) -> &'static str {
    match log {
        LogKind::CloudTrail => "aws:cloudtrail:entry",
        LogKind::S3ServerAccess => "aws:s3:access",
        LogKind::VpcFlow => "aws:vpc:flow",
        LogKind::GuardDuty => "aws:guardduty:finding",
    }
}

#[cfg(test)]
mod tests;
