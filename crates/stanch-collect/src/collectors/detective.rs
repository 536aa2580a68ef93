//! Detective: graphs with up to a year of history.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "detective",
    purpose: "Behaviour graphs of Detective",
    steps: &["9"],
    service: "detective",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListGraphs").each("GraphList[]", &[with("ListMembers", &[("GraphArn", "Arn")])]),
        Ask::new("ListOrganizationAdminAccounts"),
    ],
};
