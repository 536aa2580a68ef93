//! A private certificate authority lets strangers in.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("acm-pca", "GetPolicy", "ListCertificateAuthorities")];

/// See the head of this file.
pub(super) struct AuthorityShared;

impl Check for AuthorityShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "authority-shared",
            title: "A private certificate authority lets strangers in",
            why: "Whoever may issue from a private authority can pass for any machine or person that trusts it, also in Roles Anywhere.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::Exfiltration],
            techniques: &["T1537", "T1098"],
            steps: &["12"],
            next: "acm-pca delete-policy; look for certificates that were issued since",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have access: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("acm-pca", "GetPolicy", "") {
            let guests = account.guests(item.at("Policy"));
            shared(
                found,
                &item,
                ("certificate-authority", item.asked("ResourceArn"), ""),
                &guests,
                Severity::High,
            );
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, asked, granting, silent, stranger, suspicious};

    let thing = |policy: serde_json::Value| {
        asked(
            "acm-pca:GetPolicy",
            json!({"ResourceArn": "arn:aws:acm-pca:us-east-1:111122223333:certificate-authority/1"}),
            json!({"Policy": policy.to_string()}),
        )
    };
    vec![
        suspicious(vec![thing(granting(&stranger(), "*"))]),
        suspicious(vec![thing(granting(&json!("*"), "*"))]),
        silent(vec![thing(granting(&json!({"AWS": OWN}), "*"))]),
    ]
}
