//! The bars that the figures are compared with.

/// Share of the attacker's events that are found, at least.
pub(super) const RECALL: f64 = 0.98;
/// Share of the named events that are the attacker's, at least.
pub(super) const PRECISION: f64 = 0.98;
/// Share of the runs whose initial access, things left and data taken are exact, at least.
pub(super) const EXACT: f64 = 0.95;
/// Groups of findings of medium severity or above per 100,000 events of harmless work, at most.
pub(super) const GROUPS: f64 = 1.0;
