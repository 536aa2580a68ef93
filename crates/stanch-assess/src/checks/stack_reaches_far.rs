//! A stack makes identities, or reaches other accounts.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("cloudformation", "DescribeStacks"),
    each("cloudformation", "DescribeStackSet", "ListStackSets"),
    list("cloudformation", "ListTypes"),
];

/// See the head of this file.
pub(super) struct StackReachesFar;

impl Check for StackReachesFar {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "stack-reaches-far",
            title: "A stack makes identities, or reaches other accounts",
            why: "A stack that may make users and roles makes them again when they are deleted. A stack set does so in every account, and an extension runs code of its publisher.",
            severity: Severity::Low,
            tactics: &[Tactic::Persistence, Tactic::Execution],
            techniques: &["T1098", "T1648", "T1546"],
            steps: &["12"],
            next: "look at what the stack makes before its things are deleted one by one; keep its template",
            needs: NEEDS,
            false_positives: &["Most infrastructure as code"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("cloudformation", "DescribeStacks", "Stacks") {
            let able = item
                .list("Capabilities")
                .into_iter()
                .any(|word| word.as_str().is_some_and(|word| word.ends_with("IAM")));
            if able && !item.text("StackStatus").starts_with("DELETE_COMPLETE") {
                let name = item.text("StackName");
                // Says nothing alone; it stands here so that who made it can speak against it.
                found
                    .on(&item, "stack", item.text("StackId"), name)
                    .misconfiguration(Severity::Informational)
                    .fact("role", item.text("RoleARN"))
                    .fact("made", item.text("CreationTime"))
                    .say(&format!("stack {name} may make users and roles"));
            }
        }
        for item in account.items("cloudformation", "DescribeStackSet", "StackSet") {
            let (name, role) = (item.text("StackSetName"), item.text("AdministrationRoleARN"));
            let guests = account.guests_among(&[role]);
            shared(
                found,
                &item,
                ("stack-set", item.text("StackSetARN"), name),
                &guests,
                Severity::High,
            );
            if item.text("PermissionModel") == "SELF_MANAGED" {
                found
                    .on(&item, "stack-set", item.text("StackSetARN"), name)
                    .misconfiguration(Severity::Low)
                    .fact("role", role)
                    .say(&format!("stack set {name} makes things in other accounts"));
            }
        }
        for item in account.items("cloudformation", "ListTypes", "TypeSummaries") {
            let (name, kind) = (item.text("TypeName"), item.text("Type"));
            let hook = kind == "HOOK";
            found
                .on(&item, "stack-extension", item.text("TypeArn"), name)
                .misconfiguration(if hook { Severity::Medium } else { Severity::Low })
                .fact("kind", kind)
                .fact("publisher", item.text("PublisherName"))
                .say(&format!("extension {name} runs its own code in stacks"));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent};

    let stack = |word: &str| {
        answer(
            "cloudformation:DescribeStacks",
            json!({"Stacks": [{"StackName": "s", "StackId": "arn:s", "StackStatus": "CREATE_COMPLETE", "Capabilities": [word]}]}),
        )
    };
    let hook = answer(
        "cloudformation:ListTypes",
        json!({"TypeSummaries": [{"Type": "HOOK", "TypeName": "A::B::C", "TypeArn": "arn:h"}]}),
    );
    vec![
        misconfiguration(vec![stack("CAPABILITY_NAMED_IAM")]),
        misconfiguration(vec![hook]),
        silent(vec![stack("CAPABILITY_AUTO_EXPAND")]),
    ]
}
