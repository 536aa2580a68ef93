//! Names led elsewhere, and domains about to be carried off.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "names",
    purpose: "Hosted zones, records, query logs, and registered domains",
    steps: &["8", "12"],
    service: "route53",
    scope: Scope::Only("us-east-1"),
    asks: &[
        Ask::new("ListHostedZones").each(
            "HostedZones[]",
            &[
                with("ListResourceRecordSets", &[("HostedZoneId", "Id")]),
                with("GetHostedZone", &[("Id", "Id")]),
            ],
        ),
        Ask::new("ListQueryLoggingConfigs"),
        Ask::new("ListHealthChecks"),
        Ask::new("ListTrafficPolicies"),
        Ask::new("ListReusableDelegationSets"),
        Ask::new("ListDomains").of("route53domains").each(
            "Domains[]",
            &[with("GetDomainDetail", &[("DomainName", "DomainName")])],
        ),
        Ask::new("ListOperations").of("route53domains"),
    ],
};
