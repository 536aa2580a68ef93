//! A notebook runs a script at its start.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("sagemaker", "ListNotebookInstanceLifecycleConfigs"),
    list("sagemaker", "ListStudioLifecycleConfigs"),
    list("glue", "GetDevEndpoints"),
];

/// See the head of this file.
pub(super) struct NotebookStartScript;

impl Check for NotebookStartScript {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "notebook-start-script",
            title: "A notebook runs a script at its start",
            why: "A lifecycle configuration runs as root whenever a notebook starts, with the role of the notebook; a development endpoint does the same for whoever has its key.",
            severity: Severity::Low,
            tactics: &[Tactic::Persistence, Tactic::Execution],
            techniques: &["T1059", "T1546"],
            steps: &["12"],
            next: "look at the script in the console; stop the notebooks that use it, then delete it",
            needs: NEEDS,
            false_positives: &["Packages that a team installs"],
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
                    .fact("made", item.text("CreationTime"))
                    .fact("changed", item.text("LastModifiedTime"))
                    .say(&format!("script {name} runs as root when notebooks start"));
            }
        }
        for item in account.items("glue", "GetDevEndpoints", "DevEndpoints") {
            let name = item.text("EndpointName");
            found
                .on(&item, "development-endpoint", name, name)
                .suspicious(Severity::Medium)
                .fact("role", item.text("RoleArn"))
                .fact("address", item.text("PublicAddress"))
                .fact("made", item.text("CreatedTimestamp"))
                .say(&format!("endpoint {name} gives its role to whoever has its key"));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent, suspicious};

    let script = answer(
        "sagemaker:ListNotebookInstanceLifecycleConfigs",
        json!({"NotebookInstanceLifecycleConfigs": [{"NotebookInstanceLifecycleConfigName": "s", "NotebookInstanceLifecycleConfigArn": "arn:s"}]}),
    );
    let endpoint = answer(
        "glue:GetDevEndpoints",
        json!({"DevEndpoints": [{"EndpointName": "e", "RoleArn": "arn:r"}]}),
    );
    vec![
        misconfiguration(vec![script]),
        suspicious(vec![endpoint]),
        silent(vec![answer("glue:GetDevEndpoints", json!({"DevEndpoints": []}))]),
    ]
}
