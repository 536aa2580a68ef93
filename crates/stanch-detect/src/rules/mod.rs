//! The Sigma rules that are built in. Their texts lie in the folder `rules/` at the root of the project.
//!
//! It must not know how a rule is evaluated.

pub(crate) mod index;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod harness;

/// Path below `rules/` and text of every built-in rule.
#[must_use]
pub const fn embedded() -> &'static [(&'static str, &'static str)] {
    index::EMBEDDED
}
