//! AWS's published address ranges, `ip-ranges.json`.
//!
//! It answers which service and region an address belongs to; it must not fetch the list.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::Deserialize;
use stanch_core::text::bounded;

use super::NetworksError;

/// Ranges by prefix length, the longest first, so that the first hit is the most specific one.
pub(super) struct AwsRanges {
    v4: Vec<(u32, BTreeMap<u128, Owner>)>,
    v6: Vec<(u32, BTreeMap<u128, Owner>)>,
}

struct Owner {
    service: String,
    region: String,
}

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    prefixes: Vec<Range>,
    #[serde(default)]
    ipv6_prefixes: Vec<Range>,
}

#[derive(Deserialize)]
struct Range {
    #[serde(alias = "ip_prefix", alias = "ipv6_prefix")]
    prefix: String,
    #[serde(default)]
    service: String,
    #[serde(default)]
    region: String,
}

impl AwsRanges {
    pub(super) fn parse(json: &[u8]) -> Result<Self, NetworksError> {
        let document: Document = serde_json::from_slice(json)?;
        let mut v4 = BTreeMap::new();
        let mut v6 = BTreeMap::new();
        for range in document.prefixes.into_iter().chain(document.ipv6_prefixes) {
            let Some((network, length)) = split(&range.prefix) else {
                continue;
            };
            let (table, width) = match network {
                IpAddr::V4(_) => (&mut v4, 32),
                IpAddr::V6(_) => (&mut v6, 128),
            };
            if length <= width {
                add(table, masked(network, length), length, &range);
            }
        }
        if v4.is_empty() && v6.is_empty() {
            return Err(NetworksError::NoRanges);
        }
        let longest_first = |table: BTreeMap<u32, BTreeMap<u128, Owner>>| table.into_iter().rev().collect();
        Ok(Self {
            v4: longest_first(v4),
            v6: longest_first(v6),
        })
    }

    /// Service and region of the most specific range that holds the address.
    pub(super) fn find(&self, address: IpAddr) -> Option<(&str, &str)> {
        let table = if address.is_ipv4() { &self.v4 } else { &self.v6 };
        table
            .iter()
            .find_map(|(length, ranges)| ranges.get(&masked(address, *length)))
            .map(|owner| (owner.service.as_str(), owner.region.as_str()))
    }
}

/// Every range is listed under `AMAZON` too; the narrower word wins, and among those the first in the alphabet.
fn add(table: &mut BTreeMap<u32, BTreeMap<u128, Owner>>, network: u128, length: u32, range: &Range) {
    let owner = Owner {
        service: bounded(&range.service, 40),
        region: bounded(&range.region, 40),
    };
    let ranges = table.entry(length).or_default();
    let better = ranges.get(&network).is_none_or(|known: &Owner| {
        known.service == "AMAZON" || (owner.service != "AMAZON" && owner.service < known.service)
    });
    if better {
        ranges.insert(network, owner);
    }
}

fn split(prefix: &str) -> Option<(IpAddr, u32)> {
    let (address, length) = prefix.split_once('/')?;
    Some((address.parse().ok()?, length.parse().ok()?))
}

fn masked(address: IpAddr, length: u32) -> u128 {
    let (bits, width) = match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (u128::from(address), 128),
    };
    let host = u32::saturating_sub(width, length);
    if host >= 128 { 0 } else { (bits >> host) << host }
}
