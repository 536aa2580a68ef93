//! Denies an IAM user everything, whatever credential is used: keys, console, and sessions that were opened with them.
//!
//! It uses an inline policy, which costs one call and is referenced by nothing. Where its quota of 2,048 characters is used up,
//! `user-deny-attached` and `user-deny-boundary` do the same in other places.

use stanch_core::plan::Change;

use super::parts::{POLICY_NAME, deny_all};
use super::shapes::{Holder, Summary, inline};
use crate::about::About;
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct UserDeny;

static ABOUT: About = About {
    name: "user-deny",
    does: "Deny everything to an IAM user.",
    targets: &["iam-user"],
    notes: "Applies to keys, console sessions and sessions opened with them, since a Deny is evaluated at every request. Sessions of roles \
            that the user assumed are not its own: revoke them at the role.",
    denies_everything: true,
    steps: &["2", "3"],
    sources: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
    ],
    ..About::EMPTY
};

impl Action for UserDeny {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let user = &request.target.name;
        let summary = Summary {
            action: ABOUT.name,
            does: format!("Deny everything to user {user}"),
            frees: format!("user {user} can call AWS again"),
        };
        inline(
            summary,
            request,
            account,
            Holder::User,
            (POLICY_NAME, &deny_all()),
        )
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::UserDeny;
    use crate::actions::example::{account, change, request_named, told};

    #[test]
    fn one_read_and_one_write_deny_the_user() {
        let change = change(&UserDeny, &request_named("iam-user", "mallory"), &account([]));
        insta::assert_snapshot!(told(&change), @r#"
        Deny everything to user mallory
        before policy: us-east-1 iam GetUserPolicy {"PolicyName":"StanchDeny","UserName":"mallory"}
        do us-east-1 iam PutUserPolicy {"PolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"StanchDenyAll\",\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}]}","PolicyName":"StanchDeny","UserName":"mallory"}
        after policy-after: us-east-1 iam GetUserPolicy {"PolicyName":"StanchDeny","UserName":"mallory"}
        holds policy-after .PolicyDocument {"is":{"Version":"2012-10-17","Statement":[{"Sid":"StanchDenyAll","Effect":"Deny","Action":"*","Resource":"*"}]}}
        undo us-east-1 iam DeleteUserPolicy {"PolicyName":"StanchDeny","UserName":"mallory"} when policy .PolicyDocument "absent" fine NoSuchEntity
        undo us-east-1 iam PutUserPolicy {"PolicyDocument":"<policy .PolicyDocument as text>","PolicyName":"StanchDeny","UserName":"mallory"} when policy .PolicyDocument "present"
        restores policy .PolicyDocument
        "#);
    }

    #[test]
    fn a_policy_of_that_name_which_somebody_put_first_stops_nothing() {
        let change = change(&UserDeny, &request_named("iam-user", "mallory"), &account([]));
        let planted =
            json!({"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}});
        let now = stanch_core::Timestamp(0);
        assert!(change.requires.is_empty());
        assert!(
            change
                .verified_by
                .iter()
                .any(|one| !one.is_met(Some(&planted), now))
        );
        let sent: Vec<&str> = change
            .undo
            .iter()
            .filter(|write| write.when.iter().all(|one| one.is_met(Some(&planted), now)))
            .map(|write| write.call.operation.0.as_str())
            .collect();
        assert_eq!(sent, ["PutUserPolicy"]);
    }
}
