//! Many refused calls by one caller from one address within minutes: somebody tries doors.

use serde::{Deserialize, Serialize};
use stanch_core::finding::{DetectionAbout, Fact};
use stanch_core::principal::Principal;
use stanch_core::{Outcome, Severity, Tactic, Timestamp};

use super::support::evidence::Choice;
use super::support::{
    About, Bounded, Capped, Evidence, Latest, MINUTE, Principals, days, principals, slot_of, window, words,
};
use crate::detector::{Detector, Found, Interest, JudgeContext};
use crate::observation::Observation;

/// Half of the window: two neighbouring stretches of five minutes make the ten of public rules.
const STRETCH: i64 = 5 * MINUTE;
/// Refusals that make a burst: Suzaku counts 10 in 10 minutes, Panther 15 to 20.
const REFUSALS: u32 = 10;
/// Different refused calls from which it is trying rather than a program that lacks one permission.
const DIFFERENT: usize = 5;
/// Days with a burst from which it is a standing mistake in some configuration.
const HABITUAL_DAYS: usize = 3;
/// Addresses remembered per principal.
const ADDRESS_CAP: usize = 64;
/// Stretches remembered per address: the latest two weeks of uninterrupted refusals.
const STRETCH_CAP: usize = 4_096;
/// Calls remembered by name per stretch.
const CALL_CAP: usize = 48;
/// Refused reads that matter even when it is always the same one: each asks for a credential.
const CREDENTIAL_READS: [&str; 7] = [
    "BatchGetSecretValue",
    "DescribeInstanceAttribute",
    "GetParameter",
    "GetParameters",
    "GetParametersByPath",
    "GetPasswordData",
    "GetSecretValue",
];
const CITED: Choice = Choice::Earliest(8);

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AccessDeniedBurst;

/// Refusals by principal, address and time.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct DeniedState {
    principals: Principals<Capped<Lane>>,
    evidence: Evidence,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Lane {
    stretches: Latest<i32, Stretch, STRETCH_CAP>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Stretch {
    first: Timestamp,
    last: Timestamp,
    count: u32,
    calls: Capped<u32>,
}

impl Default for Stretch {
    fn default() -> Self {
        Self {
            first: Timestamp(i64::MAX),
            last: Timestamp(i64::MIN),
            count: 0,
            calls: Capped::default(),
        }
    }
}

impl Stretch {
    fn merge(&mut self, other: Self) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.count = self.count.saturating_add(other.count);
        self.calls
            .merge(other.calls, CALL_CAP, |sum, more| *sum = sum.saturating_add(more));
    }
}

impl Bounded for Stretch {
    fn overflowed(&self) -> bool {
        self.calls.overflowed()
    }
}

impl Bounded for Lane {
    fn overflowed(&self) -> bool {
        self.stretches.overflowed()
    }
}

impl Detector for AccessDeniedBurst {
    type State = DeniedState;

    fn about(&self) -> DetectionAbout {
        About {
            id: "access-denied-burst",
            title: "Many refused calls within ten minutes",
            severity: Severity::Medium,
            tactics: &[Tactic::Discovery],
            techniques: &["T1526", "T1580"],
            why: "Somebody who holds a stolen credential does not know what it may do and tries. Many different \
                  calls refused in a short time show that, and what was tried shows what they are after.",
            false_positives: &[
                "A program that lacks a permission and asks again and again (then it is always the same call)",
                "A person or scanner with read access to part of the account",
            ],
            next: &[
                "Look at which of the calls succeeded in the end",
                "Ask the owner of the identity whether they know of it",
                "See where the identity was used from at that time",
            ],
        }
        .build()
    }

    fn interest(&self) -> Interest {
        Interest::Every
    }

    fn observe(&self, state: &mut Self::State, observation: &Observation<'_, '_>) {
        let event = observation.event;
        if observation.outcome() != Outcome::Denied || !observation.is_call_by_someone() {
            return;
        }
        let bucket = window::bucket(event.time, STRETCH);
        let lanes = state.principals.of(observation);
        let lane = lanes.slot(&event.source_address, ADDRESS_CAP);
        lane.stretches.change(bucket, |stretch| {
            stretch.first = stretch.first.min(event.time);
            stretch.last = stretch.last.max(event.time);
            stretch.count = stretch.count.saturating_add(1);
            let count = stretch.calls.slot(event.base_name(), CALL_CAP);
            *count = count.saturating_add(1);
        });
        let key = principals::key(observation);
        let slot = slot_of(&[key, &event.source_address, &bucket.to_string()]);
        state.evidence.add(slot, CITED, observation);
    }

    fn merge(&self, into: &mut Self::State, from: Self::State, _cited_limit: usize) {
        into.principals.merge(from.principals, |into, from| {
            into.merge(from, ADDRESS_CAP, |into, from| {
                into.stretches.merge(from.stretches, Stretch::merge);
            });
        });
        into.evidence.merge(from.evidence, CITED);
    }

    fn overflowed(&self, state: &Self::State) -> bool {
        state.principals.overflowed() || state.evidence.overflowed()
    }

    fn judge(&self, state: Self::State, context: &JudgeContext<'_>) -> Vec<Found> {
        let evidence = state.evidence;
        state
            .principals
            .into_sorted()
            .filter_map(|(principal, lanes)| worst(principal, lanes, &evidence, context))
            .collect()
    }
}

/// Ten minutes of refusals.
struct Burst {
    address: String,
    buckets: [i32; 2],
    whole: Stretch,
}

/// The bursts of one address.
fn bursts(address: &str, lane: &Lane) -> Vec<Burst> {
    let pair = |(bucket, stretch): (&i32, &Stretch)| {
        let mut whole = stretch.clone();
        if let Some(next) = lane.stretches.get(&bucket.saturating_add(1)) {
            whole.merge(next.clone());
        }
        (whole.count >= REFUSALS).then(|| Burst {
            address: address.to_owned(),
            buckets: [*bucket, bucket.saturating_add(1)],
            whole,
        })
    };
    lane.stretches.iter().filter_map(pair).collect()
}

fn worst(
    principal: Principal,
    lanes: Capped<Lane>,
    evidence: &Evidence,
    context: &JudgeContext<'_>,
) -> Option<Found> {
    let bursts: Vec<Burst> = lanes
        .into_sorted(ADDRESS_CAP)
        .iter()
        .flat_map(|(address, lane)| bursts(address, lane))
        .collect();
    let mut days: Vec<i32> = bursts
        .iter()
        .map(|burst| days::day_of(burst.whole.first))
        .collect();
    days.sort_unstable();
    days.dedup();
    // The most different calls first, then the most refusals; among equals the earliest.
    let burst = bursts.into_iter().reduce(|best, next| {
        let rank = |burst: &Burst| (burst.whole.calls.len().min(CALL_CAP), burst.whole.count);
        if rank(&next) > rank(&best) { next } else { best }
    })?;
    Some(burst.tell(principal, days.len(), evidence, context))
}

impl Burst {
    fn tell(
        self,
        principal: Principal,
        days: usize,
        evidence: &Evidence,
        context: &JudgeContext<'_>,
    ) -> Found {
        let mut calls = self.whole.calls.into_sorted(CALL_CAP);
        calls.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        let names: Vec<&str> = calls.iter().map(|(name, _)| name.as_ref()).collect();
        let credentials = names.iter().any(|name| CREDENTIAL_READS.contains(name));
        let severity = if days >= HABITUAL_DAYS || (names.len() < DIFFERENT && !credentials) {
            Severity::Low
        } else {
            Severity::Medium
        };
        let habit = if days >= HABITUAL_DAYS {
            format!(" The same happened on {} in all.", words::count(days, "day"))
        } else {
            String::new()
        };
        let address = context.networks.describe(&self.address).label();
        let summary = format!(
            "{} was refused {} within {} from {address}, {}: {}.{habit}",
            principal.name,
            words::count(self.whole.count as usize, "call"),
            words::between(self.whole.first, self.whole.last),
            words::count(names.len(), "different one"),
            words::list(&names, 5),
        );
        let slots = self
            .buckets
            .map(|bucket| slot_of(&[&principal.key, &self.address, &bucket.to_string()]));
        let span = (self.whole.first, self.whole.last);
        Found {
            severity,
            first: span.0,
            last: span.1,
            count: u64::from(self.whole.count),
            succeeded: 0,
            summary,
            facts: vec![
                Fact::new("refused calls", &words::list(&names, 12)),
                Fact::new("address", &address),
                Fact::new("days with such a burst", &days.to_string()),
            ],
            sample: evidence.sample(slots, span, context.cited_limit),
            principal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::contract::{self, call, judged, series};
    use super::*;

    fn refused(times: usize, different: usize) -> Vec<contract::Call> {
        series(&call("2026-03-06T14:02:00Z", ""), times, 20, |call, index| {
            call.named(&format!(
                "List{}",
                char::from(b'A' + u8::try_from(index % different).unwrap())
            ))
            .error("AccessDenied")
        })
    }

    #[test]
    fn many_different_refusals_are_medium() {
        let found = judged(AccessDeniedBurst, &refused(12, 6));
        assert_eq!(
            (found[0].severity, found[0].count, found[0].succeeded),
            (Severity::Medium, 12, 0)
        );
        insta::assert_snapshot!(found[0].summary, @"user ci-deploy was refused 12 calls within 3 minutes from 198.51.100.7 (documentation range), 6 different ones: ListA, ListB, ListC, ListD, ListE and 1 more.");
    }

    #[test]
    fn fewer_or_slower_or_served_calls_are_no_burst() {
        assert!(judged(AccessDeniedBurst, &refused(9, 6)).is_empty());
        let slow = series(&call("2026-03-06T14:02:00Z", "ListUsers"), 12, 120, |call, _| {
            call.error("AccessDenied")
        });
        assert!(judged(AccessDeniedBurst, &slow).is_empty());
        let served: Vec<_> = refused(12, 6).into_iter().map(|call| call.error("")).collect();
        assert!(judged(AccessDeniedBurst, &served).is_empty());
        let scattered = series(
            &call("2026-03-06T14:02:00Z", "ListUsers"),
            12,
            20,
            |call, index| call.error("AccessDenied").from(&format!("203.0.113.{index}")),
        );
        assert!(judged(AccessDeniedBurst, &scattered).is_empty());
    }

    #[test]
    fn a_program_that_lacks_one_permission_stays_low() {
        assert_eq!(
            judged(AccessDeniedBurst, &refused(12, 1))[0].severity,
            Severity::Low
        );
    }

    #[test]
    fn asking_for_passwords_again_and_again_is_medium() {
        let calls = series(
            &call("2026-03-06T14:02:00Z", "GetPasswordData"),
            29,
            1,
            |call, _| {
                call.error("Client.UnauthorizedOperation")
                    .by_role("reader", "session")
            },
        );
        assert_eq!(judged(AccessDeniedBurst, &calls)[0].severity, Severity::Medium);
    }

    #[test]
    fn what_happens_every_day_stays_low() {
        let calls: Vec<_> = (0..3)
            .flat_map(|day| {
                refused(12, 6)
                    .into_iter()
                    .map(move |call| call.later(day * 86_400))
            })
            .collect();
        assert_eq!(judged(AccessDeniedBurst, &calls)[0].severity, Severity::Low);
    }

    #[test]
    fn services_are_left_out() {
        let calls: Vec<_> = refused(12, 6)
            .into_iter()
            .map(|call| call.by_service("delivery.logs"))
            .collect();
        assert!(judged(AccessDeniedBurst, &calls).is_empty());
    }
}
