//! IAM Roles Anywhere trust anchor uses an uploaded certificate authority.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("rolesanywhere", "ListTrustAnchors")];

/// The check.
pub(super) struct TrustAnchorOwn;

impl Check for TrustAnchorOwn {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "trust-anchor-own",
            title: "IAM Roles Anywhere trust anchor uses an uploaded certificate authority",
            why: "IAM Roles Anywhere gives access to everyone with a certificate of the certificate authority. Attackers upload their own.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence],
            techniques: &["T1098.001", "T1556"],
            steps: &["12"],
            next: "Disable the trust anchor, then revoke the sessions of the roles behind it",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A company certificate authority that was uploaded on purpose"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("rolesanywhere", "ListTrustAnchors", "trustAnchors") {
            let name = item.text("name");
            if item.text("source.sourceType") == "CERTIFICATE_BUNDLE" && item.is("enabled") {
                found
                    .on(&item, "trust-anchor", item.text("trustAnchorArn"), name)
                    .suspicious(Severity::High)
                    .fact("Creation Time", item.text("createdAt"))
                    .say(&format!(
                        "IAM Roles Anywhere trust anchor {name} accepts certificates of an uploaded certificate authority"
                    ));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, silent, suspicious};

    let anchor = |kind: &str| {
        answer(
            "rolesanywhere:ListTrustAnchors",
            json!({"trustAnchors": [{"name": "ca", "trustAnchorArn": "a", "enabled": true, "source": {"sourceType": kind}}]}),
        )
    };
    vec![
        suspicious(vec![anchor("CERTIFICATE_BUNDLE")]),
        silent(vec![anchor("AWS_ACM_PCA")]),
    ]
}
