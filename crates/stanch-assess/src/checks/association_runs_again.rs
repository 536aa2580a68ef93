//! SSM association or maintenance window runs a document repeatedly.
//!
//! It must not read other answers than those in its `needs`.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};
use std::collections::BTreeSet;

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("ssm", "ListAssociations"),
    each(
        "ssm",
        "DescribeMaintenanceWindowTasks",
        "DescribeMaintenanceWindows",
    ),
    list("ssm", "ListDocuments"),
];

/// The check.
pub(super) struct AssociationRunsAgain;

impl Check for AssociationRunsAgain {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "association-runs-again",
            title: "SSM association or maintenance window runs a document repeatedly",
            why: "An association or a maintenance window runs its document on every target at each scheduled time, so a removed backdoor is installed again.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence, Tactic::Execution],
            techniques: &["T1053", "T1651"],
            steps: &["12"],
            next: "Delete the association or the maintenance window task before you clean the instances",
            needs: NEEDS,
            made_by: &[
                "CreateAssociation",
                "UpdateAssociation",
                "RegisterTaskWithMaintenanceWindow",
            ],
            harmless_when: &["Patching, and agents that are kept up to date"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        let own: BTreeSet<_> = account
            .items("ssm", "ListDocuments", "DocumentIdentifiers")
            .iter()
            .map(|item| (item.region(), item.text("Name")))
            .collect();
        for item in account.items("ssm", "ListAssociations", "Associations") {
            let (document, id) = (item.text("Name"), item.text("AssociationId"));
            let exposure = account.exposure_among(&[document]);
            shared(
                found,
                &item,
                ("association", id, item.text("AssociationName")),
                ("SSM association", "runs a document of"),
                &exposure,
                Severity::High,
            );
            let everywhere = item
                .list("Targets.Values")
                .into_iter()
                .flat_map(|values| values.as_array().into_iter().flatten().chain(Some(values)))
                .any(|value| value.as_str() == Some("*"));
            let runs = own.contains(&(item.region(), document)) || SHELLS.contains(&document);
            let draft = found.on(&item, "association", id, item.text("AssociationName"));
            let draft = if runs && everywhere {
                draft.suspicious(Severity::Medium)
            } else {
                draft.misconfiguration(Severity::Informational)
            };
            draft
                .fact("Document", document)
                .fact("Schedule", item.text("ScheduleExpression"))
                .say(&format!(
                    "SSM association runs document {document} repeatedly{}",
                    if everywhere { " on every instance" } else { "" }
                ));
        }
        maintenance_tasks(account, found);
    }
}

/// Tasks of maintenance windows.
fn maintenance_tasks(account: &AccountState<'_>, found: &mut Findings) {
    for item in account.items("ssm", "DescribeMaintenanceWindowTasks", "Tasks") {
        let (task, id) = (item.text("TaskArn"), item.text("WindowTaskId"));
        let exposure = account.exposure_among(&[task, item.text("ServiceRoleArn")]);
        shared(
            found,
            &item,
            ("maintenance-task", id, item.text("Name")),
            ("SSM maintenance window task", "uses a resource of"),
            &exposure,
            Severity::High,
        );
        let draft = found.on(&item, "maintenance-task", id, item.text("Name"));
        let draft = if SHELLS.contains(&task) {
            draft.misconfiguration(Severity::Medium)
        } else {
            draft.misconfiguration(Severity::Informational)
        };
        draft
            .fact("Maintenance Window", item.asked("WindowId"))
            .fact("Task", task)
            .say(&format!(
                "SSM maintenance window {} runs {task}",
                item.asked("WindowId")
            ));
    }
}

/// AWS documents that run any command they are given
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

    use crate::contract::{answer, misconfigured, silent, suspicious};

    let association = |document: &str, target: &str| {
        answer(
            "ssm:ListAssociations",
            json!({"Associations": [{"Name": document, "AssociationId": "a", "Targets": [{"Key": "InstanceIds", "Values": [target]}]}]}),
        )
    };
    vec![
        suspicious(vec![association("AWS-RunShellScript", "*")]),
        misconfigured(vec![association("AWS-GatherSoftwareInventory", "*")]),
        silent(vec![answer("ssm:ListAssociations", json!({"Associations": []}))]),
    ]
}
