//! Machines that came of what starts machines: a group, a spot request, a fleet.
//!
//! Whoever made the parent made them, though a service launched them. It must not follow names: only what EC2 itself writes on a
//! machine counts.

use serde_json::Value;

use super::reach::Thing;
use super::state::State;

/// What starts machines.
const PARENTS: [&str; 5] = [
    "CreateAutoScalingGroup",
    "CreateFleet",
    "RequestSpotFleet",
    "RequestSpotInstances",
    "UpdateAutoScalingGroup",
];

/// Tags by which AWS says what a machine came of: names of tags that begin with `aws:` can't be set by users
/// (<https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html>).
const TAGS: [&str; 3] = [
    "aws:autoscaling:groupName",
    "aws:ec2:fleet-id",
    "aws:ec2spot:fleet-request-id",
];

/// The machines that came of a thing, by id; none for what starts no machines.
pub(super) fn machines(state: &State, thing: &Thing) -> Vec<String> {
    if !PARENTS.contains(&thing.call.as_str()) {
        return Vec::new();
    }
    let is_named = |text: &str| {
        let mut names = thing.names.iter();
        names.any(|name| name == text || name.rsplit('/').next() == Some(text))
    };
    let came_of = |machine: &Value| {
        let tags = machine
            .get("Tags")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let text = |value: &Value, member: &str| value.get(member).and_then(Value::as_str).map(str::to_owned);
        let mut by_tag = tags.filter(|tag| text(tag, "Key").is_some_and(|key| TAGS.contains(&key.as_str())));
        by_tag.any(|tag| text(tag, "Value").is_some_and(|value| is_named(&value)))
            || text(machine, "SpotInstanceRequestId").is_some_and(|request| is_named(&request))
    };
    let requests = state
        .account
        .items("ec2", "DescribeSpotInstanceRequests", "SpotInstanceRequests[]");
    let requested: Vec<&str> = requests
        .iter()
        .filter(|request| is_named(request.text("SpotInstanceRequestId")))
        .map(|request| request.text("InstanceId"))
        .collect();
    let all = state
        .account
        .items("ec2", "DescribeInstances", "Reservations[].Instances[]");
    let found = all.into_iter().filter(|item| {
        let id = item.text("InstanceId");
        let is_told = requested.contains(&id) || thing.names.iter().any(|name| name == id);
        item.region() == &thing.region && (is_told || came_of(item.value))
    });
    found.map(|item| item.text("InstanceId").to_owned()).collect()
}
