//! `stanch.caller.*` and `stanch.target.*`: who called, and whether at the expense of somebody else.

use stanch_core::Event;
use stanch_core::event::IdentityKind;
use stanch_core::principal::{is_instance_id, session_name};

/// IAM calls that mean the caller when no user is named.
const OWN_BY_DEFAULT: &[&str] = &[
    "ChangePassword",
    "CreateAccessKey",
    "CreateLoginProfile",
    "CreateServiceSpecificCredential",
    "DeactivateMFADevice",
    "DeleteAccessKey",
    "DeleteLoginProfile",
    "DeleteServiceSpecificCredential",
    "DeleteSigningCertificate",
    "GetLoginProfile",
    "GetUser",
    "ListAccessKeys",
    "ListMFADevices",
    "ListSSHPublicKeys",
    "ListServiceSpecificCredentials",
    "ListSigningCertificates",
    "ResetServiceSpecificCredential",
    "UpdateAccessKey",
    "UpdateServiceSpecificCredential",
    "UpdateSigningCertificate",
    "UploadSigningCertificate",
];

/// The word for a kind of identity.
pub(super) const fn kind(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::Root => "root",
        IdentityKind::IamUser => "iam-user",
        IdentityKind::AssumedRole => "assumed-role",
        IdentityKind::Role => "role",
        IdentityKind::FederatedUser => "federated-user",
        IdentityKind::SamlUser => "saml-user",
        IdentityKind::WebIdentityUser => "web-identity-user",
        IdentityKind::Directory => "directory",
        IdentityKind::AwsAccount => "aws-account",
        IdentityKind::AwsService => "aws-service",
        IdentityKind::IdentityCenterUser => "identity-center-user",
        IdentityKind::Unknown => "unknown",
    }
}

/// Services through which a person acts with their own rights: what they carry out is the person's change.
const ACTING_FOR_A_PERSON: &[&str] = &[
    "AWS Internal",
    "cloudformation.amazonaws.com",
    "cloudshell.amazonaws.com",
    "signin.amazonaws.com",
];

/// Returns true when an AWS service made the call of its own accord: for itself, or because it was set up to.
pub(super) fn is_service(event: &Event<'_>) -> bool {
    let by = &*event.identity.invoked_by;
    event.identity.kind == IdentityKind::AwsService || !(by.is_empty() || ACTING_FOR_A_PERSON.contains(&by))
}

/// True when the credentials expire; not known without a key.
pub(super) fn is_temporary(event: &Event<'_>) -> Option<bool> {
    let key = &event.identity.access_key_id;
    (!key.is_empty()).then(|| key.starts_with("ASIA"))
}

/// Returns true when the session is one of an EC2 instance.
pub(super) fn is_instance(event: &Event<'_>) -> bool {
    event.identity.kind == IdentityKind::AssumedRole && is_instance_id(session_name(&event.identity.arn))
}

/// True when an IAM call about a user is about the caller.
pub(super) fn is_target(event: &Event<'_>) -> Option<bool> {
    if event.service() != "iam" {
        return None;
    }
    match event.request_text("userName").filter(|name| !name.is_empty()) {
        Some(name) => Some(event.identity.kind == IdentityKind::IamUser && names_caller(event, name)),
        None if OWN_BY_DEFAULT.contains(&event.base_name()) => Some(true),
        None => None,
    }
}

fn names_caller(event: &Event<'_>, name: &str) -> bool {
    let own: &str = if event.identity.user_name.is_empty() {
        session_name(&event.identity.arn)
    } else {
        &event.identity.user_name
    };
    own.eq_ignore_ascii_case(name)
}
