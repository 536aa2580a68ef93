//! Calls of STS and the sign-in service: sessions.
//!
//! Sorted by service and call. It must not know other services.

use crate::fact::{CallFact, Place};

/// See the module.
pub(super) const CALLS: &[CallFact] = &[
    CallFact::issues("signin", "GetSigninToken", "console session")
        .credential()
        .links(),
    CallFact::issues("sts", "AssumeRole", "session")
        .response("credentials/accessKeyId")
        .principal(Place::Request("roleArn"))
        .credential()
        .links(),
    CallFact::issues("sts", "AssumeRoleWithSAML", "session")
        .response("credentials/accessKeyId")
        .principal(Place::Request("roleArn"))
        .credential()
        .links(),
    CallFact::issues("sts", "AssumeRoleWithWebIdentity", "session")
        .response("credentials/accessKeyId")
        .principal(Place::Request("roleArn"))
        .credential()
        .links(),
    CallFact::issues("sts", "AssumeRoot", "session")
        .response("credentials/accessKeyId")
        .credential()
        .links(),
    CallFact::issues("sts", "GetFederationToken", "session")
        .response("credentials/accessKeyId")
        .principal(Place::Response("federatedUser/arn"))
        .credential()
        .links(),
    CallFact::issues("sts", "GetSessionToken", "session")
        .response("credentials/accessKeyId")
        .credential()
        .links(),
];
