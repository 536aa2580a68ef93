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
    /// Inline policy of a user, role or group.
    InlinePolicy {
        /// Name of the policy.
        policy: String,
    },
    /// Cluster of an ECS service.
    EcsCluster {
        /// ARN or name of the cluster.
        cluster: String,
    },
    /// Group of an EventBridge schedule.
    ScheduleGroup {
        /// Name of the group.
        group: String,
    },
    /// Event bus of an EventBridge rule.
    EventBus {
        /// ARN or name of the event bus.
        bus: String,
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
            Self::InlinePolicy { policy } => policy,
            Self::EcsCluster { cluster } => cluster,
            Self::ScheduleGroup { group } => group,
            Self::EventBus { bus } => bus,
        }
    }

    /// Returns the kind, as it is stored.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::SecurityGroupRule { .. } => "security-group-rule",
            Self::KmsGrant { .. } => "kms-grant",
            Self::PolicyStatement { .. } => "policy-statement",
            Self::LifecycleRule { .. } => "lifecycle-rule",
            Self::AccessKey { .. } => "access-key",
            Self::UserCredential { .. } => "user-credential",
            Self::PolicyVersion { .. } => "policy-version",
            Self::InlinePolicy { .. } => "inline-policy",
            Self::EcsCluster { .. } => "ecs-cluster",
            Self::ScheduleGroup { .. } => "schedule-group",
            Self::EventBus { .. } => "event-bus",
        }
    }

    /// Returns true if the id identifies the part without its resource, so that a call that names the id created or changed
    /// that very part. The names of an inline policy, a version or a lifecycle rule are given again on other resources.
    #[must_use]
    pub const fn is_unique(&self) -> bool {
        matches!(
            self,
            Self::SecurityGroupRule { .. }
                | Self::KmsGrant { .. }
                | Self::AccessKey { .. }
                | Self::UserCredential { .. }
        )
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
        assert_eq!((grant.id(), grant.kind()), ("abcd", "kms-grant"));
        let rule = Handle::SecurityGroupRule {
            rule: "sgr-1".to_owned(),
        };
        assert!(rule.id() == "sgr-1" && rule.is_unique());
        let bus = Handle::EventBus {
            bus: "default".to_owned(),
        };
        assert!(bus.id() == "default" && !bus.is_unique());
    }
}
