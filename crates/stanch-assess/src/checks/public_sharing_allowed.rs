//! EC2 Block Public Access is off for EBS snapshots or AMIs.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};
use std::collections::BTreeSet;

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("ec2", "GetSnapshotBlockPublicAccessState"),
    list("ec2", "GetImageBlockPublicAccessState"),
];

/// The check.
pub(super) struct PublicSharingAllowed;

impl Check for PublicSharingAllowed {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "public-sharing-allowed",
            title: "EC2 Block Public Access is off for EBS snapshots or AMIs",
            why: "Each region has a setting that blocks public snapshots and AMIs. Where it is off, one call makes a disk public.",
            severity: Severity::Low,
            tactics: &[Tactic::Exfiltration, Tactic::DefenseEvasion],
            techniques: &["T1537", "T1562"],
            steps: &["14"],
            next: "Enable block public access for EBS snapshots and for AMIs in each region",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A publisher of AMIs"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for (operation, member, what, noun) in [
            (
                "GetSnapshotBlockPublicAccessState",
                "State",
                "snapshots",
                "EBS snapshots",
            ),
            (
                "GetImageBlockPublicAccessState",
                "ImageBlockPublicAccessState",
                "images",
                "AMIs",
            ),
        ] {
            let items = account.items("ec2", operation, "");
            let open: BTreeSet<&str> = items
                .iter()
                .filter(|item| item.text(member) == "unblocked")
                .map(|item| item.region().as_str())
                .collect();
            if let Some(first) = items.iter().find(|item| open.contains(item.region().as_str())) {
                let regions = open.into_iter().collect::<Vec<_>>().join(", ");
                found
                    .on(first, "account", account.id().as_str(), "")
                    .misconfiguration(Severity::Low)
                    .part(what)
                    .fact("Resource Type", noun)
                    .fact("Regions", &regions)
                    .say(&format!("EC2 allows public {noun} in {regions}"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent};

    let state = |state: &str| answer("ec2:GetSnapshotBlockPublicAccessState", json!({"State": state}));
    vec![
        misconfigured(vec![state("unblocked")]),
        silent(vec![state("block-all-sharing")]),
    ]
}
