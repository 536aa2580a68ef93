//! A document runs on machines again and again.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};
use std::collections::BTreeSet;

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("ssm", "ListAssociations"),
    each(
        "ssm",
        "DescribeMaintenanceWindowTasks",
        "DescribeMaintenanceWindows",
    ),
    list("ssm", "ListDocuments"),
];

/// See the head of this file.
pub(super) struct AssociationRunsAgain;

impl Check for AssociationRunsAgain {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "association-runs-again",
            title: "A document runs on machines again and again",
            why: "An association or a maintenance window runs its document on every machine at its hour: whatever was cleaned comes back.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence, Tactic::Execution],
            techniques: &["T1053", "T1651"],
            steps: &["12"],
            next: "delete the association or the task before the machines are cleaned",
            needs: NEEDS,
            false_positives: &["Patching, and agents that are kept up to date"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        let own: BTreeSet<&str> = account
            .items("ssm", "ListDocuments", "DocumentIdentifiers")
            .iter()
            .map(|item| item.text("Name"))
            .collect();
        for item in account.items("ssm", "ListAssociations", "Associations") {
            let (document, id) = (item.text("Name"), item.text("AssociationId"));
            let guests = account.guests_among(&[document]);
            shared(
                found,
                &item,
                ("association", id, item.text("AssociationName")),
                &guests,
                Severity::High,
            );
            let everywhere = item
                .list("Targets.Values")
                .into_iter()
                .flat_map(|values| values.as_array().into_iter().flatten().chain(Some(values)))
                .any(|value| value.as_str() == Some("*"));
            let runs = own.contains(document) || SHELLS.contains(&document);
            let draft = found.on(&item, "association", id, item.text("AssociationName"));
            let draft = if runs && everywhere {
                draft.suspicious(Severity::Medium)
            } else {
                draft.misconfiguration(Severity::Informational)
            };
            draft
                .fact("document", document)
                .fact("when", item.text("ScheduleExpression"))
                .say(&format!(
                    "document {document} runs{} again and again",
                    if everywhere { " on every machine" } else { "" }
                ));
        }
        for item in account.items("ssm", "DescribeMaintenanceWindowTasks", "Tasks") {
            let (task, id) = (item.text("TaskArn"), item.text("WindowTaskId"));
            let guests = account.guests_among(&[task, item.text("ServiceRoleArn")]);
            shared(
                found,
                &item,
                ("maintenance-task", id, item.text("Name")),
                &guests,
                Severity::High,
            );
            let draft = found.on(&item, "maintenance-task", id, item.text("Name"));
            let draft = if SHELLS.contains(&task) {
                draft.misconfiguration(Severity::Medium)
            } else {
                draft.misconfiguration(Severity::Informational)
            };
            draft
                .fact("window", item.asked("WindowId"))
                .fact("runs", task)
                .say(&format!("window {} runs {task}", item.asked("WindowId")));
        }
    }
}

/// Documents of AWS that run whatever they are told
/// (<https://docs.aws.amazon.com/systems-manager/latest/userguide/documents.html>).
const SHELLS: [&str; 5] = [
    "AWS-RunShellScript",
    "AWS-RunPowerShellScript",
    "AWS-RunRemoteScript",
    "AWS-RunDocument",
    "AWS-ApplyAnsiblePlaybooks",
];

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent, suspicious};

    let association = |document: &str, target: &str| {
        answer(
            "ssm:ListAssociations",
            json!({"Associations": [{"Name": document, "AssociationId": "a", "Targets": [{"Key": "InstanceIds", "Values": [target]}]}]}),
        )
    };
    vec![
        suspicious(vec![association("AWS-RunShellScript", "*")]),
        misconfiguration(vec![association("AWS-GatherSoftwareInventory", "*")]),
        silent(vec![answer("ssm:ListAssociations", json!({"Associations": []}))]),
    ]
}
