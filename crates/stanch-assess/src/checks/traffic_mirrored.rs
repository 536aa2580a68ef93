//! Traffic of a machine is copied elsewhere.
//!
//! It must not look at anything but the answers it names.

use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("ec2", "DescribeTrafficMirrorSessions")];

/// See the head of this file.
pub(super) struct TrafficMirrored;

impl Check for TrafficMirrored {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "traffic-mirrored",
            title: "Traffic of a machine is copied elsewhere",
            why: "A mirror session copies every packet of a network interface to another machine: passwords and data, without a trace on the machine itself.",
            severity: Severity::High,
            tactics: &[Tactic::Collection],
            techniques: &["T1040", "T1020.001"],
            steps: &["8", "12"],
            next: "delete the mirror session; find out what the target is",
            needs: NEEDS,
            false_positives: &["A network sensor of the security team"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("ec2", "DescribeTrafficMirrorSessions", "TrafficMirrorSessions") {
            let id = item.text("TrafficMirrorSessionId");
            let guests = account.guests_among(&[item.text("OwnerId")]);
            found
                .on(&item, "mirror-session", id, id)
                .suspicious(Severity::High)
                .fact("of", item.text("NetworkInterfaceId"))
                .fact("to", item.text("TrafficMirrorTargetId"))
                .fact("stack", &stack_of(item.at("Tags")))
                .foreign(&guests.foreign)
                .say(&format!(
                    "all traffic of {} is copied to {}",
                    item.text("NetworkInterfaceId"),
                    item.text("TrafficMirrorTargetId")
                ));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, silent, suspicious};

    let session = answer(
        "ec2:DescribeTrafficMirrorSessions",
        json!({"TrafficMirrorSessions": [{"TrafficMirrorSessionId": "tms-1", "NetworkInterfaceId": "eni-1", "TrafficMirrorTargetId": "tmt-1", "OwnerId": "111122223333"}]}),
    );
    vec![
        suspicious(vec![session]),
        silent(vec![answer(
            "ec2:DescribeTrafficMirrorSessions",
            json!({"TrafficMirrorSessions": []}),
        )]),
    ]
}
