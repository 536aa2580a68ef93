//! The actions that answer what an attacker created or changed: the table from API calls and checks to actions.
//!
//! It holds only what an action can revert. It must not know any resource.

use crate::planner::scope::AffectedResource;
use crate::planner::scope::inventory::OtherCredential;

/// API calls, and the actions that answer what they created.
const BY_CALL: [(&str, &str, &str); 41] = [
    ("autoscaling", "CreateAutoScalingGroup", "auto-scaling-stop"),
    ("batch", "CreateJobQueue", "batch-queue-disable"),
    ("cloudtrail", "PutEventSelectors", "trail-start"),
    ("cloudtrail", "StopLogging", "trail-start"),
    ("cloudtrail", "UpdateTrail", "trail-start"),
    (
        "ec2",
        "AuthorizeSecurityGroupIngress",
        "security-group-rule-revoke",
    ),
    ("ec2", "CreateFleet", "fleet-delete"),
    ("ec2", "ModifyImageAttribute", "image-unshare"),
    ("ec2", "ModifySnapshotAttribute", "snapshot-unshare"),
    ("ec2", "RequestSpotFleet", "spot-fleet-cancel"),
    ("ec2", "RequestSpotInstances", "spot-request-cancel"),
    ("ecs", "CreateService", "ecs-service-zero"),
    ("events", "PutRule", "event-rule-disable"),
    ("events", "PutTargets", "event-rule-disable"),
    ("iam", "CreateOpenIDConnectProvider", "oidc-provider-remove"),
    ("iam", "CreatePolicyVersion", "policy-version-restore"),
    ("iam", "CreateSAMLProvider", "saml-provider-remove"),
    (
        "iam",
        "CreateServiceSpecificCredential",
        "service-credential-deactivate",
    ),
    ("iam", "EnableMFADevice", "mfa-device-deactivate"),
    ("iam", "SetDefaultPolicyVersion", "policy-version-restore"),
    ("iam", "UpdateAssumeRolePolicy", "trust-policy-tighten"),
    ("iam", "UploadSSHPublicKey", "ssh-key-deactivate"),
    (
        "iam",
        "UploadSigningCertificate",
        "signing-certificate-deactivate",
    ),
    ("kms", "CreateGrant", "kms-grant-revoke"),
    ("kms", "ScheduleKeyDeletion", "kms-deletion-cancel"),
    ("lambda", "AddPermission", "lambda-permission-remove"),
    ("lambda", "CreateEventSourceMapping", "event-source-disable"),
    ("lambda", "CreateFunction", "lambda-stop"),
    ("lambda", "CreateFunctionUrlConfig", "lambda-url-remove"),
    ("lambda", "UpdateFunctionUrlConfig", "lambda-url-remove"),
    ("rds", "ModifyDBSnapshotAttribute", "database-snapshot-unshare"),
    ("rolesanywhere", "CreateTrustAnchor", "trust-anchor-disable"),
    (
        "s3",
        "DeleteBucketPublicAccessBlock",
        "bucket-public-access-block",
    ),
    ("s3", "PutBucketAcl", "bucket-acl-private"),
    ("s3", "PutBucketLifecycle", "lifecycle-rule-disable"),
    ("s3", "PutBucketLifecycleConfiguration", "lifecycle-rule-disable"),
    ("s3", "PutBucketPolicy", "bucket-statement-remove"),
    ("sagemaker", "CreateNotebookInstance", "sagemaker-notebook-stop"),
    ("sagemaker", "CreateTrainingJob", "sagemaker-training-job-stop"),
    ("scheduler", "CreateSchedule", "schedule-disable"),
    ("secretsmanager", "DeleteSecret", "secret-deletion-cancel"),
];

/// Checks and kinds of resources, and the actions that answer them where no call is known: for findings that a person names.
const BY_CHECK: [(&str, &str, &str); 22] = [
    ("bucket-acl-open", "bucket", "bucket-acl-private"),
    ("bucket-policy-shared", "bucket", "bucket-statement-remove"),
    ("containers-many", "ecs-service", "ecs-service-zero"),
    ("costly-machines", "auto-scaling-group", "auto-scaling-stop"),
    ("costly-machines", "notebook", "sagemaker-notebook-stop"),
    ("costly-machines", "spot-request", "spot-request-cancel"),
    (
        "database-snapshot-shared",
        "database-snapshot",
        "database-snapshot-unshare",
    ),
    ("function-foothold", "function", "lambda-url-remove"),
    ("function-shared", "function", "lambda-permission-remove"),
    ("image-shared", "image", "image-unshare"),
    ("key-pending-deletion", "kms-key", "kms-deletion-cancel"),
    ("key-shared", "kms-key", "kms-grant-revoke"),
    ("lifecycle-deletes-soon", "bucket", "lifecycle-rule-disable"),
    ("policy-hides-power", "policy", "policy-version-restore"),
    (
        "port-open-to-world",
        "security-group",
        "security-group-rule-revoke",
    ),
    ("role-trusts-any-token", "iam-role", "trust-policy-tighten"),
    ("role-trusts-stranger", "iam-role", "trust-policy-tighten"),
    ("rule-watches-responder", "rule", "event-rule-disable"),
    ("secret-pending-deletion", "secret", "secret-deletion-cancel"),
    ("snapshot-shared", "snapshot", "snapshot-unshare"),
    ("trail-blinded", "trail", "trail-start"),
    ("trust-anchor-own", "trust-anchor", "trust-anchor-disable"),
];

/// Actions on what launches instances and jobs: they go before the instances and jobs, which would be launched again.
pub(in crate::planner) const PARENTS: [&str; 11] = [
    "auto-scaling-stop",
    "batch-queue-disable",
    "ecs-service-zero",
    "event-rule-disable",
    "event-source-disable",
    "fleet-delete",
    "lambda-stop",
    "lambda-url-remove",
    "schedule-disable",
    "spot-fleet-cancel",
    "spot-request-cancel",
];
/// Actions on instances and jobs themselves.
pub(in crate::planner) const CHILDREN: [&str; 3] = [
    "instance-stop",
    "sagemaker-notebook-stop",
    "sagemaker-training-job-stop",
];

/// Actions on credentials of a user other than access keys.
pub(in crate::planner) const OF_USERS: [(&str, OtherCredential); 4] = [
    ("mfa-device-deactivate", OtherCredential::MfaDevice),
    ("service-credential-deactivate", OtherCredential::ServiceSpecific),
    (
        "signing-certificate-deactivate",
        OtherCredential::SigningCertificate,
    ),
    ("ssh-key-deactivate", OtherCredential::SshKey),
];

/// Returns the action that answers a resource.
pub(in crate::planner) fn action_of(affected: &AffectedResource) -> Option<&'static str> {
    let by_call = BY_CALL
        .iter()
        .find(|(service, call, _)| *service == affected.service && *call == affected.call);
    let by_check = BY_CHECK
        .iter()
        .find(|(check, kind, _)| *check == affected.check && *kind == affected.kind);
    let action = by_call.or(by_check).map(|(_, _, action)| *action);
    // Access by the key policy is not a grant, though CreateGrant may be the last call that changed the key.
    let is_policy = !affected.check.is_empty() && affected.facts.iter().all(|fact| fact.label != "grant");
    action.filter(|action| *action != "kms-grant-revoke" || !is_policy)
}

/// Actions whose target is named by its full ARN.
pub(in crate::planner) const WHOLE_ARN: [&str; 3] = [
    "policy-version-restore",
    "oidc-provider-remove",
    "saml-provider-remove",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions;

    #[test]
    fn the_tables_are_sorted_and_name_each_thing_once() {
        let calls: Vec<_> = BY_CALL.iter().map(|(service, call, _)| (service, call)).collect();
        assert!(calls.is_sorted() && calls.windows(2).all(|two| two[0] != two[1]));
        let checks: Vec<_> = BY_CHECK.iter().map(|(check, kind, _)| (check, kind)).collect();
        assert!(checks.is_sorted() && checks.windows(2).all(|two| two[0] != two[1]));
    }

    #[test]
    fn every_answer_is_an_action() {
        let of_tables = BY_CALL.iter().chain(&BY_CHECK).map(|(_, _, action)| *action);
        let named = of_tables
            .chain(PARENTS)
            .chain(CHILDREN)
            .chain(OF_USERS.map(|(action, _)| action))
            .chain(WHOLE_ARN);
        for action in named {
            assert!(actions::named(action).is_some(), "{action}");
        }
    }
}
