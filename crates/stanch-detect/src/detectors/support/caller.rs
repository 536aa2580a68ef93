//! Kinds of callers that detectors tell apart: long-term keys, people, instances.

pub(crate) use stanch_core::caller::agent_family;

use stanch_core::Principal;
use stanch_core::event::{Event, IdentityKind};
use stanch_core::principal::{is_instance_id, session_name};

/// Returns true when an access key is a long-term one.
pub(crate) fn is_long_term_key(key: &str) -> bool {
    key.starts_with("AKIA")
}

/// Whether a caller is a person or a long-term credential, for which a place or a client is a habit; not a role
/// that many hosts share.
pub(crate) fn has_habits(principal: &Principal) -> bool {
    match principal.kind {
        IdentityKind::IamUser
        | IdentityKind::Root
        | IdentityKind::FederatedUser
        | IdentityKind::IdentityCenterUser => true,
        IdentityKind::AssumedRole => session_name(&principal.key).contains('@'),
        _ => false,
    }
}

/// Returns true when a principal is an EC2 instance's session.
pub(crate) fn is_instance(event: &Event<'_>) -> bool {
    event.identity.kind == IdentityKind::AssumedRole && is_instance_id(session_name(&event.identity.arn))
}

/// A client's name in a sentence.
pub(crate) const fn named_agent(family: &str) -> &str {
    if family.is_empty() {
        "an unnamed client"
    } else {
        family
    }
}
