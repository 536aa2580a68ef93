//! What else the attacker can reach, and what holds them back: accounts added or invited, service control
//! policies detached, administration delegated, the bill handed over.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "organization",
    purpose: "The organisation: accounts, policies, delegated administrators, handshakes and billing transfers",
    steps: &["5", "12"],
    service: "organizations",
    scope: Scope::Only("us-east-1"),
    asks: &[
        Ask::new("DescribeOrganization"),
        Ask::new("ListAccounts"),
        Ask::new("ListRoots").each(
            "Roots[]",
            &[
                with("ListOrganizationalUnitsForParent", &[("ParentId", "Id")]).each(
                    "OrganizationalUnits[]",
                    &[
                        with("ListAccountsForParent", &[("ParentId", "Id")]),
                        with("ListOrganizationalUnitsForParent", &[("ParentId", "Id")]).each(
                            "OrganizationalUnits[]",
                            &[
                                with("ListAccountsForParent", &[("ParentId", "Id")]),
                                with("ListOrganizationalUnitsForParent", &[("ParentId", "Id")]),
                            ],
                        ),
                    ],
                ),
                with("ListAccountsForParent", &[("ParentId", "Id")]),
            ],
        ),
        Ask::new("ListPolicies")
            .given(r#"{"Filter":"SERVICE_CONTROL_POLICY"}"#)
            .each(
                "Policies[]",
                &[
                    with("DescribePolicy", &[("PolicyId", "Id")]),
                    with("ListTargetsForPolicy", &[("PolicyId", "Id")]),
                ],
            ),
        Ask::new("ListPolicies")
            .given(r#"{"Filter":"RESOURCE_CONTROL_POLICY"}"#)
            .each(
                "Policies[]",
                &[
                    with("DescribePolicy", &[("PolicyId", "Id")]),
                    with("ListTargetsForPolicy", &[("PolicyId", "Id")]),
                ],
            ),
        Ask::new("ListPolicies")
            .given(r#"{"Filter":"DECLARATIVE_POLICY_EC2"}"#)
            .each(
                "Policies[]",
                &[
                    with("DescribePolicy", &[("PolicyId", "Id")]),
                    with("ListTargetsForPolicy", &[("PolicyId", "Id")]),
                ],
            ),
        Ask::new("ListDelegatedAdministrators").each(
            "DelegatedAdministrators[]",
            &[with("ListDelegatedServicesForAccount", &[("AccountId", "Id")])],
        ),
        Ask::new("ListAWSServiceAccessForOrganization"),
        Ask::new("ListHandshakesForAccount"),
        Ask::new("ListHandshakesForOrganization"),
        Ask::new("ListCreateAccountStatus"),
        Ask::new("ListInboundResponsibilityTransfers").given(r#"{"Type":"BILLING"}"#),
        Ask::new("ListOutboundResponsibilityTransfers").given(r#"{"Type":"BILLING"}"#),
        Ask::new("DescribeResourcePolicy"),
    ],
};
