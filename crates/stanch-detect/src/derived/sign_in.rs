//! `stanch.mfa` and `stanch.sign_in.*`.

use serde_json::Value;
use stanch_core::Event;
use stanch_core::event::IdentityKind;

const SIGN_IN: &str = "ConsoleLogin";

/// True when a second factor was used: at sign-in, or for the session.
pub(super) fn mfa(event: &Event<'_>) -> Option<bool> {
    if event.name != SIGN_IN {
        return event.identity.mfa;
    }
    match event.additional().get("MFAUsed")? {
        Value::Bool(flag) => Some(*flag),
        Value::String(word) if word.eq_ignore_ascii_case("yes") || word.eq_ignore_ascii_case("true") => {
            Some(true)
        }
        Value::String(word) if word.eq_ignore_ascii_case("no") || word.eq_ignore_ascii_case("false") => {
            Some(false)
        }
        _ => None,
    }
}

/// True when somebody signed in to the console through a role, so that the second factor was asked elsewhere.
pub(super) fn federated(event: &Event<'_>) -> Option<bool> {
    (event.name == SIGN_IN).then_some(matches!(
        event.identity.kind,
        IdentityKind::AssumedRole
            | IdentityKind::FederatedUser
            | IdentityKind::SamlUser
            | IdentityKind::WebIdentityUser
            | IdentityKind::IdentityCenterUser
    ))
}
