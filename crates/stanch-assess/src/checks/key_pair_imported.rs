//! EC2 key pair was imported.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("ec2", "DescribeKeyPairs")];

/// The check.
pub(super) struct KeyPairImported;

impl Check for KeyPairImported {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "key-pair-imported",
            title: "EC2 key pair was imported",
            why: "The private key of an imported key pair was never in AWS: whoever imported it can sign in to instances that start with it.",
            severity: Severity::Low,
            tactics: &[Tactic::Persistence],
            techniques: &["T1098.004"],
            steps: &["8", "12"],
            next: "Launch no instance with it; remove its public key from authorized_keys on instances that have it",
            needs: NEEDS,
            made_by: &["ImportKeyPair"],
            harmless_when: &["Administrators who import their own keys"],
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
                .fact("Creation Time", item.text("CreateTime"))
                .fact("Stack", &stack_of(item.at("Tags")))
                .say(&format!("EC2 key pair {name} was imported"));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent};

    let pair = |bytes: usize| {
        answer(
            "ec2:DescribeKeyPairs",
            json!({"KeyPairs": [{"KeyPairId": "key-1", "KeyName": "k", "KeyType": "rsa", "KeyFingerprint": vec!["aa"; bytes].join(":")}]}),
        )
    };
    vec![misconfigured(vec![pair(16)]), silent(vec![pair(20)])]
}
