//! A map in the order of time with a limit on its size: it keeps the latest keys.
//!
//! A key that is kept was never dropped on the way, so its value is whole.

use std::collections::BTreeMap;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

use super::Bounded;

/// At most `CAP` values, those with the latest keys.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound(
    serialize = "K: Ord + Serialize, V: Serialize",
    deserialize = "K: Ord + Deserialize<'de>, V: Deserialize<'de>"
))]
pub(crate) struct Latest<K, V, const CAP: usize> {
    kept: BTreeMap<K, V>,
    overflowed: bool,
}

impl<K, V, const CAP: usize> Default for Latest<K, V, CAP> {
    fn default() -> Self {
        Self {
            kept: BTreeMap::new(),
            overflowed: false,
        }
    }
}

impl<K, V, const CAP: usize> Deref for Latest<K, V, CAP> {
    type Target = BTreeMap<K, V>;

    fn deref(&self) -> &Self::Target {
        &self.kept
    }
}

impl<K: Ord, V, const CAP: usize> Latest<K, V, CAP> {
    /// Keeps a value, if it is among the latest.
    pub(crate) fn insert(&mut self, key: K, value: V) {
        self.kept.insert(key, value);
        self.cut();
    }

    /// Changes the value of a key, which is made when it is new.
    pub(crate) fn change(&mut self, key: K, change: impl FnOnce(&mut V))
    where
        V: Default,
    {
        change(self.kept.entry(key).or_default());
        self.cut();
    }

    /// Folds another map in. A key that both hold has the same value in both.
    pub(crate) fn extend(&mut self, other: Self) {
        self.overflowed |= other.overflowed;
        self.kept.extend(other.kept);
        self.cut();
    }

    /// Folds another map in; values of the same key are joined.
    pub(crate) fn merge(&mut self, other: Self, mut join: impl FnMut(&mut V, V))
    where
        V: Default,
    {
        self.overflowed |= other.overflowed;
        for (key, value) in other.kept {
            join(self.kept.entry(key).or_default(), value);
        }
        self.cut();
    }

    fn cut(&mut self) {
        while self.kept.len() > CAP {
            self.kept.pop_first();
            self.overflowed = true;
        }
    }

    /// Everything kept, in the order of keys.
    pub(crate) fn into_sorted(self) -> BTreeMap<K, V> {
        self.kept
    }
}

impl<K, V: Bounded, const CAP: usize> Bounded for Latest<K, V, CAP> {
    fn overflowed(&self) -> bool {
        self.overflowed || self.kept.values().any(V::overflowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(keys: &[u8]) -> Latest<u8, u32, 3> {
        let mut map = Latest::default();
        for key in keys {
            map.change(*key, |count| *count += 1);
        }
        map
    }

    #[test]
    fn the_latest_are_kept_and_what_was_dropped_is_not_forgotten() {
        let full = kept(&[1, 2, 3, 3]);
        assert!(!full.overflowed());
        let mut over = kept(&[4]);
        over.merge(full, |sum, more| *sum += more);
        assert_eq!(over.iter().collect::<Vec<_>>(), [(&2, &1), (&3, &2), (&4, &1)]);
        assert!(over.overflowed());
        let bytes = postcard::to_stdvec(&over).expect("a map can be saved");
        let read: Latest<u8, u32, 3> = postcard::from_bytes(&bytes).expect("a saved map can be loaded");
        let mut empty = kept(&[]);
        empty.extend(read);
        assert!(empty.overflowed());
        assert!(kept(&[4, 1, 2, 3]).overflowed());
    }
}
