//! The kinds of text that `sourceIPAddress` holds, told apart without a table.
//!
//! It must not look anything up.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

/// Kind of address in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AddressKind {
    /// An address of the internet.
    Public,
    /// An address that is never routed on the internet: private, shared, link-local, loopback.
    Private,
    /// A range kept for documentation and benchmarks. Real logs never carry it; made-up ones do, and mean an
    /// outside address by it.
    Documentation,
    /// A service's DNS name, such as `cloudformation.amazonaws.com`.
    AwsService,
    /// `AWS Internal`: a call that AWS made for the caller.
    AwsInternal,
    /// Neither an address nor a known name.
    Invalid,
    /// No address was logged.
    #[default]
    None,
}

impl AddressKind {
    /// Tells the kind. Allocates nothing.
    #[must_use]
    pub fn of(text: &str) -> Self {
        if text.is_empty() || text == "-" {
            return Self::None;
        }
        if let Some(address) = parse(text) {
            return match address {
                IpAddr::V4(address) => kind_of_v4(address),
                IpAddr::V6(address) => kind_of_v6(address),
            };
        }
        let internal = |prefix: &str| {
            text.get(..prefix.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        };
        if internal("AWS Internal") || internal("aws-internal") {
            Self::AwsInternal
        } else if is_service_name(text) {
            Self::AwsService
        } else {
            Self::Invalid
        }
    }

    /// Returns true when a person or host outside the account's private networks may stand behind it.
    #[must_use]
    pub const fn is_external(self) -> bool {
        matches!(self, Self::Public | Self::Documentation)
    }

    /// Returns the word shown next to an address; `None` for a public one, which needs none.
    #[must_use]
    pub fn word(self, text: &str) -> Option<&'static str> {
        Some(match self {
            Self::Public => return None,
            Self::Private => match parse(text) {
                Some(IpAddr::V4(address)) if address.is_loopback() => "loopback",
                Some(IpAddr::V6(address)) if address.is_loopback() => "loopback",
                Some(IpAddr::V4(address)) if address == METADATA_SERVICE => "instance metadata service",
                Some(IpAddr::V4(address)) if address.is_link_local() => "link-local",
                Some(IpAddr::V4(address)) if is_shared(address) => "shared address space",
                _ => "private",
            },
            Self::Documentation => match parse(text) {
                Some(IpAddr::V4(address)) if is_benchmark(address) => "benchmark range",
                _ => "documentation range",
            },
            Self::AwsService => "AWS service",
            Self::AwsInternal => "call made by AWS for the caller",
            Self::Invalid => "not an address",
            Self::None => "no address",
        })
    }
}

const METADATA_SERVICE: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 254);

/// Parses an address; an IPv4 address mapped into IPv6 becomes IPv4. Rust's parser refuses leading zeros, so an
/// anonymised `012.34.5.6` is no address.
#[must_use]
pub fn parse(text: &str) -> Option<IpAddr> {
    let first = text.as_bytes().first()?;
    // Names are common; only what can be an address is handed to the parser.
    if !first.is_ascii_hexdigit() && *first != b':' {
        return None;
    }
    match text.parse::<IpAddr>().ok()? {
        IpAddr::V6(address) => Some(address.to_ipv4_mapped().map_or(IpAddr::V6(address), IpAddr::V4)),
        address @ IpAddr::V4(_) => Some(address),
    }
}

fn kind_of_v4(address: Ipv4Addr) -> AddressKind {
    let octets = address.octets();
    if address.is_documentation() || is_benchmark(address) {
        AddressKind::Documentation
    } else if address.is_private() || address.is_loopback() || address.is_link_local() || is_shared(address) {
        AddressKind::Private
    } else if octets[0] == 0 || octets[0] >= 224 {
        // "This network", multicast and reserved addresses can't send a request.
        AddressKind::Invalid
    } else {
        AddressKind::Public
    }
}

/// 100.64.0.0/10, RFC 6598: behind a carrier's or AWS's own translation.
fn is_shared(address: Ipv4Addr) -> bool {
    let octets = address.octets();
    octets[0] == 100 && (64..128).contains(&octets[1])
}

/// 198.18.0.0/15, RFC 2544.
fn is_benchmark(address: Ipv4Addr) -> bool {
    let octets = address.octets();
    octets[0] == 198 && (octets[1] & 0xfe) == 18
}

fn kind_of_v6(address: Ipv6Addr) -> AddressKind {
    let first = address.segments()[0];
    // 2001:db8::/32 (RFC 3849) and 3fff::/20 (RFC 9637).
    let documentation = (first == 0x2001 && address.segments()[1] == 0x0db8)
        || (first == 0x3fff && address.segments()[1] < 0x1000);
    if documentation {
        AddressKind::Documentation
    } else if address.is_loopback() || (first & 0xfe00) == 0xfc00 || (first & 0xffc0) == 0xfe80 {
        AddressKind::Private
    } else if address.is_unspecified() || (first & 0xff00) == 0xff00 {
        AddressKind::Invalid
    } else {
        AddressKind::Public
    }
}

fn is_service_name(text: &str) -> bool {
    let named = [
        ".amazonaws.com",
        ".amazonaws.com.cn",
        ".amazon.com",
        ".aws.internal",
        ".api.aws",
    ];
    named.iter().any(|end| text.ends_with(end))
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

/// Returns the /24 (IPv4) or /48 (IPv6) network of an address.
#[must_use]
pub fn prefix(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

/// Returns a network wider than [`prefix`]: the /16 of an IPv4 address, the /32 of an IPv6 one. For text that is no
/// external address, the word of its kind.
#[must_use]
pub fn neighbourhood(text: &str) -> String {
    match AddressKind::of(text) {
        AddressKind::Private => "private".to_owned(),
        AddressKind::Public | AddressKind::Documentation => match parse(text) {
            Some(IpAddr::V4(address)) => {
                let [a, b, ..] = address.octets();
                format!("{a}.{b}.0.0/16")
            }
            Some(IpAddr::V6(address)) => {
                let [a, b, ..] = address.segments();
                format!("{}/32", Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0))
            }
            None => String::new(),
        },
        _ => crate::text::bounded(text, 128),
    }
}
