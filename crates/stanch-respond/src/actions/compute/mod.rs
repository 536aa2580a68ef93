//! What actions on functions, schedules and machines are built of: calls in the region of the target, and
//! the guard against a group that terminates what is to be kept.
//!
//! It must not hold anything that only one action needs.

#[cfg(test)]
pub(crate) mod example;
pub(crate) mod isolation;

use serde_json::{Value, json};
use stanch_core::plan::{CallTemplate, Expectation, Param, Path, Read, Test};

use crate::account::{Account, Item};
use crate::action::{ActionRequest, Unplannable};

/// A call in the region of the target.
pub(crate) fn call<const N: usize>(
    request: &ActionRequest,
    service: &str,
    operation: &str,
    params: [(&str, Param); N],
) -> CallTemplate {
    CallTemplate::new(&request.target.region, service, operation, Param::object(params))
}

/// A call in the region of the target, with parameters of which some may be left out.
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

/// A list of one text as a parameter.
pub(crate) fn one_of(value: &str) -> Param {
    Param::literal(json!([value]))
}

/// Filters of EC2, each with one value.
pub(crate) fn filters<const N: usize>(filters: [(&str, &str); N]) -> Param {
    let filters = filters.map(|(name, value)| json!({"Name": name, "Values": [value]}));
    Param::Literal(Value::Array(filters.to_vec()))
}

/// That something lies at a path of a reply, and it is none of these texts.
pub(crate) fn none_of(read: &str, path: &Path, texts: &[&str]) -> Vec<Expectation> {
    let lacks = texts.iter().map(|text| Test::Lacks(json!(text)));
    let tests = std::iter::once(Test::Present).chain(lacks);
    tests
        .map(|test| Expectation::new(read, path.clone(), test))
        .collect()
}

/// The target as it was read: the listed thing with its name in a member, in its region.
pub(crate) fn listed<'a>(
    request: &ActionRequest,
    account: &'a Account,
    (service, operation, path): (&str, &str, &'static str),
    member: &str,
) -> Option<Item<'a>> {
    let mut items = account.items(service, operation, path).into_iter();
    items.find(|item| item.text(member) == request.target.name && item.region() == &request.target.region)
}

/// The target, an instance, as it was read.
///
/// # Errors
/// When it was not read: its volumes and interfaces are not known then.
pub(crate) fn instance<'a>(request: &ActionRequest, account: &'a Account) -> Result<Item<'a>, Unplannable> {
    let place = ("ec2", "DescribeInstances", "Reservations[].Instances[]");
    listed(request, account, place, "InstanceId").ok_or_else(|| {
        Unplannable::new(format!(
            "instance {} is not in what was read of the account",
            request.target.name
        ))
    })
}

/// What must be so that an Auto Scaling group does not terminate an instance that looks unhealthy to it: the instance has left
/// service, or with `kept-by` `suspend` and `group`, the group may not terminate
/// (<https://docs.aws.amazon.com/autoscaling/ec2/userguide/understand-how-suspending-processes-affects-other-processes.html>).
///
/// # Errors
/// When a word is missing or unknown.
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

/// A read of the target's place in an Auto Scaling group; it finds nothing for an instance without one.
pub(crate) fn membership(request: &ActionRequest, name: &str) -> Read {
    let ids = [("InstanceIds", one_of(&request.target.name))];
    Read::new(
        name,
        call(request, "autoscaling", "DescribeAutoScalingInstances", ids),
    )
}
