//! Dumps of whole accounts' permissions, as `GetAccountAuthorizationDetails` gives them: all is read, and what is known of
//! them is found.
//!
//! It must not know how permissions are evaluated.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use stanch_detect::iam::{Grade, Policy, Principals};

use super::aws_protocols::{entries, read};
use super::bench::Bench;
use super::{Bar, Line};
use crate::error::TaskError;

/// The managed policy that makes an administrator.
const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// One line each: documents read, principals read, administrators found, ways up found.
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
    lines.push(ways_up(name, &known));
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

/// How many who are no administrators surely can become one; only told.
fn ways_up(name: &str, known: &BTreeMap<String, Principals>) -> Line {
    let (mut up, mut whole) = (0, 0);
    for principals in known.values() {
        let escalations = principals.escalations();
        for principal in principals.iter() {
            whole += 1;
            let way = escalations.way_up(&principal.arn);
            up += usize::from(way.is_some_and(|way| way.grade == Grade::Certain));
        }
    }
    Line::share(
        &format!("{name}: can become administrator"),
        up,
        whole,
        Bar::None,
        Vec::new(),
    )
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
