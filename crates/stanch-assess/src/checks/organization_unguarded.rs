//! Guardrails of the organization are off.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::json_path::text;
use stanch_core::{Severity, Tactic};
use std::collections::BTreeSet;

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("organizations", "ListRoots"),
    list("organizations", "ListPolicies"),
    each("organizations", "ListTargetsForPolicy", "ListPolicies"),
];

/// See the head of this file.
pub(super) struct OrganizationUnguarded;

impl Check for OrganizationUnguarded {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "organization-unguarded",
            title: "Guardrails of the organization are off",
            why: "Service control policies are all that binds an administrator of a member account. Switched off, or attached to nothing, they bind nobody.",
            severity: Severity::Medium,
            tactics: &[Tactic::DefenseEvasion],
            techniques: &["T1562", "T1484"],
            steps: &["5", "14"],
            next: "enable the policy type at the root, and attach the policy where it was",
            needs: NEEDS,
            false_positives: &["An organization that never used them"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("organizations", "ListRoots", "Roots") {
            let on = item.list("PolicyTypes").into_iter().any(|kind| {
                text(kind, "Type") == "SERVICE_CONTROL_POLICY" && text(kind, "Status") == "ENABLED"
            });
            if !on {
                found
                    .on(&item, "organization-root", item.text("Arn"), item.text("Id"))
                    .misconfiguration(Severity::Medium)
                    .say("service control policies are switched off for the organization");
            }
        }
        let attached: BTreeSet<&str> = account
            .items("organizations", "ListTargetsForPolicy", "Targets")
            .iter()
            .map(|item| item.asked("PolicyId"))
            .collect();
        // A policy whose targets were not read is not judged.
        let read: BTreeSet<&str> = account
            .items("organizations", "ListTargetsForPolicy", "")
            .iter()
            .map(|item| item.asked("PolicyId"))
            .collect();
        for item in account.items("organizations", "ListPolicies", "Policies") {
            let (id, name) = (item.text("Id"), item.text("Name"));
            if !item.is("AwsManaged") && read.contains(id) && !attached.contains(id) {
                found
                    .on(&item, "organization-policy", item.text("Arn"), name)
                    .misconfiguration(Severity::Medium)
                    .fact("id", id)
                    .say(&format!(
                        "policy {name} of the organization is attached to nothing"
                    ));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, asked, misconfiguration, silent};

    let root = |status: &str| {
        answer(
            "organizations:ListRoots",
            json!({"Roots": [{"Id": "r-1", "Arn": "arn:r", "PolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": status}]}]}),
        )
    };
    let policy = || {
        answer(
            "organizations:ListPolicies",
            json!({"Policies": [{"Id": "p-1", "Arn": "arn:p", "Name": "no-leaving", "AwsManaged": false}]}),
        )
    };
    let targets = |targets: serde_json::Value| {
        asked(
            "organizations:ListTargetsForPolicy",
            json!({"PolicyId": "p-1"}),
            json!({"Targets": targets}),
        )
    };
    vec![
        misconfiguration(vec![root("PENDING_DISABLE")]),
        misconfiguration(vec![policy(), targets(json!([]))]),
        silent(vec![
            root("ENABLED"),
            policy(),
            targets(json!([{"TargetId": "r-1"}])),
        ]),
    ]
}
