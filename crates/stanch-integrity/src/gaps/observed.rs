//! Values kept from events, digests and log names: hours with events, calls that change a log, kinds of events.
//!
//! It must not judge them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use stanch_core::event::{Category, LogKind};
use stanch_core::{AccountId, Event, Outcome, RegionName, Timestamp};

use super::Cause;
use super::control::{Change, Effect, effects};
use super::status::{Status, read};
use crate::digest::Digest;
use crate::gunzip::Unpacker;
use crate::keyring::Keyring;
use crate::ledger::{Ledger, stem};
use crate::name::{FileKind, file_kind, last};
use crate::signatures::Signatures;

/// Hours of all regions, and calls, that are kept.
const MOST: usize = 2_000_000;
const MOST_CALLS: usize = 100_000;

pub(super) const HOUR: i64 = 3_600_000;

/// A call that changes a log.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) account: AccountId,
    pub(super) region: RegionName,
    pub(super) cause: Cause,
    pub(super) effect: Effect,
}

/// Takes events, digests and log files in any order and on any thread.
#[derive(Debug, Default)]
pub struct Recorded {
    /// Number of events by hour.
    pub(super) hours: BTreeMap<(AccountId, RegionName), BTreeMap<i64, u64>>,
    pub(super) calls: Vec<Call>,
    pub(super) data: BTreeSet<(AccountId, String)>,
    pub(super) digests: Vec<Digest>,
    /// File names of logs.
    pub(super) logs: BTreeSet<String>,
    pub(super) statuses: Vec<Status>,
    kept: usize,
    pub(super) is_cut: bool,
}

impl Recorded {
    /// Takes an event.
    pub fn event(&mut self, event: &Event<'_>) {
        if event.log != LogKind::CloudTrail || !AccountId::is_valid(&event.account) {
            return;
        }
        let (account, region) = (
            AccountId::from(event.account.as_ref()),
            RegionName::from(event.region.as_ref()),
        );
        if event.category == Category::Data {
            self.data.insert((account.clone(), event.service().to_owned()));
        }
        self.hour(&account, &region, event.time);
        if event.outcome() == Outcome::Success {
            for effect in effects(event) {
                self.call(event, (&account, &region), effect);
            }
        }
    }

    fn hour(&mut self, account: &AccountId, region: &RegionName, time: Timestamp) {
        if self.kept >= MOST {
            self.is_cut = true;
            return;
        }
        let hours = self.hours.entry((account.clone(), region.clone())).or_default();
        let count = hours.entry(time.0.div_euclid(HOUR)).or_insert(0);
        self.kept += usize::from(*count == 0);
        *count += 1;
    }

    fn call(&mut self, event: &Event<'_>, (account, region): (&AccountId, &RegionName), effect: Effect) {
        if self.calls.len() >= MOST_CALLS {
            self.is_cut = true;
            return;
        }
        let record = event.to_record();
        self.calls.push(Call {
            account: account.clone(),
            region: region.clone(),
            cause: Cause {
                time: record.time,
                name: record.name,
                event_id: record.event_id,
                principal: record.principal,
                source_address: record.source_address,
                resource: effect.subject.clone(),
                certain: effect.change != Change::Possible,
            },
            effect,
        });
    }

    /// Takes the name of a log file.
    pub fn log(&mut self, path: &str) {
        self.logs.insert(stem(last(path)).to_owned());
    }

    /// Takes a reply to `GetTrailStatus` in an account and region, about a trail by its name or ARN.
    pub fn trail_status(
        &mut self,
        place: (&AccountId, &RegionName),
        trail: &str,
        body: &Value,
        at: Timestamp,
    ) {
        self.statuses.extend(read(place, trail, body, at));
    }

    /// Takes a digest file by its path; returns false when it can't be read or is none.
    pub fn digest(&mut self, path: &str, file: &[u8], unpacker: &mut Unpacker) -> bool {
        let FileKind::Digest(chain) = file_kind(path) else {
            return false;
        };
        match Digest::read(chain, path, file, unpacker) {
            Ok(digest) => {
                self.digests.push(digest);
                true
            }
            Err(_) => false,
        }
    }

    /// Adds what another thread took.
    pub fn merge(&mut self, other: Self) {
        for (place, hours) in other.hours {
            let known = self.hours.entry(place).or_default();
            for (hour, count) in hours {
                let sum = known.entry(hour).or_insert(0);
                self.kept += usize::from(*sum == 0);
                *sum += count;
            }
        }
        self.calls.extend(other.calls);
        self.data.extend(other.data);
        self.digests.extend(other.digests);
        self.logs.extend(other.logs);
        self.statuses.extend(other.statuses);
        self.is_cut |= other.is_cut;
    }

    /// Puts the digests in order. Signatures are not checked: that is the work of [`crate::Verifier`].
    pub(super) fn ledger(&mut self) -> Ledger {
        let digests = std::mem::take(&mut self.digests);
        Ledger::new(digests, &Keyring::default(), &Signatures::default())
    }
}
