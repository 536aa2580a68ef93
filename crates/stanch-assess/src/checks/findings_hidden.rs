//! Access Analyzer, Security Hub, Macie or Inspector hides findings by rule.
//!
//! It must not read other answers than those in its `needs`.

use super::support::days_ago;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    each("accessanalyzer", "ListArchiveRules", "ListAnalyzers"),
    list("securityhub", "ListAutomationRules"),
    list("macie2", "ListFindingsFilters"),
    list("inspector2", "ListFilters"),
];

/// The check.
pub(super) struct FindingsHidden;

impl Check for FindingsHidden {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "findings-hidden",
            title: "Access Analyzer, Security Hub, Macie or Inspector hides findings by rule",
            why: "Archive rules of IAM Access Analyzer, automation rules of Security Hub and filters of Macie and Inspector hide findings automatically, also those about an attack.",
            severity: Severity::Medium,
            tactics: &[Tactic::DefenseEvasion],
            techniques: &["T1562.001"],
            steps: &["9"],
            next: "Read the findings that the rule hid, then delete the rule; ask who created it",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["Findings that were reviewed and are known"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for (call, path, id, name) in RULES {
            let (noun, service, operation) = call;
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
                    .fact("Service", service)
                    .fact("Analyzer", item.asked("analyzerName"))
                    .say(&format!("{noun} rule {name} hides findings automatically"));
            }
        }
    }
}

/// Operation, path of the rules in the answer, members with id and name.
type Hides = (
    (&'static str, &'static str, &'static str),
    &'static str,
    &'static str,
    &'static str,
);

/// Rule types that hide findings.
const RULES: [Hides; 4] = [
    (
        ("IAM Access Analyzer", "accessanalyzer", "ListArchiveRules"),
        "archiveRules",
        "ruleName",
        "ruleName",
    ),
    (
        ("Security Hub", "securityhub", "ListAutomationRules"),
        "AutomationRulesMetadata",
        "RuleArn",
        "RuleName",
    ),
    (
        ("Macie", "macie2", "ListFindingsFilters"),
        "findingsFilterListItems",
        "arn",
        "name",
    ),
    (
        ("Inspector", "inspector2", "ListFilters"),
        "filters",
        "arn",
        "name",
    ),
];

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent};

    let rule = |status: &str| {
        answer(
            "securityhub:ListAutomationRules",
            json!({"AutomationRulesMetadata": [{"RuleArn": "arn:r", "RuleName": "r", "RuleStatus": status}]}),
        )
    };
    vec![
        misconfigured(vec![rule("ENABLED")]),
        silent(vec![rule("DISABLED")]),
    ]
}
