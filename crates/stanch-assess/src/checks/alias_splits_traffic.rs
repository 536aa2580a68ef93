//! An alias sends some calls to another version.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("lambda", "ListAliases", "ListFunctions")];

/// See the head of this file.
pub(super) struct AliasSplitsTraffic;

impl Check for AliasSplitsTraffic {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "alias-splits-traffic",
            title: "An alias sends some calls to another version",
            why: "A weight on a second version runs other code for a share of the calls. Whoever looks at the current version sees nothing.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence, Tactic::DefenseEvasion],
            techniques: &["T1546", "T1574"],
            steps: &["12"],
            next: "take the weight off the alias; compare the code of the two versions",
            needs: NEEDS,
            false_positives: &["A release that is rolled out step by step"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("lambda", "ListAliases", "Aliases") {
            let weights = item.at("RoutingConfig.AdditionalVersionWeights").as_object();
            let versions: Vec<String> = weights
                .into_iter()
                .flatten()
                .map(|(version, weight)| format!("version {version}: {weight}"))
                .collect();
            if !versions.is_empty() {
                let name = item.text("Name");
                found
                    .on(&item, "function-alias", item.text("AliasArn"), name)
                    .suspicious(Severity::Medium)
                    .fact("also runs", &versions.join(", "))
                    .fact("main version", item.text("FunctionVersion"))
                    .say(&format!(
                        "alias {name} of {} runs another version for some calls",
                        item.asked("FunctionName")
                    ));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, silent, suspicious};

    let alias = |weights: serde_json::Value| {
        asked(
            "lambda:ListAliases",
            json!({"FunctionName": "f"}),
            json!({"Aliases": [{"AliasArn": "arn:a", "Name": "live", "FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": weights}}]}),
        )
    };
    vec![
        suspicious(vec![alias(json!({"2": 0.05}))]),
        silent(vec![alias(json!({}))]),
    ]
}
