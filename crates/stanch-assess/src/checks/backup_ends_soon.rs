//! Backups are deleted within days.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use serde_json::Value;
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("backup", "GetBackupPlan", "ListBackupPlans")];

/// See the head of this file.
pub(super) struct BackupEndsSoon;

impl Check for BackupEndsSoon {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "backup-ends-soon",
            title: "Backups are deleted within days",
            why: "A plan whose copies live a day looks like a backup and is none when it is needed.",
            severity: Severity::Medium,
            tactics: &[Tactic::Impact, Tactic::DefenseEvasion],
            techniques: &["T1490"],
            steps: &["14"],
            next: "set the lifetime of the copies back; lock the vault",
            needs: NEEDS,
            false_positives: &["Hourly copies beside daily ones"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("backup", "GetBackupPlan", "") {
            let name = item.text("BackupPlan.BackupPlanName");
            let days: Vec<u64> = item
                .list("BackupPlan.Rules.Lifecycle.DeleteAfterDays")
                .into_iter()
                .filter_map(Value::as_u64)
                .collect();
            if let Some(most) = days
                .iter()
                .max()
                .filter(|most| **most <= 3 && days.len() == item.list("BackupPlan.Rules").len())
            {
                found
                    .on(&item, "backup-plan", item.text("BackupPlanArn"), name)
                    .misconfiguration(Severity::Medium)
                    .fact("days", &most.to_string())
                    .deadline("every backup of the plan", None)
                    .say(&format!("backups of plan {name} live {most} days at most"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, misconfiguration, silent};

    let plan = |days: u64| {
        asked(
            "backup:GetBackupPlan",
            json!({"BackupPlanId": "p"}),
            json!({"BackupPlanArn": "arn:p", "BackupPlan": {"BackupPlanName": "daily", "Rules": [{"Lifecycle": {"DeleteAfterDays": days}}]}}),
        )
    };
    vec![misconfiguration(vec![plan(1)]), silent(vec![plan(35)])]
}
