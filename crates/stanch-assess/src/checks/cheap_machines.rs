//! Machines run beside the usual services.
//!
//! It must not look at anything but the answers it names.

use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("lightsail", "GetInstances"),
    list("apprunner", "ListServices"),
];

/// See the head of this file.
pub(super) struct CheapMachines;

impl Check for CheapMachines {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "cheap-machines",
            title: "Machines run beside the usual services",
            why: "Lightsail and App Runner are run outside EC2, with consoles, networks and bills of their own: few look there, and intruders know it.",
            severity: Severity::Low,
            tactics: &[Tactic::Impact, Tactic::DefenseEvasion],
            techniques: &["T1496", "T1535"],
            steps: &["8"],
            next: "ask who uses the service; keep a snapshot and delete what nobody owns",
            needs: NEEDS,
            false_positives: &["A small site of a team"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for (service, operation, path, kind, id, name, made) in [
            (
                "lightsail",
                "GetInstances",
                "instances",
                "lightsail-instance",
                "arn",
                "name",
                "createdAt",
            ),
            (
                "apprunner",
                "ListServices",
                "ServiceSummaryList",
                "app-runner-service",
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
                    .fact("made", item.text(made))
                    .fact("address", item.text("publicIpAddress"))
                    .fact("stack", &stack_of(item.at("tags")))
                    .say(&format!("{kind} {name} runs beside the usual services"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent};

    let instance = answer(
        "lightsail:GetInstances",
        json!({"instances": [{"name": "blog", "arn": "arn:l"}]}),
    );
    vec![
        misconfiguration(vec![instance]),
        silent(vec![answer("lightsail:GetInstances", json!({"instances": []}))]),
    ]
}
