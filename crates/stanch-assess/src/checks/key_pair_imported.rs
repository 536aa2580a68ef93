//! A key pair was brought from outside.
//!
//! It must not look at anything but the answers it names.

use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("ec2", "DescribeKeyPairs")];

/// See the head of this file.
pub(super) struct KeyPairImported;

impl Check for KeyPairImported {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "key-pair-imported",
            title: "A key pair was brought from outside",
            why: "The private half of an imported key was never in AWS: whoever imported it can sign in to machines that start with it.",
            severity: Severity::Low,
            tactics: &[Tactic::Persistence],
            techniques: &["T1098.004"],
            steps: &["8", "12"],
            next: "start no machine with it; take its line out of authorized_keys on machines that have it",
            needs: NEEDS,
            false_positives: &["Administrators who bring their own keys"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("ec2", "DescribeKeyPairs", "KeyPairs") {
            // RSA keys that AWS made have a SHA-1 of 20 bytes as fingerprint, imported ones an MD5 of 16
            // (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/verify-keys.html).
            let bytes = item.text("KeyFingerprint").split(':').count();
            if bytes != 16 || item.text("KeyType") == "ed25519" {
                continue;
            }
            let (id, name) = (item.text("KeyPairId"), item.text("KeyName"));
            found
                .on(&item, "key-pair", id, name)
                .misconfiguration(Severity::Low)
                .fact("made", item.text("CreateTime"))
                .fact("stack", &stack_of(item.at("Tags")))
                .say(&format!("key pair {name} was imported"));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent};

    let pair = |bytes: usize| {
        answer(
            "ec2:DescribeKeyPairs",
            json!({"KeyPairs": [{"KeyPairId": "key-1", "KeyName": "k", "KeyType": "rsa", "KeyFingerprint": vec!["aa"; bytes].join(":")}]}),
        )
    };
    vec![misconfiguration(vec![pair(16)]), silent(vec![pair(20)])]
}
