//! Cases that AWS opened (leaked keys, abuse) and that an attacker answered or closed.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "support-cases",
    purpose: "Support cases, open and closed",
    steps: &["15"],
    service: "support",
    scope: Scope::Only("us-east-1"),
    asks: &[
        Ask::new("DescribeCases").given(r#"{"includeResolvedCases":true,"includeCommunications":true}"#),
        Ask::new("DescribeSeverityLevels"),
    ],
};
