//! AWS Organizations billing transfer involves another organization.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("organizations", "ListInboundResponsibilityTransfers"),
    list("organizations", "ListOutboundResponsibilityTransfers"),
];

/// The check.
pub(super) struct BillingTransferred;

impl Check for BillingTransferred {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "billing-transferred",
            title: "AWS Organizations billing transfer involves another organization",
            why: "With a billing transfer another organization pays for this one and sees its costs, or this one pays for another. Attackers use it to spend on a compromised account's bill.",
            severity: Severity::High,
            tactics: &[Tactic::Impact, Tactic::Persistence],
            techniques: &["T1496", "T1484"],
            steps: &["5"],
            next: "Withdraw the billing transfer in the Billing console, and ask who agreed to it",
            needs: NEEDS,
            made_by: &["InviteOrganizationToTransferResponsibility", "AcceptHandshake"],
            harmless_when: &["A reseller that pays the bills"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for (operation, words) in [
            (
                "ListInboundResponsibilityTransfers",
                "This organization pays for another organization",
            ),
            (
                "ListOutboundResponsibilityTransfers",
                "Another organization pays for this organization",
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
                let exposure = account.exposure_among(&ends);
                let severity = if exposure.is_external() {
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
                    .suspicious(severity)
                    .fact("Source And Target", &ends.join(" → "))
                    .fact("Status", status)
                    .exposure(&exposure)
                    .say(&format!(
                        "{words}: AWS Organizations billing transfer {}",
                        status.to_ascii_lowercase()
                    ));
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
