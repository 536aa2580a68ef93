//! Instances that an Auto Scaling group, a Spot request or a fleet launched.
//!
//! They count as created by whoever created the group, request or fleet, though a service launched them. It must not follow
//! names: only what EC2 itself writes on an instance counts.

use serde_json::Value;

use super::AffectedResource;
use super::inventory::Inventory;

/// Calls that create or change what launches instances.
const LAUNCHERS: [&str; 5] = [
    "CreateAutoScalingGroup",
    "CreateFleet",
    "RequestSpotFleet",
    "RequestSpotInstances",
    "UpdateAutoScalingGroup",
];

/// Tags by which AWS marks what launched an instance: users can't set tags that begin with `aws:`
/// (<https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html>).
const TAGS: [&str; 3] = [
    "aws:autoscaling:groupName",
    "aws:ec2:fleet-id",
    "aws:ec2spot:fleet-request-id",
];

/// Returns the ids of the instances that a resource launched; none for a resource that launches no instances.
pub(super) fn instances(inventory: &Inventory<'_>, affected: &AffectedResource) -> Vec<String> {
    if !LAUNCHERS.contains(&affected.call.as_str()) {
        return Vec::new();
    }
    let is_named = |text: &str| {
        let mut names = affected.names.iter();
        names.any(|name| name == text || name.rsplit('/').next() == Some(text))
    };
    let is_marked = |instance: &Value| {
        let tags = instance.get("Tags").and_then(Value::as_array);
        let text = |value: &Value, member: &str| value.get(member).and_then(Value::as_str).map(str::to_owned);
        let mut by_tag = tags
            .into_iter()
            .flatten()
            .filter(|tag| text(tag, "Key").is_some_and(|key| TAGS.contains(&key.as_str())));
        by_tag.any(|tag| text(tag, "Value").is_some_and(|value| is_named(&value)))
            || text(instance, "SpotInstanceRequestId").is_some_and(|request| is_named(&request))
    };
    let account = inventory.account;
    let requests = account.items("ec2", "DescribeSpotInstanceRequests", "SpotInstanceRequests[]");
    let requested: Vec<&str> = requests
        .iter()
        .filter(|request| is_named(request.text("SpotInstanceRequestId")))
        .map(|request| request.text("InstanceId"))
        .collect();
    let all = account.items("ec2", "DescribeInstances", "Reservations[].Instances[]");
    let launched = all.into_iter().filter(|item| {
        let id = item.text("InstanceId");
        let is_listed = requested.contains(&id) || affected.names.iter().any(|name| name == id);
        item.region() == &affected.region && (is_listed || is_marked(item.value))
    });
    launched.map(|item| item.text("InstanceId").to_owned()).collect()
}
