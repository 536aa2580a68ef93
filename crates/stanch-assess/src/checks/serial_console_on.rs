//! EC2 serial console access is enabled.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("ec2", "GetSerialConsoleAccessStatus")];

/// The check.
pub(super) struct SerialConsoleOn;

impl Check for SerialConsoleOn {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "serial-console-on",
            title: "EC2 serial console access is enabled",
            why: "The serial console gives access to an instance regardless of its security groups. It is disabled unless someone enabled it.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence, Tactic::LateralMovement],
            techniques: &["T1021", "T1563"],
            steps: &["8"],
            next: "Disable it in the Region (ec2 disable-serial-console-access)",
            needs: NEEDS,
            made_by: &["EnableSerialConsoleAccess"],
            harmless_when: &["A team that repairs instances that do not start"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("ec2", "GetSerialConsoleAccessStatus", "") {
            if item.is("SerialConsoleAccessEnabled") {
                found
                    .on(&item, "serial-console", item.region().as_str(), "")
                    .misconfiguration(Severity::Medium)
                    .fact("Managed By", item.text("ManagedBy"))
                    .say(&format!(
                        "EC2 serial console access is enabled in {}",
                        item.region().as_str()
                    ));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent};

    let status = |on: bool| {
        answer(
            "ec2:GetSerialConsoleAccessStatus",
            json!({"SerialConsoleAccessEnabled": on}),
        )
    };
    vec![misconfigured(vec![status(true)]), silent(vec![status(false)])]
}
