//! Handle of a finding: the exact part of a resource that an action can be given.
//!
//! Data for decisions: labels of facts are for people and no action reads them. It must not know the actions.

use serde::{Deserialize, Serialize};

/// Exact part of a resource, by the ids that AWS's calls take.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "handle")]
pub enum Handle {
    /// Rule of a security group.
    SecurityGroupRule {
        /// Rule id (`sgr-…`).
        rule: String,
    },
    /// Grant on a KMS key.
    KmsGrant {
        /// Key id or ARN, as the grant names it.
        key: String,
        /// Grant id.
        grant: String,
    },
    /// Statement of a resource policy.
    PolicyStatement {
        /// Its Sid, or its place counted from 0 where a Sid does not identify it.
        statement: String,
    },
    /// Rule of a bucket's lifecycle.
    LifecycleRule {
        /// Rule id.
        rule: String,
    },
    /// Access key of a user.
    AccessKey {
        /// Access key id.
        key: String,
        /// Name of the user; empty where it is not known.
        user: String,
    },
    /// Other credential of a user: MFA device, SSH key, signing certificate, service-specific credential.
    UserCredential {
        /// Id or serial number.
        credential: String,
        /// Name of the user.
        user: String,
    },
    /// Version of a managed policy that grants too much.
    PolicyVersion {
        /// Version id, such as `v2`.
        version: String,
    },
}

impl Handle {
    /// Returns the id of the part itself.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::SecurityGroupRule { rule } | Self::LifecycleRule { rule } => rule,
            Self::KmsGrant { grant, .. } => grant,
            Self::PolicyStatement { statement } => statement,
            Self::AccessKey { key, .. } => key,
            Self::UserCredential { credential, .. } => credential,
            Self::PolicyVersion { version } => version,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_handle_is_stored_by_its_kind() {
        let grant = Handle::KmsGrant {
            key: "1234".to_owned(),
            grant: "abcd".to_owned(),
        };
        let stored = json!({"handle": "kms-grant", "key": "1234", "grant": "abcd"});
        assert_eq!(serde_json::to_value(&grant).unwrap(), stored);
        assert_eq!(serde_json::from_value::<Handle>(stored).unwrap(), grant);
        assert_eq!(grant.id(), "abcd");
        let rule = Handle::SecurityGroupRule {
            rule: "sgr-1".to_owned(),
        };
        assert_eq!(rule.id(), "sgr-1");
    }
}
