//! API Activity, class 6003.

use serde_json::{Map, Value, json};
use stanch_core::event::{LogKind, base_name};
use stanch_core::{Analysis, Severity};

use super::VERSION;
use super::parts;
use crate::cited::Cited;
use crate::escape::plain;
use crate::words;

/// The numbers of `activity_id` with their captions.
const CREATE: (u32, &str) = (1, "Create");
const READ: (u32, &str) = (2, "Read");
const UPDATE: (u32, &str) = (3, "Update");
const DELETE: (u32, &str) = (4, "Delete");
const OTHER: (u32, &str) = (99, "Other");

/// Verbs with which names of calls begin, and what such calls do: APIs of AWS hold to few.
const VERBS: [(&str, (u32, &str)); 4] = [
    (
        "Describe Get List Head Lookup Search BatchGet Select Scan Query",
        READ,
    ),
    ("Create Run Allocate Request Copy Import Upload Generate", CREATE),
    ("Delete Terminate Release Deregister Purge BatchDelete", DELETE),
    (
        "Put Update Modify Attach Detach Set Add Remove Enable Disable Start Stop Change Replace Associate \
         Disassociate Authorize Revoke Tag Untag Register Reboot Reset Restore",
        UPDATE,
    ),
];

/// Returns the kind of a call, by the verb of its name.
fn activity(name: &str) -> (u32, &'static str) {
    // `RunInstances` begins with the verb `Run`; `Runtime…` would not be one.
    let begins = |verb: &str| {
        let rest = name.strip_prefix(verb);
        rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_lowercase()))
    };
    VERBS
        .iter()
        .find(|(verbs, _)| verbs.split_whitespace().any(begins))
        .map_or(OTHER, |(_, activity)| *activity)
}

/// One event.
pub(super) fn object(analysis: &Analysis, cited: &Cited<'_>) -> Value {
    let record = cited.record;
    let (activity_id, activity_name) = activity(base_name(&record.name));
    let (status_id, status) = parts::status(record.outcome);
    let severity = cited.severity().unwrap_or(Severity::Informational);
    let head = json!({
        "activity_id": activity_id,
        "activity_name": activity_name,
        "category_uid": 6,
        "category_name": "Application Activity",
        "class_uid": 6003,
        "class_name": "API Activity",
        "type_uid": 600_300 + activity_id,
        "type_name": format!("API Activity: {activity_name}"),
        "time": record.time.0,
        "timezone_offset": 0,
        "severity_id": parts::severity_id(severity),
        "severity": parts::severity_caption(severity),
        "status_id": status_id,
        "status": status,
        "message": plain(&format!("{} {}: {}", record.source, record.name, words::outcome_word(record.outcome))),
        "metadata": metadata(cited),
        "cloud": parts::cloud(&record.account, &record.region),
    });
    let mut event = match head {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    if !record.error_code.is_empty() {
        event.insert("status_code".to_owned(), Value::from(plain(&record.error_code)));
    }
    event.extend(parts::call(record));
    if let Some(address) = event
        .get("src_endpoint")
        .and_then(|endpoint| endpoint.get("ip"))
        .cloned()
    {
        let observable =
            json!([{ "name": "src_endpoint.ip", "type_id": 2, "type": "IP Address", "value": address }]);
        event.insert("observables".to_owned(), observable);
    }
    event.insert("raw_data".to_owned(), Value::from(record.raw.as_str()));
    let mut unmapped = parts::place(analysis, record);
    unmapped["findings"] = cited.finding_ids().into_iter().map(plain).collect();
    event.insert("unmapped".to_owned(), unmapped);
    Value::Object(event)
}

fn metadata(cited: &Cited<'_>) -> Value {
    let record = cited.record;
    let product = match record.log {
        LogKind::S3ServerAccess => "S3",
        _ => "CloudTrail",
    };
    json!({
        "version": VERSION,
        "uid": parts::event_uid(record),
        "product": { "name": product, "vendor_name": "AWS" },
        "log_name": words::log_kind(record.log),
        "event_code": plain(&record.name),
        "profiles": ["cloud"],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_what_its_verb_says() {
        for (name, expected) in [
            ("CreateUser", CREATE),
            ("RunInstances", CREATE),
            ("RuntimeConfig", OTHER),
            ("GetObject", READ),
            ("PutUserPolicy", UPDATE),
            ("StopLogging", UPDATE),
            ("DeleteTrail", DELETE),
            ("AssumeRole", OTHER),
            ("", OTHER),
        ] {
            assert_eq!(activity(name), expected, "{name}");
        }
    }
}
