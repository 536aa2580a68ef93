//! A hash map with a limit on its size.
//!
//! Of all keys ever offered it keeps the smallest ones. That choice does not depend on order, and a key that is
//! kept was never dropped on the way, so its value is whole. It remembers that there were more.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use stanch_core::text::bounded;

use super::Bounded;
use crate::numbers::Number;

/// Bytes of a key that are kept; longer keys are cut at half as many characters.
const KEY_LIMIT: usize = 512;
/// Number of values that are looked through by number before the key is hashed.
const SCANNED: usize = 32;

/// See the module.
#[derive(Debug, Clone)]
pub(crate) struct Capped<V> {
    places: FxHashMap<Box<str>, u32>,
    values: Vec<V>,
    /// The number under which the key of a value was last asked for; 0 for none.
    numbers: Vec<u32>,
    /// Changes whenever values get other places.
    layout: u32,
    /// True when more keys than the limit were offered.
    overflowed: bool,
}

impl<V> Default for Capped<V> {
    fn default() -> Self {
        Self {
            places: FxHashMap::default(),
            values: Vec::new(),
            numbers: Vec::new(),
            layout: 0,
            overflowed: false,
        }
    }
}

// Written as pairs, so that no bytes that are read back can make a place point outside the values.
impl<V: Serialize> Serialize for Capped<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let pairs = self.places.iter();
        let pairs: Vec<(&str, &V)> = pairs
            .map(|(key, place)| (&**key, &self.values[*place as usize]))
            .collect();
        (self.overflowed, pairs).serialize(serializer)
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Capped<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut map = Self::default();
        let (overflowed, pairs) = <(bool, Vec<(Box<str>, V)>)>::deserialize(deserializer)?;
        map.overflowed = overflowed;
        for (key, value) in pairs {
            map.slot_with(&key, usize::MAX, || value);
        }
        Ok(map)
    }
}

/// A key within its limit; almost always borrowed.
pub(crate) fn key_within(key: &str) -> Cow<'_, str> {
    if key.len() <= KEY_LIMIT {
        Cow::Borrowed(key)
    } else {
        Cow::Owned(bounded(key, KEY_LIMIT / 4))
    }
}

impl<V> Capped<V> {
    /// The value of a key, made when it is new. Allocates only then.
    pub(crate) fn slot_with(&mut self, key: &str, cap: usize, make: impl FnOnce() -> V) -> &mut V {
        let place = self.place_of(key, cap, make);
        self.at(place)
    }

    /// The place of a key's value, made when it is new; good until the layout changes.
    pub(crate) fn place_of(&mut self, key: &str, cap: usize, make: impl FnOnce() -> V) -> u32 {
        let key = key_within(key);
        match self.places.get(key.as_ref()) {
            Some(place) => *place,
            None => self.insert(key.into_owned().into_boxed_str(), cap, make()),
        }
    }

    /// The value at a place.
    pub(crate) fn at(&mut self, place: u32) -> &mut V {
        &mut self.values[place as usize]
    }

    /// Which layout places are of.
    pub(crate) const fn layout(&self) -> u32 {
        self.layout
    }

    fn insert(&mut self, key: Box<str>, cap: usize, value: V) -> u32 {
        self.overflowed |= self.values.len() >= cap;
        // Twice the limit is allowed to stand until it is cut at once, so that cutting costs little per key.
        if self.values.len() >= cap.saturating_mul(2) {
            self.cut(cap);
        }
        let place = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.push(value);
        self.numbers.push(0);
        self.places.insert(key, place);
        place
    }

    fn cut(&mut self, cap: usize) {
        let layout = self.layout.wrapping_add(1);
        let kept = std::mem::take(self).into_sorted(cap);
        self.layout = layout;
        self.overflowed = true;
        for (key, value) in kept {
            let place = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
            self.values.push(value);
            self.numbers.push(0);
            self.places.insert(key, place);
        }
    }

    /// The value of a key, if it is known.
    pub(crate) fn get(&self, key: &str) -> Option<&V> {
        let place = *self.places.get(key_within(key).as_ref())?;
        self.values.get(place as usize)
    }

    /// Folds another map in.
    pub(crate) fn merge(&mut self, other: Self, cap: usize, mut join: impl FnMut(&mut V, V)) {
        self.overflowed |= other.overflowed;
        for (key, value) in other.into_sorted(cap) {
            match self.places.get(&key) {
                Some(place) => join(&mut self.values[*place as usize], value),
                None => {
                    self.insert(key, cap, value);
                }
            }
        }
    }

    /// Everything kept, in the order of keys.
    pub(crate) fn into_sorted(self, cap: usize) -> Vec<(Box<str>, V)> {
        let mut values: Vec<Option<V>> = self.values.into_iter().map(Some).collect();
        let mut keys: Vec<(Box<str>, u32)> = self.places.into_iter().collect();
        keys.sort_unstable();
        keys.truncate(cap);
        keys.into_iter()
            .filter_map(|(key, place)| Some((key, values.get_mut(place as usize)?.take()?)))
            .collect()
    }

    /// Number of keys that are held now; at most twice the limit.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }
}

impl<V> Capped<V> {
    /// Returns true when a key was left out, whatever the values left out in turn.
    pub(crate) const fn left_out(&self) -> bool {
        self.overflowed
    }
}

impl<V: Bounded> Bounded for Capped<V> {
    fn overflowed(&self) -> bool {
        self.overflowed || self.values.iter().any(V::overflowed)
    }
}

impl<V: Default> Capped<V> {
    /// [`Self::slot_with`] for values that have a beginning.
    pub(crate) fn slot(&mut self, key: &str, cap: usize) -> &mut V {
        self.slot_with(key, cap, V::default)
    }

    /// [`Self::slot`] for a key that has a number: in a small map it is found without a look at the key.
    pub(crate) fn slot_numbered(&mut self, number: Number, key: &str, cap: usize) -> &mut V {
        let Some(number) = number.known() else {
            return self.slot(key, cap);
        };
        let known = self
            .numbers
            .iter()
            .take(SCANNED)
            .position(|known| *known == number);
        if let Some(place) = known {
            return &mut self.values[place];
        }
        let place = self.place_of(key, cap, V::default);
        self.numbers[place as usize] = number;
        self.at(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(keys: &[u8], cap: usize) -> Vec<(Box<str>, u32)> {
        let mut map = Capped::<u32>::default();
        for key in keys {
            *map.slot(&format!("{key:03}"), cap) += 1;
        }
        map.into_sorted(cap)
    }

    proptest::proptest! {
        #[test]
        fn what_is_kept_does_not_depend_on_order_or_split(
            mut keys in proptest::collection::vec(0u8..40, 0..200), at in 0usize..200, cap in 1usize..12
        ) {
            let straight = counted(&keys, cap);
            let (left, right) = keys.split_at(at.min(keys.len()));
            let mut one = Capped::<u32>::default();
            let mut two = Capped::<u32>::default();
            for key in left { *one.slot(&format!("{key:03}"), cap) += 1; }
            for key in right { *two.slot(&format!("{key:03}"), cap) += 1; }
            two.merge(one, cap, |sum, more| *sum += more);
            proptest::prop_assert!(two.len() <= 2 * cap);
            proptest::prop_assert_eq!(&two.into_sorted(cap), &straight);
            keys.reverse();
            proptest::prop_assert_eq!(&counted(&keys, cap), &straight);
        }

        #[test]
        fn what_was_dropped_is_not_forgotten(
            keys in proptest::collection::vec(0u8..20, 0..60), at in 0usize..60, cap in 1usize..12
        ) {
            let (left, right) = keys.split_at(at.min(keys.len()));
            let mut whole = Capped::<u32>::default();
            for part in [left, right] {
                let mut map = Capped::<u32>::default();
                for key in part { *map.slot(&format!("{key:03}"), cap) += 1; }
                let bytes = postcard::to_stdvec(&map).expect("a map can be saved");
                let map = postcard::from_bytes(&bytes).expect("a saved map can be loaded");
                whole.merge(map, cap, |sum, more| *sum += more);
            }
            let different: std::collections::BTreeSet<&u8> = keys.iter().collect();
            proptest::prop_assert_eq!(whole.overflowed(), different.len() > cap);
        }
    }

    #[test]
    fn long_keys_are_cut() {
        let mut map = Capped::<u32>::default();
        *map.slot(&"é".repeat(5_000), 4) += 1;
        *map.slot(&"é".repeat(6_000), 4) += 1;
        assert_eq!(map.get(&"é".repeat(7_000)), Some(&2));
    }
}
