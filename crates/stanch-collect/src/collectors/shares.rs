//! Resource Access Manager: shares with other accounts.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "shares",
    purpose: "Resource shares given and taken, and invitations",
    steps: &["12"],
    service: "ram",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("GetResourceShares").given(r#"{"resourceOwner":"SELF"}"#),
        Ask::new("GetResourceShares").given(r#"{"resourceOwner":"OTHER-ACCOUNTS"}"#),
        Ask::new("GetResourceShareAssociations").given(r#"{"associationType":"PRINCIPAL"}"#),
        Ask::new("GetResourceShareAssociations").given(r#"{"associationType":"RESOURCE"}"#),
        Ask::new("GetResourceShareInvitations"),
        Ask::new("ListResources").given(r#"{"resourceOwner":"SELF"}"#),
    ],
};
