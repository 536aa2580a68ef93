//! What the attacker left behind that may still be there: made by attributed events, and removed by nobody since.
//!
//! It must not know which call makes what: that is [`crate::attacker`]'s.

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::text::shown;
use stanch_core::{EventKey, Timestamp};

use crate::attacker::{Act, Effect, Tracker, removes};

/// Number of items that are listed.
const LIMIT: usize = 40;

/// Things made, in the order in which they were made; what anybody removed later is left out.
pub(super) fn items(tracker: &Tracker, attributed: &[&Act], all: &[&Act]) -> Vec<String> {
    let hostile: BTreeSet<EventKey> = attributed.iter().map(|act| act.key).collect();
    let Some(since) = attributed.first().map(|act| act.time) else {
        return Vec::new();
    };
    let mut changes: Vec<(Timestamp, EventKey, &[Effect])> = all
        .iter()
        .filter(|act| act.time >= since)
        .filter_map(|act| Some((act.time, act.key, act.detail.as_deref()?.effects.as_slice())))
        .collect();
    changes.extend(
        tracker
            .removed
            .iter()
            .map(|(key, (time, effects))| (*time, *key, effects.as_slice())),
    );
    changes.sort_unstable_by_key(|(time, key, _)| (*time, *key));
    let mut items: Vec<(&str, &str)> = Vec::new();
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, key, effects) in changes {
        for effect in effects {
            match effect {
                Effect::Made(thing) if hostile.contains(&key) && !known.contains_key(thing.id.as_str()) => {
                    known.insert(&thing.id, items.len());
                    items.push((&thing.id, &thing.label));
                }
                Effect::Made(_) | Effect::Key { .. } => {}
                Effect::Removed(removed) => {
                    let gone: Vec<&str> = known.keys().copied().filter(|id| removes(removed, id)).collect();
                    for id in gone {
                        known.remove(id);
                        items.retain(|(item, _)| *item != id);
                    }
                }
            }
        }
    }
    let more = items.len().saturating_sub(LIMIT);
    let mut lines: Vec<String> = items
        .into_iter()
        .take(LIMIT)
        .map(|(_, label)| shown(label, 240))
        .collect();
    if more > 0 {
        lines.push(format!("{more} more things in the report's attacker events"));
    }
    lines
}
