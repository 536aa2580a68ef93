//! The tree of an organization and the policies on it, as the readings of its management account show them.
//!
//! Gives the levels over an account, from the root to the account. It must not evaluate them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::document::Policy;
use super::evaluate::Guard;

/// A tree cannot be deeper: AWS allows five levels of units
/// (<https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>).
const DEPTH_LIMIT: usize = 16;
const SERVICE_CONTROL: &str = "SERVICE_CONTROL_POLICY";

/// An organization.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Organization {
    management: String,
    /// Of accounts and units.
    parents: BTreeMap<String, String>,
    roots: BTreeSet<String>,
    /// True when policies of services are switched on, as far as that was read.
    enabled: Option<bool>,
    /// The ids of service control policies, and their documents.
    documents: BTreeMap<String, Policy>,
    /// Identity types that policies are attached to.
    targets: BTreeMap<String, BTreeSet<String>>,
}

impl Organization {
    /// Takes an answer of a call of Organizations with its parameters.
    pub fn add(&mut self, operation: &str, params: &Value, body: &Value) {
        match operation {
            "DescribeOrganization" => {
                let organization = body.get("Organization").unwrap_or(&Value::Null);
                text(organization, "MasterAccountId").clone_into(&mut self.management);
            }
            "ListRoots" => self.add_roots(body),
            "ListOrganizationalUnitsForParent" => self.add_children(params, body, "OrganizationalUnits"),
            "ListAccountsForParent" => self.add_children(params, body, "Accounts"),
            "DescribePolicy" => self.add_policy(body),
            "ListTargetsForPolicy" => {
                let policy = text(params, "PolicyId").to_owned();
                let targets = members(body, "Targets").map(|target| text(target, "TargetId").to_owned());
                for target in targets {
                    self.targets.entry(target).or_default().insert(policy.clone());
                }
            }
            _ => {}
        }
    }

    fn add_roots(&mut self, body: &Value) {
        for root in members(body, "Roots") {
            self.roots.insert(text(root, "Id").to_owned());
            let on = members(root, "PolicyTypes")
                .any(|kind| text(kind, "Type") == SERVICE_CONTROL && text(kind, "Status") == "ENABLED");
            self.enabled = Some(self.enabled.unwrap_or(false) || on);
        }
    }

    fn add_children(&mut self, params: &Value, body: &Value, list: &str) {
        let parent = text(params, "ParentId");
        for child in members(body, list) {
            self.parents
                .insert(text(child, "Id").to_owned(), parent.to_owned());
        }
    }

    fn add_policy(&mut self, body: &Value) {
        let policy = body.get("Policy").unwrap_or(&Value::Null);
        let summary = policy.get("PolicySummary").unwrap_or(&Value::Null);
        if text(summary, "Type") == SERVICE_CONTROL {
            let document = policy.get("Content").map_or_else(Policy::unseen, Policy::read);
            self.documents.insert(text(summary, "Id").to_owned(), document);
        }
    }

    /// Limits that service control policies set for an account.
    #[must_use]
    pub fn over(&self, account: &str) -> Guard {
        if account == self.management || self.enabled == Some(false) {
            return Guard::None;
        }
        let Some(chain) = self.chain(account) else {
            return Guard::Unknown;
        };
        let levels: Vec<Vec<Policy>> = chain.iter().map(|target| self.on(target)).collect();
        // Every level has at least one: the last cannot be detached. None means that they were not read.
        if levels.iter().any(Vec::is_empty) {
            return Guard::Unknown;
        }
        Guard::Levels(levels)
    }

    /// The root, the units and the account; `None` when a part of it was not read.
    fn chain(&self, account: &str) -> Option<Vec<&str>> {
        let (mut at, _) = self.parents.get_key_value(account)?;
        let mut chain = vec![at.as_str()];
        while !self.roots.contains(at) {
            at = self.parents.get(at)?;
            chain.push(at);
            if chain.len() > DEPTH_LIMIT {
                return None;
            }
        }
        chain.reverse();
        Some(chain)
    }

    fn on(&self, target: &str) -> Vec<Policy> {
        let attached = self.targets.get(target).into_iter().flatten();
        attached
            .filter_map(|id| self.documents.get(id))
            .cloned()
            .collect()
    }
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or("")
}

fn members<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(units: bool) -> Organization {
        let mut organization = Organization::default();
        let mut add =
            |operation: &str, params: Value, body: Value| organization.add(operation, &params, &body);
        add(
            "DescribeOrganization",
            json!({}),
            json!({"Organization": {"MasterAccountId": "111122223333"}}),
        );
        let on = json!([{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]);
        add(
            "ListRoots",
            json!({}),
            json!({"Roots": [{"Id": "r-1", "PolicyTypes": on}]}),
        );
        if units {
            let unit = json!({"OrganizationalUnits": [{"Id": "ou-1"}]});
            add(
                "ListOrganizationalUnitsForParent",
                json!({"ParentId": "r-1"}),
                unit,
            );
        }
        add(
            "ListAccountsForParent",
            json!({"ParentId": "ou-1"}),
            json!({"Accounts": [{"Id": "444455556666"}]}),
        );
        for (id, action, target) in [
            ("p-1", "*", "r-1"),
            ("p-2", "s3:*", "ou-1"),
            ("p-3", "*", "444455556666"),
        ] {
            let content =
                json!({"Statement": {"Effect": "Allow", "Action": action, "Resource": "*"}}).to_string();
            let summary = json!({"Id": id, "Type": "SERVICE_CONTROL_POLICY"});
            add(
                "DescribePolicy",
                json!({}),
                json!({"Policy": {"PolicySummary": summary, "Content": content}}),
            );
            add(
                "ListTargetsForPolicy",
                json!({"PolicyId": id}),
                json!({"Targets": [{"TargetId": target}]}),
            );
        }
        organization
    }

    #[test]
    fn levels_go_from_the_root_to_the_account() {
        let Guard::Levels(levels) = read(true).over("444455556666") else {
            panic!("no levels");
        };
        assert_eq!(levels.len(), 3);
        assert_eq!(read(true).over("111122223333"), Guard::None);
    }

    #[test]
    fn a_tree_that_was_not_read_in_full_is_unknown() {
        assert_eq!(read(false).over("444455556666"), Guard::Unknown);
        assert_eq!(read(true).over("777788889999"), Guard::Unknown);
    }

    #[test]
    fn a_circle_ends() {
        let mut organization = read(true);
        organization.parents.insert("ou-1".to_owned(), "ou-2".to_owned());
        organization.parents.insert("ou-2".to_owned(), "ou-1".to_owned());
        assert_eq!(organization.over("444455556666"), Guard::Unknown);
    }
}
