//! Revokes one rule of a security group.
//!
//! Connections that use it already are tracked and stay open, for days at worst: the plan isolates the instances they belong to. The rule
//! must still be the one of the plan, since a rule can be changed under its id. Undo allows the same traffic under another id.

use serde_json::{Map, Value, json};
use stanch_core::plan::{
    CallTemplate, Change, Expectation, Param, Path, Read, Restored, Reversibility, Test, Wave, Write,
};

use super::parts::{blank, near, text};
use crate::about::{About, AddressedBy, Undo, by_call, by_check};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct SecurityGroupRuleRevoke;

static ABOUT: About = About {
    name: "security-group-rule-revoke",
    does: "Revoke a security group rule.",
    targets: &["security-group-rule"],
    target_help: "id of the rule (sgr-…)",
    notes: "New connections are refused at once. Make sure that the responder does not connect through it.",
    answers: &[
        by_call("ec2", "AuthorizeSecurityGroupIngress"),
        by_check("port-open-to-world", "security-group"),
    ],
    addressed_by: AddressedBy::Prefix("sgr-"),
    undo: Undo::Partial,
    sources: &[
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html",
    ],
    ..About::EMPTY
};

/// Members of a rule that describe the traffic it allows.
const SAYS: [&str; 7] = [
    "IpProtocol",
    "FromPort",
    "ToPort",
    "CidrIpv4",
    "CidrIpv6",
    "PrefixListId",
    "IsEgress",
];

/// The members of a rule that say what it allows, with their values.
fn said(rule: &serde_json::Value) -> impl Iterator<Item = (&'static str, &serde_json::Value)> {
    SAYS.iter()
        .filter_map(|member| Some((*member, rule.get(member)?)))
        .filter(|(_, value)| !value.is_null())
}

impl Action for SecurityGroupRuleRevoke {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let id = request.target.name.as_str();
        let listed = ("ec2", "DescribeSecurityGroupRules", "SecurityGroupRules[]");
        let rule = account
            .named(listed, "SecurityGroupRuleId", id)
            .ok_or_else(|| Unplannable::new(format!("security group rule {id} was not collected")))?;
        let group = rule.text("GroupId");
        let ways = if rule.value.get("IsEgress") == Some(&json!(true)) {
            ("RevokeSecurityGroupEgress", "AuthorizeSecurityGroupEgress")
        } else {
            ("RevokeSecurityGroupIngress", "AuthorizeSecurityGroupIngress")
        };
        let filter = Param::Literal(json!([{"Name": "group-id", "Values": [group]}]));
        let read = |name| {
            let filters = [("Filters", filter.clone())];
            Read::new(name, near(&request.target, "ec2", listed.1, filters))
        };
        let ours = |member: &'static str| {
            Path::of("SecurityGroupRules")
                .only("SecurityGroupRuleId", id)
                .then(member)
        };
        let requires = said(rule.value)
            .map(|(member, value)| Expectation::new("rules", ours(member), Test::Is(value.clone())));
        let revoke = [
            ("GroupId", text(group)),
            ("SecurityGroupRuleIds", Param::literal(vec![id])),
        ];
        let revoke = Write::new(near(&request.target, "ec2", ways.0, revoke))
            .fine_if("InvalidSecurityGroupRuleId.NotFound");
        let again =
            Write::new(authorize(request, ways.1, group, rule.value)).fine_if("InvalidPermission.Duplicate");
        Ok(Change {
            before: vec![read("rules")],
            requires: requires.collect(),
            writes: vec![revoke],
            after: vec![read("rules-after")],
            verified_by: vec![Expectation::new("rules-after", ours("GroupId"), Test::Absent)],
            undo: vec![again],
            restores: restored(rule.value),
            reversibility: Reversibility::Partial {
                remains: "the security group rule gets a new id".to_owned(),
            },
            undo_reopens: Some(format!(
                "rule {id} of security group {group} allows its traffic again: {}",
                traffic(rule.value)
            )),
            ..blank(
                &ABOUT,
                request,
                Wave::Exposure,
                format!(
                    "Revoke rule {id} of security group {group}: {}",
                    traffic(rule.value)
                ),
            )
        })
    }
}

/// Returns the traffic that a rule allows, for people.
fn traffic(rule: &Value) -> String {
    let said = SAYS.iter().filter_map(|member| match rule.get(member)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    said.collect::<Vec<_>>().join(" ")
}

/// Returns the call that allows the same traffic again, with the description and tags of the rule.
/// What is the same after undo: everything about the rules that let the same through. Other rules of the group are others'
fn authorize(request: &ActionRequest, operation: &str, group: &str, rule: &Value) -> CallTemplate {
    let member = |name: &str| rule.get(name).filter(|value| !value.is_null()).cloned();
    let mut permission = Map::new();
    for name in ["IpProtocol", "FromPort", "ToPort"] {
        permission.extend(member(name).map(|value| (name.to_owned(), value)));
    }
    let sources = [
        ("CidrIpv4", "IpRanges", "CidrIp"),
        ("CidrIpv6", "Ipv6Ranges", "CidrIpv6"),
        ("PrefixListId", "PrefixListIds", "PrefixListId"),
    ];
    for (from, list, to) in sources {
        if let Some(source) = member(from) {
            let mut one = Map::from_iter([(to.to_owned(), source)]);
            one.extend(member("Description").map(|text| ("Description".to_owned(), text)));
            permission.insert(list.to_owned(), json!([one]));
        }
    }
    if let Some(Value::Object(other)) = member("ReferencedGroupInfo") {
        let named = ["GroupId", "UserId", "VpcId", "VpcPeeringConnectionId"];
        let mut one: Map<String, Value> = other
            .into_iter()
            .filter(|(name, _)| named.contains(&name.as_str()))
            .collect();
        one.extend(member("Description").map(|text| ("Description".to_owned(), text)));
        permission.insert("UserIdGroupPairs".to_owned(), json!([one]));
    }
    let mut params = vec![
        ("GroupId".to_owned(), text(group)),
        ("IpPermissions".to_owned(), Param::Literal(json!([permission]))),
    ];
    let tags = member("Tags").filter(|tags| tags.as_array().is_some_and(|tags| !tags.is_empty()));
    params.extend(tags.map(|tags| {
        let tags = json!([{"ResourceType": "security-group-rule", "Tags": tags}]);
        ("TagSpecifications".to_owned(), Param::Literal(tags))
    }));
    let mut call = near(&request.target, "ec2", operation, []);
    call.params = Param::Object(params.into_iter().collect());
    call
}

/// What is the same after undo: everything about the rules that let the same through. Other rules of the group are others'
/// Returns the parts that are the same after undo: everything about rules that allow the same traffic. Other rules of the group
/// may be revoked at the same time and are not compared.
fn restored(rule: &Value) -> Vec<Restored> {
    let all = SAYS
        .iter()
        .fold(Path::of("SecurityGroupRules[]"), |path, member| {
            match rule.get(member) {
                Some(Value::String(text)) => path.and(member, text),
                Some(value @ (Value::Number(_) | Value::Bool(_))) => path.and(member, &value.to_string()),
                _ => path,
            }
        });
    if let Some(group) = rule
        .pointer("/ReferencedGroupInfo/GroupId")
        .and_then(Value::as_str)
    {
        let source = all.then("ReferencedGroupInfo").and("GroupId", group);
        return vec![Restored::new("rules", source)];
    }
    ["IpProtocol", "Description", "Tags[]"]
        .iter()
        .map(|part| Restored::new("rules", all.clone().then(part)))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{change, reply, request, told};

    fn rule(more: Value) -> stanch_core::Reading {
        let mut rule = json!({"SecurityGroupRuleId": "sgr-1", "GroupId": "sg-1", "IsEgress": false, "IpProtocol": "tcp",
            "FromPort": 22, "ToPort": 22});
        let Value::Object(more) = more else {
            panic!("an object");
        };
        rule.as_object_mut().unwrap().extend(more);
        reply(
            "ec2:DescribeSecurityGroupRules",
            json!({}),
            json!({"SecurityGroupRules": [rule]}),
        )
    }

    #[test]
    fn the_same_permission_is_given_again() {
        let rule = rule(
            json!({"CidrIpv4": "0.0.0.0/0", "Description": "ssh", "Tags": [{"Key": "a", "Value": "b"}]}),
        );
        let change = change(
            "security-group-rule-revoke",
            &request("security-group-rule", "sgr-1", ""),
            vec![rule],
        )
        .unwrap();
        insta::assert_snapshot!(told(&change), @r#"
        Revoke rule sgr-1 of security group sg-1: tcp 22 22 0.0.0.0/0
        before rules: eu-west-1 ec2:DescribeSecurityGroupRules (Filters=[{"Name":"group-id","Values":["sg-1"]}])
        requires rules SecurityGroupRules[](SecurityGroupRuleId=sgr-1).IpProtocol Is(String("tcp"))
        requires rules SecurityGroupRules[](SecurityGroupRuleId=sgr-1).FromPort Is(Number(22))
        requires rules SecurityGroupRules[](SecurityGroupRuleId=sgr-1).ToPort Is(Number(22))
        requires rules SecurityGroupRules[](SecurityGroupRuleId=sgr-1).CidrIpv4 Is(String("0.0.0.0/0"))
        requires rules SecurityGroupRules[](SecurityGroupRuleId=sgr-1).IsEgress Is(Bool(false))
        sends eu-west-1 ec2:RevokeSecurityGroupIngress (GroupId="sg-1", SecurityGroupRuleIds=["sgr-1"]) fine if InvalidSecurityGroupRuleId.NotFound
        after rules-after: eu-west-1 ec2:DescribeSecurityGroupRules (Filters=[{"Name":"group-id","Values":["sg-1"]}])
        holds rules-after SecurityGroupRules[](SecurityGroupRuleId=sgr-1).GroupId Absent
        undo eu-west-1 ec2:AuthorizeSecurityGroupIngress (GroupId="sg-1", IpPermissions=[{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"IpRanges":[{"CidrIp":"0.0.0.0/0","Description":"ssh"}]}], TagSpecifications=[{"ResourceType":"security-group-rule","Tags":[{"Key":"a","Value":"b"}]}]) fine if InvalidPermission.Duplicate
        restores rules SecurityGroupRules[](IpProtocol=tcp)(FromPort=22)(ToPort=22)(CidrIpv4=0.0.0.0/0)(IsEgress=false).IpProtocol
        restores rules SecurityGroupRules[](IpProtocol=tcp)(FromPort=22)(ToPort=22)(CidrIpv4=0.0.0.0/0)(IsEgress=false).Description
        restores rules SecurityGroupRules[](IpProtocol=tcp)(FromPort=22)(ToPort=22)(CidrIpv4=0.0.0.0/0)(IsEgress=false).Tags[]
        "#);
    }

    #[test]
    fn another_rule_of_the_group_with_the_same_source_is_not_looked_at() {
        let of = |id: &str, port: u32| {
            json!({"SecurityGroupRuleId": id, "GroupId": "sg-1", "IsEgress": false, "IpProtocol": "tcp", "FromPort": port,
                "ToPort": port, "CidrIpv4": "0.0.0.0/0", "Description": id})
        };
        let request = request("security-group-rule", "sgr-1", "");
        let change = change(
            "security-group-rule-revoke",
            &request,
            vec![rule(json!({"CidrIpv4": "0.0.0.0/0", "Description": "sgr-1"}))],
        )
        .unwrap();
        let (alone, both) = (
            json!({"SecurityGroupRules": [of("sgr-1", 22)]}),
            json!({"SecurityGroupRules": [of("sgr-1", 22), of("sgr-2", 3389)]}),
        );
        for restored in &change.restores {
            assert_eq!(
                restored.path.find(&alone),
                restored.path.find(&both),
                "{restored:?}"
            );
        }
    }

    #[test]
    fn ways_out_and_other_groups_are_given_back_as_such() {
        let other = json!({"GroupId": "sg-2", "UserId": "999999999999", "PeeringStatus": "active"});
        let rule = rule(json!({"IsEgress": true, "ReferencedGroupInfo": other}));
        let change = change(
            "security-group-rule-revoke",
            &request("security-group-rule", "sgr-1", ""),
            vec![rule],
        )
        .unwrap();
        assert_eq!(change.writes[0].call.operation.0, "RevokeSecurityGroupEgress");
        let again = serde_json::to_string(&change.undo[0].call.params).unwrap();
        assert!(
            again.contains(r#""UserIdGroupPairs":[{"GroupId":"sg-2","UserId":"999999999999"}]"#),
            "{again}"
        );
    }
}
