//! The crate as its users see it: bytes in, events and a report out.

mod archives;
mod bounds;
mod containers;
mod damage;
mod quirks;
mod tour;
mod truncation;

use std::path::PathBuf;

use stanch_core::{SourceId, SourceReport};

use crate::{Limits, Reader, Source};

/// An event as far as tests look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) name: String,
    pub(super) key: u128,
    pub(super) offset: u64,
    pub(super) member: u32,
    pub(super) raw: String,
}

pub(super) fn source() -> Source {
    Source {
        id: SourceId(7),
        path: PathBuf::from("log"),
        shown: "log".to_owned(),
        size: 0,
        origin: crate::listing::Origin::Disk,
    }
}

pub(super) fn read_with(limits: Limits, bytes: &[u8]) -> (Vec<Seen>, SourceReport) {
    let mut seen = Vec::new();
    let report = Reader::new(limits).read_bytes(&source(), bytes, &mut |event| {
        assert_eq!(event.location.source, SourceId(7));
        seen.push(Seen {
            name: event.name.to_string(),
            key: event.key.0,
            offset: event.location.offset,
            member: event.location.member,
            raw: event.raw.to_string(),
        });
    });
    assert_eq!(report.events, seen.len() as u64);
    (seen, report)
}

pub(super) fn read(bytes: &[u8]) -> (Vec<Seen>, SourceReport) {
    read_with(Limits::default(), bytes)
}

pub(super) fn names(seen: &[Seen]) -> Vec<&str> {
    seen.iter().map(|event| event.name.as_str()).collect()
}

/// The report in short: kind, events, skipped, problems.
pub(super) fn short(report: &SourceReport) -> String {
    let problems: Vec<String> = report
        .problems
        .iter()
        .map(|problem| {
            let place = problem
                .offset
                .map(|offset| format!("@{offset}"))
                .unwrap_or_default();
            let member = Some(&problem.member).filter(|member| !member.is_empty());
            let member = member.map(|member| format!(" in {member}")).unwrap_or_default();
            format!("{:?}{place}{member}", problem.kind)
        })
        .collect();
    assert!(report.problem_count >= problems.len() as u64);
    format!(
        "{:?} events={} skipped={} {}",
        report.kind,
        report.events,
        report.skipped,
        problems.join(" ")
    )
    .trim_end()
    .to_owned()
}

/// A compact CloudTrail record.
pub(super) fn record(name: &str) -> String {
    format!(
        r#"{{"eventVersion":"1.08","userIdentity":{{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/ann","accountId":"111122223333"}},"eventTime":"2024-05-01T10:00:00Z","eventSource":"iam.amazonaws.com","eventName":"{name}","awsRegion":"us-east-1","sourceIPAddress":"192.0.2.7","requestParameters":{{"note":"a \"quoted\" }} brace"}},"eventID":"id-{name}"}}"#
    )
}

/// A CloudTrail file of such records.
pub(super) fn file(names: &[&str]) -> String {
    let records: Vec<String> = names.iter().map(|name| record(name)).collect();
    format!("{{\"Records\":[{}]}}", records.join(","))
}

/// Text as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}
