//! Lineage of credentials, principals, instances and functions, from events alone: which was created by which.
//!
//! Only what an event says by an identifier is an edge; nothing is guessed from names, addresses or moments. Events come in
//! any order ([`Lineage::observe`]); [`Lineage::finish`] makes a [`Family`] that can be asked. It must not know files, clocks,
//! nor whether anybody is hostile.

mod cycles;
mod dossier;
mod expiry;
mod family;
mod graph;
mod links;
mod names;
mod presence;
#[cfg(test)]
mod tests;

pub use family::Family;
pub use graph::Lineage;
pub use presence::Presences;

/// Returns the calls whose success links one identity to another, sorted. Of a store of events, only these need to be read
/// whole.
#[must_use]
pub fn linking_calls() -> Vec<&'static str> {
    stanch_aws_facts::linking()
}
