//! Calls of language models are not logged.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("bedrock", "GetModelInvocationLoggingConfiguration"),
    list("bedrock", "ListCustomModels"),
];

/// See the head of this file.
pub(super) struct InvocationsUnlogged;

impl Check for InvocationsUnlogged {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "invocations-unlogged",
            title: "Calls of language models are not logged",
            why: "Stolen keys are sold to call language models. Without the log nobody can tell what was asked, and intruders delete its settings first.",
            severity: Severity::Low,
            tactics: &[Tactic::DefenseEvasion, Tactic::Impact],
            techniques: &["T1562.008", "T1496"],
            steps: &["8"],
            next: "put the logging configuration back",
            needs: NEEDS,
            false_positives: &["An account that does not use Bedrock"],
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
                found.on(&item, "model-logging", region, "").misconfiguration(Severity::Medium).say(&format!("calls of language models in {region} are not logged, and models of the account are there"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent};

    let models = || {
        answer(
            "bedrock:ListCustomModels",
            json!({"modelSummaries": [{"modelName": "m"}]}),
        )
    };
    vec![
        misconfiguration(vec![
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
