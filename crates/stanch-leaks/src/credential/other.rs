//! Credentials that are no access key ids: lone secrets, session tokens, Bedrock API keys, SES SMTP passwords and console
//! passwords in the console's CSV files.

use stanch_core::Severity;

use super::access_key::{self, SECRET};
use super::decode::{self, AROUND};
use super::{Encoding, Found, Kind, SecretKey};

/// Bytes between a name such as `aws_secret_access_key` and its value.
const TO_VALUE: usize = 40;
/// Characters of the shortest session token that was seen.
const TOKEN: usize = 100;
/// Bytes within which the console's CSV has its row.
const CSV: usize = 2000;

fn found(
    kind: Kind,
    id: String,
    account: Option<String>,
    secret: &[u8],
    offset: usize,
    key: &SecretKey,
) -> Found {
    Found {
        kind,
        id,
        account,
        secret: Some(key.mask(secret)),
        offset,
        severity: if matches!(kind, Kind::SecretAccessKey | Kind::SessionToken) {
            Severity::Medium
        } else {
            Severity::High
        },
        doubt: None,
        encoding: Encoding::Plain,
    }
}

fn run(text: &[u8], is_of: impl Fn(u8) -> bool) -> &[u8] {
    let length = text.iter().position(|byte| !is_of(*byte)).unwrap_or(text.len());
    &text[..length]
}

/// Reads the secret that follows a name such as `aws_secret_access_key`, where no key id is near.
pub(super) fn lone_secret(text: &[u8], after: usize, key: &SecretKey) -> Option<Found> {
    let end = text.len().min(after + TO_VALUE + SECRET + 1);
    let window = decode::unescaped(text.get(after..end)?);
    let (at, secret) = access_key::secrets(&window).next()?;
    // The next line is another value.
    if at > TO_VALUE || window[..at].contains(&b'\n') {
        return None;
    }
    let around = &text[after.saturating_sub(AROUND)..text.len().min(end + AROUND)];
    let has_id = ["AKIA", "ASIA", "ABIA", "ACCA"].iter().any(|prefix| {
        memchr::memmem::find_iter(around, prefix).any(|at| {
            access_key::read(around, at, key, Encoding::Plain).is_some_and(|found| found.secret.is_some())
        })
    });
    (!has_id).then(|| {
        found(
            Kind::SecretAccessKey,
            String::new(),
            None,
            secret,
            after + at,
            key,
        )
    })
}

/// Reads the session token that begins at `at`.
pub(super) fn session_token(text: &[u8], at: usize, key: &SecretKey) -> Option<Found> {
    if at > 0 && decode::is_base64(text[at - 1]) {
        return None;
    }
    let token = run(&text[at..text.len().min(at + 4096)], |byte| {
        decode::is_base64(byte) || matches!(byte, b'=' | b'%')
    });
    let is_token = token.len() >= TOKEN && access_key::entropy(token) >= 4.0;
    is_token.then(|| found(Kind::SessionToken, String::new(), None, token, at, key))
}

/// Reads the long-term Bedrock API key that begins with `ABSK`: base64 of `BedrockAPIKey-…-at-ACCOUNT:secret`.
pub(super) fn bedrock_long_term(text: &[u8], at: usize, key: &SecretKey) -> Option<Found> {
    if at > 0 && decode::is_base64(text[at - 1]) {
        return None;
    }
    let body = run(&text[at + 4..text.len().min(at + 400)], |byte| {
        decode::is_base64(byte) || byte == b'='
    });
    if body.len() < 40 {
        return None;
    }
    let plain = decode::base64(body)?;
    let plain = String::from_utf8(plain).ok()?;
    let (name, secret) = plain.split_once(':')?;
    if !name.starts_with("BedrockAPIKey-") || secret.len() < 16 {
        return None;
    }
    let account = name.rsplit_once("-at-").map(|(_, account)| account);
    let account =
        account.filter(|account| account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()));
    let account = account.map(str::to_owned);
    Some(found(
        Kind::BedrockApiKey,
        name.to_owned(),
        account,
        &text[at..at + 4 + body.len()],
        at,
        key,
    ))
}

/// Reads the short-term Bedrock API key that follows `bedrock-api-key-`: base64 of a presigned address.
pub(super) fn bedrock_short_term(text: &[u8], after: usize, key: &SecretKey) -> Option<Found> {
    let body = run(&text[after..text.len().min(after + 8192)], |byte| {
        decode::is_base64(byte) || byte == b'='
    });
    if !body.starts_with(b"YmVkcm9jay5hbWF6b25hd3MuY29t") || body.len() < 100 {
        return None;
    }
    let plain = decode::base64(body).unwrap_or_default();
    let id = ["ASIA", "AKIA"].iter().find_map(|prefix| {
        let at = memchr::memmem::find(&plain, prefix.as_bytes())?;
        access_key::read(&plain, at, key, Encoding::Base64)
    });
    let (id, account) = id.map(|found| (found.id, found.account)).unwrap_or_default();
    Some(found(Kind::BedrockApiKey, id, account, body, after, key))
}

/// Reads the SES SMTP password near a name of its SMTP endpoint: 44 characters of base64, version byte 4.
pub(super) fn smtp_password(text: &[u8], at: usize, key: &SecretKey) -> Option<Found> {
    let start = at.saturating_sub(2 * AROUND);
    let window = decode::unescaped(&text[start..text.len().min(at + 2 * AROUND)]);
    let mut here = 0;
    while here < window.len() {
        let word = run(&window[here..], decode::is_base64);
        let is_password = word.len() == 44
            && word[0] == b'B'
            && (b'A'..=b'P').contains(&word[1])
            && access_key::entropy(word) >= 4.0
            && decode::base64(word).is_some_and(|plain| plain.len() == 33 && plain[0] == 4);
        if is_password {
            let id = memchr::memmem::find(&window, b"AKIA")
                .and_then(|at| access_key::read(&window, at, key, Encoding::Plain));
            let (id, account) = id.map(|found| (found.id, found.account)).unwrap_or_default();
            return Some(found(Kind::SmtpPassword, id, account, word, start + here, key));
        }
        here += word.len() + 1;
    }
    None
}

/// Reads the first row of a CSV file of the console with a password, whose heading ends at `after`.
pub(super) fn console_password(text: &[u8], heading: usize, key: &SecretKey) -> Option<Found> {
    let rest = String::from_utf8_lossy(&text[heading..text.len().min(heading + CSV)]);
    let mut lines = rest.lines();
    let names: Vec<&str> = lines
        .next()?
        .split(',')
        .map(|name| name.trim_matches(['"', ' ']))
        .collect();
    let row = lines.next()?;
    let values: Vec<&str> = row
        .split(',')
        .map(|value| value.trim_matches(['"', ' ']))
        .collect();
    let value = |wanted: &str| {
        let at = names.iter().position(|name| name.eq_ignore_ascii_case(wanted))?;
        values.get(at).copied().filter(|value| !value.is_empty())
    };
    let link = values
        .iter()
        .find(|value| value.contains("signin.aws.amazon.com"))?;
    let account = link
        .trim_start_matches("https://")
        .split('.')
        .next()
        .unwrap_or_default();
    let account = (account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| account.to_owned());
    let password = value("Password")?;
    let user = value("User name").unwrap_or_default().to_owned();
    Some(found(
        Kind::ConsolePassword,
        user,
        account,
        password.as_bytes(),
        heading,
        key,
    ))
}
