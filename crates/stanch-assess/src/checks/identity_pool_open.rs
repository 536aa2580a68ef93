//! Cognito identity pool gives credentials to unauthenticated users.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[each(
    "cognito-identity",
    "DescribeIdentityPool",
    "ListIdentityPools",
)];

/// The check.
pub(super) struct IdentityPoolOpen;

impl Check for IdentityPoolOpen {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "identity-pool-open",
            title: "Cognito identity pool gives credentials to unauthenticated users",
            why: "Unauthenticated users get credentials of a role in this account; everyone has the permissions of that role.",
            severity: Severity::Medium,
            tactics: &[Tactic::InitialAccess, Tactic::Persistence],
            techniques: &["T1078.004"],
            steps: &["12"],
            next: "Disable unauthenticated access in the identity pool, or delete a pool that nobody owns",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["An app whose exposure may do one harmless thing"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("cognito-identity", "DescribeIdentityPool", "") {
            let name = item.text("IdentityPoolName");
            if item.is("AllowUnauthenticatedIdentities") {
                found
                    .on(&item, "identity-pool", item.text("IdentityPoolId"), name)
                    .misconfiguration(Severity::Medium)
                    .say(&format!(
                        "Cognito identity pool {name} gives credentials to unauthenticated users"
                    ));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, misconfigured, silent};

    let pool = |open: bool| {
        asked(
            "cognito-identity:DescribeIdentityPool",
            json!({"IdentityPoolId": "p"}),
            json!({"IdentityPoolId": "p", "IdentityPoolName": "n", "AllowUnauthenticatedIdentities": open}),
        )
    };
    vec![misconfigured(vec![pool(true)]), silent(vec![pool(false)])]
}
