//! What a plan cut off, and by what in an event it is known again: keys, principals, sessions' roles, addresses.
//!
//! A role or user that only lost its older sessions is not burned itself: its workloads and its legitimate keys
//! continue. It must not keep events.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use stanch_core::plan::{Step, Wave};
use stanch_core::text::bounded;
use stanch_core::{Event, Plan, Timestamp};

use super::sighting::SightingKind;

/// Members of a request that name whom it is about.
const SUBJECTS: [&str; 4] = ["userName", "roleName", "accessKeyId", "name"];

/// Calls that take a deny away or let a credential work again.
const STRIPPERS: [&str; 11] = [
    "DeleteUserPolicy",
    "DetachUserPolicy",
    "DeleteUserPermissionsBoundary",
    "PutUserPermissionsBoundary",
    "DeleteRolePolicy",
    "DetachRolePolicy",
    "DeleteRolePermissionsBoundary",
    "PutRolePermissionsBoundary",
    "UpdateAccessKey",
    "PutUserPolicy",
    "PutRolePolicy",
];

/// Actions that revoke older sessions alone: what is opened afterwards is legitimate.
const OLDER_SESSIONS: [&str; 3] = [
    "role-sessions-revoke",
    "role-sessions-revoke-attached",
    "user-sessions-revoke",
];

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Burned {
    keys: BTreeSet<String>,
    principals: BTreeSet<String>,
    /// Names of users and roles that are denied or lost something, with their ARNs.
    names: BTreeMap<String, String>,
    addresses: BTreeSet<String>,
    /// The responder: what it does itself is no sighting.
    responder: String,
}

impl Burned {
    /// What a plan cuts off. Addresses of the attacker come from the logs.
    #[must_use]
    pub fn of(plan: &Plan, addresses: impl IntoIterator<Item = String>) -> Self {
        let mut burned = Self {
            addresses: addresses.into_iter().collect(),
            responder: plan.responder.arn.clone(),
            ..Self::default()
        };
        for step in &plan.steps {
            burned.take(step);
        }
        for remaining in &plan.remaining_credentials {
            burned.keys.insert(remaining.credential.clone());
        }
        burned
    }

    fn take(&mut self, step: &Step) {
        let target = &step.change.target;
        if !matches!(
            step.change.wave,
            Wave::Organization | Wave::Deny | Wave::Credential
        ) {
            return;
        }
        match target.kind.as_str() {
            "access-key" => {
                self.keys.insert(target.name.clone());
            }
            "iam-user" => {
                self.names.insert(target.name.clone(), target.id.clone());
                if !OLDER_SESSIONS.contains(&step.change.action.as_str()) {
                    self.principals.insert(target.id.clone());
                }
            }
            "iam-role" => {
                self.names.insert(target.name.clone(), target.id.clone());
                if !OLDER_SESSIONS.contains(&step.change.action.as_str()) {
                    self.principals.insert(target.id.clone());
                }
            }
            _ => {}
        }
    }

    /// Keys, principals and addresses that are watched for.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize) {
        (self.keys.len(), self.principals.len(), self.addresses.len())
    }

    /// What an event means.
    pub(super) fn judge(&self, event: &Event<'_>) -> Option<(SightingKind, String)> {
        if self.is_responder(event) {
            return None;
        }
        let succeeded = event.outcome().succeeded();
        let caller = self.caller(event);
        if succeeded && let Some(what) = self.stripped(event) {
            return Some((SightingKind::Stripped, what));
        }
        let Some(caller) = caller else {
            let is_known = self.addresses.contains(event.source_address.as_ref());
            return is_known.then(|| {
                let why =
                    "it came from an address of the attacker, by somebody who was not cut off".to_owned();
                (SightingKind::KnownAddress, why)
            });
        };
        if !succeeded {
            return Some((SightingKind::Refused, format!("{caller} was used, and refused")));
        }
        if stanch_aws_facts::named(event.base_name()).any(|fact| fact.makes_credential) {
            return Some((
                SightingKind::NewCredential,
                format!("{caller} made or was given a credential"),
            ));
        }
        Some((
            SightingKind::GotThrough,
            format!("{caller} was used, and its call was carried out"),
        ))
    }

    fn is_responder(&self, event: &Event<'_>) -> bool {
        !self.responder.is_empty() && event.identity.arn == self.responder.as_str()
    }

    /// The burned thing that called.
    fn caller(&self, event: &Event<'_>) -> Option<String> {
        let identity = &event.identity;
        if self.keys.contains(identity.access_key_id.as_ref()) {
            return Some(format!("key {}", bounded(&identity.access_key_id, 40)));
        }
        let named = [
            identity.arn.as_ref(),
            identity.issuer_arn.as_ref(),
            event.principal_key(),
        ];
        let principal = named.into_iter().find(|arn| self.principals.contains(*arn))?;
        Some(bounded(principal, 200))
    }

    /// What of ours an event took away.
    fn stripped(&self, event: &Event<'_>) -> Option<String> {
        let name = event.base_name();
        if !STRIPPERS.contains(&name) {
            return None;
        }
        let request = event.request();
        let text = |member: &str| request.get(member).and_then(Value::as_str).unwrap_or_default();
        let subject = SUBJECTS
            .into_iter()
            .map(text)
            .find(|text| self.is_watched(text))?;
        let is_ours = match name {
            "UpdateAccessKey" => text("status").eq_ignore_ascii_case("active"),
            "DeleteUserPolicy" | "DeleteRolePolicy" | "PutUserPolicy" | "PutRolePolicy" => {
                text("policyName").starts_with("Stanch") || text("policyName") == "AWSRevokeOlderSessions"
            }
            "DetachUserPolicy" | "DetachRolePolicy" => text("policyArn").ends_with(":policy/AWSDenyAll"),
            _ => true,
        };
        is_ours.then(|| {
            format!(
                "{name} on {} takes a part of the containment away",
                bounded(subject, 100)
            )
        })
    }

    fn is_watched(&self, text: &str) -> bool {
        self.names.contains_key(text) || self.keys.contains(text)
    }

    /// Watches for what a suspect made, too.
    pub(super) fn learn(&mut self, event: &Event<'_>) {
        let key = ["accessKey/accessKeyId", "credentials/accessKeyId"]
            .into_iter()
            .find_map(|path| event.response_text(path));
        if let Some(key) = key {
            self.keys.insert(bounded(key, 40));
        }
        for (path, of) in [("user/arn", "user/userName"), ("role/arn", "role/roleName")] {
            if let (Some(arn), Some(name)) = (event.response_text(path), event.response_text(of)) {
                self.principals.insert(bounded(arn, 300));
                self.names.insert(bounded(name, 128), bounded(arn, 300));
            }
        }
    }
}

/// How far logs are behind: from the time of the latest event to a moment; none without an event.
#[must_use]
pub fn lag_seconds(latest: Option<Timestamp>, now: Timestamp) -> Option<i64> {
    latest.map(|latest| now.since(latest) / 1000)
}

#[cfg(test)]
mod tests {
    use super::OLDER_SESSIONS;
    use crate::actions;

    #[test]
    fn every_action_that_revokes_sessions_leaves_its_principal_usable() {
        let revoking: Vec<&str> = actions::ALL
            .iter()
            .map(|action| action.about().name)
            .filter(|name| name.contains("-sessions-revoke"))
            .collect();
        assert_eq!(revoking, OLDER_SESSIONS);
    }
}
