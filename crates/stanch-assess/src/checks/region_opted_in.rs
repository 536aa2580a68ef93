//! A region was switched on.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("account", "ListRegions")];

/// See the head of this file.
pub(super) struct RegionOptedIn;

impl Check for RegionOptedIn {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "region-opted-in",
            title: "A region was switched on",
            why: "A region that the account had to opt into is one that nobody watches: machines run there unseen, and no detector stands there.",
            severity: Severity::Low,
            tactics: &[Tactic::DefenseEvasion],
            techniques: &["T1535"],
            steps: &["8"],
            next: "ask who uses it; look at what runs there before it is switched off, for then it runs on unseen",
            needs: NEEDS,
            false_positives: &["A region that the business is in"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("account", "ListRegions", "Regions") {
            let name = item.text("RegionName");
            if matches!(item.text("RegionOptStatus"), "ENABLED" | "ENABLING") {
                found
                    .on(&item, "region", name, name)
                    .misconfiguration(Severity::Low)
                    .say(&format!("region {name} was switched on for this account"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent};

    let region = |status: &str| {
        answer(
            "account:ListRegions",
            json!({"Regions": [{"RegionName": "af-south-1", "RegionOptStatus": status}]}),
        )
    };
    vec![
        misconfiguration(vec![region("ENABLED")]),
        silent(vec![region("ENABLED_BY_DEFAULT"), region("DISABLED")]),
    ]
}
