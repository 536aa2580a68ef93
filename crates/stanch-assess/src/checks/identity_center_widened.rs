//! IAM Identity Center has a member account instance or a trusted token issuer.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("sso-admin", "ListInstances"),
    list("organizations", "DescribeOrganization"),
    each(
        "sso-admin",
        "DescribeTrustedTokenIssuer",
        "ListTrustedTokenIssuers",
    ),
];

/// The check.
pub(super) struct IdentityCenterWidened;

impl Check for IdentityCenterWidened {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "identity-center-widened",
            title: "IAM Identity Center has a member account instance or a trusted token issuer",
            why: "An Identity Center instance in a member account is a second sign-in that the organization does not see, and a trusted token issuer lets another system authenticate users.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence, Tactic::InitialAccess],
            techniques: &["T1098", "T1484.002", "T1136.003"],
            steps: &["3", "12"],
            next: "Ask who set it up; delete the instance or the issuer after evidence is saved",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A trial of IAM Identity Center in one account"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        let organization = account.items("organizations", "DescribeOrganization", "Organization");
        let manager = organization
            .first()
            .map_or("", |item| item.text("MasterAccountId"));
        for item in account.items("sso-admin", "ListInstances", "Instances") {
            let own = item.text("OwnerAccountId") == account.id().as_str();
            if own && !manager.is_empty() && manager != account.id().as_str() {
                let arn = item.text("InstanceArn");
                found
                    .on(&item, "identity-center", arn, item.text("Name"))
                    .suspicious(Severity::Medium)
                    .fact("Creation Time", item.text("CreatedDate"))
                    .say("This member account has its own IAM Identity Center instance");
            }
        }
        for item in account.items("sso-admin", "DescribeTrustedTokenIssuer", "") {
            let url = item.text("TrustedTokenIssuerConfiguration.OidcJwtConfiguration.IssuerUrl");
            let name = item.text("Name");
            found
                .on(&item, "token-issuer", item.text("TrustedTokenIssuerArn"), name)
                .misconfiguration(Severity::Medium)
                .fact("Issuer", url)
                .say(&format!(
                    "IAM Identity Center trusts tokens of {url} in place of a sign-in"
                ));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, answer, misconfigured, silent, suspicious};

    let organization = |manager: &str| {
        answer(
            "organizations:DescribeOrganization",
            json!({"Organization": {"MasterAccountId": manager}}),
        )
    };
    let instance = || {
        answer(
            "sso-admin:ListInstances",
            json!({"Instances": [{"InstanceArn": "arn:i", "OwnerAccountId": OWN}]}),
        )
    };
    let issuer = answer(
        "sso-admin:DescribeTrustedTokenIssuer",
        json!({"Name": "x", "TrustedTokenIssuerArn": "arn:t", "TrustedTokenIssuerConfiguration": {"OidcJwtConfiguration": {"IssuerUrl": "https://x.example"}}}),
    );
    vec![
        suspicious(vec![organization("444455556666"), instance()]),
        misconfigured(vec![issuer]),
        silent(vec![organization(OWN), instance()]),
    ]
}
