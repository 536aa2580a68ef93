//! Protects an EC2 instance against termination and stop by an API call and against terminating itself, and keeps its volumes.
//!
//! Attackers set an instance to terminate at shutdown, so that a shutdown destroys evidence. These settings do not stop Auto Scaling
//! or a Spot interruption from terminating it; on a Spot instance they can't be set at all.

use serde_json::{Value, json};
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Test, Wave, Write};

use super::compute::{call, instance, none_of, one_of};
use super::parts::{blank, text};
use crate::about::{About, Parameter};
use crate::account::{Account, Item};
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct InstanceProtect;

static ABOUT: About = About {
    name: "instance-protect",
    does: "Turn on termination and stop protection for an EC2 instance and keep its volumes.",
    targets: &["ec2-instance"],
    parameters: &[Parameter::flag(
        "stop-follows",
        "leave out stop protection, because the plan stops the instance next",
    )],
    notes: "Auto Scaling terminates a protected instance all the same: the plan moves it to standby. To stop a protected \
            instance, stop protection is turned off first.",
    steps: &["13"],
    sources: &[
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingDisableAPITermination.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-stop-protection.html",
    ],
    ..About::EMPTY
};

/// An attribute with one value: its name in the read, its name in replies and calls, and the value that protects.
type Attribute = (&'static str, &'static str, fn() -> Value);

const TERMINATION: Attribute = ("disableApiTermination", "DisableApiTermination", || json!(true));
const STOP: Attribute = ("disableApiStop", "DisableApiStop", || json!(true));
const SHUTDOWN: Attribute = (
    "instanceInitiatedShutdownBehavior",
    "InstanceInitiatedShutdownBehavior",
    || json!("stop"),
);

impl Action for InstanceProtect {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let id = request.target.name.as_str();
        let found = instance(request, account)?;
        let mut change = blank(
            &ABOUT,
            request,
            Wave::Workload,
            format!("Turn on termination and stop protection for instance {id} and keep its volumes"),
        );
        let is_spot = found.text("InstanceLifecycle") == "spot";
        if is_spot {
            change.does = format!(
                "Keep the volumes of Spot instance {id} when it terminates; AWS can't protect the instance itself"
            );
        } else {
            protect(request, &mut change, TERMINATION);
        }
        // An instance whose root is an instance store volume has no stopped state.
        if !is_spot && found.text("RootDeviceType") == "ebs" {
            // Two steps must not set one flag against each other.
            if request.values("stop-follows").is_empty() {
                protect(request, &mut change, STOP);
            }
            protect(request, &mut change, SHUTDOWN);
        }
        keep_volumes(request, &mut change, &devices(found));
        // A terminated instance takes the call and forgets it.
        let of_instance = call(request, "ec2", "DescribeInstances", [("InstanceIds", one_of(id))]);
        change.before.insert(0, Read::new("instance", of_instance));
        let state = Path::of("Reservations[].Instances[].State.Name");
        change
            .requires
            .extend(none_of("instance", &state, &["shutting-down", "terminated"]));
        if change.writes.is_empty() {
            return Err(Unplannable::new(format!(
                "instance {id} can't be protected: it is a Spot instance without volumes"
            )));
        }
        Ok(change)
    }
}

fn attribute(request: &ActionRequest, name: &str, attribute: &str) -> Read {
    let params = [
        ("InstanceId", text(&request.target.name)),
        ("Attribute", text(attribute)),
    ];
    Read::new(name, call(request, "ec2", "DescribeInstanceAttribute", params))
}

fn modify(request: &ActionRequest, name: &str, value: Param) -> Write {
    let params = [("InstanceId", text(&request.target.name)), (name, value)];
    Write::new(call(request, "ec2", "ModifyInstanceAttribute", params))
}

fn protect(request: &ActionRequest, change: &mut Change, (asked, told, protects): Attribute) {
    let after = format!("{asked}-after");
    let value = || Path::of(told).then("Value");
    let set = |value: Param| modify(request, told, Param::object([("Value", value)]));
    let differs = Expectation::new(asked, value(), Test::IsNot(protects()));
    change.before.push(attribute(request, asked, asked));
    change
        .writes
        .push(set(Param::Literal(protects())).when(differs.clone()));
    change.after.push(attribute(request, &after, asked));
    change
        .verified_by
        .push(Expectation::new(&after, value(), Test::Is(protects())));
    change.undo.push(set(Param::reply(asked, value())).when(differs));
    change.restores.push(Restored::new(asked, value()));
}

/// Returns the device names of the volumes.
fn devices(found: Item<'_>) -> Vec<String> {
    let mappings = Path::of("BlockDeviceMappings[]").find(found.value);
    let names = mappings
        .into_iter()
        .filter(|mapping| mapping["Ebs"]["VolumeId"].is_string());
    let mut names: Vec<String> = names
        .filter_map(|mapping| mapping["DeviceName"].as_str().map(str::to_owned))
        .collect();
    names.sort();
    names
}

fn keep_volumes(request: &ActionRequest, change: &mut Change, devices: &[String]) {
    const ASKED: &str = "blockDeviceMapping";
    const AFTER: &str = "blockDeviceMapping-after";
    if devices.is_empty() {
        return;
    }
    let ends = |device: &str| {
        Path::of("BlockDeviceMappings")
            .only("DeviceName", device)
            .then("Ebs.DeleteOnTermination")
    };
    let set = |device: &str, value: bool| {
        let mapping = json!([{"DeviceName": device, "Ebs": {"DeleteOnTermination": value}}]);
        let went = Expectation::new(ASKED, ends(device), Test::Is(json!(true)));
        modify(request, "BlockDeviceMappings", Param::Literal(mapping)).when(went)
    };
    change.before.push(attribute(request, ASKED, ASKED));
    change.after.push(attribute(request, AFTER, ASKED));
    for device in devices {
        change.writes.push(set(device, false));
        change
            .verified_by
            .push(Expectation::new(AFTER, ends(device), Test::Is(json!(false))));
        change.undo.push(set(device, true));
        change.restores.push(Restored::new(ASKED, ends(device)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::compute::example::{request, told, with_instance};

    fn i_1() -> ActionRequest {
        request("ec2-instance", "i-1")
    }

    #[test]
    fn only_what_protects_less_is_changed_and_put_back() {
        insta::assert_snapshot!(told(&InstanceProtect, &i_1(), &with_instance(&json!({}))), @r#"
        Workload: Turn on termination and stop protection for instance i-1 and keep its volumes
        before instance: eu-west-1 ec2 DescribeInstances {InstanceIds: ["i-1"]}
        before disableApiTermination: eu-west-1 ec2 DescribeInstanceAttribute {Attribute: "disableApiTermination", InstanceId: "i-1"}
        before disableApiStop: eu-west-1 ec2 DescribeInstanceAttribute {Attribute: "disableApiStop", InstanceId: "i-1"}
        before instanceInitiatedShutdownBehavior: eu-west-1 ec2 DescribeInstanceAttribute {Attribute: "instanceInitiatedShutdownBehavior", InstanceId: "i-1"}
        before blockDeviceMapping: eu-west-1 ec2 DescribeInstanceAttribute {Attribute: "blockDeviceMapping", InstanceId: "i-1"}
        requires instance.Reservations[].Instances[].State.Name "present"
        requires instance.Reservations[].Instances[].State.Name {"lacks":"shutting-down"}
        requires instance.Reservations[].Instances[].State.Name {"lacks":"terminated"}
        write eu-west-1 ec2 ModifyInstanceAttribute {DisableApiTermination: {Value: true}, InstanceId: "i-1"} when disableApiTermination.DisableApiTermination.Value {"is-not":true}
        write eu-west-1 ec2 ModifyInstanceAttribute {DisableApiStop: {Value: true}, InstanceId: "i-1"} when disableApiStop.DisableApiStop.Value {"is-not":true}
        write eu-west-1 ec2 ModifyInstanceAttribute {InstanceId: "i-1", InstanceInitiatedShutdownBehavior: {Value: "stop"}} when instanceInitiatedShutdownBehavior.InstanceInitiatedShutdownBehavior.Value {"is-not":"stop"}
        write eu-west-1 ec2 ModifyInstanceAttribute {BlockDeviceMappings: [{"DeviceName":"/dev/sdf","Ebs":{"DeleteOnTermination":false}}], InstanceId: "i-1"} when blockDeviceMapping.BlockDeviceMappings[](DeviceName=/dev/sdf).Ebs.DeleteOnTermination {"is":true}
        write eu-west-1 ec2 ModifyInstanceAttribute {BlockDeviceMappings: [{"DeviceName":"/dev/xvda","Ebs":{"DeleteOnTermination":false}}], InstanceId: "i-1"} when blockDeviceMapping.BlockDeviceMappings[](DeviceName=/dev/xvda).Ebs.DeleteOnTermination {"is":true}
        after disableApiTermination-after: eu-west-1 ec2 DescribeInstanceAttribute {Attribute: "disableApiTermination", InstanceId: "i-1"}
        after disableApiStop-after: eu-west-1 ec2 DescribeInstanceAttribute {Attribute: "disableApiStop", InstanceId: "i-1"}
        after instanceInitiatedShutdownBehavior-after: eu-west-1 ec2 DescribeInstanceAttribute {Attribute: "instanceInitiatedShutdownBehavior", InstanceId: "i-1"}
        after blockDeviceMapping-after: eu-west-1 ec2 DescribeInstanceAttribute {Attribute: "blockDeviceMapping", InstanceId: "i-1"}
        holds disableApiTermination-after.DisableApiTermination.Value {"is":true}
        holds disableApiStop-after.DisableApiStop.Value {"is":true}
        holds instanceInitiatedShutdownBehavior-after.InstanceInitiatedShutdownBehavior.Value {"is":"stop"}
        holds blockDeviceMapping-after.BlockDeviceMappings[](DeviceName=/dev/sdf).Ebs.DeleteOnTermination {"is":false}
        holds blockDeviceMapping-after.BlockDeviceMappings[](DeviceName=/dev/xvda).Ebs.DeleteOnTermination {"is":false}
        undo eu-west-1 ec2 ModifyInstanceAttribute {DisableApiTermination: {Value: <One disableApiTermination.DisableApiTermination.Value>}, InstanceId: "i-1"} when disableApiTermination.DisableApiTermination.Value {"is-not":true}
        undo eu-west-1 ec2 ModifyInstanceAttribute {DisableApiStop: {Value: <One disableApiStop.DisableApiStop.Value>}, InstanceId: "i-1"} when disableApiStop.DisableApiStop.Value {"is-not":true}
        undo eu-west-1 ec2 ModifyInstanceAttribute {InstanceId: "i-1", InstanceInitiatedShutdownBehavior: {Value: <One instanceInitiatedShutdownBehavior.InstanceInitiatedShutdownBehavior.Value>}} when instanceInitiatedShutdownBehavior.InstanceInitiatedShutdownBehavior.Value {"is-not":"stop"}
        undo eu-west-1 ec2 ModifyInstanceAttribute {BlockDeviceMappings: [{"DeviceName":"/dev/sdf","Ebs":{"DeleteOnTermination":true}}], InstanceId: "i-1"} when blockDeviceMapping.BlockDeviceMappings[](DeviceName=/dev/sdf).Ebs.DeleteOnTermination {"is":true}
        undo eu-west-1 ec2 ModifyInstanceAttribute {BlockDeviceMappings: [{"DeviceName":"/dev/xvda","Ebs":{"DeleteOnTermination":true}}], InstanceId: "i-1"} when blockDeviceMapping.BlockDeviceMappings[](DeviceName=/dev/xvda).Ebs.DeleteOnTermination {"is":true}
        restores disableApiTermination.DisableApiTermination.Value
        restores disableApiStop.DisableApiStop.Value
        restores instanceInitiatedShutdownBehavior.InstanceInitiatedShutdownBehavior.Value
        restores blockDeviceMapping.BlockDeviceMappings[](DeviceName=/dev/sdf).Ebs.DeleteOnTermination
        restores blockDeviceMapping.BlockDeviceMappings[](DeviceName=/dev/xvda).Ebs.DeleteOnTermination
        exact
        "#);
    }

    #[test]
    fn of_a_spot_instance_only_the_volumes_can_be_kept() {
        let told = told(
            &InstanceProtect,
            &i_1(),
            &with_instance(&json!({"InstanceLifecycle": "spot"})),
        );
        assert!(!told.contains("DisableApi") && told.contains("write eu-west-1 ec2 ModifyInstanceAttribute"));
    }

    #[test]
    fn a_machine_without_a_stopped_state_gets_no_stop_protection() {
        let store = json!({"RootDeviceType": "instance-store", "BlockDeviceMappings": []});
        let told = told(&InstanceProtect, &i_1(), &with_instance(&store));
        assert!(told.contains("DisableApiTermination") && !told.contains("DisableApiStop"));
        assert!(!told.contains("ShutdownBehavior") && !told.contains("BlockDeviceMappings"));
    }

    #[test]
    fn an_instance_that_was_not_read_is_not_planned() {
        let other = request("ec2-instance", "i-2");
        insta::assert_snapshot!(told(&InstanceProtect, &other, &with_instance(&json!({}))), @"not planned: instance i-2 was not collected");
    }
}
