//! The serial console of machines is open.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("ec2", "GetSerialConsoleAccessStatus")];

/// See the head of this file.
pub(super) struct SerialConsoleOn;

impl Check for SerialConsoleOn {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "serial-console-on",
            title: "The serial console of machines is open",
            why: "The serial console is a way into a machine past its security groups. It is off unless somebody switched it on.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence, Tactic::LateralMovement],
            techniques: &["T1021", "T1563"],
            steps: &["8"],
            next: "ec2 disable-serial-console-access in the region",
            needs: NEEDS,
            false_positives: &["A team that repairs machines that do not start"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("ec2", "GetSerialConsoleAccessStatus", "") {
            if item.is("SerialConsoleAccessEnabled") {
                found
                    .on(&item, "serial-console", item.region().as_str(), "")
                    .misconfiguration(Severity::Medium)
                    .fact("managed by", item.text("ManagedBy"))
                    .say(&format!(
                        "the serial console is open in {}",
                        item.region().as_str()
                    ));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent};

    let status = |on: bool| {
        answer(
            "ec2:GetSerialConsoleAccessStatus",
            json!({"SerialConsoleAccessEnabled": on}),
        )
    };
    vec![misconfiguration(vec![status(true)]), silent(vec![status(false)])]
}
