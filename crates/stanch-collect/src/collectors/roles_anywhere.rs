//! Certificates that open roles from outside AWS. A trust anchor may hold an attacker's authority; subjects
//! tell who came in and when.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "roles-anywhere",
    purpose: "Trust anchors, profiles, revocation lists and who has used them",
    steps: &["12"],
    service: "rolesanywhere",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListTrustAnchors"),
        Ask::new("ListProfiles"),
        Ask::new("ListCrls"),
        Ask::new("ListSubjects"),
    ],
};
