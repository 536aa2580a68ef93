//! First pass: what was billed before the attack, and where the attacker's resources are billed.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use stanch_core::Timestamp;

use super::TaxBase;
use crate::attack::Attack;
use crate::line::{Line, LineKind};
use crate::resource::{is_instance, resource_key};

/// Resources billed before the attack that are kept, as hashes.
const RESOURCES: usize = 4_000_000;

/// Account and region.
type Place = (String, String);

/// Account, region, service and operation.
type Usual = (String, String, String, String);

/// Account, month, service, currency.
pub(crate) type TaxKey = (String, String, String, String);

/// Key of the tax that follows a line.
pub(crate) fn tax_key(line: &Line) -> TaxKey {
    let month = line.start.to_string();
    (
        line.account.clone(),
        month.get(..7).unwrap_or_default().to_owned(),
        line.service.clone(),
        line.currency.clone(),
    )
}

/// Result of the first pass over a bill.
#[derive(Debug, Default)]
pub struct Survey {
    pub(crate) first: Option<Timestamp>,
    /// End of the newest use.
    pub(crate) last: Option<Timestamp>,
    usual: BTreeSet<Usual>,
    before: HashSet<u64>,
    /// Hashes above are not kept: keeps the same ones whatever the order of lines.
    limit: Option<u64>,
    contradicted: BTreeSet<String>,
    other_instances: BTreeSet<Place>,
    hours: BTreeMap<Place, (Timestamp, Timestamp)>,
    pub(crate) taxes: BTreeMap<TaxKey, TaxBase>,
    pub(crate) open: bool,
    pub(crate) payers: BTreeSet<String>,
}

/// Accounts that pay, as far as they are listed.
const PAYERS: usize = 100;

fn hash(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

impl Survey {
    /// Adds a line.
    pub fn observe(&mut self, line: &Line, attack: &Attack) {
        let is_use = matches!(line.kind, LineKind::Usage | LineKind::Covered);
        if self.payers.len() < PAYERS && !self.payers.contains(&line.payer) {
            self.payers.insert(line.payer.clone());
        }
        if is_use {
            self.first = Some(self.first.map_or(line.start, |first| first.min(line.start)));
            self.last = Some(self.last.map_or(line.end, |last| last.max(line.end)));
            self.open |= line.invoice.is_empty();
        }
        if line.kind != LineKind::Tax {
            self.taxes.entry(tax_key(line)).or_default().all.add(line.cost);
        }
        let key = resource_key(&line.resource);
        let place = (line.account.clone(), line.region.clone());
        let hostile = attack
            .resources
            .get(&key)
            .filter(|(relation, _)| relation.is_proven());
        let of_group = line.aws_tags.iter().any(|tag| attack.groups.contains_key(tag));
        if let Some((_, event)) = hostile {
            if line.end <= event.time && !line.cost.is_zero() {
                self.contradicted.insert(key);
            } else if is_use && is_instance(&key) {
                let hours = self.hours.entry(place).or_insert((line.start, line.end));
                *hours = (hours.0.min(line.start), hours.1.max(line.end));
            }
            return;
        }
        if is_use && is_instance(&key) && !of_group {
            self.other_instances.insert(place);
        }
        if is_use && attack.first.is_some_and(|first| line.end <= first) {
            let usual = (
                line.account.clone(),
                line.region.clone(),
                line.service.clone(),
                line.operation.clone(),
            );
            if !self.usual.contains(&usual) {
                self.usual.insert(usual);
            }
            if !key.is_empty() {
                self.keep(hash(&key));
            }
        }
    }

    fn keep(&mut self, hash: u64) {
        if self.limit.is_none_or(|limit| hash <= limit)
            && self.before.insert(hash)
            && self.before.len() > RESOURCES
        {
            let limit = self.limit.unwrap_or(u64::MAX) / 2;
            self.limit = Some(limit);
            self.before.retain(|each| *each <= limit);
        }
    }

    /// Returns whether a resource was billed before the attack.
    pub(super) fn was_billed(&self, key: &str) -> bool {
        self.before.contains(&hash(key))
    }

    /// Returns whether the same use was billed before the attack in the same account and region.
    pub(super) fn is_usual(&self, line: &Line) -> bool {
        let usual = (
            line.account.clone(),
            line.region.clone(),
            line.service.clone(),
            line.operation.clone(),
        );
        self.usual.contains(&usual)
    }

    /// Returns whether a resource that an event says was created then was billed before.
    pub(super) fn is_contradicted(&self, key: &str) -> bool {
        self.contradicted.contains(key)
    }

    /// Returns whether no instance but the attacker's is billed in a region.
    pub(super) fn is_unused(&self, place: &Place) -> bool {
        !self.other_instances.contains(place)
    }

    /// Returns from when to when instances of the attacker are billed in a region.
    pub(super) fn attackers_hours(&self, place: &Place) -> Option<(Timestamp, Timestamp)> {
        self.hours.get(place).copied()
    }

    /// Returns the end of the newest use on the bill: what came later is not on it.
    #[must_use]
    pub const fn complete_until(&self) -> Option<Timestamp> {
        self.last
    }

    /// Returns whether a month is open: AWS may still add and change lines.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.open
    }
}
