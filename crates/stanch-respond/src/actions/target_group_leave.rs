//! Deregisters an EC2 instance from a target group of a load balancer.
//!
//! An Auto Scaling group that uses load balancer health checks terminates an instance that is no longer registered: the instance must be
//! in standby, or the group must be unable to terminate. Targets are named by id and port; both must be sent, or the instance stays
//! registered under its other port.

use serde_json::{Value, json};
use stanch_core::plan::{Change, Expectation, Param, Part, Path, Read, Restored, Test, Wave, Write};

use super::compute::{call, instance, kept_by_its_group, none_of};
use super::parts::{blank, text};
use crate::about::{About, Parameter};
use crate::account::{Account, Item};
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct TargetGroupLeave;

static ABOUT: About = About {
    name: "target-group-leave",
    does: "Deregister an EC2 instance from a load balancer target group.",
    targets: &["ec2-instance"],
    parameters: &[
        Parameter::required("target-group", "ARN of the target group"),
        Parameter::optional(
            "kept-by",
            "how its Auto Scaling group is kept from terminating it: `standby` (default) or `suspend`",
        ),
        Parameter::optional("group", "name of the Auto Scaling group, with `suspend`"),
    ],
    notes: "Open connections end with the deregistration delay of the target group, 300 seconds by default.",
    steps: &["13"],
    sources: &[
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeregisterTargets.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html",
    ],
    ..About::EMPTY
};

/// Health states of registered targets.
const STATES: [&str; 5] = [
    "healthy",
    "initial",
    "unavailable",
    "unhealthy",
    "unhealthy.draining",
];
/// Reasons why a registered target is unused.
const UNUSED: [&str; 3] = ["Target.InvalidState", "Target.IpUnusable", "Target.NotInUse"];

impl Action for TargetGroupLeave {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let (id, group) = (request.target.name.as_str(), request.value("target-group")?);
        let registered = registered(request, account, group)?;
        let (membership, is_kept) = kept_by_its_group(request)?;
        let of = |operation: &str| {
            let targets = Param::Literal(Value::Array(registered.clone()));
            let params = [("TargetGroupArn", text(group)), ("Targets", targets)];
            call(request, "elbv2", operation, params)
        };
        let all = call(
            request,
            "elbv2",
            "DescribeTargetHealth",
            [("TargetGroupArn", text(group))],
        );
        let health = Path::of("TargetHealthDescriptions[].TargetHealth");
        let state = none_of("target-after", &health.clone().then("State"), &STATES);
        let reason = UNUSED
            .map(|reason| Test::Lacks(json!(reason)))
            .map(|test| Expectation::new("target-after", health.clone().then("Reason"), test));
        let ids = registered.iter().filter_map(|target| target["Id"].as_str());
        Ok(Change {
            before: vec![membership, Read::new("targets", all)],
            requires: vec![is_kept],
            writes: vec![Write::new(of("DeregisterTargets"))],
            after: vec![Read::new("target-after", of("DescribeTargetHealth"))],
            verified_by: state.into_iter().chain(reason).collect(),
            undo: vec![Write::new(of("RegisterTargets"))],
            restores: ids
                .flat_map(|id| ["Id", "Port"].map(|member| Restored::new("targets", target(id, member))))
                .collect(),
            undo_reopens: Some(format!("clients of the load balancer reach instance {id} again")),
            ..blank(
                &ABOUT,
                request,
                Wave::Workload,
                format!("Deregister instance {id} from target group {group}"),
            )
        })
    }
}

/// Returns the path of a member of a target.
fn target(id: &str, member: &'static str) -> Path {
    let mut path = Path::of("TargetHealthDescriptions[].Target");
    path.0.push(Part::Where {
        member: "Id".to_owned(),
        is: id.to_owned(),
    });
    path.then(member)
}

/// Returns the targets of an instance in a target group: by its id or by its addresses.
fn registered(request: &ActionRequest, account: &Account, group: &str) -> Result<Vec<Value>, Unplannable> {
    let names = names(request, instance(request, account)?);
    let path = "TargetHealthDescriptions[].Target";
    let targets = account.items("elbv2", "DescribeTargetHealth", path);
    let here = |target: &Item<'_>| {
        let of_group = target.asked("TargetGroupArn") == group && target.region() == &request.target.region;
        of_group && names.iter().any(|name| name == target.text("Id"))
    };
    let mut found: Vec<Value> = targets
        .into_iter()
        .filter(here)
        .map(|target| target.value.clone())
        .collect();
    found.sort_by_cached_key(Value::to_string);
    if found.is_empty() {
        return Err(Unplannable::new(format!(
            "no target of instance {} was collected in target group {group}",
            request.target.name
        )));
    }
    Ok(found)
}

fn names(request: &ActionRequest, found: Item<'_>) -> Vec<String> {
    let addresses = Path::of("NetworkInterfaces[].PrivateIpAddresses[].PrivateIpAddress").find(found.value);
    let addresses = addresses.into_iter().filter_map(Value::as_str).map(str::to_owned);
    std::iter::once(request.target.name.clone())
        .chain(addresses)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::compute::example::{answered, request, told, with_instance};

    const GROUP: &str = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/1";

    fn with(targets: &Value) -> Account {
        let known = with_instance(&json!({}));
        let instances: Vec<_> = known.readings("ec2", "DescribeInstances").cloned().collect();
        let body = json!({"TargetHealthDescriptions": targets});
        let health = answered(
            "elbv2",
            "DescribeTargetHealth",
            json!({"TargetGroupArn": GROUP}),
            body,
        );
        crate::actions::compute::example::account(instances.into_iter().chain([health]))
    }

    fn i_1() -> ActionRequest {
        request("ec2-instance", "i-1").with("target-group", [GROUP.to_owned()])
    }

    #[test]
    fn a_machine_leaves_under_each_of_its_ports() {
        let targets = json!([
            {"Target": {"Id": "i-1", "Port": 8443}},
            {"Target": {"Id": "i-2", "Port": 80}},
            {"Target": {"Id": "10.0.1.5", "Port": 80}}
        ]);
        insta::assert_snapshot!(told(&TargetGroupLeave, &i_1(), &with(&targets)), @r#"
        Workload: Deregister instance i-1 from target group arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/1
        before membership: eu-west-1 autoscaling DescribeAutoScalingInstances {InstanceIds: ["i-1"]}
        before targets: eu-west-1 elbv2 DescribeTargetHealth {TargetGroupArn: "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/1"}
        requires membership.AutoScalingInstances[].LifecycleState {"lacks":"InService"}
        write eu-west-1 elbv2 DeregisterTargets {TargetGroupArn: "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/1", Targets: [{"Id":"10.0.1.5","Port":80},{"Id":"i-1","Port":8443}]}
        after target-after: eu-west-1 elbv2 DescribeTargetHealth {TargetGroupArn: "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/1", Targets: [{"Id":"10.0.1.5","Port":80},{"Id":"i-1","Port":8443}]}
        holds target-after.TargetHealthDescriptions[].TargetHealth.State "present"
        holds target-after.TargetHealthDescriptions[].TargetHealth.State {"lacks":"healthy"}
        holds target-after.TargetHealthDescriptions[].TargetHealth.State {"lacks":"initial"}
        holds target-after.TargetHealthDescriptions[].TargetHealth.State {"lacks":"unavailable"}
        holds target-after.TargetHealthDescriptions[].TargetHealth.State {"lacks":"unhealthy"}
        holds target-after.TargetHealthDescriptions[].TargetHealth.State {"lacks":"unhealthy.draining"}
        holds target-after.TargetHealthDescriptions[].TargetHealth.Reason {"lacks":"Target.InvalidState"}
        holds target-after.TargetHealthDescriptions[].TargetHealth.Reason {"lacks":"Target.IpUnusable"}
        holds target-after.TargetHealthDescriptions[].TargetHealth.Reason {"lacks":"Target.NotInUse"}
        undo eu-west-1 elbv2 RegisterTargets {TargetGroupArn: "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/1", Targets: [{"Id":"10.0.1.5","Port":80},{"Id":"i-1","Port":8443}]}
        restores targets.TargetHealthDescriptions[].Target(Id=10.0.1.5).Id
        restores targets.TargetHealthDescriptions[].Target(Id=10.0.1.5).Port
        restores targets.TargetHealthDescriptions[].Target(Id=i-1).Id
        restores targets.TargetHealthDescriptions[].Target(Id=i-1).Port
        exact
        undo frees clients of the load balancer reach instance i-1 again
        "#);
    }

    #[test]
    fn a_machine_that_is_not_there_is_not_planned() {
        let others = json!([{"Target": {"Id": "i-2", "Port": 80}}]);
        assert!(told(&TargetGroupLeave, &i_1(), &with(&others)).starts_with("not planned"));
    }

    #[test]
    fn a_group_that_can_not_end_machines_will_do() {
        let suspended = i_1()
            .with("kept-by", ["suspend".to_owned()])
            .with("group", ["web".to_owned()]);
        let targets = json!([{"Target": {"Id": "i-1", "Port": 80}}]);
        let told = told(&TargetGroupLeave, &suspended, &with(&targets));
        assert!(told.contains(
            r#"requires group.AutoScalingGroups[].SuspendedProcesses[].ProcessName {"includes":"Terminate"}"#
        ));
    }
}
