//! Search of a line for the metadata service, in plain or encoded.

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::Serialize;

use super::address;

/// Layers of encoding that are taken off.
const LAYERS: usize = 4;
/// Characters of a target that are returned.
const SHOWN: usize = 160;

/// Form in which a request names the metadata service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Disguise {
    /// 169.254.169.254 as it is.
    Dotted,
    /// One decimal number.
    Decimal,
    /// Hexadecimal numbers.
    Hexadecimal,
    /// Octal numbers.
    Octal,
    /// Fewer than four numbers.
    Short,
    /// Numbers of which a parser cuts off the upper bits.
    Overflow,
    /// fd00:ec2::254 or fd00:ec2::23.
    Ipv6,
    /// The IPv4 address within an IPv6 address.
    Mapped,
    /// DNS name of the service.
    Name,
    /// DNS name with the address in it, as rebinding and wildcard DNS services give.
    Rebinding,
    /// Endpoint of ECS tasks or EKS pods.
    Container,
    /// Only a path of the service.
    Path,
    /// Base64.
    Base64,
}

/// Result of the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) disguise: Disguise,
    pub(super) asks_for_credentials: bool,
}

/// Texts that name the service wherever they stand.
static NAMES: LazyLock<Option<(AhoCorasick, Vec<Disguise>)>> = LazyLock::new(|| {
    let mut names: Vec<(String, Disguise)> = [
        ("169.254.169.254", Disguise::Dotted),
        ("169.254.170.2", Disguise::Container),
        ("169.254.170.23", Disguise::Container),
        ("169-254-169-254", Disguise::Rebinding),
        ("169-254-170-2", Disguise::Rebinding),
        ("169-254-170-23", Disguise::Rebinding),
        ("169_254_169_254", Disguise::Rebinding),
        ("a9fea9fe.", Disguise::Rebinding),
        ("a9feaa02.", Disguise::Rebinding),
        ("a9feaa17.", Disguise::Rebinding),
        ("fd00:ec2::254", Disguise::Ipv6),
        ("fd00:ec2::23", Disguise::Ipv6),
        ("instance-data.ec2.internal", Disguise::Name),
        ("//instance-data/", Disguise::Name),
        ("//instance-data:80", Disguise::Name),
        ("metadata.nicob.net", Disguise::Rebinding),
        ("latest/meta-data", Disguise::Path),
        ("meta-data/iam/", Disguise::Path),
        ("iam/security-credentials", Disguise::Path),
        ("dynamic/instance-identity/document", Disguise::Path),
        ("aws_container_credentials_relative_uri", Disguise::Path),
    ]
    .map(|(name, disguise)| (name.to_owned(), disguise))
    .into();
    // The same address in base64 at each of the three places in a group; lines are searched in lower case.
    for shift in 0..3 {
        let padded = [vec![0; shift], b"169.254.169.254".to_vec()].concat();
        let text = STANDARD_NO_PAD.encode(&padded);
        let part = &text[(8 * shift).div_ceil(6)..8 * padded.len() / 6];
        names.push((part.to_ascii_lowercase(), Disguise::Base64));
    }
    let search = AhoCorasickBuilder::new()
        .match_kind(MatchKind::LeftmostLongest)
        .build(names.iter().map(|(name, _)| name));
    Some((
        search.ok()?,
        names.into_iter().map(|(_, disguise)| disguise).collect(),
    ))
});

/// Finds the service in a line, and returns the text from there on, decoded.
pub(super) fn find(line: &[u8]) -> Option<(String, Hit)> {
    let mut text: Cow<'_, [u8]> = Cow::Borrowed(line);
    for _ in 0..LAYERS {
        let lower = folded(&text);
        if let Some((at, disguise)) = in_text(&lower) {
            let end = lower[at..]
                .find(['"', ' ', '\n', '\t'])
                .map_or(lower.len(), |length| at + length);
            let target: String = lower[at..end].chars().take(SHOWN).collect();
            let asks = ["security-credentials", "api/token", "/credentials", "/token"]
                .iter()
                .any(|path| target.contains(path));
            return Some((
                target,
                Hit {
                    disguise,
                    asks_for_credentials: asks,
                },
            ));
        }
        text = Cow::Owned(decoded(&text)?);
    }
    None
}

/// Searches text in lower case.
fn in_text(text: &str) -> Option<(usize, Disguise)> {
    let named = NAMES.as_ref().and_then(|(search, disguises)| {
        search.find_iter(text).find_map(|hit| {
            let disguise = disguises[hit.pattern().as_usize()];
            let is_number = matches!(
                disguise,
                Disguise::Dotted | Disguise::Container | Disguise::Rebinding
            );
            let is_alone = !is_number || (ends_number(text, hit.start()) && begins_number(text, hit.end()));
            is_alone.then(|| (hit.start(), rebound(text, hit.end(), disguise)))
        })
    });
    // A path alone says less than the address before it.
    let address = || numbers(text).or_else(|| brackets(text));
    match named {
        Some((_, Disguise::Path)) | None => address().or(named),
        Some(_) => named,
    }
}

/// Returns whether no digit stands right before a place.
fn ends_number(text: &str, at: usize) -> bool {
    let before = text.as_bytes()[..at].last();
    before.is_none_or(|byte| !byte.is_ascii_digit())
}

fn begins_number(text: &str, at: usize) -> bool {
    // `a9fea9fe.` ends with its dot; a number after it is another label.
    let ended = text.as_bytes()[..at].last() == Some(&b'.');
    ended || text.as_bytes().get(at).is_none_or(|byte| !byte.is_ascii_digit())
}

/// Returns `Rebinding` for an address that continues as a DNS name.
fn rebound(text: &str, end: usize, disguise: Disguise) -> Disguise {
    let mut after = text[end..].chars();
    let continues =
        after.next() == Some('.') && after.next().is_some_and(|letter| letter.is_ascii_alphabetic());
    if disguise == Disguise::Dotted && continues {
        Disguise::Rebinding
    } else {
        disguise
    }
}

/// Searches for numbers that are the address in another form. They stand where a host may.
fn numbers(text: &str) -> Option<(usize, Disguise)> {
    let bytes = text.as_bytes();
    let is_part = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b'x' | b'.');
    let mut at = 0;
    while at < bytes.len() {
        let is_start = bytes[at].is_ascii_digit()
            && at > 0
            && matches!(
                bytes[at - 1],
                b'/' | b'\\' | b'@' | b'=' | b':' | b'"' | b' ' | b'#'
            );
        if !is_start {
            at += 1;
            continue;
        }
        let length = bytes[at..]
            .iter()
            .position(|byte| !is_part(*byte))
            .unwrap_or(bytes.len() - at);
        let after = bytes.get(at + length);
        let is_whole = after.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_'));
        // A number alone after a space is a count or a size.
        let is_host = matches!(bytes[at - 1], b'/' | b'\\' | b'@' | b'#')
            || text[at..at + length].contains('.')
            || after == Some(&b'/')
            || after == Some(&b':');
        if is_whole
            && is_host
            && let Some(disguise) = address::ipv4(&text[at..at + length])
        {
            return Some((at, disguise));
        }
        at += length.max(1);
    }
    None
}

/// Searches for IPv6 addresses in brackets.
fn brackets(text: &str) -> Option<(usize, Disguise)> {
    memchr::memchr_iter(b'[', text.as_bytes()).find_map(|at| {
        let end = text.as_bytes()[at..]
            .iter()
            .take(80)
            .position(|byte| *byte == b']')?;
        Some((at, address::ipv6(text.get(at + 1..at + end)?)?))
    })
}

/// Returns text in lower case, with digits and dots of other scripts as those of ASCII (as URL parsers do, UTS #46).
fn folded(text: &[u8]) -> String {
    if text.is_ascii() {
        return String::from_utf8_lossy(text).to_ascii_lowercase();
    }
    let fold = |letter: char| -> char {
        let digit =
            |first: char| char::from_digit(u32::from(letter) - u32::from(first), 10).unwrap_or(letter);
        match letter {
            '０'..='９' => digit('０'),
            '①'..='⑨' => char::from_digit(u32::from(letter) - u32::from('①') + 1, 10).unwrap_or(letter),
            '⓪' | '⓿' => '0',
            '⁰' | '⁴'..='⁹' => digit('⁰'),
            '₀'..='₉' => digit('₀'),
            '¹' => '1',
            '²' => '2',
            '³' => '3',
            '𝟎'..='𝟿' => {
                char::from_digit((u32::from(letter) - u32::from('𝟎')) % 10, 10).unwrap_or(letter)
            }
            'ａ'..='ｚ' => {
                char::from_u32(u32::from(letter) - u32::from('ａ') + u32::from('a')).unwrap_or(letter)
            }
            '。' | '．' | '｡' => '.',
            '／' => '/',
            other => other.to_ascii_lowercase(),
        }
    };
    String::from_utf8_lossy(text).chars().map(fold).collect()
}

/// Takes off one layer of percent, backslash or entity encoding; `None` when there is none.
fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut has_changed = false;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let (length, value, is_byte) = match rest {
            [b'%' | b'\\', b'u' | b'U', a, b, c, d, ..] => (6, hexadecimal(&[*a, *b, *c, *d]), false),
            [b'%', a, b, ..] => (3, hexadecimal(&[*a, *b]), true),
            [b'\\', b'x', a, b, ..] => (4, hexadecimal(&[*a, *b]), true),
            [b'\\', b'/', ..] => (2, Some(u32::from(b'/')), false),
            [b'&', b'#', ..] => entity(rest),
            _ => (1, None, false),
        };
        let Some(value) = value else {
            out.push(text[at]);
            at += 1;
            continue;
        };
        if is_byte {
            out.extend(u8::try_from(value));
        } else {
            out.extend(char::from_u32(value).unwrap_or('?').to_string().into_bytes());
        }
        has_changed = true;
        at += length;
    }
    has_changed.then_some(out)
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    let is_hex = digits.iter().all(u8::is_ascii_hexdigit);
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16)
        .ok()
        .filter(|_| is_hex)
}

/// Reads `&#46;` or `&#x2e;`.
fn entity(text: &[u8]) -> (usize, Option<u32>, bool) {
    let Some(end) = text.iter().take(10).position(|byte| *byte == b';') else {
        return (1, None, false);
    };
    let digits = std::str::from_utf8(&text[2..end]).unwrap_or_default();
    let value = match digits.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => digits.parse(),
    };
    (end + 1, value.ok(), false)
}
