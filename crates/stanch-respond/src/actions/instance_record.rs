//! Saves the description of an EC2 instance as evidence before it is changed. Nothing is sent that changes it.
//!
//! User data and console output may hold secrets: of user data the journal keeps the hash, of the console output everything except
//! what looks like a secret. Data that AWS does not report, memory above all, is not included.

use stanch_core::plan::{Change, Expectation, Param, Path, Read, Test, Wave};

use super::compute::{call, filters, membership, one_of};
use super::parts::{blank, text};
use crate::about::About;
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct InstanceRecord;

static ABOUT: About = About {
    name: "instance-record",
    does: "Save the description of an EC2 instance as evidence (read only).",
    targets: &["ec2-instance"],
    notes: "Runs before every other step on the instance. The console output is read last, because a responder may be denied it \
            and allowed everything else.",
    steps: &["13"],
    sources: &[
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html",
    ],
    ..About::EMPTY
};

/// Attributes that `DescribeInstances` does not report.
const ATTRIBUTES: [(&str, &str); 4] = [
    ("user-data", "userData"),
    ("termination-protection", "disableApiTermination"),
    ("stop-protection", "disableApiStop"),
    ("shutdown", "instanceInitiatedShutdownBehavior"),
];

impl Action for InstanceRecord {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, _account: &Account) -> Result<Change, Unplannable> {
        let id = request.target.name.as_str();
        let read = |name, operation: &str, params: [(&str, Param); 1]| {
            Read::new(name, call(request, "ec2", operation, params))
        };
        let by = |filter| [("Filters", filters([(filter, id)]))];
        let mut before = vec![
            read("instance", "DescribeInstances", [("InstanceIds", one_of(id))]),
            read("volumes", "DescribeVolumes", by("attachment.instance-id")),
            read(
                "interfaces",
                "DescribeNetworkInterfaces",
                by("attachment.instance-id"),
            ),
            read(
                "profile",
                "DescribeIamInstanceProfileAssociations",
                by("instance-id"),
            ),
        ];
        before.extend(ATTRIBUTES.map(|(name, attribute)| {
            let params = [("InstanceId", text(id)), ("Attribute", text(attribute))];
            Read::new(name, call(request, "ec2", "DescribeInstanceAttribute", params))
        }));
        before.push(membership(request, "membership"));
        before.push(read("console", "GetConsoleOutput", [("InstanceId", text(id))]));
        Ok(Change {
            before,
            requires: vec![Expectation::new(
                "instance",
                Path::of("Reservations[].Instances[].InstanceId"),
                Test::Present,
            )],
            ..blank(
                &ABOUT,
                request,
                Wave::Workload,
                format!("Save the description of instance {id} as evidence (read only)"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::compute::example::{account, request, told};

    #[test]
    fn everything_is_read_and_nothing_is_sent() {
        let told = told(&InstanceRecord, &request("ec2-instance", "i-1"), &account([]));
        assert!(!told.lines().any(|line| line.starts_with("write")));
        insta::assert_snapshot!(told, @r#"
        Workload: Save the description of instance i-1 as evidence (read only)
        before instance: eu-west-1 ec2 DescribeInstances {InstanceIds: ["i-1"]}
        before volumes: eu-west-1 ec2 DescribeVolumes {Filters: [{"Name":"attachment.instance-id","Values":["i-1"]}]}
        before interfaces: eu-west-1 ec2 DescribeNetworkInterfaces {Filters: [{"Name":"attachment.instance-id","Values":["i-1"]}]}
        before profile: eu-west-1 ec2 DescribeIamInstanceProfileAssociations {Filters: [{"Name":"instance-id","Values":["i-1"]}]}
        before user-data: eu-west-1 ec2 DescribeInstanceAttribute {Attribute: "userData", InstanceId: "i-1"}
        before termination-protection: eu-west-1 ec2 DescribeInstanceAttribute {Attribute: "disableApiTermination", InstanceId: "i-1"}
        before stop-protection: eu-west-1 ec2 DescribeInstanceAttribute {Attribute: "disableApiStop", InstanceId: "i-1"}
        before shutdown: eu-west-1 ec2 DescribeInstanceAttribute {Attribute: "instanceInitiatedShutdownBehavior", InstanceId: "i-1"}
        before membership: eu-west-1 autoscaling DescribeAutoScalingInstances {InstanceIds: ["i-1"]}
        before console: eu-west-1 ec2 GetConsoleOutput {InstanceId: "i-1"}
        requires instance.Reservations[].Instances[].InstanceId "present"
        exact
        "#);
    }
}
