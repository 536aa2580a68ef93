//! Contacts that an attacker changes so that AWS's warnings go astray, and regions that were enabled or
//! disabled to hide in.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "account",
    purpose: "Contacts of the account and the state of its regions",
    steps: &["1", "5", "8"],
    service: "account",
    scope: Scope::Only("us-east-1"),
    asks: &[
        Ask::new("ListRegions"),
        Ask::new("GetContactInformation"),
        Ask::new("GetAlternateContact").given(r#"{"AlternateContactType":"BILLING"}"#),
        Ask::new("GetAlternateContact").given(r#"{"AlternateContactType":"OPERATIONS"}"#),
        Ask::new("GetAlternateContact").given(r#"{"AlternateContactType":"SECURITY"}"#),
        Ask::new("GetAccountInformation"),
        Ask::new("GetPrimaryEmail").given(r#"{"AccountId":"{account}"}"#),
    ],
};
