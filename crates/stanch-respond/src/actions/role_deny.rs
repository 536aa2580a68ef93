//! Denies an IAM role everything, in every session, now and later: for roles that the attacker created.
//!
//! On a role that workloads use this is an outage and may lock out the responder too: there `role-sessions-revoke` or
//! `instance-sessions-deny` denies less.

use stanch_core::plan::Change;

use super::parts::{POLICY_NAME, deny_all};
use super::shapes::{Holder, Summary, inline};
use crate::about::About;
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct RoleDeny;

static ABOUT: About = About {
    name: "role-deny",
    does: "Deny everything to an IAM role.",
    targets: &["iam-role"],
    notes: "For roles that the attacker created or uses alone. Everyone who uses the role loses access, sessions that are opened \
            later included. Roles that AWS services or IAM Identity Center own can't be changed.",
    denies_everything: true,
    steps: &["3"],
    sources: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html",
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html",
    ],
    ..About::EMPTY
};

impl Action for RoleDeny {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let role = &request.target.name;
        let summary = Summary {
            action: ABOUT.name,
            does: format!("Deny everything to role {role}"),
            frees: format!("role {role} and its unexpired sessions work again"),
        };
        inline(
            summary,
            request,
            account,
            Holder::Role,
            (POLICY_NAME, &deny_all()),
        )
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::RoleDeny;
    use crate::actions::example::{
        account, account_with_role, change, refusal, request, request_named, told,
    };

    #[test]
    fn the_policy_is_put_and_what_was_there_is_put_back() {
        let change = change(&RoleDeny, &request_named("iam-role", "backdoor"), &account([]));
        insta::assert_snapshot!(told(&change), @r#"
        Deny everything to role backdoor
        before policy: us-east-1 iam GetRolePolicy {"PolicyName":"StanchDeny","RoleName":"backdoor"}
        do us-east-1 iam PutRolePolicy {"PolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"StanchDenyAll\",\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}]}","PolicyName":"StanchDeny","RoleName":"backdoor"}
        after policy-after: us-east-1 iam GetRolePolicy {"PolicyName":"StanchDeny","RoleName":"backdoor"}
        holds policy-after .PolicyDocument {"is":{"Version":"2012-10-17","Statement":[{"Sid":"StanchDenyAll","Effect":"Deny","Action":"*","Resource":"*"}]}}
        undo us-east-1 iam DeleteRolePolicy {"PolicyName":"StanchDeny","RoleName":"backdoor"} when policy .PolicyDocument "absent" fine NoSuchEntity
        undo us-east-1 iam PutRolePolicy {"PolicyDocument":"<policy .PolicyDocument as text>","PolicyName":"StanchDeny","RoleName":"backdoor"} when policy .PolicyDocument "present"
        restores policy .PolicyDocument
        "#);
    }

    #[test]
    fn a_service_linked_role_is_refused_by_its_path_its_arn_or_its_name() {
        let name = "AWSServiceRoleForSupport";
        let listed = account_with_role(name, "/aws-service-role/support.amazonaws.com/", &Value::Null);
        let why = refusal(&RoleDeny, &request_named("iam-role", name), &listed);
        assert!(why.contains("is a service-linked role"), "{why}");
        let arn = format!("arn:aws:iam::111122223333:role/aws-service-role/support.amazonaws.com/{name}");
        let why = refusal(&RoleDeny, &request("iam-role", &arn, name), &account([]));
        assert!(why.contains("is a service-linked role"), "{why}");
        let why = refusal(&RoleDeny, &request_named("iam-role", name), &account([]));
        assert!(why.contains("is a service-linked role"), "{why}");
    }

    #[test]
    fn a_role_of_identity_center_is_refused_with_what_to_do_instead() {
        let name = "AWSReservedSSO_Admin_0123456789abcdef";
        let listed = account_with_role(name, "/aws-reserved/sso.amazonaws.com/", &Value::Null);
        let why = refusal(&RoleDeny, &request_named("iam-role", name), &listed);
        assert!(why.contains("identity-center-deny"), "{why}");
        refusal(&RoleDeny, &request_named("iam-role", name), &account([]));
    }

    #[test]
    fn a_role_that_only_bears_such_a_name_is_denied() {
        for name in [
            "AWSReservedSSO_Admin_0123456789abcdef",
            "AWSServiceRoleForSupport",
        ] {
            let impostor = account_with_role(name, "/", &Value::Null);
            let change = change(&RoleDeny, &request_named("iam-role", name), &impostor);
            assert_eq!(change.writes.len(), 1);
        }
    }
}
