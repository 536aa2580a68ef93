//! Sets AWSDenyAll as the permissions boundary of an IAM user: a user has one boundary, so no quota is in the way.
//!
//! Explicit denials in a boundary apply whatever resource policies allow. Undo restores the old boundary and never just deletes it: without
//! it the user would have more permissions than before.

use stanch_core::plan::Change;

use super::shapes::{Holder, Summary, boundary};
use crate::about::About;
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct UserDenyBoundary;

static ABOUT: About = About {
    name: "user-deny-boundary",
    does: "Deny everything to an IAM user by its permissions boundary.",
    targets: &["iam-user"],
    notes: "Always possible, and the denials are explicit, so that resource policies that name the user do not help it. Undo restores the \
            old boundary; if its policy was deleted in the meantime, undo fails and the user stays denied.",
    rank: 3,
    denies_everything: true,
    steps: &["2", "3"],
    sources: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPermissionsBoundary.html",
    ],
    ..About::EMPTY
};

impl Action for UserDenyBoundary {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let user = &request.target.name;
        let summary = Summary {
            action: ABOUT.name,
            does: format!("Deny everything to user {user}: set AWSDenyAll as its permissions boundary"),
            frees: format!("user {user} can call AWS again"),
        };
        boundary(summary, request, account, Holder::User)
    }
}

#[cfg(test)]
mod tests {
    use super::UserDenyBoundary;
    use crate::actions::example::{account, change, request_named, told};

    #[test]
    fn the_old_boundary_is_put_back_or_deleted_where_there_was_none() {
        let change = change(
            &UserDenyBoundary,
            &request_named("iam-user", "mallory"),
            &account([]),
        );
        insta::assert_snapshot!(told(&change), @r#"
        Deny everything to user mallory: set AWSDenyAll as its permissions boundary
        before user: us-east-1 iam GetUser {"UserName":"mallory"}
        do us-east-1 iam PutUserPermissionsBoundary {"PermissionsBoundary":"arn:aws:iam::aws:policy/AWSDenyAll","UserName":"mallory"}
        after user-after: us-east-1 iam GetUser {"UserName":"mallory"}
        holds user-after .User.PermissionsBoundary.PermissionsBoundaryArn {"is":"arn:aws:iam::aws:policy/AWSDenyAll"}
        undo us-east-1 iam DeleteUserPermissionsBoundary {"UserName":"mallory"} when user .User.PermissionsBoundary.PermissionsBoundaryArn "absent" fine NoSuchEntity
        undo us-east-1 iam PutUserPermissionsBoundary {"PermissionsBoundary":"<user .User.PermissionsBoundary.PermissionsBoundaryArn>","UserName":"mallory"} when user .User.PermissionsBoundary.PermissionsBoundaryArn "present"
        restores user .User.PermissionsBoundary.PermissionsBoundaryArn
        "#);
    }
}
