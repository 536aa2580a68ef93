//! An event that is cited: owned, bounded, with the way back to its bytes.

use serde::{Deserialize, Serialize};

use crate::event::LogKind;
use crate::ids::{EventKey, SourceId};
use crate::outcome::Outcome;
use crate::redact;
use crate::time::Timestamp;

/// Where a record's bytes lie: source, member of an archive, offset in the unpacked member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Location {
    /// The input file.
    pub source: SourceId,
    /// The ordinal of the archive member; 0 for a file that is no archive.
    pub member: u32,
    /// Byte offset of the record in the unpacked content.
    pub offset: u64,
}

impl Default for Location {
    fn default() -> Self {
        Self {
            source: SourceId(0),
            member: 0,
            offset: 0,
        }
    }
}

/// A cited event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRecord {
    /// Stanch's own key.
    pub key: EventKey,
    /// The log it comes from.
    pub log: LogKind,
    /// When.
    pub time: Timestamp,
    /// `eventID`.
    pub event_id: String,
    /// `eventSource`.
    pub source: String,
    /// `eventName` as logged.
    pub name: String,
    /// `awsRegion`.
    pub region: String,
    /// The account whose log this is.
    pub account: String,
    /// The principal's grouping key.
    pub principal: String,
    /// `accessKeyId`.
    pub access_key_id: String,
    /// `sourceIPAddress`.
    pub source_address: String,
    /// `userAgent`.
    pub user_agent: String,
    /// Outcome.
    pub outcome: Outcome,
    /// `errorCode`; empty when there is none.
    pub error_code: String,
    /// `sharedEventID`: records with the same one tell of one act, logged in several accounts. Mostly empty.
    pub shared_event_id: String,
    /// Where its bytes lie.
    pub location: Location,
    /// The raw record as JSON text without its secrets ([`crate::redact`]), cut (and then no longer JSON) past
    /// [`Self::RAW_LIMIT`].
    pub raw: String,
}

impl EventRecord {
    /// Bytes of a raw record that are kept for showing. The whole record stays at its location.
    pub const RAW_LIMIT: usize = 16 * 1024;

    /// A raw record without its secrets, bounded. A record that can't be parsed is kept only if nothing in it looks like
    /// the name of a secret.
    pub(crate) fn kept_raw(raw: &str, event_name: &str) -> String {
        match redact::redact_text(raw, event_name) {
            Some(redacted) => Self::bounded_raw(&redacted),
            None => format!(
                "(not kept: it can't be parsed and may hold secrets; {} bytes)",
                raw.len()
            ),
        }
    }

    fn bounded_raw(raw: &str) -> String {
        if raw.len() <= Self::RAW_LIMIT {
            return raw.to_owned();
        }
        let end = (0..=Self::RAW_LIMIT)
            .rev()
            .find(|&end| raw.is_char_boundary(end))
            .unwrap_or(0);
        format!("{}… ({} bytes in all)", &raw[..end], raw.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_under_a_name_that_comes_twice_or_is_escaped_is_not_kept() {
        for raw in [
            r#"{"password":"hunter2","password":"<hidden>"}"#,
            r#"{"a":{"sessionToken":"hunter2","sessionToken":null}}"#,
            r#"{"p\u0061ssword":"hunter2"}"#,
        ] {
            let kept = EventRecord::kept_raw(raw, "Any");
            assert!(!kept.contains("hunter2"), "{kept}");
        }
    }
}
