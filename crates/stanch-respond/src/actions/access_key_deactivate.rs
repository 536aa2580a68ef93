//! Disables a long-term access key of an IAM user. The key can be enabled again, and its id and last use stay known.
//!
//! Sessions that were opened with the key stay valid (`GetSessionToken`, `GetFederationToken`, `AssumeRole`): the plan also denies
//! the user and revokes older sessions of the roles.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Reversibility, Test, Wave, Write};

use super::parts::{iam, text};
use crate::about::{About, Parameter};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct AccessKeyDeactivate;

static ABOUT: About = About {
    name: "access-key-deactivate",
    does: "Disable an IAM access key.",
    targets: &["access-key"],
    parameters: &[Parameter::required(
        "user",
        "name of the IAM user that owns the key",
    )],
    notes: "IAM refuses a disabled key at once or within seconds; it can be enabled again. The key is not deleted: deleting it \
            would lose whose key it was and when it was last used.",
    rank: 2,
    steps: &["2"],
    sources: &["https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html"],
    ..About::EMPTY
};

impl Action for AccessKeyDeactivate {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let (key, user) = (request.target.name.as_str(), request.value("user")?);
        let list = || iam(account, "ListAccessKeys", [("UserName", text(user))]);
        let status = || {
            Path::of("AccessKeyMetadata")
                .only("AccessKeyId", key)
                .then("Status")
        };
        let set = |status: Param| {
            let params = [
                ("UserName", text(user)),
                ("AccessKeyId", text(key)),
                ("Status", status),
            ];
            Write::new(iam(account, "UpdateAccessKey", params))
        };
        let last_used = iam(account, "GetAccessKeyLastUsed", [("AccessKeyId", text(key))]);
        Ok(Change {
            action: ABOUT.name.to_owned(),
            target: request.target.clone(),
            does: format!("Disable access key {key} of user {user}"),
            wave: Wave::Deny,
            impact: request.impact.clone(),
            before: vec![Read::new("keys", list()), Read::new("last-used", last_used)],
            requires: vec![Expectation::new("keys", status(), Test::Present)],
            writes: vec![set(text("Inactive"))],
            once: false,
            after: vec![Read::new("keys-after", list())],
            verified_by: vec![Expectation::new(
                "keys-after",
                status(),
                Test::Is(json!("Inactive")),
            )],
            settles: None,
            undo: vec![set(Param::reply("keys", status()))],
            restores: vec![Restored::new("keys", status())],
            reversibility: Reversibility::Exact,
            loses: None,
            undo_reopens: Some(format!("access key {key} of user {user} works again")),
        })
    }
}
