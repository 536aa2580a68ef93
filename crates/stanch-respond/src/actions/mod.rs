//! Every action, one file each.
//!
//! A file holds the action, its undo and its description. To add one: write the file and run `cargo xtask index`.

mod compute;
#[cfg(test)]
mod example;
mod identities;
mod listings;
mod organizations;
mod parts;
mod shapes;
mod statements;

use crate::action::Action;

pub(crate) use parts::{bucket_policy, statements};

// <index>
mod access_key_deactivate;
mod access_key_delete;
mod account_public_access_block;
mod anomaly_monitor_create;
mod anomaly_subscription;
mod auto_scaling_stop;
mod batch_queue_disable;
mod bucket_access_lists_off;
mod bucket_acl_private;
mod bucket_policy_contain;
mod bucket_public_access_block;
mod bucket_statement_remove;
mod budget_create;
mod database_snapshot_unshare;
mod dedicated_host_release;
mod ecs_service_zero;
mod event_rule_disable;
mod event_source_disable;
mod fleet_delete;
mod guardduty_enable;
mod identity_center_assignment_remove;
mod identity_center_deny;
mod identity_center_membership_remove;
mod image_unshare;
mod instance_metadata_v2_require;
mod instance_profile_remove;
mod instance_protect;
mod instance_record;
mod instance_sessions_deny;
mod instance_snapshot;
mod instance_standby;
mod instance_stop;
mod interface_close;
mod interface_open;
mod isolation_group_create;
mod isolation_group_rules;
mod kms_deletion_cancel;
mod kms_grant_revoke;
mod lambda_permission_remove;
mod lambda_stop;
mod lambda_url_remove;
mod lifecycle_rule_disable;
mod login_profile_remove;
mod mfa_device_deactivate;
mod oidc_provider_remove;
mod policy_version_restore;
mod quarantine_policy_keep;
mod role_deny;
mod role_deny_attached;
mod role_deny_boundary;
mod role_sessions_revoke;
mod role_sessions_revoke_attached;
mod sagemaker_notebook_stop;
mod sagemaker_training_job_stop;
mod saml_provider_remove;
mod schedule_disable;
mod scp_quarantine_attach;
mod scp_quarantine_create;
mod secret_deletion_cancel;
mod security_group_rule_revoke;
mod service_credential_deactivate;
mod session_deny;
mod signing_certificate_deactivate;
mod snapshot_unshare;
mod spot_fleet_cancel;
mod spot_request_cancel;
mod ssh_key_deactivate;
mod target_group_leave;
mod trail_bucket_create;
mod trail_create;
mod trail_repair;
mod trail_selectors;
mod trail_start;
mod trust_anchor_disable;
mod trust_policy_tighten;
mod user_deny;
mod user_deny_attached;
mod user_deny_boundary;
mod user_sessions_revoke;

/// Every action, by name.
pub static ALL: &[&dyn Action] = &[
    &access_key_deactivate::AccessKeyDeactivate,
    &access_key_delete::AccessKeyDelete,
    &account_public_access_block::AccountPublicAccessBlock,
    &anomaly_monitor_create::AnomalyMonitorCreate,
    &anomaly_subscription::AnomalySubscription,
    &auto_scaling_stop::AutoScalingStop,
    &batch_queue_disable::BatchQueueDisable,
    &bucket_access_lists_off::BucketAccessListsOff,
    &bucket_acl_private::BucketAclPrivate,
    &bucket_policy_contain::BucketPolicyContain,
    &bucket_public_access_block::BucketPublicAccessBlock,
    &bucket_statement_remove::BucketStatementRemove,
    &budget_create::BudgetCreate,
    &database_snapshot_unshare::DatabaseSnapshotUnshare,
    &dedicated_host_release::DedicatedHostRelease,
    &ecs_service_zero::EcsServiceZero,
    &event_rule_disable::EventRuleDisable,
    &event_source_disable::EventSourceDisable,
    &fleet_delete::FleetDelete,
    &guardduty_enable::GuarddutyEnable,
    &identity_center_assignment_remove::IdentityCenterAssignmentRemove,
    &identity_center_deny::IdentityCenterDeny,
    &identity_center_membership_remove::IdentityCenterMembershipRemove,
    &image_unshare::ImageUnshare,
    &instance_metadata_v2_require::InstanceMetadataV2Require,
    &instance_profile_remove::InstanceProfileRemove,
    &instance_protect::InstanceProtect,
    &instance_record::InstanceRecord,
    &instance_sessions_deny::InstanceSessionsDeny,
    &instance_snapshot::InstanceSnapshot,
    &instance_standby::InstanceStandby,
    &instance_stop::InstanceStop,
    &interface_close::InterfaceClose,
    &interface_open::InterfaceOpen,
    &isolation_group_create::IsolationGroupCreate,
    &isolation_group_rules::IsolationGroupRules,
    &kms_deletion_cancel::KmsDeletionCancel,
    &kms_grant_revoke::KmsGrantRevoke,
    &lambda_permission_remove::LambdaPermissionRemove,
    &lambda_stop::LambdaStop,
    &lambda_url_remove::LambdaUrlRemove,
    &lifecycle_rule_disable::LifecycleRuleDisable,
    &login_profile_remove::LoginProfileRemove,
    &mfa_device_deactivate::MfaDeviceDeactivate,
    &oidc_provider_remove::OidcProviderRemove,
    &policy_version_restore::PolicyVersionRestore,
    &quarantine_policy_keep::QuarantinePolicyKeep,
    &role_deny::RoleDeny,
    &role_deny_attached::RoleDenyAttached,
    &role_deny_boundary::RoleDenyBoundary,
    &role_sessions_revoke::RoleSessionsRevoke,
    &role_sessions_revoke_attached::RoleSessionsRevokeAttached,
    &sagemaker_notebook_stop::SagemakerNotebookStop,
    &sagemaker_training_job_stop::SagemakerTrainingJobStop,
    &saml_provider_remove::SamlProviderRemove,
    &schedule_disable::ScheduleDisable,
    &scp_quarantine_attach::ScpQuarantineAttach,
    &scp_quarantine_create::ScpQuarantineCreate,
    &secret_deletion_cancel::SecretDeletionCancel,
    &security_group_rule_revoke::SecurityGroupRuleRevoke,
    &service_credential_deactivate::ServiceCredentialDeactivate,
    &session_deny::SessionDeny,
    &signing_certificate_deactivate::SigningCertificateDeactivate,
    &snapshot_unshare::SnapshotUnshare,
    &spot_fleet_cancel::SpotFleetCancel,
    &spot_request_cancel::SpotRequestCancel,
    &ssh_key_deactivate::SshKeyDeactivate,
    &target_group_leave::TargetGroupLeave,
    &trail_bucket_create::TrailBucketCreate,
    &trail_create::TrailCreate,
    &trail_repair::TrailRepair,
    &trail_selectors::TrailSelectors,
    &trail_start::TrailStart,
    &trust_anchor_disable::TrustAnchorDisable,
    &trust_policy_tighten::TrustPolicyTighten,
    &user_deny::UserDeny,
    &user_deny_attached::UserDenyAttached,
    &user_deny_boundary::UserDenyBoundary,
    &user_sessions_revoke::UserSessionsRevoke,
];
// </index>

/// Returns the action of a name.
#[must_use]
pub fn named(name: &str) -> Option<&'static dyn Action> {
    ALL.iter().copied().find(|action| action.about().name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::ALL;

    /// Files without an action.
    const HELPERS: [&str; 8] = [
        "example",
        "identities",
        "listings",
        "mod",
        "organizations",
        "parts",
        "shapes",
        "statements",
    ];

    #[test]
    fn every_file_is_registered_under_its_own_name() {
        let folder = Path::new("src/actions");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| name.strip_suffix(".rs").map(|stem| stem.replace('_', "-")))
            .filter(|stem| !HELPERS.contains(&stem.as_str()))
            .collect();
        let names: Vec<&str> = ALL.iter().map(|action| action.about().name).collect();
        assert!(names.is_sorted(), "the registry is sorted by name");
        assert_eq!(files, names.into_iter().map(str::to_owned).collect());
    }

    #[test]
    fn every_action_says_what_it_is() {
        for action in ALL {
            let about = action.about();
            assert!(about.does.ends_with('.'), "{}", about.name);
            assert!(
                !about.targets.is_empty() && !about.sources.is_empty(),
                "{}",
                about.name
            );
        }
    }
}
