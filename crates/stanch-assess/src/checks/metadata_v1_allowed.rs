//! EC2 instance metadata service accepts IMDSv1.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("ec2", "DescribeInstances")];

/// The check.
pub(super) struct MetadataV1Allowed;

impl Check for MetadataV1Allowed {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "metadata-v1-allowed",
            title: "EC2 instance metadata service accepts IMDSv1",
            why: "With IMDSv1, one forged request through an application on the instance returns the credentials of the instance role.",
            severity: Severity::Medium,
            tactics: &[Tactic::CredentialAccess],
            techniques: &["T1552.005"],
            steps: &["11"],
            next: "Require IMDSv2 (modify-instance-metadata-options) once the metric MetadataNoToken shows no use",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["Old software that can't use session tokens"],
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
                    .fact("Instance Profile", role)
                    .say(&format!(
                        "EC2 instance {id} returns role credentials without a session token (IMDSv1)"
                    ));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent};

    let instance = |tokens: &str| {
        answer(
            "ec2:DescribeInstances",
            json!({"Reservations": [{"Instances": [{"InstanceId": "i-1", "MetadataOptions": {"HttpTokens": tokens, "HttpEndpoint": "enabled"}}]}]}),
        )
    };
    vec![
        misconfigured(vec![instance("optional")]),
        silent(vec![instance("required")]),
    ]
}
