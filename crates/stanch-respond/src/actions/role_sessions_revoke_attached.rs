//! Denies everything to sessions of an IAM role that were opened before now, by a managed policy: where inline policies fill the quota.
//!
//! The policy is made for the role and deleted by undo. Its document is that of `role-sessions-revoke`.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Path, Read, Restored, Test, Wave, Write};

use super::identities::changeable_role;
use super::parts::{iam, older_sessions, text};
use super::shapes::{Summary, bare};
use crate::about::About;
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct RoleSessionsRevokeAttached;

static ABOUT: About = About {
    name: "role-sessions-revoke-attached",
    does: "Revoke sessions of an IAM role that were opened before now, by a managed policy.",
    targets: &["iam-role"],
    notes: "For roles whose inline policies leave no room for role-sessions-revoke. Ten managed policies can be attached to a role by \
            default.",
    rank: 1,
    steps: &["3"],
    sources: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html",
    ],
    ..About::EMPTY
};

/// Characters that the name of a managed policy can have.
const NAME_LIMIT: usize = 128;

impl Action for RoleSessionsRevokeAttached {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let role = changeable_role(request, account)?;
        let name: String = format!("AWSRevokeOlderSessions-{role}")
            .chars()
            .take(NAME_LIMIT)
            .collect();
        let arn = account.arn("iam", &format!("policy/{name}"));
        let of_policy = |operation: &str| iam(account, operation, [("PolicyArn", text(&arn))]);
        let of_both = |operation: &str| {
            let params = [("RoleName", text(role)), ("PolicyArn", text(&arn))];
            iam(account, operation, params)
        };
        let list = || iam(account, "ListAttachedRolePolicies", [("RoleName", text(role))]);
        let version = [("PolicyArn", text(&arn)), ("VersionId", text("v1"))];
        let create = [("PolicyName", text(&name)), ("PolicyDocument", older_sessions())];
        let attached = || {
            Path::of("AttachedPolicies")
                .only("PolicyArn", &arn)
                .then("PolicyArn")
        };
        let summary = Summary {
            action: ABOUT.name,
            does: format!("Revoke sessions of role {role} that were opened before now: attach a policy"),
            frees: format!("unexpired sessions of role {role} work again"),
        };
        let absent = || Expectation::new("policy", Path::of("Policy.Arn"), Test::Absent);
        Ok(Change {
            before: vec![
                Read::new("policy", of_policy("GetPolicy")),
                Read::new("attached", list()),
            ],
            requires: vec![absent()],
            writes: vec![
                Write::new(iam(account, "CreatePolicy", create)).fine_if("EntityAlreadyExists"),
                Write::new(of_both("AttachRolePolicy")),
            ],
            after: vec![
                Read::new("attached-after", list()),
                Read::new("version-after", iam(account, "GetPolicyVersion", version)),
            ],
            verified_by: verified(attached()),
            undo: vec![
                Write::new(of_both("DetachRolePolicy")).fine_if("NoSuchEntity"),
                Write::new(of_policy("DeletePolicy")).fine_if("NoSuchEntity"),
            ],
            restores: vec![
                Restored::new("policy", Path::of("Policy.Arn")),
                Restored::new("attached", attached()),
            ],
            ..bare(summary, request, Wave::Deny)
        })
    }
}

/// Returns the conditions that verify it: the policy is attached, and denies sessions from before the change.
fn verified(attached: Path) -> Vec<Expectation> {
    let of = |member| Path::of("PolicyVersion.Document.Statement[]").then(member);
    vec![
        Expectation::new("attached-after", attached, Test::Present),
        Expectation::new("version-after", of("Effect"), Test::Each(json!("Deny"))),
        Expectation::new(
            "version-after",
            of("Condition.DateLessThan.aws:TokenIssueTime"),
            Test::Since,
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::RoleSessionsRevokeAttached;
    use crate::actions::example::{account, change, refusal, request_named, told};

    #[test]
    fn a_policy_is_made_for_the_role_and_undo_deletes_it() {
        let request = request_named("iam-role", "datasets");
        let told = told(&change(&RoleSessionsRevokeAttached, &request, &account([])));
        for part in [
            "do us-east-1 iam CreatePolicy",
            "AWSRevokeOlderSessions-datasets",
            "do us-east-1 iam AttachRolePolicy",
            "undo us-east-1 iam DetachRolePolicy",
            "undo us-east-1 iam DeletePolicy",
        ] {
            assert!(told.contains(part), "{part}: {told}");
        }
        let long = request_named("iam-role", &"r".repeat(64));
        change(&RoleSessionsRevokeAttached, &long, &account([]));
    }

    #[test]
    fn a_role_that_only_aws_may_change_is_refused() {
        let request = request_named("iam-role", "AWSServiceRoleForSupport");
        refusal(&RoleSessionsRevokeAttached, &request, &account([]));
    }
}
