//! Cancels the scheduled deletion of a Secrets Manager secret: applications can read it again, and it is not lost at the end of the
//! recovery window.
//!
//! A secret that was deleted without a recovery window is lost at once and can't be restored.

use stanch_core::plan::{Change, Expectation, Param, Path, Read, Reversibility, Test, Wave, Write};

use super::parts::{blank, near, reading_near, text};
use crate::about::{About, Listing, Undo, by_call, by_check};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct SecretDeletionCancel;

/// Recovery window in days when the secret is deleted again: the longest that Secrets Manager accepts.
const DAYS: u32 = 30;

static ABOUT: About = About {
    name: "secret-deletion-cancel",
    does: "Cancel the deletion of a Secrets Manager secret.",
    targets: &["secret"],
    notes: "The value is unchanged: anyone who read it still has it, so rotate it afterwards.",
    answers: &[
        by_call("secretsmanager", "DeleteSecret"),
        by_check("secret-pending-deletion", "secret"),
    ],
    listing: Some(&Listing::new(
        ("secretsmanager", "ListSecrets", "SecretList[]"),
        "ARN",
        "Name",
    )),
    undo: Undo::Partial,
    sources: &[
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html",
        "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RestoreSecret.html",
    ],
    ..About::EMPTY
};

impl Action for SecretDeletionCancel {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let secret = request.target.id.as_str();
        reading_near(
            request,
            account,
            ("secretsmanager", "DescribeSecret"),
            "SecretId",
            secret,
        )?;
        let of_secret = |operation: &str| {
            near(
                &request.target,
                "secretsmanager",
                operation,
                [("SecretId", text(secret))],
            )
        };
        let delete = [
            ("SecretId", text(secret)),
            ("RecoveryWindowInDays", Param::literal(DAYS)),
        ];
        let delete = near(&request.target, "secretsmanager", "DeleteSecret", delete);
        Ok(Change {
            before: vec![Read::new("secret", of_secret("DescribeSecret"))],
            requires: vec![Expectation::new("secret", Path::of("DeletedDate"), Test::Present)],
            writes: vec![Write::new(of_secret("RestoreSecret"))],
            after: vec![Read::new("secret-after", of_secret("DescribeSecret"))],
            verified_by: vec![
                Expectation::new("secret-after", Path::of("ARN"), Test::Present),
                Expectation::new("secret-after", Path::of("DeletedDate"), Test::Absent),
            ],
            undo: vec![Write::new(delete).fine_if("InvalidRequestException")],
            reversibility: Reversibility::Partial {
                remains: format!(
                    "undo schedules the deletion of the secret in {DAYS} days, not on its old date"
                ),
            },
            ..blank(
                &ABOUT,
                request,
                Wave::Deadline,
                format!(
                    "Cancel deletion of Secrets Manager secret {}",
                    request.target.name
                ),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{change, reply, request, told};

    #[test]
    fn it_is_there_and_not_going_to_be_deleted() {
        let secret = json!({"ARN": "arn:s", "Name": "s", "DeletedDate": "2026-03-05T14:00:00Z"});
        let secret = reply(
            "secretsmanager:DescribeSecret",
            json!({"SecretId": "arn:s"}),
            secret,
        );
        let change = change(
            "secret-deletion-cancel",
            &request("secret", "arn:s", "s"),
            vec![secret],
        )
        .unwrap();
        insta::assert_snapshot!(told(&change), @r#"
        Cancel deletion of Secrets Manager secret s
        before secret: eu-west-1 secretsmanager:DescribeSecret (SecretId="arn:s")
        requires secret DeletedDate Present
        sends eu-west-1 secretsmanager:RestoreSecret (SecretId="arn:s")
        after secret-after: eu-west-1 secretsmanager:DescribeSecret (SecretId="arn:s")
        holds secret-after ARN Present
        holds secret-after DeletedDate Absent
        undo eu-west-1 secretsmanager:DeleteSecret (RecoveryWindowInDays=30, SecretId="arn:s") fine if InvalidRequestException
        "#);
    }
}
