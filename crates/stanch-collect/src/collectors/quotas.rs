//! Quotas raised before mining begins, in regions nobody uses.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "quotas",
    purpose: "Requests for higher quotas",
    steps: &["8", "12"],
    service: "service-quotas",
    scope: Scope::EachRegion,
    asks: &[Ask::new("ListRequestedServiceQuotaChangeHistory")],
};
