//! Checks: one file each, and one table of those that differ in a row only.
//!
//! To add one: write the file with its `examples`, then `cargo xtask index` writes its lines here; or add a row to
//! `resource_policy`.

use super::check::Check;

mod resource_policy;
mod support;

/// Name of a check, and the function that makes its examples.
#[cfg(test)]
type Examples = (&'static str, fn() -> Vec<super::contract::Example>);

/// Returns every check.
#[must_use]
pub(super) fn all() -> Vec<&'static dyn Check> {
    ALL.iter().copied().chain(resource_policy::all()).collect()
}

/// Returns the examples of every check, by its name.
#[cfg(test)]
pub(super) fn examples() -> Vec<(&'static str, Vec<super::contract::Example>)> {
    let of_files = EXAMPLES.iter().map(|(name, examples)| (*name, examples()));
    of_files.chain(resource_policy::examples()).collect()
}

// <index>
mod activation_open;
mod alias_splits_traffic;
mod association_runs_again;
mod backup_ends_soon;
mod billing_transferred;
mod boundary_toothless;
mod bucket_acl_open;
mod bucket_encrypted_by_external;
mod bucket_policy_shared;
mod bucket_takes_strange_keys;
mod bucket_versions_off;
mod build_runs_external_code;
mod can_become_administrator;
mod cheap_instances;
mod cluster_admin;
mod cluster_open;
mod contact_set;
mod containers_many;
mod copied_to_external;
mod costly_compute;
mod database_public;
mod dedicated_host_allocated;
mod delegated_administrator;
mod document_runs_download;
mod domain_leaves;
mod event_store_ends;
mod federation_widened;
mod findings_hidden;
mod fleet_respawns;
mod function_foothold;
mod guardduty_blinded;
mod guardduty_finding;
mod identity_center_widened;
mod identity_pool_open;
mod instance_profile_external;
mod inventory_to_external;
mod invocations_unlogged;
mod jobs_at_scale;
mod key_out_of_use;
mod key_pair_imported;
mod key_pending_deletion;
mod key_shared;
mod lifecycle_deletes_soon;
mod mail_open;
mod message_limit_raised;
mod metadata_v1_allowed;
mod models_at_work;
mod names_answered_elsewhere;
mod network_joined_to_external;
mod network_unlogged;
mod notebook_start_script;
mod organization_handshake;
mod organization_strange_account;
mod organization_unguarded;
mod password_policy_weak;
mod permission_set_power;
mod policy_hides_power;
mod port_open_to_world;
mod public_sharing_allowed;
mod purchase_committed;
mod quota_raised;
mod recording_stopped;
mod region_opted_in;
mod region_without_history;
mod role_lookalike;
mod role_trusts_any_certificate;
mod role_trusts_any_token;
mod role_trusts_external;
mod role_trusts_orphan;
mod root_used;
mod root_weak;
mod rule_sends_out;
mod rule_watches_responder;
mod runs_with_full_power;
mod schedule_acts;
mod secret_pending_deletion;
mod serial_console_on;
mod spend_started;
mod stack_reaches_far;
mod task_of_external;
mod traffic_mirrored;
mod trail_blinded;
mod trust_anchor_own;
mod user_data_runs;
mod user_extra_credential;
mod user_new_ways_in;
mod warehouse_shared;

/// Every check.
const ALL: &[&dyn Check] = &[
    &activation_open::ActivationOpen,
    &alias_splits_traffic::AliasSplitsTraffic,
    &association_runs_again::AssociationRunsAgain,
    &backup_ends_soon::BackupEndsSoon,
    &billing_transferred::BillingTransferred,
    &boundary_toothless::BoundaryToothless,
    &bucket_acl_open::BucketAclOpen,
    &bucket_encrypted_by_external::BucketEncryptedByExternal,
    &bucket_policy_shared::BucketPolicyShared,
    &bucket_takes_strange_keys::BucketTakesStrangeKeys,
    &bucket_versions_off::BucketVersionsOff,
    &build_runs_external_code::BuildRunsExternalCode,
    &can_become_administrator::CanBecomeAdministrator,
    &cheap_instances::CheapInstances,
    &cluster_admin::ClusterAdmin,
    &cluster_open::ClusterOpen,
    &contact_set::ContactSet,
    &containers_many::ContainersMany,
    &copied_to_external::CopiedToExternal,
    &costly_compute::CostlyCompute,
    &database_public::DatabasePublic,
    &dedicated_host_allocated::DedicatedHostAllocated,
    &delegated_administrator::DelegatedAdministrator,
    &document_runs_download::DocumentRunsDownload,
    &domain_leaves::DomainLeaves,
    &event_store_ends::EventStoreEnds,
    &federation_widened::FederationWidened,
    &findings_hidden::FindingsHidden,
    &fleet_respawns::FleetRespawns,
    &function_foothold::FunctionFoothold,
    &guardduty_blinded::GuarddutyBlinded,
    &guardduty_finding::GuarddutyFinding,
    &identity_center_widened::IdentityCenterWidened,
    &identity_pool_open::IdentityPoolOpen,
    &instance_profile_external::InstanceProfileExternal,
    &inventory_to_external::InventoryToExternal,
    &invocations_unlogged::InvocationsUnlogged,
    &jobs_at_scale::JobsAtScale,
    &key_out_of_use::KeyOutOfUse,
    &key_pair_imported::KeyPairImported,
    &key_pending_deletion::KeyPendingDeletion,
    &key_shared::KeyShared,
    &lifecycle_deletes_soon::LifecycleDeletesSoon,
    &mail_open::MailOpen,
    &message_limit_raised::MessageLimitRaised,
    &metadata_v1_allowed::MetadataV1Allowed,
    &models_at_work::ModelsAtWork,
    &names_answered_elsewhere::NamesAnsweredElsewhere,
    &network_joined_to_external::NetworkJoinedToExternal,
    &network_unlogged::NetworkUnlogged,
    &notebook_start_script::NotebookStartScript,
    &organization_handshake::OrganizationHandshake,
    &organization_strange_account::OrganizationStrangeAccount,
    &organization_unguarded::OrganizationUnguarded,
    &password_policy_weak::PasswordPolicyWeak,
    &permission_set_power::PermissionSetPower,
    &policy_hides_power::PolicyHidesPower,
    &port_open_to_world::PortOpenToWorld,
    &public_sharing_allowed::PublicSharingAllowed,
    &purchase_committed::PurchaseCommitted,
    &quota_raised::QuotaRaised,
    &recording_stopped::RecordingStopped,
    &region_opted_in::RegionOptedIn,
    &region_without_history::RegionWithoutHistory,
    &role_lookalike::RoleLookalike,
    &role_trusts_any_certificate::RoleTrustsAnyCertificate,
    &role_trusts_any_token::RoleTrustsAnyToken,
    &role_trusts_external::RoleTrustsExternal,
    &role_trusts_orphan::RoleTrustsOrphan,
    &root_used::RootUsed,
    &root_weak::RootWeak,
    &rule_sends_out::RuleSendsOut,
    &rule_watches_responder::RuleWatchesResponder,
    &runs_with_full_power::RunsWithFullPower,
    &schedule_acts::ScheduleActs,
    &secret_pending_deletion::SecretPendingDeletion,
    &serial_console_on::SerialConsoleOn,
    &spend_started::SpendStarted,
    &stack_reaches_far::StackReachesFar,
    &task_of_external::TaskOfExternal,
    &traffic_mirrored::TrafficMirrored,
    &trail_blinded::TrailBlinded,
    &trust_anchor_own::TrustAnchorOwn,
    &user_data_runs::UserDataRuns,
    &user_extra_credential::UserExtraCredential,
    &user_new_ways_in::UserNewWaysIn,
    &warehouse_shared::WarehouseShared,
];

/// Functions that make the examples of every check, by its name.
#[cfg(test)]
const EXAMPLES: &[Examples] = &[
    ("activation-open", activation_open::examples),
    ("alias-splits-traffic", alias_splits_traffic::examples),
    ("association-runs-again", association_runs_again::examples),
    ("backup-ends-soon", backup_ends_soon::examples),
    ("billing-transferred", billing_transferred::examples),
    ("boundary-toothless", boundary_toothless::examples),
    ("bucket-acl-open", bucket_acl_open::examples),
    (
        "bucket-encrypted-by-external",
        bucket_encrypted_by_external::examples,
    ),
    ("bucket-policy-shared", bucket_policy_shared::examples),
    ("bucket-takes-strange-keys", bucket_takes_strange_keys::examples),
    ("bucket-versions-off", bucket_versions_off::examples),
    ("build-runs-external-code", build_runs_external_code::examples),
    ("can-become-administrator", can_become_administrator::examples),
    ("cheap-instances", cheap_instances::examples),
    ("cluster-admin", cluster_admin::examples),
    ("cluster-open", cluster_open::examples),
    ("contact-set", contact_set::examples),
    ("containers-many", containers_many::examples),
    ("copied-to-external", copied_to_external::examples),
    ("costly-compute", costly_compute::examples),
    ("database-public", database_public::examples),
    ("dedicated-host-allocated", dedicated_host_allocated::examples),
    ("delegated-administrator", delegated_administrator::examples),
    ("document-runs-download", document_runs_download::examples),
    ("domain-leaves", domain_leaves::examples),
    ("event-store-ends", event_store_ends::examples),
    ("federation-widened", federation_widened::examples),
    ("findings-hidden", findings_hidden::examples),
    ("fleet-respawns", fleet_respawns::examples),
    ("function-foothold", function_foothold::examples),
    ("guardduty-blinded", guardduty_blinded::examples),
    ("guardduty-finding", guardduty_finding::examples),
    ("identity-center-widened", identity_center_widened::examples),
    ("identity-pool-open", identity_pool_open::examples),
    ("instance-profile-external", instance_profile_external::examples),
    ("inventory-to-external", inventory_to_external::examples),
    ("invocations-unlogged", invocations_unlogged::examples),
    ("jobs-at-scale", jobs_at_scale::examples),
    ("key-out-of-use", key_out_of_use::examples),
    ("key-pair-imported", key_pair_imported::examples),
    ("key-pending-deletion", key_pending_deletion::examples),
    ("key-shared", key_shared::examples),
    ("lifecycle-deletes-soon", lifecycle_deletes_soon::examples),
    ("mail-open", mail_open::examples),
    ("message-limit-raised", message_limit_raised::examples),
    ("metadata-v1-allowed", metadata_v1_allowed::examples),
    ("models-at-work", models_at_work::examples),
    ("names-answered-elsewhere", names_answered_elsewhere::examples),
    ("network-joined-to-external", network_joined_to_external::examples),
    ("network-unlogged", network_unlogged::examples),
    ("notebook-start-script", notebook_start_script::examples),
    ("organization-handshake", organization_handshake::examples),
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
    ("quota-raised", quota_raised::examples),
    ("recording-stopped", recording_stopped::examples),
    ("region-opted-in", region_opted_in::examples),
    ("region-without-history", region_without_history::examples),
    ("role-lookalike", role_lookalike::examples),
    (
        "role-trusts-any-certificate",
        role_trusts_any_certificate::examples,
    ),
    ("role-trusts-any-token", role_trusts_any_token::examples),
    ("role-trusts-external", role_trusts_external::examples),
    ("role-trusts-orphan", role_trusts_orphan::examples),
    ("root-used", root_used::examples),
    ("root-weak", root_weak::examples),
    ("rule-sends-out", rule_sends_out::examples),
    ("rule-watches-responder", rule_watches_responder::examples),
    ("runs-with-full-power", runs_with_full_power::examples),
    ("schedule-acts", schedule_acts::examples),
    ("secret-pending-deletion", secret_pending_deletion::examples),
    ("serial-console-on", serial_console_on::examples),
    ("spend-started", spend_started::examples),
    ("stack-reaches-far", stack_reaches_far::examples),
    ("task-of-external", task_of_external::examples),
    ("traffic-mirrored", traffic_mirrored::examples),
    ("trail-blinded", trail_blinded::examples),
    ("trust-anchor-own", trust_anchor_own::examples),
    ("user-data-runs", user_data_runs::examples),
    ("user-extra-credential", user_extra_credential::examples),
    ("user-new-ways-in", user_new_ways_in::examples),
    ("warehouse-shared", warehouse_shared::examples),
];
// </index>
