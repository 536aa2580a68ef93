//! Which calls make what a check speaks of: where many calls change a thing, these are the ones to name.
//!
//! A check that is not listed takes the last call that names its thing.

/// A check and its calls.
const MAKING: [(&str, &[&str]); 51] = [
    (
        "association-runs-again",
        &[
            "CreateAssociation",
            "UpdateAssociation",
            "RegisterTaskWithMaintenanceWindow",
        ],
    ),
    ("activation-open", &["CreateActivation"]),
    ("alias-splits-traffic", &["UpdateAlias", "CreateAlias"]),
    (
        "billing-transferred",
        &["InviteOrganizationToTransferResponsibility", "AcceptHandshake"],
    ),
    (
        "boundary-toothless",
        &[
            "PutUserPermissionsBoundary",
            "PutRolePermissionsBoundary",
            "CreateUser",
            "CreateRole",
        ],
    ),
    (
        "bucket-notifies-stranger",
        &["PutBucketNotification", "PutBucketNotificationConfiguration"],
    ),
    ("bucket-takes-strange-keys", &["PutBucketEncryption"]),
    ("bucket-versions-off", &["PutBucketVersioning"]),
    (
        "build-runs-strangers-code",
        &["CreateProject", "UpdateProject", "CreateWebhook"],
    ),
    ("contact-set", &["PutAlternateContact"]),
    (
        "event-store-ends",
        &["DeleteEventDataStore", "StopEventDataStoreIngestion"],
    ),
    ("file-system-shared", &["PutFileSystemPolicy"]),
    ("images-replicated-to-stranger", &["PutReplicationConfiguration"]),
    (
        "inventory-to-stranger",
        &[
            "PutBucketInventoryConfiguration",
            "PutBucketAnalyticsConfiguration",
        ],
    ),
    ("key-out-of-use", &["DisableKey"]),
    ("key-pair-imported", &["ImportKeyPair"]),
    (
        "role-trusts-any-certificate",
        &["CreateRole", "UpdateAssumeRolePolicy"],
    ),
    ("role-trusts-orphan", &["CreateRole", "UpdateAssumeRolePolicy"]),
    ("serial-console-on", &["EnableSerialConsoleAccess"]),
    (
        "schedule-acts",
        &["CreateSchedule", "UpdateSchedule", "CreatePipe", "UpdatePipe"],
    ),
    ("table-shared", &["PutResourcePolicy"]),
    ("vault-shared", &["PutBackupVaultAccessPolicy"]),
    ("bucket-acl-open", &["PutBucketAcl", "CreateBucket"]),
    ("bucket-encrypted-by-stranger", &["PutBucketEncryption"]),
    (
        "bucket-policy-shared",
        &["PutBucketPolicy", "PutAccessPointPolicy"],
    ),
    (
        "can-become-administrator",
        &[
            "AddUserToGroup",
            "AttachRolePolicy",
            "AttachUserPolicy",
            "CreateRole",
            "PutRolePolicy",
            "PutUserPolicy",
            "UpdateAssumeRolePolicy",
        ],
    ),
    ("containers-many", &["CreateService", "UpdateService"]),
    ("database-snapshot-shared", &["ModifyDBSnapshotAttribute"]),
    ("document-runs-download", &["CreateDocument", "UpdateDocument"]),
    ("document-shared", &["ModifyDocumentPermission"]),
    (
        "function-foothold",
        &[
            "CreateFunction",
            "UpdateFunctionConfiguration",
            "CreateFunctionUrlConfig",
            "UpdateFunctionUrlConfig",
        ],
    ),
    ("function-shared", &["AddPermission"]),
    ("image-shared", &["ModifyImageAttribute"]),
    ("key-pending-deletion", &["ScheduleKeyDeletion"]),
    ("key-shared", &["PutKeyPolicy", "CreateGrant", "CreateKey"]),
    (
        "lifecycle-deletes-soon",
        &["PutBucketLifecycle", "PutBucketLifecycleConfiguration"],
    ),
    (
        "port-open-to-world",
        &["AuthorizeSecurityGroupIngress", "ModifySecurityGroupRules"],
    ),
    (
        "queue-shared",
        &["SetQueueAttributes", "CreateQueue", "AddPermission"],
    ),
    ("repository-shared", &["SetRepositoryPolicy"]),
    ("replication-to-stranger", &["PutBucketReplication"]),
    (
        "role-trusts-any-token",
        &[
            "CreateRole",
            "UpdateAssumeRolePolicy",
            "CreateOpenIDConnectProvider",
        ],
    ),
    ("role-trusts-stranger", &["CreateRole", "UpdateAssumeRolePolicy"]),
    ("secret-pending-deletion", &["DeleteSecret"]),
    ("secret-shared", &["PutResourcePolicy", "CreateSecret"]),
    ("snapshot-shared", &["ModifySnapshotAttribute"]),
    (
        "topic-shared",
        &["SetTopicAttributes", "CreateTopic", "AddPermission"],
    ),
    (
        "user-extra-credential",
        &[
            "CreateAccessKey",
            "CreateServiceSpecificCredential",
            "CreateVirtualMFADevice",
            "EnableMFADevice",
            "UploadSSHPublicKey",
            "UploadSigningCertificate",
        ],
    ),
    (
        "user-new-ways-in",
        &[
            "CreateUser",
            "CreateLoginProfile",
            "UpdateLoginProfile",
            "PutUserPolicy",
            "AttachUserPolicy",
        ],
    ),
    ("rule-watches-responder", &["PutRule", "PutTargets"]),
    (
        "policy-hides-power",
        &[
            "PutUserPolicy",
            "PutRolePolicy",
            "PutGroupPolicy",
            "CreatePolicy",
            "CreatePolicyVersion",
            "SetDefaultPolicyVersion",
        ],
    ),
    (
        "trail-blinded",
        &["StopLogging", "PutEventSelectors", "UpdateTrail", "CreateTrail"],
    ),
];

/// The calls that make what a check speaks of; empty when any may.
pub(super) fn making(check: &str) -> &'static [&'static str] {
    MAKING
        .iter()
        .find(|(name, _)| *name == check)
        .map_or(&[], |(_, calls)| calls)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_that_is_named_exists() {
        let known: Vec<&str> = crate::checks().iter().map(|check| check.about().name).collect();
        assert!(MAKING.iter().all(|(name, _)| known.contains(name)));
    }
}
