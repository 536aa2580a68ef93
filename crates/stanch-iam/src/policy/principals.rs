//! Principals that a principal element names.

use stanch_core::arn::{self, Arn};

/// Somebody a statement names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Party {
    /// Everybody.
    Anyone,
    /// An account, or somebody in it.
    Account(String),
    /// A service of AWS.
    Service,
    /// A SAML provider.
    Saml,
    /// An OpenID Connect provider, with its name.
    Oidc(String),
    /// An S3 canonical user: some account, its number not known.
    SomeAccount,
    /// A principal that was deleted, or one that can't be understood.
    Nobody,
}

/// Reads one principal.
pub(super) fn party(kind: &str, name: &str) -> Party {
    let name = name.trim();
    match kind.to_ascii_lowercase().as_str() {
        "service" => Party::Service,
        "federated" => federated(name),
        "canonicaluser" => Party::SomeAccount,
        _ if is_anyone(name) => Party::Anyone,
        _ if name.ends_with(".amazonaws.com") => Party::Service,
        _ => account_in(name).map_or(Party::Nobody, Party::Account),
    }
}

fn is_anyone(name: &str) -> bool {
    if !name.is_empty() && name.bytes().all(|byte| byte == b'*') {
        return true;
    }
    // AWS refuses wildcards here, but an attempt is an attempt.
    Arn::parse(name).is_some_and(|arn| arn.account.contains('*'))
}

fn federated(name: &str) -> Party {
    let lower = name.to_ascii_lowercase();
    if lower.contains(":saml-provider/") {
        Party::Saml
    } else if let Some((_, provider)) = lower.split_once(":oidc-provider/") {
        Party::Oidc(provider.to_owned())
    } else if lower.contains("saml") {
        Party::Saml
    } else {
        Party::Oidc(lower)
    }
}

/// Returns the account id in an account id or ARN.
#[must_use]
pub fn account_in(text: &str) -> Option<String> {
    arn::account_of(text).map(str::to_owned)
}
