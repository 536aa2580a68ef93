//! Disguises of the metadata service are all found with their fields, and ordinary lines are not.

use super::target::find;
use super::*;
use crate::web::Disguise as D;

/// Disguises, as they stand in the address of a request.
const DISGUISES: [(&str, D); 74] = [
    ("http://169.254.169.254/latest/meta-data/", D::Dotted),
    ("//169.254.169.254/", D::Dotted),
    ("http:169.254.169.254", D::Dotted),
    ("http:/\\169.254.169.254/", D::Dotted),
    ("http://169.254.169.254:80/", D::Dotted),
    ("http://user@169.254.169.254/", D::Dotted),
    ("http://example.com@169.254.169.254/", D::Dotted),
    ("gopher://169.254.169.254:80/_GET", D::Dotted),
    ("169.254.169.254", D::Dotted),
    ("http://169.254.169.254./", D::Dotted),
    ("http://2852039166/", D::Decimal),
    ("http://2852039166:80/latest", D::Decimal),
    ("http://a@2852039166/", D::Decimal),
    ("http:/2852039166/", D::Decimal),
    ("http:\\\\2852039166/", D::Decimal),
    ("http://7147006462/", D::Decimal),
    ("http://0xa9fea9fe/", D::Hexadecimal),
    ("http://0xA9FEA9FE/latest", D::Hexadecimal),
    ("http://0xa9.0xfe.0xa9.0xfe/", D::Hexadecimal),
    ("http://0xa9.254.0xa9.254/", D::Hexadecimal),
    ("http://0xa9.0xfea9fe/", D::Hexadecimal),
    ("http://0xa9.0xfe.0xa9fe/", D::Hexadecimal),
    ("http://0x41414141a9fea9fe/", D::Hexadecimal),
    ("http://0x00000000a9fea9fe/", D::Hexadecimal),
    ("http://169.254.0xa9fe/", D::Hexadecimal),
    ("http://0251.0376.0251.0376/", D::Octal),
    ("http://025177524776/", D::Octal),
    ("http://0251.254.169.254/", D::Octal),
    ("http://00000251.00000376.00000251.00000376/", D::Octal),
    ("http://0251.00376.000251.0000376/", D::Octal),
    ("http://0251.0xfe.43518/", D::Hexadecimal),
    ("http://0251.16689662/", D::Octal),
    ("http://169.254.43518/", D::Short),
    ("http://169.16689662/", D::Short),
    ("http://425.510.425.510/", D::Overflow),
    ("http://681.766.681.766/", D::Overflow),
    ("http://[fd00:ec2::254]/latest", D::Ipv6),
    ("http://[fd00:0ec2:0:0:0:0:0:254]/", D::Ipv6),
    ("http://[FD00:EC2::254]:80/", D::Ipv6),
    ("http://[fd00:ec2::254%25eth0]/", D::Ipv6),
    ("http://[fd00:ec2::23]/v1/credentials", D::Ipv6),
    ("http://[::ffff:169.254.169.254]/", D::Dotted),
    ("http://[::ffff:a9fe:a9fe]/", D::Mapped),
    ("http://[0:0:0:0:0:ffff:a9fe:a9fe]/", D::Mapped),
    ("http://[::a9fe:a9fe]/", D::Mapped),
    ("http://[64:ff9b::a9fe:a9fe]/", D::Mapped),
    ("http://[2002:a9fe:a9fe::]/", D::Mapped),
    ("http://[::ffff:0:a9fe:a9fe]/", D::Mapped),
    ("http://instance-data/latest", D::Name),
    ("http://instance-data.ec2.internal/", D::Name),
    ("http://169.254.169.254.nip.io/", D::Rebinding),
    ("http://x.169.254.169.254.sslip.io/", D::Rebinding),
    ("http://169-254-169-254.sslip.io/", D::Rebinding),
    ("http://a9fea9fe.nip.io/", D::Rebinding),
    ("http://7f000001.a9fea9fe.rbndr.us/", D::Rebinding),
    ("http://make-1.1.1.1-rebind-169.254.169.254-rr.1u.ms/", D::Dotted),
    ("http://metadata.nicob.net/", D::Rebinding),
    ("http://169.254.170.2/v2/credentials/1", D::Container),
    ("http://169.254.170.23/v1/credentials", D::Container),
    ("http://2852039170/v2/credentials", D::Decimal),
    ("http://0xa9feaa17/v1/credentials", D::Hexadecimal),
    ("http%3A%2F%2F169.254.169.254%2Flatest", D::Dotted),
    ("http%3A%2F%2F169%2E254%2E169%2E254%2Flatest", D::Dotted),
    ("http%253A%252F%252F169%252E254%252E169%252E254", D::Dotted),
    (
        "http%25253A%25252F%25252F169%25252E254%25252E169%25252E254",
        D::Dotted,
    ),
    (
        "http%3A%2F%2F%31%36%39%2E%32%35%34%2E%31%36%39%2E%32%35%34",
        D::Dotted,
    ),
    ("http%3A%2F%2F2852039166%2F", D::Decimal),
    ("http%253A%252F%252F0xa9fea9fe%252F", D::Hexadecimal),
    ("http%3A%2F%2F%5B%3A%3Affff%3Aa9fe%3Aa9fe%5D%2F", D::Mapped),
    ("http://①⑥⑨.②⑤④.①⑥⑨.②⑤④/", D::Dotted),
    (
        "http%3A%2F%2F169%E3%80%82254%E3%80%82169%E3%80%82254%2F",
        D::Dotted,
    ),
    ("http:\\/\\/169&#46;254&#x2e;169&#46;254\\/", D::Dotted),
    ("http://internal-proxy/latest/meta-data/iam/", D::Path),
    ("aHR0cDovLzE2OS4yNTQuMTY5LjI1NC9sYXRlc3Q", D::Base64),
];

#[test]
fn every_disguise_is_found() {
    for (address, disguise) in DISGUISES {
        let line = format!(
            "203.0.113.9 - - [05/Mar/2026:14:02:11 +0000] \"GET /fetch?url={address} HTTP/1.1\" 200 512 \"-\" \"curl/8.5\"\n"
        );
        let (_, hit) = find(line.as_bytes()).unwrap_or_else(|| panic!("{address} is not found"));
        assert_eq!(hit.disguise, disguise, "{address}");
    }
}

#[test]
fn of_a_hundred_thousand_ordinary_lines_none_is_flagged() {
    let mut random = crate::credential::test_random(0x2545_f491_4f6c_dd1d);
    let agents = [
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0.0.0",
        "curl/8.5.0",
        "ELB-HealthChecker/2.0",
    ];
    for _ in 0..100_000 {
        let mut number = |below: usize| random.next(below);
        let client = format!(
            "{}.{}.{}.{}",
            number(223) + 1,
            number(256),
            number(256),
            number(256)
        );
        let target = match number(8) {
            0 => format!("/items/{}", number(4_294_967_295)),
            1 => format!("/static/app.{:08x}.js", number(4_294_967_295)),
            2 => format!("/search?q=%E2%9C%93+{}&page={}", number(99_999), number(50)),
            3 => format!(
                "/api/v2/users/{}/token?redirect=https%3A%2F%2Fexample.com%2F{}",
                number(999_999),
                number(999)
            ),
            4 => format!(
                "/v{}.{}.{}/docs/latest/user-data.html",
                number(20),
                number(300),
                number(300)
            ),
            5 => format!(
                "/proxy?url=http://10.{}.{}.{}:8080/latest/",
                number(256),
                number(256),
                number(256)
            ),
            6 => format!("/hosts/169.254.{}.{}", number(169), number(256)),
            _ => format!(
                "/a?time={}&id=0x{:x}&v=[2001:db8::{:x}]",
                1_700_000_000 + number(99_999_999),
                number(99_999_999),
                number(65_535)
            ),
        };
        let line = format!(
            "{client} - - [05/Mar/2026:14:02:11 +0000] \"GET {target} HTTP/1.1\" 200 {} \"-\" \"{}\"",
            number(99_999_999),
            agents[number(3)]
        );
        assert_eq!(find(line.as_bytes()), None, "{line}");
    }
}

#[test]
fn every_format_gives_client_time_status_and_bytes() {
    let url = "http://169.254.169.254/latest/meta-data/iam/security-credentials/";
    let common = format!("203.0.113.9 - - [05/Mar/2026:14:02:11 +0000] \"GET /?u={url} HTTP/1.1\" 200 512");
    let combined = format!("{common} \"-\" \"say \\\"hi\\\"\"");
    let json = format!(
        "{{\"time\":\"2026-03-05T14:02:11Z\",\"remote_addr\":\"203.0.113.9\",\"request\":\"GET /?u={url}\",\"status\":\"200\",\"body_bytes_sent\":512}}"
    );
    let alb = format!(
        "https 2026-03-05T14:02:11.1Z app/web/50dc 203.0.113.9:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 34 512 \"GET https://x:443/?u={url} HTTP/1.1\" \"curl\" - -"
    );
    let elb = format!(
        "2026-03-05T14:02:11.1Z web 203.0.113.9:2817 10.0.0.1:80 0.08 0.04 0.03 200 200 34 512 \"GET http://x:80/?u={url} HTTP/1.1\""
    );
    let cloudfront = format!(
        "2026-03-05\t14:02:11\tFRA2\t512\t203.0.113.9\tGET\td1.cloudfront.net\t/f\t200\t-\tcurl\tu={url}\t-"
    );
    let w3c = format!(
        "#Fields: date time c-ip cs-uri-query sc-status sc-bytes\n2026-03-05 14:02:11 203.0.113.9 u={url} 200 512"
    );
    let waf = format!(
        "{{\"timestamp\":1772719331000,\"httpRequest\":{{\"clientIp\":\"203.0.113.9\",\"args\":\"u={url}\"}},\"responseCodeSent\":200,\"bytes\":512}}"
    );
    let squid = format!(
        "1772719331.123 86 203.0.113.9 TCP_MISS/200 512 GET {url} - HIER_DIRECT/169.254.169.254 text/plain"
    );
    for (name, text) in [
        ("common", common),
        ("combined", combined),
        ("json", json),
        ("alb", alb),
        ("elb", elb),
        ("cloudfront", cloudfront),
        ("w3c", w3c),
        ("waf", waf),
        ("squid", squid),
    ] {
        for is_packed in [false, true] {
            let scan = scanned(&text, is_packed);
            assert_eq!((scan.requests.len(), scan.problems.len()), (1, 0), "{name}");
            let request = &scan.requests[0];
            assert_eq!(request.client.as_deref(), Some("203.0.113.9"), "{name}");
            assert_eq!((request.status, request.bytes), (Some(200), Some(512)), "{name}");
            assert!(request.time.is_some() && request.asks_for_credentials, "{name}");
        }
    }
    let plain = scanned(
        &format!("2026-03-05T14:02:11Z app: fetch {url} for 203.0.113.9 failed"),
        false,
    );
    assert_eq!(plain.requests[0].client.as_deref(), Some("203.0.113.9"));
    assert_eq!(plain.requests[0].time.as_deref(), Some("2026-03-05T14:02:11Z"));
}

fn scanned(text: &str, is_packed: bool) -> WebScan {
    use std::io::Write as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("access.log");
    let mut bytes = text.as_bytes().to_vec();
    if is_packed {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        writer.write_all(&bytes).unwrap();
        bytes = writer.finish().unwrap();
    }
    std::fs::write(&path, bytes).unwrap();
    scan_web_logs(&[folder.path().to_owned()])
}

#[test]
fn what_can_not_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("cut.gz"),
        [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1],
    )
    .unwrap();
    let scan = scan_web_logs(&[folder.path().to_owned(), folder.path().join("missing")]);
    assert_eq!(scan.problems.len(), 2);
    let long = format!("{} 169.254.169.254", "x".repeat(2 << 20));
    assert_eq!(scanned(&long, false).problems.len(), 1);
}

proptest::proptest! {
    #[test]
    fn no_line_is_too_much(text in "\\PC{0,200}|\\{.{0,60}\\}|.{0,30}%(u[0-9a-f]{4}|25[0-9a-f]{2}){1,8}.{0,10}", bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..80)) {
        let _ = read_line(text.as_bytes());
        let _ = read_line(&bytes);
    }
}
