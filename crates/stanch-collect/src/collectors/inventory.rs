//! Everything that was ever tagged, of services nobody thought of.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "inventory",
    purpose: "Resources by tag, and resource groups",
    steps: &["8"],
    service: "resourcegroupstaggingapi",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("GetResources"),
        Ask::new("ListGroups").of("resource-groups"),
    ],
};
