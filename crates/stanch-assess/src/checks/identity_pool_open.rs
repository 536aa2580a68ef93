//! An identity pool gives credentials to guests.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each(
    "cognito-identity",
    "DescribeIdentityPool",
    "ListIdentityPools",
)];

/// See the head of this file.
pub(super) struct IdentityPoolOpen;

impl Check for IdentityPoolOpen {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "identity-pool-open",
            title: "An identity pool gives credentials to guests",
            why: "Guests get credentials of a role in this account without signing in; what that role may, everybody may.",
            severity: Severity::Medium,
            tactics: &[Tactic::InitialAccess, Tactic::Persistence],
            techniques: &["T1078.004"],
            steps: &["12"],
            next: "switch guests off in the pool, or delete a pool that nobody owns",
            needs: NEEDS,
            false_positives: &["An app whose guests may do one harmless thing"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("cognito-identity", "DescribeIdentityPool", "") {
            let name = item.text("IdentityPoolName");
            if item.is("AllowUnauthenticatedIdentities") {
                found
                    .on(&item, "identity-pool", item.text("IdentityPoolId"), name)
                    .misconfiguration(Severity::Medium)
                    .say(&format!("identity pool {name} gives credentials to everybody"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, misconfiguration, silent};

    let pool = |open: bool| {
        asked(
            "cognito-identity:DescribeIdentityPool",
            json!({"IdentityPoolId": "p"}),
            json!({"IdentityPoolId": "p", "IdentityPoolName": "n", "AllowUnauthenticatedIdentities": open}),
        )
    };
    vec![misconfiguration(vec![pool(true)]), silent(vec![pool(false)])]
}
