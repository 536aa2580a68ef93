//! Moves a network interface into the security group that allows all traffic, for a moment, so that its connections are untracked.
//!
//! A tracked connection survives a change of groups until it is idle for long, five days by default; a connection that rules allow
//! from and to everywhere is not tracked, and ends when the next group does not allow it. For that moment the instance is open to the
//! world: where that is not acceptable, leave this step out and cut the connections with a network ACL.
//!
//! It is in effect while the interface is in none of its former groups: the next step moves it on, and that is no failure.

use serde_json::{Value, json};
use stanch_core::plan::{Change, Expectation, Form, Param, Path, Restored, Test, Wave};

use super::compute::isolation::{Variant, groups, interface, put_into};
use super::compute::listed;
use super::parts::blank;
use crate::about::{About, Parameter, Stage};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct InterfaceOpen;

static ABOUT: About = About {
    name: "interface-open",
    does: "Move a network interface into the security group that allows all traffic, for a moment, to drop tracked connections.",
    targets: &["network-interface"],
    parameters: &[
        Parameter::optional(
            "open-step",
            "number of the step that creates the open security group",
        ),
        Parameter::optional("group", "id of the open security group, if it exists already"),
    ],
    notes: "Only before interface-close, which follows at once. Connections through a Network Load Balancer, a NAT gateway or a VPC \
            endpoint stay tracked all the same: check flow logs.",
    stage: Stage::Part,
    steps: &["13"],
    sources: &[
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html",
    ],
    ..About::EMPTY
};

impl Action for InterfaceOpen {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let id = request.target.name.as_str();
        let open = Variant::Open.made_by(request, "open-step")?;
        let had = had(request, account)?;
        let left = |group: &Value| Expectation::new("interface-after", groups(), Test::Lacks(group.clone()));
        let there = Expectation::new("interface-after", groups(), Test::Present);
        Ok(Change {
            before: vec![interface(request, "interface")],
            requires: vec![Expectation::new("interface", groups(), Test::All(had.clone()))],
            writes: vec![put_into(request, Param::List(vec![open]))],
            after: vec![interface(request, "interface-after")],
            verified_by: std::iter::once(there).chain(had.iter().map(left)).collect(),
            undo: vec![put_into(
                request,
                Param::from_reply("interface", groups(), Form::All),
            )],
            restores: vec![Restored::new("interface", groups())],
            undo_reopens: Some(format!(
                "the instance of network interface {id} can send and receive traffic again"
            )),
            ..blank(
                &ABOUT,
                request,
                Wave::Workload,
                format!(
                    "Drop open connections of network interface {id}: move it into an open security group for a moment"
                ),
            )
        })
    }
}

/// Returns the security groups of the interface as collected.
fn had(request: &ActionRequest, account: &Account) -> Result<Vec<Value>, Unplannable> {
    let place = ("ec2", "DescribeNetworkInterfaces", "NetworkInterfaces[]");
    let id = &request.target.name;
    let found = listed(request, account, place, "NetworkInterfaceId")
        .ok_or_else(|| Unplannable::new(format!("network interface {id} was not collected")))?;
    let names = Path::of("Groups[].GroupName").find(found.value);
    if names.contains(&&json!(Variant::Closed.name())) {
        return Err(Unplannable::new(format!(
            "network interface {id} is isolated already, and this would open it"
        )));
    }
    let mut ids: Vec<Value> = Path::of("Groups[].GroupId")
        .find(found.value)
        .into_iter()
        .cloned()
        .collect();
    ids.sort_by_cached_key(Value::to_string);
    if ids.is_empty() {
        return Err(Unplannable::new(format!(
            "network interface {id} has no security groups"
        )));
    }
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::compute::example::{account, answered, request, told};

    fn with(group: &str, name: &str) -> Account {
        let groups =
            json!([{"GroupId": group, "GroupName": name}, {"GroupId": "sg-2", "GroupName": "default"}]);
        let body = json!({"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "Groups": groups}]});
        account([answered("ec2", "DescribeNetworkInterfaces", Value::Null, body)])
    }

    fn eni() -> ActionRequest {
        request("network-interface", "eni-1").with("open-step", ["4".to_owned()])
    }

    #[test]
    fn an_interface_leaves_the_groups_that_it_was_in() {
        insta::assert_snapshot!(told(&InterfaceOpen, &eni(), &with("sg-3", "web")), @r#"
        Workload: Drop open connections of network interface eni-1: move it into an open security group for a moment
        before interface: eu-west-1 ec2 DescribeNetworkInterfaces {NetworkInterfaceIds: ["eni-1"]}
        requires interface.NetworkInterfaces[].Groups[].GroupId {"all":["sg-2","sg-3"]}
        write eu-west-1 ec2 ModifyNetworkInterfaceAttribute {Groups: [<One 4.group-after.SecurityGroups[](GroupName=network-baseline-a).GroupId>], NetworkInterfaceId: "eni-1"}
        after interface-after: eu-west-1 ec2 DescribeNetworkInterfaces {NetworkInterfaceIds: ["eni-1"]}
        holds interface-after.NetworkInterfaces[].Groups[].GroupId "present"
        holds interface-after.NetworkInterfaces[].Groups[].GroupId {"lacks":"sg-2"}
        holds interface-after.NetworkInterfaces[].Groups[].GroupId {"lacks":"sg-3"}
        undo eu-west-1 ec2 ModifyNetworkInterfaceAttribute {Groups: <All interface.NetworkInterfaces[].Groups[].GroupId>, NetworkInterfaceId: "eni-1"}
        restores interface.NetworkInterfaces[].Groups[].GroupId
        exact
        undo frees the instance of network interface eni-1 can send and receive traffic again
        "#);
    }

    #[test]
    fn an_interface_that_is_closed_is_never_opened() {
        let closed = with("sg-9", Variant::Closed.name());
        insta::assert_snapshot!(told(&InterfaceOpen, &eni(), &closed), @"not planned: network interface eni-1 is isolated already, and this would open it");
    }
}
