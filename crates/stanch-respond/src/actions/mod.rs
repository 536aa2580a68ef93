//! Every action, one file each.
//!
//! A file holds what the action does and how that is taken back, side by side. To add one: write the file, add its `mod`
//! line and its line in [`ALL`]; a test names a missing line.

mod access_key_deactivate;
mod account_public_access_block;
mod anomaly_monitor_create;
mod anomaly_subscription;
mod bucket_access_lists_off;
mod bucket_acl_private;
mod bucket_policy_contain;
mod bucket_public_access_block;
mod bucket_statement_remove;
mod budget_create;
mod database_snapshot_unshare;
mod guardduty_enable;
mod image_unshare;
mod kms_deletion_cancel;
mod kms_grant_revoke;
mod lifecycle_rule_disable;
mod parts;
mod role_sessions_revoke;
mod secret_deletion_cancel;
mod security_group_rule_revoke;
mod snapshot_unshare;
mod trail_bucket_create;
mod trail_create;
mod trail_repair;
mod trail_selectors;
mod trail_start;
mod user_deny;

use crate::action::Action;

/// Every action, by name.
pub static ALL: &[&dyn Action] = &[
    &access_key_deactivate::AccessKeyDeactivate,
    &account_public_access_block::AccountPublicAccessBlock,
    &anomaly_monitor_create::AnomalyMonitorCreate,
    &anomaly_subscription::AnomalySubscription,
    &bucket_access_lists_off::BucketAccessListsOff,
    &bucket_acl_private::BucketAclPrivate,
    &bucket_policy_contain::BucketPolicyContain,
    &bucket_public_access_block::BucketPublicAccessBlock,
    &bucket_statement_remove::BucketStatementRemove,
    &budget_create::BudgetCreate,
    &database_snapshot_unshare::DatabaseSnapshotUnshare,
    &guardduty_enable::GuarddutyEnable,
    &image_unshare::ImageUnshare,
    &kms_deletion_cancel::KmsDeletionCancel,
    &kms_grant_revoke::KmsGrantRevoke,
    &lifecycle_rule_disable::LifecycleRuleDisable,
    &role_sessions_revoke::RoleSessionsRevoke,
    &secret_deletion_cancel::SecretDeletionCancel,
    &security_group_rule_revoke::SecurityGroupRuleRevoke,
    &snapshot_unshare::SnapshotUnshare,
    &trail_bucket_create::TrailBucketCreate,
    &trail_create::TrailCreate,
    &trail_repair::TrailRepair,
    &trail_selectors::TrailSelectors,
    &trail_start::TrailStart,
    &user_deny::UserDeny,
];

/// The action of a name.
#[must_use]
pub fn named(name: &str) -> Option<&'static dyn Action> {
    ALL.iter().copied().find(|action| action.about().name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::ALL;

    #[test]
    fn every_file_is_registered_under_its_own_name() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/actions");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| name.strip_suffix(".rs").map(|stem| stem.replace('_', "-")))
            .filter(|stem| stem != "mod" && stem != "parts")
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
