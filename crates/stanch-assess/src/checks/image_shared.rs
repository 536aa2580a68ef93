//! A machine image is shared with strangers.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::json_path::text;
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("ec2", "DescribeImageAttribute", "DescribeImages")];

/// See the head of this file.
pub(super) struct ImageShared;

impl Check for ImageShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "image-shared",
            title: "A machine image is shared with strangers",
            why: "A copy of the data lies ready for another account: it reads it at leisure, and leaves no event here.",
            severity: Severity::High,
            tactics: &[Tactic::Exfiltration, Tactic::Persistence],
            techniques: &["T1537"],
            steps: &["10", "12"],
            next: "take the permission back: ec2 modify-image-attribute; count its data as taken",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have it: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("ec2", "DescribeImageAttribute", "") {
            let names: Vec<&str> = item
                .list("LaunchPermissions")
                .into_iter()
                .flat_map(|entry| [text(entry, "UserId"), text(entry, "Group")])
                .filter(|name| !name.is_empty())
                .collect();
            let guests = account.guests_among(&names);
            shared(
                found,
                &item,
                ("image", item.asked("ImageId"), ""),
                &guests,
                Severity::High,
            );
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, silent, suspicious};

    let thing = |body: serde_json::Value| {
        asked(
            "ec2:DescribeImageAttribute",
            json!({"ImageId": "ami-1", "Attribute": "launchPermission"}),
            body,
        )
    };
    vec![
        suspicious(vec![thing(
            json!({"ImageId": "ami-1", "LaunchPermissions": [{"Group": "all"}]}),
        )]),
        silent(vec![thing(json!({"ImageId": "ami-1", "LaunchPermissions": []}))]),
    ]
}
