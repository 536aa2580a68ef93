//! Planted credentials of every kind are found; look-alikes stay low.

use base64::engine::general_purpose::STANDARD;
use stanch_core::Severity;

use super::*;
use crate::credential::{Doubt, Kind};

/// Key ids and secrets are put together at run time, so that no scanner takes this file for a leak.
pub(crate) fn key_id(prefix: &str) -> String {
    format!("{prefix}{}", "QNZGKIQY56JQ7WML")
}

pub(crate) fn secret() -> String {
    ["k3VtWm9sZ0ZyN1Bq", "TDJ4aEJ5/0R1c+aE", "NjT8vQzX"].concat()
}

fn matcher() -> Matcher {
    Matcher::new(SecretKey::new(&[7; 32])).unwrap()
}

fn found(bytes: &[u8]) -> Vec<Found> {
    let mut all = Vec::new();
    matcher().find(bytes, &mut |found| all.push(found));
    all
}

fn only(bytes: &[u8]) -> Found {
    let mut all = found(bytes);
    assert_eq!(all.len(), 1, "{}: {all:?}", String::from_utf8_lossy(bytes));
    all.remove(0)
}

#[test]
fn ids_of_every_prefix_are_found_and_decoded() {
    for prefix in ["AKIA", "ASIA", "ABIA", "ACCA"] {
        let hit = only(format!("key = {}\n", key_id(prefix)).as_bytes());
        assert_eq!(
            (hit.kind, hit.severity, hit.doubt),
            (Kind::AccessKey, Severity::Medium, None),
            "{prefix}"
        );
        assert_eq!(hit.offset, 6);
    }
    assert_eq!(
        only(key_id("AKIA").as_bytes()).account.as_deref(),
        Some("029608264753")
    );
    let old = only(b"id: AKIAJX7QK2MZRT4WVLPA.");
    assert_eq!(
        (old.severity, old.account),
        (Severity::Medium, None),
        "old format, account unknown"
    );
}

#[test]
fn a_secret_near_an_id_raises_it_and_is_masked() {
    let (id, secret) = (key_id("AKIA"), secret());
    let escaped = secret.replace('/', "\\/");
    let percent = secret.replace('/', "%2F").replace('+', "%2B");
    for text in [
        format!("aws_access_key_id={id}\naws_secret_access_key={secret}\n"),
        format!("{{\"AccessKeyId\":\"{id}\",\"SecretAccessKey\":\"{secret}\"}}"),
        format!("{{\"id\":\"{id}\",\"secret\":\"{escaped}\"}}"),
        format!("\"print(\\n{id}\\n{secret}\\n)\""),
        format!("{id},{secret}"),
        format!("https://{id}:{percent}@bucket"),
        format!("{secret}\n{id}"),
    ] {
        let hits = found(text.as_bytes());
        let hit = hits.iter().find(|hit| hit.kind == Kind::AccessKey).unwrap();
        assert_eq!(hit.severity, Severity::High, "{text}");
        assert!(
            !hits.iter().any(|hit| hit.kind == Kind::SecretAccessKey),
            "{text}"
        );
        let masked = hit.secret.as_ref().unwrap();
        assert_eq!(masked.shown, "k3V… (40 characters)");
        assert!(!format!("{hits:?}").contains(&secret[4..]));
    }
}

#[test]
fn the_keyed_hash_tells_secrets_apart_and_needs_its_key() {
    let hash = |key: u8, text: &str| SecretKey::new(&[key; 32]).mask(text.as_bytes()).hash;
    assert_eq!(hash(1, "one"), hash(1, "one"));
    assert_ne!(hash(1, "one"), hash(1, "two"));
    assert_ne!(hash(1, "one"), hash(2, "one"));
    assert_eq!(SecretKey::new(&[1; 32]).mask(b"short-password").shown, "…");
}

#[test]
fn utf16_and_base64_are_read() {
    let text = format!("id {} secret {}", key_id("AKIA"), secret());
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [little, big] {
        let hit = only(&bytes);
        assert_eq!((hit.encoding, hit.severity), (Encoding::Utf16, Severity::High));
    }
    for lead in ["", "x", "xy", "xyz", "some text before it, "] {
        let wrapped = STANDARD.encode(format!("{lead}{text}"));
        let hits = found(format!("data: {wrapped}\n").as_bytes());
        assert!(
            hits.iter().any(|hit| hit.encoding == Encoding::Base64
                && hit.severity == Severity::High
                && hit.id == key_id("AKIA")),
            "{lead}: {hits:?}"
        );
    }
}

#[test]
fn ids_that_touch_are_all_found() {
    let (one, two) = (key_id("AKIA"), key_id("ASIA"));
    assert_eq!(found(format!("{one},{two};{one}").as_bytes()).len(), 3);
    assert_eq!(
        found(format!("\"\\t{one}\\u0022,%22{two}%22").as_bytes())
            .iter()
            .filter(|hit| hit.doubt.is_none())
            .count(),
        2
    );
}

#[test]
fn other_credentials_are_found() {
    let secret = secret();
    let lone = only(format!("AWS_SECRET_ACCESS_KEY=\"{secret}\"").as_bytes());
    assert_eq!(
        (lone.kind, lone.severity),
        (Kind::SecretAccessKey, Severity::Medium)
    );
    let random: String = STANDARD.encode(
        (0..120_u32)
            .map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect::<Vec<_>>(),
    );
    for start in ["IQoJb3JpZ2luX2Vj", "FwoGZXIvYXdz", "FQoGZXIvYXdz"] {
        let token = only(format!("token={start}{random}\n").as_bytes());
        assert_eq!(token.kind, Kind::SessionToken, "{start}");
    }
    let plain = format!("BedrockAPIKey-ab12-at-111122223333:{secret}");
    let bedrock = only(format!("export AWS_BEARER_TOKEN_BEDROCK=ABSK{}", STANDARD.encode(plain)).as_bytes());
    assert_eq!(
        (bedrock.kind, bedrock.account.as_deref()),
        (Kind::BedrockApiKey, Some("111122223333"))
    );
    let address = format!(
        "bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Credential={}%2F20260101",
        key_id("ASIA")
    );
    let short = found(format!("k: bedrock-api-key-{}", STANDARD.encode(address)).as_bytes());
    assert!(
        short
            .iter()
            .any(|hit| hit.kind == Kind::BedrockApiKey && hit.id == key_id("ASIA"))
    );
    let mut smtp: Vec<u8> = (0..33_u32)
        .map(|at| (at.wrapping_mul(2_654_435_761) >> 11) as u8)
        .collect();
    smtp[0] = 4;
    let text = format!(
        "host=email-smtp.eu-west-1.amazonaws.com\nuser={}\npass={}\n",
        key_id("AKIA"),
        STANDARD.encode(smtp)
    );
    assert!(
        found(text.as_bytes())
            .iter()
            .any(|hit| hit.kind == Kind::SmtpPassword && hit.id == key_id("AKIA"))
    );
    for csv in [
        "User name,Password,Console sign-in URL\nann,Xy7!kk,https://111122223333.signin.aws.amazon.com/console\n".to_owned(),
        "\u{feff}User name,Password,Access key ID,Secret access key,Console login link\r\nann,Xy7!kk,,,https://111122223333.signin.aws.amazon.com/console\r\n".to_owned(),
    ] {
        let console = only(csv.as_bytes());
        assert_eq!((console.kind, console.id.as_str(), console.account.as_deref()), (Kind::ConsolePassword, "ann", Some("111122223333")));
    }
}

#[test]
fn doubts_are_ranked_low_and_listed() {
    for (text, doubt) in [
        ("AKIAIOSFODNN7EXAMPLE", Doubt::Example),
        ("AKIAXXXXXXXXXXXXXXXX", Doubt::Example),
        ("AKIA1234567890123456", Doubt::Example),
        ("xAKIAQNZGKIQY56JQ7WML", Doubt::WithinWord),
        ("AKIAQNZGKIQY56JQ7WMLx", Doubt::WithinWord),
        ("AKIAQNZGKIQY08JQ7WML", Doubt::NotBase32),
        ("AKIABNZGKIQY56JQ7WML", Doubt::NeverIssued),
        ("AKIAQQQQQQQQ56QQQQQQ", Doubt::Repetitive),
        ("AKIA2A3B4C5D6E7F2B3C", Doubt::Hexadecimal),
        ("ASIAQNZGKIQYRTJQOWML", Doubt::LettersOnly),
        ("akiaqnzgkiqy56jq7wml", Doubt::LowerCase),
    ] {
        let hit = only(text.as_bytes());
        assert_eq!(hit.doubt, Some(doubt), "{text}");
        assert!(hit.severity <= Severity::Low);
    }
    assert_eq!(found(b"Asiatic ASIAN akiak AKIA-123").len(), 0);
}

/// Simple generator with the same numbers in each run.
pub(crate) struct Random(pub(crate) u64);

pub(crate) const fn random(seed: u64) -> Random {
    Random(seed)
}

impl Random {
    pub(crate) fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below as u64) as usize
    }

    pub(crate) fn text(&mut self, alphabet: &str, length: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..length).map(|_| letters[self.next(letters.len())]).collect()
    }
}

#[test]
fn of_ten_thousand_look_alikes_none_is_medium() {
    const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const WORDS: [&str; 8] = [
        "PACIFIC", "MINOR", "MARKET", "TRAVEL", "CENTRAL", "SOUTH", "REPORT", "INDEX",
    ];
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut high = Vec::new();
    for round in 0..10_000 {
        let words: String = (0..4).map(|_| WORDS[random.next(WORDS.len())]).collect();
        let line = match round % 10 {
            0 => random.text("0123456789abcdef", 40),
            1 => random.text("0123456789abcdef", 64),
            2 => random.text(BASE64, 76),
            3 => format!("sha512-{}==", random.text(BASE64, 86)),
            4 => format!("AKIA{}", random.text("0123456789ABCDEF", 16)),
            5 => format!("ASIA{}", &words[..16]),
            6 => format!("{}ASIA{}", random.text("ACGT", 30), random.text("ACGT", 30)),
            7 => format!(
                "AKIA{}EXAMPLE",
                random.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 9)
            ),
            8 => format!(
                "secret: {} # commit {}",
                random.text("0123456789abcdef", 40),
                random.text("0123456789abcdef", 40)
            ),
            _ => format!("{}AKIA{}", random.text(BASE64, 20), random.text(BASE64, 40)),
        };
        high.extend(
            found(line.as_bytes())
                .into_iter()
                .filter(|hit| hit.severity >= Severity::Medium)
                .map(|hit| (line.clone(), hit)),
        );
    }
    assert!(high.is_empty(), "{high:?}");
}

#[test]
fn nearly_all_random_ids_and_secrets_pass() {
    let mut random = Random(88_172_645_463_325_252);
    let mut lost = 0;
    for _ in 0..10_000 {
        let id = format!(
            "AKIA{}{}",
            random.text("QRSTUVWXYZ234567", 1),
            random.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 15)
        );
        let secret = random.text(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
            40,
        );
        let hits = found(format!("{id} {secret}\n").as_bytes());
        lost += usize::from(!hits.iter().any(|hit| hit.severity == Severity::High));
    }
    // Secrets of fewer than three classes are 1 in 800; ids that repeat are 1 in 6,000.
    assert!(lost <= 60, "{lost}");
}

proptest::proptest! {
    #[test]
    fn no_bytes_are_too_much(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200), at in 0_usize..200, which in 0_usize..30) {
        let patterns = patterns();
        let mut bytes = bytes;
        let place = at.min(bytes.len());
        let anchor = &patterns[which % patterns.len()].0;
        bytes.splice(place..place, anchor.iter().copied());
        for hit in found(&bytes) {
            proptest::prop_assert!(hit.offset < bytes.len());
        }
    }
}
