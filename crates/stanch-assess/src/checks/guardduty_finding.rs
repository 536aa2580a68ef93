//! GuardDuty found something.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use crate::guardduty::explained;
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("guardduty", "GetFindings", "ListFindings")];

/// See the head of this file.
pub(super) struct GuarddutyFinding;

impl Check for GuarddutyFinding {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "guardduty-finding",
            title: "GuardDuty found something",
            why: "GuardDuty saw it happen. Low findings count as well: much of what intruders do with stolen keys is told as low or medium.",
            severity: Severity::Medium,
            tactics: &[Tactic::Discovery, Tactic::Impact],
            techniques: &["T1078"],
            steps: &["9"],
            next: "read the finding in GuardDuty, and ask stanch hunt what its principal did",
            needs: NEEDS,
            false_positives: &["Samples, and findings on tests of the own team"],
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
                .fact("type", kind)
                .fact("in plain words", &explained(kind))
                .fact(
                    "archived",
                    if item.is("Service.Archived") {
                        "yes: it was hidden"
                    } else {
                        ""
                    },
                )
                .fact("seen", item.text("Service.EventLastSeen"))
                .say(&format!("GuardDuty: {title}"));
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
