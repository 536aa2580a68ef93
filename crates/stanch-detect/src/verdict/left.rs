//! Resources and changes that the attacker left behind: read from the successful calls among the cited events.

use serde_json::Value;
use stanch_aws_facts::members::SUBJECTS;
use stanch_aws_facts::{self as aws, Place};
use stanch_core::EventRecord;
use stanch_core::event::base_name;
use stanch_core::text::shown;

/// How many items are listed.
const LIMIT: usize = 40;

/// Things made, in the order in which they were made; things seen deleted again are left out.
pub(super) fn items(records: &[&EventRecord]) -> Vec<String> {
    let mut items: Vec<(String, String)> = Vec::new();
    let changes = records
        .iter()
        .filter(|record| record.outcome.succeeded() && !is_read(&record.name));
    for record in changes {
        let Ok(value) = serde_json::from_str::<Value>(&record.raw) else {
            items.push((
                record.key.to_string(),
                shown(&format!("result of {} (request not kept)", record.name), 200),
            ));
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
            let gone = format!("{kind} {}", deleted_name(base_name(&record.name), &text));
            items.retain(|(id, _)| *id != gone);
            continue;
        }
        for (id, line) in made(record, &value, &text) {
            if !items.iter().any(|(known, _)| *known == id) {
                items.push((id, shown(&line, 200)));
            }
        }
    }
    let more = items.len().saturating_sub(LIMIT);
    let mut lines: Vec<String> = items.into_iter().map(|(_, line)| line).take(LIMIT).collect();
    if more > 0 {
        lines.push(format!("{more} more in the findings"));
    }
    lines
}

fn is_read(name: &str) -> bool {
    [
        "Describe",
        "Get",
        "List",
        "Head",
        "Lookup",
        "BatchGet",
        "Assume",
        "ConsoleLogin",
        "Terminate",
        "Simulate",
    ]
    .iter()
    .any(|verb| name.starts_with(verb))
}

/// Returns the name of what a call deleted.
fn deleted_name(call: &str, text: &dyn Fn(&str) -> String) -> String {
    let place = aws::named(call).find_map(|fact| fact.id);
    let place = place.unwrap_or(Place::Request("name"));
    text(&place.pointer())
}

fn made(record: &EventRecord, value: &Value, text: &dyn Fn(&str) -> String) -> Vec<(String, String)> {
    let call = base_name(&record.name);
    let region = &record.region;
    match call {
        "CreateAccessKey" => {
            let key = text("/responseElements/accessKey/accessKeyId");
            let user = text("/responseElements/accessKey/userName");
            return vec![(
                format!("AccessKey {key}"),
                format!("access key {key} of user {user}"),
            )];
        }
        "RunInstances" => return instances(value, region),
        _ => {}
    }
    let fact = aws::named(call).find_map(|fact| Some((fact.remains?, fact.id?)));
    let Some((remainder, place)) = fact else {
        return changed(record, value);
    };
    let (kind, words, name) = (remainder.kind, remainder.words, text(&place.pointer()));
    if remainder.regional {
        // The same name in another region is another thing; deletions are matched by name alone.
        let id = if kind == "KeyPair" {
            format!("{kind} {region}/{name}")
        } else {
            format!("{kind} {name}")
        };
        return vec![(id, format!("{words} {name} ({region})"))];
    }
    vec![(format!("{kind} {name}"), format!("{words} {name}"))]
}

/// Any other change, by its name and what it was made to.
fn changed(record: &EventRecord, value: &Value) -> Vec<(String, String)> {
    // Objects are data, not configuration: `took` reports them.
    if record.source == "s3.amazonaws.com" && record.name.contains("Object") {
        return Vec::new();
    }
    let request = value.get("requestParameters");
    let subject = SUBJECTS
        .iter()
        .find_map(|name| request?.get(name)?.as_str())
        .unwrap_or_default();
    let call = base_name(&record.name);
    let text = |name: &str| {
        let value = request.and_then(|request| request.get(name));
        value
            .and_then(Value::as_str)
            .map_or_else(String::new, |text| last_part(text).to_owned())
    };
    let line = sentence(call, &text, &record.region).unwrap_or_else(|| match subject {
        "" => format!("{call} was not undone ({})", record.region),
        subject => format!(
            "{call} of {} was not undone ({})",
            last_part(subject),
            record.region
        ),
    });
    vec![(format!("{call} {}/{subject}", record.region), line)]
}

/// The state that a call left, for calls that attackers use often.
fn sentence(call: &str, text: &dyn Fn(&str) -> String, region: &str) -> Option<String> {
    let (user, role, group) = (text("userName"), text("roleName"), text("groupName"));
    let (policy, inline) = (text("policyArn"), text("policyName"));
    Some(match call {
        "AttachUserPolicy" => format!("{policy} is still attached to user {user}"),
        "AttachRolePolicy" => format!("{policy} is still attached to role {role}"),
        "AttachGroupPolicy" => format!("{policy} is still attached to group {group}"),
        "PutUserPolicy" => format!("inline policy {inline} of user {user}"),
        "PutRolePolicy" => format!("inline policy {inline} of role {role}"),
        "PutGroupPolicy" => format!("inline policy {inline} of group {group}"),
        "AddUserToGroup" => format!("user {user} is still a member of group {group}"),
        "AddRoleToInstanceProfile" => format!("role {role} in instance profile {}", text("instanceProfileName")),
        "CreatePolicyVersion" | "SetDefaultPolicyVersion" => format!("changed version of policy {policy}"),
        "AddPermission" => format!(
            "Lambda function {} can still be called by others ({region})",
            text("functionName")
        ),
        "StopLogging" => format!("trail {} is still stopped ({region})", text("name")),
        "PutEventSelectors" | "UpdateTrail" => {
            let (name, trail) = (text("name"), text("trailName"));
            format!("changed settings of trail {} ({region})", if name.is_empty() { trail } else { name })
        }
        "UpdateDetector" => format!("changed GuardDuty detector {} ({region})", text("detectorId")),
        "PutBucketPolicy" | "PutBucketAcl" => format!("changed access to bucket {}", text("bucketName")),
        "PutBucketLifecycle" | "PutBucketLifecycleConfiguration" => {
            format!("changed lifecycle rules of bucket {}", text("bucketName"))
        }
        "AuthorizeSecurityGroupIngress" => {
            format!("new inbound rule of security group {} ({region})", text("groupId"))
        }
        "ScheduleKeyDeletion" => format!("KMS key {} is scheduled for deletion ({region})", text("keyId")),
        "CreateSAMLProvider" => format!("SAML provider {}", text("name")),
        "CreateSnapshot" => format!("snapshot of volume {} ({region})", text("volumeId")),
        "CreateImage" => format!("image {} ({region})", text("name")),
        _ => return None,
    })
    // A sentence with a hole in it says less than the name of the call.
    .filter(|line| !line.contains("  ") && !line.ends_with(' '))
}

/// The name in an ARN; anything else as it is.
fn last_part(value: &str) -> &str {
    if value.starts_with("arn:") {
        value.rsplit(['/', ':']).next().unwrap_or(value)
    } else {
        value
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
        count => format!("{count} instances of one launch, the first {first} ({size}, {region})"),
    };
    vec![(format!("Instance {first}"), line)]
}
