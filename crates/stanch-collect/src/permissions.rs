//! The IAM actions that questions need, as policies to attach.
//!
//! Most actions are the operation under the service's prefix; where they differ is data in [`crate::actions`]. It must not know
//! who asks.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::actions::actions;
use crate::question::{Question, Root};

/// The most characters of a managed policy, white space not counted (IAM and AWS STS quotas).
const POLICY_LENGTH: usize = 6144;

/// The actions that some questions and all that follows from them need, sorted.
#[must_use]
pub fn needed(roots: &[Root]) -> BTreeSet<String> {
    let mut needed = BTreeSet::new();
    for root in roots {
        add(&root.question, &mut needed);
    }
    // Where there is anything to collect, the regions were asked for first.
    if !needed.is_empty() {
        needed.extend(
            [
                "account:ListRegions",
                "ec2:DescribeRegions",
                "sts:GetCallerIdentity",
            ]
            .map(str::to_owned),
        );
    }
    needed
}

fn add(question: &Question, needed: &mut BTreeSet<String>) {
    needed.extend(actions(
        question.service().as_str(),
        question.operation().as_str(),
    ));
    for next in question.follow_ups() {
        add(next, needed);
    }
}

/// Policy documents that together allow the actions, each small enough for a managed policy.
#[must_use]
pub fn policies(actions: &BTreeSet<String>) -> Vec<Value> {
    let document = |actions: &[&String]| json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]});
    let empty = document(&[]).to_string().len();
    let mut policies = Vec::new();
    let mut part: Vec<&String> = Vec::new();
    let mut length = empty;
    for action in actions {
        let more = action.len() + 3;
        if length + more > POLICY_LENGTH && !part.is_empty() {
            policies.push(document(&part));
            part.clear();
            length = empty;
        }
        length += more;
        part.push(action);
    }
    if !part.is_empty() {
        policies.push(document(&part));
    }
    policies
}

/// The policies as Terraform resources.
#[must_use]
pub fn terraform(policies: &[Value], name: &str) -> String {
    let mut text = String::new();
    for (place, policy) in policies.iter().enumerate() {
        let name = numbered(name, place, policies.len());
        let label = name.replace(|character: char| !character.is_ascii_alphanumeric(), "_");
        // Writing to a String never fails.
        let _: std::fmt::Result = writeln!(
            text,
            "resource \"aws_iam_policy\" \"{label}\" {{\n  name   = \"{name}\"\n  policy = <<-POLICY\n{policy:#}\nPOLICY\n}}\n"
        );
    }
    text
}

/// The policies as a CloudFormation template.
#[must_use]
pub fn cloudformation(policies: &[Value], name: &str) -> Value {
    let resources: serde_json::Map<String, Value> = policies
        .iter()
        .enumerate()
        .map(|(place, policy)| {
            let name = numbered(name, place, policies.len());
            let id: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
            let resource = json!({
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": {"ManagedPolicyName": name, "PolicyDocument": policy}
            });
            (id, resource)
        })
        .collect();
    json!({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources})
}

fn numbered(name: &str, place: usize, of: usize) -> String {
    if of == 1 {
        name.to_owned()
    } else {
        format!("{name}-{}", place + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collectors;
    use crate::order::roots;

    #[test]
    fn all_collectors_fit_into_few_policies() {
        let needed = needed(&roots(collectors::ALL).unwrap());
        let policies = policies(&needed);
        let allowed: BTreeSet<String> = policies
            .iter()
            .flat_map(|policy| policy["Statement"][0]["Action"].as_array().unwrap().clone())
            .map(|action| action.as_str().unwrap().to_owned())
            .collect();
        assert_eq!(allowed, needed);
        // A role takes ten managed policies by default.
        assert!(policies.len() <= 10, "{}", policies.len());
        assert!(
            policies
                .iter()
                .all(|policy| policy.to_string().len() <= POLICY_LENGTH)
        );
        assert!(needed.contains("s3:ListAllMyBuckets") && needed.contains("states:ListStateMachines"));
        assert!(!needed.contains("secretsmanager:GetSecretValue"));
    }

    #[test]
    fn policies_come_in_three_forms() {
        let actions: BTreeSet<String> = ["iam:ListUsers".to_owned()].into();
        let policies = policies(&actions);
        insta::assert_snapshot!(policies[0].to_string(), @r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:ListUsers"],"Resource":"*"}]}"#);
        insta::assert_snapshot!(cloudformation(&policies, "ir-read").to_string(), @r#"{"AWSTemplateFormatVersion":"2010-09-09","Resources":{"irread":{"Type":"AWS::IAM::ManagedPolicy","Properties":{"ManagedPolicyName":"ir-read","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:ListUsers"],"Resource":"*"}]}}}}}"#);
        assert!(terraform(&policies, "ir-read").starts_with("resource \"aws_iam_policy\" \"ir_read\" {"));
    }
}
