//! Stops an EC2 instance, only on request: its memory and its instance store volumes are lost.
//!
//! Reversible steps come first: snapshots, network isolation, denied sessions. An Auto Scaling group terminates a stopped instance:
//! the instance must be in standby, or the group must be unable to terminate. Stop protection is turned off first and restored by undo.

use serde_json::json;
use stanch_core::plan::{
    Change, Expectation, Param, Path, Read, Restored, Reversibility, Settling, Test, Wave, Write,
};

use super::compute::{call, instance, kept_by_its_group, one_of};
use super::parts::{blank, text};
use crate::about::{About, Parameter, Stage, Undo};
use crate::account::{Account, Item};
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct InstanceStop;

static ABOUT: About = About {
    name: "instance-stop",
    does: "Stop an EC2 instance (on request only).",
    targets: &["ec2-instance"],
    parameters: &[
        Parameter::optional(
            "kept-by",
            "how its Auto Scaling group is kept from terminating it: `standby` (default) or `suspend`",
        ),
        Parameter::optional("group", "name of the Auto Scaling group, with `suspend`"),
    ],
    notes: "Capture memory first. Scripts in user data may run at the next start. The instance is never terminated.",
    stage: Stage::Child,
    steps: &["13"],
    undo: Undo::Partial,
    sources: &[
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ec2-instance-stop-start-works.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-stop-protection.html",
    ],
    ..About::EMPTY
};

/// Seconds that a stop may take: large instances take minutes to shut down.
const STOP_SECONDS: u32 = 900;

impl Action for InstanceStop {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let id = request.target.name.as_str();
        if instance(request, account)?.text("RootDeviceType") == "instance-store" {
            return Err(Unplannable::new(format!(
                "instance {id} can't be stopped, only terminated: its root device is an instance store volume"
            )));
        }
        refuse_spot(instance(request, account)?, id)?;
        let (membership, is_kept) = kept_by_its_group(request)?;
        let of = |operation: &str| call(request, "ec2", operation, [("InstanceIds", one_of(id))]);
        let protection = || Path::of("DisableApiStop.Value");
        let protect = |value: bool| {
            let value = Param::literal(json!({"Value": value}));
            let params = [("InstanceId", text(id)), ("DisableApiStop", value)];
            let was = Expectation::new("protection", protection(), Test::Is(json!(true)));
            Write::new(call(request, "ec2", "ModifyInstanceAttribute", params)).when(was)
        };
        let attribute = [("InstanceId", text(id)), ("Attribute", text("disableApiStop"))];
        let state = || Path::of("Reservations[].Instances[].State.Name");
        Ok(Change {
            before: vec![
                Read::new("instance", of("DescribeInstances")),
                Read::new("protection", call(request, "ec2", "DescribeInstanceAttribute", attribute)),
                membership,
            ],
            requires: vec![Expectation::new("instance", state(), Test::Is(json!("running"))), is_kept],
            writes: vec![protect(false), Write::new(of("StopInstances"))],
            after: vec![Read::new("instance-after", of("DescribeInstances"))],
            verified_by: vec![Expectation::new("instance-after", state(), Test::Is(json!("stopped")))],
            settles: Some(Settling { seconds: STOP_SECONDS, failed_if: Vec::new() }),
            undo: vec![Write::new(of("StartInstances")), protect(true)],
            restores: vec![Restored::new("protection", protection())],
            reversibility: Reversibility::Partial {
                remains: "memory and instance store volumes are lost, and the public IP address changes unless it is an Elastic IP"
                    .to_owned(),
            },
            loses: Some(format!("memory and instance store volumes of instance {id}")),
            undo_reopens: Some(format!("software on instance {id} runs again with the role of its instance profile")),
            ..blank(&ABOUT, request, Wave::Workload, format!("Stop instance {id}"))
        })
    }
}

/// Refuses Spot Instances: AWS stops only those of a persistent request, and none whose request is cancelled, which it must be,
/// or the request starts the instance again (<https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-interruptions.html>).
fn refuse_spot(instance: Item<'_>, id: &str) -> Result<(), Unplannable> {
    if instance.text("InstanceLifecycle") != "spot" {
        return Ok(());
    }
    Err(Unplannable::new(format!(
        "AWS does not stop Spot Instance {id} once its request is cancelled: IT KEEPS RUNNING AND COSTING, cut off from the network. \
         When its snapshots are completed, terminate it: aws ec2 terminate-instances --instance-ids {id}"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::compute::example::{request, told, with_instance};

    #[test]
    fn protection_is_taken_off_first_and_put_back_last() {
        let instance = request("ec2-instance", "i-1");
        insta::assert_snapshot!(told(&InstanceStop, &instance, &with_instance(&json!({}))), @r#"
        Workload: Stop instance i-1
        before instance: eu-west-1 ec2 DescribeInstances {InstanceIds: ["i-1"]}
        before protection: eu-west-1 ec2 DescribeInstanceAttribute {Attribute: "disableApiStop", InstanceId: "i-1"}
        before membership: eu-west-1 autoscaling DescribeAutoScalingInstances {InstanceIds: ["i-1"]}
        requires instance.Reservations[].Instances[].State.Name {"is":"running"}
        requires membership.AutoScalingInstances[].LifecycleState {"lacks":"InService"}
        write eu-west-1 ec2 ModifyInstanceAttribute {DisableApiStop: {"Value":false}, InstanceId: "i-1"} when protection.DisableApiStop.Value {"is":true}
        write eu-west-1 ec2 StopInstances {InstanceIds: ["i-1"]}
        after instance-after: eu-west-1 ec2 DescribeInstances {InstanceIds: ["i-1"]}
        holds instance-after.Reservations[].Instances[].State.Name {"is":"stopped"}
        undo eu-west-1 ec2 StartInstances {InstanceIds: ["i-1"]}
        undo eu-west-1 ec2 ModifyInstanceAttribute {DisableApiStop: {"Value":true}, InstanceId: "i-1"} when protection.DisableApiStop.Value {"is":true}
        restores protection.DisableApiStop.Value
        partial: memory and instance store volumes are lost, and the public IP address changes unless it is an Elastic IP
        loses memory and instance store volumes of instance i-1
        undo frees software on instance i-1 runs again with the role of its instance profile
        "#);
    }

    #[test]
    fn a_spot_instance_is_not_promised_to_stop() {
        let spot = with_instance(&json!({"InstanceLifecycle": "spot"}));
        let told = told(&InstanceStop, &request("ec2-instance", "i-1"), &spot);
        assert!(
            told.starts_with("not planned: AWS does not stop Spot Instance i-1")
                && told.contains("KEEPS RUNNING AND COSTING"),
            "{told}"
        );
    }

    #[test]
    fn a_machine_that_has_no_stopped_state_is_not_planned() {
        let store = with_instance(&json!({"RootDeviceType": "instance-store"}));
        insta::assert_snapshot!(told(&InstanceStop, &request("ec2-instance", "i-1"), &store), @"not planned: instance i-1 can't be stopped, only terminated: its root device is an instance store volume");
    }
}
