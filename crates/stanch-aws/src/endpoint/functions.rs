//! The functions of endpoint rules.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::value::Val;
use crate::model::partitions::Geography;
use crate::protocol::uri;

/// `getAttr`: a path such as `resourceId[1]` or `a.b`.
pub(super) fn attribute(value: &Val, path: &str) -> Val {
    let mut here = value;
    for part in path.split('.') {
        let (name, index) = match part.split_once('[') {
            Some((name, rest)) => (name, rest.strip_suffix(']').and_then(|index| index.parse().ok())),
            None => (part, None),
        };
        if !name.is_empty() {
            here = here.attribute(name);
        }
        if let Some(index) = index {
            here = here.item(index);
        }
    }
    here.clone()
}

/// `substring`: nothing when the text is too short or not ASCII.
pub(super) fn substring(text: &str, start: i64, stop: i64, reverse: bool) -> Val {
    let (Ok(start), Ok(stop)) = (usize::try_from(start), usize::try_from(stop)) else {
        return Val::Nothing;
    };
    if start >= stop || text.len() < stop || !text.is_ascii() {
        return Val::Nothing;
    }
    let range = if reverse {
        text.len() - stop..text.len() - start
    } else {
        start..stop
    };
    text.get(range)
        .map_or(Val::Nothing, |cut| Val::Text(cut.to_owned()))
}

/// `isValidHostLabel`, by RFC 1123.
pub(super) fn is_host_label(text: &str, subdomains: bool) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if subdomains {
        text.split('.').all(label)
    } else {
        label(text)
    }
}

/// `aws.isVirtualHostableS3Bucket`.
pub(super) fn is_virtual_hostable(bucket: &str, subdomains: bool) -> bool {
    bucket.len() >= 3
        && bucket.len() <= 63
        && !bucket.bytes().any(|byte| byte.is_ascii_uppercase())
        && bucket.parse::<Ipv4Addr>().is_err()
        && is_host_label(bucket, subdomains)
}

/// `aws.parseArn`.
pub(super) fn parse_arn(text: &str) -> Val {
    let mut parts = text.splitn(6, ':');
    let (Some("arn"), Some(partition), Some(service), Some(region), Some(account), Some(resource)) = (
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
    ) else {
        return Val::Nothing;
    };
    if partition.is_empty() || service.is_empty() || resource.is_empty() {
        return Val::Nothing;
    }
    let own = |text: &str| Val::Text(text.to_owned());
    Val::Record(vec![
        ("partition", own(partition)),
        ("service", own(service)),
        ("region", own(region)),
        ("accountId", own(account)),
        (
            "resourceId",
            Val::List(resource.split([':', '/']).map(own).collect()),
        ),
    ])
}

/// `aws.partition`.
pub(super) fn partition(geography: &Geography, region: &str) -> Val {
    let Some(partition) = geography.partition_of(region) else {
        return Val::Nothing;
    };
    let own = |text: &String| Val::Text(text.clone());
    Val::Record(vec![
        ("name", own(&partition.name)),
        ("dnsSuffix", own(&partition.dns_suffix)),
        ("dualStackDnsSuffix", own(&partition.dual_stack_dns_suffix)),
        ("supportsFIPS", Val::Flag(partition.supports_fips)),
        ("supportsDualStack", Val::Flag(partition.supports_dual_stack)),
        ("implicitGlobalRegion", own(&partition.implicit_global_region)),
    ])
}

/// `parseURL`: nothing unless it is an http address without a query.
pub(super) fn parse_url(text: &str) -> Val {
    let Some((scheme @ ("http" | "https"), rest)) = text.split_once("://") else {
        return Val::Nothing;
    };
    let (authority, path) = match rest.find(['/', '?', '#']) {
        Some(place) => rest.split_at(place),
        None => (rest, ""),
    };
    let host = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, _)) => host,
        None => authority.split(':').next().unwrap_or_default(),
    };
    let port = authority
        .rsplit_once(':')
        .filter(|(_, port)| !port.ends_with(']'));
    if path.contains(['?', '#'])
        || host.is_empty()
        || port.is_some_and(|(_, port)| port.parse::<u16>().is_err())
    {
        return Val::Nothing;
    }
    let mut normalized = uri::encode_greedy(path);
    if !normalized.starts_with('/') {
        normalized.insert(0, '/');
    }
    if !normalized.ends_with('/') {
        normalized.push('/');
    }
    Val::Record(vec![
        ("scheme", Val::Text(scheme.to_owned())),
        ("authority", Val::Text(authority.to_owned())),
        ("path", Val::Text(path.to_owned())),
        ("normalizedPath", Val::Text(normalized)),
        (
            "isIp",
            Val::Flag(host.parse::<Ipv4Addr>().is_ok() || host.parse::<Ipv6Addr>().is_ok()),
        ),
    ])
}

/// `split`: at most so many parts; 0 means all.
pub(super) fn split(text: &str, separator: &str, limit: i64) -> Val {
    let own = |part: &str| Val::Text(part.to_owned());
    if separator.is_empty() {
        return Val::List(vec![own(text)]);
    }
    match usize::try_from(limit) {
        Ok(limit) if limit > 0 => Val::List(text.splitn(limit, separator).map(own).collect()),
        _ => Val::List(text.split(separator).map(own).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let url = parse_url("https://example.com:8443/a b");
        assert_eq!(url.attribute("authority").text(), Some("example.com:8443"));
        assert_eq!(url.attribute("normalizedPath").text(), Some("/a%20b/"));
        assert_eq!(parse_url("http://[::1]:80").attribute("isIp"), &Val::Flag(true));
        assert_eq!(parse_url("http://127.0.0.1").attribute("isIp"), &Val::Flag(true));
        for bad in ["ftp://a", "https://a?b", "https://", "https://a:port", "nothing"] {
            assert_eq!(parse_url(bad), Val::Nothing, "{bad}");
        }
    }

    #[test]
    fn buckets_that_can_be_hosts() {
        assert!(is_virtual_hostable("my-bucket", false));
        assert!(is_virtual_hostable("my.bucket", true));
        assert!(!is_virtual_hostable("my.bucket", false));
        for bad in ["My-bucket", "ab", "192.168.1.1", "-a-b", "a_b_c"] {
            assert!(!is_virtual_hostable(bad, true), "{bad}");
        }
    }

    #[test]
    fn names_of_resources_are_taken_apart() {
        let arn = parse_arn("arn:aws:s3:us-west-2:123456789012:accesspoint:my/name");
        assert_eq!(attribute(&arn, "resourceId[1]").text(), Some("my"));
        assert_eq!(attribute(&arn, "resourceId[2]").text(), Some("name"));
        assert_eq!(attribute(&arn, "resourceId[3]"), Val::Nothing);
        assert_eq!(parse_arn("arn:aws:s3:::"), Val::Nothing);
        assert_eq!(substring("abcdef", 0, 2, true), Val::Text("ef".to_owned()));
    }
}
