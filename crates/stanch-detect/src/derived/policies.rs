//! `stanch.grants`, `stanch.attached`, `stanch.trusts`: identity policies in requests.

use serde_json::Value;
use stanch_core::Event;

use stanch_iam::policy::{Policy, Trust};

/// What the policy document in the request allows.
pub(super) fn grants(event: &Event<'_>) -> Vec<&'static str> {
    let field = match (event.service(), event.base_name()) {
        (
            "iam",
            "PutUserPolicy" | "PutRolePolicy" | "PutGroupPolicy" | "CreatePolicy" | "CreatePolicyVersion",
        ) => "policyDocument",
        ("sts", "GetFederationToken" | "AssumeRole" | "AssumeRoleWithSAML" | "AssumeRoleWithWebIdentity") => {
            "policy"
        }
        ("sso", "PutInlinePolicyToPermissionSet") => "inlinePolicy",
        ("organizations", "CreatePolicy" | "UpdatePolicy") => "content",
        ("rolesanywhere", "CreateProfile" | "UpdateProfile") => "sessionPolicy",
        _ => return Vec::new(),
    };
    let policy = event.request().get(field).and_then(Policy::parse);
    policy.map(|policy| policy.grants()).unwrap_or_default()
}

/// Who may assume the role by the trust policy in the request.
pub(super) fn trusts(event: &Event<'_>) -> Trust {
    let field = match (event.service(), event.base_name()) {
        ("iam", "CreateRole") => "assumeRolePolicyDocument",
        ("iam", "UpdateAssumeRolePolicy") => "policyDocument",
        _ => return Trust::default(),
    };
    let policy = event.request().get(field).and_then(Policy::parse);
    policy
        .map(|policy| policy.trusts(&event.account))
        .unwrap_or_default()
}

/// The managed policy that is attached or set as a boundary.
pub(super) fn attached(event: &Event<'_>) -> Option<&'static str> {
    let fields: &[&str] = match (event.service(), event.base_name()) {
        ("iam", "AttachUserPolicy" | "AttachRolePolicy" | "AttachGroupPolicy") => &["policyArn"],
        (
            "iam",
            "PutUserPermissionsBoundary" | "PutRolePermissionsBoundary" | "CreateUser" | "CreateRole",
        ) => &["permissionsBoundary"],
        ("sso", "AttachManagedPolicyToPermissionSet") => &["managedPolicyArn"],
        _ => return None,
    };
    let request = event.request();
    fields
        .iter()
        .find_map(|field| request.get(*field))
        .and_then(Value::as_str)
        .map(policy_word)
}

fn policy_word(arn: &str) -> &'static str {
    let Some((owner, name)) = arn.split_once(":policy/") else {
        return "other";
    };
    if !owner.ends_with("::aws") {
        return "other";
    }
    let name = name.rsplit('/').next().unwrap_or(name);
    match name {
        "AdministratorAccess" => "admin",
        "IAMFullAccess" => "iam-full",
        "PowerUserAccess" => "power-user",
        "SecurityAudit" => "security-audit",
        _ if name.starts_with("AWSCompromisedKeyQuarantine") => "quarantine",
        _ => "other",
    }
}
