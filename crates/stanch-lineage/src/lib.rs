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
mod merge;
mod names;
mod presence;
#[cfg(test)]
mod tests;

pub use family::{Family, Link};
pub use graph::Lineage;
pub use presence::Presences;

/// Returns the ARN, without path or session, of the principal whose credential an event was made with.
#[must_use]
pub fn owner(event: &stanch_core::Event<'_>) -> Option<String> {
    names::owner(event)
}

/// Returns the ARN, without path or session, of the principal that an ARN names; `None` for other resources.
#[must_use]
pub fn principal(arn: &str) -> Option<String> {
    names::principal(arn)
}

/// Returns the calls whose success links one identity to another, sorted. Of a store of events, only these need to be read
/// whole.
#[must_use]
pub fn linking_calls() -> Vec<&'static str> {
    stanch_aws_facts::linking()
}
