//! `stanch.kms.external` and `stanch.copy.in_place`: whose key an S3 object is written under, and whether it replaces itself.

use stanch_core::Event;

/// Members that name the KMS key of an S3 request.
const KEYS: [&str; 2] = ["x-amz-server-side-encryption-aws-kms-key-id", "SSEKMSKeyId"];

/// Returns whether the KMS key of the request is of another account; `None` without a key ARN.
pub(super) fn foreign_key(event: &Event<'_>) -> Option<bool> {
    let key = KEYS.iter().find_map(|name| event.request_text(name))?;
    let mut parts = key.splitn(6, ':');
    let is_key = parts.next() == Some("arn") && parts.nth(1) == Some("kms");
    let account = parts.nth(1).filter(|_| is_key)?;
    (!account.is_empty() && !event.account.is_empty()).then_some(account != event.account)
}

/// Returns whether a copy's source is its target; `None` for other requests.
pub(super) fn in_place(event: &Event<'_>) -> Option<bool> {
    let source = event.request_text("x-amz-copy-source")?;
    let source = source.strip_prefix('/').unwrap_or(source);
    let source = source
        .split_once("?versionId=")
        .map_or(source, |(source, _)| source);
    let (bucket, key) = (event.request_text("bucketName")?, event.request_text("key")?);
    let (from_bucket, from_key) = source.split_once('/')?;
    let from_key = percent_decoded(from_key);
    Some(from_bucket == bucket && from_key == key)
}

/// A copy source is URL-encoded (S3 API reference, `CopyObject`).
fn percent_decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn copy(request: &Value) -> Event<'static> {
        Event {
            account: "111122223333".into(),
            request_json: request.to_string().into(),
            ..Event::default()
        }
    }

    #[test]
    fn a_copy_over_itself_is_seen_however_the_source_is_written() {
        for (source, expected) in [
            ("invoices/2026/a b.pdf", true),
            ("/invoices/2026/a%20b.pdf", true),
            ("invoices/2026/a%20b.pdf?versionId=abc", true),
            ("invoices/2026/other.pdf", false),
            ("other/2026/a b.pdf", false),
        ] {
            let event =
                copy(&json!({"bucketName": "invoices", "key": "2026/a b.pdf", "x-amz-copy-source": source}));
            assert_eq!(in_place(&event), Some(expected), "{source}");
        }
        assert_eq!(
            in_place(&copy(&json!({"bucketName": "invoices", "key": "a"}))),
            None
        );
    }

    #[test]
    fn the_account_of_the_key_decides() {
        let key = |arn: &str| {
            foreign_key(&copy(
                &json!({"x-amz-server-side-encryption-aws-kms-key-id": arn}),
            ))
        };
        assert_eq!(key("arn:aws:kms:eu-west-1:999988887777:key/1"), Some(true));
        assert_eq!(key("arn:aws:kms:eu-west-1:111122223333:alias/main"), Some(false));
        assert_eq!(key("alias/main"), None);
        assert_eq!(key("arn:aws:s3:::invoices"), None);
    }
}
