//! Resources that a call creates, buys, starts or uses, from its request and reply.
//!
//! AWS names operations regularly: the reply of `CreateVolume` has `volumeId`. Calls that don't follow this are a table.

use serde_json::Value;

use super::Act;
use crate::read::tag_key;

/// Ids of one call.
const IDS: usize = 2000;
/// Levels of a reply.
const DEPTH: usize = 8;

/// Call, and the members of its reply (`>` for those of the request) that name what it made.
#[rustfmt::skip]
const TABLE: &[(&str, &[&str])] = &[
    ("RunInstances", &["instanceId", "volumeId", "networkInterfaceId"]),
    ("CreateFleet", &["fleetId", "instanceId", "instanceIds"]),
    ("RequestSpotFleet", &["spotFleetRequestId"]),
    ("RequestSpotInstances", &["instanceId"]),
    ("AllocateAddress", &["allocationId"]),
    ("AllocateHosts", &["hostIds", "hostId"]),
    ("CopySnapshot", &["snapshotId"]),
    ("CreateSnapshots", &["snapshotId"]),
    ("PurchaseReservedInstancesOffering", &["reservedInstancesId"]),
    ("PurchaseReservedDBInstancesOffering", &["reservedDBInstanceArn"]),
    ("PurchaseReservedCacheNodesOffering", &["reservedCacheNodeId"]),
    ("PurchaseCapacityBlock", &["capacityReservationId"]),
    ("PurchaseHostReservation", &["hostReservationId"]),
    ("RegisterDomain", &[">domainName"]),
    ("CreateBucket", &[">bucketName"]),
    ("CreateFunction", &["functionArn"]),
];

/// Calls that start or enlarge what exists, and the members of the request that name it.
#[rustfmt::skip]
const CHANGES: &[(&str, &[&str])] = &[
    ("StartInstances", &["instanceId"]),
    ("ModifyInstanceAttribute", &["instanceId"]),
    ("ModifyVolume", &["volumeId"]),
    ("UpdateFunctionCode", &["functionArn"]),
    ("UpdateFunctionConfiguration", &["functionArn"]),
    ("StartDBInstance", &["dBInstanceArn"]),
    ("ModifyDBInstance", &["dBInstanceArn"]),
    ("StartNotebookInstance", &["notebookInstanceArn"]),
];

/// Calls whose children carry a tag of AWS: the tag's key, and the member that has its value.
#[rustfmt::skip]
const GROUPS: &[(&str, &str, &str)] = &[
    ("CreateAutoScalingGroup", "awsautoscalinggroupname", "autoScalingGroupName"),
    ("CreateFleet", "awsec2fleetid", "fleetId"),
    ("RequestSpotFleet", "awsec2spotfleetrequestid", "spotFleetRequestId"),
    ("CreateStack", "awscloudformationstackid", "stackId"),
    ("CreateStack", "awscloudformationstackname", "stackName"),
    ("CreateCluster", "awseksclustername", "name"),
    ("CreateService", "awsecsservicename", "serviceName"),
];

/// Verbs that make something.
const VERBS: [&str; 8] = [
    "Create", "Allocate", "Import", "Register", "Request", "Purchase", "Run", "Start",
];

/// Things that cost nothing by themselves.
#[rustfmt::skip]
const FREE: [&str; 14] = [
    "KeyPair", "SecurityGroup", "LaunchTemplate", "LaunchConfiguration", "Session", "Rule", "Subnet", "Vpc", "RouteTable", "InternetGateway",
    "Tags", "Policy", "Role", "User",
];

/// Ids and ARNs of what a call creates or buys.
pub(super) fn created(act: &Act<'_>) -> Vec<String> {
    if let Some((_, members)) = TABLE.iter().find(|(name, _)| *name == act.name) {
        return of_members(act, members);
    }
    if act.service == "iam" || CHANGES.iter().any(|(name, _)| *name == act.name) {
        return Vec::new();
    }
    let Some(noun) = VERBS.iter().find_map(|verb| act.name.strip_prefix(verb)) else {
        return Vec::new();
    };
    if FREE.contains(&noun) {
        return Vec::new();
    }
    let mut low = noun.to_owned();
    if let Some(first) = low.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    let single = low.strip_suffix('s').unwrap_or(&low).to_owned();
    let mut names = Vec::new();
    for stem in [low.as_str(), single.as_str()] {
        for end in ["Id", "Arn", "ARN"] {
            names.push(format!("{stem}{end}"));
        }
    }
    let mut found = Vec::new();
    walk(act.response, "", 0, &mut |parent, member, text| {
        let is_arn_of_noun =
            member.eq_ignore_ascii_case("arn") && (parent == low || parent == single || parent.is_empty());
        if names.iter().any(|name| name == member) || is_arn_of_noun {
            found.push(text.to_owned());
        }
    });
    found.truncate(IDS);
    found
}

fn of_members(act: &Act<'_>, members: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for member in members {
        let (value, member) = match member.strip_prefix('>') {
            Some(member) => (act.request, member),
            None => (act.response, *member),
        };
        walk(value, "", 0, &mut |_, name, text| {
            if name == member {
                found.push(text.to_owned());
            }
        });
    }
    found.truncate(IDS);
    found
}

/// Ids of what a call starts or enlarges.
pub(super) fn changed(act: &Act<'_>) -> Vec<String> {
    let Some((_, members)) = CHANGES.iter().find(|(name, _)| *name == act.name) else {
        return Vec::new();
    };
    let mut found = of_members(act, members);
    let requested: Vec<String> = members.iter().map(|member| format!(">{member}")).collect();
    found.extend(of_members(
        act,
        &requested.iter().map(String::as_str).collect::<Vec<_>>(),
    ));
    found
}

/// Tags of AWS that children of what a call makes will carry.
pub(super) fn groups(act: &Act<'_>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (_, tag, member) in GROUPS.iter().filter(|(name, _, _)| *name == act.name) {
        for value in [act.request, act.response] {
            walk(value, "", 0, &mut |_, name, text| {
                if name == *member {
                    found.push(((*tag).to_owned(), text.to_owned()));
                }
            });
        }
    }
    found
}

/// Tags of AWS in the reply of a call: of instances that a group started.
pub(super) fn tags(act: &Act<'_>) -> Vec<(String, String)> {
    if act.name != "RunInstances" {
        return Vec::new();
    }
    let mut found = Vec::new();
    collect_tags(act.response, 0, &mut found);
    found
}

fn collect_tags(value: &Value, depth: usize, found: &mut Vec<(String, String)>) {
    if depth > DEPTH || found.len() >= IDS {
        return;
    }
    match value {
        Value::Object(members) => {
            let text = |name: &str| members.get(name).and_then(Value::as_str);
            if let (Some(key), Some(value)) = (text("key"), text("value")) {
                found.push((tag_key(key), value.to_owned()));
            }
            members
                .values()
                .for_each(|value| collect_tags(value, depth + 1, found));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|value| collect_tags(value, depth + 1, found)),
        _ => {}
    }
}

/// Returns whether a call accepts a price in AWS Marketplace.
pub(super) fn is_agreement(act: &Act<'_>) -> bool {
    matches!(
        act.name,
        "Subscribe"
            | "AcceptAgreementRequest"
            | "AcceptAgreementApprovalRequest"
            | "CreateAgreementRequest"
            | "CreateFoundationModelAgreement"
    ) && act.service != "sns"
}

/// Resource that a call uses; empty where it names none.
pub(super) fn used(act: &Act<'_>) -> String {
    [
        "bucketName",
        "functionName",
        "tableName",
        "keyId",
        "modelId",
        "queueUrl",
        "topicArn",
    ]
    .iter()
    .find_map(|name| act.request.get(name).and_then(Value::as_str))
    .unwrap_or_default()
    .to_owned()
}

/// Calls `each` with every text: the name of the object around it, its own name, and itself.
fn walk(value: &Value, parent: &str, depth: usize, each: &mut dyn FnMut(&str, &str, &str)) {
    if depth > DEPTH {
        return;
    }
    let Value::Object(members) = value else {
        if let Value::Array(items) = value {
            for item in items {
                walk(item, parent, depth + 1, each);
            }
        }
        return;
    };
    for (name, value) in members {
        match value {
            Value::String(text) => each(parent, name, text),
            Value::Array(items) => {
                for item in items {
                    match item {
                        Value::String(text) => each(parent, name, text),
                        _ => walk(item, name, depth + 1, each),
                    }
                }
            }
            _ => walk(value, name, depth + 1, each),
        }
    }
}

/// ARN of the user or role that a call creates.
pub(super) fn principal(act: &Act<'_>) -> Option<String> {
    if act.service != "iam" || !matches!(act.name, "CreateUser" | "CreateRole") {
        return None;
    }
    let created = act.response.get("user").or_else(|| act.response.get("role"))?;
    Some(created.get("arn")?.as_str()?.to_owned())
}
