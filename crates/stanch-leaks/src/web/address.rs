//! Addresses of the metadata service in the forms that address parsers of programs take.
//!
//! Sources: RFC 3986 section 7.4, `inet_aton`(3), RFC 4291 section 2.5.5, RFC 6052, and AWS's documentation of the instance
//! metadata service, of task roles (ECS) and of EKS Pod Identity.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::Disguise;

/// Addresses that give credentials: EC2, ECS, EKS Pod Identity.
const INSTANCE: u32 = u32::from_be_bytes([169, 254, 169, 254]);
const TASK: u32 = u32::from_be_bytes([169, 254, 170, 2]);
const POD: u32 = u32::from_be_bytes([169, 254, 170, 23]);

/// Returns whether an address is one of the service.
pub(super) const fn is_service(address: u32) -> bool {
    matches!(address, INSTANCE | TASK | POD)
}

/// Returns the form in which a text names the service, if it does: one to four numbers, decimal, octal or hexadecimal.
pub(super) fn ipv4(text: &str) -> Option<Disguise> {
    let text = text.strip_suffix('.').unwrap_or(text);
    let parts: Vec<(u128, Base)> = text.split('.').map(number).collect::<Option<_>>()?;
    let (last, first) = parts.split_last().filter(|_| parts.len() <= 4)?;
    // Parsers that cut numbers to their last bits take larger ones too.
    let head = first
        .iter()
        .fold(0_u128, |sum, (value, _)| sum << 8 | (value & 0xff));
    let bits = 8 * (4 - first.len());
    let whole = head << bits | (last.0 & ((1 << bits) - 1));
    let address = u32::try_from(whole).ok().filter(|address| is_service(*address))?;
    if text == Ipv4Addr::from(address).to_string() {
        return Some(if address == INSTANCE {
            Disguise::Dotted
        } else {
            Disguise::Container
        });
    }
    let has = |base: Base| parts.iter().any(|(_, found)| *found == base);
    Some(match parts.len() {
        _ if has(Base::Hex) => Disguise::Hexadecimal,
        _ if has(Base::Octal) => Disguise::Octal,
        1 => Disguise::Decimal,
        4 => Disguise::Overflow,
        _ => Disguise::Short,
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    Decimal,
    Octal,
    Hex,
}

fn number(text: &str) -> Option<(u128, Base)> {
    let (digits, radix, base) = match text.strip_prefix("0x") {
        Some(digits) => (digits, 16, Base::Hex),
        None if text.len() > 1 && text.starts_with('0') => (&text[1..], 8, Base::Octal),
        None => (text, 10, Base::Decimal),
    };
    let is_bounded = !digits.is_empty() && digits.len() <= 30;
    u128::from_str_radix(digits, radix)
        .ok()
        .filter(|_| is_bounded)
        .map(|value| (value, base))
}

/// Returns the form in which an IPv6 address names the service: its own address, or an IPv4 address in one of IPv6.
pub(super) fn ipv6(text: &str) -> Option<Disguise> {
    let text = text.split('%').next().unwrap_or(text);
    let address: Ipv6Addr = text.parse().ok()?;
    let [a, b, c, d, e, f, g, h] = address.segments();
    if [a, b, c, d, e, f, g] == [0xfd00, 0xec2, 0, 0, 0, 0, 0] && matches!(h, 0x254 | 0x23) {
        return Some(Disguise::Ipv6);
    }
    let last = u32::from(g) << 16 | u32::from(h);
    let is_embedded = matches!(
        [a, b, c, d, e, f],
        [0, 0, 0, 0, 0, 0 | 0xffff] | [0, 0, 0, 0, 0xffff, 0] | [0x64, 0xff9b, 0, 0, 0, 0]
    );
    let is_of_6to4 = a == 0x2002 && is_service(u32::from(b) << 16 | u32::from(c));
    (is_embedded && is_service(last) || is_of_6to4).then_some(Disguise::Mapped)
}
