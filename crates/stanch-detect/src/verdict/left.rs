//! What they left behind that may still live: read from the successful calls among the cited events.

use std::collections::BTreeSet;

use serde_json::Value;
use stanch_core::EventRecord;
use stanch_core::event::base_name;
use stanch_core::text::shown;

/// How many items are listed.
const LIMIT: usize = 40;

/// Things made, in the order in which they were made; things seen deleted again are left out.
pub(super) fn items(records: &[&EventRecord]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut items: Vec<(String, String)> = Vec::new();
    for record in records.iter().filter(|record| record.outcome.succeeded()) {
        let Ok(value) = serde_json::from_str::<Value>(&record.raw) else {
            continue;
        };
        let text = |path: &str| {
            value
                .pointer(path)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        if let Some(kind) = base_name(&record.name).strip_prefix("Delete") {
            let gone = format!("{kind} {}", deleted_name(kind, &text));
            items.retain(|(id, _)| *id != gone);
            continue;
        }
        for (id, line) in made(record, &value, &text) {
            if seen.insert(id.clone()) {
                items.push((id, shown(&line, 200)));
            }
        }
    }
    items.into_iter().map(|(_, line)| line).take(LIMIT).collect()
}

fn deleted_name(kind: &str, text: &dyn Fn(&str) -> String) -> String {
    let path = match kind {
        "User" | "LoginProfile" => "/requestParameters/userName",
        "AccessKey" => "/requestParameters/accessKeyId",
        "Role" => "/requestParameters/roleName",
        "Function" => "/requestParameters/functionName",
        _ => "/requestParameters/name",
    };
    text(path)
}

fn made(record: &EventRecord, value: &Value, text: &dyn Fn(&str) -> String) -> Vec<(String, String)> {
    let request = |name: &str| text(&format!("/requestParameters/{name}"));
    let one = |kind: &str, name: String, line: String| vec![(format!("{kind} {name}"), line)];
    let region = &record.region;
    match base_name(&record.name) {
        "CreateUser" => one(
            "User",
            request("userName"),
            format!("user {}", request("userName")),
        ),
        "CreateAccessKey" => {
            let (key, user) = (
                text("/responseElements/accessKey/accessKeyId"),
                text("/responseElements/accessKey/userName"),
            );
            one(
                "AccessKey",
                key.clone(),
                format!("access key {key} of user {user}"),
            )
        }
        "CreateLoginProfile" | "UpdateLoginProfile" => one(
            "LoginProfile",
            request("userName"),
            format!("console password of user {}", request("userName")),
        ),
        "CreateRole" => one(
            "Role",
            request("roleName"),
            format!("role {}", request("roleName")),
        ),
        "UpdateAssumeRolePolicy" => one(
            "Trust",
            request("roleName"),
            format!("changed trust policy of role {}", request("roleName")),
        ),
        "CreateFunction"
        | "UpdateFunctionCode"
        | "UpdateFunctionConfiguration"
        | "CreateFunctionUrlConfig" => {
            let name = request("functionName");
            one(
                "Function",
                name.clone(),
                format!("Lambda function {name} ({region})"),
            )
        }
        "PutRule" => one(
            "Rule",
            request("name"),
            format!("EventBridge rule {} ({region})", request("name")),
        ),
        "CreateTrustAnchor" => one(
            "Anchor",
            request("name"),
            format!("Roles Anywhere trust anchor {}", request("name")),
        ),
        "ImportKeyPair" | "CreateKeyPair" => one(
            "KeyPair",
            format!("{region}/{}", request("keyName")),
            format!("key pair {} ({region})", request("keyName")),
        ),
        "ModifySnapshotAttribute" => one(
            "Snapshot",
            request("snapshotId"),
            format!("sharing of snapshot {} ({region})", request("snapshotId")),
        ),
        "ModifyImageAttribute" => one(
            "Image",
            request("imageId"),
            format!("sharing of image {} ({region})", request("imageId")),
        ),
        "RunInstances" => instances(value, region),
        _ => Vec::new(),
    }
}

fn instances(value: &Value, region: &str) -> Vec<(String, String)> {
    let items = value
        .pointer("/responseElements/instancesSet/items")
        .and_then(Value::as_array);
    let items: Vec<&Value> = items.into_iter().flatten().collect();
    let text = |item: &Value, name: &str| item.get(name).and_then(Value::as_str).map(str::to_owned);
    let Some(first) = items.first().and_then(|item| text(item, "instanceId")) else {
        return Vec::new();
    };
    let size = items
        .first()
        .and_then(|item| text(item, "instanceType"))
        .unwrap_or_else(|| "type not logged".to_owned());
    let line = match items.len() {
        1 => format!("instance {first} ({size}, {region})"),
        count => format!("{count} instances of one launch, {first} and on ({size}, {region})"),
    };
    vec![(format!("Instance {first}"), line)]
}
