//! A principal that works from a few countries and then from one it never used.

use stanch_core::finding::DetectionAbout;
use stanch_core::{Severity, Tactic};

use super::support::first_seen::{FirstSeen, Telling};
use super::support::{About, Bounded as _};
use crate::detector::{Detector, Found, Interest, JudgeContext};
use crate::observation::Observation;

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FirstSeenCountry;

impl Detector for FirstSeenCountry {
    type State = FirstSeen;

    fn about(&self) -> DetectionAbout {
        About {
            id: "first-seen-country",
            title: "Identity used from a country it never used before",
            severity: Severity::Medium,
            tactics: &[Tactic::InitialAccess],
            techniques: &["T1078.004"],
            why: "Stolen credentials are often used from another country. When the identity there also changes \
                  permissions, logs or instances, somebody other than its owner is likely at work.",
            false_positives: &[
                "A person on a journey or behind a VPN that ends abroad",
                "A provider whose addresses moved to another country, or a country table that is out of date",
            ],
            next: &[
                "Ask the owner whether they were there at that time",
                "List everything the identity did from the new country",
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
            noun: "country",
            verb: "came from",
            then: "From there",
            quiet: Severity::Medium,
            sensitive: Severity::High,
        };
        let (newcomers, evidence) = state.newcomers(|address| context.networks.country(address));
        newcomers
            .into_iter()
            .map(|newcomer| {
                let label = |group: &super::support::first_seen::Group| {
                    let address = group.items.first().map_or("", String::as_str);
                    format!("{} ({})", group.name, stanch_core::text::bounded(address, 64))
                };
                newcomer.tell(&telling, label, &evidence, context)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::super::contract::{Call, call, judged_with, series};
    use super::*;
    use crate::network::Networks;
    use crate::network::testing::table;

    fn networks() -> Networks {
        let bytes = table(&[
            (Ipv4Addr::new(198, 51, 100, 0), 24, &[("country_code", "NL")]),
            (Ipv4Addr::new(203, 0, 113, 0), 24, &[("country_code", "BR")]),
        ]);
        Networks::new().with_asn(bytes).unwrap()
    }

    fn habit() -> Vec<Call> {
        series(
            &call("2026-03-01T08:00:00Z", "DescribeInstances"),
            40,
            3 * 3_600,
            |call, _| call,
        )
    }

    #[test]
    fn sensitive_writes_from_a_new_country_are_high() {
        let mut calls = habit();
        calls.push(call("2026-03-06T14:05:00Z", "CreateAccessKey").from("203.0.113.9"));
        let found = judged_with(FirstSeenCountry, &networks(), &calls);
        assert_eq!(found[0].severity, Severity::High);
        insta::assert_snapshot!(found[0].summary, @"user ci-deploy came from the country BR (203.0.113.9), not seen for it in the 5 days before (38 events). From there it made sensitive calls: CreateAccessKey.");
    }

    #[test]
    fn a_denied_write_is_not_counted_as_done() {
        let mut calls = habit();
        calls.push(
            call("2026-03-06T14:05:00Z", "CreateAccessKey")
                .from("203.0.113.9")
                .error("AccessDenied"),
        );
        let found = judged_with(FirstSeenCountry, &networks(), &calls);
        assert_eq!((found[0].severity, found[0].succeeded), (Severity::Medium, 0));
    }

    #[test]
    fn an_address_of_no_known_country_is_no_new_country() {
        let mut calls = habit();
        calls.push(call("2026-03-06T14:05:00Z", "CreateAccessKey").from("192.0.2.9"));
        calls.push(call("2026-03-06T14:05:00Z", "CreateAccessKey").from("012.34.5.6"));
        assert!(judged_with(FirstSeenCountry, &networks(), &calls).is_empty());
    }
}
