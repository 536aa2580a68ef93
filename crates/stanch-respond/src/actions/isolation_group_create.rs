//! Creates a security group for isolated network interfaces, in their VPC.
//!
//! There are two: an open one that allows all traffic and a closed one that allows none. Connections that a group allows are tracked
//! and survive a change of groups, an attacker's shell for up to five days; those of a group that allows everything both ways are
//! not tracked. So an interface is moved through the open group into the closed one. The names are fixed and plain, so that the group
//! is found again and tells the attacker nothing. `isolation-group-rules` sets its rules: a call can't name a group that the same step
//! creates.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Test, Wave, Write};

use super::compute::call;
use super::compute::isolation::Variant;
use super::parts::{blank, text};
use crate::about::{About, Parameter, Stage};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct IsolationGroupCreate;

static ABOUT: About = About {
    name: "isolation-group-create",
    does: "Create a security group for isolated network interfaces.",
    targets: &["vpc"],
    target_help: "id of the VPC",
    parameters: &[Parameter::required("variant", "`open` or `closed`")],
    notes: "One group of each kind serves all interfaces of a VPC. Undo deletes it, which AWS refuses while an interface is in it.",
    stage: Stage::Part,
    steps: &["13"],
    sources: &[
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html",
        "https://docs.aws.amazon.com/systems-manager-automation-runbooks/latest/userguide/automation-awssupport-containec2instance.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html",
    ],
    ..About::EMPTY
};

impl Action for IsolationGroupCreate {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, _account: &Account) -> Result<Change, Unplannable> {
        let (vpc, variant) = (request.target.name.as_str(), Variant::of(request)?);
        let create = [
            ("GroupName", text(variant.name())),
            ("Description", text(variant.name())),
            ("VpcId", text(vpc)),
        ];
        let created = Param::reply("group-after", variant.group());
        let delete = call(request, "ec2", "DeleteSecurityGroup", [("GroupId", created)]);
        let was_not = Expectation::new("group", variant.group(), Test::Absent);
        // A group that was never seen can't be deleted.
        let is_there = Expectation::new("group-after", variant.group(), Test::Present);
        Ok(Change {
            before: vec![Read::new("group", variant.describe(request))],
            writes: vec![
                Write::new(call(request, "ec2", "CreateSecurityGroup", create))
                    .fine_if("InvalidGroup.Duplicate"),
            ],
            after: vec![Read::new("group-after", variant.describe(request))],
            verified_by: vec![Expectation::new(
                "group-after",
                Path::of("SecurityGroups[].GroupName"),
                Test::Is(json!(variant.name())),
            )],
            undo: vec![
                Write::new(delete)
                    .when(was_not)
                    .when(is_there)
                    .fine_if("InvalidGroup.NotFound"),
            ],
            restores: vec![Restored::new("group", variant.group())],
            ..blank(
                &ABOUT,
                request,
                Wave::Workload,
                format!(
                    "Create security group {} for isolation in VPC {vpc}",
                    variant.name()
                ),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::compute::example::{account, request, told};

    #[test]
    fn a_group_is_made_by_name_and_deleted_only_if_it_was_not_there() {
        let closed = request("vpc", "vpc-1").with("variant", ["closed".to_owned()]);
        insta::assert_snapshot!(told(&IsolationGroupCreate, &closed, &account([])), @r#"
        Workload: Create security group network-baseline-b for isolation in VPC vpc-1
        before group: eu-west-1 ec2 DescribeSecurityGroups {Filters: [{"Name":"group-name","Values":["network-baseline-b"]},{"Name":"vpc-id","Values":["vpc-1"]}]}
        write eu-west-1 ec2 CreateSecurityGroup {Description: "network-baseline-b", GroupName: "network-baseline-b", VpcId: "vpc-1"} fine if InvalidGroup.Duplicate
        after group-after: eu-west-1 ec2 DescribeSecurityGroups {Filters: [{"Name":"group-name","Values":["network-baseline-b"]},{"Name":"vpc-id","Values":["vpc-1"]}]}
        holds group-after.SecurityGroups[].GroupName {"is":"network-baseline-b"}
        undo eu-west-1 ec2 DeleteSecurityGroup {GroupId: <One group-after.SecurityGroups[](GroupName=network-baseline-b).GroupId>} when group.SecurityGroups[](GroupName=network-baseline-b).GroupId "absent" when group-after.SecurityGroups[](GroupName=network-baseline-b).GroupId "present" fine if InvalidGroup.NotFound
        restores group.SecurityGroups[](GroupName=network-baseline-b).GroupId
        exact
        "#);
    }

    #[test]
    fn the_two_groups_have_names_of_their_own() {
        let told_of = |variant: &str| {
            let group = request("vpc", "vpc-1").with("variant", [variant.to_owned()]);
            told(&IsolationGroupCreate, &group, &account([]))
        };
        assert_ne!(told_of("open"), told_of("closed"));
        insta::assert_snapshot!(told_of("ajar"), @"not planned: variant is ajar: it must be open or closed");
    }
}
