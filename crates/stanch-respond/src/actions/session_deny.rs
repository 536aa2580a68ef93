//! Denies everything to one session: one session name of an IAM role, or one federated user of an IAM user.
//!
//! A condition on `aws:userid` matches it: `AROA…:name` for a role, `111122223333:name` for `GetFederationToken`. A session of
//! `GetSessionToken` has the id of its user and can't be told from the user.

use stanch_core::plan::Change;

use super::identities::{deny_user_id, is_session_name, role_id};
use super::shapes::{Holder, Summary, inline};
use crate::about::{About, Parameter};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct SessionDeny;

static ABOUT: About = About {
    name: "session-deny",
    does: "Deny everything to one session of an IAM role or user.",
    targets: &["iam-role", "iam-user"],
    parameters: &[Parameter::required(
        "session",
        "name of the session or of the federated user",
    )],
    notes: "Affects nobody else, but anyone who can still open sessions chooses another name. Also use trust-policy-tighten for a role, \
            user-deny for a user. A session of GetSessionToken has the id of its user, so only user-deny ends it.",
    steps: &["3"],
    sources: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html",
        "https://repost.aws/knowledge-center/iam-policy-variables-federated",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html",
    ],
    ..About::EMPTY
};

impl Action for SessionDeny {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let (name, session) = (request.target.name.as_str(), request.value("session")?);
        if !is_session_name(session) {
            return Err(Unplannable::new(format!(
                "{session} can't be a session name: it has 2 to 64 letters, digits and any of _+=,.@-"
            )));
        }
        let (holder, kind, id) = if request.target.kind == "iam-user" {
            (Holder::User, "federated user", account.id.0.as_str())
        } else {
            (Holder::Role, "session", role_id(account, name)?)
        };
        let summary = Summary {
            action: ABOUT.name,
            does: format!("Deny everything to {kind} {session} of {name}"),
            frees: format!("{kind} {session} of {name} works again"),
        };
        let denying = deny_user_id(&format!("{id}:{session}"));
        let policy = format!("StanchDenySession-{session}");
        inline(summary, request, account, holder, (&policy, &denying))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::SessionDeny;
    use crate::actions::example::{account, account_with_role, change, refusal, request_named, told};

    #[test]
    fn a_session_of_a_role_is_denied_by_the_id_of_the_role_and_its_name() {
        let account = account_with_role("deploy", "/", &Value::Null);
        let request = request_named("iam-role", "deploy").with("session", ["botocore-session-1".to_owned()]);
        insta::assert_snapshot!(told(&change(&SessionDeny, &request, &account)), @r#"
        Deny everything to session botocore-session-1 of deploy
        before policy: us-east-1 iam GetRolePolicy {"PolicyName":"StanchDenySession-botocore-session-1","RoleName":"deploy"}
        do us-east-1 iam PutRolePolicy {"PolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"StanchDenySession\",\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\"aws:userid\":\"AROAEXAMPLEROLE:botocore-session-1\"}}}]}","PolicyName":"StanchDenySession-botocore-session-1","RoleName":"deploy"}
        after policy-after: us-east-1 iam GetRolePolicy {"PolicyName":"StanchDenySession-botocore-session-1","RoleName":"deploy"}
        holds policy-after .PolicyDocument {"is":{"Version":"2012-10-17","Statement":[{"Sid":"StanchDenySession","Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:userid":"AROAEXAMPLEROLE:botocore-session-1"}}}]}}
        undo us-east-1 iam DeleteRolePolicy {"PolicyName":"StanchDenySession-botocore-session-1","RoleName":"deploy"} when policy .PolicyDocument "absent" fine NoSuchEntity
        undo us-east-1 iam PutRolePolicy {"PolicyDocument":"<policy .PolicyDocument as text>","PolicyName":"StanchDenySession-botocore-session-1","RoleName":"deploy"} when policy .PolicyDocument "present"
        restores policy .PolicyDocument
        "#);
    }

    #[test]
    fn a_federated_user_is_denied_at_its_user_by_the_number_of_the_account() {
        let request = request_named("iam-user", "mallory").with("session", ["rose".to_owned()]);
        insta::assert_snapshot!(told(&change(&SessionDeny, &request, &account([]))), @r#"
        Deny everything to federated user rose of mallory
        before policy: us-east-1 iam GetUserPolicy {"PolicyName":"StanchDenySession-rose","UserName":"mallory"}
        do us-east-1 iam PutUserPolicy {"PolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"StanchDenySession\",\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\"aws:userid\":\"111122223333:rose\"}}}]}","PolicyName":"StanchDenySession-rose","UserName":"mallory"}
        after policy-after: us-east-1 iam GetUserPolicy {"PolicyName":"StanchDenySession-rose","UserName":"mallory"}
        holds policy-after .PolicyDocument {"is":{"Version":"2012-10-17","Statement":[{"Sid":"StanchDenySession","Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:userid":"111122223333:rose"}}}]}}
        undo us-east-1 iam DeleteUserPolicy {"PolicyName":"StanchDenySession-rose","UserName":"mallory"} when policy .PolicyDocument "absent" fine NoSuchEntity
        undo us-east-1 iam PutUserPolicy {"PolicyDocument":"<policy .PolicyDocument as text>","PolicyName":"StanchDenySession-rose","UserName":"mallory"} when policy .PolicyDocument "present"
        restores policy .PolicyDocument
        "#);
    }

    #[test]
    fn a_name_that_a_condition_would_read_otherwise_is_refused() {
        for hostile in ["${aws:username}", "a*", "x", "a b", "a\"b", &"a".repeat(65)] {
            let request = request_named("iam-user", "mallory").with("session", [hostile.to_owned()]);
            let why = refusal(&SessionDeny, &request, &account([]));
            assert!(why.contains("can't be a session name"), "{why}");
        }
    }
}
