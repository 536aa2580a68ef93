//! A data catalog lets strangers in.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("glue", "GetResourcePolicies")];

/// See the head of this file.
pub(super) struct DataCatalogShared;

impl Check for DataCatalogShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "data-catalog-shared",
            title: "A data catalog lets strangers in",
            why: "A policy on the catalog of Glue shows another account every database and table, and may let it change where they point.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence, Tactic::Exfiltration],
            techniques: &["T1537", "T1098"],
            steps: &["12"],
            next: "glue delete-resource-policy",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have access: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("glue", "GetResourcePolicies", "GetResourcePoliciesResponseList") {
            let guests = account.guests(item.at("PolicyInJson"));
            let catalog = format!("catalog {}", item.region().as_str());
            shared(
                found,
                &item,
                ("data-catalog", &catalog, ""),
                &guests,
                Severity::Medium,
            );
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, answer, granting, silent, stranger, suspicious};

    let thing = |policy: serde_json::Value| {
        answer(
            "glue:GetResourcePolicies",
            json!({"GetResourcePoliciesResponseList": [{"PolicyInJson": policy.to_string()}]}),
        )
    };
    vec![
        suspicious(vec![thing(granting(&stranger(), "*"))]),
        silent(vec![thing(granting(&json!({"AWS": OWN}), "*"))]),
    ]
}
