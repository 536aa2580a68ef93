//! Messages may be sent for much money.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("sns", "GetSMSAttributes")];

/// See the head of this file.
pub(super) struct MessageLimitRaised;

impl Check for MessageLimitRaised {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "message-limit-raised",
            title: "Messages may be sent for much money",
            why: "Text messages and mail are what intruders sell: a raised limit, or an account out of the sandbox, is what they need.",
            severity: Severity::Medium,
            tactics: &[Tactic::Impact],
            techniques: &["T1496.003", "T1496"],
            steps: &["12"],
            next: "set the limit back; look at what was sent",
            needs: NEEDS,
            false_positives: &["A business that sends many messages"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("sns", "GetSMSAttributes", "attributes") {
            let limit = item.text("MonthlySpendLimit");
            if limit.parse::<f64>().is_ok_and(|dollars| dollars > 1.0) {
                found
                    .on(&item, "sms-limit", "MonthlySpendLimit", "")
                    .misconfiguration(Severity::Medium)
                    .fact("dollars a month", limit)
                    .say(&format!("text messages for {limit} dollars a month may be sent"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent};

    let limit = |dollars: &str| {
        answer(
            "sns:GetSMSAttributes",
            json!({"attributes": {"MonthlySpendLimit": dollars}}),
        )
    };
    vec![misconfiguration(vec![limit("1000")]), silent(vec![limit("1")])]
}
