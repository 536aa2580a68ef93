//! One file per log format or schema: how its records become events.
//!
//! A format knows its own fields and nothing of containers, compression or places.

pub(crate) mod cloudtrail;
pub(crate) mod guardduty;
pub(crate) mod ocsf;
pub(crate) mod s3_server_access;
pub(crate) mod security_hub;
pub(crate) mod vpc_flow;

use serde_json::Value;
use stanch_core::{Event, LogKind};

use crate::canonical::{RECORD_KEYS, known};
use crate::record::Shallow;

/// What is known of an object.
pub(crate) enum Known<'t> {
    /// It is an event of a log other than CloudTrail.
    Event(Box<Event<'t>>),
    /// It is a CloudTrail record in another schema, named, and this is the record.
    Record(String, &'static str),
    /// It is a record of this log and has no time that can be read.
    WithoutTime(LogKind),
    /// It is a finding of a product that is not judged.
    NotJudged(String),
    /// It is a flow log record without a flow; `true` when it says that flows were lost.
    NoData(bool),
    /// No format knows it.
    None,
}

impl<'t> Known<'t> {
    fn of(event: Option<Event<'t>>, log: LogKind) -> Self {
        event.map_or(Self::WithoutTime(log), |event| Self::Event(Box::new(event)))
    }
}

/// Makes an event of an object of a log other than CloudTrail, or of another schema.
pub(crate) fn object<'t>(members: &Shallow<'_>, text: &'t str) -> Known<'t> {
    if guardduty::is_finding(members) {
        Known::of(guardduty::event(text), LogKind::GuardDuty)
    } else if security_hub::is_finding(members) {
        security_hub::event(text)
    } else if ocsf::is_event(members) {
        ocsf::event(text)
    } else if vpc_flow::is_flow(members) {
        match vpc_flow::object_without_data(members) {
            Some(lost) => Known::NoData(lost),
            None => Known::of(vpc_flow::object(text), LogKind::VpcFlow),
        }
    } else if s3_server_access::is_access(members) {
        Known::of(s3_server_access::object(text), LogKind::S3ServerAccess)
    } else {
        Known::None
    }
}

/// Returns whether an object is a record of any log, in any spelling.
pub(crate) fn is_record(members: &Shallow<'_>) -> bool {
    let has = |key: &str| {
        members
            .iter()
            .any(|(name, _)| known(name, RECORD_KEYS) == Some(key))
    };
    let flat = || members.iter().any(|(name, _)| name.starts_with("userIdentity."));
    let is_named = has("eventName") || has("insightDetails") || has("timeWindow");
    is_named && (has("eventSource") || has("eventTime") || has("eventType") || has("userIdentity") || flat())
        || guardduty::is_finding(members)
        || security_hub::is_finding(members)
        || ocsf::is_event(members)
        || vpc_flow::is_flow(members)
        || s3_server_access::is_access(members)
}

/// Returns a value as text: a string as it is, a number spelled out, anything else empty.
fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        _ => String::new(),
    }
}
