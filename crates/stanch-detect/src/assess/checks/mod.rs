//! The checks: one file each.
//!
//! To add one: write the file with its `examples`, then `cargo xtask index` writes its lines here.

use super::check::Check;

mod support;

// <index>
mod api_open;
mod bucket_acl_open;
mod bucket_encrypted_by_stranger;
mod bucket_policy_shared;
mod bus_shared;
mod can_become_administrator;
mod cluster_admin;
mod containers_many;
mod costly_machines;
mod database_public;
mod database_snapshot_shared;
mod document_runs_download;
mod document_shared;
mod function_foothold;
mod function_shared;
mod guardduty_blinded;
mod guardduty_finding;
mod identity_pool_open;
mod image_shared;
mod instance_profile_stranger;
mod invocations_unlogged;
mod key_pending_deletion;
mod key_shared;
mod layer_of_stranger;
mod lifecycle_deletes_soon;
mod log_policy_shared;
mod message_limit_raised;
mod metadata_v1_allowed;
mod organization_strange_account;
mod policy_hides_power;
mod port_open_to_world;
mod queue_shared;
mod quota_raised;
mod recording_stopped;
mod region_opted_in;
mod replication_to_stranger;
mod repository_shared;
mod role_trusts_any_token;
mod role_trusts_stranger;
mod root_weak;
mod rule_watches_responder;
mod secret_pending_deletion;
mod secret_shared;
mod share_with_stranger;
mod snapshot_shared;
mod subscription_to_stranger;
mod topic_shared;
mod trail_blinded;
mod trust_anchor_own;
mod user_extra_credential;
mod user_new_ways_in;

/// Every check.
#[must_use]
pub(super) fn all() -> Vec<Box<dyn Check>> {
    vec![
        Box::new(api_open::ApiOpen),
        Box::new(bucket_acl_open::BucketAclOpen),
        Box::new(bucket_encrypted_by_stranger::BucketEncryptedByStranger),
        Box::new(bucket_policy_shared::BucketPolicyShared),
        Box::new(bus_shared::BusShared),
        Box::new(can_become_administrator::CanBecomeAdministrator),
        Box::new(cluster_admin::ClusterAdmin),
        Box::new(containers_many::ContainersMany),
        Box::new(costly_machines::CostlyMachines),
        Box::new(database_public::DatabasePublic),
        Box::new(database_snapshot_shared::DatabaseSnapshotShared),
        Box::new(document_runs_download::DocumentRunsDownload),
        Box::new(document_shared::DocumentShared),
        Box::new(function_foothold::FunctionFoothold),
        Box::new(function_shared::FunctionShared),
        Box::new(guardduty_blinded::GuarddutyBlinded),
        Box::new(guardduty_finding::GuarddutyFinding),
        Box::new(identity_pool_open::IdentityPoolOpen),
        Box::new(image_shared::ImageShared),
        Box::new(instance_profile_stranger::InstanceProfileStranger),
        Box::new(invocations_unlogged::InvocationsUnlogged),
        Box::new(key_pending_deletion::KeyPendingDeletion),
        Box::new(key_shared::KeyShared),
        Box::new(layer_of_stranger::LayerOfStranger),
        Box::new(lifecycle_deletes_soon::LifecycleDeletesSoon),
        Box::new(log_policy_shared::LogPolicyShared),
        Box::new(message_limit_raised::MessageLimitRaised),
        Box::new(metadata_v1_allowed::MetadataV1Allowed),
        Box::new(organization_strange_account::OrganizationStrangeAccount),
        Box::new(policy_hides_power::PolicyHidesPower),
        Box::new(port_open_to_world::PortOpenToWorld),
        Box::new(queue_shared::QueueShared),
        Box::new(quota_raised::QuotaRaised),
        Box::new(recording_stopped::RecordingStopped),
        Box::new(region_opted_in::RegionOptedIn),
        Box::new(replication_to_stranger::ReplicationToStranger),
        Box::new(repository_shared::RepositoryShared),
        Box::new(role_trusts_any_token::RoleTrustsAnyToken),
        Box::new(role_trusts_stranger::RoleTrustsStranger),
        Box::new(root_weak::RootWeak),
        Box::new(rule_watches_responder::RuleWatchesResponder),
        Box::new(secret_pending_deletion::SecretPendingDeletion),
        Box::new(secret_shared::SecretShared),
        Box::new(share_with_stranger::ShareWithStranger),
        Box::new(snapshot_shared::SnapshotShared),
        Box::new(subscription_to_stranger::SubscriptionToStranger),
        Box::new(topic_shared::TopicShared),
        Box::new(trail_blinded::TrailBlinded),
        Box::new(trust_anchor_own::TrustAnchorOwn),
        Box::new(user_extra_credential::UserExtraCredential),
        Box::new(user_new_ways_in::UserNewWaysIn),
    ]
}

/// The examples of every check, by its name.
#[cfg(test)]
pub(super) fn examples() -> Vec<(&'static str, Vec<super::contract::Example>)> {
    vec![
        ("api-open", api_open::examples()),
        ("bucket-acl-open", bucket_acl_open::examples()),
        (
            "bucket-encrypted-by-stranger",
            bucket_encrypted_by_stranger::examples(),
        ),
        ("bucket-policy-shared", bucket_policy_shared::examples()),
        ("bus-shared", bus_shared::examples()),
        ("can-become-administrator", can_become_administrator::examples()),
        ("cluster-admin", cluster_admin::examples()),
        ("containers-many", containers_many::examples()),
        ("costly-machines", costly_machines::examples()),
        ("database-public", database_public::examples()),
        ("database-snapshot-shared", database_snapshot_shared::examples()),
        ("document-runs-download", document_runs_download::examples()),
        ("document-shared", document_shared::examples()),
        ("function-foothold", function_foothold::examples()),
        ("function-shared", function_shared::examples()),
        ("guardduty-blinded", guardduty_blinded::examples()),
        ("guardduty-finding", guardduty_finding::examples()),
        ("identity-pool-open", identity_pool_open::examples()),
        ("image-shared", image_shared::examples()),
        ("instance-profile-stranger", instance_profile_stranger::examples()),
        ("invocations-unlogged", invocations_unlogged::examples()),
        ("key-pending-deletion", key_pending_deletion::examples()),
        ("key-shared", key_shared::examples()),
        ("layer-of-stranger", layer_of_stranger::examples()),
        ("lifecycle-deletes-soon", lifecycle_deletes_soon::examples()),
        ("log-policy-shared", log_policy_shared::examples()),
        ("message-limit-raised", message_limit_raised::examples()),
        ("metadata-v1-allowed", metadata_v1_allowed::examples()),
        (
            "organization-strange-account",
            organization_strange_account::examples(),
        ),
        ("policy-hides-power", policy_hides_power::examples()),
        ("port-open-to-world", port_open_to_world::examples()),
        ("queue-shared", queue_shared::examples()),
        ("quota-raised", quota_raised::examples()),
        ("recording-stopped", recording_stopped::examples()),
        ("region-opted-in", region_opted_in::examples()),
        ("replication-to-stranger", replication_to_stranger::examples()),
        ("repository-shared", repository_shared::examples()),
        ("role-trusts-any-token", role_trusts_any_token::examples()),
        ("role-trusts-stranger", role_trusts_stranger::examples()),
        ("root-weak", root_weak::examples()),
        ("rule-watches-responder", rule_watches_responder::examples()),
        ("secret-pending-deletion", secret_pending_deletion::examples()),
        ("secret-shared", secret_shared::examples()),
        ("share-with-stranger", share_with_stranger::examples()),
        ("snapshot-shared", snapshot_shared::examples()),
        ("subscription-to-stranger", subscription_to_stranger::examples()),
        ("topic-shared", topic_shared::examples()),
        ("trail-blinded", trail_blinded::examples()),
        ("trust-anchor-own", trust_anchor_own::examples()),
        ("user-extra-credential", user_extra_credential::examples()),
        ("user-new-ways-in", user_new_ways_in::examples()),
    ]
}
// </index>
