//! Bedrock model invocations are not logged.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("bedrock", "GetModelInvocationLoggingConfiguration"),
    list("bedrock", "ListCustomModels"),
];

/// The check.
pub(super) struct InvocationsUnlogged;

impl Check for InvocationsUnlogged {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "invocations-unlogged",
            title: "Bedrock model invocations are not logged",
            why: "Stolen keys are sold for model invocations. Without model invocation logging nobody can tell what was asked, and attackers delete the logging configuration first.",
            severity: Severity::Low,
            tactics: &[Tactic::DefenseEvasion, Tactic::Impact],
            techniques: &["T1562.008", "T1496"],
            steps: &["8"],
            next: "Restore the model invocation logging configuration",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["An account that does not use Bedrock"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        let in_use: std::collections::BTreeSet<_> = account
            .items("bedrock", "ListCustomModels", "modelSummaries")
            .iter()
            .map(|item| item.region().clone())
            .collect();
        for item in account.items("bedrock", "GetModelInvocationLoggingConfiguration", "") {
            if item.at("loggingConfig").is_null() && in_use.contains(item.region()) {
                let region = item.region().as_str();
                found.on(&item, "model-logging", region, "").misconfiguration(Severity::Medium).say(&format!("Bedrock model invocations in {region} are not logged, and the account has custom models there"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent};

    let models = || {
        answer(
            "bedrock:ListCustomModels",
            json!({"modelSummaries": [{"modelName": "m"}]}),
        )
    };
    vec![
        misconfigured(vec![
            models(),
            answer("bedrock:GetModelInvocationLoggingConfiguration", json!({})),
        ]),
        silent(vec![
            models(),
            answer(
                "bedrock:GetModelInvocationLoggingConfiguration",
                json!({"loggingConfig": {"s3Config": {}}}),
            ),
        ]),
    ]
}
