//! IAM user has a password without MFA, or a misleading name.
//!
//! It must not read other answers than those in its `needs`.

use super::support::{is_administrator, mimics_aws};
use crate::account::{AccountState, Reply, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("iam", "GetAccountAuthorizationDetails"),
    each("iam", "GetLoginProfile", "ListUsers"),
    each("iam", "ListAccessKeys", "ListUsers"),
    each("iam", "ListMFADevices", "ListUsers"),
    list("iam", "ListUsers"),
];

/// The check.
pub(super) struct UserNewWaysIn;

impl Check for UserNewWaysIn {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "user-new-ways-in",
            title: "IAM user has a password without MFA, or a misleading name",
            why: "An IAM user with a password without MFA, an access key and administrator permissions, or with a name that imitates AWS, is what attackers create.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence],
            techniques: &["T1136.003", "T1098.001"],
            steps: &["2", "12"],
            next: "Deactivate its access keys, remove its password, deny it everything; delete it only after evidence is saved",
            needs: NEEDS,
            made_by: &[
                "CreateUser",
                "CreateLoginProfile",
                "UpdateLoginProfile",
                "PutUserPolicy",
                "AttachUserPolicy",
            ],
            harmless_when: &["An administrator from before single sign-on"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        let with = |operation: &str, path: &str| -> std::collections::BTreeSet<&str> {
            account
                .items("iam", operation, path)
                .iter()
                .map(|item| item.asked("UserName"))
                .collect()
        };
        let (passwords, keys) = (
            with("GetLoginProfile", "LoginProfile"),
            with("ListAccessKeys", "AccessKeyMetadata"),
        );
        let mfa = account.replies("iam", "ListMFADevices", "UserName");
        for item in account.items("iam", "GetAccountAuthorizationDetails", "UserDetailList") {
            let name = item.text("UserName");
            let powerful = is_administrator(&item, "UserPolicyList");
            let (password, key, mfa) = (
                passwords.contains(name),
                keys.contains(name),
                Mfa::of(mfa.get(name)),
            );
            let unprotected = password && mfa == Mfa::None;
            let draft = found.on(&item, "iam-user", item.text("Arn"), name);
            let draft = if mimics_aws(name) || (powerful && key && unprotected) {
                draft.suspicious(Severity::High)
            } else if unprotected {
                draft.misconfiguration(Severity::High)
            } else if powerful && key {
                draft.misconfiguration(Severity::Medium)
            } else {
                continue;
            };
            draft
                .part(if mimics_aws(name) {
                    "passes for one of AWS"
                } else if powerful {
                    "administrator"
                } else {
                    "yes"
                })
                .fact("Name", if mimics_aws(name) { "imitates AWS" } else { "" })
                .fact("Permissions", if powerful { "administrator" } else { "" })
                .fact("Password", if password { "yes" } else { "" })
                .fact("Access Key", if key { "yes" } else { "" })
                .fact("MFA", mfa.as_str())
                .fact("Creation Time", item.text("CreateDate"))
                .fact("Stack", &stack_of(item.at("Tags")))
                .say(&format!(
                    "IAM user {name} can sign in {}",
                    ways(password, key, mfa)
                ));
        }
    }
}

/// MFA devices of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mfa {
    Registered,
    None,
    /// Denied or not asked.
    Unknown,
}

impl Mfa {
    fn of(reply: Option<&Reply<'_>>) -> Self {
        match reply {
            Some(Reply::Answer(item)) if !item.list("MFADevices").is_empty() => Self::Registered,
            Some(Reply::Answer(_) | Reply::Nothing) => Self::None,
            Some(Reply::Unknown) | None => Self::Unknown,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Registered => "yes",
            Self::None => "none",
            Self::Unknown => "unknown",
        }
    }
}

const fn ways(password: bool, key: bool, mfa: Mfa) -> &'static str {
    match (password, key, mfa) {
        (true, true, Mfa::None) => "with a password without MFA, and has an access key",
        (true, false, Mfa::None) => "with a password without MFA",
        (_, true, Mfa::Registered) => "with an access key, without its MFA device",
        (true, true, Mfa::Unknown) => "with a password, and has an access key",
        (_, true, _) => "with an access key",
        (true, false, _) => "with a password",
        (false, false, _) => "once it has a password or an access key",
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, asked, misconfigured, silent, suspicious};

    let user = |name: &str, action: &str| {
        answer(
            "iam:GetAccountAuthorizationDetails",
            json!({"UserDetailList": [{"UserName": name, "Arn": "arn:aws:iam::111122223333:user/u",
        "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}}]}]}),
        )
    };
    let password = || {
        asked(
            "iam:GetLoginProfile",
            json!({"UserName": "u"}),
            json!({"LoginProfile": {"UserName": "u"}}),
        )
    };
    let key = || {
        asked(
            "iam:ListAccessKeys",
            json!({"UserName": "u"}),
            json!({"AccessKeyMetadata": [{"UserName": "u", "AccessKeyId": "AKIA"}]}),
        )
    };
    let devices = |devices: serde_json::Value| {
        asked(
            "iam:ListMFADevices",
            json!({"UserName": "u"}),
            json!({"MFADevices": devices}),
        )
    };
    let (factor, none) = (|| devices(json!([{"SerialNumber": "s"}])), || devices(json!([])));
    let denied = || stanch_core::Reading {
        outcome: stanch_core::CallOutcome::Denied,
        ..devices(json!([]))
    };
    vec![
        suspicious(vec![user("u", "*"), password(), key(), none()]),
        // Nobody knows about the MFA devices: a user with all permissions and a key is known.
        misconfigured(vec![user("u", "*"), password(), key(), denied()]),
        suspicious(vec![user("aws-support-x", "s3:Get*")]),
        misconfigured(vec![user("u", "s3:Get*"), password(), none()]),
        silent(vec![user("u", "s3:Get*"), password(), denied()]),
        silent(vec![user("u", "*"), password(), factor()]),
    ]
}
