//! IAM role trusts every token of an OIDC provider.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};
use stanch_iam::policy::Policy;

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("iam", "GetAccountAuthorizationDetails"),
    list("iam", "ListOpenIDConnectProviders"),
];

/// The check.
pub(super) struct RoleTrustsAnyToken;

impl Check for RoleTrustsAnyToken {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "role-trusts-any-token",
            title: "IAM role trusts every token of an OIDC provider",
            why: "A trust policy for web identity that names no subject accepts everyone with an account at the provider: for GitHub, every repository.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::InitialAccess],
            techniques: &["T1098", "T1199", "T1606"],
            steps: &["12"],
            next: "Name the subject in the trust policy (…:sub), or delete the role and the provider",
            needs: NEEDS,
            made_by: &[
                "CreateRole",
                "UpdateAssumeRolePolicy",
                "CreateOpenIDConnectProvider",
            ],
            harmless_when: &["A provider that issues tokens to one client only"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("iam", "GetAccountAuthorizationDetails", "RoleDetailList") {
            let Some(policy) = Policy::parse(item.at("AssumeRolePolicyDocument")) else {
                continue;
            };
            if policy
                .trusts(account.id().as_str())
                .words
                .contains(&"oidc-unconditioned")
            {
                let name = item.text("RoleName");
                found
                    .on(&item, "iam-role", item.text("Arn"), name)
                    .suspicious(Severity::High)
                    .fact("Stack", &stack_of(item.at("Tags")))
                    .say(&format!(
                        "IAM role {name} can be assumed with any token of its OIDC provider"
                    ));
            }
        }
        for item in account.items("iam", "ListOpenIDConnectProviders", "OpenIDConnectProviderList") {
            let arn = item.text("Arn");
            let host = arn.split_once(":oidc-provider/").map_or("", |(_, host)| host);
            if !host.is_empty() && !WELL_KNOWN.iter().any(|known| host.contains(known)) {
                found
                    .on(&item, "oidc-provider", arn, host)
                    .suspicious(Severity::Medium)
                    .say(&format!(
                        "IAM OIDC provider {host} is not a widely used provider: whoever runs it can issue tokens"
                    ));
            }
        }
    }
}

/// Parts of host names of providers that issue tokens for many customers.
const WELL_KNOWN: [&str; 11] = [
    "token.actions.githubusercontent.com",
    "gitlab.com",
    "app.terraform.io",
    "api.bitbucket.org",
    "oidc.circleci.com",
    "oidc.eks.",
    "accounts.google.com",
    "cognito-idp.",
    "login.microsoftonline.com",
    "sts.windows.net",
    ".okta.com",
];

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, silent, suspicious};

    let role = |condition: serde_json::Value| {
        answer(
            "iam:GetAccountAuthorizationDetails",
            json!({"RoleDetailList": [{"RoleName": "r", "Arn": "arn:aws:iam::111122223333:role/r",
            "AssumeRolePolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Condition": condition,
                "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}}]}}]}),
        )
    };
    let provider = |host: &str| {
        answer(
            "iam:ListOpenIDConnectProviders",
            json!({"OpenIDConnectProviderList": [{"Arn": format!("arn:aws:iam::111122223333:oidc-provider/{host}")}]}),
        )
    };
    vec![
        suspicious(vec![role(json!({}))]),
        suspicious(vec![provider("id.example.net")]),
        silent(vec![
            role(
                json!({"StringEquals": {"token.actions.githubusercontent.com:sub": "repo:acme/app:ref:refs/heads/main"}}),
            ),
            provider("token.actions.githubusercontent.com"),
        ]),
    ]
}
