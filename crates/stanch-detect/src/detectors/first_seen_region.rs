//! A write in a region where the principal had never written before.
//!
//! Regions nobody looks at are where attackers start hosts. Global services, which log one region for the
//! whole world, say nothing here.

use serde::{Deserialize, Serialize};
use stanch_core::finding::{DetectionAbout, Fact};
use stanch_core::{Severity, Tactic, Timestamp};

use super::support::first_seen::{FirstSeen, Newcomers, Telling};
use super::support::{About, Bounded as _, Capped, words};
use crate::detector::{Detector, Found, Interest, JudgeContext};
use crate::observation::Observation;

/// Services whose calls are logged in one region wherever they take effect.
const GLOBAL_SERVICES: [&str; 17] = [
    "account",
    "artifact",
    "billing",
    "budgets",
    "ce",
    "cloudfront",
    "directconnect",
    "globalaccelerator",
    "health",
    "iam",
    "networkmanager",
    "organizations",
    "route53",
    "route53domains",
    "signin",
    "sts",
    "support",
];

/// Accounts × regions remembered for "nobody wrote there before".
const REGION_CAP: usize = 4_096;

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FirstSeenRegion;

/// Writes by principal and region, and the first write of anybody by account and region.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct RegionState {
    seen: FirstSeen,
    firsts: Capped<Option<Timestamp>>,
}

impl Detector for FirstSeenRegion {
    type State = RegionState;

    fn about(&self) -> DetectionAbout {
        About {
            id: "first-seen-region",
            title: "Identity changed resources in a region where it never did before",
            severity: Severity::Low,
            tactics: &[Tactic::DefenseEvasion],
            techniques: &["T1535"],
            why: "Attackers start instances and functions in regions that the owner never opens, so that nobody \
                  sees them there.",
            false_positives: &[
                "A planned roll-out into another region",
                "A person who picked the wrong region in the console",
            ],
            next: &[
                "Look at what runs in that region now",
                "Ask whether anybody planned to use it",
                "Close regions you don't use by a service control policy",
            ],
        }
        .build()
    }

    fn interest(&self) -> Interest {
        Interest::Every
    }

    fn observe(&self, state: &mut Self::State, observation: &Observation<'_, '_>) {
        let event = observation.event;
        let local = !event.region.is_empty() && GLOBAL_SERVICES.binary_search(&event.service()).is_err();
        if event.is_read() || !local || !observation.is_call_by_someone() {
            return;
        }
        let number = observation.numbers.region;
        state.seen.observe(observation, number, &event.region);
        let first = state.firsts.slot_numbered(number, &event.region, REGION_CAP);
        *first = Some(first.map_or(event.time, |known| known.min(event.time)));
    }

    fn merge(&self, into: &mut Self::State, from: Self::State, _cited_limit: usize) {
        into.seen.merge(from.seen);
        into.firsts.merge(from.firsts, REGION_CAP, |into, from| {
            *into = [*into, from].into_iter().flatten().min();
        });
    }

    fn overflowed(&self, state: &Self::State) -> bool {
        state.seen.overflowed() || state.firsts.overflowed()
    }

    fn judge(&self, state: Self::State, context: &JudgeContext<'_>) -> Vec<Found> {
        let (newcomers, evidence) = state.seen.newcomers(|region| Some(region.to_owned()));
        newcomers
            .into_iter()
            .map(|newcomer| {
                let untouched = untouched_regions(&newcomer, &state.firsts);
                let telling = Telling {
                    noun: "region",
                    verb: "wrote in",
                    then: "There",
                    quiet: Severity::Low,
                    // Where others work already, a colleague joining them is the likelier reading.
                    sensitive: if untouched.is_empty() {
                        Severity::Low
                    } else {
                        Severity::Medium
                    },
                };
                let mut found = newcomer.tell(&telling, |group| group.name.clone(), &evidence, context);
                if !untouched.is_empty() {
                    let regions = words::list(&untouched, 6);
                    found
                        .summary
                        .push_str(&format!(" No identity had changed anything in {regions} before."));
                    found.facts.push(Fact::new("region nobody used before", &regions));
                }
                found
            })
            .collect()
    }
}

/// The new regions in which nobody at all had written earlier.
fn untouched_regions(newcomer: &Newcomers, firsts: &Capped<Option<Timestamp>>) -> Vec<String> {
    let groups = newcomer.groups.iter();
    groups
        .filter(|group| firsts.get(&group.name).copied().flatten() == Some(group.seen.first()))
        .map(|group| group.name.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::contract::{Call, call, judged, series};
    use super::*;

    fn habit() -> Vec<Call> {
        series(
            &call("2026-03-01T08:00:00Z", "CreateTags"),
            40,
            3 * 3_600,
            |call, _| call,
        )
    }

    #[test]
    fn services_are_sorted_for_the_search() {
        assert!(GLOBAL_SERVICES.is_sorted());
    }

    #[test]
    fn machines_in_a_region_that_nobody_used_are_medium() {
        let mut calls = habit();
        calls.push(call("2026-03-06T14:05:00Z", "RunInstances").region("sa-east-1"));
        let found = judged(FirstSeenRegion, &calls);
        assert_eq!(found[0].severity, Severity::Medium);
        insta::assert_snapshot!(found[0].summary, @"user ci-deploy wrote in the region sa-east-1, not seen for it in the 5 days before (38 events). There it made sensitive calls: RunInstances. No identity had changed anything in sa-east-1 before.");
    }

    #[test]
    fn a_region_where_others_work_is_low() {
        let mut calls = habit();
        calls.push(
            call("2026-03-02T14:05:00Z", "RunInstances")
                .region("sa-east-1")
                .by_user("ann"),
        );
        calls.push(call("2026-03-06T14:05:00Z", "RunInstances").region("sa-east-1"));
        assert_eq!(judged(FirstSeenRegion, &calls)[0].severity, Severity::Low);
    }

    #[test]
    fn reads_and_global_services_use_no_region() {
        let mut calls = habit();
        calls.push(call("2026-03-06T14:05:00Z", "DescribeInstances").region("sa-east-1"));
        calls.push(
            call("2026-03-06T14:05:00Z", "CreateUser")
                .to("iam")
                .region("us-east-1"),
        );
        assert!(judged(FirstSeenRegion, &calls).is_empty());
    }
}
