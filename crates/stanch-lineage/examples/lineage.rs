//! Measures the time and memory of a lineage of many sessions: `cargo run --release -p stanch-detect --example lineage 1000000`.
//!
//! Each session is issued by the one before it, eight deep, then by a long-term key again, and is used once.

use std::io::Write as _;
use std::time::Instant;

use stanch_core::event::IdentityKind;
use stanch_core::{Event, EventKey, Identity, Timestamp};
use stanch_lineage::Lineage;

fn key(number: u64) -> String {
    let mut rest = number;
    let mut text = String::from("ASIA");
    for _ in 0..16 {
        text.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    text
}

/// The most memory that this process held, as Linux tells it.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.unwrap_or_default().to_owned()
}

fn main() -> std::io::Result<()> {
    let wanted: u64 = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(100_000);
    let began = Instant::now();
    let mut lineage = Lineage::default();
    let mut making = std::time::Duration::ZERO;
    for number in 0..wanted {
        let made = Instant::now();
        let by = if number % 8 == 0 {
            "AKIAQAAAAAAAAAAAAAAA".to_owned()
        } else {
            key(number - 1)
        };
        let role = format!("arn:aws:iam::111122223333:role/role{}", number % 50);
        let session = format!(
            "arn:aws:sts::111122223333:assumed-role/role{}/s{}",
            number % 50,
            number % 997
        );
        let asked = Event {
            key: EventKey(u128::from(number)),
            time: Timestamp::from_seconds(1_770_000_000 + (number / 20) as i64),
            source: "sts.amazonaws.com".into(),
            name: "AssumeRole".into(),
            account: "111122223333".into(),
            identity: Identity {
                kind: IdentityKind::AssumedRole,
                arn: session.as_str().into(),
                issuer_arn: role.as_str().into(),
                access_key_id: by.into(),
                ..Identity::default()
            },
            source_address: "198.51.100.7".into(),
            response_json: format!(
                r#"{{"credentials":{{"accessKeyId":"{}","expiration":"Feb 6, 2026, 3:04:05 PM"}},"assumedRoleUser":{{"arn":"{session}"}}}}"#,
                key(number)
            )
            .into(),
            ..Event::default()
        };
        making += made.elapsed();
        lineage.observe(&asked);
    }
    let family = lineage.finish();
    let took = began.elapsed().saturating_sub(making);
    let asked = Instant::now();
    let found = family
        .descendants_of("AKIAQAAAAAAAAAAAAAAA")
        .map_or(0, |ids| ids.len());
    let peak = peak();
    writeln!(
        std::io::stdout(),
        "{wanted} sessions: {:.2} s; {found} descendants of one key in {:.2} s; {peak}",
        took.as_secs_f64(),
        asked.elapsed().as_secs_f64()
    )
}
