//! Servers that stand in for AWS in tests and benchmarks, on loopback only.
//!
//! [`RecordedServer`] answers fast and counts; [`FaultProxy`] stands between a client and another server and spoils a
//! share of the calls. It must not know any service, nor be part of the product.

mod faults;
mod listener;
mod operation;
mod page;
mod proxy;
mod recorded;

pub use faults::{Fault, Faults};
pub use operation::Asked;
pub use page::{Page, compare};
pub use proxy::{FaultProxy, Passed};
pub use recorded::{Recorded, RecordedReply, RecordedServer};
