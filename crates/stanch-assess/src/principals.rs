//! Principals of an account from its readings, with the workloads that run as their roles.
//!
//! It must not judge.

use stanch_core::json_path::text;
use std::collections::BTreeMap;

use super::account::{AccountState, Item};
use stanch_iam::{Organization, Principals, WORKLOADS};

/// Operations of AWS Organizations that return the policies over an account.
const ORGANIZATION: [&str; 6] = [
    "DescribeOrganization",
    "ListRoots",
    "ListOrganizationalUnitsForParent",
    "ListAccountsForParent",
    "DescribePolicy",
    "ListTargetsForPolicy",
];

/// Returns the users and roles, and the item of each by ARN.
pub(super) fn principals<'s>(account: &AccountState<'s>) -> (Principals, BTreeMap<&'s str, Item<'s>>) {
    let id = account.id().as_str();
    let mut found = Principals::of(id);
    for item in account.items("iam", "GetAccountAuthorizationDetails", "") {
        found.add_details(item.value);
    }
    for item in account.items("iam", "GetPolicyVersion", "PolicyVersion") {
        found.add_version(item.asked("PolicyArn"), item.value);
    }
    let mut items = BTreeMap::new();
    for list in ["UserDetailList", "RoleDetailList"] {
        for item in account.items("iam", "GetAccountAuthorizationDetails", list) {
            items.insert(text(item.value, "Arn"), item);
        }
    }
    for workload in WORKLOADS {
        for item in account.items(workload.service, workload.operation, workload.list) {
            let name = item.text(workload.name);
            let arn = if name.starts_with("arn:") {
                name.to_owned()
            } else {
                workload.arn(name, item.region().as_str(), id)
            };
            found.add_workload(workload.kind, &arn, item.text(workload.role));
        }
    }
    if let Some(organization) = organization(account) {
        found.set_guard(organization.over(id));
    }
    (found.finished(), items)
}

/// Returns the organization, where this account may read it: member accounts cannot read the policies over them.
fn organization(account: &AccountState<'_>) -> Option<Organization> {
    if account.answered("organizations", "ListRoots").is_empty() {
        return None;
    }
    let mut found = Organization::default();
    for operation in ORGANIZATION {
        for item in account.items("organizations", operation, "") {
            found.add(operation, item.params(), item.value);
        }
    }
    Some(found)
}
