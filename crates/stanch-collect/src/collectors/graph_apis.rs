//! Addresses in front of data. Their keys are secrets and are not asked for.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "graph-apis",
    purpose: "GraphQL APIs and their data sources",
    steps: &["8", "12"],
    service: "appsync",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListGraphqlApis").each("graphqlApis[]", &[with("ListDataSources", &[("apiId", "apiId")])]),
        Ask::new("ListDomainNames"),
    ],
};
