//! Who may enter which account by Identity Center, in the account that holds it or in a member account's own
//! instance. Feeds the checks for added assignments, permission sets and token issuers.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "identity-center",
    purpose: "Permission sets, assignments, applications and trusted token issuers of IAM Identity Center",
    steps: &["3", "12"],
    service: "sso-admin",
    scope: Scope::EachRegion,
    asks: &[Ask::new("ListInstances").each(
        "Instances[]",
        &[
            with("ListPermissionSets", &[("InstanceArn", "InstanceArn")]).each(
                "PermissionSets[]",
                &[
                    with(
                        "DescribePermissionSet",
                        &[("InstanceArn", "^InstanceArn"), ("PermissionSetArn", "@")],
                    ),
                    with(
                        "GetInlinePolicyForPermissionSet",
                        &[("InstanceArn", "^InstanceArn"), ("PermissionSetArn", "@")],
                    ),
                    with(
                        "GetPermissionsBoundaryForPermissionSet",
                        &[("InstanceArn", "^InstanceArn"), ("PermissionSetArn", "@")],
                    ),
                    with(
                        "ListManagedPoliciesInPermissionSet",
                        &[("InstanceArn", "^InstanceArn"), ("PermissionSetArn", "@")],
                    ),
                    with(
                        "ListCustomerManagedPolicyReferencesInPermissionSet",
                        &[("InstanceArn", "^InstanceArn"), ("PermissionSetArn", "@")],
                    ),
                    with(
                        "ListAccountsForProvisionedPermissionSet",
                        &[("InstanceArn", "^InstanceArn"), ("PermissionSetArn", "@")],
                    )
                    .each(
                        "AccountIds[]",
                        &[with(
                            "ListAccountAssignments",
                            &[
                                ("InstanceArn", "^InstanceArn"),
                                ("PermissionSetArn", "^PermissionSetArn"),
                                ("AccountId", "@"),
                            ],
                        )],
                    ),
                ],
            ),
            with("ListTrustedTokenIssuers", &[("InstanceArn", "InstanceArn")]).each(
                "TrustedTokenIssuers[]",
                &[with(
                    "DescribeTrustedTokenIssuer",
                    &[("TrustedTokenIssuerArn", "TrustedTokenIssuerArn")],
                )],
            ),
            with("ListApplications", &[("InstanceArn", "InstanceArn")]).each(
                "Applications[]",
                &[
                    with(
                        "ListApplicationAssignments",
                        &[("ApplicationArn", "ApplicationArn")],
                    ),
                    with("ListApplicationGrants", &[("ApplicationArn", "ApplicationArn")]),
                    with(
                        "ListApplicationAuthenticationMethods",
                        &[("ApplicationArn", "ApplicationArn")],
                    ),
                ],
            ),
            with(
                "ListAccountAssignmentCreationStatus",
                &[("InstanceArn", "InstanceArn")],
            ),
            with(
                "ListAccountAssignmentDeletionStatus",
                &[("InstanceArn", "InstanceArn")],
            ),
            with(
                "ListPermissionSetProvisioningStatus",
                &[("InstanceArn", "InstanceArn")],
            ),
            with(
                "DescribeInstanceAccessControlAttributeConfiguration",
                &[("InstanceArn", "InstanceArn")],
            ),
        ],
    )],
};
