//! SageMaker lifecycle configuration or Glue development endpoint exists.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("sagemaker", "ListNotebookInstanceLifecycleConfigs"),
    list("sagemaker", "ListStudioLifecycleConfigs"),
    list("glue", "GetDevEndpoints"),
];

/// The check.
pub(super) struct NotebookStartScript;

impl Check for NotebookStartScript {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "notebook-start-script",
            title: "SageMaker lifecycle configuration or Glue development endpoint exists",
            why: "A lifecycle configuration runs as root whenever a notebook instance starts, with the role of the notebook. A Glue development endpoint gives its role to everyone who has its SSH key.",
            severity: Severity::Low,
            tactics: &[Tactic::Persistence, Tactic::Execution],
            techniques: &["T1059", "T1546"],
            steps: &["12"],
            next: "Read the script in the console; stop the notebook instances that use it, then delete it",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["Packages that a team installs"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for (operation, path, id, name) in [
            (
                "ListNotebookInstanceLifecycleConfigs",
                "NotebookInstanceLifecycleConfigs",
                "NotebookInstanceLifecycleConfigArn",
                "NotebookInstanceLifecycleConfigName",
            ),
            (
                "ListStudioLifecycleConfigs",
                "StudioLifecycleConfigs",
                "StudioLifecycleConfigArn",
                "StudioLifecycleConfigName",
            ),
        ] {
            for item in account.items("sagemaker", operation, path) {
                let name = item.text(name);
                found
                    .on(&item, "lifecycle-script", item.text(id), name)
                    .misconfiguration(Severity::Low)
                    .fact("Creation Time", item.text("CreationTime"))
                    .fact("Last Change", item.text("LastModifiedTime"))
                    .say(&format!(
                        "SageMaker lifecycle configuration {name} runs as root when notebooks start"
                    ));
            }
        }
        for item in account.items("glue", "GetDevEndpoints", "DevEndpoints") {
            let name = item.text("EndpointName");
            found
                .on(&item, "development-endpoint", name, name)
                .suspicious(Severity::Medium)
                .fact("Role", item.text("RoleArn"))
                .fact("Public Address", item.text("PublicAddress"))
                .fact("Creation Time", item.text("CreatedTimestamp"))
                .say(&format!(
                    "Glue development endpoint {name} gives its role to everyone who has its SSH key"
                ));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent, suspicious};

    let script = answer(
        "sagemaker:ListNotebookInstanceLifecycleConfigs",
        json!({"NotebookInstanceLifecycleConfigs": [{"NotebookInstanceLifecycleConfigName": "s", "NotebookInstanceLifecycleConfigArn": "arn:s"}]}),
    );
    let endpoint = answer(
        "glue:GetDevEndpoints",
        json!({"DevEndpoints": [{"EndpointName": "e", "RoleArn": "arn:r"}]}),
    );
    vec![
        misconfigured(vec![script]),
        suspicious(vec![endpoint]),
        silent(vec![answer("glue:GetDevEndpoints", json!({"DevEndpoints": []}))]),
    ]
}
