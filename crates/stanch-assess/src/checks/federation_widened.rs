//! A way in or out by federation exists.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("iam", "ListSAMLProviders"),
    list("iam", "GetOutboundWebIdentityFederationInfo"),
    list("iam", "ListDelegationRequests"),
];

/// See the head of this file.
pub(super) struct FederationWidened;

impl Check for FederationWidened {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "federation-widened",
            title: "A way in or out by federation exists",
            why: "A SAML provider lets in whoever holds its certificate, outbound tokens let roles of this account sign in elsewhere, and a delegation request waits for somebody to accept it.",
            severity: Severity::Low,
            tactics: &[Tactic::Persistence, Tactic::InitialAccess],
            techniques: &["T1484.002", "T1098"],
            steps: &["12"],
            next: "ask who set it up; compare the certificate of the provider with that of the company",
            needs: NEEDS,
            false_positives: &["The sign-on of the company"],
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
                .fact("created", item.text("CreateDate"))
                .say(&format!(
                    "whoever holds the certificate of SAML provider {name} can enter"
                ));
        }
        for item in account.items("iam", "GetOutboundWebIdentityFederationInfo", "") {
            if item.is("JwtVendingEnabled") {
                found
                    .on(&item, "outbound-federation", account.id().as_str(), "")
                    .misconfiguration(Severity::Low)
                    .fact("issuer", item.text("IssuerIdentifier"))
                    .say("principals of this account can get tokens with which they sign in elsewhere");
            }
        }
        for item in account.items("iam", "ListDelegationRequests", "DelegationRequests") {
            let (id, state) = (item.text("DelegationRequestId"), item.text("State"));
            if !matches!(state, "REJECTED" | "EXPIRED") {
                found
                    .on(&item, "delegation-request", id, "")
                    .suspicious(Severity::Medium)
                    .fact("state", state)
                    .fact("asked by", item.text("RequestorName"))
                    .say(&format!(
                        "somebody outside asks to be given permissions ({state})"
                    ));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent, suspicious};

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
        misconfiguration(vec![provider]),
        misconfiguration(vec![outbound(true)]),
        suspicious(vec![request("PENDING_APPROVAL")]),
        silent(vec![outbound(false), request("EXPIRED")]),
    ]
}
