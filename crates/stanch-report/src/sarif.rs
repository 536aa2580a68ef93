//! Findings as SARIF 2.1.0: detections are rules, findings are results, log files are artifacts.
//!
//! For the viewers and trackers that know SARIF. A result points into the log file where its events lie, by byte offset
//! in the unpacked content, because log lines have no line numbers worth the name. What was not read or not recorded
//! stands in the invocation's notifications. Attributes are those of the OASIS standard
//! (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/>). It must not hold events: `jsonl-events` does.

mod artifacts;

use std::collections::BTreeMap;
use std::io::{self, Write as _};

use serde_json::{Value, json};
use stanch_core::{Analysis, DetectionAbout, DetectionId, EventRecord, Finding, Severity};

use crate::cited;
use crate::escape::{json_pretty, plain};
use crate::times;
use crate::words;
use artifacts::Artifacts;

/// Writes the findings as one SARIF log with one run.
///
/// # Errors
///
/// When `out` does not take the bytes.
pub fn sarif(analysis: &Analysis, out: &mut dyn io::Write) -> io::Result<()> {
    let artifacts = Artifacts::of(analysis);
    // A finding whose detection said nothing of itself still needs a rule to point to.
    let mut rules: BTreeMap<&DetectionId, Option<&DetectionAbout>> = BTreeMap::new();
    for finding in &analysis.findings {
        rules.insert(&finding.detection, analysis.detections.get(&finding.detection));
    }
    let indexes: BTreeMap<&DetectionId, usize> = rules.keys().copied().zip(0..).collect();
    let results: Vec<Value> = analysis
        .findings
        .iter()
        .map(|finding| result(analysis, finding, indexes.get(&finding.detection), &artifacts))
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Stanch",
                "version": plain(&analysis.stanch_version),
                "rules": rules.iter().map(|(id, about)| rule(id, *about)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "artifacts": artifacts.list(),
            "invocations": [invocation(analysis)],
            "results": results,
            "properties": {
                "conclusion": analysis.verdict.conclusion,
                "conclusionText": words::conclusion_sentence(analysis),
            },
        }],
    });
    let mut out = io::BufWriter::new(out);
    json_pretty(&log, &mut out)?;
    out.write_all(b"\n")?;
    out.flush()
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Informational => "note",
    }
}

/// The number by which GitHub orders results of one level (`security-severity`, as CVSS from 0 to 10).
const fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.5",
        Severity::Informational => "0.0",
    }
}

fn rule(id: &DetectionId, about: Option<&DetectionAbout>) -> Value {
    let Some(about) = about else {
        return json!({ "id": plain(id.as_str()) });
    };
    let tags: Vec<String> = about
        .tactics
        .iter()
        .map(|tactic| format!("attack.{}", tactic.as_str()))
        .chain(
            about
                .techniques
                .iter()
                .map(|technique| format!("attack.{}", technique.as_str().to_lowercase())),
        )
        .collect();
    let mut help = plain(&about.next.join(" "));
    if !about.false_positives.is_empty() {
        help = format!(
            "{help} Legitimate when: {}",
            plain(&about.false_positives.join(" "))
        );
    }
    json!({
        "id": plain(id.as_str()),
        "shortDescription": { "text": described(&about.title) },
        "fullDescription": { "text": described(&about.why) },
        "help": { "text": described(help.trim()) },
        "defaultConfiguration": { "level": level(about.severity) },
        "properties": {
            "tags": tags,
            "security-severity": security_severity(about.severity),
            "origin": about.origin,
        },
    })
}

/// A message must say something.
fn described(text: &str) -> String {
    if text.is_empty() {
        "(no text)".to_owned()
    } else {
        plain(text)
    }
}

fn result(analysis: &Analysis, finding: &Finding, rule: Option<&usize>, artifacts: &Artifacts<'_>) -> Value {
    let cited: Vec<&EventRecord> = cited::of(analysis, finding).collect();
    let location = |record: &EventRecord| {
        json!({
            "physicalLocation": {
                "artifactLocation": artifacts.location(record),
                "region": { "byteOffset": record.location.offset },
            },
            "logicalLocations": [{ "fullyQualifiedName": plain(&record.principal), "kind": "principal" }],
            "message": { "text": described(&format!(
                "{} {} {}: {}",
                times::rfc3339(record.time), record.source, record.name, words::outcome_word(record.outcome)
            )) },
        })
    };
    let related: Vec<Value> = cited.iter().skip(1).map(|record| location(record)).collect();
    let mut result = json!({
        "ruleId": plain(finding.detection.as_str()),
        "kind": "fail",
        "level": level(finding.severity),
        "message": { "text": described(&finding.summary) },
        "locations": cited.first().map(|record| location(record)).into_iter().collect::<Vec<_>>(),
        "partialFingerprints": { "stanchFinding/v1": plain(finding.id.as_str()) },
        "occurrenceCount": finding.count.max(1),
        "properties": {
            "severity": finding.severity,
            "principal": plain(&finding.principal.name),
            "principalKey": plain(&finding.principal.key),
            "account": plain(&finding.principal.account),
            "first": times::rfc3339(finding.first),
            "last": times::rfc3339(finding.last),
            "succeeded": finding.succeeded,
        },
    });
    if let Some(rule) = rule {
        result["ruleIndex"] = Value::from(*rule);
    }
    if !related.is_empty() {
        result["relatedLocations"] = Value::Array(related);
    }
    result
}

/// Notices of what was not read, not logged or not judged, for the reader of the results.
fn invocation(analysis: &Analysis) -> Value {
    let coverage = &analysis.coverage;
    let problems = coverage.problems.iter().map(|(kind, count)| {
        format!(
            "{} in the input: {}",
            words::count(*count, "problem"),
            words::problem_words(*kind)
        )
    });
    let refused = analysis
        .rules_refused
        .iter()
        .map(|rule| format!("A rule could not be loaded: {}: {}", rule.path, rule.reason));
    let notifications: Vec<Value> = problems
        .chain(refused)
        .chain(
            analysis
                .verdict
                .blind
                .iter()
                .map(|text| format!("Not logged: {text}")),
        )
        .chain(
            analysis
                .verdict
                .unknown
                .iter()
                .map(|text| format!("Not known: {text}")),
        )
        .map(|text| json!({ "level": "warning", "message": { "text": plain(&text) } }))
        .collect();
    json!({
        "executionSuccessful": coverage.is_complete() && analysis.rules_refused.is_empty(),
        "toolExecutionNotifications": notifications,
    })
}

#[cfg(test)]
mod tests;
