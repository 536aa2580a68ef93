//! A vault of backups lets strangers in.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("backup", "GetBackupVaultAccessPolicy", "ListBackupVaults")];

/// See the head of this file.
pub(super) struct VaultShared;

impl Check for VaultShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "vault-shared",
            title: "A vault of backups lets strangers in",
            why: "Backups hold everything. A vault that another account may copy from gives it all away, and one it may delete from takes the way back.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::Exfiltration],
            techniques: &["T1537", "T1098"],
            steps: &["12", "14"],
            next: "backup delete-backup-vault-access-policy; count what was copied since as taken",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have access: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("backup", "GetBackupVaultAccessPolicy", "") {
            let guests = account.guests(item.at("Policy"));
            shared(
                found,
                &item,
                ("backup-vault", item.text("BackupVaultArn"), ""),
                &guests,
                Severity::High,
            );
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, asked, granting, silent, stranger, suspicious};

    let thing = |policy: serde_json::Value| {
        asked(
            "backup:GetBackupVaultAccessPolicy",
            json!({"BackupVaultName": "v"}),
            json!({"BackupVaultArn": "arn:v", "Policy": policy.to_string()}),
        )
    };
    vec![
        suspicious(vec![thing(granting(&stranger(), "*"))]),
        suspicious(vec![thing(granting(&json!("*"), "*"))]),
        silent(vec![thing(granting(&json!({"AWS": OWN}), "*"))]),
    ]
}
