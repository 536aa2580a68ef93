//! Joins calls, digests, missing files and silence into gaps.
//!
//! It must not read an event's text.

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::{AccountId, RegionName, Timestamp};

use super::control::{Change, Means};
use super::never::never;
use super::observed::{Call, HOUR, Recorded};
use super::rhythm::silent;
use super::{Gap, GapKind, Gaps, Sign};
use crate::ledger::{Break, Chain, Ledger};
use crate::name::ChainKind;

/// Delay of a delivery: digests come once an hour, some minutes after it.
const DELIVERY: i64 = HOUR + HOUR / 4;

/// Gap with the name of its trail, where that is known.
struct Found {
    gap: Gap,
    trail: Option<String>,
}

impl Recorded {
    /// Returns the gaps.
    #[must_use]
    pub fn gaps(mut self) -> Gaps {
        let ledger = self.ledger();
        self.calls.sort_by(|a, b| {
            (a.cause.time, &a.cause.event_id, &a.effect.subject).cmp(&(
                b.cause.time,
                &b.cause.event_id,
                &b.effect.subject,
            ))
        });
        self.calls
            .dedup_by(|a, b| a.cause == b.cause && a.effect == b.effect);
        let mut found = called(&self, &ledger);
        let mut signs = observed(&self, &ledger);
        signs.sort_by_key(|sign| (sign.gap.from, sign.gap.account.clone()));
        for sign in signs {
            join(&mut found, sign);
        }
        for item in &mut found {
            explain(item, &self.calls);
            item.gap.events_within = within(&self, &item.gap);
        }
        let mut gaps: Vec<Gap> = found.into_iter().map(|item| item.gap).collect();
        gaps.sort();
        let mut seen: BTreeSet<(AccountId, RegionName)> = self.hours.keys().cloned().collect();
        seen.extend(
            ledger
                .chains()
                .iter()
                .map(|chain| (chain.id.account.clone(), chain.id.region.clone())),
        );
        Gaps {
            gaps,
            never: never(&seen, &self.data),
            is_cut: self.is_cut,
        }
    }
}

/// Makes gaps of the calls: each lasts until a call of the same way on the same resource.
fn called(recorded: &Recorded, ledger: &Ledger) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut open: BTreeMap<(&AccountId, Means, &str), usize> = BTreeMap::new();
    for call in &recorded.calls {
        let key = (&call.account, call.effect.means, call.effect.subject.as_str());
        match &call.effect.change {
            Change::Opens(kind) if is_loss(recorded, ledger, call, *kind) => {
                open.entry(key).or_insert_with(|| {
                    found.push(opened(call, *kind, ledger));
                    found.len() - 1
                });
            }
            Change::Closes => {
                if let Some(at) = open.remove(&key) {
                    found[at].gap.to = Some(call.cause.time);
                }
            }
            Change::Deletes(account, region, time) => {
                found.extend(deleted(recorded, call, (account, region), *time));
            }
            Change::Opens(_) | Change::Possible => {}
        }
    }
    found
}

/// Returns true when the call takes something away: data events that were recorded, files of a bucket that has logs.
fn is_loss(recorded: &Recorded, ledger: &Ledger, call: &Call, kind: GapKind) -> bool {
    match kind {
        GapKind::DataEvents => recorded.data.iter().any(|(account, _)| *account == call.account),
        GapKind::Retention => {
            let digests = ledger.chains().iter().flat_map(|chain| &chain.digests);
            digests
                .into_iter()
                .any(|(digest, _)| digest.bucket() == call.effect.subject)
        }
        _ => true,
    }
}

fn opened(call: &Call, kind: GapKind, ledger: &Ledger) -> Found {
    let is_trail = matches!(call.effect.means, Means::Logging | Means::MultiRegion);
    let mut regions = BTreeSet::from([call.region.clone()]);
    if is_trail {
        let chains = ledger.chains().iter().map(|chain| &chain.id);
        let own = chains.filter(|id| id.account == call.account && id.trail == call.effect.subject);
        regions.extend(own.map(|id| id.region.clone()));
    }
    match kind {
        GapKind::OtherRegions => {
            regions.remove(&call.region);
        }
        GapKind::RegionDisabled => regions = BTreeSet::from([call.effect.subject.as_str().into()]),
        _ => {}
    }
    Found {
        gap: Gap {
            from: call.cause.time,
            to: None,
            account: call.account.clone(),
            regions,
            kind,
            cause: Some(call.cause.clone()),
            signs: BTreeSet::new(),
            events_within: 0,
        },
        trail: is_trail.then(|| call.effect.subject.clone()),
    }
}

/// Returns the gap of a deleted log file, unless the input has the file.
fn deleted(
    recorded: &Recorded,
    call: &Call,
    (account, region): (&AccountId, &RegionName),
    time: Timestamp,
) -> Option<Found> {
    let name = crate::ledger::stem(crate::name::last(&call.effect.subject));
    if recorded.logs.contains(name) {
        return None;
    }
    let mut found = sign(
        (account, region),
        (time, Some(time.plus_millis(HOUR / 12))),
        Sign::LogMissing,
    );
    found.gap.kind = GapKind::LogFiles;
    found.gap.cause = Some(call.cause.clone());
    Some(found)
}

fn sign(
    (account, region): (&AccountId, &RegionName),
    (from, to): (Timestamp, Option<Timestamp>),
    sign: Sign,
) -> Found {
    Found {
        gap: Gap {
            from,
            to,
            account: account.clone(),
            regions: BTreeSet::from([region.clone()]),
            kind: if sign == Sign::LogMissing {
                GapKind::LogFiles
            } else {
                GapKind::AllEvents
            },
            cause: None,
            signs: BTreeSet::from([sign]),
            events_within: 0,
        },
        trail: None,
    }
}

/// Returns the signs of the files: breaks and ends of chains, missing logs, silence.
fn observed(recorded: &Recorded, ledger: &Ledger) -> Vec<Found> {
    let mut found = Vec::new();
    for chain in ledger.chains() {
        let at = (&chain.id.account, &chain.id.region);
        for broken in &chain.breaks {
            let what = match broken.what {
                Break::Restart => Sign::DigestRestart,
                Break::MissingDigest { .. } | Break::Gap => Sign::DigestMissing,
                Break::BeginsEarlier { .. } | Break::HashMismatch { .. } => continue,
            };
            let mut item = sign(at, (broken.from, Some(broken.to)), what);
            item.trail = Some(chain.id.trail.clone());
            found.push(item);
        }
        found.extend(ended(chain, ledger));
    }
    for claim in ledger.absent(&recorded.logs) {
        let id = &ledger.chains()[claim.chain].id;
        let at = (&id.account, &id.region);
        let times = (claim.hour.plus_millis(-HOUR), Some(claim.hour));
        let times = match crate::name::file_kind(&claim.key) {
            crate::name::FileKind::Log(_, _, time) => (time, Some(time.plus_millis(HOUR / 12))),
            _ => times,
        };
        found.push(sign(at, times, Sign::LogMissing));
    }
    for status in &recorded.statuses {
        let mut item = sign(
            (&status.account, &status.region),
            (status.from, None),
            status.sign,
        );
        item.trail = Some(status.trail.clone());
        found.push(item);
    }
    found.extend(silences(recorded));
    found
}

/// Returns the end of a chain that ends before other chains of its trail.
fn ended(chain: &Chain, ledger: &Ledger) -> Option<Found> {
    if chain.id.kind != ChainKind::Standard {
        return None;
    }
    let end = |chain: &Chain| chain.digests.iter().map(|(digest, _)| digest.end).max();
    let own = end(chain)?;
    let same = |other: &&Chain| {
        let (a, b) = (&other.id, &chain.id);
        a.account == b.account && a.trail == b.trail && a.kind == b.kind
    };
    let latest = ledger.chains().iter().filter(same).filter_map(end).max()?;
    (latest.0 - own.0 > DELIVERY).then(|| {
        let mut item = sign(
            (&chain.id.account, &chain.id.region),
            (own, None),
            Sign::DigestsEnd,
        );
        item.trail = Some(chain.id.trail.clone());
        item
    })
}

fn silences(recorded: &Recorded) -> Vec<Found> {
    let mut ends: BTreeMap<&AccountId, i64> = BTreeMap::new();
    for ((account, _), hours) in &recorded.hours {
        let last = hours.keys().next_back().copied().unwrap_or(i64::MIN);
        let end = ends.entry(account).or_insert(last);
        *end = last.max(*end);
    }
    let mut found = Vec::new();
    for ((account, region), hours) in &recorded.hours {
        let active: BTreeSet<i64> = hours.keys().copied().collect();
        let end = ends.get(account).copied().unwrap_or(i64::MIN);
        for (from, to) in silent(&active, end) {
            let to = (to < end).then_some(Timestamp(to * HOUR));
            found.push(sign(
                (account, region),
                (Timestamp(from * HOUR), to),
                Sign::Silence,
            ));
        }
    }
    found
}

/// Adds a sign to the gap that it belongs to: the same time, account and trail; else it is a gap of its own.
fn join(found: &mut Vec<Found>, sign: Found) {
    let known = found.iter_mut().find(|known| belongs(known, &sign));
    match known {
        Some(known) => {
            known.gap.regions.extend(sign.gap.regions);
            known.gap.signs.extend(sign.gap.signs);
            if known.gap.cause.is_none() {
                known.gap.from = known.gap.from.min(sign.gap.from);
                known.gap.to = match (known.gap.to, sign.gap.to) {
                    (Some(a), Some(b)) => Some(a.max(b)),
                    _ => None,
                };
                known.trail = known.trail.take().or(sign.trail);
            }
        }
        None => found.push(sign),
    }
}

fn belongs(known: &Found, sign: &Found) -> bool {
    let (a, b) = (&known.gap, &sign.gap);
    let same_trail = match (&known.trail, &sign.trail) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    };
    let is_file = b.kind == GapKind::LogFiles;
    let same_kind = a.kind == b.kind
        || (!is_file
            && matches!(
                a.kind,
                GapKind::OtherRegions | GapKind::Digests | GapKind::RegionDisabled
            ));
    if a.account != b.account || !same_kind || !same_trail {
        return false;
    }
    let near = |x: Timestamp, y: Timestamp| (x.0 - y.0).abs() <= DELIVERY;
    let last = |time: Option<Timestamp>| time.unwrap_or(Timestamp(i64::MAX / 2));
    if is_file {
        return a.from == b.from && a.regions == b.regions;
    }
    if a.cause.is_some() {
        // A sign begins with the gap or within it and ends with it.
        return b.from.0 >= a.from.0 - DELIVERY && last(b.to).0 <= last(a.to).0.saturating_add(DELIVERY);
    }
    let same_times = near(a.from, b.from) && near(last(a.to), last(b.to));
    let overlaps = a.from <= last(b.to) && b.from <= last(a.to);
    same_times || (overlaps && a.regions.is_superset(&b.regions))
}

/// Names a call that may have led to a gap without a cause: it precedes the gap by at most two deliveries.
fn explain(item: &mut Found, calls: &[Call]) {
    if item.gap.cause.is_some() || item.gap.kind != GapKind::AllEvents {
        return;
    }
    let from = item.gap.from.0;
    let cause = calls.iter().rev().find(|call| {
        call.account == item.gap.account
            && call.effect.change == Change::Possible
            && (from - 2 * DELIVERY..=from + DELIVERY).contains(&call.cause.time.0)
    });
    item.gap.cause = cause.map(|call| call.cause.clone());
}

fn within(recorded: &Recorded, gap: &Gap) -> u64 {
    let from = (gap.from.0 + HOUR - 1).div_euclid(HOUR);
    let to = gap.to.map_or(i64::MAX, |to| to.0.div_euclid(HOUR));
    if from >= to {
        return 0;
    }
    let of = |region: &RegionName| recorded.hours.get(&(gap.account.clone(), region.clone()));
    gap.regions
        .iter()
        .filter_map(of)
        .flat_map(|hours| hours.range(from..to))
        .map(|(_, count)| count)
        .sum()
}
