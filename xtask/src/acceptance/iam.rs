//! Dumps of whole accounts' permissions, as `GetAccountAuthorizationDetails` gives them: all is read, and what is known of
//! them is found.
//!
//! It must not know how permissions are evaluated.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use stanch_iam::{Grade, Policy, Principals};

use super::Line;
use super::aws_protocols::{entries, read};
use super::bench::Bench;
use crate::error::TaskError;

/// The managed policy that makes an administrator.
const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// Parts of names whose way up no dump of permissions shows, or that have none in it.
const WITHOUT: [&str; 18] = [
    // What they go through is an instance, a function, a stack, a notebook or an endpoint.
    "CloudFormationUpdateStack",
    "EditExistingLambdaFunctionWithRole",
    "UpdateExistingGlueDevEndpoint",
    "ec2InstanceConnect",
    "sageMakerCreatePresignedNotebookURL",
    "ssmSendCommand",
    "ssmStartSession",
    // A role has no policies of a user and is in no group, a user has none of a role: alone, the call changes others only.
    "AddUserToGroup-role",
    "AttachGroupPolicy-role",
    "AttachUserPolicy-role",
    "PutGroupPolicy-role",
    "PutUserPolicy-role",
    "AttachRolePolicy-user",
    "PutRolePolicy-user",
    // Nothing in it has an older version; a long-term key has no time of issue; these two hold no permission at all.
    "SetExistingDefaultPolicyVersion",
    "exploitableConditionConstraint-user",
    "privesc-AssumeRole-start-user",
    "privesc-permissive-role-trust",
];

/// A few lines for each dump: documents read, principals read, administrators found, ways up found.
pub(super) fn run(_bench: &Bench, folder: &Path) -> Result<Vec<Line>, TaskError> {
    let mut lines = Vec::new();
    for path in entries(folder)? {
        if path.extension().is_some_and(|extension| extension == "json") {
            let name = path
                .file_stem()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            lines.extend(account(name, &read(&path)?));
        }
    }
    Ok(lines)
}

fn account(name: &str, dump: &Value) -> Vec<Line> {
    let mut lines = vec![documents(name, dump)];
    let arns: BTreeSet<String> = ["UserDetailList", "RoleDetailList"]
        .iter()
        .flat_map(|list| members(dump, list))
        .map(|principal| text(principal, "Arn").to_owned())
        .collect();
    let mut known: BTreeMap<String, Principals> = BTreeMap::new();
    for account in arns.iter().filter_map(|arn| arn.split(':').nth(4)) {
        let mut principals = Principals::of(account);
        principals.add_details(dump);
        known
            .entry(account.to_owned())
            .or_insert_with(|| principals.finished());
    }
    let read = arns
        .iter()
        .filter(|arn| known.values().any(|of| of.get(arn).is_some()));
    let read: BTreeSet<&String> = read.collect();
    let missing = arns.iter().filter(|arn| !read.contains(arn)).cloned().collect();
    lines.push(Line::count(
        &format!("{name}: principals read"),
        read.len(),
        arns.len(),
        arns.len(),
        missing,
    ));
    lines.push(administrators(name, dump, &known));
    lines.extend(ways_up(name, &known));
    lines
}

/// Every policy document is understood in full.
fn documents(name: &str, dump: &Value) -> Line {
    let (mut whole, mut misses) = (0, Vec::new());
    each_document(dump, &mut |document| {
        whole += 1;
        if Policy::parse(document).is_none_or(|policy| policy.is_unread()) {
            misses.push(document.to_string().chars().take(160).collect());
        }
    });
    Line::count(
        &format!("{name}: documents read"),
        whole - misses.len(),
        whole,
        whole,
        misses,
    )
}

/// Who has the managed policy, itself or by a group, without a boundary, is an administrator.
fn administrators(name: &str, dump: &Value, known: &BTreeMap<String, Principals>) -> Line {
    let has = |detail: &Value| {
        members(detail, "AttachedManagedPolicies").any(|policy| text(policy, "PolicyArn") == ADMINISTRATOR)
    };
    let groups: BTreeSet<&str> = members(dump, "GroupDetailList")
        .filter(|group| has(group))
        .map(|group| text(group, "GroupName"))
        .collect();
    let by_group = |detail: &Value| {
        members(detail, "GroupList").any(|group| group.as_str().is_some_and(|group| groups.contains(group)))
    };
    let expected: BTreeSet<&str> = ["UserDetailList", "RoleDetailList"]
        .iter()
        .flat_map(|list| members(dump, list))
        .filter(|detail| (has(detail) || by_group(detail)) && detail.get("PermissionsBoundary").is_none())
        .map(|detail| text(detail, "Arn"))
        .collect();
    let found: BTreeSet<String> = known
        .values()
        .flat_map(|of| of.administrators().certain)
        .collect();
    let misses: Vec<String> = expected
        .iter()
        .filter(|arn| !found.contains(**arn))
        .map(|arn| (*arn).to_owned())
        .collect();
    let whole = expected.len();
    Line::count(
        &format!("{name}: administrators found"),
        whole - misses.len(),
        whole,
        whole,
        misses,
    )
}

/// Principals of the account that was made to have every way up, by the names that its maker gave
/// (<https://github.com/BishopFox/iam-vulnerable>): `privesc…` and `fn…` can become administrators, `fp…` cannot. Those without a way in the dump
/// are listed with the reason.
fn ways_up(name: &str, known: &BTreeMap<String, Principals>) -> Vec<Line> {
    let (mut found, mut missed, mut accused, mut innocent) = (0, Vec::new(), Vec::new(), 0);
    for principals in known.values() {
        let administrators: BTreeSet<String> = principals.administrators().certain.into_iter().collect();
        let escalations = principals.escalations();
        for principal in principals
            .iter()
            .filter(|principal| !administrators.contains(&principal.arn))
        {
            let way = escalations.way_up(&principal.arn);
            let is_up = way.is_some_and(|way| way.grade == Grade::Certain);
            let begins = |start: &str| principal.name.starts_with(start);
            if begins("fp") {
                innocent += 1;
                accused.extend(is_up.then(|| principal.name.clone()));
            } else if (begins("privesc") || begins("fn")) && !has_no_way(&principal.name) {
                found += usize::from(is_up);
                missed.extend((!is_up).then(|| principal.name.clone()));
            }
        }
    }
    if found + missed.len() == 0 {
        return Vec::new();
    }
    let whole = found + missed.len();
    let right = innocent - accused.len();
    vec![
        Line::count(&format!("{name}: ways up found"), found, whole, whole, missed),
        Line::count(
            &format!("{name}: nobody else accused"),
            right,
            innocent,
            innocent,
            accused,
        ),
    ]
}

fn has_no_way(name: &str) -> bool {
    WITHOUT.iter().any(|part| name.contains(part))
}

fn each_document(value: &Value, hear: &mut impl FnMut(&Value)) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|element| each_document(element, hear)),
        Value::Object(members) => {
            for (name, member) in members {
                if matches!(
                    name.as_str(),
                    "PolicyDocument" | "AssumeRolePolicyDocument" | "Document"
                ) {
                    hear(member);
                } else {
                    each_document(member, hear);
                }
            }
        }
        _ => {}
    }
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or("")
}

fn members<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}
