//! The views made of a case's documents: `findings`, `finding_events`, `principals`, `sources`.
//!
//! Lists are JSON text, so that the same functions read them that read `request`.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMillisecondArray};
use datafusion::arrow::error::ArrowError;
use stanch_core::verdict::{Analysis, PrincipalSummary};
use stanch_core::{Finding, SourceReport, Timestamp};

/// A view and its columns with what they hold, for the documentation and for help.
pub struct View {
    /// Its name.
    pub name: &'static str,
    /// What a row is.
    pub about: &'static str,
    /// Columns: name, type, what it holds.
    pub columns: &'static [(&'static str, &'static str, &'static str)],
}

/// The views next to `events`.
#[rustfmt::skip]
pub const VIEWS: &[View] = &[
    View {
        name: "findings",
        about: "one row for each finding of the latest hunt",
        columns: &[
            ("finding", "text", "id of the finding"),
            ("detection", "text", "id of the detection; `stanch rules --explain` tells what it means"),
            ("title", "text", "the detection's title"),
            ("severity", "text", "`critical`, `high`, `medium`, `low`, `informational`"),
            ("gravity", "number", "the severity as a number, 4 is critical"),
            ("tactics", "JSON text", "ATT&CK tactics"),
            ("techniques", "JSON text", "ATT&CK techniques"),
            ("principal", "text", "who did it, as in `events.principal`"),
            ("principal_name", "text", "the same for people"),
            ("account", "text", "the principal's account"),
            ("first", "time", "first event"),
            ("last", "time", "last event"),
            ("events", "number", "how many events carried it"),
            ("succeeded", "number", "how many of them succeeded"),
            ("summary", "text", "what happened"),
        ],
    },
    View {
        name: "finding_events",
        about: "one row for each event that a finding cites; at most 40 a finding",
        columns: &[
            ("finding", "text", "id of the finding"),
            ("key", "text", "key of the event, as in `events.key`"),
        ],
    },
    View {
        name: "principals",
        about: "one row for each principal with findings, and the busiest others; at most 500",
        columns: &[
            ("principal", "text", "as in `events.principal`"),
            ("name", "text", "the same for people"),
            ("account", "text", "its account"),
            ("first", "time", "first event"),
            ("last", "time", "last event"),
            ("events", "number", "all events"),
            ("errors", "number", "events that did not succeed"),
            ("writes", "number", "successful events that changed something"),
            ("findings", "number", "findings about it"),
            ("regions", "JSON text", "regions acted in"),
            ("networks", "JSON text", "networks acted from"),
            ("agents", "JSON text", "clients used, by their own claim"),
            ("access_keys", "JSON text", "access keys used"),
        ],
    },
    View {
        name: "sources",
        about: "one row for each input file of the hunt",
        columns: &[
            ("input", "number", "its number, as in `events.input`"),
            ("path", "text", "where it was"),
            ("kind", "text", "what it turned out to be"),
            ("size", "number", "bytes on disk"),
            ("sha256", "text", "SHA-256 of the file"),
            ("members", "JSON text", "names of archive members, by `events.member`"),
            ("events", "number", "events read, copies included"),
            ("skipped", "number", "digests, notifications and the like"),
            ("problems", "number", "how many problems there were; 0 is read whole"),
            ("problem_kinds", "JSON text", "how many of which kind"),
        ],
    },
];

/// The rows of a view.
pub(crate) fn analysis_view(name: &str, analysis: &Analysis) -> Result<RecordBatch, ArrowError> {
    match name {
        "findings" => findings(analysis),
        "finding_events" => finding_events(analysis),
        _ => principals(&analysis.principals),
    }
}

fn findings(analysis: &Analysis) -> Result<RecordBatch, ArrowError> {
    let rows = &analysis.findings;
    let about = |finding: &Finding| analysis.detections.get(&finding.detection);
    batch(
        "findings",
        vec![
            text(rows, |finding| finding.id.to_string()),
            text(rows, |finding| finding.detection.to_string()),
            text(rows, |finding| {
                about(finding).map_or_else(String::new, |about| about.title.clone())
            }),
            text(rows, |finding| finding.severity.as_str().to_owned()),
            number(rows, |finding| finding.severity as u64),
            text(rows, |finding| json(&about(finding).map(|about| &about.tactics))),
            text(rows, |finding| {
                json(&about(finding).map(|about| &about.techniques))
            }),
            text(rows, |finding| finding.principal.key.clone()),
            text(rows, |finding| finding.principal.name.clone()),
            text(rows, |finding| finding.principal.account.clone()),
            time(rows, |finding| finding.first),
            time(rows, |finding| finding.last),
            number(rows, |finding| finding.count),
            number(rows, |finding| finding.succeeded),
            text(rows, |finding| finding.summary.clone()),
        ],
    )
}

fn finding_events(analysis: &Analysis) -> Result<RecordBatch, ArrowError> {
    let rows: Vec<(String, String)> = analysis
        .findings
        .iter()
        .flat_map(|finding| {
            finding
                .events
                .iter()
                .map(|key| (finding.id.to_string(), key.to_string()))
        })
        .collect();
    batch(
        "finding_events",
        vec![text(&rows, |row| row.0.clone()), text(&rows, |row| row.1.clone())],
    )
}

fn principals(rows: &[PrincipalSummary]) -> Result<RecordBatch, ArrowError> {
    batch(
        "principals",
        vec![
            text(rows, |row| row.principal.key.clone()),
            text(rows, |row| row.principal.name.clone()),
            text(rows, |row| row.principal.account.clone()),
            time(rows, |row| row.first),
            time(rows, |row| row.last),
            number(rows, |row| row.events),
            number(rows, |row| row.errors),
            number(rows, |row| row.writes),
            number(rows, |row| row.findings.len() as u64),
            text(rows, |row| json(&row.regions)),
            text(rows, |row| json(&row.networks)),
            text(rows, |row| json(&row.agents)),
            text(rows, |row| json(&row.access_keys)),
        ],
    )
}

/// The rows of `sources`.
pub(crate) fn sources(rows: &[SourceReport]) -> Result<RecordBatch, ArrowError> {
    batch(
        "sources",
        vec![
            number(rows, |row| u64::from(row.id.0)),
            text(rows, |row| row.path.clone()),
            text(rows, |row| word(&row.kind)),
            number(rows, |row| row.size),
            text(rows, |row| row.sha256.clone()),
            text(rows, |row| json(&row.members)),
            number(rows, |row| row.events),
            number(rows, |row| row.skipped),
            number(rows, |row| row.problem_count),
            text(rows, |row| json(&row.problem_kinds)),
        ],
    )
}

fn batch(name: &str, arrays: Vec<ArrayRef>) -> Result<RecordBatch, ArrowError> {
    let columns = VIEWS
        .iter()
        .find(|view| view.name == name)
        .map_or(&[][..], |view| view.columns);
    RecordBatch::try_from_iter(columns.iter().map(|column| column.0).zip(arrays))
}

/// A column of texts; an empty one is NULL, as in `events`.
fn text<R>(rows: &[R], get: impl Fn(&R) -> String) -> ArrayRef {
    let texts = rows
        .iter()
        .map(get)
        .map(|text| Some(text).filter(|text| !text.is_empty()));
    Arc::new(texts.collect::<StringArray>())
}

fn number<R>(rows: &[R], get: impl Fn(&R) -> u64) -> ArrayRef {
    let numbers = rows.iter().map(|row| i64::try_from(get(row)).ok());
    Arc::new(numbers.collect::<Int64Array>())
}

fn time<R>(rows: &[R], get: impl Fn(&R) -> Timestamp) -> ArrayRef {
    let times = rows.iter().map(|row| get(row).0);
    Arc::new(TimestampMillisecondArray::from_iter_values(times).with_timezone("UTC"))
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// The word a unit variant is written as.
fn word<T: serde::Serialize>(value: &T) -> String {
    json(value).trim_matches('"').to_owned()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn the_documentation_lists_these_views() {
        let mut wanted = String::new();
        for view in VIEWS {
            let _ = writeln!(wanted, "### `{}`: {}\n", view.name, view.about);
            wanted.push_str("| column | type | what it holds |\n|---|---|---|\n");
            for (name, kind, about) in view.columns {
                let _ = writeln!(wanted, "| `{name}` | {kind} | {about} |");
            }
            wanted.push('\n');
        }
        let page = std::fs::read_to_string("../../docs/query.md").unwrap();
        let listed = page
            .split_once("<!-- views -->\n")
            .and_then(|(_, rest)| rest.split_once("<!-- /views -->"))
            .map(|(list, _)| list.trim_end());
        assert_eq!(
            listed,
            Some(wanted.trim_end()),
            "docs/query.md must have this between its marks"
        );
    }
}
