//! Windows sign-ins into the account, trusts with external domains.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "identity-directories",
    purpose: "Directories, their trusts and shares",
    steps: &["8", "12"],
    service: "ds",
    scope: Scope::EachRegion,
    asks: &[Ask::new("DescribeDirectories"), Ask::new("DescribeTrusts")],
};
