//! A value per principal.

use serde::{Deserialize, Serialize};
use stanch_core::principal::Principal;

use super::{Bounded, Capped};
use crate::observation::Observation;

/// How many principals one detector remembers.
pub(crate) const PRINCIPAL_CAP: usize = 20_000;

/// Values by principal, at most [`PRINCIPAL_CAP`] of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Principals<T> {
    entries: Capped<Entry<T>>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Entry<T> {
    principal: Principal,
    value: T,
}

impl<T: Bounded> Bounded for Entry<T> {
    fn overflowed(&self) -> bool {
        self.value.overflowed()
    }
}

impl<T> Principals<T> {
    /// Whether a principal was left out, whatever was left out of each.
    pub(crate) const fn left_out(&self) -> bool {
        self.entries.left_out()
    }
}

impl<T: Bounded> Bounded for Principals<T> {
    fn overflowed(&self) -> bool {
        self.entries.overflowed()
    }
}

impl<T> Default for Principals<T> {
    fn default() -> Self {
        Self {
            entries: Capped::default(),
        }
    }
}

/// The caller's grouping key, as [`Principal::key`] has it. Allocates only for keys beyond the limit.
pub(crate) fn key<'k>(observation: &'k Observation<'_, '_>) -> &'k str {
    let logged = observation.event.principal_key();
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
        let identity = &observation.event.identity;
        let entry = self.entries.slot_with(key(observation), PRINCIPAL_CAP, || Entry {
            principal: observation.principal().clone(),
            value: T::default(),
        });
        // Two logs may describe one caller differently; the smaller description wins, whichever came first.
        if (entry.principal.kind, entry.principal.account.as_str())
            != (identity.kind, identity.account_id.as_ref())
            && *observation.principal() < entry.principal
        {
            entry.principal = observation.principal().clone();
        }
        &mut entry.value
    }

    /// Folds another's values in.
    pub(crate) fn merge(&mut self, other: Self, mut join: impl FnMut(&mut T, T)) {
        self.entries.merge(other.entries, PRINCIPAL_CAP, |into, from| {
            if from.principal < into.principal {
                into.principal = from.principal;
            }
            join(&mut into.value, from.value);
        });
    }

    /// Everything, in the order of the principals' keys.
    pub(crate) fn into_sorted(self) -> impl Iterator<Item = (Principal, T)> {
        self.entries
            .into_sorted(PRINCIPAL_CAP)
            .into_iter()
            .map(|(_, entry)| (entry.principal, entry.value))
    }
}
