//! VPC or Route 53 Resolver forwards DNS queries to an external server.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::{AccountState, Item};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use serde_json::Value;
use stanch_core::json_path::text;
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("ec2", "DescribeDhcpOptions"),
    list("route53resolver", "ListResolverRules"),
];

/// The check.
pub(super) struct NamesAnsweredElsewhere;

impl Check for NamesAnsweredElsewhere {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "names-answered-elsewhere",
            title: "VPC or Route 53 Resolver forwards DNS queries to an external server",
            why: "A VPC that resolves names with an external DNS server can be led to any address: the answers decide where instances connect to.",
            severity: Severity::Medium,
            tactics: &[Tactic::CredentialAccess, Tactic::DefenseEvasion],
            techniques: &["T1557", "T1584.002"],
            steps: &["8", "12"],
            next: "Restore the DHCP options (AmazonProvidedDNS), and delete the forwarding rule",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A public DNS resolver that was chosen on purpose"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("ec2", "DescribeDhcpOptions", "DhcpOptions") {
            for option in item.list("DhcpConfigurations") {
                if text(option, "Key") != "domain-name-servers" {
                    continue;
                }
                let values = option.get("Values").and_then(Value::as_array);
                let strange: Vec<&str> = values
                    .into_iter()
                    .flatten()
                    .map(|value| text(value, "Value"))
                    .filter(|address| is_outside(address))
                    .collect();
                report(
                    found,
                    &item,
                    ("dhcp-options", "VPC DHCP options set", item.text("DhcpOptionsId")),
                    &strange,
                );
            }
        }
        for item in account.items("route53resolver", "ListResolverRules", "ResolverRules") {
            let addresses = item
                .list("TargetIps.Ip")
                .into_iter()
                .chain(item.list("TargetIps.Ipv6"));
            let strange: Vec<&str> = addresses
                .filter_map(Value::as_str)
                .filter(|address| is_outside(address))
                .collect();
            if item.text("RuleType") == "FORWARD" {
                report(
                    found,
                    &item,
                    ("resolver-rule", "Route 53 Resolver rule", item.text("Id")),
                    &strange,
                );
            }
        }
    }
}

/// Returns whether an address is outside the private ranges.
fn is_outside(address: &str) -> bool {
    match address.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(address)) => {
            !(address.is_private() || address.is_link_local() || address.is_loopback())
        }
        Ok(std::net::IpAddr::V6(address)) => !(address.is_unique_local() || address.is_loopback()),
        Err(_) => false,
    }
}

fn report(found: &mut Findings, item: &Item<'_>, (kind, noun, id): (&str, &str, &str), servers: &[&str]) {
    if servers.is_empty() {
        return;
    }
    found
        .on(item, kind, id, id)
        .suspicious(Severity::Medium)
        .fact("DNS Servers", &servers.join(", "))
        .say(&format!(
            "{noun} {id} forwards DNS queries to {}",
            servers.join(", ")
        ));
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, silent, suspicious};

    let options = |server: &str| {
        answer(
            "ec2:DescribeDhcpOptions",
            json!({"DhcpOptions": [{"DhcpOptionsId": "dopt-1", "DhcpConfigurations": [{"Key": "domain-name-servers", "Values": [{"Value": server}]}]}]}),
        )
    };
    let rule = answer(
        "route53resolver:ListResolverRules",
        json!({"ResolverRules": [{"Id": "r", "RuleType": "FORWARD", "TargetIps": [{"Ip": "203.0.113.9"}]}]}),
    );
    vec![
        suspicious(vec![options("203.0.113.9")]),
        suspicious(vec![rule]),
        silent(vec![options("AmazonProvidedDNS"), options("10.0.0.2")]),
    ]
}
