//! AWS Region was enabled for this account.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("account", "ListRegions")];

/// The check.
pub(super) struct RegionOptedIn;

impl Check for RegionOptedIn {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "region-opted-in",
            title: "AWS Region was enabled for this account",
            why: "A Region that the account had to enable is seldom monitored: instances run there unnoticed, and no detector covers it.",
            severity: Severity::Low,
            tactics: &[Tactic::DefenseEvasion],
            techniques: &["T1535"],
            steps: &["8"],
            next: "Ask who uses the Region; review what runs there before it is disabled, because resources keep running",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A Region that the business uses"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("account", "ListRegions", "Regions") {
            let name = item.text("RegionName");
            if matches!(item.text("RegionOptStatus"), "ENABLED" | "ENABLING") {
                found
                    .on(&item, "region", name, name)
                    .misconfiguration(Severity::Low)
                    .say(&format!("AWS Region {name} was enabled for this account"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent};

    let region = |status: &str| {
        answer(
            "account:ListRegions",
            json!({"Regions": [{"RegionName": "af-south-1", "RegionOptStatus": status}]}),
        )
    };
    vec![
        misconfigured(vec![region("ENABLED")]),
        silent(vec![region("ENABLED_BY_DEFAULT"), region("DISABLED")]),
    ]
}
