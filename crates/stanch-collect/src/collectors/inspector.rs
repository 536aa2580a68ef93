//! Weak spots through which someone may have come in.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "inspector",
    purpose: "Inspector's state and findings",
    steps: &["9"],
    service: "inspector2",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("BatchGetAccountStatus").given(r#"{"accountIds":["{account}"]}"#),
        Ask::new("ListFindings"),
        Ask::new("ListFilters"),
        Ask::new("ListDelegatedAdminAccounts"),
    ],
};
