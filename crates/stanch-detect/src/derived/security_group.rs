//! `stanch.opens`: what a change of a security group or network ACL lets in from anywhere.

use serde_json::Value;
use stanch_core::Event;

use super::tree::{everywhere, flag, member, number, objects};

const ADMIN_PORTS: [i64; 11] = [22, 3389, 5985, 5986, 445, 1433, 3306, 5432, 6379, 9200, 27017];
/// A range of at least this many ports is "all" of them: some leave out a few at the ends.
const NEARLY_ALL: i64 = 65_000;
const WORDS: [&str; 4] = ["world", "world-admin-port", "world-all-ports", "world-web-port"];

/// What it lets in, in the words of the field.
pub(super) fn opens(event: &Event<'_>) -> Vec<&'static str> {
    let request = event.request();
    let found: Vec<&'static str> = match (event.service(), event.base_name()) {
        ("ec2", "AuthorizeSecurityGroupIngress" | "ModifySecurityGroupRules") => {
            objects(request).into_iter().flat_map(of_rule).collect()
        }
        ("ec2", "CreateNetworkAclEntry" | "ReplaceNetworkAclEntry") => of_acl_entry(request),
        ("rds" | "redshift", "AuthorizeDBSecurityGroupIngress" | "AuthorizeClusterSecurityGroupIngress")
            if everywhere(request, "cIDRIP").into_iter().any(is_world) =>
        {
            vec!["world"]
        }
        _ => Vec::new(),
    };
    WORDS.into_iter().filter(|word| found.contains(word)).collect()
}

/// An object that names a protocol is a rule; the address ranges lie in it or below it.
fn of_rule(rule: &Value) -> Vec<&'static str> {
    let Some(protocol) = member(rule, "ipProtocol") else {
        return Vec::new();
    };
    let below: Vec<&Value> = if member(rule, "ipPermissions").is_some() {
        // The old form at the top: its ranges are its own, those of the list belong to the list's rules.
        ["cidrIp", "cidrIpv6"]
            .iter()
            .filter_map(|name| member(rule, name))
            .collect()
    } else {
        ["cidrIp", "cidrIpv4", "cidrIpv6"]
            .iter()
            .flat_map(|name| everywhere(rule, name))
            .collect()
    };
    if below.into_iter().any(is_world) {
        words(protocol, member(rule, "fromPort"), member(rule, "toPort"))
    } else {
        Vec::new()
    }
}

fn of_acl_entry(entry: &Value) -> Vec<&'static str> {
    let allows = member(entry, "ruleAction")
        .and_then(Value::as_str)
        .is_some_and(|action| action.eq_ignore_ascii_case("allow"));
    let outward = flag(member(entry, "egress")).unwrap_or(false);
    let world = ["cidrBlock", "ipv6CidrBlock"]
        .iter()
        .filter_map(|name| member(entry, name))
        .any(is_world);
    if !allows || outward || !world {
        return Vec::new();
    }
    let range = member(entry, "portRange");
    let end = |name| range.and_then(|range| member(range, name));
    words(
        member(entry, "aclProtocol").unwrap_or(&Value::Null),
        end("from"),
        end("to"),
    )
}

/// Returns true when a range is the whole internet. AWS takes any address before the `/0`.
fn is_world(range: &Value) -> bool {
    range.as_str().is_some_and(|text| text.trim().ends_with("/0"))
}

fn words(protocol: &Value, from: Option<&Value>, to: Option<&Value>) -> Vec<&'static str> {
    let protocol = match protocol {
        Value::String(text) => text.to_ascii_lowercase(),
        other => other.to_string(),
    };
    if matches!(protocol.as_str(), "icmp" | "icmpv6" | "1" | "58") {
        return vec!["world"];
    }
    let from = from.and_then(number);
    let to = to.and_then(number).or(from);
    let (from, to) = match (from, to) {
        (Some(from), Some(to)) if from >= 0 && !matches!(protocol.as_str(), "-1" | "all") => (from, to),
        _ => (0, 65_535),
    };
    let mut words = vec!["world"];
    if ADMIN_PORTS.iter().any(|port| (from..=to).contains(port)) {
        words.push("world-admin-port");
    }
    if to.saturating_sub(from) >= NEARLY_ALL {
        words.push("world-all-ports");
    }
    if from == to && matches!(from, 80 | 443) {
        words.push("world-web-port");
    }
    words
}
