//! Denies an IAM user everything with the AWS managed policy AWSDenyAll: where the 2,048 characters of inline policies are used up.
//!
//! An attacker can fill that quota beforehand, and the quota of ten attached policies too: `user-deny-boundary` is always possible.

use stanch_core::plan::Change;

use super::shapes::{Holder, Summary, attached};
use crate::about::About;
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct UserDenyAttached;

static ABOUT: About = About {
    name: "user-deny-attached",
    does: "Deny everything to an IAM user by attaching AWSDenyAll.",
    targets: &["iam-user"],
    notes: "For users whose inline policies leave no room for user-deny. Ten policies can be attached by default; where that limit is \
            reached too, use user-deny-boundary. Nothing is detached, and groups stay: both are evidence.",
    rank: 1,
    denies_everything: true,
    steps: &["2", "3"],
    sources: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
        "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSDenyAll.html",
    ],
    ..About::EMPTY
};

impl Action for UserDenyAttached {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let user = &request.target.name;
        let summary = Summary {
            action: ABOUT.name,
            does: format!("Deny everything to user {user}: attach AWSDenyAll"),
            frees: format!("user {user} can call AWS again"),
        };
        attached(summary, request, account, Holder::User)
    }
}

#[cfg(test)]
mod tests {
    use super::UserDenyAttached;
    use crate::actions::example::{account, change, request_named, told};

    #[test]
    fn the_policy_is_attached_and_detached_only_if_it_was_not() {
        let change = change(
            &UserDenyAttached,
            &request_named("iam-user", "mallory"),
            &account([]),
        );
        insta::assert_snapshot!(told(&change), @r#"
        Deny everything to user mallory: attach AWSDenyAll
        before attached: us-east-1 iam ListAttachedUserPolicies {"UserName":"mallory"}
        do us-east-1 iam AttachUserPolicy {"PolicyArn":"arn:aws:iam::aws:policy/AWSDenyAll","UserName":"mallory"}
        after attached-after: us-east-1 iam ListAttachedUserPolicies {"UserName":"mallory"}
        holds attached-after .AttachedPolicies[](PolicyArn=arn:aws:iam::aws:policy/AWSDenyAll).PolicyArn "present"
        undo us-east-1 iam DetachUserPolicy {"PolicyArn":"arn:aws:iam::aws:policy/AWSDenyAll","UserName":"mallory"} when attached .AttachedPolicies[](PolicyArn=arn:aws:iam::aws:policy/AWSDenyAll).PolicyArn "absent" fine NoSuchEntity
        restores attached .AttachedPolicies[](PolicyArn=arn:aws:iam::aws:policy/AWSDenyAll).PolicyArn
        "#);
    }

    #[test]
    fn a_partition_other_than_aws_has_its_own_policy() {
        let mut account = account([]);
        account.partition = "aws-us-gov".to_owned();
        let change = change(&UserDenyAttached, &request_named("iam-user", "mallory"), &account);
        assert!(told(&change).contains("arn:aws-us-gov:iam::aws:policy/AWSDenyAll"));
    }
}
