//! Roles for people who have not signed in, open registration, providers added.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "user-pools",
    purpose: "User pools and identity pools with the roles they give",
    steps: &["8", "12"],
    service: "cognito-idp",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListUserPools").given(r#"{"MaxResults":60}"#).each(
            "UserPools[]",
            &[
                with("DescribeUserPool", &[("UserPoolId", "Id")]),
                with("ListUserPoolClients", &[("UserPoolId", "Id")]),
                with("ListIdentityProviders", &[("UserPoolId", "Id")]),
                with("ListGroups", &[("UserPoolId", "Id")]),
            ],
        ),
        Ask::new("ListIdentityPools")
            .of("cognito-identity")
            .given(r#"{"MaxResults":60}"#)
            .each(
                "IdentityPools[]",
                &[
                    with("DescribeIdentityPool", &[("IdentityPoolId", "IdentityPoolId")]),
                    with("GetIdentityPoolRoles", &[("IdentityPoolId", "IdentityPoolId")]),
                ],
            ),
    ],
};
