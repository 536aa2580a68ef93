//! Sets the rules of the security group for isolated network interfaces: all traffic, or none.
//!
//! A new group allows all outgoing traffic, of IPv6 too where the VPC has it: the closed group loses those rules. Rules of an older
//! group of the same name are removed as well. No security group filters the instance metadata service, the VPC's DNS server or its
//! time server (<https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html>): DNS queries can still carry data out.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Form, Param, Path, Read, Restored, Test, Wave, Write};

use super::compute::call;
use super::compute::isolation::{Variant, everything};
use super::parts::blank;
use crate::about::{About, Parameter, Stage};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct IsolationGroupRules;

static ABOUT: About = About {
    name: "isolation-group-rules",
    does: "Set the rules of the security group for isolated network interfaces.",
    targets: &["vpc"],
    target_help: "id of the VPC",
    parameters: &[Parameter::required("variant", "`open` or `closed`")],
    notes: "AWS Config or Firewall Manager may revert rules of security groups that they manage.",
    stage: Stage::Part,
    steps: &["13"],
    sources: &[
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupEgress.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html",
    ],
    ..About::EMPTY
};

/// The two directions: the word in operations, and where the rules lie.
const WAYS: [(&str, &str); 2] = [("Ingress", "IpPermissions"), ("Egress", "IpPermissionsEgress")];
/// The two kinds of addresses: where ranges lie in a rule, the member that a range is in, and everywhere.
const KINDS: [(&str, &str, &str, &str); 2] = [
    ("IpRanges", "CidrIp", "0.0.0.0/0", "IpRanges[].CidrIp"),
    ("Ipv6Ranges", "CidrIpv6", "::/0", "Ipv6Ranges[].CidrIpv6"),
];

impl Action for IsolationGroupRules {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, _account: &Account) -> Result<Change, Unplannable> {
        let (vpc, variant) = (request.target.name.as_str(), Variant::of(request)?);
        let (name, rules) = match variant {
            Variant::Open => (variant.name(), "allow all traffic"),
            Variant::Closed => (variant.name(), "allow no traffic"),
        };
        let mut change = Change {
            before: vec![Read::new("rules", variant.describe(request))],
            requires: vec![Expectation::new("rules", variant.group(), Test::Present)],
            after: vec![Read::new("rules-after", variant.describe(request))],
            restores: WAYS
                .map(|(_, rules)| Restored::new("rules", Path::of("SecurityGroups[]").then(rules).then("[]")))
                .to_vec(),
            ..blank(
                &ABOUT,
                request,
                Wave::Workload,
                format!("Set security group {name} of VPC {vpc} to {rules}"),
            )
        };
        match variant {
            Variant::Open => open(request, &mut change),
            Variant::Closed => close(request, &mut change),
        }
        Ok(change)
    }
}

fn write(request: &ActionRequest, variant: Variant, (verb, way): (&str, &str), rules: Param) -> Write {
    let params = [
        ("GroupId", Param::reply("rules", variant.group())),
        ("IpPermissions", rules),
    ];
    Write::new(call(request, "ec2", &format!("{verb}SecurityGroup{way}"), params))
}

fn open(request: &ActionRequest, change: &mut Change) {
    for (way, rules) in WAYS {
        for (ranges, member, everywhere, place) in KINDS {
            let path = || {
                let rules = Path::of("SecurityGroups[]").then(rules);
                rules.only("IpProtocol", "-1").then(place)
            };
            let rule = || everything(ranges, member, everywhere);
            let lacked = Expectation::new("rules", path(), Test::Lacks(json!(everywhere)));
            let has = Expectation::new("rules-after", path(), Test::Includes(json!(everywhere)));
            change.writes.push(
                write(request, Variant::Open, ("Authorize", way), rule())
                    .fine_if("InvalidPermission.Duplicate"),
            );
            change.verified_by.push(has);
            let revoke = write(request, Variant::Open, ("Revoke", way), rule()).when(lacked);
            change.undo.push(revoke.fine_if("InvalidPermission.NotFound"));
        }
    }
}

fn close(request: &ActionRequest, change: &mut Change) {
    for (way, rules) in WAYS {
        let path = || Path::of("SecurityGroups[]").then(rules).then("[]");
        let all = || Param::from_reply("rules", path(), Form::All);
        let had = || Expectation::new("rules", path(), Test::Present);
        change.writes.push(
            write(request, Variant::Closed, ("Revoke", way), all())
                .when(had())
                .fine_if("InvalidPermission.NotFound"),
        );
        change
            .verified_by
            .push(Expectation::new("rules-after", path(), Test::Absent));
        change.undo.push(
            write(request, Variant::Closed, ("Authorize", way), all())
                .when(had())
                .fine_if("InvalidPermission.Duplicate"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::compute::example::{account, request, told};

    fn told_of(variant: &str) -> String {
        let group = request("vpc", "vpc-1").with("variant", [variant.to_owned()]);
        told(&IsolationGroupRules, &group, &account([]))
    }

    #[test]
    fn the_closed_group_loses_whatever_rules_it_has() {
        insta::assert_snapshot!(told_of("closed"), @r#"
        Workload: Set security group network-baseline-b of VPC vpc-1 to allow no traffic
        before rules: eu-west-1 ec2 DescribeSecurityGroups {Filters: [{"Name":"group-name","Values":["network-baseline-b"]},{"Name":"vpc-id","Values":["vpc-1"]}]}
        requires rules.SecurityGroups[](GroupName=network-baseline-b).GroupId "present"
        write eu-west-1 ec2 RevokeSecurityGroupIngress {GroupId: <One rules.SecurityGroups[](GroupName=network-baseline-b).GroupId>, IpPermissions: <All rules.SecurityGroups[].IpPermissions[]>} when rules.SecurityGroups[].IpPermissions[] "present" fine if InvalidPermission.NotFound
        write eu-west-1 ec2 RevokeSecurityGroupEgress {GroupId: <One rules.SecurityGroups[](GroupName=network-baseline-b).GroupId>, IpPermissions: <All rules.SecurityGroups[].IpPermissionsEgress[]>} when rules.SecurityGroups[].IpPermissionsEgress[] "present" fine if InvalidPermission.NotFound
        after rules-after: eu-west-1 ec2 DescribeSecurityGroups {Filters: [{"Name":"group-name","Values":["network-baseline-b"]},{"Name":"vpc-id","Values":["vpc-1"]}]}
        holds rules-after.SecurityGroups[].IpPermissions[] "absent"
        holds rules-after.SecurityGroups[].IpPermissionsEgress[] "absent"
        undo eu-west-1 ec2 AuthorizeSecurityGroupIngress {GroupId: <One rules.SecurityGroups[](GroupName=network-baseline-b).GroupId>, IpPermissions: <All rules.SecurityGroups[].IpPermissions[]>} when rules.SecurityGroups[].IpPermissions[] "present" fine if InvalidPermission.Duplicate
        undo eu-west-1 ec2 AuthorizeSecurityGroupEgress {GroupId: <One rules.SecurityGroups[](GroupName=network-baseline-b).GroupId>, IpPermissions: <All rules.SecurityGroups[].IpPermissionsEgress[]>} when rules.SecurityGroups[].IpPermissionsEgress[] "present" fine if InvalidPermission.Duplicate
        restores rules.SecurityGroups[].IpPermissions[]
        restores rules.SecurityGroups[].IpPermissionsEgress[]
        exact
        "#);
    }

    #[test]
    fn the_open_group_lets_everything_through_both_ways_for_both_kinds_of_addresses() {
        insta::assert_snapshot!(told_of("open"), @r#"
        Workload: Set security group network-baseline-a of VPC vpc-1 to allow all traffic
        before rules: eu-west-1 ec2 DescribeSecurityGroups {Filters: [{"Name":"group-name","Values":["network-baseline-a"]},{"Name":"vpc-id","Values":["vpc-1"]}]}
        requires rules.SecurityGroups[](GroupName=network-baseline-a).GroupId "present"
        write eu-west-1 ec2 AuthorizeSecurityGroupIngress {GroupId: <One rules.SecurityGroups[](GroupName=network-baseline-a).GroupId>, IpPermissions: [{"IpProtocol":"-1","IpRanges":[{"CidrIp":"0.0.0.0/0"}]}]} fine if InvalidPermission.Duplicate
        write eu-west-1 ec2 AuthorizeSecurityGroupIngress {GroupId: <One rules.SecurityGroups[](GroupName=network-baseline-a).GroupId>, IpPermissions: [{"IpProtocol":"-1","Ipv6Ranges":[{"CidrIpv6":"::/0"}]}]} fine if InvalidPermission.Duplicate
        write eu-west-1 ec2 AuthorizeSecurityGroupEgress {GroupId: <One rules.SecurityGroups[](GroupName=network-baseline-a).GroupId>, IpPermissions: [{"IpProtocol":"-1","IpRanges":[{"CidrIp":"0.0.0.0/0"}]}]} fine if InvalidPermission.Duplicate
        write eu-west-1 ec2 AuthorizeSecurityGroupEgress {GroupId: <One rules.SecurityGroups[](GroupName=network-baseline-a).GroupId>, IpPermissions: [{"IpProtocol":"-1","Ipv6Ranges":[{"CidrIpv6":"::/0"}]}]} fine if InvalidPermission.Duplicate
        after rules-after: eu-west-1 ec2 DescribeSecurityGroups {Filters: [{"Name":"group-name","Values":["network-baseline-a"]},{"Name":"vpc-id","Values":["vpc-1"]}]}
        holds rules-after.SecurityGroups[].IpPermissions[](IpProtocol=-1).IpRanges[].CidrIp {"includes":"0.0.0.0/0"}
        holds rules-after.SecurityGroups[].IpPermissions[](IpProtocol=-1).Ipv6Ranges[].CidrIpv6 {"includes":"::/0"}
        holds rules-after.SecurityGroups[].IpPermissionsEgress[](IpProtocol=-1).IpRanges[].CidrIp {"includes":"0.0.0.0/0"}
        holds rules-after.SecurityGroups[].IpPermissionsEgress[](IpProtocol=-1).Ipv6Ranges[].CidrIpv6 {"includes":"::/0"}
        undo eu-west-1 ec2 RevokeSecurityGroupIngress {GroupId: <One rules.SecurityGroups[](GroupName=network-baseline-a).GroupId>, IpPermissions: [{"IpProtocol":"-1","IpRanges":[{"CidrIp":"0.0.0.0/0"}]}]} when rules.SecurityGroups[].IpPermissions[](IpProtocol=-1).IpRanges[].CidrIp {"lacks":"0.0.0.0/0"} fine if InvalidPermission.NotFound
        undo eu-west-1 ec2 RevokeSecurityGroupIngress {GroupId: <One rules.SecurityGroups[](GroupName=network-baseline-a).GroupId>, IpPermissions: [{"IpProtocol":"-1","Ipv6Ranges":[{"CidrIpv6":"::/0"}]}]} when rules.SecurityGroups[].IpPermissions[](IpProtocol=-1).Ipv6Ranges[].CidrIpv6 {"lacks":"::/0"} fine if InvalidPermission.NotFound
        undo eu-west-1 ec2 RevokeSecurityGroupEgress {GroupId: <One rules.SecurityGroups[](GroupName=network-baseline-a).GroupId>, IpPermissions: [{"IpProtocol":"-1","IpRanges":[{"CidrIp":"0.0.0.0/0"}]}]} when rules.SecurityGroups[].IpPermissionsEgress[](IpProtocol=-1).IpRanges[].CidrIp {"lacks":"0.0.0.0/0"} fine if InvalidPermission.NotFound
        undo eu-west-1 ec2 RevokeSecurityGroupEgress {GroupId: <One rules.SecurityGroups[](GroupName=network-baseline-a).GroupId>, IpPermissions: [{"IpProtocol":"-1","Ipv6Ranges":[{"CidrIpv6":"::/0"}]}]} when rules.SecurityGroups[].IpPermissionsEgress[](IpProtocol=-1).Ipv6Ranges[].CidrIpv6 {"lacks":"::/0"} fine if InvalidPermission.NotFound
        restores rules.SecurityGroups[].IpPermissions[]
        restores rules.SecurityGroups[].IpPermissionsEgress[]
        exact
        "#);
    }
}
