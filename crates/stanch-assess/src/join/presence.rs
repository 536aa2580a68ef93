//! Presence of logged resources in the snapshot: it exists, it is gone, or that is unknown.
//!
//! Gone needs a listing of that account, region and service that was answered in full; a denied or missing listing leaves it
//! unknown. It must not judge.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;
use stanch_core::assessment::Presence;
use stanch_core::{AccountId, Reading, RegionName, ServiceName};

use super::makers::is_unique;
use crate::changes::LoggedChange;
use crate::each_text;
use crate::services::is_global;
use stanch_aws_facts::services::{canonical, is_same};

/// Maximum bytes of an identifier.
const ID_LIMIT: usize = 512;
/// Verbs of API calls that create a resource.
pub(super) const CREATING_VERBS: [&str; 8] = [
    "Create", "Run", "Request", "Register", "Import", "Allocate", "Upload", "Publish",
];

/// Identifiers in a snapshot, by account, region and service.
#[derive(Debug, Default)]
pub(crate) struct Identifiers {
    hashes: FxHashSet<u64>,
}

impl Identifiers {
    /// Adds every text of a reading that may identify a resource.
    pub(crate) fn observe(&mut self, reading: &Reading) {
        // Event history contains resources that existed, not those that exist.
        if reading.operation.as_str() == "LookupEvents" {
            return;
        }
        let hashes = &mut self.hashes;
        each_text(&reading.body, &mut |text| {
            if text.len() > ID_LIMIT {
                return;
            }
            let last = text.rsplit_once(['/', ':']).map(|(_, last)| last);
            for name in std::iter::once(text).chain(last) {
                hashes.insert(hashed(&reading.account, &reading.region, &reading.service, name));
            }
        });
    }

    fn contain(&self, change: &LoggedChange, name: &str) -> bool {
        let hash = hashed(&change.account, &change.region, &change.service, name);
        self.hashes.contains(&hash)
    }
}

/// Returns the hash of an identity. Names that are unique across regions have no region.
fn hashed(account: &AccountId, region: &RegionName, service: &ServiceName, name: &str) -> u64 {
    use std::hash::{Hash as _, Hasher as _};
    let service = canonical(service.as_str());
    let region = if is_global(service) || is_unique(name) {
        ""
    } else {
        region.as_str()
    };
    let mut hasher = rustc_hash::FxHasher::default();
    (account.as_str(), region, service, name).hash(&mut hasher);
    hasher.finish()
}

/// Listings of one account and region: service, operation, and true where the answer is complete.
type Asked = Vec<(ServiceName, String, bool)>;

/// Listings that were asked, true where every answer is complete.
#[derive(Debug, Default)]
pub(crate) struct Listings {
    listings: BTreeMap<(AccountId, RegionName), Asked>,
}

impl Listings {
    /// Adds an operation that was asked.
    pub(crate) fn add(
        &mut self,
        (account, service, region): (&AccountId, &ServiceName, &RegionName),
        operation: &str,
        is_complete: bool,
    ) {
        if operation.starts_with("List") || operation.starts_with("Describe") {
            let listings = self
                .listings
                .entry((account.clone(), region.clone()))
                .or_default();
            listings.push((service.clone(), operation.to_owned(), is_complete));
        }
    }

    /// Returns true if the resource that a call creates would be in a listing: `CreateBucket` in `ListBuckets`. False for
    /// calls whose noun no listing has.
    fn would_show(&self, change: &LoggedChange) -> bool {
        let noun = CREATING_VERBS
            .iter()
            .find_map(|verb| change.kind.strip_prefix(verb));
        let Some(noun) = noun.filter(|noun| !noun.is_empty()) else {
            return false;
        };
        let key = (change.account.clone(), change.region.clone());
        let listings = self.listings.get(&key).into_iter().flatten();
        let mut named = listings
            .filter(|(service, operation, _)| {
                is_same(service.as_str(), change.service.as_str()) && operation.contains(noun)
            })
            .peekable();
        named.peek().is_some() && named.all(|(_, _, is_complete)| *is_complete)
    }
}

/// Returns the presence of the resource that a change names.
pub(super) fn of(change: &LoggedChange, identifiers: &Identifiers, listings: &Listings) -> Presence {
    let is_found = change.names.iter().any(|name| identifiers.contain(change, name));
    match (is_found, listings.would_show(change)) {
        (true, _) => Presence::Exists,
        (false, true) => Presence::Gone,
        (false, false) => Presence::Unknown,
    }
}
