//! A sign-in to the console with a password alone.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use stanch_core::event::{Event, IdentityKind};
use stanch_core::finding::{DetectionAbout, Fact};
use stanch_core::principal::Principal;
use stanch_core::{Severity, Tactic, Timestamp};

use super::support::{
    About, Bounded, Capped, Days, Evidence, FirstUse, Principals, principals, slot_of, words,
};
use crate::detector::{Detector, Found, Interest, JudgeContext};
use crate::observation::Observation;

/// Days with such a sign-in from which it is how this user works: a weakness, not an event.
const HABITUAL_DAYS: usize = 3;
/// Addresses remembered per user.
const ADDRESS_CAP: usize = 64;

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ConsoleLoginWithoutMfa;

/// Sign-ins without a second factor, by user.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct LoginState {
    principals: Principals<Logins>,
    evidence: Evidence,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Logins {
    days: Days,
    seen: FirstUse,
    addresses: Capped<u32>,
}

impl Bounded for Logins {
    fn overflowed(&self) -> bool {
        self.days.overflowed() || self.addresses.overflowed()
    }
}

impl Detector for ConsoleLoginWithoutMfa {
    type State = LoginState;

    fn about(&self) -> DetectionAbout {
        About {
            id: "console-login-without-mfa",
            title: "Console sign-in without MFA",
            severity: Severity::Medium,
            tactics: &[Tactic::InitialAccess],
            techniques: &["T1078.004"],
            why: "A password alone opened the console. Passwords are guessed, reused and stolen; without a second \
                  factor nothing shows whether it was the owner who signed in.",
            false_positives: &["A user who never set up MFA and signs in as always"],
            next: &[
                "Ask the user whether they signed in at that time and from there",
                "Look at what was done in the session",
                "Require MFA for this user",
            ],
        }
        .build()
    }

    fn interest(&self) -> Interest {
        Interest::Names(&["ConsoleLogin"])
    }

    fn observe(&self, state: &mut Self::State, observation: &Observation<'_, '_>) {
        let event = observation.event;
        if !observation.outcome().succeeded() || !by_password_alone(event) {
            return;
        }
        let logins = state.principals.of(observation);
        logins.days.add(event.time);
        let early = logins.seen.add(observation);
        let count = logins.addresses.slot(&event.source_address, ADDRESS_CAP);
        *count = count.saturating_add(1);
        if early {
            let slot = slot_of(&[principals::key(observation)]);
            state.evidence.add(slot, FirstUse::CITED, observation);
        }
    }

    fn merge(&self, into: &mut Self::State, from: Self::State, _cited_limit: usize) {
        into.principals.merge(from.principals, |into, from| {
            into.days.merge(from.days);
            into.seen.merge(from.seen);
            into.addresses.merge(from.addresses, ADDRESS_CAP, |sum, more| {
                *sum = sum.saturating_add(more);
            });
        });
        into.evidence.merge(from.evidence, FirstUse::CITED);
    }

    fn overflowed(&self, state: &Self::State) -> bool {
        state.principals.overflowed() || state.evidence.overflowed()
    }

    fn judge(&self, state: Self::State, context: &JudgeContext<'_>) -> Vec<Found> {
        let evidence = state.evidence;
        state
            .principals
            .into_sorted()
            .map(|(principal, logins)| tell(principal, logins, &evidence, context))
            .collect()
    }
}

/// Root or an IAM user, with `MFAUsed` said to be `No`. Federated users have their second factor elsewhere, and a
/// record that says nothing of it proves nothing.
fn by_password_alone(event: &Event<'_>) -> bool {
    let own_password = matches!(event.identity.kind, IdentityKind::IamUser | IdentityKind::Root);
    let used = event.additional().get("MFAUsed").and_then(Value::as_str);
    let federated = event.additional().get("SamlProviderArn").is_some();
    own_password && !federated && used.is_some_and(|used| used.eq_ignore_ascii_case("no"))
}

fn tell(principal: Principal, logins: Logins, evidence: &Evidence, context: &JudgeContext<'_>) -> Found {
    let days = logins.days.len();
    let severity = match principal.kind {
        IdentityKind::Root => Severity::High,
        _ if days >= HABITUAL_DAYS => Severity::Low,
        _ => Severity::Medium,
    };
    let addresses: Vec<String> = logins
        .addresses
        .into_sorted(ADDRESS_CAP)
        .iter()
        .map(|(address, _)| context.networks.describe(address).label())
        .collect();
    let seen = logins.seen;
    let when = if days > 1 {
        format!(
            "{} on {}",
            words::count(seen.count as usize, "time"),
            words::count(days, "day")
        )
    } else {
        format!("at {}", seen.first())
    };
    Found {
        severity,
        first: seen.first(),
        last: seen.last,
        count: u64::from(seen.count),
        succeeded: u64::from(seen.succeeded),
        summary: format!(
            "{} signed in to the console with a password alone {when}, from {}.",
            principal.name,
            words::list(&addresses, 3),
        ),
        facts: vec![
            Fact::new("addresses", &words::list(&addresses, 5)),
            Fact::new("days", &days.to_string()),
        ],
        sample: evidence.sample(
            [slot_of(&[&principal.key])],
            (Timestamp(i64::MIN), seen.last),
            context.cited_limit,
        ),
        principal,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::contract::{Call, call, judged, series};
    use super::*;

    fn login(mfa: &str) -> Call {
        call("2026-03-06T14:00:00Z", "ConsoleLogin")
            .to("signin")
            .additional(json!({"MFAUsed": mfa, "LoginTo": "https://console.aws.amazon.com"}))
            .response(json!({"ConsoleLogin": "Success"}))
    }

    #[test]
    fn a_user_without_a_second_factor_is_medium_and_root_is_high() {
        let found = judged(
            ConsoleLoginWithoutMfa,
            &[login("No"), login("No").by_root().later(60)],
        );
        let severities: Vec<Severity> = found.iter().map(|found| found.severity).collect();
        assert_eq!(severities, [Severity::High, Severity::Medium]);
        insta::assert_snapshot!(found[0].summary, @"root of 111122223333 signed in to the console with a password alone at 2026-03-06T14:01:00Z, from 198.51.100.7 (documentation range).");
        insta::assert_snapshot!(found[1].summary, @"user ci-deploy signed in to the console with a password alone at 2026-03-06T14:00:00Z, from 198.51.100.7 (documentation range).");
    }

    #[test]
    fn a_habit_is_a_weakness_only() {
        let found = judged(
            ConsoleLoginWithoutMfa,
            &series(&login("No"), 3, 86_400, |call, _| call),
        );
        assert_eq!((found[0].severity, found[0].count), (Severity::Low, 3));
        insta::assert_snapshot!(found[0].summary, @"user ci-deploy signed in to the console with a password alone 3 times on 3 days, from 198.51.100.7 (documentation range).");
    }

    #[test]
    fn second_factors_failures_federation_and_silence_are_left_out() {
        let silent = login("No").additional(json!({"LoginTo": "x"}));
        let federated = login("No").additional(json!({"MFAUsed": "No", "SamlProviderArn": "arn"}));
        let failed = login("No").response(json!({"ConsoleLogin": "Failure"}));
        let role = login("No").by_role("sso", "ann@example.com");
        let odd = login("No").additional(json!({"MFAUsed": 7}));
        assert!(
            judged(
                ConsoleLoginWithoutMfa,
                &[login("Yes"), silent, federated, failed, role, odd]
            )
            .is_empty()
        );
    }
}
