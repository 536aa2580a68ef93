//! Language models run at the cost of the account.
//!
//! It must not look at anything but the answers it names.

use super::support::days_ago;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("bedrock", "ListProvisionedModelThroughputs"),
    list("bedrock", "ListImportedModels"),
    list("bedrock-agentcore-control", "ListCodeInterpreters"),
];

/// See the head of this file.
pub(super) struct ModelsAtWork;

impl Check for ModelsAtWork {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "models-at-work",
            title: "Language models run at the cost of the account",
            why: "Reserved throughput of a model costs thousands a month, and interpreters and imported models run whatever they are told.",
            severity: Severity::Medium,
            tactics: &[Tactic::Impact],
            techniques: &["T1496", "T1496.004"],
            steps: &["12"],
            next: "delete the throughput; ask who uses the models",
            needs: NEEDS,
            false_positives: &["A team that builds on language models"],
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
                .fact("units", &item.at("modelUnits").to_string())
                .fact("bound for", item.text("commitmentDuration"))
                .fact("made", item.text("creationTime"))
                .say(&format!("throughput {name} of a model is paid by the hour"));
        }
        for (service, operation, path, id, name) in [
            (
                "bedrock",
                "ListImportedModels",
                "modelSummaries",
                "modelArn",
                "modelName",
            ),
            (
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
                    .say(&format!("{name} runs at the cost of the account"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent, suspicious};

    let throughput = |made: &str| {
        answer(
            "bedrock:ListProvisionedModelThroughputs",
            json!({"provisionedModelSummaries": [{"provisionedModelName": "m", "provisionedModelArn": "arn:m", "modelUnits": 1, "creationTime": made}]}),
        )
    };
    vec![
        suspicious(vec![throughput("2026-03-05T00:00:00Z")]),
        misconfiguration(vec![throughput("2025-03-05T00:00:00Z")]),
        silent(vec![answer(
            "bedrock:ListProvisionedModelThroughputs",
            json!({"provisionedModelSummaries": []}),
        )]),
    ]
}
