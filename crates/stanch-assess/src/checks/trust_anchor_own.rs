//! A trust anchor holds a certificate authority of its own.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("rolesanywhere", "ListTrustAnchors")];

/// See the head of this file.
pub(super) struct TrustAnchorOwn;

impl Check for TrustAnchorOwn {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "trust-anchor-own",
            title: "A trust anchor holds a certificate authority of its own",
            why: "Roles Anywhere lets everybody in who shows a certificate of the authority: an intruder brings one of their own.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence],
            techniques: &["T1098.001", "T1556"],
            steps: &["12"],
            next: "disable-trust-anchor, then revoke the sessions of the roles behind it",
            needs: NEEDS,
            false_positives: &["A company authority that was uploaded on purpose"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("rolesanywhere", "ListTrustAnchors", "trustAnchors") {
            let name = item.text("name");
            if item.text("source.sourceType") == "CERTIFICATE_BUNDLE" && item.is("enabled") {
                found
                    .on(&item, "trust-anchor", item.text("trustAnchorArn"), name)
                    .suspicious(Severity::High)
                    .fact("created", item.text("createdAt"))
                    .say(&format!(
                        "trust anchor {name} lets in whoever has a certificate of an uploaded authority"
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
