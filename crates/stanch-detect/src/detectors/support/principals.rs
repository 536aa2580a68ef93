//! A value per principal.

use serde::{Deserialize, Serialize};
use stanch_core::principal::Principal;

use super::{Bounded, Capped};
use crate::observation::Observation;

/// Number of principals one detector remembers.
pub(crate) const PRINCIPAL_CAP: usize = 20_000;

/// Values by principal, at most [`PRINCIPAL_CAP`] of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Principals<T> {
    values: Capped<T>,
    /// Where the value of a numbered principal stands, plus one.
    #[serde(skip)]
    places: Vec<u32>,
    /// Which layout of the values the places are of.
    #[serde(skip)]
    layout: u32,
}

impl<T> Principals<T> {
    /// Returns true when a principal was left out, whatever was left out of each.
    pub(crate) const fn left_out(&self) -> bool {
        self.values.left_out()
    }
}

impl<T: Bounded> Bounded for Principals<T> {
    fn overflowed(&self) -> bool {
        self.values.overflowed()
    }
}

impl<T> Default for Principals<T> {
    fn default() -> Self {
        Self {
            values: Capped::default(),
            places: Vec::new(),
            layout: 0,
        }
    }
}

/// The caller's grouping key, as [`Principal::key`] has it. Allocates only for keys beyond the limit.
pub(crate) fn key<'k>(observation: &'k Observation<'_, '_>) -> &'k str {
    let logged = observation.principal_key();
    // A key this short is the principal's own key as it stands; longer ones are cut there.
    if logged.len() <= 512 {
        logged
    } else {
        observation.principal().key.as_str()
    }
}

impl<T: Default> Principals<T> {
    /// The value of the caller. Allocates only for a caller seen the first time.
    pub(crate) fn of(&mut self, observation: &Observation<'_, '_>) -> &mut T {
        let Some(number) = observation.numbers.principal.known() else {
            return self.values.slot(key(observation), PRINCIPAL_CAP);
        };
        let number = number as usize;
        if self.layout != self.values.layout() {
            self.places.clear();
        }
        let place = match self.places.get(number) {
            Some(place) if *place > 0 => *place - 1,
            _ => self.find(number, key(observation)),
        };
        self.values.at(place)
    }

    fn find(&mut self, number: usize, key: &str) -> u32 {
        let place = self.values.place_of(key, PRINCIPAL_CAP, T::default);
        if self.layout != self.values.layout() {
            self.places.clear();
            self.layout = self.values.layout();
        }
        if self.places.len() <= number {
            self.places.resize(number + 1, 0);
        }
        self.places[number] = place + 1;
        place
    }

    /// Folds another's values in.
    pub(crate) fn merge(&mut self, other: Self, join: impl FnMut(&mut T, T)) {
        self.values.merge(other.values, PRINCIPAL_CAP, join);
    }

    /// Everything, in the order of the principals' keys.
    pub(crate) fn into_sorted(self) -> impl Iterator<Item = (Principal, T)> {
        self.values
            .into_sorted(PRINCIPAL_CAP)
            .into_iter()
            .map(|(key, value)| (Principal::from_key(&key), value))
    }
}
