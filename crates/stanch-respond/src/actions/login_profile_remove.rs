//! A user's console password is removed: nobody signs in with it any more.
//!
//! Console sessions that are open go on for up to twelve hours: the user is denied beside it. The password itself can't be
//! read, so undo makes a new one that nobody knows.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Reversibility, Test, Wave, Write};

use super::parts::{iam, text};
use super::shapes::{Told, bare};
use crate::about::About;
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
        let told = Told {
            action: ABOUT.name,
            does: format!("the console password of user {user} is removed"),
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
                    "the old password of user {user} is gone: there is a new one that nobody knows and that must be changed at \
                     first sign-in; an administrator sets one and hands it over. The date of the profile is new"
                ),
            },
            ..bare(told, request, Wave::Credential)
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
        the console password of user mallory is removed
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
