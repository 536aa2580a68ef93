//! Suspects: principals that created malicious resources, or suspicious ones of several kinds.
//!
//! It must not change findings.

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::Severity;
use stanch_core::assessment::{AccountFinding, FindingVerdict, MadeBy, MakingEvent, Suspect};
use stanch_core::text::bounded;

/// Number of checks that must report something suspicious of a principal that created nothing malicious.
const SUSPICIOUS_CHECKS: usize = 3;
/// Changes this long before the first evidence against a principal count as well: attackers prepare before they act.
const BEFORE_MILLIS: i64 = 3_600_000;

/// Suspects by the key of their principal.
pub(super) type Suspects = BTreeMap<String, Suspect>;
/// Source addresses of malicious changes, by the key of their principal.
pub(super) type Addresses = BTreeMap<String, BTreeSet<String>>;

/// Returns the principals that created malicious resources, or suspicious ones of several kinds.
pub(super) fn suspects(findings: &[AccountFinding]) -> Suspects {
    let mut made: BTreeMap<&str, Vec<(&AccountFinding, &MakingEvent)>> = BTreeMap::new();
    for (finding, event) in accusing(findings) {
        made.entry(&event.principal.key)
            .or_default()
            .push((finding, event));
    }
    let mut suspects = Suspects::new();
    for (key, made) in made {
        let malicious = made
            .iter()
            .find(|(finding, _)| finding.verdict == FindingVerdict::Malicious);
        let severe = made
            .iter()
            .filter(|(finding, _)| finding.severity >= Severity::High);
        let kinds: BTreeSet<&str> = severe.map(|(finding, _)| finding.check.as_str()).collect();
        let why = match malicious {
            Some((finding, _)) => format!("created or changed: {}", bounded(&finding.summary, 160)),
            None if kinds.len() >= SUSPICIOUS_CHECKS => {
                format!("created or changed suspicious resources of {} kinds", kinds.len())
            }
            None => continue,
        };
        let first = made
            .iter()
            .map(|(_, event)| *event)
            .min_by_key(|event| event.time);
        if let Some(event) = first {
            let suspect = Suspect {
                principal: event.principal.clone(),
                since: event.time,
                why,
            };
            suspects.insert(key.to_owned(), suspect);
        }
    }
    suspects
}

/// Returns the source addresses from which suspects created what is evidence against them.
pub(super) fn addresses(findings: &[AccountFinding], suspects: &Suspects) -> Addresses {
    let mut addresses = Addresses::new();
    for (_, event) in accusing(findings) {
        if of_event(event, suspects).is_some()
            && let Some(address) = &event.address
        {
            let known = addresses.entry(event.principal.key.clone()).or_default();
            known.insert(address.clone());
        }
    }
    addresses
}

/// Returns the suspect that an event is evidence against, or a consequence of.
pub(super) fn of_event<'s>(event: &MakingEvent, suspects: &'s Suspects) -> Option<&'s Suspect> {
    let suspect = suspects.get(&event.principal.key)?;
    (event.time >= suspect.since.plus_millis(-BEFORE_MILLIS)).then_some(suspect)
}

fn accusing(findings: &[AccountFinding]) -> impl Iterator<Item = (&AccountFinding, &MakingEvent)> {
    findings
        .iter()
        .filter(|finding| finding.verdict >= FindingVerdict::Suspicious)
        .filter_map(|finding| match &finding.made_by {
            MadeBy::Event(event) => Some((finding, event)),
            _ => None,
        })
}
