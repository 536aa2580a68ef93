//! Findings and cited events as JSON lines, for jq, DuckDB and log stores.
//!
//! A line of findings needs nothing next to it: it holds its detection's words and the events it cites, with their
//! places. Texts are made visible, so that no tool that shows them is acted on; only `raw` is exactly what was kept. It
//! must not know another program's schema: `ocsf` and `timesketch` do.

use std::io::{self, Write as _};

use serde_json::{Value, json};
use stanch_core::{Analysis, EventRecord, Finding, Principal};

use crate::cited::{self, Cited};
use crate::escape::{json_line, plain};
use crate::times;
use crate::words;

/// Writes the findings, one object in each line, the most severe first.
///
/// # Errors
///
/// When `out` does not take the bytes.
pub fn jsonl(analysis: &Analysis, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    let stories = cited::stories(analysis);
    for finding in &analysis.findings {
        let takeover = stories.get(&finding.id).map(|(number, _)| *number);
        json_line(&finding_object(analysis, finding, takeover), &mut out)?;
    }
    out.flush()
}

/// Writes the cited events, one object in each line, the earliest first.
///
/// # Errors
///
/// When `out` does not take the bytes.
pub fn jsonl_events(analysis: &Analysis, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    for cited in cited::events(analysis) {
        json_line(&cited_object(analysis, &cited), &mut out)?;
    }
    out.flush()
}

fn finding_object(analysis: &Analysis, finding: &Finding, takeover: Option<u64>) -> Value {
    let about = analysis.detections.get(&finding.detection);
    let facts: Vec<Value> = finding
        .facts
        .iter()
        .map(|fact| json!({ "label": plain(&fact.label), "value": plain(&fact.value) }))
        .collect();
    let cited: Vec<Value> = cited::of(analysis, finding)
        .map(|record| event_object(analysis, record))
        .collect();
    json!({
        "finding": plain(finding.id.as_str()),
        "severity": finding.severity,
        "title": plain(words::title(analysis, finding)),
        "detection": plain(finding.detection.as_str()),
        "origin": about.map(|about| about.origin),
        "takeover": takeover,
        "principal": principal_object(&finding.principal),
        "first": times::rfc3339(finding.first),
        "last": times::rfc3339(finding.last),
        "events": finding.count,
        "succeeded": finding.succeeded,
        "tactics": about.map_or(&[][..], |about| &about.tactics),
        "techniques": about.map_or(&[][..], |about| &about.techniques),
        "summary": plain(&finding.summary),
        "facts": facts,
        "why": about.map_or_else(String::new, |about| plain(&about.why)),
        "false_positives": texts(about.map_or(&[], |about| &about.false_positives)),
        "next": texts(about.map_or(&[], |about| &about.next)),
        "cited": cited,
    })
}

fn texts(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| plain(text)).collect()
}

fn principal_object(principal: &Principal) -> Value {
    json!({
        "key": plain(&principal.key),
        "kind": principal.kind,
        "name": plain(&principal.name),
        "account": plain(&principal.account),
    })
}

fn event_object(analysis: &Analysis, record: &EventRecord) -> Value {
    json!({
        "key": record.key,
        "time": times::rfc3339(record.time),
        "log": record.log,
        "event_source": plain(&record.source),
        "event_name": plain(&record.name),
        "outcome": record.outcome,
        "error_code": plain(&record.error_code),
        "account": plain(&record.account),
        "region": plain(&record.region),
        "principal": plain(&cited::principal_name(record)),
        "principal_key": plain(&record.principal),
        "access_key_id": plain(&record.access_key_id),
        "source_address": plain(&record.source_address),
        "user_agent": plain(&record.user_agent),
        "event_id": plain(&record.event_id),
        "shared_event_id": plain(&record.shared_event_id),
        "file": plain(cited::path(analysis, record)),
        "member": record.location.member,
        "offset": record.location.offset,
    })
}

fn cited_object(analysis: &Analysis, cited: &Cited<'_>) -> Value {
    let mut object = event_object(analysis, cited.record);
    let findings: Vec<Value> = cited
        .findings
        .iter()
        .map(|finding| {
            json!({
                "finding": plain(finding.id.as_str()),
                "severity": finding.severity,
                "title": plain(words::title(analysis, finding)),
            })
        })
        .collect();
    if let Some(members) = object.as_object_mut() {
        members.insert("severity".to_owned(), json!(cited.severity()));
        members.insert("findings".to_owned(), Value::Array(findings));
        members.insert("raw".to_owned(), Value::from(cited.record.raw.as_str()));
    }
    object
}

#[cfg(test)]
mod tests;
