//! Creates EBS snapshots of all volumes of an EC2 instance at one moment: that of the call, not of the end of the copy.
//!
//! A snapshot that AWS lists can still end in error, when the key of its volume is disabled: it counts once it is completed.
//!
//! One call covers all volumes, so that they are consistent. It has no token that would make it safe to send twice: the snapshots are
//! found by a tag, and the call is sent only while the instance has the volumes of the plan, because the check afterwards looks for a
//! snapshot of each of them. Instance store volumes are in no snapshot.

use serde_json::{Value, json};
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Reversibility, Settling, Test, Wave, Write};

use super::compute::{call, filters, instance};
use super::parts::blank;
use crate::about::{About, Parameter, Undo};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct InstanceSnapshot;

static ABOUT: About = About {
    name: "instance-snapshot",
    does: "Create EBS snapshots of all volumes of an EC2 instance.",
    targets: &["ec2-instance"],
    parameters: &[Parameter::optional(
        "mark",
        "value of the tag; the planner makes a random one, the instance id if not given",
    )],
    notes: "Runs before the network is cut and before anything is stopped. Instance store volumes are not included. Snapshots cost \
            money and stay after undo: they are evidence.",
    steps: &["13"],
    undo: Undo::Partial,
    sources: &[
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshots.html",
        "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-creating-snapshot.html",
    ],
    ..About::EMPTY
};

/// Seconds that a copy may take: large volumes take hours, and what needs the snapshots waits for them.
const COPY_SECONDS: u32 = 4 * 3_600;

/// Tag by which the snapshots are found. Its name says nothing of an incident.
const TAG: &str = "stanch-mark";

impl Action for InstanceSnapshot {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let id = request.target.name.as_str();
        let mark = request.values("mark").first().map_or(id, String::as_str);
        let mut volumes: Vec<Value> = Path::of("BlockDeviceMappings[].Ebs.VolumeId")
            .find(instance(request, account)?.value)
            .into_iter()
            .cloned()
            .collect();
        volumes.sort_by_cached_key(Value::to_string);
        if volumes.is_empty() {
            return Err(Unplannable::new(format!("instance {id} has no EBS volumes")));
        }
        let create = [
            ("InstanceSpecification", Param::literal(json!({"InstanceId": id}))),
            ("Description", Param::literal(format!("Volumes of {id}"))),
            (
                "TagSpecifications",
                Param::literal(json!([{"ResourceType": "snapshot", "Tags": [{"Key": TAG, "Value": mark}]}])),
            ),
        ];
        let tag = format!("tag:{TAG}");
        let describe = [
            ("OwnerIds", Param::literal(json!(["self"]))),
            ("Filters", filters([(tag.as_str(), mark)])),
        ];
        let attached = [("Filters", filters([("attachment.instance-id", id)]))];
        Ok(Change {
            before: vec![Read::new(
                "volumes",
                call(request, "ec2", "DescribeVolumes", attached),
            )],
            requires: vec![Expectation::new(
                "volumes",
                Path::of("Volumes[].VolumeId"),
                Test::All(volumes.clone()),
            )],
            writes: vec![Write::new(call(request, "ec2", "CreateSnapshots", create))],
            once: true,
            after: vec![Read::new(
                "snapshots",
                call(request, "ec2", "DescribeSnapshots", describe),
            )],
            verified_by: each_is(&volumes, &Test::Includes(json!("completed"))),
            settles: Some(Settling {
                seconds: COPY_SECONDS,
                failed_if: each_is(&volumes, &Test::Each(json!("error"))),
            }),
            reversibility: Reversibility::Partial {
                remains: "the snapshots stay as evidence, and cost money until someone deletes them"
                    .to_owned(),
            },
            ..blank(
                &ABOUT,
                request,
                Wave::Workload,
                format!("Create EBS snapshots of all volumes of instance {id}"),
            )
        })
    }
}

/// Returns the test of the state of each volume's snapshot.
fn each_is(volumes: &[Value], test: &Test) -> Vec<Expectation> {
    let names = volumes.iter().filter_map(Value::as_str);
    let state = |volume| Path::of("Snapshots").only("VolumeId", volume).then("State");
    names
        .map(|volume| Expectation::new("snapshots", state(volume), test.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::compute::example::{request, told, with_instance};

    #[test]
    fn one_call_for_all_volumes_and_a_snapshot_of_each_is_looked_for() {
        let marked = request("ec2-instance", "i-1").with("mark", ["m7".to_owned()]);
        insta::assert_snapshot!(told(&InstanceSnapshot, &marked, &with_instance(&json!({}))), @r#"
        Workload: Create EBS snapshots of all volumes of instance i-1
        before volumes: eu-west-1 ec2 DescribeVolumes {Filters: [{"Name":"attachment.instance-id","Values":["i-1"]}]}
        requires volumes.Volumes[].VolumeId {"all":["vol-1","vol-2"]}
        write eu-west-1 ec2 CreateSnapshots {Description: "Volumes of i-1", InstanceSpecification: {"InstanceId":"i-1"}, TagSpecifications: [{"ResourceType":"snapshot","Tags":[{"Key":"stanch-mark","Value":"m7"}]}]}
        after snapshots: eu-west-1 ec2 DescribeSnapshots {Filters: [{"Name":"tag:stanch-mark","Values":["m7"]}], OwnerIds: ["self"]}
        holds snapshots.Snapshots[](VolumeId=vol-1).State {"includes":"completed"}
        holds snapshots.Snapshots[](VolumeId=vol-2).State {"includes":"completed"}
        partial: the snapshots stay as evidence, and cost money until someone deletes them
        "#);
    }

    #[test]
    fn a_machine_without_volumes_is_not_planned() {
        let bare = with_instance(&json!({"BlockDeviceMappings": []}));
        insta::assert_snapshot!(told(&InstanceSnapshot, &request("ec2-instance", "i-1"), &bare), @"not planned: instance i-1 has no EBS volumes");
    }
}
