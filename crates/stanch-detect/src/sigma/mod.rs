//! Sigma rules, behind one adapter: the only place that knows which engine evaluates them.
//!
//! A rule is loaded once (`load`), found by the names it needs (`candidates`), asked about an event through
//! `view`, and its hits are folded per principal (`matching`, `correlation`). Nothing here knows how a finding is
//! shown or which rules are built in.

mod about;
mod candidates;
mod correlation;
mod facts;
mod kept;
mod load;
mod logsource;
mod matching;
mod normalise;
mod order;
mod refusal;
mod replay;
mod summary;
mod values;
mod view;

pub use load::RuleSet;
pub use matching::RuleState;

#[cfg(test)]
mod tests;
