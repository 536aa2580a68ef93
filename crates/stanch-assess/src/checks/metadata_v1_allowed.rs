//! An instance gives its credentials to whoever asks.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("ec2", "DescribeInstances")];

/// See the head of this file.
pub(super) struct MetadataV1Allowed;

impl Check for MetadataV1Allowed {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "metadata-v1-allowed",
            title: "An instance gives its credentials to whoever asks",
            why: "With version 1 of the metadata service one request that the machine is tricked into yields the credentials of its role.",
            severity: Severity::Medium,
            tactics: &[Tactic::CredentialAccess],
            techniques: &["T1552.005"],
            steps: &["11"],
            next: "require tokens (modify-instance-metadata-options) after MetadataNoToken shows no use",
            needs: NEEDS,
            false_positives: &["Old software that can not ask for a token"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("ec2", "DescribeInstances", "Reservations.Instances") {
            let options = (
                item.text("MetadataOptions.HttpTokens"),
                item.text("MetadataOptions.HttpEndpoint"),
            );
            if options == ("optional", "enabled") && item.text("State.Name") != "terminated" {
                let id = item.text("InstanceId");
                let role = item.text("IamInstanceProfile.Arn");
                found
                    .on(&item, "instance", id, id)
                    .misconfiguration(if role.is_empty() {
                        Severity::Low
                    } else {
                        Severity::Medium
                    })
                    .fact("role", role)
                    .say(&format!(
                        "instance {id} answers requests for credentials without a token"
                    ));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent};

    let instance = |tokens: &str| {
        answer(
            "ec2:DescribeInstances",
            json!({"Reservations": [{"Instances": [{"InstanceId": "i-1", "MetadataOptions": {"HttpTokens": tokens, "HttpEndpoint": "enabled"}}]}]}),
        )
    };
    vec![
        misconfiguration(vec![instance("optional")]),
        silent(vec![instance("required")]),
    ]
}
