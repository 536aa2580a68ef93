//! What uses a role, in words: functions, machines, containers, and whatever else of the account names it.
//!
//! It must not judge; where something was not read, it says so instead of nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use stanch_core::text::shown;

use super::state::State;
use crate::principal_name::{Kind, Parts};

/// Who uses a role.
#[derive(Debug, Default)]
struct Uses {
    functions: BTreeSet<String>,
    instances: BTreeSet<String>,
    tasks: BTreeSet<String>,
    /// Services whose replies name it otherwise.
    others: BTreeSet<String>,
}

/// Sentences by role, for the roles that are asked for: ARNs without path.
#[derive(Debug, Default)]
pub(super) struct Consumers {
    uses: BTreeMap<String, Uses>,
    unread: Vec<&'static str>,
}

/// What would show consumers, and how it is called in a sentence.
const ASKED: [(&str, &str, &str); 4] = [
    ("lambda", "ListFunctions", "functions"),
    ("ec2", "DescribeInstances", "instances"),
    ("iam", "ListInstanceProfiles", "instance profiles"),
    ("ecs", "ListTaskDefinitions", "container tasks"),
];
/// Services that are told of by themselves, or whose replies name roles without using them.
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

impl Consumers {
    pub(super) fn of(state: &State<'_>, roles: &BTreeSet<String>) -> Self {
        let mut consumers = Self::default();
        if roles.is_empty() {
            return consumers;
        }
        let account = state.account;
        consumers.uses = roles.iter().map(|role| (role.clone(), Uses::default())).collect();
        let unread = ASKED
            .iter()
            .filter(|(service, operation, _)| !account.is_known(service, operation));
        consumers.unread = unread.map(|(_, _, words)| *words).collect();
        for item in account.items("lambda", "ListFunctions", "Functions[]") {
            if let Some(uses) = consumers.uses_of(item.text("Role")) {
                uses.functions.insert(item.text("FunctionArn").to_owned());
            }
        }
        consumers.machines(state);
        for item in account.items("ecs", "DescribeTaskDefinition", "taskDefinition") {
            for member in ["taskRoleArn", "executionRoleArn"] {
                if let Some(uses) = consumers.uses_of(item.text(member)) {
                    uses.tasks.insert(item.text("family").to_owned());
                }
            }
        }
        for reading in account.all() {
            let service = reading.service.as_str();
            if !NOT_OTHERS.contains(&service) {
                consumers.others(&reading.body, service, 0);
            }
        }
        consumers
    }

    fn uses_of(&mut self, arn: &str) -> Option<&mut Uses> {
        let parts = Parts::of(arn).filter(|parts| parts.kind == Kind::Role)?;
        self.uses.get_mut(&parts.arn())
    }

    fn machines(&mut self, state: &State<'_>) {
        let roles = roles_of_profiles(state);
        let path = "Reservations[].Instances[]";
        for item in state.account.items("ec2", "DescribeInstances", path) {
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

    /// What a role's consumers are, one sentence each; empty when none is known and all would be.
    pub(super) fn sentences(&self, role: &str) -> Vec<String> {
        let mut said = Vec::new();
        let Some(uses) = self.uses.get(role) else {
            return said;
        };
        let counts = [
            (uses.functions.len(), "function", "functions"),
            (uses.instances.len(), "instance", "instances"),
            (
                uses.tasks.len(),
                "kind of container task",
                "kinds of container task",
            ),
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
            said.push(format!("{list} {verb} this role: {}", names.join(", ")));
        }
        if !uses.others.is_empty() {
            let services: Vec<&str> = uses.others.iter().map(String::as_str).collect();
            said.push(format!("{} names this role as well", services.join(", ")));
        }
        if !self.unread.is_empty() {
            said.push(format!(
                "not known whether {} use this role: they were not read in full",
                self.unread.join(", ")
            ));
        }
        said
    }
}

impl Uses {
    fn names(&self) -> impl Iterator<Item = String> {
        let all = self.instances.iter().chain(&self.functions).chain(&self.tasks);
        all.map(|name| shown(name.rsplit(':').next().unwrap_or(name), 60))
    }
}

/// The role of each instance profile, by ARNs.
pub(super) fn roles_of_profiles(state: &State<'_>) -> BTreeMap<String, String> {
    let items = state
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
