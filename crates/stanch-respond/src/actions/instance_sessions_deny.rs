//! Denies everything to the role sessions of one EC2 instance; the role keeps working for the other instances.
//!
//! Removing the instance profile does not end credentials that were issued: they stay valid for up to six hours, also outside the
//! instance. Their session name is the instance id, so one condition matches them all.

use stanch_core::plan::Change;

use super::identities::{deny_user_id, role_id};
use super::shapes::{Holder, Summary, inline};
use crate::about::{About, Parameter};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct InstanceSessionsDeny;

static ABOUT: About = About {
    name: "instance-sessions-deny",
    does: "Deny everything to the role sessions of one EC2 instance, wherever they are used.",
    targets: &["iam-role"],
    parameters: &[Parameter::required("instance", "id of the instance")],
    notes: "Also denies credentials that the instance gets later, so it runs before the instance profile is removed. Anyone that \
            the trust policy allows can assume the role with another session name: trust-policy-tighten prevents that.",
    steps: &["13"],
    sources: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-userid",
    ],
    ..About::EMPTY
};

impl Action for InstanceSessionsDeny {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let (role, instance) = (request.target.name.as_str(), request.value("instance")?);
        if !is_instance(instance) {
            return Err(Unplannable::new(format!(
                "{instance} is not an instance id, which looks like i-0123456789abcdef0"
            )));
        }
        let summary = Summary {
            action: ABOUT.name,
            does: format!("Deny everything to sessions of role {role} from instance {instance}"),
            frees: format!("sessions of role {role} from instance {instance} work again"),
        };
        let denying = deny_user_id(&format!("{}:{instance}", role_id(account, role)?));
        let policy = format!("StanchDenyInstance-{instance}");
        inline(summary, request, account, Holder::Role, (&policy, &denying))
    }
}

/// `i-` and 8 or 17 hex digits.
fn is_instance(id: &str) -> bool {
    let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    id.strip_prefix("i-")
        .is_some_and(|digits| (8..=17).contains(&digits.len()) && digits.bytes().all(digit))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::InstanceSessionsDeny;
    use crate::action::ActionRequest;
    use crate::actions::example::{account, account_with_role, change, refusal, request_named, told};

    fn request_for(instance: &str) -> ActionRequest {
        request_named("iam-role", "web").with("instance", [instance.to_owned()])
    }

    #[test]
    fn one_instance_is_denied_by_the_ids_of_role_and_instance() {
        let account = account_with_role("web", "/", &Value::Null);
        let change = change(
            &InstanceSessionsDeny,
            &request_for("i-0123456789abcdef0"),
            &account,
        );
        insta::assert_snapshot!(told(&change), @r#"
        Deny everything to sessions of role web from instance i-0123456789abcdef0
        before policy: us-east-1 iam GetRolePolicy {"PolicyName":"StanchDenyInstance-i-0123456789abcdef0","RoleName":"web"}
        do us-east-1 iam PutRolePolicy {"PolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"StanchDenySession\",\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\"aws:userid\":\"AROAEXAMPLEROLE:i-0123456789abcdef0\"}}}]}","PolicyName":"StanchDenyInstance-i-0123456789abcdef0","RoleName":"web"}
        after policy-after: us-east-1 iam GetRolePolicy {"PolicyName":"StanchDenyInstance-i-0123456789abcdef0","RoleName":"web"}
        holds policy-after .PolicyDocument {"is":{"Version":"2012-10-17","Statement":[{"Sid":"StanchDenySession","Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:userid":"AROAEXAMPLEROLE:i-0123456789abcdef0"}}}]}}
        undo us-east-1 iam DeleteRolePolicy {"PolicyName":"StanchDenyInstance-i-0123456789abcdef0","RoleName":"web"} when policy .PolicyDocument "absent" fine NoSuchEntity
        undo us-east-1 iam PutRolePolicy {"PolicyDocument":"<policy .PolicyDocument as text>","PolicyName":"StanchDenyInstance-i-0123456789abcdef0","RoleName":"web"} when policy .PolicyDocument "present"
        restores policy .PolicyDocument
        "#);
    }

    #[test]
    fn what_is_no_instance_gets_into_no_policy() {
        let account = account_with_role("web", "/", &Value::Null);
        for hostile in ["i-${aws:username}", "i-*", "i-0123", "", "i-0123456789abcdef0\" "] {
            let why = refusal(&InstanceSessionsDeny, &request_for(hostile), &account);
            assert!(why.contains("is not an instance id"), "{why}");
        }
    }

    #[test]
    fn a_role_whose_unique_id_was_not_read_is_not_guessed_at() {
        let why = refusal(
            &InstanceSessionsDeny,
            &request_for("i-0123456789abcdef0"),
            &account([]),
        );
        assert!(why.contains("was not collected"), "{why}");
    }
}
