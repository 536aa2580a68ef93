//! The log files that cited events lie in, as SARIF's artifacts: members of an archive are nested in it.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use stanch_core::{Analysis, EventRecord};

use crate::cited;

/// Number of bytes of a path are written.
const PATH_LIMIT: usize = 4096;

/// Files by source and member number, in that order.
pub(super) struct Artifacts<'a> {
    files: BTreeMap<(u32, u32), (usize, &'a str)>,
}

impl<'a> Artifacts<'a> {
    /// The files of all cited events.
    pub(super) fn of(analysis: &'a Analysis) -> Self {
        let mut files = BTreeMap::new();
        for record in analysis.events.values() {
            let source = record.location.source.0;
            let path = cited::path(analysis, record);
            files.insert((source, 0), (0, path));
            files.insert((source, record.location.member), (0, path));
        }
        for (place, (index, _)) in files.values_mut().enumerate() {
            *index = place;
        }
        Self { files }
    }

    fn get(&self, source: u32, member: u32) -> (usize, &'a str) {
        self.files.get(&(source, member)).copied().unwrap_or_default()
    }

    /// The list.
    pub(super) fn list(&self) -> Vec<Value> {
        let one = |(&(source, member), (_, path)): (&(u32, u32), &(usize, &str))| {
            if member == 0 {
                return json!({
                    "location": { "uri": uri(path) },
                    "description": { "text": "Byte offsets count in the unpacked content." },
                });
            }
            json!({
                "location": { "uri": format!("/member-{member}") },
                "parentIndex": self.get(source, 0).0,
                "description": { "text": format!("Member {member} of the archive.") },
            })
        };
        self.files.iter().map(one).collect()
    }

    /// The location of the file that an event lies in.
    pub(super) fn location(&self, record: &EventRecord) -> Value {
        let member = record.location.member;
        let (index, path) = self.get(record.location.source.0, member);
        if member > 0 {
            return json!({ "uri": format!("/member-{member}"), "index": index });
        }
        json!({ "uri": uri(path), "index": index })
    }
}

/// A path as a URI reference: everything but plain characters is percent-encoded, so that nothing in a file's name can
/// be a scheme, a host, a query or markup.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len() + 8);
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes().take(PATH_LIMIT) {
        if byte.is_ascii_alphanumeric() || b"-._/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    if uri.is_empty() { "unknown".to_owned() } else { uri }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_never_more_than_a_path() {
        assert_eq!(uri("logs/a b.json.gz"), "logs/a%20b.json.gz");
        assert_eq!(uri("/var/logs/ä"), "file:///var/logs/%C3%A4");
        assert_eq!(
            uri("javascript:alert(1)//?<x>#"),
            "javascript%3Aalert%281%29//%3F%3Cx%3E%23"
        );
        assert_eq!(uri("//evil.example/x"), "file:////evil.example/x");
        assert_eq!(uri(""), "unknown");
    }
}
