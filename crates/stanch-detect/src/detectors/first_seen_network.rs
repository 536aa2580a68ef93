//! A principal that works from a few networks and then from one it never used.
//!
//! Without a table of autonomous systems a network is a /24 or /48.

use stanch_core::finding::DetectionAbout;
use stanch_core::{Severity, Tactic};

use super::support::first_seen::{FirstSeen, Telling};
use super::support::{About, Bounded as _};
use crate::detector::{Detector, Found, Interest, JudgeContext};
use crate::observation::Observation;

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FirstSeenNetwork;

impl Detector for FirstSeenNetwork {
    type State = FirstSeen;

    fn about(&self) -> DetectionAbout {
        About {
            id: "first-seen-network",
            title: "Identity used from a network it never used before",
            severity: Severity::Low,
            tactics: &[Tactic::InitialAccess],
            techniques: &["T1078.004"],
            why: "Stolen credentials are used from somewhere else. An identity that always came from the same \
                  networks and now comes from another one, and there changes permissions, logs or instances, is \
                  the most common first sign of a takeover.",
            false_positives: &[
                "A person at home, on the road or behind a new VPN",
                "A build system or provider that changed its addresses",
            ],
            next: &[
                "Ask the owner whether they worked from there at that time",
                "List everything the identity did from the new network",
                "If nobody recognises it, cut off the access key or session",
            ],
        }
        .build()
    }

    fn interest(&self) -> Interest {
        Interest::Every
    }

    fn observe(&self, state: &mut Self::State, observation: &Observation<'_, '_>) {
        if observation.is_call_by_someone() {
            let number = observation.numbers.address;
            state.observe(observation, number, &observation.event.source_address);
        }
    }

    fn merge(&self, into: &mut Self::State, from: Self::State, _cited_limit: usize) {
        into.merge(from);
    }

    fn overflowed(&self, state: &Self::State) -> bool {
        state.overflowed()
    }

    fn judge(&self, state: Self::State, context: &JudgeContext<'_>) -> Vec<Found> {
        let telling = Telling {
            noun: "network",
            verb: "came from",
            then: "From there",
            quiet: Severity::Low,
            sensitive: Severity::Medium,
        };
        let networks = context.networks;
        let external = |address: &str| networks.kind(address).is_external();
        let (newcomers, evidence) =
            state.newcomers(|address| external(address).then(|| networks.network_key(address)));
        newcomers
            .into_iter()
            .map(|newcomer| newcomer.tell(&telling, |group| label(group, context), &evidence, context))
            .collect()
    }
}

/// One address stands for its network, with how many others there were.
fn label(group: &super::support::first_seen::Group, context: &JudgeContext<'_>) -> String {
    let address = group.items.first().map_or("", String::as_str);
    let described = context.networks.describe(address).label();
    match group.items.len() {
        0 | 1 => described,
        more => format!("{described} and {} more of {}", more - 1, group.name),
    }
}

#[cfg(test)]
mod tests {
    use super::super::contract::{Call, call, judged, series};
    use super::*;

    fn habit() -> Vec<Call> {
        series(
            &call("2026-03-01T08:00:00Z", "DescribeInstances"),
            40,
            3 * 3_600,
            |call, _| call,
        )
    }

    #[test]
    fn sensitive_writes_from_a_new_network_are_medium() {
        let mut calls = habit();
        calls.push(call("2026-03-06T14:02:00Z", "ListUsers").from("203.0.113.9"));
        calls.push(call("2026-03-06T14:05:00Z", "CreateUser").from("203.0.113.9"));
        calls.push(call("2026-03-06T14:06:00Z", "AttachUserPolicy").from("203.0.113.9"));
        let found = judged(FirstSeenNetwork, &calls);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].severity, found[0].count), (Severity::Medium, 3));
        insta::assert_snapshot!(found[0].summary, @"user ci-deploy came from the network 203.0.113.9 (documentation range), not seen for it in the 5 days before (38 events). From there it made sensitive calls: AttachUserPolicy and CreateUser.");
    }

    #[test]
    fn a_look_around_from_a_new_network_is_low() {
        let mut calls = habit();
        calls.push(call("2026-03-06T14:02:00Z", "ListUsers").from("203.0.113.9"));
        assert_eq!(judged(FirstSeenNetwork, &calls)[0].severity, Severity::Low);
    }

    #[test]
    fn without_a_baseline_nothing_is_new() {
        let mut calls: Vec<Call> = habit().into_iter().take(10).collect();
        calls.push(call("2026-03-02T14:05:00Z", "CreateUser").from("203.0.113.9"));
        assert!(judged(FirstSeenNetwork, &calls).is_empty());
    }

    #[test]
    fn the_same_network_services_and_private_addresses_are_nothing_new() {
        let mut calls = habit();
        calls.push(call("2026-03-06T14:05:00Z", "CreateUser").from("198.51.100.200"));
        calls.push(call("2026-03-06T14:06:00Z", "CreateUser").from("AWS Internal"));
        calls.push(call("2026-03-06T14:07:00Z", "CreateUser").from("10.0.0.1"));
        calls.push(call("2026-03-06T14:08:00Z", "CreateUser").by_service("ec2"));
        assert!(judged(FirstSeenNetwork, &calls).is_empty());
    }

    #[test]
    fn a_roaming_person_has_no_usual_network() {
        let mut calls = habit();
        let roaming = call("2026-03-05T12:00:00Z", "CreateUser");
        calls.extend(series(&roaming, 6, 86_400, |call, day| {
            call.from(&format!("203.0.{day}.9"))
        }));
        assert!(judged(FirstSeenNetwork, &calls).is_empty());
    }

    #[test]
    fn a_role_shared_by_many_machines_has_no_usual_network() {
        let base = call("2026-03-01T08:00:00Z", "DescribeInstances").by_role("web", "session");
        let mut calls = series(&base, 40, 3 * 3_600, |call, index| {
            call.from(&format!("198.51.{}.7", index % 5))
        });
        calls.push(
            call("2026-03-06T14:05:00Z", "CreateUser")
                .by_role("web", "session")
                .from("203.0.113.9"),
        );
        assert!(judged(FirstSeenNetwork, &calls).is_empty());
    }
}
