//! IAM identity federation or delegation request exists.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("iam", "ListSAMLProviders"),
    list("iam", "GetOutboundWebIdentityFederationInfo"),
    list("iam", "ListDelegationRequests"),
];

/// The check.
pub(super) struct FederationWidened;

impl Check for FederationWidened {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "federation-widened",
            title: "IAM identity federation or delegation request exists",
            why: "Whoever controls the signing certificate of a SAML provider can sign in, outbound tokens let roles of this account sign in elsewhere, and a delegation request waits for someone to accept it.",
            severity: Severity::Low,
            tactics: &[Tactic::Persistence, Tactic::InitialAccess],
            techniques: &["T1484.002", "T1098"],
            steps: &["12"],
            next: "Ask who set it up; compare the certificate of the SAML provider with your identity provider's",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["Single sign-on of the company"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("iam", "ListSAMLProviders", "SAMLProviderList") {
            let arn = item.text("Arn");
            let name = arn.rsplit('/').next().unwrap_or(arn);
            // Says nothing alone; it stands here so that who made or changed it can speak against it.
            found
                .on(&item, "saml-provider", arn, name)
                .misconfiguration(Severity::Informational)
                .fact("Creation Time", item.text("CreateDate"))
                .say(&format!(
                    "IAM SAML provider {name} lets its identity provider sign users in"
                ));
        }
        for item in account.items("iam", "GetOutboundWebIdentityFederationInfo", "") {
            if item.is("JwtVendingEnabled") {
                found
                    .on(&item, "outbound-federation", account.id().as_str(), "")
                    .misconfiguration(Severity::Low)
                    .fact("Issuer", item.text("IssuerIdentifier"))
                    .say("IAM outbound identity federation is enabled: principals of this account can get tokens for external services");
            }
        }
        for item in account.items("iam", "ListDelegationRequests", "DelegationRequests") {
            let (id, state) = (item.text("DelegationRequestId"), item.text("State"));
            if !matches!(state, "REJECTED" | "EXPIRED") {
                found
                    .on(&item, "delegation-request", id, "")
                    .suspicious(Severity::Medium)
                    .fact("State", state)
                    .fact("Requester", item.text("RequestorName"))
                    .say(&format!(
                        "IAM delegation request from an external party ({state})"
                    ));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent, suspicious};

    let outbound = |on: bool| {
        answer(
            "iam:GetOutboundWebIdentityFederationInfo",
            json!({"JwtVendingEnabled": on}),
        )
    };
    let request = |state: &str| {
        answer(
            "iam:ListDelegationRequests",
            json!({"DelegationRequests": [{"DelegationRequestId": "d", "State": state, "RequestorName": "x"}]}),
        )
    };
    let provider = answer(
        "iam:ListSAMLProviders",
        json!({"SAMLProviderList": [{"Arn": "arn:aws:iam::111122223333:saml-provider/corp"}]}),
    );
    vec![
        misconfigured(vec![provider]),
        misconfigured(vec![outbound(true)]),
        suspicious(vec![request("PENDING_APPROVAL")]),
        silent(vec![outbound(false), request("EXPIRED")]),
    ]
}
