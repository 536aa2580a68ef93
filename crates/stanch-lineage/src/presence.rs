//! Presence of users, roles and keys in a snapshot: they exist, they do not, or it says nothing.
//!
//! A thing is gone only where everything that would show it was read. It must not know how a snapshot is stored.

use rustc_hash::FxHashSet;
use serde_json::Value;
use stanch_core::Arn;
use stanch_core::arn::partition_of;
use stanch_core::assessment::Presence;
use stanch_core::dossier::{Derivation, SubjectKind};
use stanch_core::text::bounded;
use stanch_core::{CallOutcome, Reading};

use super::graph::{Lineage, kind_of};
use super::names;

/// Existing resources, by account.
#[derive(Debug, Default)]
pub struct Presences {
    there: FxHashSet<String>,
    /// Accounts whose users and roles were read whole.
    principals: FxHashSet<String>,
    /// Users whose keys were read: account and name.
    keys: FxHashSet<String>,
}

impl Presences {
    /// Takes a reading, and gives the lineage what it says of who owns what.
    pub fn observe(&mut self, reading: &Reading, lineage: &mut Lineage) {
        let account = reading.account.as_str();
        let is_read = reading.outcome == CallOutcome::Ok;
        match (reading.service.as_str(), reading.operation.as_str()) {
            ("iam", "GetAccountAuthorizationDetails") => {
                for (list, id) in [("UserDetailList", "UserId"), ("RoleDetailList", "RoleId")] {
                    for item in items(&reading.body, list) {
                        self.principal(item, id, lineage);
                    }
                }
                // With a filter only some kinds are told.
                if is_read && reading.params.get("Filter").is_none() {
                    self.principals.insert(account.to_owned());
                }
            }
            ("iam", "ListAccessKeys") => {
                for item in items(&reading.body, "AccessKeyMetadata") {
                    self.key(account, item, lineage);
                }
                if let Some(user) = text(&reading.params, "UserName").filter(|_| is_read) {
                    self.keys.insert(format!("{account} {user}"));
                }
            }
            ("ec2", "DescribeInstances") => {
                let reservations = items(&reading.body, "Reservations");
                for machine in reservations.flat_map(|reservation| items(reservation, "Instances")) {
                    let is_ended =
                        machine.pointer("/State/Name").and_then(Value::as_str) == Some("terminated");
                    if let Some(id) = text(machine, "InstanceId").filter(|_| !is_ended) {
                        self.there.insert(bounded(id, 64));
                    }
                }
            }
            ("lambda", "ListFunctions") => {
                for function in items(&reading.body, "Functions") {
                    if let Some(arn) = text(function, "FunctionArn") {
                        let place = (partition_of(arn), account, reading.region.as_str());
                        self.there.insert(names::function(place, arn));
                    }
                }
            }
            _ => {}
        }
    }

    fn principal(&mut self, item: &Value, id: &str, lineage: &mut Lineage) {
        let Some(arn) = text(item, "Arn").and_then(names::principal) else {
            return;
        };
        let place = lineage.node(&arn, kind_of(&arn));
        if let Some(id) = text(item, id) {
            let number = lineage.words.number(id);
            let node = &mut lineage.nodes[place as usize];
            node.principal_id = node.principal_id.or(Some(number));
        }
        self.there.insert(arn);
    }

    fn key(&mut self, account: &str, item: &Value, lineage: &mut Lineage) {
        let (Some(key), Some(user)) = (text(item, "AccessKeyId"), text(item, "UserName")) else {
            return;
        };
        if !names::is_key(key) {
            return;
        }
        let key_place = lineage.key(key);
        let arn = bounded(&format!("arn:aws:iam::{account}:user/{user}"), 512);
        let known = self.there.iter().find(|known| {
            known
                .rsplit_once(":user/")
                .is_some_and(|(head, name)| name == user && head.ends_with(account))
        });
        let arn = known.cloned().unwrap_or(arn);
        let user = lineage.node(&arn, SubjectKind::User);
        lineage.edge(user, key_place, Derivation::Belongs, None);
        self.there.insert(key.to_owned());
    }

    /// Returns true when the keys of every user of an account were read: one that was not asked may hold any key.
    fn are_keys_read(&self, account: &str) -> bool {
        let head = format!(":iam::{account}:user/");
        let mut users = self.there.iter().filter_map(|arn| Some(arn.split_once(&head)?.1));
        users.all(|user| self.keys.contains(&format!("{account} {user}")))
    }

    /// Decision whether something is in an account. `account` is the one that it is of, where that is known.
    #[must_use]
    pub fn of(&self, id: &str) -> Presence {
        if self.there.contains(id) {
            return Presence::Exists;
        }
        let account = if names::is_key(id) {
            stanch_core::unique_id::account_of_key(id).map(|account| account.0)
        } else {
            Arn::parse(id).map(|arn| arn.account.to_owned())
        };
        let Some(account) = account else {
            return Presence::Unknown;
        };
        let is_known = if id.starts_with("AKIA") {
            self.principals.contains(&account) && self.are_keys_read(&account)
        } else {
            id.contains(":iam::") && !id.ends_with(":root") && self.principals.contains(&account)
        };
        if is_known {
            Presence::Gone
        } else {
            Presence::Unknown
        }
    }
}

fn items<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use stanch_core::Timestamp;

    use super::*;

    fn reading(operation: &str, params: Value, outcome: CallOutcome, body: Value) -> Reading {
        Reading {
            account: "029608264753".into(),
            region: "us-east-1".into(),
            service: "iam".into(),
            operation: operation.into(),
            params,
            outcome,
            code: None,
            message: None,
            items: 1,
            pages: 1,
            sha256s: Vec::new(),
            at: Timestamp(0),
            body,
        }
    }

    #[test]
    fn a_key_is_gone_only_where_the_keys_of_every_user_were_read() {
        const GONE: &str = "AKIAQNZGKIQY56JQ7WML";
        let arn = |name: &str| json!({"Arn": format!("arn:aws:iam::029608264753:user/{name}")});
        let users = json!({"UserDetailList": [arn("ann"), arn("bob")]});
        let mut lineage = Lineage::default();
        let mut presences = Presences::default();
        let mut observe =
            |presences: &mut Presences, reading: &Reading| presences.observe(reading, &mut lineage);
        observe(
            &mut presences,
            &reading(
                "GetAccountAuthorizationDetails",
                json!({}),
                CallOutcome::Ok,
                users,
            ),
        );
        let keys = |user: &str, outcome| {
            reading(
                "ListAccessKeys",
                json!({"UserName": user}),
                outcome,
                json!({"AccessKeyMetadata": []}),
            )
        };
        observe(&mut presences, &keys("ann", CallOutcome::Ok));
        assert_eq!(presences.of(GONE), Presence::Unknown, "bob was not asked");
        observe(&mut presences, &keys("bob", CallOutcome::Denied));
        assert_eq!(presences.of(GONE), Presence::Unknown, "bob was denied");
        observe(&mut presences, &keys("bob", CallOutcome::Ok));
        assert_eq!(presences.of(GONE), Presence::Gone);
    }
}
