//! The checks: one file each.
//!
//! To add one: write the file with its `examples`, then `cargo xtask index` writes its lines here.

use super::check::Check;

mod support;

/// A check's name, and what makes its examples.
#[cfg(test)]
type Examples = (&'static str, fn() -> Vec<super::contract::Example>);

/// Every check.
#[must_use]
pub(super) fn all() -> Vec<&'static dyn Check> {
    ALL.to_vec()
}

/// The examples of every check, by its name.
#[cfg(test)]
pub(super) fn examples() -> Vec<(&'static str, Vec<super::contract::Example>)> {
    EXAMPLES
        .iter()
        .map(|(name, examples)| (*name, examples()))
        .collect()
}

// <index>
mod activation_open;
mod alias_splits_traffic;
mod api_open;
mod association_runs_again;
mod authority_shared;
mod backup_ends_soon;
mod billing_transferred;
mod boundary_toothless;
mod bucket_acl_open;
mod bucket_encrypted_by_stranger;
mod bucket_notifies_stranger;
mod bucket_policy_shared;
mod bucket_takes_strange_keys;
mod bucket_versions_off;
mod build_runs_strangers_code;
mod bus_shared;
mod can_become_administrator;
mod cheap_machines;
mod cluster_admin;
mod cluster_open;
mod contact_set;
mod containers_many;
mod copied_to_stranger;
mod costly_machines;
mod data_catalog_shared;
mod database_public;
mod database_snapshot_shared;
mod delegated_administrator;
mod document_runs_download;
mod document_shared;
mod domain_leaves;
mod event_store_ends;
mod federation_widened;
mod file_system_shared;
mod findings_hidden;
mod fleet_respawns;
mod function_foothold;
mod function_sends_to_stranger;
mod function_shared;
mod guardduty_blinded;
mod guardduty_finding;
mod identity_center_widened;
mod identity_pool_open;
mod image_shared;
mod images_replicated_to_stranger;
mod instance_profile_stranger;
mod inventory_to_stranger;
mod invocations_unlogged;
mod jobs_at_scale;
mod key_out_of_use;
mod key_pair_imported;
mod key_pending_deletion;
mod key_shared;
mod layer_of_stranger;
mod layer_shared;
mod lifecycle_deletes_soon;
mod log_policy_shared;
mod mail_identity_shared;
mod mail_open;
mod message_limit_raised;
mod metadata_v1_allowed;
mod models_at_work;
mod names_answered_elsewhere;
mod network_joined_to_stranger;
mod network_unlogged;
mod notebook_start_script;
mod organization_handshake;
mod organization_policy_shared;
mod organization_strange_account;
mod organization_unguarded;
mod password_policy_weak;
mod permission_set_power;
mod policy_hides_power;
mod port_open_to_world;
mod public_sharing_allowed;
mod purchase_committed;
mod queue_shared;
mod quota_raised;
mod recording_stopped;
mod region_opted_in;
mod region_without_history;
mod registry_shared;
mod replication_to_stranger;
mod repository_shared;
mod role_lookalike;
mod role_trusts_any_certificate;
mod role_trusts_any_token;
mod role_trusts_orphan;
mod role_trusts_stranger;
mod root_used;
mod root_weak;
mod rule_sends_out;
mod rule_watches_responder;
mod runs_with_full_power;
mod schedule_acts;
mod secret_pending_deletion;
mod secret_shared;
mod serial_console_on;
mod share_with_stranger;
mod snapshot_shared;
mod spend_started;
mod stack_reaches_far;
mod subscription_to_stranger;
mod table_shared;
mod task_of_stranger;
mod topic_shared;
mod traffic_mirrored;
mod trail_blinded;
mod trust_anchor_own;
mod user_data_runs;
mod user_extra_credential;
mod user_new_ways_in;
mod vault_shared;
mod warehouse_shared;

/// Every check.
const ALL: &[&dyn Check] = &[
    &activation_open::ActivationOpen,
    &alias_splits_traffic::AliasSplitsTraffic,
    &api_open::ApiOpen,
    &association_runs_again::AssociationRunsAgain,
    &authority_shared::AuthorityShared,
    &backup_ends_soon::BackupEndsSoon,
    &billing_transferred::BillingTransferred,
    &boundary_toothless::BoundaryToothless,
    &bucket_acl_open::BucketAclOpen,
    &bucket_encrypted_by_stranger::BucketEncryptedByStranger,
    &bucket_notifies_stranger::BucketNotifiesStranger,
    &bucket_policy_shared::BucketPolicyShared,
    &bucket_takes_strange_keys::BucketTakesStrangeKeys,
    &bucket_versions_off::BucketVersionsOff,
    &build_runs_strangers_code::BuildRunsStrangersCode,
    &bus_shared::BusShared,
    &can_become_administrator::CanBecomeAdministrator,
    &cheap_machines::CheapMachines,
    &cluster_admin::ClusterAdmin,
    &cluster_open::ClusterOpen,
    &contact_set::ContactSet,
    &containers_many::ContainersMany,
    &copied_to_stranger::CopiedToStranger,
    &costly_machines::CostlyMachines,
    &data_catalog_shared::DataCatalogShared,
    &database_public::DatabasePublic,
    &database_snapshot_shared::DatabaseSnapshotShared,
    &delegated_administrator::DelegatedAdministrator,
    &document_runs_download::DocumentRunsDownload,
    &document_shared::DocumentShared,
    &domain_leaves::DomainLeaves,
    &event_store_ends::EventStoreEnds,
    &federation_widened::FederationWidened,
    &file_system_shared::FileSystemShared,
    &findings_hidden::FindingsHidden,
    &fleet_respawns::FleetRespawns,
    &function_foothold::FunctionFoothold,
    &function_sends_to_stranger::FunctionSendsToStranger,
    &function_shared::FunctionShared,
    &guardduty_blinded::GuarddutyBlinded,
    &guardduty_finding::GuarddutyFinding,
    &identity_center_widened::IdentityCenterWidened,
    &identity_pool_open::IdentityPoolOpen,
    &image_shared::ImageShared,
    &images_replicated_to_stranger::ImagesReplicatedToStranger,
    &instance_profile_stranger::InstanceProfileStranger,
    &inventory_to_stranger::InventoryToStranger,
    &invocations_unlogged::InvocationsUnlogged,
    &jobs_at_scale::JobsAtScale,
    &key_out_of_use::KeyOutOfUse,
    &key_pair_imported::KeyPairImported,
    &key_pending_deletion::KeyPendingDeletion,
    &key_shared::KeyShared,
    &layer_of_stranger::LayerOfStranger,
    &layer_shared::LayerShared,
    &lifecycle_deletes_soon::LifecycleDeletesSoon,
    &log_policy_shared::LogPolicyShared,
    &mail_identity_shared::MailIdentityShared,
    &mail_open::MailOpen,
    &message_limit_raised::MessageLimitRaised,
    &metadata_v1_allowed::MetadataV1Allowed,
    &models_at_work::ModelsAtWork,
    &names_answered_elsewhere::NamesAnsweredElsewhere,
    &network_joined_to_stranger::NetworkJoinedToStranger,
    &network_unlogged::NetworkUnlogged,
    &notebook_start_script::NotebookStartScript,
    &organization_handshake::OrganizationHandshake,
    &organization_policy_shared::OrganizationPolicyShared,
    &organization_strange_account::OrganizationStrangeAccount,
    &organization_unguarded::OrganizationUnguarded,
    &password_policy_weak::PasswordPolicyWeak,
    &permission_set_power::PermissionSetPower,
    &policy_hides_power::PolicyHidesPower,
    &port_open_to_world::PortOpenToWorld,
    &public_sharing_allowed::PublicSharingAllowed,
    &purchase_committed::PurchaseCommitted,
    &queue_shared::QueueShared,
    &quota_raised::QuotaRaised,
    &recording_stopped::RecordingStopped,
    &region_opted_in::RegionOptedIn,
    &region_without_history::RegionWithoutHistory,
    &registry_shared::RegistryShared,
    &replication_to_stranger::ReplicationToStranger,
    &repository_shared::RepositoryShared,
    &role_lookalike::RoleLookalike,
    &role_trusts_any_certificate::RoleTrustsAnyCertificate,
    &role_trusts_any_token::RoleTrustsAnyToken,
    &role_trusts_orphan::RoleTrustsOrphan,
    &role_trusts_stranger::RoleTrustsStranger,
    &root_used::RootUsed,
    &root_weak::RootWeak,
    &rule_sends_out::RuleSendsOut,
    &rule_watches_responder::RuleWatchesResponder,
    &runs_with_full_power::RunsWithFullPower,
    &schedule_acts::ScheduleActs,
    &secret_pending_deletion::SecretPendingDeletion,
    &secret_shared::SecretShared,
    &serial_console_on::SerialConsoleOn,
    &share_with_stranger::ShareWithStranger,
    &snapshot_shared::SnapshotShared,
    &spend_started::SpendStarted,
    &stack_reaches_far::StackReachesFar,
    &subscription_to_stranger::SubscriptionToStranger,
    &table_shared::TableShared,
    &task_of_stranger::TaskOfStranger,
    &topic_shared::TopicShared,
    &traffic_mirrored::TrafficMirrored,
    &trail_blinded::TrailBlinded,
    &trust_anchor_own::TrustAnchorOwn,
    &user_data_runs::UserDataRuns,
    &user_extra_credential::UserExtraCredential,
    &user_new_ways_in::UserNewWaysIn,
    &vault_shared::VaultShared,
    &warehouse_shared::WarehouseShared,
];

/// What makes the examples of every check, by its name.
#[cfg(test)]
const EXAMPLES: &[Examples] = &[
    ("activation-open", activation_open::examples),
    ("alias-splits-traffic", alias_splits_traffic::examples),
    ("api-open", api_open::examples),
    ("association-runs-again", association_runs_again::examples),
    ("authority-shared", authority_shared::examples),
    ("backup-ends-soon", backup_ends_soon::examples),
    ("billing-transferred", billing_transferred::examples),
    ("boundary-toothless", boundary_toothless::examples),
    ("bucket-acl-open", bucket_acl_open::examples),
    (
        "bucket-encrypted-by-stranger",
        bucket_encrypted_by_stranger::examples,
    ),
    ("bucket-notifies-stranger", bucket_notifies_stranger::examples),
    ("bucket-policy-shared", bucket_policy_shared::examples),
    ("bucket-takes-strange-keys", bucket_takes_strange_keys::examples),
    ("bucket-versions-off", bucket_versions_off::examples),
    ("build-runs-strangers-code", build_runs_strangers_code::examples),
    ("bus-shared", bus_shared::examples),
    ("can-become-administrator", can_become_administrator::examples),
    ("cheap-machines", cheap_machines::examples),
    ("cluster-admin", cluster_admin::examples),
    ("cluster-open", cluster_open::examples),
    ("contact-set", contact_set::examples),
    ("containers-many", containers_many::examples),
    ("copied-to-stranger", copied_to_stranger::examples),
    ("costly-machines", costly_machines::examples),
    ("data-catalog-shared", data_catalog_shared::examples),
    ("database-public", database_public::examples),
    ("database-snapshot-shared", database_snapshot_shared::examples),
    ("delegated-administrator", delegated_administrator::examples),
    ("document-runs-download", document_runs_download::examples),
    ("document-shared", document_shared::examples),
    ("domain-leaves", domain_leaves::examples),
    ("event-store-ends", event_store_ends::examples),
    ("federation-widened", federation_widened::examples),
    ("file-system-shared", file_system_shared::examples),
    ("findings-hidden", findings_hidden::examples),
    ("fleet-respawns", fleet_respawns::examples),
    ("function-foothold", function_foothold::examples),
    ("function-sends-to-stranger", function_sends_to_stranger::examples),
    ("function-shared", function_shared::examples),
    ("guardduty-blinded", guardduty_blinded::examples),
    ("guardduty-finding", guardduty_finding::examples),
    ("identity-center-widened", identity_center_widened::examples),
    ("identity-pool-open", identity_pool_open::examples),
    ("image-shared", image_shared::examples),
    (
        "images-replicated-to-stranger",
        images_replicated_to_stranger::examples,
    ),
    ("instance-profile-stranger", instance_profile_stranger::examples),
    ("inventory-to-stranger", inventory_to_stranger::examples),
    ("invocations-unlogged", invocations_unlogged::examples),
    ("jobs-at-scale", jobs_at_scale::examples),
    ("key-out-of-use", key_out_of_use::examples),
    ("key-pair-imported", key_pair_imported::examples),
    ("key-pending-deletion", key_pending_deletion::examples),
    ("key-shared", key_shared::examples),
    ("layer-of-stranger", layer_of_stranger::examples),
    ("layer-shared", layer_shared::examples),
    ("lifecycle-deletes-soon", lifecycle_deletes_soon::examples),
    ("log-policy-shared", log_policy_shared::examples),
    ("mail-identity-shared", mail_identity_shared::examples),
    ("mail-open", mail_open::examples),
    ("message-limit-raised", message_limit_raised::examples),
    ("metadata-v1-allowed", metadata_v1_allowed::examples),
    ("models-at-work", models_at_work::examples),
    ("names-answered-elsewhere", names_answered_elsewhere::examples),
    ("network-joined-to-stranger", network_joined_to_stranger::examples),
    ("network-unlogged", network_unlogged::examples),
    ("notebook-start-script", notebook_start_script::examples),
    ("organization-handshake", organization_handshake::examples),
    ("organization-policy-shared", organization_policy_shared::examples),
    (
        "organization-strange-account",
        organization_strange_account::examples,
    ),
    ("organization-unguarded", organization_unguarded::examples),
    ("password-policy-weak", password_policy_weak::examples),
    ("permission-set-power", permission_set_power::examples),
    ("policy-hides-power", policy_hides_power::examples),
    ("port-open-to-world", port_open_to_world::examples),
    ("public-sharing-allowed", public_sharing_allowed::examples),
    ("purchase-committed", purchase_committed::examples),
    ("queue-shared", queue_shared::examples),
    ("quota-raised", quota_raised::examples),
    ("recording-stopped", recording_stopped::examples),
    ("region-opted-in", region_opted_in::examples),
    ("region-without-history", region_without_history::examples),
    ("registry-shared", registry_shared::examples),
    ("replication-to-stranger", replication_to_stranger::examples),
    ("repository-shared", repository_shared::examples),
    ("role-lookalike", role_lookalike::examples),
    (
        "role-trusts-any-certificate",
        role_trusts_any_certificate::examples,
    ),
    ("role-trusts-any-token", role_trusts_any_token::examples),
    ("role-trusts-orphan", role_trusts_orphan::examples),
    ("role-trusts-stranger", role_trusts_stranger::examples),
    ("root-used", root_used::examples),
    ("root-weak", root_weak::examples),
    ("rule-sends-out", rule_sends_out::examples),
    ("rule-watches-responder", rule_watches_responder::examples),
    ("runs-with-full-power", runs_with_full_power::examples),
    ("schedule-acts", schedule_acts::examples),
    ("secret-pending-deletion", secret_pending_deletion::examples),
    ("secret-shared", secret_shared::examples),
    ("serial-console-on", serial_console_on::examples),
    ("share-with-stranger", share_with_stranger::examples),
    ("snapshot-shared", snapshot_shared::examples),
    ("spend-started", spend_started::examples),
    ("stack-reaches-far", stack_reaches_far::examples),
    ("subscription-to-stranger", subscription_to_stranger::examples),
    ("table-shared", table_shared::examples),
    ("task-of-stranger", task_of_stranger::examples),
    ("topic-shared", topic_shared::examples),
    ("traffic-mirrored", traffic_mirrored::examples),
    ("trail-blinded", trail_blinded::examples),
    ("trust-anchor-own", trust_anchor_own::examples),
    ("user-data-runs", user_data_runs::examples),
    ("user-extra-credential", user_extra_credential::examples),
    ("user-new-ways-in", user_new_ways_in::examples),
    ("vault-shared", vault_shared::examples),
    ("warehouse-shared", warehouse_shared::examples),
];
// </index>
