//! Denies users of IAM Identity Center everything that a permission set allows; other users of the permission set keep working.
//!
//! IAM can't change the roles of a permission set, and disabling a user does not end open sessions. The Deny is added to the inline
//! policy of the permission set and takes effect in an account once the permission set is provisioned there.

use serde_json::{Value, json};
use stanch_core::Reading;
use stanch_core::plan::{Change, Expectation, Form, Param, Path, Read, Restored, Test, Wave, Write};

use super::parts::{document, text};
use super::shapes::{Summary, bare, regional};
use super::statements::with_statement;
use crate::about::{About, Parameter};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct IdentityCenterDeny;

/// Limit of characters of all inline policies of a role, which a permission set becomes.
const MOST: usize = 10_240;

static ABOUT: About = About {
    name: "identity-center-deny",
    does: "Deny everything to IAM Identity Center users in one permission set.",
    targets: &["permission-set"],
    target_help: "ARN of the permission set",
    parameters: &[Parameter::required_list(
        "users",
        "user ids in the identity store",
    )],
    notes: "Sent from the account that holds Identity Center, once for each permission set that the users can use. No public API \
            ends portal sessions or disables a user: in the console, under Users, delete the active sessions first and then choose \
            Disable user access, or disable the user in the external identity provider. Until then a user with a portal session \
            gets new sessions, which this denies too.",
    steps: &["3"],
    sources: &[
        "https://docs.aws.amazon.com/singlesignon/latest/userguide/prereqs-revoking-user-permissions.html",
        "https://docs.aws.amazon.com/singlesignon/latest/userguide/revoke-user-permissions.html",
        "https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutInlinePolicyToPermissionSet.html",
        "https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountsForProvisionedPermissionSet.html",
        "https://github.com/aws/aws-cli/issues/9954",
    ],
    ..About::EMPTY
};

impl Action for IdentityCenterDeny {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let reading = inline_policy(account, &request.target.id)?;
        let instance = reading.params.get("InstanceArn").and_then(Value::as_str);
        let instance = instance.ok_or_else(|| unread(&request.target.id))?;
        let found = reading.body.get("InlinePolicy").filter(|found| !found.is_null());
        let old = found
            .filter(|found| found.as_str() != Some(""))
            .map(parsed)
            .transpose()?;
        let new = denied(old.as_ref(), request.values("users"))?;
        let call = |operation: &str| regional(request, "sso-admin", operation, of_set(request, instance));
        let put = |by| {
            let [instance, set] = of_set(request, instance);
            let params = [instance, set, ("InlinePolicy", by)];
            Write::new(regional(
                request,
                "sso-admin",
                "PutInlinePolicyToPermissionSet",
                params,
            ))
        };
        let policy = || Path::of("InlinePolicy");
        let unchanged = found.map_or(Test::Absent, |found| Test::Is(found.clone()));
        let restore = match old {
            Some(_) => put(Param::from_reply("inline", policy(), Form::Document)),
            None => {
                Write::new(call("DeleteInlinePolicyFromPermissionSet")).fine_if("ResourceNotFoundException")
            }
        };
        let users = request.values("users").join(", ");
        let summary = Summary {
            action: ABOUT.name,
            does: format!(
                "Deny everything to Identity Center user {users} in permission set {}",
                request.target.name
            ),
            frees: format!(
                "Identity Center user {users} can use permission set {} again",
                request.target.name
            ),
        };
        let get = || call("GetInlinePolicyForPermissionSet");
        Ok(Change {
            before: vec![Read::new("inline", get())],
            requires: vec![Expectation::new("inline", policy(), unchanged)],
            writes: vec![put(document(&new)), provision(request, instance)],
            // Provisioning is asynchronous, and a second request would restart it.
            once: true,
            after: vec![Read::new("inline-after", get()), behind(request, instance)],
            verified_by: vec![
                Expectation::new("inline-after", policy(), Test::Is(new)),
                Expectation::new("behind", Path::of("AccountIds[]"), Test::Absent),
            ],
            undo: vec![restore, provision(request, instance)],
            restores: vec![Restored::new("inline", policy())],
            ..bare(summary, request, Wave::Deny)
        })
    }
}

fn of_set<'a>(request: &ActionRequest, instance: &str) -> [(&'a str, Param); 2] {
    [
        ("InstanceArn", text(instance)),
        ("PermissionSetArn", text(&request.target.id)),
    ]
}

/// Provisions the permission set in all accounts that have it.
fn provision(request: &ActionRequest, instance: &str) -> Write {
    let [instance, set] = of_set(request, instance);
    let params = [instance, set, ("TargetType", text("ALL_PROVISIONED_ACCOUNTS"))];
    Write::new(regional(request, "sso-admin", "ProvisionPermissionSet", params))
}

/// Reads the accounts that still have the old permission set.
fn behind(request: &ActionRequest, instance: &str) -> Read {
    let [instance, set] = of_set(request, instance);
    let status = (
        "ProvisioningStatus",
        text("LATEST_PERMISSION_SET_NOT_PROVISIONED"),
    );
    let operation = "ListAccountsForProvisionedPermissionSet";
    Read::new(
        "behind",
        regional(request, "sso-admin", operation, [instance, set, status]),
    )
}

fn unread(set: &str) -> Unplannable {
    Unplannable::new(format!(
        "the inline policy of permission set {set} was not collected; collect the account that holds Identity Center"
    ))
}

/// The reply about the inline policy of a permission set.
fn inline_policy<'a>(account: &'a Account, set: &str) -> Result<&'a Reading, Unplannable> {
    let mut readings = account.readings("sso-admin", "GetInlinePolicyForPermissionSet");
    let of_set = |reading: &&Reading| {
        let asked = reading.params.get("PermissionSetArn").and_then(Value::as_str);
        asked == Some(set) && reading.outcome.is_known()
    };
    readings.find(of_set).ok_or_else(|| unread(set))
}

fn parsed(found: &Value) -> Result<Value, Unplannable> {
    match found {
        Value::String(written) => serde_json::from_str(written)
            .map_err(|_| Unplannable::new("the inline policy of the permission set is not valid JSON")),
        read => Ok(read.clone()),
    }
}

/// The inline policy with the Deny added.
fn denied(old: Option<&Value>, users: &[String]) -> Result<Value, Unplannable> {
    let is_id =
        |id: &String| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if users.is_empty() {
        return Err(Unplannable::new("users is not given"));
    }
    if let Some(unfit) = users.iter().find(|id| !is_id(id)) {
        return Err(Unplannable::new(format!(
            "{unfit} is not a user id of the identity store, which has hex digits and dashes; names can be changed"
        )));
    }
    let mut users = users.to_vec();
    users.sort();
    users.dedup();
    let none = json!({"Version": "2012-10-17", "Statement": []});
    let statement = json!({
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*",
        "Condition": {"StringEquals": {"identitystore:userId": users}},
    });
    let new = with_statement(old.unwrap_or(&none), statement)
        .ok_or_else(|| Unplannable::new("the inline policy of the permission set has no statements"))?;
    let length = new.to_string().chars().count();
    if length > MOST {
        return Err(Unplannable::new(format!(
            "the inline policy would have {length} characters, and the limit is {MOST}; remove the assignments of the users instead"
        )));
    }
    Ok(new)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::IdentityCenterDeny;
    use crate::account::Account;
    use crate::action::ActionRequest;
    use crate::actions::example::{account, change, params, refusal, request, told};

    const SET: &str = "arn:aws:sso:::permissionSet/ssoins-1/ps-1";

    fn with_policy(policy: &Value) -> Account {
        account([(
            "sso-admin",
            "GetInlinePolicyForPermissionSet",
            json!({"InstanceArn": "arn:aws:sso:::instance/ssoins-1", "PermissionSetArn": SET}),
            json!({"InlinePolicy": policy}),
        )])
    }

    fn request_for(user: &str) -> ActionRequest {
        request("permission-set", SET, "Admin").with("users", [user.to_owned()])
    }

    const USER: &str = "90676c1e2f-0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d";

    #[test]
    fn where_there_was_no_policy_undo_deletes_it_and_provisions_again() {
        let change = change(&IdentityCenterDeny, &request_for(USER), &with_policy(&json!("")));
        insta::assert_snapshot!(told(&change), @r#"
        Deny everything to Identity Center user 90676c1e2f-0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d in permission set Admin
        before inline: us-east-1 sso-admin GetInlinePolicyForPermissionSet {"InstanceArn":"arn:aws:sso:::instance/ssoins-1","PermissionSetArn":"arn:aws:sso:::permissionSet/ssoins-1/ps-1"}
        requires inline .InlinePolicy {"is":""}
        do us-east-1 sso-admin PutInlinePolicyToPermissionSet {"InlinePolicy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\"identitystore:userId\":[\"90676c1e2f-0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d\"]}},\"Sid\":\"Stanchc4445830\"}]}","InstanceArn":"arn:aws:sso:::instance/ssoins-1","PermissionSetArn":"arn:aws:sso:::permissionSet/ssoins-1/ps-1"}
        do us-east-1 sso-admin ProvisionPermissionSet {"InstanceArn":"arn:aws:sso:::instance/ssoins-1","PermissionSetArn":"arn:aws:sso:::permissionSet/ssoins-1/ps-1","TargetType":"ALL_PROVISIONED_ACCOUNTS"}
        after inline-after: us-east-1 sso-admin GetInlinePolicyForPermissionSet {"InstanceArn":"arn:aws:sso:::instance/ssoins-1","PermissionSetArn":"arn:aws:sso:::permissionSet/ssoins-1/ps-1"}
        after behind: us-east-1 sso-admin ListAccountsForProvisionedPermissionSet {"InstanceArn":"arn:aws:sso:::instance/ssoins-1","PermissionSetArn":"arn:aws:sso:::permissionSet/ssoins-1/ps-1","ProvisioningStatus":"LATEST_PERMISSION_SET_NOT_PROVISIONED"}
        holds inline-after .InlinePolicy {"is":{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"identitystore:userId":["90676c1e2f-0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d"]}},"Sid":"Stanchc4445830"}]}}
        holds behind .AccountIds[] "absent"
        undo us-east-1 sso-admin DeleteInlinePolicyFromPermissionSet {"InstanceArn":"arn:aws:sso:::instance/ssoins-1","PermissionSetArn":"arn:aws:sso:::permissionSet/ssoins-1/ps-1"} fine ResourceNotFoundException
        undo us-east-1 sso-admin ProvisionPermissionSet {"InstanceArn":"arn:aws:sso:::instance/ssoins-1","PermissionSetArn":"arn:aws:sso:::permissionSet/ssoins-1/ps-1","TargetType":"ALL_PROVISIONED_ACCOUNTS"}
        restores inline .InlinePolicy
        "#);
    }

    #[test]
    fn a_policy_that_is_there_is_kept_and_put_back() {
        let old =
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
        let change = change(&IdentityCenterDeny, &request_for(USER), &with_policy(&json!(old)));
        let sent = params(&change.writes[0].call);
        let new: Value = serde_json::from_str(sent["InlinePolicy"].as_str().unwrap()).unwrap();
        assert_eq!(new["Statement"][0]["Action"], "s3:*");
        assert_eq!(new["Statement"][1]["Effect"], "Deny");
        assert_eq!(change.undo[0].call.operation.0, "PutInlinePolicyToPermissionSet");
        assert!(change.requires[0].is_met(Some(&json!({"InlinePolicy": old})), stanch_core::Timestamp(0)));
    }

    #[test]
    fn names_in_place_of_ids_and_sets_that_were_not_read_are_refused() {
        for hostile in ["mallory@example.com", "${aws:userid}", "*", ""] {
            let why = refusal(
                &IdentityCenterDeny,
                &request_for(hostile),
                &with_policy(&json!("")),
            );
            assert!(why.contains("not a user id of the identity store"), "{why}");
        }
        let why = refusal(&IdentityCenterDeny, &request_for(USER), &account([]));
        assert!(why.contains("was not collected"), "{why}");
        refusal(
            &IdentityCenterDeny,
            &request("permission-set", SET, ""),
            &with_policy(&json!("")),
        );
    }
}
