//! A role's permissions boundary becomes AWS's own policy that denies everything: there is one slot, so no quota stands in the
//! way.
//!
//! As `role-deny`, it cuts off everybody who uses the role. The old boundary is put back by undo.

use stanch_core::plan::Change;

use super::shapes::{Holder, Told, boundary};
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
        let told = Told {
            action: ABOUT.name,
            does: format!("the permissions boundary of role {role} becomes AWSDenyAll"),
            frees: format!("role {role}, and every session of it that has not expired"),
        };
        boundary(told, request, account, Holder::Role)
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
        the permissions boundary of role backdoor becomes AWSDenyAll
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
