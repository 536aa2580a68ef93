//! EC2 security group opens an administrative port to the internet.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::{AccountState, Item, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::finding::Handle;
use stanch_core::json_path::{at, text};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("ec2", "DescribeSecurityGroups"),
    list("ec2", "DescribeSecurityGroupRules"),
];

/// The check.
pub(super) struct PortOpenToWorld;

/// Administrative ports of a security group that are open to the internet.
fn open_ports(item: &Item<'_>) -> Vec<String> {
    let mut open = Vec::new();
    for rule in item.list("IpPermissions") {
        let world = [
            ("IpRanges", "CidrIp", "0.0.0.0/0"),
            ("Ipv6Ranges", "CidrIpv6", "::/0"),
        ]
        .iter()
        .any(|(list, member, all)| {
            at(rule, list)
                .as_array()
                .into_iter()
                .flatten()
                .any(|range| text(range, member) == *all)
        });
        if !world {
            continue;
        }
        let (first, last) = (at(rule, "FromPort").as_i64(), at(rule, "ToPort").as_i64());
        let all = text(rule, "IpProtocol") == "-1";
        let covers = |port: &i64| {
            all || first.is_some_and(|first| first <= *port) && last.is_some_and(|last| *port <= last)
        };
        if all {
            open.push("all ports".to_owned());
        } else {
            open.extend(
                ADMINISTRATIVE
                    .iter()
                    .filter(|port| covers(port))
                    .map(ToString::to_string),
            );
        }
    }
    open
}

impl Check for PortOpenToWorld {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "port-open-to-world",
            title: "EC2 security group opens an administrative port to the internet",
            why: "Everyone can try passwords and exploits on the port. Attackers open it to return; port ranges, all-protocol rules and IPv6 count as well.",
            severity: Severity::Medium,
            tactics: &[Tactic::InitialAccess, Tactic::Persistence],
            techniques: &["T1133", "T1562.007"],
            steps: &["8", "12"],
            next: "Revoke the rule (ec2 revoke-security-group-ingress); tracked connections stay open afterwards",
            needs: NEEDS,
            made_by: &["AuthorizeSecurityGroupIngress", "ModifySecurityGroupRules"],
            harmless_when: &["A bastion host that is open on purpose; Session Manager needs no open port"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        let rules = account.items("ec2", "DescribeSecurityGroupRules", "SecurityGroupRules");
        for item in account.items("ec2", "DescribeSecurityGroups", "SecurityGroups") {
            let (id, name) = (item.text("GroupId"), item.text("GroupName"));
            let mut open = open_ports(&item);
            if open.is_empty() {
                continue;
            }
            open.dedup();
            let many = open.len() > 1 || open[0] == "all ports";
            let draft = found
                .on(&item, "security-group", id, name)
                .misconfiguration(if many { Severity::High } else { Severity::Medium })
                .fact("Open Ports", &open.join(", "))
                .part(&open.join(", ").replace("all ports", "every port"))
                .fact("Stack", &stack_of(item.at("Tags")));
            let opening = rules
                .iter()
                .filter(|rule| rule.text("GroupId") == id && opens(rule))
                .take(8);
            let draft = opening.fold(draft, |draft, rule| {
                let id = rule.text("SecurityGroupRuleId");
                draft
                    .fact("Rule", id)
                    .handle(Handle::SecurityGroupRule { rule: id.to_owned() })
            });
            draft.say(&format!(
                "EC2 security group {name} ({id}) is open to the internet on {}",
                open.join(", ")
            ));
        }
    }
}

/// Returns whether a rule by itself opens an administrative port to the internet.
fn opens(rule: &Item<'_>) -> bool {
    let (first, last) = (rule.at("FromPort").as_i64(), rule.at("ToPort").as_i64());
    let covers =
        |port: &i64| first.is_some_and(|first| first <= *port) && last.is_some_and(|last| *port <= last);
    let world = rule.text("CidrIpv4") == "0.0.0.0/0" || rule.text("CidrIpv6") == "::/0";
    let port = rule.text("IpProtocol") == "-1" || ADMINISTRATIVE.iter().any(covers);
    world && port && !rule.is("IsEgress")
}

/// Ports of remote administration and of databases.
const ADMINISTRATIVE: [i64; 18] = [
    20, 21, 22, 23, 135, 445, 1433, 1521, 2375, 3306, 3389, 5432, 5900, 5985, 6379, 9200, 11211, 27017,
];

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent};

    let group = |from: i64, to: i64, cidr: &str| {
        answer(
            "ec2:DescribeSecurityGroups",
            json!({"SecurityGroups": [{"GroupId": "sg-1", "GroupName": "g",
        "IpPermissions": [{"IpProtocol": "tcp", "FromPort": from, "ToPort": to, "IpRanges": [{"CidrIp": cidr}], "Ipv6Ranges": []}]}]}),
        )
    };
    let six = || {
        answer(
            "ec2:DescribeSecurityGroups",
            json!({"SecurityGroups": [{"GroupId": "sg-1", "GroupName": "g",
        "IpPermissions": [{"IpProtocol": "-1", "IpRanges": [], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}]}]}),
        )
    };
    vec![
        misconfigured(vec![group(22, 22, "0.0.0.0/0")]),
        misconfigured(vec![group(0, 65_535, "0.0.0.0/0")]),
        misconfigured(vec![six()]),
        silent(vec![group(443, 443, "0.0.0.0/0"), group(22, 22, "10.0.0.0/8")]),
    ]
}
