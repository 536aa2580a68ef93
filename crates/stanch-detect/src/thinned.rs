//! A map that never grows past a limit, and whose content does not depend on the order of insertion.
//!
//! When it is full, it keeps the half of its keys whose hash ends in a zero bit more. Which keys stay follows from the
//! set of all keys alone, and a key that stays was there from its first event on, so its counts are whole.

use std::borrow::Borrow;
use std::hash::Hash;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use stanch_core::EventKey;

/// Keys that can be hashed the same way on every host.
pub(crate) trait StableKey: Eq + Hash {
    /// The bytes of the key.
    fn with_bytes<R>(&self, use_bytes: impl FnOnce(&[u8]) -> R) -> R;
}

impl StableKey for Box<str> {
    fn with_bytes<R>(&self, use_bytes: impl FnOnce(&[u8]) -> R) -> R {
        use_bytes(self.as_bytes())
    }
}

impl StableKey for i64 {
    fn with_bytes<R>(&self, use_bytes: impl FnOnce(&[u8]) -> R) -> R {
        use_bytes(&self.to_le_bytes())
    }
}

/// See the module.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "K: StableKey + Deserialize<'de>, V: Deserialize<'de>"))]
pub(crate) struct Thinned<K: StableKey, V> {
    entries: FxHashMap<K, V>,
    /// Number of zero bits a key's hash must end in.
    depth: u32,
}

impl<K: StableKey, V> Default for Thinned<K, V> {
    fn default() -> Self {
        Self {
            entries: FxHashMap::default(),
            depth: 0,
        }
    }
}

impl<K: StableKey, V> Thinned<K, V> {
    /// The value of a key that is there.
    pub(crate) fn get_mut<Q>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.entries.get_mut(key)
    }

    /// The value of a key that is there.
    pub(crate) fn get<Q>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.entries.get(key)
    }

    /// Adds a key that is not there yet, if it may stay.
    pub(crate) fn insert(&mut self, key: K, value: V, limit: usize) {
        if self.may_stay(&key) {
            self.entries.insert(key, value);
            self.thin(limit);
        }
    }

    /// Adds another map's entries.
    pub(crate) fn merge(&mut self, other: Self, limit: usize, mut join: impl FnMut(&mut V, V)) {
        if other.depth > self.depth {
            self.depth = other.depth;
            self.drop_others();
        }
        for (key, value) in other.entries {
            match self.entries.get_mut(&key) {
                Some(mine) => join(mine, value),
                None => self.insert(key, value, limit),
            }
        }
    }

    /// Returns true when keys were left out.
    pub(crate) const fn overflowed(&self) -> bool {
        self.depth > 0
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The entries, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries.iter()
    }

    fn may_stay(&self, key: &K) -> bool {
        self.depth == 0 || zero_bits(key) >= self.depth
    }

    fn thin(&mut self, limit: usize) {
        while self.entries.len() > limit && self.depth < 64 {
            self.depth += 1;
            self.drop_others();
        }
    }

    fn drop_others(&mut self) {
        let depth = self.depth;
        self.entries.retain(|key, _| zero_bits(key) >= depth);
    }
}

fn zero_bits<K: StableKey>(key: &K) -> u32 {
    key.with_bytes(|bytes| (EventKey::of(&[bytes]).0 as u64).trailing_zeros())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn counted(keys: &[i64], limit: usize) -> Thinned<i64, u32> {
        let mut map = Thinned::default();
        for key in keys {
            match map.get_mut(key) {
                Some(count) => *count += 1,
                None => map.insert(*key, 1, limit),
            }
        }
        map
    }

    fn sorted(map: &Thinned<i64, u32>) -> BTreeMap<i64, u32> {
        map.iter().map(|(key, count)| (*key, *count)).collect()
    }

    proptest::proptest! {
        #[test]
        fn order_and_split_do_not_matter(keys in proptest::collection::vec(0_i64..300, 0..400), cut in 0_usize..400) {
            let whole = counted(&keys, 50);
            proptest::prop_assert!(whole.len() <= 50);
            let mut backwards = keys.clone();
            backwards.reverse();
            proptest::prop_assert_eq!(sorted(&counted(&backwards, 50)), sorted(&whole));
            let cut = cut.min(keys.len());
            let mut joined = counted(&keys[..cut], 50);
            joined.merge(counted(&keys[cut..], 50), 50, |mine, more| *mine += more);
            proptest::prop_assert_eq!(sorted(&joined), sorted(&whole));
        }
    }
}
