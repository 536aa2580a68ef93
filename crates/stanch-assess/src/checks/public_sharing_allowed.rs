//! Snapshots and images may be shared with the world.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};
use std::collections::BTreeSet;

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("ec2", "GetSnapshotBlockPublicAccessState"),
    list("ec2", "GetImageBlockPublicAccessState"),
];

/// See the head of this file.
pub(super) struct PublicSharingAllowed;

impl Check for PublicSharingAllowed {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "public-sharing-allowed",
            title: "Snapshots and images may be shared with the world",
            why: "Each region has a guard that refuses public snapshots and images. Where it is off, one call gives a disk to everybody.",
            severity: Severity::Low,
            tactics: &[Tactic::Exfiltration, Tactic::DefenseEvasion],
            techniques: &["T1537", "T1562"],
            steps: &["14"],
            next: "block public access for snapshots and for images in each region",
            needs: NEEDS,
            false_positives: &["A publisher of images"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for (operation, member, what) in [
            ("GetSnapshotBlockPublicAccessState", "State", "snapshots"),
            (
                "GetImageBlockPublicAccessState",
                "ImageBlockPublicAccessState",
                "images",
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
                    .fact("what", what)
                    .fact("regions", &regions)
                    .say(&format!("{what} may be shared with the world in {regions}"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent};

    let state = |state: &str| answer("ec2:GetSnapshotBlockPublicAccessState", json!({"State": state}));
    vec![
        misconfiguration(vec![state("unblocked")]),
        silent(vec![state("block-all-sharing")]),
    ]
}
