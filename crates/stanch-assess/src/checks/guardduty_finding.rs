//! GuardDuty finding exists.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use crate::guardduty::explained;
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[each("guardduty", "GetFindings", "ListFindings")];

/// The check.
pub(super) struct GuarddutyFinding;

impl Check for GuarddutyFinding {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "guardduty-finding",
            title: "GuardDuty finding exists",
            why: "GuardDuty detected this activity. Findings of low severity count as well: GuardDuty rates much of what attackers do with stolen keys as low or medium.",
            severity: Severity::Medium,
            tactics: &[Tactic::Discovery, Tactic::Impact],
            techniques: &["T1078"],
            steps: &["9"],
            next: "Read the finding in GuardDuty, then run stanch hunt for the actions of its principal",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["Sample findings, and findings about your own tests"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("guardduty", "GetFindings", "Findings") {
            let kind = item.text("Type");
            let title = item.text("Title");
            let sample = item.is("Service.AdditionalInfo.Sample")
                || title.contains("[SAMPLE]")
                || title.starts_with("Sample:");
            if sample {
                continue;
            }
            let severity = match item.at("Severity").as_f64().unwrap_or(0.0) {
                level if level >= 9.0 => Severity::Critical,
                level if level >= 7.0 => Severity::High,
                level if level >= 4.0 => Severity::Medium,
                _ => Severity::Low,
            };
            let id = item.text("Id");
            found
                .on(&item, "finding", id, kind)
                .suspicious(severity)
                .fact("Finding Type", kind)
                .fact("Meaning", &explained(kind))
                .fact(
                    "Archived",
                    if item.is("Service.Archived") {
                        "yes, so it is hidden in the console"
                    } else {
                        ""
                    },
                )
                .fact("Last Seen", item.text("Service.EventLastSeen"))
                .say(&format!("GuardDuty finding: {title}"));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, silent, suspicious};

    let finding = |title: &str| {
        asked(
            "guardduty:GetFindings",
            json!({"DetectorId": "d"}),
            json!({"Findings": [{"Id": "f", "Type": "CryptoCurrency:EC2/BitcoinTool.B!DNS", "Title": title, "Severity": 8.0}]}),
        )
    };
    vec![
        suspicious(vec![finding("Bitcoin query")]),
        // A type that nobody knows is told as it is.
        suspicious(vec![asked(
            "guardduty:GetFindings",
            json!({"DetectorId": "d"}),
            json!({"Findings": [{"Id": "f", "Type": "Novel:Thing/Unknown", "Title": "?", "Severity": 1.0}]}),
        )]),
        silent(vec![finding("[SAMPLE] Bitcoin query")]),
    ]
}
