//! The unit in which events of an owner and of a thief are told apart: one credential, or the sessions that one person or
//! instance is known by.
//!
//! It must not know who is an attacker.

use stanch_core::Event;
use stanch_core::event::IdentityKind;
use stanch_core::principal::{is_instance_id, session_name};

/// The instance id that an instance's session has as its name; empty for others.
pub(super) fn instance_of(arn: &str) -> &str {
    let name = session_name(arn);
    if is_instance_id(name) { name } else { "" }
}

/// The holder of the credential that an event was made with.
pub(super) fn of(event: &Event<'_>) -> String {
    let identity = &event.identity;
    if identity.access_key_id.starts_with("AKIA") {
        return identity.access_key_id.to_string();
    }
    let personal = matches!(
        identity.kind,
        IdentityKind::Root
            | IdentityKind::IamUser
            | IdentityKind::FederatedUser
            | IdentityKind::IdentityCenterUser
    );
    if personal {
        return stanch_lineage::owner(event).unwrap_or_else(|| event.principal_key().to_owned());
    }
    // Sessions that say whose they are: of an instance, of an Identity Center user.
    if identity.kind == IdentityKind::AssumedRole && event.principal_key() == identity.arn {
        return identity.arn.to_string();
    }
    if !identity.access_key_id.is_empty() {
        return identity.access_key_id.to_string();
    }
    if identity.arn.is_empty() {
        event.principal_key().to_owned()
    } else {
        identity.arn.to_string()
    }
}
