//! Names resolved through an external principal's server, and the only thing that stops name lookups of an isolated
//! host.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "resolvers",
    purpose: "Resolver endpoints, rules, firewall and query logs",
    steps: &["12", "13"],
    service: "route53resolver",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListResolverEndpoints"),
        Ask::new("ListResolverRules"),
        Ask::new("ListResolverRuleAssociations"),
        Ask::new("ListResolverQueryLogConfigs"),
        Ask::new("ListResolverQueryLogConfigAssociations"),
        Ask::new("ListFirewallRuleGroups"),
        Ask::new("ListFirewallRuleGroupAssociations"),
        Ask::new("ListFirewallConfigs"),
    ],
};
