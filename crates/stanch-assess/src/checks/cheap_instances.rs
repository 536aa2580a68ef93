//! Lightsail instance or App Runner service runs in the account.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("lightsail", "GetInstances"),
    list("apprunner", "ListServices"),
];

/// The check.
pub(super) struct CheapInstances;

impl Check for CheapInstances {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "cheap-instances",
            title: "Lightsail instance or App Runner service runs in the account",
            why: "Lightsail and App Runner have their own consoles, networks and bills outside EC2. They are seldom reviewed, and attackers know it.",
            severity: Severity::Low,
            tactics: &[Tactic::Impact, Tactic::DefenseEvasion],
            techniques: &["T1496", "T1535"],
            steps: &["8"],
            next: "Ask who uses the service; take a snapshot, then delete what nobody owns",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A small website of a team"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for (service, operation, path, (kind, noun), id, name, created) in [
            (
                "lightsail",
                "GetInstances",
                "instances",
                ("lightsail-instance", "Lightsail instance"),
                "arn",
                "name",
                "createdAt",
            ),
            (
                "apprunner",
                "ListServices",
                "ServiceSummaryList",
                ("app-runner-service", "App Runner service"),
                "ServiceArn",
                "ServiceName",
                "CreatedAt",
            ),
        ] {
            for item in account.items(service, operation, path) {
                let (id, name) = (item.text(id), item.text(name));
                found
                    .on(&item, kind, if id.is_empty() { name } else { id }, name)
                    .misconfiguration(Severity::Low)
                    .fact("Creation Time", item.text(created))
                    .fact("Public IP", item.text("publicIpAddress"))
                    .fact("Stack", &stack_of(item.at("tags")))
                    .say(&format!("{noun} {name} runs in the account"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent};

    let instance = answer(
        "lightsail:GetInstances",
        json!({"instances": [{"name": "blog", "arn": "arn:l"}]}),
    );
    vec![
        misconfigured(vec![instance]),
        silent(vec![answer("lightsail:GetInstances", json!({"instances": []}))]),
    ]
}
