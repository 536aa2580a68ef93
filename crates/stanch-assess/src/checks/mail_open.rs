//! Mail may be sent to everybody.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("sesv2", "GetAccount"), list("sesv2", "ListEmailIdentities")];

/// See the head of this file.
pub(super) struct MailOpen;

impl Check for MailOpen {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "mail-open",
            title: "Mail may be sent to everybody",
            why: "An account out of the sandbox of SES sends mail to the whole world, which is what intruders sell. A sender that AWS has under review has been abused already.",
            severity: Severity::Low,
            tactics: &[Tactic::Impact],
            techniques: &["T1496.003", "T1534"],
            steps: &["12"],
            next: "switch sending off (sesv2 put-account-sending-attributes) until it is known who sends",
            needs: NEEDS,
            false_positives: &["A business that sends mail"],
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
                    .fact("status", status)
                    .say(&format!(
                        "AWS has put the sending of mail in {place} under {}",
                        status.to_ascii_lowercase()
                    ));
            } else if item.is("ProductionAccessEnabled") && item.is("SendingEnabled") {
                found
                    .on(&item, "mail", place, "")
                    .misconfiguration(Severity::Low)
                    .fact("a day", &item.at("SendQuota.Max24HourSend").to_string())
                    .fact(
                        "sent in the last day",
                        &item.at("SendQuota.SentLast24Hours").to_string(),
                    )
                    .say(&format!("mail may be sent to everybody from {place}"));
            }
        }
        for item in account.items("sesv2", "ListEmailIdentities", "EmailIdentities") {
            let name = item.text("IdentityName");
            // Says nothing alone; it stands here so that who made it can speak against it.
            found
                .on(&item, "mail-identity", name, name)
                .misconfiguration(Severity::Informational)
                .fact("verified", item.text("VerificationStatus"))
                .say(&format!("mail may be sent as {name}"));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent, suspicious};

    let account = |status: &str, production: bool| {
        answer(
            "sesv2:GetAccount",
            json!({"EnforcementStatus": status, "ProductionAccessEnabled": production, "SendingEnabled": true}),
        )
    };
    vec![
        suspicious(vec![account("PROBATION", true)]),
        misconfiguration(vec![account("HEALTHY", true)]),
        silent(vec![account("HEALTHY", false)]),
    ]
}
