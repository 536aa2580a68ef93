//! Access keys of a story that somebody disabled or deleted since.
//!
//! It must not know which keys are the attacker's: the story says so.

use std::collections::BTreeMap;

use stanch_core::{EventKey, Timestamp};

use crate::attacker::{Act, Effect, Tracker};

/// The keys among these that the logs last show as disabled or deleted.
pub(super) fn disabled(tracker: &Tracker, all: &[&Act], keys: &[String]) -> Vec<String> {
    let of_acts = all
        .iter()
        .filter(|act| act.succeeded)
        .filter_map(|act| Some((act.time, act.key, act.detail.as_deref()?.effects.as_slice())));
    let others = tracker
        .removed
        .iter()
        .map(|(key, (time, effects))| (*time, *key, effects.as_slice()));
    let mut last: BTreeMap<&str, (Timestamp, EventKey, bool)> = BTreeMap::new();
    for (time, key, effects) in of_acts.chain(others) {
        for effect in effects {
            let Effect::Key { id, works } = effect else {
                continue;
            };
            let state = (time, key, *works);
            last.entry(id)
                .and_modify(|known| *known = state.max(*known))
                .or_insert(state);
        }
    }
    let is_off = |key: &&String| last.get(key.as_str()).is_some_and(|(_, _, works)| !works);
    keys.iter().filter(is_off).cloned().collect()
}
