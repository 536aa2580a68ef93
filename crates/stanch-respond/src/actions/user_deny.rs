//! A user is denied everything, whatever credential it comes with: keys, console, and sessions that were made from them.
//!
//! By an inline policy: it costs one call, and nothing else refers to it. Where its quota of 2,048 characters is used up,
//! `user-deny-attached` and `user-deny-boundary` do the same in other places.

use super::parts::{POLICY_NAME, deny_all, document, iam, text};
use crate::account::Account;
use crate::action::{About, Action, Unplannable, Wish};
use stanch_core::plan::{Deed, Expectation, Path, Read, Restored, Reversibility, Test, Wave, Write};

/// See the module.
pub(crate) struct UserDeny;

static ABOUT: About = About {
    name: "user-deny",
    does: "Deny a user everything.",
    targets: &["iam-user"],
    notes: "Ends what the user's keys, console sessions and sessions made from them can do, since a Deny is weighed at every \
            request. Sessions of roles that it assumed are not its own: they are revoked at the role.",
    sources: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
    ],
};

impl Action for UserDeny {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn deed(&self, wish: &Wish, account: &Account) -> Result<Deed, Unplannable> {
        let user = wish.target.name.as_str();
        let named = |operation: &str| {
            let params = [("UserName", text(user)), ("PolicyName", text(POLICY_NAME))];
            iam(account, operation, params)
        };
        let put = |by| {
            let params = [
                ("UserName", text(user)),
                ("PolicyName", text(POLICY_NAME)),
                ("PolicyDocument", by),
            ];
            Write::new(iam(account, "PutUserPolicy", params))
        };
        let absent = |test| Expectation::new("policy", Path::of("PolicyDocument"), test);
        Ok(Deed {
            action: ABOUT.name.to_owned(),
            target: wish.target.clone(),
            does: format!("user {user} is denied everything"),
            wave: Wave::Deny,
            breaks: wish.words("breaks").to_vec(),
            before: vec![Read::new("policy", named("GetUserPolicy"))],
            requires: vec![absent(Test::Absent)],
            writes: vec![put(document(&deny_all()))],
            once: false,
            after: vec![Read::new("policy-after", named("GetUserPolicy"))],
            holds: vec![Expectation::new(
                "policy-after",
                Path::of("PolicyDocument"),
                Test::Is(deny_all()),
            )],
            again_after: None,
            undo: vec![Write::new(named("DeleteUserPolicy")).fine_if("NoSuchEntity")],
            restores: vec![Restored::new("policy", Path::of("PolicyDocument"))],
            reversibility: Reversibility::Exact,
            loses: None,
            undo_frees: Some(format!("user {user}")),
        })
    }
}
