//! The root user is not what it should be.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("iam", "GetAccountSummary")];

/// See the head of this file.
pub(super) struct RootWeak;

impl Check for RootWeak {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "root-weak",
            title: "The root user is not what it should be",
            why: "Root can not be denied anything within its account: whoever has its key or password has the account.",
            severity: Severity::Critical,
            tactics: &[Tactic::Persistence, Tactic::PrivilegeEscalation],
            techniques: &["T1078.004"],
            steps: &["1", "4"],
            next: "delete root access keys, enable a hardware second factor; only root itself can",
            needs: NEEDS,
            false_positives: &["None: root needs no keys"],
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
                    .fact("what", "access keys")
                    .say("the root user has access keys");
            }
            if count("AccountSigningCertificatesPresent").is_some_and(|count| count > 0) {
                found
                    .on(&item, "root", &arn, "root")
                    .suspicious(Severity::High)
                    .fact("what", "signing certificates")
                    .say("the root user has signing certificates");
            }
            if count("AccountMFAEnabled") == Some(0) {
                found
                    .on(&item, "root", &arn, "root")
                    .misconfiguration(Severity::Critical)
                    .fact("what", "no second factor")
                    .say("the root user has no second factor");
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent, suspicious};

    let summary = |keys: u64, factor: u64| {
        answer(
            "iam:GetAccountSummary",
            json!({"SummaryMap": {"AccountAccessKeysPresent": keys, "AccountMFAEnabled": factor}}),
        )
    };
    vec![
        suspicious(vec![summary(1, 1)]),
        misconfiguration(vec![summary(0, 0)]),
        silent(vec![summary(0, 1)]),
    ]
}
