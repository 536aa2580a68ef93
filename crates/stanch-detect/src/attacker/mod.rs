//! From the events that findings cite to every event of the attack.
//!
//! [`Following`] says whose events a second pass reads, [`Tracker`] keeps them, [`attribute`] decides which are the
//! attacker's, [`effects`] and [`taken`] say what each left and took. It must not know detections or rules.

mod attribute;
mod effects;
mod following;
mod held;
mod holder;
mod separate;
mod taken;
#[cfg(test)]
mod tests;
mod tracker;

pub(crate) use attribute::{Acts, Attributed, attribute};
pub(crate) use effects::{Effect, removes};
pub use following::Following;
pub(crate) use taken::Goods;
pub use tracker::Tracker;
pub(crate) use tracker::{Act, Words};
