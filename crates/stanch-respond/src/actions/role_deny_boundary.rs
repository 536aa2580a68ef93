//! Sets AWSDenyAll as the permissions boundary of an IAM role: a role has one boundary, so no quota is in the way.
//!
//! Like `role-deny`, it affects everyone who uses the role. Undo restores the old boundary.

use stanch_core::plan::Change;

use super::shapes::{Holder, Summary, boundary};
use crate::about::About;
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct RoleDenyBoundary;

static ABOUT: About = About {
    name: "role-deny-boundary",
    does: "Deny everything to an IAM role by its permissions boundary.",
    targets: &["iam-role"],
    notes: "Always possible, and the denials are explicit, so that resource policies that name the role or its sessions do not help \
            it. Undo restores the old boundary; if its policy was deleted in the meantime, undo fails and the role stays denied.",
    rank: 3,
    denies_everything: true,
    steps: &["3"],
    sources: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html",
    ],
    ..About::EMPTY
};

impl Action for RoleDenyBoundary {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let role = &request.target.name;
        let summary = Summary {
            action: ABOUT.name,
            does: format!("Deny everything to role {role}: set AWSDenyAll as its permissions boundary"),
            frees: format!("role {role} and its unexpired sessions work again"),
        };
        boundary(summary, request, account, Holder::Role)
    }
}

#[cfg(test)]
mod tests {
    use super::RoleDenyBoundary;
    use crate::actions::example::{account, change, refusal, request_named, told};

    #[test]
    fn the_old_boundary_is_put_back_or_deleted_where_there_was_none() {
        let change = change(
            &RoleDenyBoundary,
            &request_named("iam-role", "backdoor"),
            &account([]),
        );
        insta::assert_snapshot!(told(&change), @r#"
        Deny everything to role backdoor: set AWSDenyAll as its permissions boundary
        before role: us-east-1 iam GetRole {"RoleName":"backdoor"}
        do us-east-1 iam PutRolePermissionsBoundary {"PermissionsBoundary":"arn:aws:iam::aws:policy/AWSDenyAll","RoleName":"backdoor"}
        after role-after: us-east-1 iam GetRole {"RoleName":"backdoor"}
        holds role-after .Role.PermissionsBoundary.PermissionsBoundaryArn {"is":"arn:aws:iam::aws:policy/AWSDenyAll"}
        undo us-east-1 iam DeleteRolePermissionsBoundary {"RoleName":"backdoor"} when role .Role.PermissionsBoundary.PermissionsBoundaryArn "absent" fine NoSuchEntity
        undo us-east-1 iam PutRolePermissionsBoundary {"PermissionsBoundary":"<role .Role.PermissionsBoundary.PermissionsBoundaryArn>","RoleName":"backdoor"} when role .Role.PermissionsBoundary.PermissionsBoundaryArn "present"
        restores role .Role.PermissionsBoundary.PermissionsBoundaryArn
        "#);
    }

    #[test]
    fn a_service_linked_role_is_refused() {
        let request = request_named("iam-role", "AWSServiceRoleForSupport");
        refusal(&RoleDenyBoundary, &request, &account([]));
    }
}
