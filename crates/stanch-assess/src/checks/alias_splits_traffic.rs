//! Lambda alias sends some invocations to another version.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[each("lambda", "ListAliases", "ListFunctions")];

/// The check.
pub(super) struct AliasSplitsTraffic;

impl Check for AliasSplitsTraffic {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "alias-splits-traffic",
            title: "Lambda alias sends some invocations to another version",
            why: "A weighted alias runs another version of the code for a share of the invocations. A review of the current version does not show that code.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence, Tactic::DefenseEvasion],
            techniques: &["T1546", "T1574"],
            steps: &["12"],
            next: "Remove the weight from the alias, then compare the code of both versions",
            needs: NEEDS,
            made_by: &["UpdateAlias", "CreateAlias"],
            harmless_when: &["Gradual deployment of a new version"],
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
                    .fact("Other Versions", &versions.join(", "))
                    .fact("Main Version", item.text("FunctionVersion"))
                    .say(&format!(
                        "Lambda alias {name} of function {} sends some invocations to another version",
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
