//! Parts of actions on functions, schedules and instances: calls in the region of the target, and the guard against an Auto
//! Scaling group that terminates an instance that must be kept.
//!
//! It must not hold anything that only one action needs.

#[cfg(test)]
pub(crate) mod example;
pub(crate) mod isolation;

use serde_json::{Value, json};
use stanch_core::plan::{CallTemplate, Expectation, Param, Path, Read, Test};

use crate::account::{Account, Item};
use crate::action::{ActionRequest, Unplannable};

/// Returns a call in the region of the target.
pub(crate) fn call<const N: usize>(
    request: &ActionRequest,
    service: &str,
    operation: &str,
    params: [(&str, Param); N],
) -> CallTemplate {
    CallTemplate::new(&request.target.region, service, operation, Param::object(params))
}

/// Returns a call in the region of the target, with optional parameters.
pub(crate) fn call_with(
    request: &ActionRequest,
    service: &str,
    operation: &str,
    params: impl IntoIterator<Item = (&'static str, Param)>,
) -> CallTemplate {
    let params = params.into_iter().map(|(name, param)| (name.to_owned(), param));
    CallTemplate::new(
        &request.target.region,
        service,
        operation,
        Param::Object(params.collect()),
    )
}

/// Returns a list of one text as a parameter.
pub(crate) fn one_of(value: &str) -> Param {
    Param::literal(json!([value]))
}

/// Returns EC2 filters, each with one value.
pub(crate) fn filters<const N: usize>(filters: [(&str, &str); N]) -> Param {
    let filters = filters.map(|(name, value)| json!({"Name": name, "Values": [value]}));
    Param::Literal(Value::Array(filters.to_vec()))
}

/// Expects a value at a path of a reply, and none of these texts.
pub(crate) fn none_of(read: &str, path: &Path, texts: &[&str]) -> Vec<Expectation> {
    let lacks = texts.iter().map(|text| Test::Lacks(json!(text)));
    let tests = std::iter::once(Test::Present).chain(lacks);
    tests
        .map(|test| Expectation::new(read, path.clone(), test))
        .collect()
}

/// Returns the target as collected: the listed resource with its name in a member, in its region.
pub(crate) fn listed<'a>(
    request: &ActionRequest,
    account: &'a Account,
    (service, operation, path): (&str, &str, &'static str),
    member: &str,
) -> Option<Item<'a>> {
    let mut items = account.items(service, operation, path).into_iter();
    items.find(|item| item.text(member) == request.target.name && item.region() == &request.target.region)
}

/// Returns the target, an instance, as collected.
///
/// # Errors
/// When it was not collected: its volumes and interfaces are unknown.
pub(crate) fn instance<'a>(request: &ActionRequest, account: &'a Account) -> Result<Item<'a>, Unplannable> {
    let place = ("ec2", "DescribeInstances", "Reservations[].Instances[]");
    listed(request, account, place, "InstanceId")
        .ok_or_else(|| Unplannable::new(format!("instance {} was not collected", request.target.name)))
}

/// Returns the precondition that keeps an Auto Scaling group from terminating an instance that looks unhealthy: the instance has
/// left service, or with `kept-by` `suspend` and `group`, the group can't terminate instances
/// (<https://docs.aws.amazon.com/autoscaling/ec2/userguide/understand-how-suspending-processes-affects-other-processes.html>).
///
/// # Errors
/// When a parameter is missing or unknown.
pub(crate) fn kept_by_its_group(request: &ActionRequest) -> Result<(Read, Expectation), Unplannable> {
    match request
        .values("kept-by")
        .first()
        .map_or("standby", String::as_str)
    {
        "standby" => {
            let expectation = Expectation::new(
                "membership",
                Path::of("AutoScalingInstances[].LifecycleState"),
                Test::Lacks(json!("InService")),
            );
            Ok((membership(request, "membership"), expectation))
        }
        "suspend" => {
            let name = [("AutoScalingGroupNames", one_of(request.value("group")?))];
            let read = Read::new(
                "group",
                call(request, "autoscaling", "DescribeAutoScalingGroups", name),
            );
            let path = Path::of("AutoScalingGroups[].SuspendedProcesses[].ProcessName");
            let expectation = Expectation::new("group", path, Test::Includes(json!("Terminate")));
            Ok((read, expectation))
        }
        other => Err(Unplannable::new(format!(
            "kept-by is {}: it must be standby or suspend",
            stanch_core::text::shown(other, 40)
        ))),
    }
}

/// Returns a read of the target's membership in an Auto Scaling group; it finds nothing for an instance without one.
pub(crate) fn membership(request: &ActionRequest, name: &str) -> Read {
    let ids = [("InstanceIds", one_of(&request.target.name))];
    Read::new(
        name,
        call(request, "autoscaling", "DescribeAutoScalingInstances", ids),
    )
}
