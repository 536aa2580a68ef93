//! AWS Organizations service control policies are disabled or not attached.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::json_path::text;
use stanch_core::{Severity, Tactic};
use std::collections::BTreeSet;

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("organizations", "ListRoots"),
    list("organizations", "ListPolicies"),
    each("organizations", "ListTargetsForPolicy", "ListPolicies"),
];

/// The check.
pub(super) struct OrganizationUnguarded;

impl Check for OrganizationUnguarded {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "organization-unguarded",
            title: "AWS Organizations service control policies are disabled or not attached",
            why: "Service control policies are the only limit on an administrator of a member account. A disabled or unattached policy limits nobody.",
            severity: Severity::Medium,
            tactics: &[Tactic::DefenseEvasion],
            techniques: &["T1562", "T1484"],
            steps: &["5", "14"],
            next: "Enable the policy type at the root, and attach the policy where it was attached",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["An organization that never used service control policies"],
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
                    .say("Service control policies are disabled for the organization");
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
                    .fact("Policy ID", id)
                    .say(&format!(
                        "AWS Organizations policy {name} is attached to no target"
                    ));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, asked, misconfigured, silent};

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
        misconfigured(vec![root("PENDING_DISABLE")]),
        misconfigured(vec![policy(), targets(json!([]))]),
        silent(vec![
            root("ENABLED"),
            policy(),
            targets(json!([{"TargetId": "r-1"}])),
        ]),
    ]
}
