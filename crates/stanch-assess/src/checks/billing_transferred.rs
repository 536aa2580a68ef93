//! The bill was handed to somebody else.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("organizations", "ListInboundResponsibilityTransfers"),
    list("organizations", "ListOutboundResponsibilityTransfers"),
];

/// See the head of this file.
pub(super) struct BillingTransferred;

impl Check for BillingTransferred {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "billing-transferred",
            title: "The bill was handed to somebody else",
            why: "A transfer of billing responsibility lets another organization pay for and see into this one, or makes this one pay for another. Intruders use it to spend on a stolen bill.",
            severity: Severity::High,
            tactics: &[Tactic::Impact, Tactic::Persistence],
            techniques: &["T1496", "T1484"],
            steps: &["5"],
            next: "end the transfer in the billing console; ask who agreed to it",
            needs: NEEDS,
            false_positives: &["A reseller who pays the bills"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for (operation, words) in [
            (
                "ListInboundResponsibilityTransfers",
                "this organization pays for another",
            ),
            (
                "ListOutboundResponsibilityTransfers",
                "another organization pays for this one",
            ),
        ] {
            for item in account.items("organizations", operation, "ResponsibilityTransfers") {
                let status = item.text("Status");
                if !matches!(status, "REQUESTED" | "ACCEPTED") {
                    continue;
                }
                let ends = [
                    item.text("Source.ManagementAccountId"),
                    item.text("Target.ManagementAccountId"),
                ];
                let guests = account.guests_among(&ends);
                let verdict = if guests.any() {
                    Severity::High
                } else {
                    Severity::Medium
                };
                found
                    .on(
                        &item,
                        "responsibility-transfer",
                        item.text("Arn"),
                        item.text("Id"),
                    )
                    .suspicious(verdict)
                    .fact("from and to", &ends.join(" → "))
                    .fact("status", status)
                    .foreign(&guests.foreign)
                    .say(&format!("{words}: {}", status.to_ascii_lowercase()));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, STRANGER, answer, silent, suspicious};

    let transfer = |status: &str| {
        answer(
            "organizations:ListOutboundResponsibilityTransfers",
            json!({"ResponsibilityTransfers": [{"Arn": "arn:t", "Id": "rt-1", "Status": status,
                "Source": {"ManagementAccountId": OWN}, "Target": {"ManagementAccountId": STRANGER}}]}),
        )
    };
    vec![
        suspicious(vec![transfer("ACCEPTED")]),
        silent(vec![transfer("DECLINED")]),
    ]
}
