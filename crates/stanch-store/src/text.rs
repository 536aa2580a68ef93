//! Text and JSON as they are kept: bounded, and without secrets.
//!
//! It must not know which column it fills.

use std::borrow::Cow;

use stanch_core::redact;

/// Bytes of a text that are kept. The attacker writes many of them: user agents, session names, error messages.
pub const TEXT_LIMIT: usize = 4 * 1024;

/// Bytes of `request`, `response` and `additional` that are kept; CloudTrail itself allows 100 KB and more. What is
/// cut is no longer JSON and says how long it was.
pub const JSON_LIMIT: usize = 64 * 1024;

/// Cuts text at a character and says how long it was.
pub(crate) fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    if text.len() <= limit {
        return Cow::Borrowed(text);
    }
    let end = text.floor_char_boundary(limit);
    Cow::Owned(format!("{}… ({} bytes in all)", &text[..end], text.len()))
}

/// JSON text without its secrets, bounded.
pub(crate) fn json<'t>(text: &'t str, event_name: &str) -> Cow<'t, str> {
    match redact::redact_text(text, event_name) {
        Some(Cow::Borrowed(text)) => cut(text, JSON_LIMIT),
        Some(Cow::Owned(redacted)) => Cow::Owned(cut(&redacted, JSON_LIMIT).into_owned()),
        None => Cow::Owned(format!(
            "(not kept: it can't be parsed and may hold secrets; {} bytes)",
            text.len()
        )),
    }
}

/// Free text, bounded, and hidden whole if a signed URL is in it.
pub(crate) fn free(text: &str) -> Cow<'_, str> {
    if redact::is_signed(text) {
        return Cow::Owned(redact::mark(text));
    }
    cut(text, TEXT_LIMIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut_at_a_character_and_says_so() {
        let long = "ä".repeat(TEXT_LIMIT);
        let kept = free(&long);
        assert!(kept.ends_with("ä… (8192 bytes in all)"), "{kept}");
        assert_eq!(cut("short", 5), "short");
    }

    #[test]
    fn secrets_are_taken_out_and_the_rest_stays_as_logged() {
        let harmless = r#"{ "nextToken": 5 }"#;
        assert_eq!(json(harmless, "ListUsers"), harmless);
        let secret = r#"{"sessionToken": "FwoGZXIv"}"#;
        assert_eq!(
            json(secret, "AssumeRole"),
            r#"{"sessionToken": "(redacted, 8 bytes)"}"#
        );
        let torn = r#"{"sessionToken": "FwoG"#;
        assert!(!json(torn, "AssumeRole").contains("FwoG"));
    }

    #[test]
    fn a_signed_url_in_free_text_is_hidden() {
        let text = "GET https://b.s3.amazonaws.com/k?X-Amz-Signature=00112233445566778899";
        assert_eq!(free(text), "(redacted, 69 bytes)");
    }
}
