//! A resource share reaches another account.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("ram", "GetResourceShareAssociations")];

/// See the head of this file.
pub(super) struct ShareWithStranger;

impl Check for ShareWithStranger {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "share-with-stranger",
            title: "A resource share reaches another account",
            why: "Resource Access Manager gives networks, hosts and more to the accounts that a share names.",
            severity: Severity::Medium,
            tactics: &[Tactic::Exfiltration, Tactic::Persistence],
            techniques: &["T1537"],
            steps: &["12"],
            next: "ram disassociate-resource-share",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have it: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("ram", "GetResourceShareAssociations", "resourceShareAssociations") {
            let names: Vec<&str> = vec![item.text("associatedEntity")];
            let guests = account.guests_among(&names);
            shared(
                found,
                &item,
                ("resource-share", item.text("resourceShareArn"), ""),
                &guests,
                Severity::Medium,
            );
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, STRANGER, asked, silent, suspicious};

    let thing = |body: serde_json::Value| {
        asked(
            "ram:GetResourceShareAssociations",
            json!({"associationType": "PRINCIPAL"}),
            body,
        )
    };
    vec![
        suspicious(vec![thing(
            json!({"resourceShareAssociations": [{"resourceShareArn": "s", "associatedEntity": STRANGER}]}),
        )]),
        silent(vec![thing(
            json!({"resourceShareAssociations": [{"resourceShareArn": "s", "associatedEntity": OWN}]}),
        )]),
    ]
}
