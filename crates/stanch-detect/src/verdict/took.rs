//! What the attacker took, with amounts, and where the logs can't tell.
//!
//! Counted from the attributed events, each object once. It must not judge.

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::text::shown;
use stanch_core::{Principal, Timestamp};

use super::Evidence;
use crate::attacker::{Act, Goods, Tracker};

/// Number of sentences that are printed.
const LIMIT: usize = 12;

/// What was taken of one thing.
#[derive(Default)]
struct Haul {
    items: BTreeSet<u64>,
    bytes: u64,
    calls: u64,
    principals: BTreeSet<u32>,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

/// One sentence per bucket, table or share, the largest first; then what can't be known.
pub(super) fn sentences(evidence: &Evidence<'_>, attributed: &[&Act]) -> Vec<String> {
    let mut hauls: BTreeMap<(Goods, &str), Haul> = BTreeMap::new();
    for act in attributed {
        let Some(taken) = act.detail.as_deref().and_then(|detail| detail.taken.as_ref()) else {
            continue;
        };
        let of = match taken.goods {
            Goods::Secret | Goods::Parameter => "",
            _ => taken.of.as_str(),
        };
        let haul = hauls.entry((taken.goods, of)).or_default();
        haul.items.insert(taken.item);
        haul.bytes += taken.bytes;
        haul.calls += 1;
        haul.principals.insert(act.principal);
        haul.first = [haul.first, Some(act.time)].into_iter().flatten().min();
        haul.last = haul.last.max(Some(act.time));
    }
    let mut order: Vec<((Goods, &str), Haul)> = hauls.into_iter().collect();
    order.sort_by(|(a, one), (b, other)| (other.bytes, a).cmp(&(one.bytes, b)));
    let more = order.len().saturating_sub(LIMIT);
    let names = names(attributed);
    let mut sentences: Vec<String> = order
        .iter()
        .take(LIMIT)
        .map(|((goods, of), haul)| {
            let names = match goods {
                Goods::Secret | Goods::Parameter => names.get(goods).map_or("", String::as_str),
                _ => *of,
            };
            shown(&sentence(evidence.tracker, *goods, names, haul), 300)
        })
        .collect();
    if more > 0 {
        sentences.push(format!("{more} more in the report's attacker events."));
    }
    sentences.extend(not_logged(evidence, attributed));
    sentences
}

/// The names of secrets and parameters that were read.
fn names(attributed: &[&Act]) -> BTreeMap<Goods, String> {
    let mut names: BTreeMap<Goods, BTreeSet<&str>> = BTreeMap::new();
    for act in attributed {
        if let Some(taken) = act.detail.as_deref().and_then(|detail| detail.taken.as_ref()) {
            names.entry(taken.goods).or_default().insert(&taken.of);
        }
    }
    let listed = |names: BTreeSet<&str>| {
        let count = names.len();
        let mut text = names.into_iter().take(4).collect::<Vec<_>>().join(", ");
        if count > 4 {
            text.push_str(&format!(" and {} more", count - 4));
        }
        text
    };
    names
        .into_iter()
        .map(|(goods, names)| (goods, listed(names)))
        .collect()
}

fn sentence(tracker: &Tracker, goods: Goods, of: &str, haul: &Haul) -> String {
    let who: Vec<String> = haul
        .principals
        .iter()
        .map(|number| Principal::from_key(tracker.words.text(*number)).name)
        .take(3)
        .collect();
    let who = who.join(", ");
    let count = haul.items.len();
    let plural = if count == 1 { "" } else { "s" };
    match goods {
        Goods::Objects => {
            let size = if haul.bytes == 0 {
                "size not logged".to_owned()
            } else {
                bytes(haul.bytes)
            };
            format!("{count} object{plural} ({size}) read from S3 bucket {of} by {who}.")
        }
        Goods::Items => format!(
            "Items of DynamoDB table {of} read by {who} ({} calls).",
            haul.calls
        ),
        Goods::Secret => format!("{count} secret{plural} of Secrets Manager read by {who}: {of}."),
        Goods::Parameter => format!("{count} parameter{plural} of Systems Manager read by {who}: {of}."),
        Goods::Password => format!("Administrator password of instance {of} read by {who}."),
        Goods::Code => format!("Code of Lambda function {of} downloaded by {who}."),
        Goods::Share => format!("{of} shared or exported by {who}."),
    }
}

/// Decimal units, one digit.
fn bytes(count: u64) -> String {
    const UNITS: [(&str, f64); 4] = [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)];
    let size = count as f64;
    for (unit, factor) in UNITS {
        if size >= factor {
            return format!("{:.1} {unit}", size / factor);
        }
    }
    format!("{count} bytes")
}

/// S3 reads that were not recorded in the time of the attack.
fn not_logged(evidence: &Evidence<'_>, attributed: &[&Act]) -> Option<String> {
    let (first, last) = (attributed.first()?.time, attributed.last()?.time);
    let buckets = evidence.activity.object_logs().spans();
    let during: Vec<&str> = buckets
        .iter()
        .filter(|(_, span)| span.first <= last && span.last >= first)
        .map(|(bucket, _)| *bucket)
        .collect();
    if !during.is_empty() {
        return None;
    }
    Some(match buckets.iter().min_by_key(|(_, span)| span.first) {
        None => "Objects read from S3: not known. These logs hold no S3 data events and no server access logs, so theft can't be \
             ruled out."
            .to_owned(),
        Some((_, earliest)) => {
            let names: Vec<&str> = buckets.iter().map(|(bucket, _)| *bucket).take(3).collect();
            let others = buckets.len().saturating_sub(names.len());
            let others = if others > 0 { format!(" and {others} more") } else { String::new() };
            shown(
                &format!(
                    "Objects read from S3: not known. S3 data events were recorded only from {} on, and only for {}{others}; \
                     the attack was from {first} to {last}, so theft can't be ruled out.",
                    earliest.first,
                    names.join(", "),
                ),
                400,
            )
        }
    })
}
