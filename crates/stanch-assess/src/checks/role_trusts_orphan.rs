//! IAM role trusts a deleted user or role.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};
use stanch_iam::policy::Policy;

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("iam", "GetAccountAuthorizationDetails")];

/// The check.
pub(super) struct RoleTrustsOrphan;

impl Check for RoleTrustsOrphan {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "role-trusts-orphan",
            title: "IAM role trusts a deleted user or role",
            why: "A unique ID instead of an ARN means that the trusted user or role was deleted. It shows that someone had access, and hides who it was.",
            severity: Severity::Low,
            tactics: &[Tactic::Persistence],
            techniques: &["T1098"],
            steps: &["12"],
            next: "Find the ID in old logs, then remove it from the trust policy",
            needs: NEEDS,
            made_by: &["CreateRole", "UpdateAssumeRolePolicy"],
            harmless_when: &["A user who left, whose role was forgotten"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("iam", "GetAccountAuthorizationDetails", "RoleDetailList") {
            let Some(policy) = Policy::parse(item.at("AssumeRolePolicyDocument")) else {
                continue;
            };
            for id in policy.orphans() {
                let name = item.text("RoleName");
                found
                    .on(&item, "iam-role", item.text("Arn"), name)
                    .misconfiguration(Severity::Low)
                    .fact("Trusted Principal", &id)
                    .fact("Stack", &stack_of(item.at("Tags")))
                    .say(&format!("IAM role {name} trusts {id}, which no longer exists"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, granting, misconfigured, silent};

    let role = |principal: serde_json::Value| {
        answer(
            "iam:GetAccountAuthorizationDetails",
            json!({"RoleDetailList": [{"RoleName": "r", "Arn": "arn:aws:iam::111122223333:role/r",
            "AssumeRolePolicyDocument": granting(&principal, "sts:AssumeRole")}]}),
        )
    };
    vec![
        misconfigured(vec![role(json!({"AWS": "AIDAQ3EGRIWA5EXAMPLE1"}))]),
        silent(vec![role(json!({"AWS": "arn:aws:iam::111122223333:user/alice"}))]),
    ]
}
