//! `stanch.exposes`: with whom a resource is shared by a request.
//!
//! Each service says it in its own way; what is left is a policy document under one of a few names.

use serde_json::Value;
use stanch_core::Event;

use super::tree::{everywhere, items, member, texts};
use stanch_iam::policy::{Exposure, Policy};

/// Where requests carry the policy on a resource.
const POLICY_FIELDS: [&str; 11] = [
    "/bucketPolicy",
    "/policy",
    "/Policy",
    "/policyText",
    "/resourcePolicy",
    "/attributes/Policy",
    "/accessPolicies",
    "/accessPolicy",
    "/policyDocument",
    "/policyInJson",
    "/policy/policy",
];

/// S3's groups of everybody, and of everybody with an AWS account.
const EVERYBODY: [&str; 2] = ["global/AllUsers", "global/AuthenticatedUsers"];

/// Service, call, request field: calls that plainly list whom they share with.
const NAMED: &[(&str, &str, &str)] = &[
    ("rds", "ModifyDBSnapshotAttribute", "valuesToAdd"),
    ("rds", "ModifyDBClusterSnapshotAttribute", "valuesToAdd"),
    ("redshift", "AuthorizeSnapshotAccess", "accountWithRestoreAccess"),
    ("redshift", "AuthorizeDataShare", "consumerIdentifier"),
    ("ssm", "ModifyDocumentPermission", "accountIdsToAdd"),
    ("sns", "AddPermission", "aWSAccountId"),
    ("sns", "AddPermission", "aWSAccountIds"),
    ("sqs", "AddPermission", "aWSAccountId"),
    ("sqs", "AddPermission", "aWSAccountIds"),
    ("kms", "CreateGrant", "granteePrincipal"),
    ("ram", "CreateResourceShare", "principals"),
    ("ram", "AssociateResourceShare", "principals"),
];

/// Service, call, request field: lists of permissions with an `add` part.
const ADDED: &[(&str, &str, &str)] = &[
    ("ec2", "ModifySnapshotAttribute", "createVolumePermission"),
    ("ec2", "ModifyImageAttribute", "launchPermission"),
    ("ec2", "ModifyFpgaImageAttribute", "loadPermission"),
];

/// Services whose policies are not about who may reach a resource.
const WITHOUT_RESOURCE_POLICIES: [&str; 5] = ["ec2", "iam", "sts", "organizations", "sso"];

/// Whom the request shares a resource with.
pub(super) fn exposes(event: &Event<'_>) -> Exposure {
    let mut exposure = Exposure::default();
    let request = event.request();
    if !request.is_object() {
        return exposure;
    }
    let own: &str = &event.account;
    let (service, call) = (event.service(), event.base_name());
    let fields = |table: &'static [(&str, &str, &'static str)]| {
        table
            .iter()
            .filter(move |(of, named, _)| *of == service && *named == call)
            .map(|(_, _, field)| request.get(*field))
    };
    for list in fields(NAMED) {
        names(&mut exposure, texts(list), own);
    }
    for change in fields(ADDED) {
        permissions(&mut exposure, change, own);
    }
    match service {
        "ec2" if call == "ModifyVpcEndpointServicePermissions" => {
            for name in everywhere(request, "addAllowedPrincipals") {
                names(&mut exposure, texts(Some(name)), own);
            }
        }
        "lambda" | "events" if call.ends_with("Permission") => function(&mut exposure, request, own),
        "s3" => access_list(&mut exposure, request, own),
        _ => {}
    }
    if !WITHOUT_RESOURCE_POLICIES.contains(&service) {
        documents(&mut exposure, request, own);
    }
    exposure
}

/// Account numbers, ARNs, services, `*` or `all`.
fn names(exposure: &mut Exposure, names: Vec<&str>, own: &str) {
    for name in names {
        if name.eq_ignore_ascii_case("all") {
            exposure.add_public();
        } else if name.starts_with("o-") || name.contains(":organization/") || name.contains(":ou/") {
            exposure.add_organization();
        } else {
            exposure.add_principal(name, own);
        }
    }
}

/// EC2's lists of permissions that are added: `{"add": {"items": [{"userId": ..}, {"group": "all"}]}}`.
fn permissions(exposure: &mut Exposure, change: Option<&Value>, own: &str) {
    let Some(added) = change.and_then(|change| member(change, "add")) else {
        return;
    };
    for item in items(Some(added)) {
        for field in ["group", "userId", "organizationArn", "organizationalUnitArn"] {
            names(exposure, texts(member(item, field)), own);
        }
    }
}

/// Permission on a function, layer or event bus: a principal, narrowed by organization, account or source.
fn function(exposure: &mut Exposure, request: &Value, own: &str) {
    let text = |name: &str| {
        request
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    let Some(principal) = text("principal") else {
        return;
    };
    let organization = text("principalOrgID").or_else(|| text("organizationId"));
    let bus_condition = everywhere(request, "key").into_iter().any(|key| {
        key.as_str()
            .is_some_and(|key| key.eq_ignore_ascii_case("aws:PrincipalOrgID"))
    });
    let account = text("sourceAccount")
        .or_else(|| text("sourceArn"))
        .and_then(stanch_iam::policy::account_in);
    match (principal, account) {
        ("*", _) if organization.is_some() || bus_condition => exposure.add_organization(),
        ("*", Some(account)) => exposure.add_account(&account, own),
        // An S3 bucket's ARN names no account, but it is no stranger.
        ("*", None) if text("sourceArn").is_some() => exposure.add_service(),
        _ => exposure.add_principal(principal, own),
    }
}

/// Access lists of S3: canned, by header, or written out.
fn access_list(exposure: &mut Exposure, request: &Value, own: &str) {
    for canned in texts(request.get("x-amz-acl")) {
        if canned.starts_with("public-") || canned == "authenticated-read" {
            exposure.add_public();
        }
    }
    let headers = request.as_object().into_iter().flatten();
    let nested = request
        .get("accessControlList")
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    for (name, value) in headers.chain(nested) {
        if name.starts_with("x-amz-grant-") {
            for grantees in texts(Some(value)) {
                grantees
                    .split(',')
                    .for_each(|grantee| header_grantee(exposure, grantee));
            }
        }
    }
    let owner = request
        .pointer("/AccessControlPolicy/Owner/ID")
        .and_then(Value::as_str);
    for grantee in everywhere(request, "Grantee") {
        written_grantee(exposure, grantee, owner, own);
    }
}

/// `uri="http://acs.amazonaws.com/groups/global/AllUsers"`, `id="…"`, `emailAddress="…"`.
fn header_grantee(exposure: &mut Exposure, grantee: &str) {
    let grantee = grantee.trim();
    if EVERYBODY.iter().any(|group| grantee.contains(group)) {
        exposure.add_public();
    } else if grantee.starts_with("id=") || grantee.to_ascii_lowercase().starts_with("emailaddress=") {
        exposure.add_some_account();
    }
}

fn written_grantee(exposure: &mut Exposure, grantee: &Value, owner: Option<&str>, own: &str) {
    let text = |name: &str| member(grantee, name).and_then(Value::as_str);
    if let Some(group) = text("URI") {
        if EVERYBODY.iter().any(|everybody| group.ends_with(everybody)) {
            exposure.add_public();
        }
    } else if let Some(id) = text("ID") {
        if owner == Some(id) {
            exposure.add_account(own, own);
        } else {
            exposure.add_some_account();
        }
    } else if text("EmailAddress").is_some() {
        exposure.add_some_account();
    }
}

/// Policy documents under the names they have in requests.
fn documents(exposure: &mut Exposure, request: &Value, own: &str) {
    for field in POLICY_FIELDS {
        if let Some(policy) = request.pointer(field).and_then(Policy::parse) {
            exposure.add_all(&policy.exposes(own));
        }
    }
    let attribute = request.get("attributeName").and_then(Value::as_str);
    if attribute.is_some_and(|name| name.eq_ignore_ascii_case("Policy"))
        && let Some(policy) = request.get("attributeValue").and_then(Policy::parse)
    {
        exposure.add_all(&policy.exposes(own));
    }
}
