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
    type Key = (AccountId, RegionName, ServiceName, String, Vec<String>);
    let mut last: BTreeMap<Key, &LoggedChange> = BTreeMap::new();
    for change in &logged.changes {
        if change.removed || of_event(&change.event, suspects).is_none() {
            continue;
        }
        let key = (
            change.account.clone(),
            change.region.clone(),
            change.service.clone(),
            change.kind.clone(),
            change.names.iter().take(3).cloned().collect(),
        );
        let known = last.entry(key).or_insert(change);
        if (known.event.time, known.event.event) <= (change.event.time, change.event.event) {
            *known = change;
        }
    }
    last.into_iter()
        .take(TRACES_LIMIT)
        .map(|((account, region, service, kind, names), change)| Trace {
            presence: presence::of(change, identifiers, listings),
            resource: Resource::new(
                &format!("{} {kind}", service.as_str()),
                names.first().map_or("", String::as_str),
                change.names.get(1).map_or("", String::as_str),
                &account,
                &region,
            ),
            made_by: change.event.clone(),
            names: change
                .names
                .iter()
                .take(8)
                .map(|name| bounded(name, 300))
                .collect(),
        })
        .collect()
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
