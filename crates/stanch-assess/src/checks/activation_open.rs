//! Machines from outside may register.
//!
//! It must not look at anything but the answers it names.

use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("ssm", "DescribeActivations"),
    list("ssm", "DescribeInstanceInformation"),
];

/// See the head of this file.
pub(super) struct ActivationOpen;

impl Check for ActivationOpen {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "activation-open",
            title: "Machines from outside may register",
            why: "A hybrid activation lets any machine join Systems Manager with the role of the activation: an intruder registers an own machine and gets credentials of the role for as long as it runs.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence],
            techniques: &["T1098", "T1078.004"],
            steps: &["12"],
            next: "delete the activation and deregister machines (mi-…) that nobody knows",
            needs: NEEDS,
            false_positives: &["Servers in an own data centre"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("ssm", "DescribeActivations", "ActivationList") {
            let (id, role) = (item.text("ActivationId"), item.text("IamRole"));
            let count = |name: &str| item.at(name).as_u64().unwrap_or(0);
            let open = !item.is("Expired") && count("RegistrationsCount") < count("RegistrationLimit");
            let draft = found.on(&item, "activation", id, item.text("DefaultInstanceName"));
            let draft = if open {
                draft.suspicious(Severity::Medium)
            } else {
                draft.misconfiguration(Severity::Low)
            };
            draft
                .fact("role", role)
                .fact("until", item.text("ExpirationDate"))
                .fact("registered", &count("RegistrationsCount").to_string())
                .fact("stack", &stack_of(item.at("Tags")))
                .say(&format!(
                    "activation {id} {} machines with role {role}",
                    if open { "lets in more" } else { "let in" }
                ));
        }
        for item in account.items("ssm", "DescribeInstanceInformation", "InstanceInformationList") {
            let id = item.text("InstanceId");
            if id.starts_with("mi-") {
                found
                    .on(&item, "managed-machine", id, item.text("Name"))
                    .misconfiguration(Severity::Low)
                    .fact("address", item.text("IPAddress"))
                    .fact("role", item.text("IamRole"))
                    .fact("since", item.text("RegistrationDate"))
                    .say(&format!("machine {id} is registered from outside"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent, suspicious};

    let activation = |used: u64| {
        answer(
            "ssm:DescribeActivations",
            json!({"ActivationList": [{"ActivationId": "a", "IamRole": "r", "RegistrationLimit": 5, "RegistrationsCount": used, "Expired": false}]}),
        )
    };
    let machine = |id: &str| {
        answer(
            "ssm:DescribeInstanceInformation",
            json!({"InstanceInformationList": [{"InstanceId": id}]}),
        )
    };
    vec![
        suspicious(vec![activation(0)]),
        misconfiguration(vec![activation(5)]),
        misconfiguration(vec![machine("mi-1")]),
        silent(vec![machine("i-1")]),
    ]
}
