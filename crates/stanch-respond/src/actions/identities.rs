//! Roles and sessions as collected: which roles can be changed, and how their sessions are distinguished.
//!
//! It must not hold anything that only one action needs.

use serde_json::{Value, json};

use crate::account::{Account, Item};
use crate::action::{ActionRequest, Unplannable};

/// Returns a role, if it was collected.
pub(crate) fn role<'a>(account: &'a Account, name: &str) -> Option<Item<'a>> {
    let list = ("iam", "GetAccountAuthorizationDetails", "RoleDetailList[]");
    account.named(list, "RoleName", name)
}

/// Returns the unique id of a role, such as `AROA…`, which is part of the `aws:userid` of its sessions.
pub(crate) fn role_id<'a>(account: &'a Account, name: &str) -> Result<&'a str, Unplannable> {
    match role(account, name).map(|role| role.text("RoleId")) {
        Some(id) if !id.is_empty() => Ok(id),
        _ => Err(Unplannable::new(format!(
            "the unique id of role {name} was not collected, and its sessions can't be distinguished without it; collect \
             GetAccountAuthorizationDetails, or revoke all older sessions of the role"
        ))),
    }
}

/// Returns the name of the target role, unless only AWS can change it.
///
/// The path decides, which only AWS can give (`/aws-service-role/`, `/aws-reserved/`): a role that only has such a name is an
/// impostor and must be stoppable. Where the path is unknown, the name decides.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html>,
/// <https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html>
pub(crate) fn changeable_role<'w>(
    request: &'w ActionRequest,
    account: &Account,
) -> Result<&'w str, Unplannable> {
    let name = request.target.name.as_str();
    let path = role(account, name)
        .map(|role| role.text("Path"))
        .filter(|path| !path.is_empty())
        .or_else(|| path_in_arn(&request.target.id));
    let is = |place: &str, prefix: &str| {
        path.map_or_else(|| name.starts_with(prefix), |path| path.starts_with(place))
    };
    if is("/aws-service-role/", "AWSServiceRoleFor") {
        return Err(Unplannable::new(format!(
            "role {name} is a service-linked role: it can't be changed, nor can its sessions be revoked; stop the resource of that \
             service that the attacker created or changed"
        )));
    }
    if is("/aws-reserved/", "AWSReservedSSO_") {
        return Err(Unplannable::new(format!(
            "role {name} belongs to IAM Identity Center, which reverts changes; use identity-center-deny on its permission set, or \
             identity-center-assignment-remove"
        )));
    }
    Ok(name)
}

/// Returns `/a/b/` of `arn:aws:iam::111122223333:role/a/b/name`.
fn path_in_arn(arn: &str) -> Option<&str> {
    let (_, rest) = arn.split_once(":role")?;
    let end = rest.rfind('/')?;
    rest.get(..=end)
}

/// Returns a document that denies everything to sessions with one value of `aws:userid`.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html> (table of principal keys)
pub(crate) fn deny_user_id(user_id: &str) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "StanchDenySession",
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:userid": user_id}},
        }],
    })
}

/// Returns whether a text can be a session name, and so part of a policy name and of a condition: without wildcards and
/// variables.
///
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html> (`RoleSessionName`)
pub(crate) fn is_session_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    (2..=64).contains(&name.len()) && name.bytes().all(allowed)
}

/// Returns a sentence for each collected role whose trust policy names a principal.
pub(crate) fn trusting(account: &Account, principal: &str) -> Vec<String> {
    let roles = account.items("iam", "GetAccountAuthorizationDetails", "RoleDetailList[]");
    let trusts = |role: &Item<'_>| {
        let trust = role.value.get("AssumeRolePolicyDocument");
        trust.is_some_and(|trust| contains_text(trust, principal))
    };
    let sentence = |role: Item<'_>| {
        format!(
            "principals that use role {} through it lose access",
            role.text("RoleName")
        )
    };
    roles.into_iter().filter(trusts).map(sentence).collect()
}

fn contains_text(value: &Value, text: &str) -> bool {
    match value {
        Value::String(one) => one == text,
        Value::Array(list) => list.iter().any(|one| contains_text(one, text)),
        Value::Object(members) => members.values().any(|one| contains_text(one, text)),
        _ => false,
    }
}
