//! AWS Backup: vaults and recovery points, and copies to external accounts.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "backup",
    purpose: "Vaults, their policies and locks, plans, copies",
    steps: &["10"],
    service: "backup",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListBackupVaults").each(
            "BackupVaultList[]",
            &[
                with(
                    "GetBackupVaultAccessPolicy",
                    &[("BackupVaultName", "BackupVaultName")],
                ),
                with(
                    "GetBackupVaultNotifications",
                    &[("BackupVaultName", "BackupVaultName")],
                ),
                with(
                    "ListRecoveryPointsByBackupVault",
                    &[("BackupVaultName", "BackupVaultName")],
                ),
            ],
        ),
        Ask::new("ListBackupPlans").each(
            "BackupPlansList[]",
            &[
                with("GetBackupPlan", &[("BackupPlanId", "BackupPlanId")]),
                with("ListBackupSelections", &[("BackupPlanId", "BackupPlanId")]),
            ],
        ),
        Ask::new("ListCopyJobs"),
        Ask::new("ListRestoreJobs"),
        Ask::new("DescribeGlobalSettings"),
        Ask::new("DescribeRegionSettings"),
        Ask::new("GetLifecyclePolicies").of("dlm").each(
            "Policies[]",
            &[with("GetLifecyclePolicy", &[("PolicyId", "PolicyId")])],
        ),
    ],
};
