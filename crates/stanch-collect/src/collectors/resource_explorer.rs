//! Resource Explorer: resources in all regions, as its index lists them.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "resource-explorer",
    purpose: "Indexes, views and all that Resource Explorer knows",
    steps: &["8"],
    service: "resource-explorer-2",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListIndexes"),
        Ask::new("ListViews"),
        Ask::new("Search").given(r#"{"QueryString":""}"#),
    ],
};
