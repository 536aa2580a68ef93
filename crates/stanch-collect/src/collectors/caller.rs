//! The identity that reads the account. Where a region refuses even this, what else it refuses says nothing
//! of the service.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "caller",
    purpose: "Who asks, as each region sees it",
    steps: &["1"],
    service: "sts",
    scope: Scope::EachRegion,
    asks: &[Ask::new("GetCallerIdentity")],
};
