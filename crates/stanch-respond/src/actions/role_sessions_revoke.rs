//! Denies everything to sessions of an IAM role that were opened before now; the role itself keeps working.
//!
//! The policy has the name and the content that the console button gives it. Anyone who may still assume the role gets a new session:
//! the plan also tightens its trust policy.

use serde_json::json;
use stanch_core::plan::{
    Change, Expectation, Form, Param, Path, Read, Restored, Reversibility, Test, Wave, Write,
};

use super::identities::changeable_role;
use super::parts::{iam, older_sessions, text};
use crate::about::About;
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct RoleSessionsRevoke;

/// Name that the console gives the policy.
const POLICY: &str = "AWSRevokeOlderSessions";

static ABOUT: About = About {
    name: "role-sessions-revoke",
    does: "Revoke sessions of an IAM role that were opened before now.",
    targets: &["iam-role"],
    notes: "For roles that workloads use. They get new credentials on their own, instances within hours: they are denied until then, \
            unless they are restarted or their instance profile is associated again.",
    steps: &["3"],
    sources: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-tokenissuetime",
    ],
    ..About::EMPTY
};

impl Action for RoleSessionsRevoke {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let role = changeable_role(request, account)?;
        let named = |operation: &str| {
            let params = [("RoleName", text(role)), ("PolicyName", text(POLICY))];
            iam(account, operation, params)
        };
        let put = |by| {
            let params = [
                ("RoleName", text(role)),
                ("PolicyName", text(POLICY)),
                ("PolicyDocument", by),
            ];
            Write::new(iam(account, "PutRolePolicy", params))
        };
        let policy = || Path::of("PolicyDocument");
        let was = |test| Expectation::new("policy", policy(), test);
        let statement = "PolicyDocument.Statement[]";
        Ok(Change {
            action: ABOUT.name.to_owned(),
            target: request.target.clone(),
            does: format!("Revoke sessions of role {role} that were opened before now"),
            wave: Wave::Deny,
            impact: request.impact.clone(),
            before: vec![Read::new("policy", named("GetRolePolicy"))],
            requires: Vec::new(),
            writes: vec![put(older_sessions())],
            once: false,
            after: vec![Read::new("policy-after", named("GetRolePolicy"))],
            verified_by: vec![
                Expectation::new(
                    "policy-after",
                    Path::of(statement).then("Effect"),
                    Test::Each(json!("Deny")),
                ),
                Expectation::new(
                    "policy-after",
                    Path::of(statement).then("Condition.DateLessThan.aws:TokenIssueTime"),
                    Test::Since,
                ),
            ],
            settles: None,
            undo: vec![
                Write::new(named("DeleteRolePolicy"))
                    .when(was(Test::Absent))
                    .fine_if("NoSuchEntity"),
                put(Param::from_reply("policy", policy(), Form::Document)).when(was(Test::Present)),
            ],
            restores: vec![Restored::new("policy", policy())],
            reversibility: Reversibility::Exact,
            loses: None,
            undo_reopens: Some(format!("unexpired sessions of role {role} work again")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::RoleSessionsRevoke;
    use crate::actions::example::{account, refusal, request_named};

    #[test]
    fn a_role_that_only_aws_may_change_is_refused() {
        for name in [
            "AWSServiceRoleForSupport",
            "AWSReservedSSO_Admin_0123456789abcdef",
        ] {
            refusal(
                &RoleSessionsRevoke,
                &request_named("iam-role", name),
                &account([]),
            );
        }
    }
}
