//! AWS account root user has access keys or no MFA.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("iam", "GetAccountSummary")];

/// The check.
pub(super) struct RootWeak;

impl Check for RootWeak {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "root-weak",
            title: "AWS account root user has access keys or no MFA",
            why: "Permissions of the root user can't be limited within its account: whoever has its key or password controls the account.",
            severity: Severity::Critical,
            tactics: &[Tactic::Persistence, Tactic::PrivilegeEscalation],
            techniques: &["T1078.004"],
            steps: &["1", "4"],
            next: "Delete root access keys and enable a hardware MFA device; only the root user can",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["None: the root user needs no access keys"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("iam", "GetAccountSummary", "SummaryMap") {
            let count = |name: &str| item.at(name).as_u64();
            let arn = format!("arn:aws:iam::{}:root", account.id().as_str());
            if count("AccountAccessKeysPresent").is_some_and(|keys| keys > 0) {
                found
                    .on(&item, "root", &arn, "root")
                    .suspicious(Severity::Critical)
                    .part("access keys")
                    .say("AWS account root user has access keys");
            }
            if count("AccountSigningCertificatesPresent").is_some_and(|count| count > 0) {
                found
                    .on(&item, "root", &arn, "root")
                    .suspicious(Severity::High)
                    .part("signing certificates")
                    .say("AWS account root user has signing certificates");
            }
            if count("AccountMFAEnabled") == Some(0) {
                found
                    .on(&item, "root", &arn, "root")
                    .misconfiguration(Severity::Critical)
                    .part("no second factor")
                    .say("AWS account root user has no MFA device");
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent, suspicious};

    let summary = |keys: u64, factor: u64| {
        answer(
            "iam:GetAccountSummary",
            json!({"SummaryMap": {"AccountAccessKeysPresent": keys, "AccountMFAEnabled": factor}}),
        )
    };
    vec![
        suspicious(vec![summary(1, 1)]),
        misconfigured(vec![summary(0, 0)]),
        silent(vec![summary(0, 1)]),
    ]
}
