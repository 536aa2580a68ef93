//! IAM user has credentials in addition to its access key.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::{AccountState, Item};
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::finding::Handle;
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    each("iam", "ListAccessKeys", "ListUsers"),
    each("iam", "ListSSHPublicKeys", "ListUsers"),
    each("iam", "ListSigningCertificates", "ListUsers"),
    list("iam", "ListServiceSpecificCredentials"),
    list("iam", "ListVirtualMFADevices"),
    list("iam", "ListUsers"),
];

/// The check.
pub(super) struct UserExtraCredential;

impl Check for UserExtraCredential {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "user-extra-credential",
            title: "IAM user has credentials in addition to its access key",
            why: "SSH keys, signing certificates, service-specific credentials and a second access key remain valid when the known access key is deactivated.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence],
            techniques: &["T1098.001", "T1098.004"],
            steps: &["2", "12"],
            next: "Deactivate all of them together with the access keys",
            needs: NEEDS,
            made_by: &[
                "CreateAccessKey",
                "CreateServiceSpecificCredential",
                "CreateVirtualMFADevice",
                "EnableMFADevice",
                "UploadSSHPublicKey",
                "UploadSigningCertificate",
            ],
            harmless_when: &[
                "A key rotation: two access keys are active for some days",
                "CodeCommit over SSH",
            ],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        access_keys(account, found);
        let others = [
            (
                "ListSSHPublicKeys",
                "SSHPublicKeys",
                "SSHPublicKeyId",
                ("ssh-key", "SSH public key"),
                false,
            ),
            (
                "ListSigningCertificates",
                "Certificates",
                "CertificateId",
                ("signing-certificate", "signing certificate"),
                true,
            ),
            (
                "ListServiceSpecificCredentials",
                "ServiceSpecificCredentials",
                "ServiceSpecificCredentialId",
                ("service-credential", "service-specific credential"),
                false,
            ),
        ];
        for (operation, path, id, (kind, noun), rare) in others {
            for item in account.items("iam", operation, path) {
                let user = item.text("UserName");
                let bedrock = item.text("ServiceName").starts_with("bedrock");
                let draft = found.on(&item, kind, item.text(id), "");
                let draft = if rare || bedrock {
                    draft.suspicious(Severity::Medium)
                } else {
                    draft.misconfiguration(Severity::Low)
                };
                draft
                    .fact("User", user)
                    .handle(Handle::UserCredential {
                        credential: item.text(id).to_owned(),
                        user: user.to_owned(),
                    })
                    .fact("Service", item.text("ServiceName"))
                    .say(&format!("IAM user {user} has {noun} {}", item.text(id)));
            }
        }
        mfa_devices(account, found);
    }
}

/// Reports MFA devices whose name is not the name of their user.
fn mfa_devices(account: &AccountState<'_>, found: &mut Findings) {
    for item in account.items("iam", "ListVirtualMFADevices", "VirtualMFADevices") {
        let serial = item.text("SerialNumber");
        let (user, name) = (
            item.text("User.UserName"),
            serial.rsplit('/').next().unwrap_or(""),
        );
        if !user.is_empty() && user != name {
            found
                .on(&item, "mfa-device", serial, name)
                .misconfiguration(Severity::Low)
                .fact("User", user)
                .handle(Handle::UserCredential {
                    credential: serial.to_owned(),
                    user: user.to_owned(),
                })
                .say(&format!(
                    "MFA device {name} of IAM user {user} has another name than the user"
                ));
        }
    }
}

/// Reports access keys, the second and later ones with a higher severity.
fn access_keys(account: &AccountState<'_>, found: &mut Findings) {
    let mut keys: std::collections::BTreeMap<&str, Vec<(Item<'_>, &str)>> = std::collections::BTreeMap::new();
    for item in account.items("iam", "ListAccessKeys", "AccessKeyMetadata") {
        keys.entry(item.text("UserName"))
            .or_default()
            .push((item, item.text("CreateDate")));
    }
    for (user, mut keys) in keys {
        keys.sort_by_key(|(_, created)| *created);
        // One key is no evidence by itself; reported so that its creator can be evidence against it.
        for (place, (item, created)) in keys.iter().enumerate() {
            let id = item.text("AccessKeyId");
            found
                .on(item, "access-key", id, id)
                .misconfiguration(if place > 0 {
                    Severity::Medium
                } else {
                    Severity::Informational
                })
                .fact("User", user)
                .handle(Handle::AccessKey {
                    key: id.to_owned(),
                    user: user.to_owned(),
                })
                .fact("Creation Time", created)
                .fact("Status", item.text("Status"))
                .say(&format!(
                    "IAM user {user} has access key {id}{}",
                    if place > 0 {
                        " in addition to another one"
                    } else {
                        ""
                    }
                ));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, misconfigured, silent, suspicious};

    let list = |call: &str, member: &str, thing: serde_json::Value| {
        asked(call, json!({"UserName": "u"}), json!({member: [thing]}))
    };
    vec![
        misconfigured(vec![list(
            "iam:ListAccessKeys",
            "AccessKeyMetadata",
            json!({"UserName": "u", "AccessKeyId": "AKIA1"}),
        )]),
        suspicious(vec![list(
            "iam:ListSigningCertificates",
            "Certificates",
            json!({"UserName": "u", "CertificateId": "c"}),
        )]),
        misconfigured(vec![list(
            "iam:ListVirtualMFADevices",
            "VirtualMFADevices",
            json!({"SerialNumber": "arn:aws:iam::1:mfa/phone", "User": {"UserName": "u"}}),
        )]),
        silent(vec![list(
            "iam:ListVirtualMFADevices",
            "VirtualMFADevices",
            json!({"SerialNumber": "arn:aws:iam::1:mfa/u", "User": {"UserName": "u"}}),
        )]),
    ]
}
