//! Addresses all over the world that lead into the account.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "accelerators",
    purpose: "Global accelerators and networks",
    steps: &["8"],
    service: "globalaccelerator",
    scope: Scope::Only("us-west-2"),
    asks: &[
        Ask::new("ListAccelerators"),
        Ask::new("DescribeGlobalNetworks").of("networkmanager"),
    ],
};
