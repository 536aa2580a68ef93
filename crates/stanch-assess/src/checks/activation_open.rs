//! SSM hybrid activation lets external hosts register.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("ssm", "DescribeActivations"),
    list("ssm", "DescribeInstanceInformation"),
];

/// The check.
pub(super) struct ActivationOpen;

impl Check for ActivationOpen {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "activation-open",
            title: "SSM hybrid activation lets external hosts register",
            why: "A hybrid activation lets any host that has its code register with Systems Manager and get credentials of the activation's role. An attacker registers an own host and keeps these credentials as long as the host runs.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence],
            techniques: &["T1098", "T1078.004"],
            steps: &["12"],
            next: "Delete the activation, then deregister managed nodes (mi-…) that nobody in your organization owns",
            needs: NEEDS,
            made_by: &["CreateActivation"],
            harmless_when: &["Servers in your own data centre that Systems Manager manages"],
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
                .fact("Role", role)
                .fact("Expiry", item.text("ExpirationDate"))
                .fact("Registered Hosts", &count("RegistrationsCount").to_string())
                .fact("Stack", &stack_of(item.at("Tags")))
                .say(&format!(
                    "SSM activation {id} {} with role {role}",
                    if open {
                        "lets more external hosts register"
                    } else {
                        "let external hosts register"
                    }
                ));
        }
        for item in account.items("ssm", "DescribeInstanceInformation", "InstanceInformationList") {
            let id = item.text("InstanceId");
            if id.starts_with("mi-") {
                found
                    .on(&item, "managed-machine", id, item.text("Name"))
                    .misconfiguration(Severity::Low)
                    .fact("IP Address", item.text("IPAddress"))
                    .fact("Role", item.text("IamRole"))
                    .fact("Registration Date", item.text("RegistrationDate"))
                    .say(&format!("External host {id} is registered with Systems Manager"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent, suspicious};

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
        misconfigured(vec![activation(5)]),
        misconfigured(vec![machine("mi-1")]),
        silent(vec![machine("i-1")]),
    ]
}
