//! Denies everything to sessions of an IAM user that were opened before now; its long-term keys keep working.
//!
//! For a legitimate user some of whose credentials were stolen: the plan disables those, and ends the sessions they opened here. Requests
//! with a long-term key have no `aws:TokenIssueTime`, so the condition never matches them.

use serde_json::json;
use stanch_core::plan::{
    Change, Expectation, Form, Param, Path, Read, Restored, Reversibility, Test, Wave, Write,
};

use super::parts::{iam, older_sessions, text};
use crate::about::About;
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct UserSessionsRevoke;

/// Name that the console gives such a policy of a role.
const POLICY: &str = "AWSRevokeOlderSessions";

static ABOUT: About = About {
    name: "user-sessions-revoke",
    does: "Revoke sessions of an IAM user that were opened before now.",
    targets: &["iam-user"],
    notes: "For legitimate users: stolen keys are disabled separately, and keys that were not stolen keep working. Sessions that were opened \
            with those, and console sign-ins, must be opened again. A user that is compromised as a whole is denied (user-deny).",
    steps: &["3"],
    sources: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-tokenissuetime",
    ],
    ..About::EMPTY
};

impl Action for UserSessionsRevoke {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let user = request.target.name.as_str();
        let named = |operation: &str| {
            let params = [("UserName", text(user)), ("PolicyName", text(POLICY))];
            iam(account, operation, params)
        };
        let put = |by| {
            let params = [
                ("UserName", text(user)),
                ("PolicyName", text(POLICY)),
                ("PolicyDocument", by),
            ];
            Write::new(iam(account, "PutUserPolicy", params))
        };
        let policy = || Path::of("PolicyDocument");
        let was = |test| Expectation::new("policy", policy(), test);
        let held = |member: &'static str, test| {
            let path = Path::of("PolicyDocument.Statement[]").then(member);
            Expectation::new("policy-after", path, test)
        };
        Ok(Change {
            action: ABOUT.name.to_owned(),
            target: request.target.clone(),
            does: format!(
                "Revoke sessions of user {user} that were opened before now; its access keys keep working"
            ),
            wave: Wave::Deny,
            impact: request.impact.clone(),
            before: vec![Read::new("policy", named("GetUserPolicy"))],
            requires: Vec::new(),
            writes: vec![put(older_sessions())],
            once: false,
            after: vec![Read::new("policy-after", named("GetUserPolicy"))],
            verified_by: vec![
                held("Effect", Test::Each(json!("Deny"))),
                held("Condition.DateLessThan.aws:TokenIssueTime", Test::Since),
            ],
            settles: None,
            undo: vec![
                Write::new(named("DeleteUserPolicy"))
                    .when(was(Test::Absent))
                    .fine_if("NoSuchEntity"),
                put(Param::from_reply("policy", policy(), Form::Document)).when(was(Test::Present)),
            ],
            restores: vec![Restored::new("policy", policy())],
            reversibility: Reversibility::Exact,
            loses: None,
            undo_reopens: Some(format!("unexpired sessions of user {user} work again")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::UserSessionsRevoke;
    use crate::actions::example::{account, change, request_named, told};

    #[test]
    fn only_sessions_from_before_now_are_denied_and_what_stood_there_comes_back() {
        let change = change(
            &UserSessionsRevoke,
            &request_named("iam-user", "mailer"),
            &account([]),
        );
        insta::assert_snapshot!(told(&change), @r#"
        Revoke sessions of user mailer that were opened before now; its access keys keep working
        before policy: us-east-1 iam GetUserPolicy {"PolicyName":"AWSRevokeOlderSessions","UserName":"mailer"}
        do us-east-1 iam PutUserPolicy {"PolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":[\"*\"],\"Resource\":[\"*\"],\"Condition\":{\"DateLessThan\":{\"aws:TokenIssueTime\":\"<now+30>\"}}}]}","PolicyName":"AWSRevokeOlderSessions","UserName":"mailer"}
        after policy-after: us-east-1 iam GetUserPolicy {"PolicyName":"AWSRevokeOlderSessions","UserName":"mailer"}
        holds policy-after .PolicyDocument.Statement[].Effect {"each":"Deny"}
        holds policy-after .PolicyDocument.Statement[].Condition.DateLessThan.aws:TokenIssueTime "since"
        undo us-east-1 iam DeleteUserPolicy {"PolicyName":"AWSRevokeOlderSessions","UserName":"mailer"} when policy .PolicyDocument "absent" fine NoSuchEntity
        undo us-east-1 iam PutUserPolicy {"PolicyDocument":"<policy .PolicyDocument as text>","PolicyName":"AWSRevokeOlderSessions","UserName":"mailer"} when policy .PolicyDocument "present"
        restores policy .PolicyDocument
        "#);
        assert!(
            !told(&change).contains("IfExists"),
            "a long-term key must not be met"
        );
    }
}
