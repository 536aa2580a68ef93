//! Events in the Open Cybersecurity Schema Framework, as Amazon Security Lake and others write them: versions 1.0 to 1.x.
//!
//! API Activity becomes the CloudTrail record it was made of, Network Activity a flow, a finding of GuardDuty a finding.
//! Other classes and products are counted as not judged.

use serde_json::{Map, Value};
use stanch_core::LogKind;

use super::{Known, guardduty, security_hub, text_of, vpc_flow};
use crate::record::Shallow;

/// Name of the schema in remarks.
const SCHEMA: &str = "OCSF API Activity";

/// Returns whether an object is an event of the schema.
pub(crate) fn is_event(members: &Shallow<'_>) -> bool {
    members.has("class_uid") && members.has("metadata")
}

/// Makes an event, or the CloudTrail record of one.
pub(crate) fn event(text: &str) -> Known<'static> {
    let Ok(event) = serde_json::from_str::<Value>(text) else {
        return Known::None;
    };
    let product = text_at(&event, "/metadata/product/name");
    if !event["api"]["operation"].is_null() {
        return match serde_json::to_string(&record(&event)) {
            Ok(record) => Known::Record(record, SCHEMA),
            Err(_) => Known::None,
        };
    }
    match event["class_uid"].as_u64() {
        Some(4001) => flow(&event),
        Some(2001 | 2004) if product == "GuardDuty" || product == "Security Hub" => finding(&event),
        _ => Known::NotJudged(format!("{} ({product})", text_at(&event, "/class_name"))),
    }
}

fn text_at(event: &Value, path: &str) -> String {
    event.pointer(path).map(text_of).unwrap_or_default()
}

/// Returns the first text that is there.
fn first(event: &Value, paths: &[&str]) -> String {
    let texts = paths.iter().map(|path| text_at(event, path));
    texts
        .into_iter()
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

fn put(members: &mut Map<String, Value>, name: &str, value: impl Into<Value>) {
    let value = value.into();
    if !value.is_null() && value.as_str() != Some("") {
        members.insert(name.to_owned(), value);
    }
}

/// Returns JSON text as the value it is; other text as it is.
fn data(event: &Value, path: &str) -> Value {
    match event.pointer(path) {
        Some(Value::String(text)) => {
            serde_json::from_str(text).unwrap_or_else(|_| Value::from(text.as_str()))
        }
        Some(value) => value.clone(),
        None => Value::Null,
    }
}

/// Returns the CloudTrail record.
fn record(event: &Value) -> Map<String, Value> {
    let mut record = unmapped(event);
    let mut set = |name: &str, paths: &[&str]| put(&mut record, name, first(event, paths));
    set("eventVersion", &["/metadata/product/version"]);
    set(
        "eventID",
        &[
            "/metadata/uid",
            "/metadata/original_event_uid",
            "/metadata/event_uid",
        ],
    );
    set("eventTime", &["/time_dt", "/metadata/original_time", "/time"]);
    set("eventName", &["/api/operation"]);
    set("eventSource", &["/api/service/name"]);
    set("awsRegion", &["/cloud/region", "/region"]);
    set(
        "sourceIPAddress",
        &[
            "/src_endpoint/ip",
            "/src_endpoint/domain",
            "/src_endpoint/svc_name",
        ],
    );
    set("userAgent", &["/http_request/user_agent"]);
    set("errorCode", &["/api/response/error"]);
    set(
        "errorMessage",
        &["/api/response/message", "/api/response/error_message"],
    );
    set("requestID", &["/api/request/uid"]);
    set("eventType", &["/metadata/event_code"]);
    set("eventCategory", &["/metadata/product/feature/name"]);
    set("apiVersion", &["/api/version"]);
    set("vpcEndpointId", &["/src_endpoint/uid", "/src_endpoint/vpc_uid"]);
    set(
        "recipientAccountId",
        &["/cloud/account/uid", "/cloud/account_uid", "/accountid"],
    );
    put(&mut record, "requestParameters", data(event, "/api/request/data"));
    put(&mut record, "responseElements", data(event, "/api/response/data"));
    let code = record.get("eventType").and_then(Value::as_str);
    if code.is_some_and(|code| !code.starts_with("Aws")) {
        record.remove("eventType");
    }
    if !record.contains_key("readOnly") {
        match event["activity_id"].as_u64() {
            Some(2) => put(&mut record, "readOnly", true),
            Some(1 | 3 | 4) => put(&mut record, "readOnly", false),
            _ => {}
        }
    }
    let mut identity = match record.remove("userIdentity") {
        Some(Value::Object(identity)) => identity,
        _ => Map::new(),
    };
    caller(event, &mut identity);
    put(&mut record, "userIdentity", identity);
    record
}

/// Returns the members that the schema has no place for, folded back.
fn unmapped(event: &Value) -> Map<String, Value> {
    let members = match data(event, "/unmapped") {
        Value::Object(members) => members,
        // A map in Parquet is a list of keys and values.
        Value::Array(pairs) => pairs
            .into_iter()
            .filter_map(|pair| Some((pair["key"].as_str()?.to_owned(), pair["value"].clone())))
            .collect(),
        _ => Map::new(),
    };
    crate::canonical::canonical_members(members)
}

fn caller(event: &Value, identity: &mut Map<String, Value>) {
    // What is an ARN and what an id is told by its look: the versions of the schema disagree.
    let ids = ["/actor/user/uid", "/actor/user/uuid", "/actor/user/uid_alt"].map(|path| text_at(event, path));
    let is_arn = |id: &&String| id.starts_with("arn:");
    let arn = ids.iter().find(is_arn).cloned().unwrap_or_default();
    let principal = ids
        .iter()
        .find(|id| !id.is_empty() && !is_arn(id))
        .cloned()
        .unwrap_or_default();
    put(identity, "type", first(event, &["/actor/user/type"]));
    put(identity, "principalId", principal);
    put(identity, "arn", arn);
    put(
        identity,
        "accountId",
        first(event, &["/actor/user/account/uid", "/actor/user/account_uid"]),
    );
    put(
        identity,
        "accessKeyId",
        first(
            event,
            &["/actor/user/credential_uid", "/actor/session/credential_uid"],
        ),
    );
    put(identity, "userName", first(event, &["/actor/user/name"]));
    put(identity, "invokedBy", first(event, &["/actor/invoked_by"]));
    put(identity, "identityProvider", first(event, &["/actor/idp/name"]));
    session(event, identity);
}

/// Adds the session to a caller.
fn session(event: &Value, identity: &mut Map<String, Value>) {
    let mut session = match identity.remove("sessionContext") {
        Some(Value::Object(session)) => session,
        _ => Map::new(),
    };
    let issuer = first(event, &["/actor/session/issuer", "/session/issuer"]);
    if !issuer.is_empty() && !session.contains_key("sessionIssuer") {
        let mut members = Map::new();
        put(
            &mut members,
            "userName",
            issuer.rsplit('/').next().unwrap_or_default(),
        );
        put(
            &mut members,
            "type",
            if issuer.contains(":role/") { "Role" } else { "" },
        );
        put(&mut members, "arn", issuer);
        put(&mut session, "sessionIssuer", members);
    }
    let mut attributes = Map::new();
    put(
        &mut attributes,
        "creationDate",
        first(
            event,
            &[
                "/actor/session/created_time_dt",
                "/actor/session/created_dt",
                "/actor/session/created_time",
            ],
        ),
    );
    put(
        &mut attributes,
        "mfaAuthenticated",
        first(event, &["/actor/session/is_mfa", "/actor/session/mfa"]),
    );
    // A session that says no more than that it had no MFA is none.
    if attributes.contains_key("creationDate") && !session.contains_key("attributes") {
        put(&mut session, "attributes", attributes);
    }
    if !session.is_empty() {
        put(identity, "sessionContext", session);
    }
}

fn flow(event: &Value) -> Known<'static> {
    let mut members = Map::new();
    for (name, paths) in [
        ("version", &["/metadata/product/version"][..]),
        ("accountId", &["/cloud/account/uid", "/cloud/account_uid"]),
        (
            "interfaceId",
            &["/src_endpoint/interface_uid", "/dst_endpoint/interface_uid"],
        ),
        ("srcAddr", &["/src_endpoint/ip"]),
        ("dstAddr", &["/dst_endpoint/ip"]),
        ("srcPort", &["/src_endpoint/port"]),
        ("dstPort", &["/dst_endpoint/port"]),
        ("protocol", &["/connection_info/protocol_num"]),
        ("packets", &["/traffic/packets"]),
        ("bytes", &["/traffic/bytes"]),
        ("start", &["/start_time_dt", "/start_time", "/time_dt", "/time"]),
        ("end", &["/end_time_dt", "/end_time"]),
        ("logStatus", &["/status_code"]),
        ("region", &["/cloud/region"]),
        ("vpcId", &["/src_endpoint/vpc_uid", "/dst_endpoint/vpc_uid"]),
        (
            "subnetId",
            &["/src_endpoint/subnet_uid", "/dst_endpoint/subnet_uid"],
        ),
        (
            "instanceId",
            &["/src_endpoint/instance_uid", "/dst_endpoint/instance_uid"],
        ),
    ] {
        put(&mut members, name, first(event, paths));
    }
    let disposition = first(event, &["/action", "/disposition", "/activity_name"]);
    let rejected = ["Denied", "Blocked", "Refuse"].contains(&disposition.as_str());
    put(&mut members, "action", if rejected { "REJECT" } else { "ACCEPT" });
    if !members.contains_key("srcAddr") {
        return Known::NoData(members.get("logStatus").and_then(Value::as_str) == Some("SKIPDATA"));
    }
    let text = Value::Object(members).to_string();
    Known::of(vpc_flow::object(&text), LogKind::VpcFlow)
}

/// Findings carry little of the original next to `unmapped`; what is missing there is taken from the schema's members.
fn finding(event: &Value) -> Known<'static> {
    let list = |path: &str| {
        event
            .pointer(path)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let title = first(event, &["/finding_info/title", "/finding/title"]);
    let kinds = list("/finding_info/types")
        .into_iter()
        .chain(list("/finding/types"));
    let kind = kinds
        .filter_map(|kind| kind.as_str().map(guardduty::type_of))
        .find(|kind| !kind.is_empty());
    let resource = list("/resources").into_iter().next().unwrap_or(Value::Null);
    let asff = serde_json::json!({
        "SchemaVersion": "2018-10-08",
        "Id": first(event, &["/finding_info/uid", "/finding/uid", "/metadata/uid"]),
        "ProductName": text_at(event, "/metadata/product/name"),
        "AwsAccountId": first(event, &["/cloud/account/uid", "/cloud/account_uid"]),
        "Region": first(event, &["/cloud/region"]),
        "Types": [kind.unwrap_or_default()],
        "Title": title,
        "FirstObservedAt": first(event, &["/finding_info/first_seen_time_dt", "/finding_info/first_seen_time", "/finding/first_seen_time"]),
        "LastObservedAt": first(event, &["/finding_info/last_seen_time_dt", "/finding_info/last_seen_time", "/time_dt", "/time"]),
        "Severity": {"Label": text_at(event, "/severity").to_ascii_uppercase()},
        "Resources": [{"Type": text_of(&resource["type"]), "Id": text_of(&resource["uid"])}],
    });
    security_hub::event(&asff.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn api_activity_becomes_the_record_it_was_made_of() {
        let text = r#"{"metadata":{"product":{"version":"1.08","name":"CloudTrail","feature":{"name":"Management"}},
            "uid":"e-1","version":"1.1.0","event_code":"AwsApiCall"},"class_uid":6003,"activity_id":1,"time":1714557600000,"time_dt":"2024-05-01T10:00:00Z",
            "api":{"operation":"CreateUser","service":{"name":"iam.amazonaws.com"},"request":{"data":"{\"userName\":\"eve\"}","uid":"r"},
            "response":{"error":"AccessDenied","message":"no"}},"cloud":{"region":"us-east-1","account":{"uid":"111122223333"}},
            "actor":{"user":{"type":"AssumedRole","uid_alt":"AROAX:s","uid":"arn:aws:sts::111122223333:assumed-role/web/s","credential_uid":"ASIAX"},
            "session":{"issuer":"arn:aws:iam::111122223333:role/a/web","created_dt":"2024-05-01T09:00:00Z","is_mfa":false}},
            "src_endpoint":{"ip":"192.0.2.7"},"http_request":{"user_agent":"x"},"unmapped":[{"key":"sharedEventID","value":"sh"},{"key":"userIdentity.sessionContext.sourceIdentity","value":"ann"}]}"#;
        assert!(is_event(&Shallow::of(text)));
        let Known::Record(record, _) = event(text) else {
            panic!()
        };
        insta::assert_snapshot!(record);
    }

    #[test]
    fn other_classes_are_told_apart() {
        let of = |class: u64, product: &str| {
            event(&format!(
                r#"{{"metadata":{{"product":{{"name":"{product}"}}}},"class_uid":{class},"class_name":"C"}}"#
            ))
        };
        assert!(matches!(of(2004, "Stanch"), Known::NotJudged(what) if what == "C (Stanch)"));
        assert!(matches!(of(4001, "VPC Flowlogs"), Known::NoData(false)));
        assert!(matches!(of(4003, "Route 53"), Known::NotJudged(_)));
    }
}
