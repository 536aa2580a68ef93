//! Every credential of every user: what survives when an access key is turned off. Feeds containment and the
//! persistence checks for keys, passwords, second factors, SSH keys, certificates and service credentials.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "iam-users",
    purpose: "Users and every credential they can sign in with",
    steps: &["2", "12", "14"],
    service: "iam",
    scope: Scope::Global,
    asks: &[
        Ask::new("ListUsers").each(
            "Users[]",
            &[
                with("ListAccessKeys", &[("UserName", "UserName")]).each(
                    "AccessKeyMetadata[]",
                    &[with("GetAccessKeyLastUsed", &[("AccessKeyId", "AccessKeyId")])],
                ),
                with("GetLoginProfile", &[("UserName", "UserName")]),
                with("ListMFADevices", &[("UserName", "UserName")]),
                with("ListSSHPublicKeys", &[("UserName", "UserName")]),
                with("ListSigningCertificates", &[("UserName", "UserName")]),
                with("ListServiceSpecificCredentials", &[("UserName", "UserName")]),
            ],
        ),
        Ask::new("ListServiceSpecificCredentials").given(r#"{"AllUsers":true}"#),
    ],
};
