//! Search for whole records inside objects of unknown form: under any name, as object, text or packed text.
//!
//! Bounded in depth and number. It stops at the first record on each way down, and passes over members that are named as
//! those of a record, however they are spelled or flattened: what stands inside a record was written by whoever made the
//! call, and must never be taken for a record. It must not make events.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::canonical::{RECORD_KEYS, known};
use crate::format;
use crate::record::{self, Shallow};

/// Depth of a record below the object that is searched.
const DEPTH: usize = 24;
/// Number of records of one object.
const RECORDS: usize = 200_000;
/// Bytes of a text from which on it may be a packed record.
const PACKED: usize = 40;
/// How gzip begins in Base64.
const GZIP_BASE64: &str = "H4sI";

/// Members whose text is a log line, whatever it looks like.
const MESSAGES: [&str; 8] = [
    "message",
    "@message",
    "_raw",
    "Message",
    "log",
    "line",
    "original",
    "event.original",
];

/// Records found inside an object.
#[derive(Debug, Default)]
pub(crate) struct Found<'t> {
    /// Records with the path to each, in their order.
    pub(crate) records: Vec<(String, Text<'t>)>,
}

/// One record, or text that may hold some.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Text<'t> {
    /// As it stands there.
    Plain(Cow<'t, str>),
    /// Base64 of gzip.
    Packed(String),
}

/// Returns whether raw JSON may hold a record: cheap, and wrong on the side of yes.
pub(crate) fn may_hold_record(raw: &str) -> bool {
    raw.len() > 24 && raw.starts_with(['{', '[', '"']) && {
        let has = |name: &str| memchr::memmem::find(raw.as_bytes(), name.as_bytes()).is_some();
        (has("eventName") || has("eventname") || has("event_name")) && (has("ource") || has("ime"))
    }
}

/// Returns whether a name, or a part of a flattened one, is that of a record's member.
pub(crate) fn is_of_a_record(name: &str) -> bool {
    let mut parts = name.split(['.', '{', '[', '/']);
    name.len() > 7 && parts.any(|part| part.len() <= 40 && known(part, RECORD_KEYS).is_some())
}

/// Searches the members of an object.
pub(crate) fn inside(members: &Shallow<'_>) -> Found<'static> {
    let mut search = Search::default();
    search.members(members, 0);
    Found {
        records: search.found,
    }
}

#[derive(Default)]
struct Search {
    path: Vec<String>,
    found: Vec<(String, Text<'static>)>,
}

impl Search {
    fn members(&mut self, members: &Shallow<'_>, depth: usize) {
        for (name, value) in members.iter().filter(|(name, _)| !is_of_a_record(name)) {
            self.path.push(name.to_owned());
            self.value(name, value, depth + 1);
            self.path.pop();
        }
    }

    fn value(&mut self, name: &str, raw: &str, depth: usize) {
        if depth > DEPTH || self.found.len() >= RECORDS {
            return;
        }
        match raw.as_bytes().first() {
            Some(b'{') => {
                let members = Shallow::of(raw);
                if format::is_record(&members) {
                    self.take(Text::Plain(Cow::Owned(raw.to_owned())));
                } else {
                    self.members(&members, depth);
                }
            }
            Some(b'[') => self.items(raw, depth),
            Some(b'"') => self.text(name, raw),
            _ => {}
        }
    }

    fn items(&mut self, raw: &str, depth: usize) {
        let items: Vec<&RawValue> = serde_json::from_str(raw).unwrap_or_default();
        if let Some(object) = object_of_fields(&items) {
            let members = Shallow::of(&object);
            if format::is_record(&members) {
                self.take(Text::Plain(Cow::Owned(object)));
            } else {
                self.members(&members, depth);
            }
            return;
        }
        self.path.push("[]".to_owned());
        for item in items {
            self.value("", item.get(), depth + 1);
        }
        self.path.pop();
    }

    fn text(&mut self, name: &str, raw: &str) {
        let is_packed = raw.len() > PACKED && raw[1..].starts_with(GZIP_BASE64);
        let is_message = MESSAGES.contains(&name);
        let may_hold = raw[1..].trim_start().starts_with(['{', '[', '\\']) && may_be_text(raw);
        if !(is_packed || is_message || may_hold) {
            return;
        }
        let Some(text) = record::string(raw) else {
            return;
        };
        if is_packed {
            self.take(Text::Packed(text.into_owned()));
        } else if is_message || text.trim_start().starts_with(['{', '[']) {
            self.take(Text::Plain(Cow::Owned(text.into_owned())));
        }
    }

    /// Takes a record, unless the one before it is the same text under another name.
    fn take(&mut self, text: Text<'static>) {
        if self.found.last().is_none_or(|(_, last)| *last != text) {
            self.found.push((self.shown_path(), text));
        }
    }

    fn shown_path(&self) -> String {
        let mut shown = String::new();
        for part in &self.path {
            if !shown.is_empty() && part != "[]" {
                shown.push('.');
            }
            shown.push_str(part);
        }
        shown
    }
}

/// Returns whether the raw text of a string may hold a record or one of the other logs.
fn may_be_text(raw: &str) -> bool {
    let has = |name: &str| memchr::memmem::find(raw.as_bytes(), name.as_bytes()).is_some();
    may_hold_record(raw)
        || [
            "class_uid",
            "everity",
            "rcaddr",
            "rcAddr",
            "bucket",
            "detail",
            "Records",
            "logEvents",
        ]
        .iter()
        .any(|name| has(name))
}

/// Folds rows that are lists of fields into an object: `[{"field":…,"value":…}, …]` and `[{"name":…}, {"name":…}, …]`.
fn object_of_fields(items: &[&RawValue]) -> Option<String> {
    let rows: Vec<Shallow<'_>> = items.iter().map(|item| Shallow::of(item.get())).collect();
    let mut members: Vec<(String, &str)> = Vec::with_capacity(rows.len());
    for row in &rows {
        let pair = match (row.text("field"), row.get("value")) {
            (Some(field), Some(value)) => (field.into_owned(), value),
            _ => {
                let mut own = row.iter();
                let (name, value) = own.next()?;
                if own.next().is_some() || value.starts_with(['{', '[']) {
                    return None;
                }
                (name.to_owned(), value)
            }
        };
        if members.iter().any(|(name, _)| *name == pair.0) {
            return None;
        }
        members.push(pair);
    }
    if members.is_empty() || items.len() != members.len() {
        return None;
    }
    let mut object = String::from("{");
    for (index, (name, value)) in members.iter().enumerate() {
        if index > 0 {
            object.push(',');
        }
        object.push_str(&serde_json::to_string(name).ok()?);
        object.push(':');
        object.push_str(value);
    }
    object.push('}');
    Some(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str =
        r#"{"eventName":"A","eventSource":"b.amazonaws.com","eventTime":"2024-05-01T10:00:00Z"}"#;

    fn paths(text: &str) -> Vec<String> {
        let found = inside(&Shallow::of(text)).records;
        found.into_iter().map(|(path, _)| path).collect()
    }

    #[test]
    fn a_record_is_found_under_any_name_as_object_and_as_text() {
        let quoted = serde_json::to_string(RECORD).unwrap();
        for (text, expected) in [
            (format!(r#"{{"a":{{"b":{RECORD}}}}}"#), "a.b"),
            (format!(r#"{{"a":[{{"b":1}},{{"x":{quoted},"y":2}}]}}"#), "a[].x"),
            (
                format!(
                    r#"{{"results":[[{{"field":"@message","value":{quoted}}},{{"field":"@ptr","value":"x"}}]]}}"#
                ),
                "results[].@message",
            ),
            (
                r#"{"rows":[[{"eventName":"A"},{"eventSource":"b"},{"eventTime":"t"}]]}"#.to_owned(),
                "rows[]",
            ),
        ] {
            assert_eq!(paths(&text), [expected], "{text}");
        }
    }

    #[test]
    fn what_stands_inside_a_record_is_never_found() {
        let quoted = serde_json::to_string(RECORD).unwrap();
        let outer = format!(
            r#"{{"eventName":"PutRule","eventSource":"events.amazonaws.com","eventTime":"t","requestParameters":{{"event":{RECORD},"text":{quoted}}}}}"#
        );
        let found = inside(&Shallow::of(&format!(r#"{{"a":{outer}}}"#))).records;
        assert_eq!(found, [("a".to_owned(), Text::Plain(Cow::Owned(outer)))]);
    }

    #[test]
    fn what_a_caller_wrote_is_never_found_however_the_record_around_it_is_flattened() {
        let quoted = serde_json::to_string(RECORD).unwrap();
        for name in [
            "requestParameters.a.0",
            "request_parameters",
            "user_agent",
            "aws.cloudtrail.response_elements",
            "errormessage",
        ] {
            assert!(
                paths(&format!(r#"{{"a":{{"{name}":{quoted}}},"{name}":{quoted}}}"#)).is_empty(),
                "{name}"
            );
        }
        assert!(paths(&format!(r#"{{"user_agent":{{"original":{quoted}}}}}"#)).is_empty());
    }

    #[test]
    fn the_search_is_bounded_in_depth() {
        let mut text = RECORD.to_owned();
        for _ in 0..60 {
            text = format!(r#"{{"a":{text}}}"#);
        }
        assert!(paths(&text).is_empty());
    }
}
