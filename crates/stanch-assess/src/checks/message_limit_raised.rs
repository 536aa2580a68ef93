//! SNS SMS spending limit is raised.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("sns", "GetSMSAttributes")];

/// The check.
pub(super) struct MessageLimitRaised;

impl Check for MessageLimitRaised {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "message-limit-raised",
            title: "SNS SMS spending limit is raised",
            why: "Attackers sell text messages: a raised monthly spending limit is a precondition.",
            severity: Severity::Medium,
            tactics: &[Tactic::Impact],
            techniques: &["T1496.003", "T1496"],
            steps: &["12"],
            next: "Restore the spending limit, then review the messages that were sent",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A business that sends many text messages"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("sns", "GetSMSAttributes", "attributes") {
            let limit = item.text("MonthlySpendLimit");
            if limit.parse::<f64>().is_ok_and(|dollars| dollars > 1.0) {
                found
                    .on(&item, "sms-limit", "MonthlySpendLimit", "")
                    .misconfiguration(Severity::Medium)
                    .fact("Monthly Limit", limit)
                    .say(&format!(
                        "SNS may spend {limit} US dollars a month on text messages"
                    ));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent};

    let limit = |dollars: &str| {
        answer(
            "sns:GetSMSAttributes",
            json!({"attributes": {"MonthlySpendLimit": dollars}}),
        )
    };
    vec![misconfigured(vec![limit("1000")]), silent(vec![limit("1")])]
}
