//! What is said of addresses, and of tables that are not what they should be.

use super::testing::{table_of_rows, text, text_map};
use super::*;

const RANGES: &[u8] = br#"{"syncToken":"1","prefixes":[
    {"ip_prefix":"3.0.0.0/9","region":"us-east-1","service":"AMAZON","network_border_group":"us-east-1"},
    {"ip_prefix":"3.5.0.0/16","region":"eu-west-1","service":"AMAZON","network_border_group":"eu-west-1"},
    {"ip_prefix":"3.5.0.0/16","region":"eu-west-1","service":"S3","network_border_group":"eu-west-1"},
    {"ip_prefix":"nonsense","region":"x","service":"EC2"},
    {"ip_prefix":"4.0.0.0/64","region":"x","service":"EC2"}],
    "ipv6_prefixes":[{"ipv6_prefix":"2600:1f00::/24","region":"us-west-2","service":"EC2"}]}"#;

/// Not one of these can be told without looking twice.
const KINDS: [(&str, AddressKind); 36] = [
    ("8.8.8.8", AddressKind::Public),
    ("172.32.0.1", AddressKind::Public),
    ("100.63.255.255", AddressKind::Public),
    ("100.128.0.1", AddressKind::Public),
    ("198.17.255.255", AddressKind::Public),
    ("198.20.0.1", AddressKind::Public),
    ("2600:1f18::1", AddressKind::Public),
    ("::ffff:8.8.8.8", AddressKind::Public),
    ("::ffff:10.0.0.1", AddressKind::Private),
    ("10.1.2.3", AddressKind::Private),
    ("172.16.0.1", AddressKind::Private),
    ("192.168.10.20", AddressKind::Private),
    ("100.64.0.1", AddressKind::Private),
    ("169.254.169.254", AddressKind::Private),
    ("127.0.0.1", AddressKind::Private),
    ("fe80::1", AddressKind::Private),
    ("fd00::1", AddressKind::Private),
    ("::1", AddressKind::Private),
    ("192.0.2.1", AddressKind::Documentation),
    ("198.51.100.7", AddressKind::Documentation),
    ("203.0.113.9", AddressKind::Documentation),
    ("198.18.0.1", AddressKind::Documentation),
    ("198.19.255.255", AddressKind::Documentation),
    ("2001:db8::1", AddressKind::Documentation),
    ("3fff::1", AddressKind::Documentation),
    ("cloudformation.amazonaws.com", AddressKind::AwsService),
    ("ec2.amazonaws.com.cn", AddressKind::AwsService),
    ("AWS Internal", AddressKind::AwsInternal),
    ("AWS Internal/3", AddressKind::AwsInternal),
    ("012.034.5.6", AddressKind::Invalid),
    ("999.1.2.3", AddressKind::Invalid),
    ("0.0.0.0", AddressKind::Invalid),
    ("239.1.1.1", AddressKind::Invalid),
    ("evil.example", AddressKind::Invalid),
    ("\u{1b}[2J.amazonaws.com", AddressKind::Invalid),
    ("", AddressKind::None),
];

#[test]
fn kinds_of_addresses_are_told_apart() {
    let networks = Networks::new();
    for (address, kind) in KINDS {
        assert_eq!(networks.kind(address), kind, "{address}");
        assert_eq!(networks.describe(address).kind, kind, "{address}");
    }
}

#[test]
fn the_bundled_table_is_sound_and_knows_countries() {
    let networks = Networks::new();
    assert!(networks.countries.is_some());
    assert_eq!(networks.country("8.8.8.8").as_deref(), Some("US"));
    assert_eq!(networks.country("::ffff:8.8.8.8").as_deref(), Some("US"));
    assert_eq!(networks.country("10.0.0.1"), None);
    assert_eq!(networks.country("203.0.113.9"), None);
    assert!(BUNDLED_COUNTRIES_VERSION.starts_with("iptoasn-country 20"));
}

#[test]
fn labels_say_what_is_known_and_nothing_more() {
    let networks = Networks::new().with_aws_ranges(RANGES).unwrap();
    for (address, label) in [
        ("198.51.100.7", "198.51.100.7 (documentation range)"),
        ("198.18.0.7", "198.18.0.7 (benchmark range)"),
        ("10.1.2.3", "10.1.2.3 (private)"),
        ("169.254.169.254", "169.254.169.254 (instance metadata service)"),
        ("100.64.0.1", "100.64.0.1 (shared address space)"),
        ("fe80::1", "fe80::1 (private)"),
        ("ec2.amazonaws.com", "ec2.amazonaws.com (AWS service)"),
        ("AWS Internal", "AWS Internal (call made by AWS for the caller)"),
        ("012.3.4.5", "012.3.4.5 (not an address)"),
        ("a\u{202e}b", "a\\u{202e}b (not an address)"),
        ("", "no address"),
        ("8.8.8.8", "8.8.8.8 · US"),
        ("3.5.1.1", "3.5.1.1 · US · AWS S3 eu-west-1"),
    ] {
        assert_eq!(networks.describe(address).label(), label);
    }
    let known = AddressInfo {
        address: "192.0.2.9".into(),
        kind: AddressKind::Public,
        country: Some("NL".into()),
        asn: Some((64500, "Example".into())),
        ..AddressInfo::default()
    };
    assert_eq!(known.label(), "192.0.2.9 · NL · AS64500 Example");
}

#[test]
fn network_identity_is_the_prefix_without_a_table() {
    let networks = Networks::new();
    for (address, key) in [
        ("198.51.100.7", "198.51.100.0/24"),
        ("::ffff:198.51.100.9", "198.51.100.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("10.1.2.3", "private"),
        ("192.168.1.1", "private"),
        ("ec2.amazonaws.com", "ec2.amazonaws.com"),
        ("AWS Internal/3", "aws-internal"),
        ("012.3.4.5", "012.3.4.5"),
        ("", "none"),
    ] {
        assert_eq!(networks.network_key(address), key);
    }
    assert_eq!(neighbourhood("198.51.100.7"), "198.51.0.0/16");
    assert_eq!(neighbourhood("2001:db8:1::1"), "2001:db8::/32");
    assert_eq!(neighbourhood("10.9.9.9"), "private");
}

#[test]
fn the_most_specific_aws_range_is_found() {
    let networks = Networks::new().with_aws_ranges(RANGES).unwrap();
    let info = networks.describe("3.5.9.9");
    assert_eq!(
        (info.aws_service.as_deref(), info.aws_region.as_deref()),
        (Some("S3"), Some("eu-west-1"))
    );
    let wide = networks.describe("3.6.0.1");
    assert_eq!(wide.aws_region.as_deref(), Some("us-east-1"));
    let six = networks.describe("2600:1f18::1");
    assert_eq!(six.aws_service.as_deref(), Some("EC2"));
    assert_eq!(networks.is_aws("3.5.9.9"), Some(true));
    assert_eq!(networks.is_aws("8.8.8.8"), Some(false));
    assert_eq!(Networks::new().is_aws("3.5.9.9"), None);
}

#[test]
fn tables_that_are_none_are_refused_with_a_reason() {
    let reason = |result: Result<Networks, NetworksError>| result.unwrap_err().to_string();
    assert!(reason(Networks::new().with_asn(b"<html>".to_vec())).starts_with("not a MaxMind DB table"));
    assert!(reason(Networks::new().with_asn(Vec::new())).starts_with("not a MaxMind DB table"));
    assert!(reason(Networks::new().with_aws_ranges(b"{")).starts_with("not a list of AWS address ranges"));
    assert_eq!(
        reason(Networks::new().with_aws_ranges(b"{}")),
        "the list of AWS address ranges is empty"
    );
}

#[test]
fn a_given_table_of_countries_is_used() {
    let networks = Networks::new().with_asn(BUNDLED_COUNTRIES.to_vec()).unwrap();
    assert_eq!(networks.country("8.8.8.8").as_deref(), Some("US"));
    assert_eq!(networks.network_key("8.8.8.8"), "8.8.8.0/24");
}

#[test]
fn tables_of_several_makers_are_understood() {
    let mut maxmind = vec![0xe2];
    maxmind.extend(text("autonomous_system_number"));
    maxmind.extend([0xc4, 0, 0, 0xfb, 0xf4]);
    maxmind.extend(text("autonomous_system_organization"));
    maxmind.extend(text("Example"));
    let ipinfo = text_map(&[("asn", "AS64500"), ("as_name", "Example"), ("country_code", "NL")]);
    for (row, country) in [(maxmind, None), (ipinfo, Some("NL"))] {
        let networks = Networks {
            countries: None,
            given: None,
            aws: None,
        };
        let networks = networks.with_asn(table_of_rows(&[(0, 1, row)])).unwrap();
        let info = networks.describe("8.8.8.8");
        assert_eq!(info.asn, Some((64500, "Example".to_owned())));
        assert_eq!(info.country.as_deref(), country);
        assert_eq!(networks.network_key("8.8.8.8"), "AS64500");
    }
}

#[test]
fn a_table_that_answers_no_question_is_refused() {
    let row = text_map(&[("colour", "blue")]);
    let refusal = Networks::new()
        .with_asn(table_of_rows(&[(0, 1, row)]))
        .unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "the table Test names neither countries nor networks"
    );
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,40}|[0-9a-f:./]{0,40}") {
        let networks = Networks::new();
        let info = networks.describe(&text);
        proptest::prop_assert!(!info.label().chars().any(stanch_core::text::is_deceptive));
        proptest::prop_assert_eq!(networks.kind(&text), info.kind);
        proptest::prop_assert!(!networks.network_key(&text).is_empty() || text.is_empty());
    }
}
