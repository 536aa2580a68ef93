//! A role trusts somebody who was deleted.
//!
//! It must not look at anything but the answers it names.

use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};
use stanch_iam::policy::Policy;

/// The answers it needs.
const NEEDS: &[Need] = &[list("iam", "GetAccountAuthorizationDetails")];

/// See the head of this file.
pub(super) struct RoleTrustsOrphan;

impl Check for RoleTrustsOrphan {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "role-trusts-orphan",
            title: "A role trusts somebody who was deleted",
            why: "An id in place of a name says that the trusted user or role is gone. It shows whom somebody once let in, and it hides who that was.",
            severity: Severity::Low,
            tactics: &[Tactic::Persistence],
            techniques: &["T1098"],
            steps: &["12"],
            next: "ask who that was (its id is in old logs), then take it out of the trust policy",
            needs: NEEDS,
            false_positives: &["A user who left, and whose role was forgotten"],
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
                    .fact("trusts", &id)
                    .fact("stack", &stack_of(item.at("Tags")))
                    .say(&format!("role {name} trusts {id}, which no longer exists"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, granting, misconfiguration, silent};

    let role = |principal: serde_json::Value| {
        answer(
            "iam:GetAccountAuthorizationDetails",
            json!({"RoleDetailList": [{"RoleName": "r", "Arn": "arn:aws:iam::111122223333:role/r",
            "AssumeRolePolicyDocument": granting(&principal, "sts:AssumeRole")}]}),
        )
    };
    vec![
        misconfiguration(vec![role(json!({"AWS": "AIDAQ3EGRIWA5EXAMPLE1"}))]),
        silent(vec![role(json!({"AWS": "arn:aws:iam::111122223333:user/alice"}))]),
    ]
}
