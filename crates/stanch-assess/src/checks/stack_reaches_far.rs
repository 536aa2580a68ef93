//! CloudFormation stack can create IAM users, or a StackSet reaches other accounts.
//!
//! It must not read other answers than those in its `needs`.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("cloudformation", "DescribeStacks"),
    each("cloudformation", "DescribeStackSet", "ListStackSets"),
    list("cloudformation", "ListTypes"),
];

/// The check.
pub(super) struct StackReachesFar;

impl Check for StackReachesFar {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "stack-reaches-far",
            title: "CloudFormation stack can create IAM users, or a StackSet reaches other accounts",
            why: "A stack that may create IAM users and roles creates them again after they are deleted. A StackSet does so in every account, and an extension runs code of its publisher.",
            severity: Severity::Low,
            tactics: &[Tactic::Persistence, Tactic::Execution],
            techniques: &["T1098", "T1648", "T1546"],
            steps: &["12"],
            next: "Review what the stack creates before you delete its resources one by one; keep its template",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["Most infrastructure as code"],
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
                // No evidence by itself; reported so that its creator can be evidence against it.
                found
                    .on(&item, "stack", item.text("StackId"), name)
                    .misconfiguration(Severity::Informational)
                    .fact("Role", item.text("RoleARN"))
                    .fact("Creation Time", item.text("CreationTime"))
                    .say(&format!(
                        "CloudFormation stack {name} can create IAM users and roles"
                    ));
            }
        }
        for item in account.items("cloudformation", "DescribeStackSet", "StackSet") {
            let (name, role) = (item.text("StackSetName"), item.text("AdministrationRoleARN"));
            let exposure = account.exposure_among(&[role]);
            shared(
                found,
                &item,
                ("stack-set", item.text("StackSetARN"), name),
                ("CloudFormation StackSet", "uses an administration role of"),
                &exposure,
                Severity::High,
            );
            if item.text("PermissionModel") == "SELF_MANAGED" {
                found
                    .on(&item, "stack-set", item.text("StackSetARN"), name)
                    .misconfiguration(Severity::Low)
                    .fact("Role", role)
                    .say(&format!(
                        "CloudFormation StackSet {name} creates resources in other accounts"
                    ));
            }
        }
        for item in account.items("cloudformation", "ListTypes", "TypeSummaries") {
            let (name, kind) = (item.text("TypeName"), item.text("Type"));
            let hook = kind == "HOOK";
            found
                .on(&item, "stack-extension", item.text("TypeArn"), name)
                .misconfiguration(if hook { Severity::Medium } else { Severity::Low })
                .fact("Extension Type", kind)
                .fact("Publisher", item.text("PublisherName"))
                .say(&format!(
                    "CloudFormation extension {name} runs its own code in stacks"
                ));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent};

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
        misconfigured(vec![stack("CAPABILITY_NAMED_IAM")]),
        misconfigured(vec![hook]),
        silent(vec![stack("CAPABILITY_AUTO_EXPAND")]),
    ]
}
