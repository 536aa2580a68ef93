//! VPC Traffic Mirroring copies the traffic of an instance.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("ec2", "DescribeTrafficMirrorSessions")];

/// The check.
pub(super) struct TrafficMirrored;

impl Check for TrafficMirrored {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "traffic-mirrored",
            title: "VPC Traffic Mirroring copies the traffic of an instance",
            why: "A traffic mirror session copies every packet of a network interface to another host: passwords and data, without any trace on the instance.",
            severity: Severity::High,
            tactics: &[Tactic::Collection],
            techniques: &["T1040", "T1020.001"],
            steps: &["8", "12"],
            next: "Delete the traffic mirror session; identify its target",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A network sensor of the security team"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("ec2", "DescribeTrafficMirrorSessions", "TrafficMirrorSessions") {
            let id = item.text("TrafficMirrorSessionId");
            let exposure = account.exposure_among(&[item.text("OwnerId")]);
            found
                .on(&item, "mirror-session", id, id)
                .suspicious(Severity::High)
                .fact("Network Interface", item.text("NetworkInterfaceId"))
                .fact("Mirror Target", item.text("TrafficMirrorTargetId"))
                .fact("Stack", &stack_of(item.at("Tags")))
                .exposure(&exposure)
                .say(&format!(
                    "VPC Traffic Mirroring copies all traffic of {} to {}",
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
