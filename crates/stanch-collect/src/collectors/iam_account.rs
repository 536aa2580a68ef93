//! IAM as a whole: every principal with its policies in one dump, what root has, and who has not signed in
//! for long. Feeds trust, privilege escalation, root and password checks.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "iam-account",
    purpose: "The account's sign-in settings, credential report and all policies in one dump",
    steps: &["1", "2", "4", "12"],
    service: "iam",
    scope: Scope::Global,
    asks: &[
        Ask::new("GetAccountAuthorizationDetails")
            .given(r#"{"Filter":["User","Role","Group","LocalManagedPolicy","AWSManagedPolicy"]}"#),
        Ask::new("GetAccountSummary"),
        Ask::new("GetAccountPasswordPolicy"),
        Ask::new("GenerateCredentialReport")
            .until("State", "COMPLETE")
            .then(&[Ask::new("GetCredentialReport").regardless()]),
        Ask::new("ListAccountAliases"),
        Ask::new("ListVirtualMFADevices"),
        Ask::new("ListPolicies").given(r#"{"Scope":"Local"}"#).each(
            "Policies[]",
            &[with("ListPolicyVersions", &[("PolicyArn", "Arn")]).each(
                "Versions[]",
                &[with(
                    "GetPolicyVersion",
                    &[("PolicyArn", "^PolicyArn"), ("VersionId", "VersionId")],
                )],
            )],
        ),
        Ask::new("GetOutboundWebIdentityFederationInfo"),
        Ask::new("ListOrganizationsFeatures"),
        Ask::new("ListDelegationRequests"),
    ],
};
