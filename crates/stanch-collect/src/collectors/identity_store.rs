//! The people behind Identity Center's assignments. Feeds the checks for added users and group memberships.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "identity-store",
    purpose: "People and groups of IAM Identity Center",
    steps: &["3", "12"],
    service: "sso-admin",
    scope: Scope::EachRegion,
    asks: &[Ask::new("ListInstances").each(
        "Instances[]",
        &[
            with("ListUsers", &[("IdentityStoreId", "IdentityStoreId")]).of("identitystore"),
            with("ListGroups", &[("IdentityStoreId", "IdentityStoreId")])
                .of("identitystore")
                .each(
                    "Groups[]",
                    &[with(
                        "ListGroupMemberships",
                        &[("IdentityStoreId", "IdentityStoreId"), ("GroupId", "GroupId")],
                    )],
                ),
        ],
    )],
};
