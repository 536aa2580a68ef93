//! A call refused, a permission changed, the same call served: somebody opened a door that was shut.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use stanch_core::PrincipalArn;
use stanch_core::finding::{DetectionAbout, Fact};
use stanch_core::principal::Principal;
use stanch_core::{EventKey, Outcome, Severity, Tactic, Timestamp};

use super::support::evidence::Choice;
use super::support::{About, Bounded, Capped, DAY, Evidence, Latest, Principals, principals, slot_of, words};
use crate::detector::{Detector, Found, Interest, JudgeContext};
use crate::observation::Observation;

/// From refusal to success. Long enough for a night between, short enough that the three belong together.
const WINDOW: i64 = DAY;
/// Different calls remembered per principal.
const CALL_CAP: usize = 512;
/// Permission changes remembered: the latest ones.
const GRANT_CAP: usize = 4_096;
/// One event for each end of the chain.
const CITED: Choice = Choice::Earliest(1);

/// Calls that change what somebody may do, and the request member that names whom.
const GRANTS: [(&str, &str); 17] = [
    ("AddUserToGroup", "userName"),
    ("AttachGroupPolicy", "groupName"),
    ("AttachRolePolicy", "roleName"),
    ("AttachUserPolicy", "userName"),
    ("CreatePolicyVersion", "policyArn"),
    ("DeleteRolePermissionsBoundary", "roleName"),
    ("DeleteRolePolicy", "roleName"),
    ("DeleteUserPermissionsBoundary", "userName"),
    ("DeleteUserPolicy", "userName"),
    ("DetachRolePolicy", "roleName"),
    ("DetachUserPolicy", "userName"),
    ("PutGroupPolicy", "groupName"),
    ("PutRolePermissionsBoundary", "roleName"),
    ("PutRolePolicy", "roleName"),
    ("PutUserPermissionsBoundary", "userName"),
    ("PutUserPolicy", "userName"),
    ("SetDefaultPolicyVersion", "policyArn"),
];

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DeniedThenGranted;

/// First refusal and first success of every call by principal, and the permission changes.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct GrantState {
    principals: Principals<Capped<Tries>>,
    grants: Latest<(Timestamp, EventKey), Grant, GRANT_CAP>,
    evidence: Evidence,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Tries {
    denied: Option<(Timestamp, EventKey)>,
    succeeded: Option<(Timestamp, EventKey)>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Grant {
    call: Box<str>,
    actor: Box<str>,
    target: Box<str>,
}

impl Bounded for Tries {}
impl Bounded for Grant {}

/// The earlier of what is known and what is new; says whether the new one won.
fn earlier(known: &mut Option<(Timestamp, EventKey)>, new: (Timestamp, EventKey)) -> bool {
    let wins = known.is_none_or(|known| new < known);
    if wins {
        *known = Some(new);
    }
    wins
}

impl Detector for DeniedThenGranted {
    type State = GrantState;

    fn about(&self) -> DetectionAbout {
        About {
            id: "denied-then-granted",
            title: "Refused call succeeded after a change of permissions",
            severity: Severity::Medium,
            tactics: &[Tactic::PrivilegeEscalation],
            techniques: &["T1098.003"],
            why: "An identity was refused something, then its permissions were changed, then the same call went \
                  through. When the identity changed them itself, it raised its own privileges.",
            false_positives: &[
                "An administrator who grants what a colleague asked for",
                "A deployment that repairs its own role while it runs",
            ],
            next: &[
                "Look at who changed the permissions and whether they were meant to",
                "Remove the permission until that is known",
                "List what was done with it",
            ],
        }
        .build()
    }

    fn interest(&self) -> Interest {
        Interest::Every
    }

    fn observe(&self, state: &mut Self::State, observation: &Observation<'_, '_>) {
        let event = observation.event;
        let outcome = observation.outcome();
        if !matches!(outcome, Outcome::Success | Outcome::Denied) || !observation.is_call_by_someone() {
            return;
        }
        let name = event.base_name();
        let moment = (event.time, event.key);
        let tries = state
            .principals
            .of(observation)
            .slot_numbered(observation.numbers.name, name, CALL_CAP);
        let (place, end) = if outcome == Outcome::Denied {
            (&mut tries.denied, "denied")
        } else {
            (&mut tries.succeeded, "succeeded")
        };
        if earlier(place, moment) {
            let slot = slot_of(&[principals::key(observation), name, end]);
            state.evidence.add(slot, CITED, observation);
        }
        if outcome == Outcome::Success
            && let Ok(index) = GRANTS.binary_search_by(|(grant, _)| (*grant).cmp(name))
        {
            let target = event.request_text(GRANTS[index].1).unwrap_or("");
            let grant = Grant {
                call: name.into(),
                actor: principals::key(observation).into(),
                target: stanch_core::text::bounded(target, 256).into(),
            };
            state.grants.insert(moment, grant);
            state.evidence.add(grant_slot(moment), CITED, observation);
        }
    }

    fn merge(&self, into: &mut Self::State, from: Self::State, _cited_limit: usize) {
        into.principals.merge(from.principals, |into, from| {
            into.merge(from, CALL_CAP, |into, from| {
                if let Some(moment) = from.denied {
                    earlier(&mut into.denied, moment);
                }
                if let Some(moment) = from.succeeded {
                    earlier(&mut into.succeeded, moment);
                }
            });
        });
        into.grants.extend(from.grants);
        into.evidence.merge(from.evidence, CITED);
    }

    fn overflowed(&self, state: &Self::State) -> bool {
        state.principals.overflowed() || state.grants.overflowed() || state.evidence.overflowed()
    }

    fn judge(&self, state: Self::State, context: &JudgeContext<'_>) -> Vec<Found> {
        let (grants, evidence) = (state.grants, state.evidence);
        state
            .principals
            .into_sorted()
            .filter_map(|(principal, calls)| {
                let chains = chains(&principal, calls, &grants);
                tell(principal, &chains, &evidence, context)
            })
            .collect()
    }
}

fn grant_slot(moment: (Timestamp, EventKey)) -> u64 {
    slot_of(&[&moment.1.to_string(), "grant"])
}

/// Refused, granted, served.
struct Chain {
    call: String,
    denied: Timestamp,
    granted: (Timestamp, EventKey),
    succeeded: Timestamp,
    grant: Grant,
    by_itself: bool,
}

fn chains(
    principal: &Principal,
    calls: Capped<Tries>,
    grants: &BTreeMap<(Timestamp, EventKey), Grant>,
) -> Vec<Chain> {
    let chain = |(name, tries): (Box<str>, Tries)| {
        let (denied, succeeded) = (tries.denied?, tries.succeeded?);
        if succeeded <= denied || succeeded.0.since(denied.0) > WINDOW {
            return None;
        }
        let (granted, grant) = grants
            .range(denied..=succeeded)
            .find(|(_, grant)| concerns(grant, principal))?;
        Some(Chain {
            call: name.into_string(),
            denied: denied.0,
            granted: *granted,
            succeeded: succeeded.0,
            grant: grant.clone(),
            by_itself: *grant.actor == principal.key,
        })
    };
    calls
        .into_sorted(CALL_CAP)
        .into_iter()
        .filter_map(chain)
        .collect()
}

/// Whether a change may have opened a door for this principal: it names the principal, or the principal made it
/// and it names a group or policy that may be its own.
fn concerns(grant: &Grant, principal: &Principal) -> bool {
    let names = GRANTS
        .iter()
        .find(|(call, _)| *call == &*grant.call)
        .map_or("", |(_, member)| *member);
    let is_its_own = match names {
        "userName" => principal.key.contains(":user/"),
        "roleName" => principal.key.contains("role/"),
        _ => return *grant.actor == principal.key,
    };
    is_its_own && short_name(&principal.key) == &*grant.target
}

/// The user's or role's own name in a principal's key.
fn short_name(key: &str) -> &str {
    PrincipalArn::parse(key).map_or_else(
        || key.rsplit('/').next().unwrap_or(key),
        |principal| principal.name,
    )
}

fn tell(
    principal: Principal,
    chains: &[Chain],
    evidence: &Evidence,
    context: &JudgeContext<'_>,
) -> Option<Found> {
    // A principal that opened its own door matters more than one that was let in.
    let chain = chains
        .iter()
        .min_by_key(|chain| (!chain.by_itself, chain.denied, chain.granted))?;
    let severity = match chain.by_itself {
        true if short_name(&principal.key) == &*chain.grant.target => Severity::High,
        true => Severity::Medium,
        false => Severity::Low,
    };
    let by = if chain.by_itself {
        "it changed that itself".to_owned()
    } else {
        format!("{} changed that", chain.grant.actor)
    };
    let span = (
        chains.iter().map(|chain| chain.denied).min()?,
        chains.iter().map(|chain| chain.succeeded).max()?,
    );
    let calls: Vec<&str> = chains.iter().map(|chain| chain.call.as_str()).collect();
    let ends = chains
        .iter()
        .flat_map(|chain| ["denied", "succeeded"].map(|end| slot_of(&[&principal.key, &chain.call, end])));
    let slots: Vec<u64> = ends
        .chain(chains.iter().map(|chain| grant_slot(chain.granted)))
        .collect();
    Some(Found {
        severity,
        first: span.0,
        last: span.1,
        count: chains.len() as u64 * 3,
        succeeded: chains.len() as u64 * 2,
        summary: format!(
            "{} was refused {} at {}, {by} with {} on {} at {}, and the call went through at {}.",
            principal.name,
            chain.call,
            chain.denied,
            chain.grant.call,
            if chain.grant.target.is_empty() {
                "an unnamed resource"
            } else {
                &chain.grant.target
            },
            chain.granted.0,
            chain.succeeded,
        ),
        facts: vec![
            Fact::new("calls opened", &words::list(&calls, 12)),
            Fact::new("changed by", &chain.grant.actor),
            Fact::new(
                "change",
                &format!("{} on {}", chain.grant.call, chain.grant.target),
            ),
        ],
        sample: evidence.sample(slots, span, context.cited_limit),
        principal,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::contract::{Call, call, judged};
    use super::*;

    fn refused_and_served() -> Vec<Call> {
        let list = call("2026-03-06T14:00:00Z", "ListUsers").to("iam");
        vec![list.clone().error("AccessDenied"), list.later(600)]
    }

    fn grant(name: &str, member: &str, target: &str) -> Call {
        call("2026-03-06T14:05:00Z", name)
            .to("iam")
            .request(json!({ member: target }))
    }

    #[test]
    fn grants_are_sorted_for_the_search() {
        assert!(GRANTS.is_sorted());
    }

    #[test]
    fn raising_its_own_privileges_is_high() {
        let mut calls = refused_and_served();
        calls.push(grant("AttachUserPolicy", "userName", "ci-deploy"));
        let found = judged(DeniedThenGranted, &calls);
        assert_eq!(
            (found.len(), found[0].severity, found[0].sample.len()),
            (1, Severity::High, 3)
        );
        insta::assert_snapshot!(found[0].summary, @"user ci-deploy was refused ListUsers at 2026-03-06T14:00:00Z, it changed that itself with AttachUserPolicy on ci-deploy at 2026-03-06T14:05:00Z, and the call went through at 2026-03-06T14:10:00Z.");
    }

    #[test]
    fn a_new_version_of_some_policy_by_itself_is_medium() {
        let mut calls = refused_and_served();
        calls.push(grant(
            "CreatePolicyVersion",
            "policyArn",
            "arn:aws:iam::111122223333:policy/team",
        ));
        assert_eq!(judged(DeniedThenGranted, &calls)[0].severity, Severity::Medium);
    }

    #[test]
    fn help_from_an_administrator_is_low() {
        let mut calls = refused_and_served();
        calls.push(grant("AttachUserPolicy", "userName", "ci-deploy").by_user("admin"));
        let found = judged(DeniedThenGranted, &calls);
        assert_eq!((found.len(), found[0].severity), (1, Severity::Low));
    }

    #[test]
    fn a_change_for_somebody_else_or_that_failed_opens_nothing() {
        let mut calls = refused_and_served();
        calls.push(grant("AttachUserPolicy", "userName", "other").by_user("admin"));
        calls.push(grant("AttachRolePolicy", "roleName", "ci-deploy"));
        calls.push(grant("PutUserPolicy", "userName", "ci-deploy").error("AccessDenied"));
        assert!(judged(DeniedThenGranted, &calls).is_empty());
    }

    #[test]
    fn what_had_worked_before_was_not_opened() {
        let mut calls = refused_and_served();
        calls.push(grant("AttachUserPolicy", "userName", "ci-deploy"));
        calls.push(call("2026-03-06T10:00:00Z", "ListUsers").to("iam"));
        assert!(judged(DeniedThenGranted, &calls).is_empty());
    }

    #[test]
    fn a_role_session_is_known_by_its_role() {
        let by = |call: Call| call.by_role("web", "ann@example.com");
        let mut calls: Vec<Call> = refused_and_served().into_iter().map(by).collect();
        calls.push(by(grant("PutRolePolicy", "roleName", "web")));
        assert_eq!(judged(DeniedThenGranted, &calls)[0].severity, Severity::High);
    }
}
