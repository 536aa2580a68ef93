//! AWS account root user was used.
//!
//! It must not read other answers than those in its `needs`.

use super::support::days_ago;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};
use std::collections::BTreeMap;

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("iam", "GetCredentialReport")];

/// The check.
pub(super) struct RootUsed;

impl Check for RootUsed {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "root-used",
            title: "AWS account root user was used",
            why: "Everyday work does not need the root user. A recent sign-in or call of the root user is a rare administrative task or the attacker.",
            severity: Severity::High,
            tactics: &[Tactic::InitialAccess, Tactic::Persistence],
            techniques: &["T1078.004"],
            steps: &["1", "4"],
            next: "Ask who signed in; change the root password and check the root user's MFA devices",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A task that only the root user can do"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("iam", "GetCredentialReport", "") {
            let report = super::support::decoded(item.text("Content"));
            let mut lines = report.lines();
            let columns: Vec<&str> = lines.next().unwrap_or("").split(',').collect();
            let Some(root) = lines.find(|line| line.starts_with("<root_account>,")) else {
                continue;
            };
            let fields: BTreeMap<&str, &str> = columns.into_iter().zip(root.split(',')).collect();
            for (what, column) in USES {
                let when = fields.get(column).copied().unwrap_or("");
                let Some(days) = days_ago(&item, when).filter(|days| *days <= RECENT_DAYS) else {
                    continue;
                };
                let arn = format!("arn:aws:iam::{}:root", account.id().as_str());
                let draft = found.on(&item, "root", &arn, "root");
                let draft = if what == "password" {
                    draft.misconfiguration(Severity::High)
                } else {
                    draft.suspicious(Severity::Critical)
                };
                draft.fact("Credential", what).fact("Last Use", when).say(&format!(
                    "AWS account root user was used with its {what} {days} days before the account was read"
                ));
            }
        }
    }
}

/// Columns of the credential report about the use of the root user (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>).
const USES: [(&str, &str); 3] = [
    ("password", "password_last_used"),
    ("first access key", "access_key_1_last_used_date"),
    ("second access key", "access_key_2_last_used_date"),
];
/// Age of a use from which it has no relation to an incident.
const RECENT_DAYS: i64 = 30;

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent, suspicious};

    // user,password_last_used,access_key_1_last_used_date,access_key_2_last_used_date and a line of root.
    let report = |root: &str| {
        let text = format!(
            "user,password_last_used,access_key_1_last_used_date,access_key_2_last_used_date\n<root_account>,{root}\n"
        );
        answer(
            "iam:GetCredentialReport",
            json!({"Content": super::support::encoded(text.as_bytes())}),
        )
    };
    vec![
        suspicious(vec![report("N/A,2026-03-05T11:00:00+00:00,N/A")]),
        misconfigured(vec![report("2026-03-01T11:00:00+00:00,N/A,N/A")]),
        silent(vec![report("2024-03-01T11:00:00+00:00,N/A,N/A")]),
        silent(vec![report("no_information,N/A,N/A")]),
    ]
}
