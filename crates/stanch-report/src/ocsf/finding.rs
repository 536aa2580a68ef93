//! Detection Finding, class 2004.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use stanch_core::finding::DetectionOrigin;
use stanch_core::verdict::{Confidence, Story};
use stanch_core::{Analysis, DetectionAbout, EventRecord, Finding, Severity};

use super::VERSION;
use super::parts;
use crate::attack::{tactic_number, technique_parts, technique_url};
use crate::cited;
use crate::escape::plain;
use crate::words;

/// One finding.
pub(super) fn object(analysis: &Analysis, finding: &Finding, story: Option<&Story>) -> Value {
    let about = analysis.detections.get(&finding.detection);
    let cited: Vec<&EventRecord> = cited::of(analysis, finding).collect();
    let head = json!({
        "activity_id": 1,
        "activity_name": "Create",
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": 2004,
        "class_name": "Detection Finding",
        "type_uid": 200_401,
        "type_name": "Detection Finding: Create",
        "time": finding.last.0,
        "start_time": finding.first.0,
        "end_time": finding.last.0,
        "timezone_offset": 0,
        "count": small(finding.count),
        "severity_id": parts::severity_id(finding.severity),
        "severity": parts::severity_caption(finding.severity),
        "status_id": 1,
        "status": "New",
        "is_alert": finding.severity >= Severity::Medium,
        "message": plain(&finding.summary),
        "metadata": {
            "version": VERSION,
            "uid": plain(finding.id.as_str()),
            "product": { "name": "Stanch", "vendor_name": "Stanch", "version": plain(&analysis.stanch_version) },
            "profiles": ["cloud"],
        },
        "cloud": parts::cloud(&finding.principal.account, only_region(&cited)),
        "finding_info": info(analysis, finding, about, &cited),
        "resources": [resource(finding)],
    });
    let mut object = match head {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    if let Some(story) = story {
        let (id, caption) = confidence(story.confidence);
        object.insert("confidence_id".to_owned(), Value::from(id));
        object.insert("confidence".to_owned(), Value::from(caption));
    }
    if let Some(about) = about {
        object.insert("risk_details".to_owned(), Value::from(plain(&about.why)));
        if !about.next.is_empty() {
            object.insert(
                "remediation".to_owned(),
                json!({ "desc": plain(&about.next.join(" ")) }),
            );
        }
    }
    if !cited.is_empty() {
        let evidences: Vec<Value> = cited.iter().map(|record| evidence(analysis, record)).collect();
        object.insert("evidences".to_owned(), Value::Array(evidences));
    }
    let observables = observables(finding, &cited);
    object.insert("observables".to_owned(), Value::Array(observables));
    object.insert("unmapped".to_owned(), unmapped(finding));
    Value::Object(object)
}

/// A count as the schema's 32-bit integer, held at its end.
fn small(count: u64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

const fn confidence(confidence: Confidence) -> (u8, &'static str) {
    match confidence {
        Confidence::Low => (1, "Low"),
        Confidence::Medium => (2, "Medium"),
        Confidence::High => (3, "High"),
    }
}

/// The region of all cited events; empty when they are of several.
fn only_region<'a>(cited: &[&'a EventRecord]) -> &'a str {
    let regions: BTreeSet<&str> = cited.iter().map(|record| record.region.as_str()).collect();
    match regions.first() {
        Some(region) if regions.len() == 1 => region,
        _ => "",
    }
}

fn info(
    analysis: &Analysis,
    finding: &Finding,
    about: Option<&DetectionAbout>,
    cited: &[&EventRecord],
) -> Value {
    let logs: BTreeSet<&str> = cited.iter().map(|record| words::log_kind(record.log)).collect();
    let related: Vec<Value> = cited
        .iter()
        .filter(|record| parts::is_api_call(record.log))
        .map(|record| json!({ "uid": parts::event_uid(record), "type": "API Activity" }))
        .collect();
    let (type_id, caption) = match about.map(|about| about.origin) {
        Some(DetectionOrigin::Rule | DetectionOrigin::UserRule) => (1, "Rule"),
        Some(DetectionOrigin::Detector) => (2, "Behavioral"),
        None => (0, "Unknown"),
    };
    let types: Vec<&str> = about
        .iter()
        .flat_map(|about| &about.tactics)
        .map(|tactic| words::tactic_name(*tactic))
        .collect();
    json!({
        "uid": plain(finding.id.as_str()),
        "title": plain(words::title(analysis, finding)),
        "desc": plain(&finding.summary),
        "types": types,
        "analytic": {
            "uid": plain(finding.detection.as_str()),
            "name": plain(words::title(analysis, finding)),
            "type_id": type_id,
            "type": caption,
        },
        "attacks": about.map_or_else(Vec::new, attacks),
        "created_time": finding.last.0,
        "first_seen_time": finding.first.0,
        "last_seen_time": finding.last.0,
        "data_sources": logs,
        "related_events": related,
        "related_events_count": small(related.len() as u64),
    })
}

/// Techniques, with the tactic where there is but one; else the tactics for themselves: a detection does not say
/// which belongs to which.
fn attacks(about: &DetectionAbout) -> Vec<Value> {
    let tactic = |tactic| json!({ "uid": tactic_number(tactic), "name": words::tactic_name(tactic) });
    let mut attacks: Vec<Value> = about
        .techniques
        .iter()
        .map(|id| {
            let (technique, sub_technique) = technique_parts(id);
            let mut attack = json!({ "technique": { "uid": technique } });
            match sub_technique {
                Some(sub) => attack["sub_technique"] = json!({ "uid": sub, "src_url": technique_url(id) }),
                None => attack["technique"]["src_url"] = Value::from(technique_url(id)),
            }
            if let [only] = about.tactics[..] {
                attack["tactic"] = tactic(only);
            }
            attack
        })
        .collect();
    if about.tactics.len() != 1 || attacks.is_empty() {
        attacks.extend(about.tactics.iter().map(|one| json!({ "tactic": tactic(*one) })));
    }
    attacks
}

fn resource(finding: &Finding) -> Value {
    json!({
        "uid": plain(&finding.principal.key),
        "name": plain(&finding.principal.name),
        "type": words::identity_kind(finding.principal.kind),
    })
}

fn evidence(analysis: &Analysis, record: &EventRecord) -> Value {
    let mut evidence = parts::call(record);
    evidence.insert("uid".to_owned(), Value::from(parts::event_uid(record)));
    evidence.insert("data".to_owned(), parts::place(analysis, record));
    Value::Object(evidence)
}

fn observables(finding: &Finding, cited: &[&EventRecord]) -> Vec<Value> {
    let mut observables = vec![json!({
        "name": "resources.uid", "type_id": 10, "type": "Resource UID", "value": plain(&finding.principal.key),
    })];
    let addresses: BTreeSet<String> = cited
        .iter()
        .filter_map(|record| record.source_address.parse::<std::net::IpAddr>().ok())
        .map(|address| address.to_string())
        .collect();
    observables.extend(addresses.into_iter().map(|address| {
        json!({
            "name": "evidences.src_endpoint.ip", "type_id": 2, "type": "IP Address", "value": address,
        })
    }));
    let keys: BTreeSet<&str> = cited
        .iter()
        .map(|record| record.access_key_id.as_str())
        .filter(|key| !key.is_empty())
        .collect();
    observables.extend(keys.into_iter().map(|key| {
        json!({
            "name": "evidences.actor.user.credential_uid",
            "type_id": 19, "type": "User Credential ID", "value": plain(key),
        })
    }));
    observables
}

fn unmapped(finding: &Finding) -> Value {
    let facts: Vec<Value> = finding
        .facts
        .iter()
        .map(|fact| json!({ "label": plain(&fact.label), "value": plain(&fact.value) }))
        .collect();
    json!({ "events": finding.count, "succeeded": finding.succeeded, "facts": facts })
}
