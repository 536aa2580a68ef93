//! Calls of IAM: users, roles, policies and credentials.
//!
//! Sorted by service and call. It must not know other services.

use crate::fact::{CallFact, Loss, Place};

/// See the module.
pub(super) const CALLS: &[CallFact] = &[
    CallFact::grants("iam", "AttachRolePolicy", "role")
        .request("roleName")
        .undone_by(&["DetachRolePolicy"])
        .links(),
    CallFact::grants("iam", "AttachUserPolicy", "user")
        .request("userName")
        .undone_by(&["DetachUserPolicy"])
        .links(),
    CallFact::creates("iam", "CreateAccessKey", "access key")
        .response("accessKey/accessKeyId")
        .undone_by(&["DeleteAccessKey"])
        .user(Place::Response("accessKey/userName"))
        .credential()
        .links(),
    CallFact::creates("iam", "CreateInstanceProfile", "instance profile")
        .request("instanceProfileName")
        .undone_by(&["DeleteInstanceProfile"]),
    CallFact::creates("iam", "CreateLoginProfile", "console password")
        .request("userName")
        .undone_by(&["DeleteLoginProfile"])
        .user(Place::Request("userName"))
        .credential()
        .links(),
    CallFact::creates("iam", "CreateOpenIDConnectProvider", "OIDC provider")
        .response("openIDConnectProviderArn")
        .undone_by(&["DeleteOpenIDConnectProvider"])
        .credential(),
    CallFact::creates("iam", "CreatePolicy", "managed policy")
        .response("policy/arn")
        .undone_by(&["DeletePolicy"]),
    CallFact::creates("iam", "CreateRole", "role")
        .request("roleName")
        .undone_by(&["DeleteRole"])
        .role(Place::Request("roleName"))
        .credential()
        .links(),
    CallFact::creates("iam", "CreateSAMLProvider", "SAML provider")
        .response("sAMLProviderArn")
        .undone_by(&["DeleteSAMLProvider"])
        .credential(),
    CallFact::creates(
        "iam",
        "CreateServiceSpecificCredential",
        "service-specific credential",
    )
    .response("serviceSpecificCredential/serviceSpecificCredentialId")
    .undone_by(&["DeleteServiceSpecificCredential"])
    .credential(),
    CallFact::creates("iam", "CreateUser", "user")
        .request("userName")
        .undone_by(&["DeleteUser"])
        .user(Place::Request("userName"))
        .credential()
        .links(),
    CallFact::deletes("iam", "DeleteAccessKey", "access key").request("accessKeyId"),
    CallFact::deletes("iam", "DeleteInstanceProfile", "instance profile")
        .request("instanceProfileName")
        .loses(Loss::Plumbing),
    CallFact::deletes("iam", "DeleteLoginProfile", "console password").request("userName"),
    CallFact::deletes("iam", "DeletePolicy", "managed policy")
        .request("policyArn")
        .loses(Loss::Plumbing),
    CallFact::deletes("iam", "DeleteRole", "role")
        .request("roleName")
        .loses(Loss::Plumbing),
    CallFact::deletes("iam", "DeleteUser", "user")
        .request("userName")
        .loses(Loss::Workload),
    CallFact::grants("iam", "PutRolePolicy", "role")
        .request("roleName")
        .undone_by(&["DeleteRolePolicy"])
        .links(),
    CallFact::grants("iam", "PutUserPolicy", "user")
        .request("userName")
        .undone_by(&["DeleteUserPolicy"])
        .links(),
    CallFact::grants("iam", "UpdateAssumeRolePolicy", "role")
        .request("roleName")
        .role(Place::Request("roleName"))
        .credential()
        .links(),
    CallFact::changes("iam", "UpdateLoginProfile", "console password")
        .request("userName")
        .undone_by(&["DeleteLoginProfile"])
        .user(Place::Request("userName"))
        .credential()
        .links(),
    CallFact::creates("iam", "UploadSSHPublicKey", "SSH public key")
        .response("sSHPublicKey/sSHPublicKeyId")
        .undone_by(&["DeleteSSHPublicKey"])
        .credential(),
    CallFact::creates("iam", "UploadSigningCertificate", "signing certificate")
        .response("certificate/certificateId")
        .undone_by(&["DeleteSigningCertificate"])
        .credential(),
];
