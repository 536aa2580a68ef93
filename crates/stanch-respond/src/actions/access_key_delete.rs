//! Deletes a long-term access key: only one that is disabled already, and only with a reason why nothing is lost by it.
//!
//! Deleting a key contains nothing: IAM refuses a disabled key just the same. Deleting loses whose key it was and when it was last
//! used, and frees one of the user's two places for keys.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Path, Read, Reversibility, Test, Wave, Write};

use super::parts::{iam, text};
use super::shapes::{Summary, bare};
use crate::about::{About, Parameter, Undo};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct AccessKeyDelete;

static ABOUT: About = About {
    name: "access-key-delete",
    does: "Delete a disabled IAM access key.",
    targets: &["access-key"],
    parameters: &[
        Parameter::required("user", "name of the IAM user that owns the key"),
        Parameter::required("proof", "why nothing is lost by deleting the key, in words"),
    ],
    notes: "Use it only some days after access-key-deactivate, once it is clear that nothing needs the key and its events are \
            saved. It can't be undone. To stay reversible, leave the key disabled.",
    steps: &["2"],
    undo: Undo::Impossible,
    sources: &[
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccessKey.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id-credentials-access-keys-update.html",
    ],
    ..About::EMPTY
};

impl Action for AccessKeyDelete {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let (key, user) = (request.target.name.as_str(), request.value("user")?);
        let proof = request.value("proof")?.trim();
        if proof.is_empty() {
            return Err(Unplannable::new(
                "the proof that the key is not needed is empty; a disabled key does no harm and can stay",
            ));
        }
        let list = || iam(account, "ListAccessKeys", [("UserName", text(user))]);
        let listed = || Path::of("AccessKeyMetadata").only("AccessKeyId", key);
        let inactive = Test::Is(json!("Inactive"));
        let last_used = iam(account, "GetAccessKeyLastUsed", [("AccessKeyId", text(key))]);
        let params = [("UserName", text(user)), ("AccessKeyId", text(key))];
        let delete = iam(account, "DeleteAccessKey", params);
        let summary = Summary {
            action: ABOUT.name,
            does: format!("Delete access key {key} of user {user}: {proof}"),
            frees: String::new(),
        };
        Ok(Change {
            before: vec![Read::new("keys", list()), Read::new("last-used", last_used)],
            requires: vec![Expectation::new("keys", listed().then("Status"), inactive)],
            writes: vec![Write::new(delete).fine_if("NoSuchEntity")],
            after: vec![Read::new("keys-after", list())],
            verified_by: vec![Expectation::new("keys-after", listed(), Test::Absent)],
            reversibility: Reversibility::None {
                remains: format!(
                    "access key {key} is deleted for good; create a new key for a workload that needs one"
                ),
            },
            loses: Some(format!(
                "the owner and the last use of access key {key}, which AWS no longer reports"
            )),
            ..bare(summary, request, Wave::Credential)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::AccessKeyDelete;
    use crate::actions::example::{account, change, refusal, request_named, told};

    #[test]
    fn only_an_inactive_key_is_deleted_and_a_second_person_is_needed() {
        let request = request_named("access-key", "AKIAEXAMPLE")
            .with("user", ["mallory".to_owned()])
            .with("proof", ["unused for 30 days".to_owned()]);
        let change = change(&AccessKeyDelete, &request, &account([]));
        assert!(change.loses.is_some() && change.undo.is_empty());
        insta::assert_snapshot!(told(&change), @r#"
        Delete access key AKIAEXAMPLE of user mallory: unused for 30 days
        before keys: us-east-1 iam ListAccessKeys {"UserName":"mallory"}
        before last-used: us-east-1 iam GetAccessKeyLastUsed {"AccessKeyId":"AKIAEXAMPLE"}
        requires keys .AccessKeyMetadata[](AccessKeyId=AKIAEXAMPLE).Status {"is":"Inactive"}
        do us-east-1 iam DeleteAccessKey {"AccessKeyId":"AKIAEXAMPLE","UserName":"mallory"} fine NoSuchEntity
        after keys-after: us-east-1 iam ListAccessKeys {"UserName":"mallory"}
        holds keys-after .AccessKeyMetadata[](AccessKeyId=AKIAEXAMPLE) "absent"
        "#);
    }

    #[test]
    fn without_a_proof_nothing_is_deleted() {
        let request = request_named("access-key", "AKIAEXAMPLE").with("user", ["mallory".to_owned()]);
        assert_eq!(
            refusal(&AccessKeyDelete, &request, &account([])),
            "proof is not given"
        );
        let blank = request.with("proof", [" ".to_owned()]);
        refusal(&AccessKeyDelete, &blank, &account([]));
    }
}
