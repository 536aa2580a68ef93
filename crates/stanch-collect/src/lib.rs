//! Turns an AWS account into a snapshot that can be judged offline, without end after.
//!
//! Collectors are data (one file each under `collectors`), the queue asks them over accounts, regions and services through the
//! port [`stanch_core::ports::Cloud`], and every answer becomes a reading without secrets on disk. What is not known is said
//! to be so. It must not know how a call is sent, and must not judge what it reads.

pub mod actions;
pub mod allowed;
pub mod check;
pub mod collector;
pub mod collectors;
mod context;
mod coverage;
pub mod diff;
mod error;
pub mod everything;
mod files;
mod keep;
mod lane;
pub mod lookup;
pub mod never;
pub mod order;
pub mod pages;
pub mod permissions;
pub mod progress;
pub mod question;
pub mod queue;
#[cfg(test)]
mod reference_page;
pub mod regions;
mod schedule;
mod seal;
mod shelf;
pub mod snapshot;
pub mod source;
mod stop;
pub mod store;
mod writer;

pub use collector::{Ask, Collector, Scope};
pub use error::CollectError;
pub use queue::{Ended, Limits, NotAsked, Order, Tools, collect};
pub use seal::Recipient;
pub use snapshot::Snapshot;
pub use stop::Stop;
pub use store::Store;
