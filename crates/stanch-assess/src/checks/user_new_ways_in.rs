//! A user looks made to come back.
//!
//! It must not look at anything but the answers it names.

use super::support::{mimics_aws, power};
use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("iam", "GetAccountAuthorizationDetails"),
    each("iam", "GetLoginProfile", "ListUsers"),
    each("iam", "ListAccessKeys", "ListUsers"),
    each("iam", "ListMFADevices", "ListUsers"),
    list("iam", "ListUsers"),
];

/// See the head of this file.
pub(super) struct UserNewWaysIn;

impl Check for UserNewWaysIn {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "user-new-ways-in",
            title: "A user looks made to come back",
            why: "A user with a password without a second factor, an access key and full power, or with a name that passes for AWS, is what intruders make.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence],
            techniques: &["T1136.003", "T1098.001"],
            steps: &["2", "12"],
            next: "deactivate its keys, remove its password, deny it everything; delete only after evidence",
            needs: NEEDS,
            false_positives: &["An administrator from before single sign-on"],
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
        let (passwords, keys, factors) = (
            with("GetLoginProfile", "LoginProfile"),
            with("ListAccessKeys", "AccessKeyMetadata"),
            with("ListMFADevices", "MFADevices"),
        );
        for item in account.items("iam", "GetAccountAuthorizationDetails", "UserDetailList") {
            let name = item.text("UserName");
            let powerful = item
                .list("UserPolicyList.PolicyDocument")
                .into_iter()
                .any(|document| power(document).is_some())
                || item
                    .list("AttachedManagedPolicies.PolicyArn")
                    .into_iter()
                    .any(|arn| {
                        arn.as_str()
                            .is_some_and(|arn| arn.ends_with("policy/AdministratorAccess"))
                    });
            let (password, key, factor) = (
                passwords.contains(name),
                keys.contains(name),
                factors.contains(name),
            );
            let draft = found.on(&item, "iam-user", item.text("Arn"), name);
            let draft = if mimics_aws(name) || (powerful && password && key && !factor) {
                draft.suspicious(Severity::High)
            } else if password && !factor {
                draft.misconfiguration(Severity::High)
            } else if powerful && key {
                draft.misconfiguration(Severity::Medium)
            } else {
                continue;
            };
            draft
                .fact(
                    "name",
                    if mimics_aws(name) {
                        "passes for one of AWS"
                    } else {
                        ""
                    },
                )
                .fact("power", if powerful { "administrator" } else { "" })
                .fact("password", if password { "yes" } else { "" })
                .fact("access key", if key { "yes" } else { "" })
                .fact("second factor", if factor { "yes" } else { "none" })
                .fact("created", item.text("CreateDate"))
                .fact("stack", &stack_of(item.at("Tags")))
                .say(&format!(
                    "user {name} can sign in {}",
                    ways(password, key, factor)
                ));
        }
    }
}

const fn ways(password: bool, key: bool, factor: bool) -> &'static str {
    match (password, key, factor) {
        (true, true, false) => "with a password alone, and with a key",
        (true, false, false) => "with a password alone",
        (_, true, true) => "with a key, past the second factor",
        (_, true, false) => "with a key",
        _ => "in some way",
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, asked, misconfiguration, silent, suspicious};

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
    let factor = || {
        asked(
            "iam:ListMFADevices",
            json!({"UserName": "u"}),
            json!({"MFADevices": [{"SerialNumber": "s"}]}),
        )
    };
    vec![
        suspicious(vec![user("u", "*"), password(), key()]),
        suspicious(vec![user("aws-support-x", "s3:Get*")]),
        misconfiguration(vec![user("u", "s3:Get*"), password()]),
        silent(vec![user("u", "*"), password(), factor()]),
    ]
}
