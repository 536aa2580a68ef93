//! Removes one account assignment of IAM Identity Center: a user or group can no longer access an account with a permission set.
//!
//! A user with a portal session keeps opening sessions after being disabled, until the assignments are removed.
//! `identity-center-deny` denies sessions that are open already.

use serde_json::Value;
use stanch_core::plan::{
    Change, Expectation, Impact, Path, Read, Restored, Reversibility, Test, Wave, Write,
};

use super::parts::text;
use super::shapes::{Summary, bare, regional};
use crate::about::{About, Parameter, Undo};
use crate::account::{Account, Item};
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct IdentityCenterAssignmentRemove;

static ABOUT: About = About {
    name: "identity-center-assignment-remove",
    does: "Remove an IAM Identity Center account assignment.",
    targets: &["permission-set"],
    target_help: "ARN of the permission set",
    parameters: &[
        Parameter::required("account", "id of the account"),
        Parameter::required("principal", "id of the user or group"),
    ],
    notes: "Removing the assignment of a group removes access for everyone in it: remove the user from the group instead \
            (identity-center-membership-remove). If it is the last assignment of the permission set in an account, Identity Center \
            deletes its role there for good.",
    steps: &["3"],
    undo: Undo::Partial,
    sources: &[
        "https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteAccountAssignment.html",
        "https://docs.aws.amazon.com/singlesignon/latest/userguide/revoke-user-permissions.html",
    ],
    ..About::EMPTY
};

impl Action for IdentityCenterAssignmentRemove {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let (into, principal) = (request.value("account")?, request.value("principal")?);
        let found = assignment(account, &request.target.id, into, principal)?;
        let (instance, kind) = (found.asked("InstanceArn"), found.text("PrincipalType"));
        let list = || {
            let params = [
                ("InstanceArn", text(instance)),
                ("AccountId", text(into)),
                ("PermissionSetArn", text(&request.target.id)),
            ];
            regional(request, "sso-admin", "ListAccountAssignments", params)
        };
        let change = |operation: &str| {
            let params = [
                ("InstanceArn", text(instance)),
                ("TargetId", text(into)),
                ("TargetType", text("AWS_ACCOUNT")),
                ("PermissionSetArn", text(&request.target.id)),
                ("PrincipalType", text(kind)),
                ("PrincipalId", text(principal)),
            ];
            Write::new(regional(request, "sso-admin", operation, params))
        };
        let listed = || Path::of("AccountAssignments").only("PrincipalId", principal);
        let what = format!("{} {principal}", kind.to_lowercase());
        let set = &request.target.name;
        let summary = Summary {
            action: ABOUT.name,
            does: format!(
                "Remove the Identity Center assignment of {what} to account {into} with permission set {set}"
            ),
            frees: format!("Identity Center {what} can access account {into} again"),
        };
        let mut change = Change {
            before: vec![Read::new("assignments", list())],
            writes: vec![change("DeleteAccountAssignment").fine_if("ResourceNotFoundException")],
            // Removal is asynchronous, and a second request is refused until it is finished.
            once: true,
            after: vec![Read::new("assignments-after", list())],
            verified_by: vec![Expectation::new("assignments-after", listed(), Test::Absent)],
            undo: vec![change("CreateAccountAssignment").when(Expectation::new(
                "assignments",
                listed(),
                Test::Present,
            ))],
            restores: vec![Restored::new("assignments", listed())],
            reversibility: Reversibility::Partial {
                remains: format!(
                    "if it was the last assignment of the permission set in account {into}, Identity Center creates a new role there \
                     with another unique id and name suffix: policies that name the old role no longer match"
                ),
            },
            ..bare(summary, request, Wave::Credential)
        };
        if kind == "GROUP" {
            change.impact.push(Impact::in_use(format!(
                "every member of group {principal} loses access to account {into}"
            )));
        }
        Ok(change)
    }
}

/// The assignment as it was read.
fn assignment<'a>(
    account: &'a Account,
    set: &str,
    into: &str,
    principal: &str,
) -> Result<Item<'a>, Unplannable> {
    let items = account.items("sso-admin", "ListAccountAssignments", "AccountAssignments[]");
    let is_it = |item: &Item<'_>| {
        let asked = |name: &str| item.reading.params.get(name).and_then(Value::as_str);
        asked("PermissionSetArn") == Some(set)
            && asked("AccountId") == Some(into)
            && item.text("PrincipalId") == principal
    };
    items.into_iter().find(is_it).ok_or_else(|| {
        Unplannable::new(format!(
            "no assignment of {principal} to permission set {set} in account {into} was collected"
        ))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use stanch_core::plan::Impact;

    use super::IdentityCenterAssignmentRemove;
    use crate::account::Account;
    use crate::action::ActionRequest;
    use crate::actions::example::{account, change, refusal, request, told};

    const SET: &str = "arn:aws:sso:::permissionSet/ssoins-1/ps-1";

    fn assigned(kind: &str) -> Account {
        account([(
            "sso-admin",
            "ListAccountAssignments",
            json!({"InstanceArn": "arn:aws:sso:::instance/ssoins-1", "PermissionSetArn": SET, "AccountId": "444455556666"}),
            json!({"AccountAssignments": [{"PrincipalType": kind, "PrincipalId": "9067-1"}]}),
        )])
    }

    fn request_for(principal: &str) -> ActionRequest {
        request("permission-set", SET, "Admin")
            .with("account", ["444455556666".to_owned()])
            .with("principal", [principal.to_owned()])
    }

    #[test]
    fn the_assignment_is_removed_and_made_again() {
        let change = change(
            &IdentityCenterAssignmentRemove,
            &request_for("9067-1"),
            &assigned("USER"),
        );
        assert!(change.impact.is_empty());
        insta::assert_snapshot!(told(&change), @r#"
        Remove the Identity Center assignment of user 9067-1 to account 444455556666 with permission set Admin
        before assignments: us-east-1 sso-admin ListAccountAssignments {"AccountId":"444455556666","InstanceArn":"arn:aws:sso:::instance/ssoins-1","PermissionSetArn":"arn:aws:sso:::permissionSet/ssoins-1/ps-1"}
        do us-east-1 sso-admin DeleteAccountAssignment {"InstanceArn":"arn:aws:sso:::instance/ssoins-1","PermissionSetArn":"arn:aws:sso:::permissionSet/ssoins-1/ps-1","PrincipalId":"9067-1","PrincipalType":"USER","TargetId":"444455556666","TargetType":"AWS_ACCOUNT"} fine ResourceNotFoundException
        after assignments-after: us-east-1 sso-admin ListAccountAssignments {"AccountId":"444455556666","InstanceArn":"arn:aws:sso:::instance/ssoins-1","PermissionSetArn":"arn:aws:sso:::permissionSet/ssoins-1/ps-1"}
        holds assignments-after .AccountAssignments[](PrincipalId=9067-1) "absent"
        undo us-east-1 sso-admin CreateAccountAssignment {"InstanceArn":"arn:aws:sso:::instance/ssoins-1","PermissionSetArn":"arn:aws:sso:::permissionSet/ssoins-1/ps-1","PrincipalId":"9067-1","PrincipalType":"USER","TargetId":"444455556666","TargetType":"AWS_ACCOUNT"} when assignments .AccountAssignments[](PrincipalId=9067-1) "present"
        restores assignments .AccountAssignments[](PrincipalId=9067-1)
        "#);
    }

    #[test]
    fn that_a_group_is_shut_out_is_said() {
        let change = change(
            &IdentityCenterAssignmentRemove,
            &request_for("9067-1"),
            &assigned("GROUP"),
        );
        assert_eq!(
            change.impact,
            [Impact::in_use(
                "every member of group 9067-1 loses access to account 444455556666"
            )]
        );
    }

    #[test]
    fn an_assignment_that_was_not_read_is_not_made_up() {
        let why = refusal(
            &IdentityCenterAssignmentRemove,
            &request_for("other"),
            &assigned("USER"),
        );
        assert!(why.contains("was collected"), "{why}");
    }
}
