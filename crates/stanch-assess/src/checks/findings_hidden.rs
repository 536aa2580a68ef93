//! Findings are put away before anybody reads them.
//!
//! It must not look at anything but the answers it names.

use super::support::days_ago;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    each("accessanalyzer", "ListArchiveRules", "ListAnalyzers"),
    list("securityhub", "ListAutomationRules"),
    list("macie2", "ListFindingsFilters"),
    list("inspector2", "ListFilters"),
];

/// See the head of this file.
pub(super) struct FindingsHidden;

impl Check for FindingsHidden {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "findings-hidden",
            title: "Findings are put away before anybody reads them",
            why: "Archive rules of Access Analyzer, automation rules of Security Hub and filters of Macie and Inspector hide findings by themselves, also those of an intrusion.",
            severity: Severity::Medium,
            tactics: &[Tactic::DefenseEvasion],
            techniques: &["T1562.001"],
            steps: &["9"],
            next: "read what the rule hid, then delete it; ask who made it",
            needs: NEEDS,
            false_positives: &["Findings that were looked into once and are known"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for (call, path, id, name) in RULES {
            let (service, operation) = call;
            for item in account.items(service, operation, path) {
                let off = [item.text("RuleStatus"), item.text("action")]
                    .iter()
                    .any(|word| matches!(*word, "DISABLED" | "NOOP" | "NONE"));
                if off {
                    continue;
                }
                let (id, name) = (item.text(id), item.text(name));
                let recent = ["createdAt", "CreatedAt"]
                    .iter()
                    .any(|when| days_ago(&item, item.text(when)).is_some_and(|days| days <= 14));
                found
                    .on(&item, "finding-rule", id, name)
                    .misconfiguration(if recent { Severity::Medium } else { Severity::Low })
                    .fact("of", service)
                    .fact("analyzer", item.asked("analyzerName"))
                    .say(&format!("rule {name} of {service} puts findings away by itself"));
            }
        }
    }
}

/// A call, the path of the things in its answer, and the members that hold id and name.
type Hides = (
    (&'static str, &'static str),
    &'static str,
    &'static str,
    &'static str,
);

/// Rules that hide findings.
const RULES: [Hides; 4] = [
    (
        ("accessanalyzer", "ListArchiveRules"),
        "archiveRules",
        "ruleName",
        "ruleName",
    ),
    (
        ("securityhub", "ListAutomationRules"),
        "AutomationRulesMetadata",
        "RuleArn",
        "RuleName",
    ),
    (
        ("macie2", "ListFindingsFilters"),
        "findingsFilterListItems",
        "arn",
        "name",
    ),
    (("inspector2", "ListFilters"), "filters", "arn", "name"),
];

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent};

    let rule = |status: &str| {
        answer(
            "securityhub:ListAutomationRules",
            json!({"AutomationRulesMetadata": [{"RuleArn": "arn:r", "RuleName": "r", "RuleStatus": status}]}),
        )
    };
    vec![
        misconfiguration(vec![rule("ENABLED")]),
        silent(vec![rule("DISABLED")]),
    ]
}
