//! Denies an IAM role everything with the AWS managed policy AWSDenyAll: where the 10,240 characters of inline policies are used up.
//!
//! Like `role-deny`, it affects everyone who uses the role.

use stanch_core::plan::Change;

use super::shapes::{Holder, Summary, attached};
use crate::about::About;
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct RoleDenyAttached;

static ABOUT: About = About {
    name: "role-deny-attached",
    does: "Deny everything to an IAM role by attaching AWSDenyAll.",
    targets: &["iam-role"],
    notes: "For roles whose inline policies leave no room for role-deny. Ten policies can be attached by default; where that limit is \
            reached too, use role-deny-boundary.",
    rank: 1,
    denies_everything: true,
    steps: &["3"],
    sources: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
        "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSDenyAll.html",
    ],
    ..About::EMPTY
};

impl Action for RoleDenyAttached {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let role = &request.target.name;
        let summary = Summary {
            action: ABOUT.name,
            does: format!("Deny everything to role {role}: attach AWSDenyAll"),
            frees: format!("role {role} and its unexpired sessions work again"),
        };
        attached(summary, request, account, Holder::Role)
    }
}

#[cfg(test)]
mod tests {
    use super::RoleDenyAttached;
    use crate::actions::example::{account, change, refusal, request_named, told};

    #[test]
    fn the_policy_is_attached_and_detached_only_if_it_was_not() {
        let change = change(
            &RoleDenyAttached,
            &request_named("iam-role", "backdoor"),
            &account([]),
        );
        insta::assert_snapshot!(told(&change), @r#"
        Deny everything to role backdoor: attach AWSDenyAll
        before attached: us-east-1 iam ListAttachedRolePolicies {"RoleName":"backdoor"}
        do us-east-1 iam AttachRolePolicy {"PolicyArn":"arn:aws:iam::aws:policy/AWSDenyAll","RoleName":"backdoor"}
        after attached-after: us-east-1 iam ListAttachedRolePolicies {"RoleName":"backdoor"}
        holds attached-after .AttachedPolicies[](PolicyArn=arn:aws:iam::aws:policy/AWSDenyAll).PolicyArn "present"
        undo us-east-1 iam DetachRolePolicy {"PolicyArn":"arn:aws:iam::aws:policy/AWSDenyAll","RoleName":"backdoor"} when attached .AttachedPolicies[](PolicyArn=arn:aws:iam::aws:policy/AWSDenyAll).PolicyArn "absent" fine NoSuchEntity
        restores attached .AttachedPolicies[](PolicyArn=arn:aws:iam::aws:policy/AWSDenyAll).PolicyArn
        "#);
    }

    #[test]
    fn a_service_linked_role_is_refused() {
        let request = request_named("iam-role", "AWSServiceRoleForSupport");
        refusal(&RoleDenyAttached, &request, &account([]));
    }
}
