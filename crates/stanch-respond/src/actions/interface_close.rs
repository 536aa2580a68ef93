//! Isolates a network interface: moves it into the closed security group only, which allows no traffic.
//!
//! Each interface is moved by itself, because an instance with several can't be given groups as a whole (`ModifyInstanceAttribute`).
//! Undo restores the groups from before the interface was opened: the groups that this step found would leave it open to the world.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Form, Param, Path, Restored, Test, Wave};

use super::compute::isolation::{Variant, groups, interface, put_into, step};
use super::parts::blank;
use crate::about::{About, Parameter, Stage};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct InterfaceClose;

static ABOUT: About = About {
    name: "interface-close",
    does: "Move a network interface into the isolation security group, which allows no traffic.",
    targets: &["network-interface"],
    parameters: &[
        Parameter::optional(
            "closed-step",
            "number of the step that creates the closed security group",
        ),
        Parameter::optional("group", "id of the closed security group, if it exists already"),
        Parameter::optional(
            "opened-step",
            "number of the step that opened this interface, if one did",
        ),
    ],
    notes: "The instance metadata service, the VPC's DNS server and its time server stay reachable. Tracked connections stay open \
            until they are idle, unless the interface was opened before. Capture memory first: it needs the network.",
    stage: Stage::Part,
    steps: &["13"],
    sources: &[
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html",
    ],
    ..About::EMPTY
};

impl Action for InterfaceClose {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, _account: &Account) -> Result<Change, Unplannable> {
        let id = request.target.name.as_str();
        let closed = Variant::Closed.made_by(request, "closed-step")?;
        let opened = (!request.values("opened-step").is_empty())
            .then(|| step(request, "opened-step"))
            .transpose()?;
        let had = Param::Reply {
            step: opened,
            read: "interface".into(),
            path: groups(),
            form: Form::All,
        };
        let restores = match opened {
            Some(_) => Vec::new(),
            None => vec![Restored::new("interface", groups())],
        };
        Ok(Change {
            before: vec![interface(request, "interface")],
            requires: vec![Expectation::new("interface", groups(), Test::Present)],
            writes: vec![put_into(request, Param::List(vec![closed]))],
            after: vec![interface(request, "interface-after")],
            verified_by: vec![Expectation::new(
                "interface-after",
                Path::of("NetworkInterfaces[].Groups[].GroupName"),
                Test::All(vec![json!(Variant::Closed.name())]),
            )],
            undo: vec![put_into(request, had)],
            restores,
            undo_reopens: Some(format!(
                "the instance of network interface {id} can send and receive traffic again"
            )),
            ..blank(
                &ABOUT,
                request,
                Wave::Workload,
                format!(
                    "Isolate network interface {id}: move it into the security group that allows no traffic"
                ),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::compute::example::{account, request, told};

    fn eni() -> ActionRequest {
        request("network-interface", "eni-1").with("closed-step", ["5".to_owned()])
    }

    #[test]
    fn an_interface_is_closed_and_gets_its_own_groups_back() {
        insta::assert_snapshot!(told(&InterfaceClose, &eni(), &account([])), @r#"
        Workload: Isolate network interface eni-1: move it into the security group that allows no traffic
        before interface: eu-west-1 ec2 DescribeNetworkInterfaces {NetworkInterfaceIds: ["eni-1"]}
        requires interface.NetworkInterfaces[].Groups[].GroupId "present"
        write eu-west-1 ec2 ModifyNetworkInterfaceAttribute {Groups: [<One 5.group-after.SecurityGroups[](GroupName=network-baseline-b).GroupId>], NetworkInterfaceId: "eni-1"}
        after interface-after: eu-west-1 ec2 DescribeNetworkInterfaces {NetworkInterfaceIds: ["eni-1"]}
        holds interface-after.NetworkInterfaces[].Groups[].GroupName {"all":["network-baseline-b"]}
        undo eu-west-1 ec2 ModifyNetworkInterfaceAttribute {Groups: <All interface.NetworkInterfaces[].Groups[].GroupId>, NetworkInterfaceId: "eni-1"}
        restores interface.NetworkInterfaces[].Groups[].GroupId
        exact
        undo frees the instance of network interface eni-1 can send and receive traffic again
        "#);
    }

    #[test]
    fn an_interface_that_was_opened_is_not_taken_back_to_being_open() {
        let opened = eni().with("opened-step", ["7".to_owned()]);
        let told = told(&InterfaceClose, &opened, &account([]));
        assert!(
            told.contains("undo eu-west-1 ec2 ModifyNetworkInterfaceAttribute {Groups: <All 7.interface.")
        );
    }

    #[test]
    fn a_step_is_a_number() {
        let no = request("network-interface", "eni-1").with("closed-step", ["five".to_owned()]);
        insta::assert_snapshot!(told(&InterfaceClose, &no, &account([])), @"not planned: closed-step is not the number of a step");
    }
}
