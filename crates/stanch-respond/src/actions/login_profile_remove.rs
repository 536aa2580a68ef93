//! Deletes the console password of an IAM user (its login profile).
//!
//! Open console sessions stay valid for up to twelve hours: the plan also denies the user. The password can't be read, so undo creates
//! a new one that nobody knows.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Reversibility, Test, Wave, Write};

use super::parts::{iam, text};
use super::shapes::{Summary, bare};
use crate::about::{About, Undo};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct LoginProfileRemove;

static ABOUT: About = About {
    name: "login-profile-remove",
    does: "Delete the console password of an IAM user.",
    targets: &["iam-user"],
    notes: "Ends new sign-ins, not open sessions: user-deny does that. MFA devices stay, as evidence and so that the owner need not \
            register again. After undo an administrator sets a password and gives it to the owner.",
    steps: &["2"],
    undo: Undo::Partial,
    sources: &[
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteLoginProfile.html",
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateLoginProfile.html",
    ],
    ..About::EMPTY
};

impl Action for LoginProfileRemove {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let user = request.target.name.as_str();
        let of_user = |operation: &str| iam(account, operation, [("UserName", text(user))]);
        let create = [
            ("UserName", text(user)),
            ("Password", Param::Secret),
            ("PasswordResetRequired", Param::Literal(json!(true))),
        ];
        let profile = || Path::of("LoginProfile");
        let summary = Summary {
            action: ABOUT.name,
            does: format!("Delete the console password of user {user}"),
            frees: String::new(),
        };
        Ok(Change {
            before: vec![
                Read::new("profile", of_user("GetLoginProfile")),
                Read::new("devices", of_user("ListMFADevices")),
            ],
            writes: vec![Write::new(of_user("DeleteLoginProfile")).fine_if("NoSuchEntity")],
            after: vec![Read::new("profile-after", of_user("GetLoginProfile"))],
            verified_by: vec![Expectation::new("profile-after", profile(), Test::Absent)],
            undo: vec![
                Write::new(iam(account, "CreateLoginProfile", create))
                    .when(Expectation::new("profile", profile(), Test::Present))
                    .fine_if("EntityAlreadyExists"),
            ],
            restores: vec![Restored::new("profile", profile().then("UserName"))],
            reversibility: Reversibility::Partial {
                remains: format!(
                    "the old console password of user {user} is lost: undo creates one that nobody knows, so an administrator must set \
                     a password and give it to the user. The login profile has a new date"
                ),
            },
            ..bare(summary, request, Wave::Credential)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::LoginProfileRemove;
    use crate::actions::example::{account, change, request_named, told};

    #[test]
    fn undo_makes_a_password_that_nobody_knows_and_only_where_there_was_one() {
        let change = change(
            &LoginProfileRemove,
            &request_named("iam-user", "mallory"),
            &account([]),
        );
        assert!(change.undo[0].call.params.has_secret());
        insta::assert_snapshot!(told(&change), @r#"
        Delete the console password of user mallory
        before profile: us-east-1 iam GetLoginProfile {"UserName":"mallory"}
        before devices: us-east-1 iam ListMFADevices {"UserName":"mallory"}
        do us-east-1 iam DeleteLoginProfile {"UserName":"mallory"} fine NoSuchEntity
        after profile-after: us-east-1 iam GetLoginProfile {"UserName":"mallory"}
        holds profile-after .LoginProfile "absent"
        undo us-east-1 iam CreateLoginProfile {"Password":"<secret>","PasswordResetRequired":true,"UserName":"mallory"} when profile .LoginProfile "present" fine EntityAlreadyExists
        restores profile .LoginProfile.UserName
        "#);
    }
}
