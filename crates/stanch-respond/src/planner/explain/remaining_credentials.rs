//! Credentials that stay valid after the plan: every session, its last possible moment, and the step that denies it.
//!
//! It must include sessions that no log names: those of a user stay valid for up to 36 hours, of a role up to 12 (AWS STS,
//! `GetSessionToken`, `AssumeRole`).

use std::collections::BTreeMap;

use stanch_core::Timestamp;
use stanch_core::arn::one_name;
use stanch_core::dossier::SubjectKind;
use stanch_core::plan::{RemainingCredential, StepNumber};
use stanch_core::text::shown;

use crate::planner::scope::exempt::Exempt;
use crate::planner::scope::{CompromisedIdentity, Scope, WORDS};
use crate::planner::steps::draft::Key;

/// The action that denies one instance's sessions of a role, distinguished by the instance.
const INSTANCES: &str = "instance-sessions-deny";
const HOUR_MILLIS: i64 = 3_600_000;
const USER_HOURS: i64 = 36;
const ROLE_HOURS: i64 = 12;

/// The steps that deny, by action and principal, and those that deny an instance's sessions.
struct Denies {
    by: BTreeMap<(&'static str, String), StepNumber>,
    instances: BTreeMap<String, StepNumber>,
}

impl Denies {
    fn of(numbers: &BTreeMap<Key, StepNumber>) -> Self {
        let by = numbers
            .iter()
            .filter(|((action, _, apart, _), _)| *action != INSTANCES && apart.is_empty());
        let instances = numbers
            .iter()
            .filter(|((action, _, _, _), _)| *action == INSTANCES);
        Self {
            by: by
                .map(|((action, id, _, _), number)| ((*action, one_name(id)), *number))
                .collect(),
            instances: instances
                .map(|((_, _, instance, _), number)| (instance.clone(), *number))
                .collect(),
        }
    }

    fn by(&self, actions: &[&'static str], principal: &str) -> Option<StepNumber> {
        let mut found = actions.iter().filter_map(|action| {
            let key = (*action, principal.to_owned());
            self.by.get(&key).copied()
        });
        found.next()
    }

    fn of_principal(&self, id: &str) -> Option<StepNumber> {
        let all = [
            "user-deny",
            "user-sessions-revoke",
            "role-deny",
            "role-sessions-revoke",
            "role-sessions-revoke-attached",
            "user-deny-attached",
            "role-deny-attached",
            "user-deny-boundary",
            "role-deny-boundary",
        ];
        self.by(&all, id)
    }
}

/// Returns all remaining credentials: those that no step denies first, then by the last moment they are valid.
pub(in crate::planner) fn remaining(
    scope: &Scope,
    numbers: &BTreeMap<Key, StepNumber>,
    exempt: &Exempt,
    now: Timestamp,
) -> Vec<RemainingCredential> {
    let denies = Denies::of(numbers);
    let mut remaining: Vec<RemainingCredential> = scope
        .identities
        .iter()
        .filter_map(|(id, identity)| match identity.kind {
            SubjectKind::Session => session(id, identity, &denies, scope, now),
            SubjectKind::User => Some(unnamed(
                id,
                USER_HOURS,
                "GetSessionToken and GetFederationToken issue them for up to 36 hours, the console for 12",
                &denies,
                exempt,
                now,
            )),
            SubjectKind::Role => Some(unnamed(
                id,
                ROLE_HOURS,
                "AssumeRole issues them for up to 12 hours, from another role for at most one",
                &denies,
                exempt,
                now,
            )),
            SubjectKind::LongTermKey => key(id, identity, &denies, now),
            SubjectKind::Root => Some(RemainingCredential {
                credential: shown(id, WORDS),
                of: shown(id, WORDS),
                until: None,
                denied_by: None,
                remark: "the root user: no step of this plan ends its password, access keys and sessions"
                    .to_owned(),
            }),
            _ => None,
        })
        .collect();
    remaining.sort_by(|one, other| {
        let key = |remaining: &RemainingCredential| {
            let is_open = remaining.denied_by.is_none();
            (
                !is_open,
                remaining.until.is_some(),
                std::cmp::Reverse(remaining.until),
            )
        };
        (key(one), &one.credential).cmp(&(key(other), &other.credential))
    });
    remaining
}

fn session(
    id: &str,
    identity: &CompromisedIdentity,
    denies: &Denies,
    scope: &Scope,
    now: Timestamp,
) -> Option<RemainingCredential> {
    if identity.until.is_some_and(|until| until <= now) {
        return None;
    }
    let owner = identity.owner.clone().unwrap_or_default();
    let by_instance = identity
        .instance
        .as_deref()
        .and_then(|instance| denies.instances.get(instance).copied());
    let is_federated = scope
        .identities
        .get(&owner)
        .is_some_and(|owner| owner.kind == SubjectKind::FederatedUser);
    // A federated session has at most the permissions of its user: it is denied with the user.
    let users = scope
        .identities
        .iter()
        .filter(|(_, identity)| is_federated && identity.kind == SubjectKind::User);
    let mut by_user = users.filter_map(|(user, _)| denies.of_principal(user));
    let denied_by = by_instance
        .or_else(|| denies.of_principal(&owner))
        .or_else(|| by_user.next());
    let used = identity.last.map_or_else(
        || "no use of it is known".to_owned(),
        |last| format!("last used at {last}, {} calls", identity.calls),
    );
    let until = if identity.until.is_some() {
        ""
    } else {
        "; its expiry is not logged"
    };
    Some(RemainingCredential {
        credential: shown(id, WORDS),
        of: shown(&owner, WORDS),
        until: identity.until,
        denied_by,
        remark: format!("session; {used}{until}"),
    })
}

fn unnamed(
    id: &str,
    hours: i64,
    how: &str,
    denies: &Denies,
    exempt: &Exempt,
    now: Timestamp,
) -> RemainingCredential {
    let denied_by = denies.of_principal(id);
    let remark = match (denied_by, exempt.why(id)) {
        (_, Some(why)) => format!("sessions that are not logged; not denied, because {why}"),
        _ => format!("sessions that are not logged: {how}"),
    };
    RemainingCredential {
        credential: format!("other sessions of {}", shown(id, WORDS)),
        of: shown(id, WORDS),
        until: Some(now.plus_millis(hours * HOUR_MILLIS)),
        denied_by,
        remark,
    }
}

/// Returns the key where no step deactivates it.
fn key(
    id: &str,
    identity: &CompromisedIdentity,
    denies: &Denies,
    now: Timestamp,
) -> Option<RemainingCredential> {
    let is_off = denies.by(&["access-key-deactivate"], id).is_some();
    let is_gone = identity.presence == stanch_core::assessment::Presence::Gone;
    if is_off || is_gone || identity.until.is_some_and(|until| until <= now) {
        return None;
    }
    let owner = identity.owner.clone().unwrap_or_default();
    Some(RemainingCredential {
        credential: shown(id, WORDS),
        of: shown(&owner, WORDS),
        until: None,
        denied_by: denies.of_principal(&owner),
        remark: "long-term access key that no step deactivates: see what this plan does not fix".to_owned(),
    })
}
