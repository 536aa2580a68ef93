//! SES sends email outside the sandbox.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("sesv2", "GetAccount"), list("sesv2", "ListEmailIdentities")];

/// The check.
pub(super) struct MailOpen;

impl Check for MailOpen {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "mail-open",
            title: "SES sends email outside the sandbox",
            why: "An SES account outside the sandbox can send email to everyone, and attackers sell that. Sending that AWS has put under review was abused already.",
            severity: Severity::Low,
            tactics: &[Tactic::Impact],
            techniques: &["T1496.003", "T1534"],
            steps: &["12"],
            next: "Disable sending (sesv2 put-account-sending-attributes) until it is known who sends",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A business that sends email"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("sesv2", "GetAccount", "") {
            let status = item.text("EnforcementStatus");
            let place = item.region().as_str();
            if matches!(status, "PROBATION" | "SHUTDOWN") {
                found
                    .on(&item, "mail", place, "")
                    .suspicious(Severity::High)
                    .fact("Status", status)
                    .say(&format!(
                        "AWS has put SES sending in {place} under {}",
                        status.to_ascii_lowercase()
                    ));
            } else if item.is("ProductionAccessEnabled") && item.is("SendingEnabled") {
                found
                    .on(&item, "mail", place, "")
                    .misconfiguration(Severity::Low)
                    .fact("Daily Quota", &item.at("SendQuota.Max24HourSend").to_string())
                    .fact("Sent Last Day", &item.at("SendQuota.SentLast24Hours").to_string())
                    .say(&format!("SES in {place} can send email to everyone"));
            }
        }
        for item in account.items("sesv2", "ListEmailIdentities", "EmailIdentities") {
            let name = item.text("IdentityName");
            // No evidence by itself; reported so that its creator can be evidence against it.
            found
                .on(&item, "mail-identity", name, name)
                .misconfiguration(Severity::Informational)
                .fact("Verification", item.text("VerificationStatus"))
                .say(&format!("SES can send email as {name}"));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent, suspicious};

    let account = |status: &str, production: bool| {
        answer(
            "sesv2:GetAccount",
            json!({"EnforcementStatus": status, "ProductionAccessEnabled": production, "SendingEnabled": true}),
        )
    };
    vec![
        suspicious(vec![account("PROBATION", true)]),
        misconfigured(vec![account("HEALTHY", true)]),
        silent(vec![account("HEALTHY", false)]),
    ]
}
