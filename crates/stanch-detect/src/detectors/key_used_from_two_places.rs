//! One access key at work in two places within an hour.
//!
//! A key has one user. Two countries, or two unrelated networks with different clients, at the same time mean that
//! there are two.

use serde::{Deserialize, Serialize};
use stanch_core::finding::{DetectionAbout, Fact};
use stanch_core::principal::Principal;
use stanch_core::{Severity, Tactic};

use super::support::places::Place;
use super::support::{
    About, Capped, Evidence, FirstUse, Principals, caller, principals, slot_of, window, words,
};
use crate::detector::{Detector, Found, Interest, JudgeContext};
use crate::network::neighbourhood;
use crate::observation::Observation;

/// Access keys remembered per principal.
const KEY_CAP: usize = 64;
/// Addresses remembered per key; a key that uses more is shared by a fleet.
const ADDRESS_CAP: usize = 64;
/// Days on which both places were active from which it is how the key is used.
const HABITUAL_DAYS: usize = 3;

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeyUsedFromTwoPlaces;

/// Addresses by principal and access key.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct PlacesState {
    principals: Principals<Capped<Capped<Place>>>,
    evidence: Evidence,
}

impl Detector for KeyUsedFromTwoPlaces {
    type State = PlacesState;

    fn about(&self) -> DetectionAbout {
        About {
            id: "key-used-from-two-places",
            title: "Access key used from two places at the same time",
            severity: Severity::High,
            tactics: &[Tactic::InitialAccess, Tactic::CredentialAccess],
            techniques: &["T1078.004", "T1552.001"],
            why: "A person or program is in one place. When the same access key works from two countries, or from \
                  two unrelated networks with different clients, within an hour, a copy of it is in other hands.",
            false_positives: &[
                "A key shared by several people or build systems, which is a risk of its own",
                "A VPN that was switched on or off in the middle of work",
            ],
            next: &[
                "Ask the key's owner which of the places is theirs",
                "Deactivate the key if nobody owns one of them",
                "List what was done from the other place",
            ],
        }
        .build()
    }

    fn interest(&self) -> Interest {
        Interest::Every
    }

    fn observe(&self, state: &mut Self::State, observation: &Observation<'_, '_>) {
        let event = observation.event;
        let key = event.identity.access_key_id.as_ref();
        let address = event.source_address.as_ref();
        if key.is_empty() || !observation.is_call_by_someone() || !observation.address_kind().is_external() {
            return;
        }
        let keys = state.principals.of(observation);
        let place = keys
            .slot_numbered(observation.numbers.access_key, key, KEY_CAP)
            .slot_numbered(observation.numbers.address, address, ADDRESS_CAP);
        if place.add(observation) {
            state.evidence.add(
                slot_of(&[principals::key(observation), key, address]),
                FirstUse::CITED,
                observation,
            );
        }
    }

    fn merge(&self, into: &mut Self::State, from: Self::State, _cited_limit: usize) {
        into.principals.merge(from.principals, |into, from| {
            into.merge(from, KEY_CAP, |into, from| {
                into.merge(from, ADDRESS_CAP, Place::merge);
            });
        });
        into.evidence.merge(from.evidence, FirstUse::CITED);
    }

    fn overflowed(&self, state: &Self::State) -> bool {
        // A busy role's sessions have more keys than are remembered, each living hours: those beyond the cap are not
        // compared, as every busy role's would have to be said to be unknown.
        state.principals.left_out()
    }

    fn judge(&self, state: Self::State, context: &JudgeContext<'_>) -> Vec<Found> {
        let evidence = state.evidence;
        state
            .principals
            .into_sorted()
            .filter_map(|(principal, keys)| {
                let clashes: Vec<Clash> = keys
                    .into_sorted(KEY_CAP)
                    .into_iter()
                    .filter_map(|(key, places)| clash(&key, places, context))
                    .collect();
                tell(principal, &clashes, &evidence, context)
            })
            .collect()
    }
}

/// Two places that don't fit together; the second is the one that came later.
struct Clash {
    key: String,
    addresses: [String; 2],
    agents: [String; 2],
    countries: Option<[String; 2]>,
    later: FirstUse,
}

impl Clash {
    fn severity(&self) -> Severity {
        if self.countries.is_some() && self.agents[0] != self.agents[1] {
            Severity::High
        } else {
            Severity::Medium
        }
    }
}

/// The most severe clash among the places of a key; among equals the earliest.
fn clash(key: &str, places: Capped<Place>, context: &JudgeContext<'_>) -> Option<Clash> {
    let mut places = places.into_sorted(ADDRESS_CAP);
    if places.len() >= ADDRESS_CAP {
        return None;
    }
    places.sort_by_key(|(_, place)| place.seen.first_moment());
    let pairs = places
        .iter()
        .enumerate()
        .flat_map(|(index, later)| places[..index].iter().map(move |earlier| (earlier, later)));
    let clashes = pairs.filter_map(|(earlier, later)| compare(key, earlier, later, context));
    clashes.reduce(|best, next| {
        if next.severity() > best.severity() {
            next
        } else {
            best
        }
    })
}

fn compare(
    key: &str,
    earlier: &(Box<str>, Place),
    later: &(Box<str>, Place),
    context: &JudgeContext<'_>,
) -> Option<Clash> {
    let mut days: Vec<i32> = later
        .1
        .together(&earlier.1)
        .map(|stretch| {
            super::support::days::day_of(window::bucket_start(stretch, super::support::places::STRETCH))
        })
        .collect();
    days.dedup();
    if days.is_empty() || days.len() >= HABITUAL_DAYS {
        return None;
    }
    let networks = context.networks;
    let countries = [networks.country(&earlier.0), networks.country(&later.0)];
    let countries = match countries {
        [Some(one), Some(other)] if one != other => Some([one, other]),
        _ => None,
    };
    let unrelated = neighbourhood(&earlier.0) != neighbourhood(&later.0)
        && networks.network_key(&earlier.0) != networks.network_key(&later.0)
        && earlier.1.agent != later.1.agent;
    (countries.is_some() || unrelated).then(|| Clash {
        key: key.to_owned(),
        addresses: [earlier.0.to_string(), later.0.to_string()],
        agents: [earlier.1.agent.to_string(), later.1.agent.to_string()],
        countries,
        later: later.1.seen,
    })
}

fn tell(
    principal: Principal,
    clashes: &[Clash],
    evidence: &Evidence,
    context: &JudgeContext<'_>,
) -> Option<Found> {
    let worst = clashes.iter().reduce(|best, next| {
        if next.severity() > best.severity() {
            next
        } else {
            best
        }
    })?;
    let mut whole = FirstUse::default();
    for clash in clashes {
        whole.merge(clash.later);
    }
    let label = |address: &str| context.networks.describe(address).label();
    let [usual, other] = [label(&worst.addresses[0]), label(&worst.addresses[1])];
    let [there, here] = [&worst.agents[0], &worst.agents[1]].map(|agent| caller::named_agent(agent));
    let how = if there == here {
        format!("with the same client, {here}")
    } else {
        format!("with {there} there and {here} here")
    };
    let also = if clashes.len() > 1 {
        format!(
            " The same is true for {} of it.",
            words::count(clashes.len() - 1, "more key")
        )
    } else {
        String::new()
    };
    let slots = clashes
        .iter()
        .map(|clash| slot_of(&[&principal.key, &clash.key, &clash.addresses[1]]));
    Some(Found {
        severity: worst.severity(),
        first: whole.first(),
        last: whole.last,
        count: u64::from(whole.count),
        succeeded: u64::from(whole.succeeded),
        summary: format!(
            "Key {} of {} was used from {usual} and within an hour from {other}, {how}; {} from the second place.{also}",
            worst.key,
            principal.name,
            words::count(whole.count as usize, "call"),
        ),
        facts: vec![
            Fact::target("access key", &worst.key),
            Fact::new("first place", &usual),
            Fact::new("second place", &other),
            Fact::new(
                "countries",
                &worst
                    .countries
                    .as_ref()
                    .map_or("not known to differ".to_owned(), |both| both.join(", ")),
            ),
        ],
        sample: evidence.sample(slots, (whole.first(), whole.last), context.cited_limit),
        principal,
    })
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::super::contract::{Call, call, judged, judged_with, series};
    use super::*;
    use crate::network::Networks;
    use crate::network::testing::table;

    fn work() -> Vec<Call> {
        series(
            &call("2026-03-06T14:00:00Z", "DescribeInstances"),
            10,
            300,
            |call, _| call,
        )
    }

    fn thief() -> Call {
        call("2026-03-06T14:20:00Z", "ListUsers")
            .from("203.0.113.9")
            .agent("aws-cli/2.15")
    }

    #[test]
    fn two_networks_with_different_clients_within_an_hour_are_medium() {
        let mut calls = work();
        calls.push(thief());
        let found = judged(KeyUsedFromTwoPlaces, &calls);
        assert_eq!((found[0].severity, found[0].count), (Severity::Medium, 1));
        insta::assert_snapshot!(found[0].summary, @"Key AKIAIOSFODNN7EXAMPLE of user ci-deploy was used from 198.51.100.7 (documentation range) and within an hour from 203.0.113.9 (documentation range), with Boto3 there and aws-cli here; 1 call from the second place.");
    }

    #[test]
    fn two_countries_with_different_clients_are_high() {
        let bytes = table(&[
            (Ipv4Addr::new(198, 51, 100, 0), 24, &[("country_code", "NL")]),
            (Ipv4Addr::new(203, 0, 113, 0), 24, &[("country_code", "BR")]),
        ]);
        let networks = Networks::new().with_asn(bytes).unwrap();
        let mut calls = work();
        calls.push(thief());
        assert_eq!(
            judged_with(KeyUsedFromTwoPlaces, &networks, &calls)[0].severity,
            Severity::High
        );
        calls.pop();
        calls.push(thief().agent("Boto3/1.34"));
        assert_eq!(
            judged_with(KeyUsedFromTwoPlaces, &networks, &calls)[0].severity,
            Severity::Medium
        );
    }

    #[test]
    fn the_same_client_in_a_network_of_unknown_country_proves_nothing() {
        let mut calls = work();
        calls.push(thief().agent("Boto3/1.36"));
        assert!(judged(KeyUsedFromTwoPlaces, &calls).is_empty());
    }

    #[test]
    fn hours_apart_or_with_another_key_or_from_inside_is_no_clash() {
        let mut calls = work();
        calls.push(thief().later(6 * 3_600));
        calls.push(thief().key("AKIAI44QH8DHBEXAMPLE"));
        calls.push(thief().from("10.0.0.9"));
        calls.push(thief().from("AWS Internal"));
        calls.push(thief().by_service("ec2"));
        assert!(judged(KeyUsedFromTwoPlaces, &calls).is_empty());
    }

    #[test]
    fn a_key_that_two_places_share_every_day_is_a_habit() {
        let calls: Vec<Call> = (0..3)
            .flat_map(|day| {
                let both = [call("2026-03-06T14:00:00Z", "DescribeInstances"), thief()];
                both.map(|call| call.later(day * 86_400))
            })
            .collect();
        assert!(judged(KeyUsedFromTwoPlaces, &calls).is_empty());
    }
}
