//! What a takeover's findings hold against someone: addresses and access keys, with when and by whom they were seen.
//!
//! An address or key counts when an event since the takeover began carries it that a finding of medium severity or above
//! cites. What would hit bystanders is left out: names of AWS services, addresses that are nobody's on the internet, and
//! addresses that the account used before. User agents are never indicators: they are the caller's own claim, and shared
//! by many. It must not know STIX.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use stanch_core::verdict::Story;
use stanch_core::{Analysis, EventKey, EventRecord, Finding, FindingId, Severity, TechniqueId, Timestamp};

use crate::cited;

/// Number of addresses, and how many keys, of one takeover become indicators.
const LIMIT: usize = 500;

/// Sighting of a value.
pub(super) struct Seen<'a> {
    /// First event.
    pub(super) first: Timestamp,
    /// Last event.
    pub(super) last: Timestamp,
    /// The cited events that carry it.
    pub(super) events: BTreeSet<EventKey>,
    /// The keys of the principals that used it.
    pub(super) principals: BTreeSet<&'a str>,
    /// The techniques of the findings that cite these events.
    pub(super) techniques: BTreeSet<&'a TechniqueId>,
}

/// Indicators of one attack.
#[derive(Default)]
pub(super) struct Held<'a> {
    /// By address.
    pub(super) addresses: BTreeMap<IpAddr, Seen<'a>>,
    /// By access key id.
    pub(super) keys: BTreeMap<&'a str, Seen<'a>>,
}

/// Gathers what a takeover holds.
pub(super) fn of<'a>(analysis: &'a Analysis, story: &Story, usual: &BTreeSet<IpAddr>) -> Held<'a> {
    let told: BTreeSet<&FindingId> = story.findings.iter().collect();
    let grave = analysis
        .findings
        .iter()
        .filter(|finding| finding.severity >= Severity::Medium && told.contains(&finding.id));
    let mut held = Held::default();
    for finding in grave {
        let records = cited::of(analysis, finding).filter(|record| record.time >= story.since);
        for record in records {
            if let Some(address) =
                indicating_address(&record.source_address).filter(|address| !usual.contains(address))
            {
                see(&mut held.addresses, address, record, finding, analysis);
            }
            if is_access_key_id(&record.access_key_id) {
                see(&mut held.keys, &record.access_key_id, record, finding, analysis);
            }
        }
    }
    held
}

fn see<'a, K: Ord>(
    all: &mut BTreeMap<K, Seen<'a>>,
    value: K,
    record: &'a EventRecord,
    finding: &Finding,
    analysis: &'a Analysis,
) {
    if all.len() >= LIMIT && !all.contains_key(&value) {
        return;
    }
    let seen = all.entry(value).or_insert_with(|| Seen {
        first: record.time,
        last: record.time,
        events: BTreeSet::new(),
        principals: BTreeSet::new(),
        techniques: BTreeSet::new(),
    });
    seen.first = seen.first.min(record.time);
    seen.last = seen.last.max(record.time);
    seen.events.insert(record.key);
    seen.principals.insert(&record.principal);
    if let Some(about) = analysis.detections.get(&finding.detection) {
        seen.techniques.extend(&about.techniques);
    }
}

/// An address that says something to others: one of the internet, or of a range for documentation.
fn indicating_address(text: &str) -> Option<IpAddr> {
    let address = text.parse::<IpAddr>().ok()?.to_canonical();
    let nobodys = match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            let carrier_grade = a == 100 && (64..128).contains(&b);
            a == 0 || a >= 224 || v4.is_private() || v4.is_loopback() || v4.is_link_local() || carrier_grade
        }
        IpAddr::V6(v6) => {
            v6.is_unspecified()
                || v6.is_loopback()
                || v6.is_multicast()
                || v6.is_unique_local()
                || v6.is_unicast_link_local()
        }
    };
    (!nobodys).then_some(address)
}

/// Returns whether a text is an access key id and nothing else.
fn is_access_key_id(text: &str) -> bool {
    (16..=128).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Addresses of the account's everyday life: before the first takeover began, someone used them of whom nothing of
/// medium severity or above was found. As far as the analysis tells: from cited events of that time, and from principals
/// that were last seen then.
pub(super) fn usual_addresses(analysis: &Analysis) -> BTreeSet<IpAddr> {
    let stories = &analysis.verdict.stories;
    let Some(since) = stories.iter().map(|story| story.since).min() else {
        return BTreeSet::new();
    };
    let told = stories.iter().flat_map(|story| &story.principals);
    let grave = analysis
        .findings
        .iter()
        .filter(|finding| finding.severity >= Severity::Medium)
        .map(|finding| &finding.principal);
    let involved: BTreeSet<&str> = told
        .chain(grave)
        .map(|principal| principal.key.as_str())
        .collect();
    let cited = analysis
        .events
        .values()
        .filter(|record| record.time < since && !involved.contains(record.principal.as_str()))
        .map(|record| record.source_address.as_str());
    let gone = analysis
        .principals
        .iter()
        .filter(|summary| summary.last < since && !involved.contains(summary.principal.key.as_str()))
        .flat_map(|summary| &summary.networks)
        // A network is told as its address, then what is known of it.
        .filter_map(|network| network.split(' ').next());
    cited
        .chain(gone)
        .filter_map(|address| Some(address.parse::<IpAddr>().ok()?.to_canonical()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bystanders_are_no_indicators() {
        for text in [
            "ec2.amazonaws.com",
            "AWS Internal",
            "",
            "10.0.0.1",
            "::1",
            "::ffff:192.168.1.1",
            "100.64.0.1",
        ] {
            assert_eq!(indicating_address(text), None, "{text}");
        }
        for text in ["203.0.113.9", "2001:db8::1", "::ffff:203.0.113.9"] {
            assert!(indicating_address(text).is_some(), "{text}");
        }
        assert!(is_access_key_id("AKIAIOSFODNN7EXAMPLE"));
        assert!(!is_access_key_id("AKIAIOSFODNN7EXAMPLE' OR '"));
    }
}
