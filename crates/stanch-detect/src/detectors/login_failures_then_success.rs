//! Failed console sign-ins followed by one that succeeded; or one address that tries many users.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use stanch_core::event::IdentityKind;
use stanch_core::finding::{DetectionAbout, Fact};
use stanch_core::principal::Principal;
use stanch_core::text::bounded;
use stanch_core::{EventKey, Severity, Tactic, Timestamp};

use super::support::evidence::Choice;
use super::support::{About, Bounded, Capped, DAY, Evidence, HOUR, Latest, slot_of, window, words};
use crate::detector::{Detector, Found, Interest, JudgeContext};
use crate::observation::Observation;

/// Failures before a success that are worth a word. Fewer is a slip of the finger.
const FAILURES: usize = 3;
/// Failures from which it is guessing: AWS's own console lets nobody mistype this often by accident.
const GUESSING: usize = 10;
/// How long before the success the failures may lie, and how long spraying may take.
const WINDOW: i64 = HOUR;
/// Different users tried from one address that make it spraying.
const SPRAYED_USERS: usize = 5;
/// Users and addresses remembered.
const LANE_CAP: usize = 4_096;
/// Sign-ins remembered per user or address: the latest ones.
const ATTEMPT_CAP: usize = 512;
const CITED: Choice = Choice::Earliest(12);

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LoginFailuresThenSuccess;

/// Sign-ins by user and by address.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct AttemptState {
    users: Capped<Lane>,
    addresses: Capped<Lane>,
    evidence: Evidence,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Lane {
    attempts: Latest<(Timestamp, EventKey), Attempt, ATTEMPT_CAP>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Attempt {
    user: Box<str>,
    address: Box<str>,
    /// Who signed in, for a success.
    signed_in: Option<Principal>,
    second_factor: bool,
}

impl Lane {
    fn merge(&mut self, other: Self) {
        self.attempts.extend(other.attempts);
    }
}

impl Bounded for Attempt {}

impl Bounded for Lane {
    fn overflowed(&self) -> bool {
        self.attempts.overflowed()
    }
}

impl Detector for LoginFailuresThenSuccess {
    type State = AttemptState;

    fn about(&self) -> DetectionAbout {
        About {
            id: "login-failures-then-success",
            title: "Console sign-in after failed attempts, or many users tried",
            severity: Severity::Medium,
            tactics: &[Tactic::CredentialAccess, Tactic::InitialAccess],
            techniques: &["T1110.001", "T1110.003", "T1078.004"],
            why: "Passwords are guessed: many for one user, or one for many users from the same address. A success \
                  after that may mean that a guess was right.",
            false_positives: &[
                "A user who forgot the password or lost the MFA device",
                "Many users behind one office address on the day passwords expire",
            ],
            next: &[
                "Ask the user whether the attempts and the sign-in were theirs",
                "Change the password and require MFA",
                "Look at what was done in the session",
            ],
        }
        .build()
    }

    fn interest(&self) -> Interest {
        Interest::Names(&["ConsoleLogin"])
    }

    fn observe(&self, state: &mut Self::State, observation: &Observation<'_, '_>) {
        let event = observation.event;
        // Roles and federated users type their password elsewhere; their records tell nothing of it.
        if !matches!(event.identity.kind, IdentityKind::IamUser | IdentityKind::Root) {
            return;
        }
        let user = user_of(observation);
        let success = observation.outcome().succeeded();
        let attempt = Attempt {
            user: user.as_str().into(),
            address: bounded(&event.source_address, 128).into(),
            signed_in: success.then(|| observation.principal().clone()),
            second_factor: event
                .additional()
                .get("MFAUsed")
                .and_then(serde_json::Value::as_str)
                == Some("Yes"),
        };
        let moment = (event.time, event.key);
        let day = super::support::days::day_of(event.time).to_string();
        let end = if success { "succeeded" } else { "failed" };
        for (kind, key) in [("user", user.as_str()), ("address", &attempt.address)] {
            let slot = slot_of(&[kind, key, &day, end]);
            state.evidence.add(slot, CITED, observation);
        }
        for (lanes, key) in [
            (&mut state.users, user.as_str()),
            (&mut state.addresses, &attempt.address.clone()),
        ] {
            let lane = lanes.slot(key, LANE_CAP);
            lane.attempts.insert(moment, attempt.clone());
        }
    }

    fn merge(&self, into: &mut Self::State, from: Self::State, _cited_limit: usize) {
        into.users.merge(from.users, LANE_CAP, Lane::merge);
        into.addresses.merge(from.addresses, LANE_CAP, Lane::merge);
        into.evidence.merge(from.evidence, CITED);
    }

    fn overflowed(&self, state: &Self::State) -> bool {
        state.users.overflowed() || state.addresses.overflowed() || state.evidence.overflowed()
    }

    fn judge(&self, state: Self::State, context: &JudgeContext<'_>) -> Vec<Found> {
        let mut found: BTreeMap<String, Found> = BTreeMap::new();
        let sprayed = state.addresses.into_sorted(LANE_CAP);
        let guessed = state.users.into_sorted(LANE_CAP);
        let sprays = sprayed
            .iter()
            .filter_map(|(address, lane)| sprayed_from(address, lane, &state.evidence, context));
        let guesses = guessed
            .iter()
            .filter_map(|(user, lane)| guessed_for(user, lane, &state.evidence, context));
        // One finding per principal: the graver one, and among equals the spraying, which says more.
        for next in sprays.chain(guesses) {
            let graver = found
                .get(&next.principal.key)
                .is_none_or(|known| next.severity > known.severity);
            if graver {
                found.insert(next.principal.key.clone(), next);
            }
        }
        found.into_values().collect()
    }
}

/// The user that was tried. A name that does not exist is hidden by AWS, so all of those look the same.
fn user_of(observation: &Observation<'_, '_>) -> String {
    let identity = &observation.event.identity;
    let name = match identity.kind {
        IdentityKind::Root => "root",
        _ if !identity.user_name.is_empty() => &identity.user_name,
        _ => identity.arn.rsplit('/').next().unwrap_or(""),
    };
    format!(
        "{}/{}",
        bounded(&observation.event.account, 32),
        bounded(name, 128)
    )
}

/// Where the sign-ins of these days are kept, failures and successes apart: a success must not be crowded out.
fn days_between(kind: &str, key: &str, first: Timestamp, last: Timestamp) -> Vec<u64> {
    let days = super::support::days::day_of(first)..=super::support::days::day_of(last);
    days.flat_map(|day| ["failed", "succeeded"].map(|end| slot_of(&[kind, key, &day.to_string(), end])))
        .collect()
}

/// The success that was preceded by the most failures within the hour.
fn guessed_for(user: &str, lane: &Lane, evidence: &Evidence, context: &JudgeContext<'_>) -> Option<Found> {
    let successes = lane
        .attempts
        .iter()
        .filter(|(_, attempt)| attempt.signed_in.is_some());
    let before = |success: &(Timestamp, EventKey)| {
        let start = (success.0.plus_millis(-WINDOW), EventKey(0));
        lane.attempts
            .range(start..*success)
            .filter(|(_, attempt)| attempt.signed_in.is_none())
            .collect::<Vec<_>>()
    };
    let (success, attempt, failures) = successes
        .map(|(moment, attempt)| (moment, attempt, before(moment)))
        .reduce(|best, next| if next.2.len() > best.2.len() { next } else { best })?;
    let principal = attempt.signed_in.clone()?;
    let first = failures.first()?.0.0;
    if failures.len() < FAILURES {
        return None;
    }
    let elsewhere = failures
        .iter()
        .any(|(_, failure)| failure.address != attempt.address);
    let severity = guess_severity(failures.len(), elsewhere, attempt.second_factor);
    let mut addresses: Vec<&str> = failures.iter().map(|(_, failure)| &*failure.address).collect();
    addresses.sort_unstable();
    addresses.dedup();
    let slots = days_between("user", user, first, success.0);
    let cited = failures
        .iter()
        .map(|(moment, _)| moment.1)
        .chain([success.1])
        .collect();
    let labels: Vec<String> = addresses
        .iter()
        .map(|address| context.networks.describe(address).label())
        .collect();
    Some(Found {
        severity,
        first,
        last: success.0,
        count: failures.len() as u64 + 1,
        succeeded: 1,
        summary: format!(
            "{} signed in to the console at {} from {}, after {} within {} from {}.",
            principal.name,
            success.0,
            context.networks.describe(&attempt.address).label(),
            words::count(failures.len(), "failed attempt"),
            words::between(first, success.0),
            words::list(&labels, 3),
        ),
        facts: vec![
            Fact::new("failed from", &words::list(&labels, 5)),
            Fact::new("MFA", if attempt.second_factor { "yes" } else { "no" }),
        ],
        sample: evidence.exactly(slots, &cited, context.cited_limit),
        principal,
    })
}

const fn guess_severity(failures: usize, elsewhere: bool, second_factor: bool) -> Severity {
    match (failures >= GUESSING, elsewhere, second_factor) {
        (true, true, _) | (true, false, false) => Severity::High,
        (true, false, true) | (false, true, _) => Severity::Medium,
        // A few failures and a success from one place are mostly the user's own.
        (false, false, _) => Severity::Low,
    }
}

/// Stands for whoever tries, when nobody has signed in yet.
fn somebody_at(address: &str, user: &str) -> Principal {
    Principal {
        key: format!("address {address}"),
        kind: IdentityKind::Unknown,
        name: format!("someone at {address}"),
        account: user.split('/').next().unwrap_or("").to_owned(),
    }
}

/// One address that failed for many users within the hour.
fn sprayed_from(
    address: &str,
    lane: &Lane,
    evidence: &Evidence,
    context: &JudgeContext<'_>,
) -> Option<Found> {
    let failures: Vec<_> = lane
        .attempts
        .iter()
        .filter(|(_, attempt)| attempt.signed_in.is_none())
        .collect();
    let moments: Vec<Timestamp> = failures.iter().map(|(moment, _)| moment.0).collect();
    let burst = failures.get(window::busiest(&moments, WINDOW))?;
    let users: BTreeSet<&str> = burst.iter().map(|(_, attempt)| &*attempt.user).collect();
    if users.len() < SPRAYED_USERS {
        return None;
    }
    let (first, last_failure) = (burst.first()?.0.0, burst.last()?.0.0);
    let success = lane
        .attempts
        .iter()
        .find(|(moment, attempt)| attempt.signed_in.is_some() && (0..=DAY).contains(&moment.0.since(first)));
    let last = success.map_or(last_failure, |(moment, _)| moment.0.max(last_failure));
    let slots = days_between("address", address, first, last);
    let cited = burst.iter().map(|(moment, _)| moment.1);
    let cited = cited.chain(success.map(|(moment, _)| moment.1)).collect();
    let signed_in = success.and_then(|(_, attempt)| attempt.signed_in.clone());
    let principal = signed_in.unwrap_or_else(|| somebody_at(address, &burst[0].1.user));
    let names: Vec<&str> = users
        .iter()
        .map(|user| user.split('/').nth(1).unwrap_or(user))
        .collect();
    let outcome = match success {
        Some((moment, _)) => format!("{} then signed in from there at {}.", principal.name, moment.0),
        None => "None of the attempts in this log succeeded.".to_owned(),
    };
    Some(Found {
        severity: success.map_or(Severity::Medium, |_| Severity::High),
        first,
        last,
        count: burst.len() as u64 + u64::from(success.is_some()),
        succeeded: u64::from(success.is_some()),
        summary: format!(
            "{} tried to sign in as {} within {}: {}. {outcome}",
            context.networks.describe(address).label(),
            words::count(users.len(), "user"),
            words::between(first, last_failure),
            words::list(&names, 5),
        ),
        facts: vec![
            Fact::target("users tried", &words::list(&names, 12)),
            Fact::new("address", &context.networks.describe(address).label()),
        ],
        sample: evidence.exactly(slots, &cited, context.cited_limit),
        principal,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::contract::{Call, call, judged, series};
    use super::*;

    fn attempt(result: &str) -> Call {
        call("2026-03-06T14:00:00Z", "ConsoleLogin")
            .to("signin")
            .additional(json!({"MFAUsed": "No"}))
            .response(json!({"ConsoleLogin": result}))
    }

    fn failures(times: usize) -> Vec<Call> {
        series(&attempt("Failure"), times, 30, |call, _| call)
    }

    #[test]
    fn guessing_until_it_fits_is_high() {
        let mut calls = failures(12);
        calls.push(attempt("Success").later(600).from("203.0.113.9"));
        let found = judged(LoginFailuresThenSuccess, &calls);
        assert_eq!(
            (found[0].severity, found[0].count, found[0].succeeded),
            (Severity::High, 13, 1)
        );
        insta::assert_snapshot!(found[0].summary, @"user ci-deploy signed in to the console at 2026-03-06T14:10:00Z from 203.0.113.9 (documentation range), after 12 failed attempts within 10 minutes from 198.51.100.7 (documentation range).");
    }

    #[test]
    fn three_slips_at_the_own_desk_are_low() {
        let mut calls = failures(3);
        calls.push(attempt("Success").later(120));
        assert_eq!(
            judged(LoginFailuresThenSuccess, &calls)[0].severity,
            Severity::Low
        );
    }

    #[test]
    fn two_slips_or_failures_long_ago_or_without_success_are_nothing() {
        let mut calls = failures(2);
        calls.push(attempt("Success").later(120));
        assert!(judged(LoginFailuresThenSuccess, &calls).is_empty());
        let mut calls = failures(5);
        calls.push(attempt("Success").later(2 * 3_600));
        assert!(judged(LoginFailuresThenSuccess, &calls).is_empty());
        assert!(judged(LoginFailuresThenSuccess, &failures(20)).is_empty());
    }

    #[test]
    fn one_address_trying_many_users_is_spraying() {
        let spray = series(&attempt("Failure").from("203.0.113.9"), 6, 20, |call, index| {
            call.by_user(&format!("user{index}"))
        });
        let found = judged(LoginFailuresThenSuccess, &spray);
        assert_eq!((found.len(), found[0].severity), (1, Severity::Medium));
        insta::assert_snapshot!(found[0].summary, @"203.0.113.9 (documentation range) tried to sign in as 6 users within 100 seconds: user0, user1, user2, user3, user4 and 1 more. None of the attempts in this log succeeded.");
        let mut hit = spray;
        hit.push(attempt("Success").from("203.0.113.9").by_user("user3").later(600));
        let found = judged(LoginFailuresThenSuccess, &hit);
        assert_eq!((found.len(), found[0].severity), (1, Severity::High));
        assert_eq!(found[0].principal.name, "user user3");
    }

    #[test]
    fn federated_sign_ins_are_left_out() {
        let calls: Vec<Call> = failures(12)
            .into_iter()
            .map(|call| call.by_role("sso", "ann@example.com"))
            .collect();
        assert!(judged(LoginFailuresThenSuccess, &calls).is_empty());
    }
}
