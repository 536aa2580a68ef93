//! Moves an EC2 instance of an Auto Scaling group to standby: the group no longer checks or terminates it.
//!
//! The group launches a replacement from the same template, unless its size is reduced by one. Ending standby raises the desired
//! capacity by one in either case (`ExitStandby`): that is exact only if it was reduced before.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Reversibility, Test, Wave, Write};

use super::compute::{call, membership, none_of, one_of};
use super::parts::{blank, text};
use crate::about::{About, Parameter, Undo};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct InstanceStandby;

static ABOUT: About = About {
    name: "instance-standby",
    does: "Move an EC2 instance of an Auto Scaling group to standby.",
    targets: &["ec2-instance"],
    parameters: &[
        Parameter::required("group", "name of the Auto Scaling group"),
        Parameter::optional(
            "replacement",
            "`yes` lets the group launch a replacement (default); `no` reduces its size by one",
        ),
    ],
    notes: "The load balancers of the group also stop sending requests to the instance. If the attacker made the template of the \
            group, stop the group first (auto-scaling-stop), or it launches the next one. An instance in standby keeps costing.",
    steps: &["13"],
    undo: Undo::Partial,
    sources: &[
        "https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-enter-exit-standby.html",
        "https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ExitStandby.html",
    ],
    ..About::EMPTY
};

/// States in which the group still checks or terminates the instance.
const CHECKED: [&str; 5] = [
    "InService",
    "Terminated",
    "Terminating",
    "Terminating:Proceed",
    "Terminating:Wait",
];

impl Action for InstanceStandby {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let (id, group) = (request.target.name.as_str(), request.value("group")?);
        let replaced = is_replaced(request)?;
        if !replaced {
            can_shrink(request, account, group)?;
        }
        let enter = [
            ("AutoScalingGroupName", text(group)),
            ("InstanceIds", one_of(id)),
            ("ShouldDecrementDesiredCapacity", Param::literal(!replaced)),
        ];
        let exit = [("AutoScalingGroupName", text(group)), ("InstanceIds", one_of(id))];
        let describe = call(
            request,
            "autoscaling",
            "DescribeAutoScalingGroups",
            [("AutoScalingGroupNames", one_of(group))],
        );
        let state = || Path::of("AutoScalingInstances[].LifecycleState");
        let served = Expectation::new("membership", state(), Test::Is(json!("InService")));
        let member_of = Expectation::new(
            "membership",
            Path::of("AutoScalingInstances[].AutoScalingGroupName"),
            Test::Is(json!(group)),
        );
        let mut restores = vec![Restored::new("membership", state())];
        let reversibility = if replaced {
            Reversibility::Partial {
                remains: format!(
                    "Auto Scaling group {group} has a desired capacity one higher than before, because of the replacement"
                ),
            }
        } else {
            let wanted = Path::of("AutoScalingGroups[].DesiredCapacity");
            restores.push(Restored::new("group", wanted));
            Reversibility::Exact
        };
        let then = if replaced {
            "launches a replacement"
        } else {
            "is reduced by one"
        };
        Ok(Change {
            before: vec![membership(request, "membership"), Read::new("group", describe)],
            requires: vec![served, member_of],
            writes: vec![Write::new(call(request, "autoscaling", "EnterStandby", enter))],
            after: vec![membership(request, "membership-after")],
            verified_by: none_of("membership-after", &state(), &CHECKED),
            // Refused with this code if the instance is not in standby; the check afterwards compares its state.
            undo: vec![
                Write::new(call(request, "autoscaling", "ExitStandby", exit)).fine_if("ValidationError"),
            ],
            restores,
            reversibility,
            ..blank(
                &ABOUT,
                request,
                Wave::Workload,
                format!("Move instance {id} to standby; Auto Scaling group {group} {then}"),
            )
        })
    }
}

/// Returns whether the group launches a replacement.
fn is_replaced(request: &ActionRequest) -> Result<bool, Unplannable> {
    match request
        .values("replacement")
        .first()
        .map_or("yes", String::as_str)
    {
        "yes" => Ok(true),
        "no" => Ok(false),
        other => Err(Unplannable::new(format!(
            "replacement is {}: it must be yes or no",
            stanch_core::text::shown(other, 40)
        ))),
    }
}

/// Checks that the group can shrink by one: it refuses to fall below its minimum size.
fn can_shrink(request: &ActionRequest, account: &Account, group: &str) -> Result<(), Unplannable> {
    let groups = account.items("autoscaling", "DescribeAutoScalingGroups", "AutoScalingGroups[]");
    let found = groups
        .into_iter()
        .find(|found| found.text("AutoScalingGroupName") == group && found.region() == &request.target.region)
        .ok_or_else(|| Unplannable::new(format!("Auto Scaling group {group} was not collected")))?;
    let number = |name: &str| found.value.get(name).and_then(serde_json::Value::as_i64);
    if number("DesiredCapacity") > number("MinSize") {
        return Ok(());
    }
    Err(Unplannable::new(format!(
        "Auto Scaling group {group} is at its minimum size: use replacement=yes, or suspend it with auto-scaling-stop"
    )))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::actions::compute::example::{account, answered, request, told};

    fn i_1() -> ActionRequest {
        request("ec2-instance", "i-1").with("group", ["web".to_owned()])
    }

    fn with(least: i64) -> Account {
        let group = json!({"AutoScalingGroupName": "web", "DesiredCapacity": 2, "MinSize": least});
        let body = json!({"AutoScalingGroups": [group]});
        account([answered(
            "autoscaling",
            "DescribeAutoScalingGroups",
            Value::Null,
            body,
        )])
    }

    #[test]
    fn a_group_that_replaces_the_machine_is_one_larger_after_undo() {
        insta::assert_snapshot!(told(&InstanceStandby, &i_1(), &account([])), @r#"
        Workload: Move instance i-1 to standby; Auto Scaling group web launches a replacement
        before membership: eu-west-1 autoscaling DescribeAutoScalingInstances {InstanceIds: ["i-1"]}
        before group: eu-west-1 autoscaling DescribeAutoScalingGroups {AutoScalingGroupNames: ["web"]}
        requires membership.AutoScalingInstances[].LifecycleState {"is":"InService"}
        requires membership.AutoScalingInstances[].AutoScalingGroupName {"is":"web"}
        write eu-west-1 autoscaling EnterStandby {AutoScalingGroupName: "web", InstanceIds: ["i-1"], ShouldDecrementDesiredCapacity: false}
        after membership-after: eu-west-1 autoscaling DescribeAutoScalingInstances {InstanceIds: ["i-1"]}
        holds membership-after.AutoScalingInstances[].LifecycleState "present"
        holds membership-after.AutoScalingInstances[].LifecycleState {"lacks":"InService"}
        holds membership-after.AutoScalingInstances[].LifecycleState {"lacks":"Terminated"}
        holds membership-after.AutoScalingInstances[].LifecycleState {"lacks":"Terminating"}
        holds membership-after.AutoScalingInstances[].LifecycleState {"lacks":"Terminating:Proceed"}
        holds membership-after.AutoScalingInstances[].LifecycleState {"lacks":"Terminating:Wait"}
        undo eu-west-1 autoscaling ExitStandby {AutoScalingGroupName: "web", InstanceIds: ["i-1"]} fine if ValidationError
        restores membership.AutoScalingInstances[].LifecycleState
        partial: Auto Scaling group web has a desired capacity one higher than before, because of the replacement
        "#);
    }

    #[test]
    fn a_group_that_shrinks_by_one_is_what_it_was_after_undo() {
        let alone = i_1().with("replacement", ["no".to_owned()]);
        let told_of = told(&InstanceStandby, &alone, &with(1));
        assert!(told_of.contains("ShouldDecrementDesiredCapacity: true") && told_of.contains("\nexact\n"));
        insta::assert_snapshot!(told(&InstanceStandby, &alone, &with(2)), @"not planned: Auto Scaling group web is at its minimum size: use replacement=yes, or suspend it with auto-scaling-stop");
    }
}
