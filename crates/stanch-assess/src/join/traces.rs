//! Traces: resources that suspects created or changed, with their presence, and findings on those that still exist.
//!
//! It must not judge resources that a check reports.

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::assessment::{
    AccountFinding, FindingBasis, FindingVerdict, MadeBy, Presence, Resource, Trace,
};
use stanch_core::finding::{Exposure, Fact};
use stanch_core::text::bounded;
use stanch_core::{AccountId, EventKey, RegionName, ServiceName, Severity};

use super::presence::{self, Identifiers, Listings};
use super::suspects::{Suspects, of_event};
use crate::changes::{LoggedChange, LoggedChanges};

/// Maximum traces.
const TRACES_LIMIT: usize = 5_000;
/// Check id of findings on resources that no check speaks of.
const BY_SUSPECT: &str = "made-by-suspect";

/// Returns what suspects created or changed, each resource once, by its last change.
pub(super) fn traces(
    logged: &LoggedChanges,
    suspects: &Suspects,
    identifiers: &Identifiers,
    listings: &Listings,
) -> Vec<Trace> {
    let of_suspects = logged
        .changes
        .iter()
        .filter(|change| of_event(&change.event, suspects).is_some());
    last_of_each(of_suspects)
        .into_iter()
        .take(TRACES_LIMIT)
        .map(|change| trace(change, identifiers, listings))
        .collect()
}

/// Returns the last change of each resource by each call; what was removed is left out.
pub(super) fn last_of_each<'c>(changes: impl Iterator<Item = &'c LoggedChange>) -> Vec<&'c LoggedChange> {
    type Key<'c> = (
        &'c AccountId,
        &'c RegionName,
        &'c ServiceName,
        &'c str,
        &'c [String],
    );
    let mut last: BTreeMap<Key<'_>, &LoggedChange> = BTreeMap::new();
    for change in changes.filter(|change| !change.removed) {
        let names = change.names.get(..3).unwrap_or(&change.names);
        let key = (
            &change.account,
            &change.region,
            &change.service,
            change.kind.as_str(),
            names,
        );
        let known = last.entry(key).or_insert(change);
        if (known.event.time, known.event.event) <= (change.event.time, change.event.event) {
            *known = change;
        }
    }
    last.into_values().collect()
}

/// Returns a change as a trace, with the presence of its resource.
pub(super) fn trace(change: &LoggedChange, identifiers: &Identifiers, listings: &Listings) -> Trace {
    let name = |place: usize| change.names.get(place).map_or("", String::as_str);
    Trace {
        presence: presence::of(change, identifiers, listings),
        resource: Resource::new(
            &format!("{} {}", change.service.as_str(), change.kind),
            name(0),
            name(1),
            &change.account,
            &change.region,
        ),
        made_by: change.event.clone(),
        names: change
            .names
            .iter()
            .take(8)
            .map(|name| bounded(name, 300))
            .collect(),
    }
}

/// Adds a finding for each trace that still exists and that no finding explains.
pub(super) fn add_still_existing(findings: &mut Vec<AccountFinding>, traces: &[Trace], suspects: &Suspects) {
    let explained: BTreeSet<EventKey> = findings.iter().filter_map(event_of).collect();
    for trace in traces.iter().filter(|trace| trace.presence == Presence::Exists) {
        if explained.contains(&trace.made_by.event) {
            continue;
        }
        let why = suspects
            .get(&trace.made_by.principal.key)
            .map_or("", |suspect| suspect.why.as_str());
        let resource = &trace.resource;
        let key = EventKey::of(&[BY_SUSPECT.as_bytes(), &trace.made_by.event.0.to_be_bytes()]);
        findings.push(AccountFinding {
            id: format!("{:016x}", (key.0 >> 64) as u64),
            check: BY_SUSPECT.to_owned(),
            basis: FindingBasis::StillExists,
            severity: Severity::Medium,
            verdict: FindingVerdict::Suspicious,
            resource: resource.clone(),
            summary: format!("{} of {}: the resource still exists", resource.kind, resource.name),
            facts: trace
                .names
                .iter()
                .skip(1)
                .take(5)
                .map(|name| Fact::new("Other Name", name))
                .collect(),
            because: vec![format!("created or changed by {}, who {why}", trace.made_by.principal.name)],
            exposure: Exposure::default(),
            handles: Vec::new(),
            deadline: None,
            evidence: Vec::new(),
            made_by: MadeBy::Event(trace.made_by.clone()),
            created_by: None,
            action: "Ask the owner whether the resource is theirs; if nobody owns it, save its description and delete it"
                .to_owned(),
        });
    }
}

fn event_of(finding: &AccountFinding) -> Option<EventKey> {
    match &finding.made_by {
        MadeBy::Event(event) if finding.verdict >= FindingVerdict::Suspicious => Some(event.event),
        _ => None,
    }
}
