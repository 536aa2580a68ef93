//! Identity of a credential: which access key, session or password it is.
//!
//! A credential without an id of its own, such as a password, is identified by its user. It must not know who holds it.

use std::fmt;

use serde::Serialize;

/// Identity of a credential.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case", tag = "credential")]
pub enum CredentialId {
    /// Long-term access key (`AKIA…`).
    AccessKey {
        /// Access key id.
        id: String,
    },
    /// Temporary credentials (`ASIA…`).
    Session {
        /// Access key id.
        id: String,
    },
    /// Console password of a user.
    Password {
        /// ARN of the user without path.
        user: String,
    },
}

impl CredentialId {
    /// Returns the identity of an access key by its id: a session for temporary ones.
    #[must_use]
    pub fn key(id: &str) -> Self {
        let id = id.to_owned();
        if id.starts_with("ASIA") {
            Self::Session { id }
        } else {
            Self::AccessKey { id }
        }
    }

    /// Returns the identity of the password of a user, by the user's ARN.
    #[must_use]
    pub fn password(user: &str) -> Self {
        Self::Password {
            user: user.to_owned(),
        }
    }
}

/// Writes the credential for people.
impl fmt::Display for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AccessKey { id } | Self::Session { id } => f.write_str(id),
            Self::Password { user } => write!(f, "password of {user}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_long_term_or_temporary_by_their_prefix() {
        assert!(matches!(
            CredentialId::key("AKIAIOSFODNN7EXAMPLE"),
            CredentialId::AccessKey { .. }
        ));
        assert!(matches!(
            CredentialId::key("ASIAIOSFODNN7EXAMPLE"),
            CredentialId::Session { .. }
        ));
        let user = "arn:aws:iam::111122223333:user/ann";
        assert_eq!(
            CredentialId::password(user).to_string(),
            format!("password of {user}")
        );
    }
}
