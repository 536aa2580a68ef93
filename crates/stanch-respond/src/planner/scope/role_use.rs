//! The use of roles by workloads: Lambda functions, EC2 instances, ECS tasks, and other services whose settings name the role.
//!
//! It must not judge; where a service was not read, it says so instead of nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use stanch_core::arn::{PrincipalArn, PrincipalKind};
use stanch_core::text::shown;

use super::inventory::Inventory;

/// The workloads that use a role.
#[derive(Debug, Default)]
struct Uses {
    functions: BTreeSet<String>,
    instances: BTreeSet<String>,
    tasks: BTreeSet<String>,
    /// Other services whose replies name it.
    others: BTreeSet<String>,
}

/// The use of each compromised role, by ARN without path.
#[derive(Debug, Default)]
pub(in crate::planner) struct RoleUse {
    uses: BTreeMap<String, Uses>,
    unread: Vec<&'static str>,
}

/// The calls that list workloads, and the name of each kind of workload.
const LISTED_BY: [(&str, &str, &str); 4] = [
    ("lambda", "ListFunctions", "Lambda functions"),
    ("ec2", "DescribeInstances", "EC2 instances"),
    ("iam", "ListInstanceProfiles", "instance profiles"),
    ("ecs", "ListTaskDefinitions", "ECS tasks"),
];
/// Services that are listed by themselves, or whose replies name roles without using them.
const NOT_OTHERS: [&str; 8] = [
    "iam",
    "sts",
    "cloudtrail",
    "lambda",
    "ec2",
    "ecs",
    "organizations",
    "sso-admin",
];

impl RoleUse {
    pub(in crate::planner) fn of(inventory: &Inventory<'_>, roles: &BTreeSet<String>) -> Self {
        let mut role_use = Self::default();
        if roles.is_empty() {
            return role_use;
        }
        let account = inventory.account;
        role_use.uses = roles.iter().map(|role| (role.clone(), Uses::default())).collect();
        let unread = LISTED_BY
            .iter()
            .filter(|(service, operation, _)| !account.is_known(service, operation));
        role_use.unread = unread.map(|(_, _, words)| *words).collect();
        for item in account.items("lambda", "ListFunctions", "Functions[]") {
            if let Some(uses) = role_use.uses_of(item.text("Role")) {
                uses.functions.insert(item.text("FunctionArn").to_owned());
            }
        }
        role_use.instances(inventory);
        for item in account.items("ecs", "DescribeTaskDefinition", "taskDefinition") {
            for member in ["taskRoleArn", "executionRoleArn"] {
                if let Some(uses) = role_use.uses_of(item.text(member)) {
                    uses.tasks.insert(item.text("family").to_owned());
                }
            }
        }
        for reading in account.all() {
            let service = reading.service.as_str();
            if !NOT_OTHERS.contains(&service) {
                role_use.others(&reading.body, service, 0);
            }
        }
        role_use
    }

    fn uses_of(&mut self, arn: &str) -> Option<&mut Uses> {
        let parts = PrincipalArn::parse(arn).filter(|parts| parts.kind == PrincipalKind::Role)?;
        self.uses.get_mut(&parts.arn())
    }

    fn instances(&mut self, inventory: &Inventory<'_>) {
        let roles = roles_of_profiles(inventory);
        let path = "Reservations[].Instances[]";
        for item in inventory.account.items("ec2", "DescribeInstances", path) {
            let profile = item
                .value
                .pointer("/IamInstanceProfile/Arn")
                .and_then(Value::as_str);
            let is_ended = item.value.pointer("/State/Name").and_then(Value::as_str) == Some("terminated");
            let role = profile
                .and_then(|profile| roles.get(profile))
                .filter(|_| !is_ended);
            if let Some(uses) = role.and_then(|role| self.uses_of(role)) {
                uses.instances.insert(item.text("InstanceId").to_owned());
            }
        }
    }

    fn others(&mut self, value: &Value, service: &str, depth: usize) {
        match value {
            Value::String(text) if text.contains(":role/") => {
                if let Some(uses) = self.uses_of(text) {
                    uses.others.insert(service.to_owned());
                }
            }
            Value::Array(list) if depth < 32 => {
                list.iter()
                    .for_each(|value| self.others(value, service, depth + 1));
            }
            Value::Object(members) if depth < 32 => {
                members
                    .values()
                    .for_each(|value| self.others(value, service, depth + 1));
            }
            _ => {}
        }
    }

    /// Returns the sentences on what uses a role; empty when everything was read and nothing uses it.
    pub(in crate::planner) fn sentences(&self, role: &str) -> Vec<String> {
        let mut sentences = Vec::new();
        let Some(uses) = self.uses.get(role) else {
            return sentences;
        };
        let counts = [
            (uses.functions.len(), "Lambda function", "Lambda functions"),
            (uses.instances.len(), "EC2 instance", "EC2 instances"),
            (uses.tasks.len(), "ECS task definition", "ECS task definitions"),
        ];
        let counted: Vec<String> = counts
            .iter()
            .filter(|(count, _, _)| *count > 0)
            .map(|(count, one, many)| format!("{count} {}", if *count == 1 { one } else { many }))
            .collect();
        let all = uses.functions.len() + uses.instances.len() + uses.tasks.len();
        if let Some((last, before)) = counted.split_last() {
            let list = if before.is_empty() {
                last.clone()
            } else {
                format!("{} and {last}", before.join(", "))
            };
            let verb = if all == 1 { "uses" } else { "use" };
            let names: Vec<String> = uses.names().take(5).collect();
            sentences.push(format!("{list} {verb} this role: {}", names.join(", ")));
        }
        if !uses.others.is_empty() {
            let services: Vec<&str> = uses.others.iter().map(String::as_str).collect();
            sentences.push(format!("{} also uses this role", services.join(", ")));
        }
        if !self.unread.is_empty() {
            sentences.push(format!(
                "Not known whether {} use this role: they were not read in full",
                self.unread.join(", ")
            ));
        }
        sentences
    }
}

impl Uses {
    fn names(&self) -> impl Iterator<Item = String> {
        let all = self.instances.iter().chain(&self.functions).chain(&self.tasks);
        all.map(|name| shown(name.rsplit(':').next().unwrap_or(name), 60))
    }
}

/// Returns the role of each instance profile, by their ARNs.
pub(in crate::planner) fn roles_of_profiles(inventory: &Inventory<'_>) -> BTreeMap<String, String> {
    let items = inventory
        .account
        .items("iam", "ListInstanceProfiles", "InstanceProfiles[]");
    items
        .iter()
        .filter_map(|item| {
            let role = item.value.pointer("/Roles/0/Arn")?.as_str()?;
            Some((item.text("Arn").to_owned(), role.to_owned()))
        })
        .collect()
}
