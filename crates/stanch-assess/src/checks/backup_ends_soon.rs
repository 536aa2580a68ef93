//! AWS Backup plan deletes its recovery points within days.
//!
//! It must not read other answers than those in its `needs`.

use super::support::days_of;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use serde_json::Value;
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[each("backup", "GetBackupPlan", "ListBackupPlans")];

/// The check.
pub(super) struct BackupEndsSoon;

impl Check for BackupEndsSoon {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "backup-ends-soon",
            title: "AWS Backup plan deletes its recovery points within days",
            why: "A backup plan that keeps recovery points for a few days leaves nothing to restore when destruction is noticed later.",
            severity: Severity::Medium,
            tactics: &[Tactic::Impact, Tactic::DefenseEvasion],
            techniques: &["T1490"],
            steps: &["14"],
            next: "Restore the former retention of the backup plan, then lock the vault with AWS Backup Vault Lock",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["Hourly recovery points in addition to daily ones that another plan keeps"],
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
                    .fact("Retention Days", &most.to_string())
                    .deadline("every recovery point of the plan", None)
                    .say(&format!(
                        "AWS Backup plan {name} keeps recovery points for at most {}",
                        days_of(*most)
                    ));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, misconfigured, silent};

    let plan = |days: u64| {
        asked(
            "backup:GetBackupPlan",
            json!({"BackupPlanId": "p"}),
            json!({"BackupPlanArn": "arn:p", "BackupPlan": {"BackupPlanName": "daily", "Rules": [{"Lifecycle": {"DeleteAfterDays": days}}]}}),
        )
    };
    vec![misconfigured(vec![plan(1)]), silent(vec![plan(35)])]
}
