//! A user has credentials beside its access key.
//!
//! It must not look at anything but the answers it names.

use crate::account::{AccountState, Item};
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    each("iam", "ListAccessKeys", "ListUsers"),
    each("iam", "ListSSHPublicKeys", "ListUsers"),
    each("iam", "ListSigningCertificates", "ListUsers"),
    list("iam", "ListServiceSpecificCredentials"),
    list("iam", "ListVirtualMFADevices"),
    list("iam", "ListUsers"),
];

/// See the head of this file.
pub(super) struct UserExtraCredential;

impl Check for UserExtraCredential {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "user-extra-credential",
            title: "A user has credentials beside its access key",
            why: "SSH keys, certificates, service keys and a second access key survive when the known key is turned off.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence],
            techniques: &["T1098.001", "T1098.004"],
            steps: &["2", "12"],
            next: "deactivate each of them together with the access keys",
            needs: NEEDS,
            false_positives: &[
                "A key that is being rotated: two are active for some days",
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
                "ssh-key",
                false,
            ),
            (
                "ListSigningCertificates",
                "Certificates",
                "CertificateId",
                "signing-certificate",
                true,
            ),
            (
                "ListServiceSpecificCredentials",
                "ServiceSpecificCredentials",
                "ServiceSpecificCredentialId",
                "service-credential",
                false,
            ),
        ];
        for (operation, path, id, kind, rare) in others {
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
                    .fact("user", user)
                    .fact("service", item.text("ServiceName"))
                    .say(&format!("user {user} has a {kind} {}", item.text(id)));
            }
        }
        second_factors(account, found);
    }
}

/// Second factors that bear the name of somebody else.
fn second_factors(account: &AccountState<'_>, found: &mut Findings) {
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
                .fact("user", user)
                .say(&format!(
                    "second factor {name} of user {user} bears another name than its user"
                ));
        }
    }
}

/// Access keys, the second and later ones graver than the first.
fn access_keys(account: &AccountState<'_>, found: &mut Findings) {
    let mut keys: std::collections::BTreeMap<&str, Vec<(Item<'_>, &str)>> = std::collections::BTreeMap::new();
    for item in account.items("iam", "ListAccessKeys", "AccessKeyMetadata") {
        keys.entry(item.text("UserName"))
            .or_default()
            .push((item, item.text("CreateDate")));
    }
    for (user, mut keys) in keys {
        keys.sort_by_key(|(_, created)| *created);
        // One key says nothing alone; it stands here so that who made it can speak against it.
        for (place, (item, created)) in keys.iter().enumerate() {
            let id = item.text("AccessKeyId");
            found
                .on(item, "access-key", id, id)
                .misconfiguration(if place > 0 {
                    Severity::Medium
                } else {
                    Severity::Informational
                })
                .fact("user", user)
                .fact("created", created)
                .fact("status", item.text("Status"))
                .say(&format!(
                    "user {user} has access key {id}{}",
                    if place > 0 { " beside another" } else { "" }
                ));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, misconfiguration, silent, suspicious};

    let list = |call: &str, member: &str, thing: serde_json::Value| {
        asked(call, json!({"UserName": "u"}), json!({member: [thing]}))
    };
    vec![
        misconfiguration(vec![list(
            "iam:ListAccessKeys",
            "AccessKeyMetadata",
            json!({"UserName": "u", "AccessKeyId": "AKIA1"}),
        )]),
        suspicious(vec![list(
            "iam:ListSigningCertificates",
            "Certificates",
            json!({"UserName": "u", "CertificateId": "c"}),
        )]),
        misconfiguration(vec![list(
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
