//! Where sensitive data lies and what Macie was told to ignore.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "macie",
    purpose: "Macie's state, findings and what it leaves out",
    steps: &["10"],
    service: "macie2",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("GetMacieSession"),
        Ask::new("ListFindings").each(
            "findingIds[]",
            &[with("GetFindings", &[("findingIds", "[]@")]).batch(25)],
        ),
        Ask::new("ListFindingsFilters"),
        Ask::new("ListAllowLists"),
        Ask::new("ListMembers"),
    ],
};
