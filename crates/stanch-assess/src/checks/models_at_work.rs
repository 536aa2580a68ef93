//! Bedrock provisioned throughput, imported model or code interpreter exists.
//!
//! It must not read other answers than those in its `needs`.

use super::support::days_ago;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("bedrock", "ListProvisionedModelThroughputs"),
    list("bedrock", "ListImportedModels"),
    list("bedrock-agentcore-control", "ListCodeInterpreters"),
];

/// The check.
pub(super) struct ModelsAtWork;

impl Check for ModelsAtWork {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "models-at-work",
            title: "Bedrock provisioned throughput, imported model or code interpreter exists",
            why: "Provisioned throughput of a model costs thousands of dollars a month; imported models and code interpreters run what they are asked to.",
            severity: Severity::Medium,
            tactics: &[Tactic::Impact],
            techniques: &["T1496", "T1496.004"],
            steps: &["12"],
            next: "Delete the provisioned throughput; ask who uses the models",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A team that builds on Bedrock"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items(
            "bedrock",
            "ListProvisionedModelThroughputs",
            "provisionedModelSummaries",
        ) {
            let name = item.text("provisionedModelName");
            let recent = days_ago(&item, item.text("creationTime")).is_some_and(|days| days <= 30);
            let draft = found.on(&item, "model-throughput", item.text("provisionedModelArn"), name);
            let draft = if recent {
                draft.suspicious(Severity::High)
            } else {
                draft.misconfiguration(Severity::Medium)
            };
            draft
                .fact("Model Units", &item.at("modelUnits").to_string())
                .fact("Commitment", item.text("commitmentDuration"))
                .fact("Creation Time", item.text("creationTime"))
                .say(&format!(
                    "Bedrock provisioned throughput {name} is billed by the hour"
                ));
        }
        for (noun, service, operation, path, id, name) in [
            (
                "Bedrock imported model",
                "bedrock",
                "ListImportedModels",
                "modelSummaries",
                "modelArn",
                "modelName",
            ),
            (
                "Bedrock AgentCore code interpreter",
                "bedrock-agentcore-control",
                "ListCodeInterpreters",
                "codeInterpreterSummaries",
                "codeInterpreterArn",
                "name",
            ),
        ] {
            for item in account.items(service, operation, path) {
                let (id, name) = (item.text(id), item.text(name));
                if id.contains(":aws:code-interpreter/") {
                    continue;
                }
                found
                    .on(&item, "model", id, name)
                    .misconfiguration(Severity::Low)
                    .say(&format!("{noun} {name} is available in the account"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent, suspicious};

    let throughput = |made: &str| {
        answer(
            "bedrock:ListProvisionedModelThroughputs",
            json!({"provisionedModelSummaries": [{"provisionedModelName": "m", "provisionedModelArn": "arn:m", "modelUnits": 1, "creationTime": made}]}),
        )
    };
    vec![
        suspicious(vec![throughput("2026-03-05T00:00:00Z")]),
        misconfigured(vec![throughput("2025-03-05T00:00:00Z")]),
        silent(vec![answer(
            "bedrock:ListProvisionedModelThroughputs",
            json!({"provisionedModelSummaries": []}),
        )]),
    ]
}
