//! The credentials of an EC2 instance at work somewhere else than on that instance.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use stanch_core::finding::{DetectionAbout, Fact};
use stanch_core::principal::Principal;
use stanch_core::{LogKind, Severity, Tactic};

use super::support::places::Place;
use super::support::{
    About, Bounded as _, Capped, Evidence, FirstUse, Principals, caller, principals, slot_of, words,
};
use crate::detector::{Detector, Found, Interest, JudgeContext};
use crate::network::{AddressKind, neighbourhood};
use crate::observation::Observation;

/// Addresses remembered per instance.
const ADDRESS_CAP: usize = 128;

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InstanceCredentialsUsedElsewhere;

/// Addresses by instance session.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct InstanceState {
    principals: Principals<Capped<Place>>,
    evidence: Evidence,
}

impl Detector for InstanceCredentialsUsedElsewhere {
    type State = InstanceState;

    fn about(&self) -> DetectionAbout {
        About {
            id: "instance-credentials-used-elsewhere",
            title: "EC2 instance credentials used from outside the instance",
            severity: Severity::High,
            tactics: &[Tactic::CredentialAccess, Tactic::LateralMovement],
            techniques: &["T1552.005", "T1078.004"],
            why: "An instance gets its role's credentials from the metadata service, and only that instance should \
                  use them. Seen from another place, they were taken off the instance, most often through a hole in \
                  a web application.",
            false_positives: &[
                "An instance that changed its public address, or leaves through several gateways",
                "An administrator who copied the credentials for a test",
            ],
            next: &[
                "Revoke the role's sessions that are older than now",
                "Isolate the instance and look for the cause: IMDSv1, a proxy, a web shell",
                "List what the credentials did from the other place",
            ],
        }
        .build()
    }

    fn interest(&self) -> Interest {
        Interest::Every
    }

    fn observe(&self, state: &mut Self::State, observation: &Observation<'_, '_>) {
        let event = observation.event;
        // Through an endpoint of its own network an instance shows its private address: that is no other place.
        if !caller::is_instance(event)
            || event.log != LogKind::CloudTrail
            || !event.vpc_endpoint_id.is_empty()
        {
            return;
        }
        let kind = observation.address_kind();
        if observation.is_by_aws() || !(kind.is_external() || kind == AddressKind::Private) {
            return;
        }
        let place = state.principals.of(observation).slot_numbered(
            observation.numbers.address,
            &event.source_address,
            ADDRESS_CAP,
        );
        if place.add(observation) {
            let slot = slot_of(&[principals::key(observation), &event.source_address]);
            state.evidence.add(slot, FirstUse::CITED, observation);
        }
    }

    fn merge(&self, into: &mut Self::State, from: Self::State, _cited_limit: usize) {
        into.principals.merge(from.principals, |into, from| {
            into.merge(from, ADDRESS_CAP, Place::merge);
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
            .filter_map(|(principal, places)| elsewhere(principal, places, &evidence, context))
            .collect()
    }
}

/// Addresses that may well be one place.
#[derive(Default)]
struct Area {
    addresses: Vec<String>,
    place: Place,
}

fn areas(places: Capped<Place>, context: &JudgeContext<'_>) -> Vec<Area> {
    let mut areas: BTreeMap<String, Area> = BTreeMap::new();
    let mut places = places.into_sorted(ADDRESS_CAP);
    places.sort_by_key(|(_, place)| place.seen.first_moment());
    for (address, place) in places {
        let network = context.networks.network_key(&address);
        let name = if network.starts_with("AS") {
            network
        } else {
            neighbourhood(&address)
        };
        let area = areas.entry(name).or_default();
        area.addresses.push(address.into_string());
        area.place.merge(place);
    }
    let mut areas: Vec<Area> = areas.into_values().collect();
    // The instance's own place is where it is seen most of the time; among equals, where it was seen first.
    areas.sort_by(|one, other| {
        let time = |area: &Area| area.place.stretches.len();
        time(other).cmp(&time(one)).then_with(|| {
            one.place
                .seen
                .first_moment()
                .cmp(&other.place.seen.first_moment())
        })
    });
    areas
}

/// How grave use from this area is, given the instance's own.
fn severity(usual: &Area, other: &Area, context: &JudgeContext<'_>) -> Severity {
    let meanwhile = other.place.seen.first() <= usual.place.seen.last;
    let another_client = other.place.agent != usual.place.agent;
    let outside_aws = other
        .addresses
        .first()
        .and_then(|address| context.networks.is_aws(address))
        == Some(false);
    match (another_client || outside_aws, meanwhile) {
        (true, _) => Severity::High,
        (false, true) => Severity::Medium,
        // The same client from a new address after the old one fell silent: a restart gives a new public address.
        (false, false) => Severity::Low,
    }
}

fn elsewhere(
    principal: Principal,
    places: Capped<Place>,
    evidence: &Evidence,
    context: &JudgeContext<'_>,
) -> Option<Found> {
    let areas = areas(places, context);
    let (usual, others) = areas.split_first()?;
    let worst = others.iter().map(|other| severity(usual, other, context)).max()?;
    let mut whole = FirstUse::default();
    let mut agents: Vec<&str> = Vec::new();
    for other in others {
        whole.merge(other.place.seen);
        agents.push(caller::named_agent(&other.place.agent));
    }
    let label = |address: &String| context.networks.describe(address).label();
    let strange: Vec<String> = others
        .iter()
        .flat_map(|area| area.addresses.iter().map(label))
        .collect();
    let own: Vec<String> = usual.addresses.iter().map(label).collect();
    let slots = others
        .iter()
        .flat_map(|area| &area.addresses)
        .map(|address| slot_of(&[&principal.key, address]));
    Some(Found {
        severity: worst,
        first: whole.first(),
        last: whole.last,
        count: u64::from(whole.count),
        succeeded: u64::from(whole.succeeded),
        summary: format!(
            "Credentials of {}, which works from {}, made {} from {} with {}.",
            principal.name,
            words::list(&own, 2),
            words::count(whole.count as usize, "call"),
            words::list(&strange, 3),
            words::list(&agents, 3),
        ),
        facts: vec![
            Fact::new("instance's own address", &words::list(&own, 3)),
            Fact::new("other address", &words::list(&strange, 5)),
            Fact::new("instance's own client", &usual.place.agent),
        ],
        sample: evidence.sample(slots, (whole.first(), whole.last), context.cited_limit),
        principal,
    })
}

#[cfg(test)]
mod tests {
    use super::super::contract::{Call, call, judged, series};
    use super::*;

    fn instance(time: &str, name: &str) -> Call {
        call(time, name)
            .by_role("web", "i-0abcdef1234567890")
            .agent("amazon-ssm-agent/3.1")
    }

    fn usual() -> Vec<Call> {
        series(
            &instance("2026-03-06T12:00:00Z", "UpdateInstanceInformation"),
            8,
            900,
            |call, _| call,
        )
    }

    #[test]
    fn another_address_and_client_is_high() {
        let mut calls = usual();
        let thief = instance("2026-03-06T12:20:00Z", "GetCallerIdentity").agent("aws-cli/2.15");
        calls.push(thief.clone().from("203.0.113.9"));
        calls.push(thief.later(10).named("DescribeInstances").from("203.0.113.9"));
        let found = judged(InstanceCredentialsUsedElsewhere, &calls);
        assert_eq!((found[0].severity, found[0].count), (Severity::High, 2));
        insta::assert_snapshot!(found[0].summary, @"Credentials of role web / i-0abcdef1234567890, which works from 198.51.100.7 (documentation range), made 2 calls from 203.0.113.9 (documentation range) with aws-cli.");
    }

    #[test]
    fn a_private_address_without_an_endpoint_is_another_place() {
        let mut calls = usual();
        calls.push(
            instance("2026-03-06T12:20:00Z", "GetCallerIdentity")
                .from("192.168.10.20")
                .agent("aws-sdk-go/2"),
        );
        assert_eq!(
            judged(InstanceCredentialsUsedElsewhere, &calls)[0].severity,
            Severity::High
        );
    }

    #[test]
    fn a_restart_with_a_new_address_is_low() {
        let mut calls = usual();
        calls.push(instance("2026-03-06T15:00:00Z", "UpdateInstanceInformation").from("203.0.113.9"));
        assert_eq!(
            judged(InstanceCredentialsUsedElsewhere, &calls)[0].severity,
            Severity::Low
        );
    }

    #[test]
    fn endpoints_services_neighbours_and_other_roles_are_no_other_place() {
        let mut calls = usual();
        let read = instance("2026-03-06T12:20:00Z", "GetObject").agent("aws-cli/2.15");
        calls.push(
            read.clone()
                .from("10.0.0.9")
                .through_endpoint("vpce-0123456789abcdef0"),
        );
        calls.push(read.clone().from("ssm.amazonaws.com"));
        calls.push(read.clone().from("198.51.100.200"));
        calls.push(read.clone().by_role("web", "worker").from("203.0.113.9"));
        assert!(judged(InstanceCredentialsUsedElsewhere, &calls).is_empty());
    }
}
