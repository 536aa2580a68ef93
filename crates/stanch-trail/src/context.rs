//! Context of a reading: what some inputs of a run say that others need to be read right.
//!
//! Fields of flow logs in custom formats, given by the responder or named by `CreateFlowLogs` calls, and the ARNs of
//! roles and users with a path, which S3 access logs and GuardDuty leave out. It must not know files.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use stanch_core::arn::Arn;
use stanch_core::{Event, LogKind};

use crate::format::vpc_flow;

/// Number of formats and of ARNs that are kept.
const FORMATS: usize = 256;
const ARNS: usize = 100_000;

/// Context of a reading.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    given: BTreeSet<Vec<String>>,
    learned: BTreeSet<Vec<String>>,
    arns: BTreeMap<String, String>,
}

impl Context {
    /// Adds a flow log format as the responder names it: field names between spaces or commas, with or without `${…}`.
    /// Returns whether it names the fields of a flow log.
    #[must_use]
    pub fn add_flow_format(&mut self, format: &str) -> bool {
        let fields = vpc_flow::fields_of_format(format);
        fields.is_some_and(|fields| {
            self.given.insert(fields);
            true
        })
    }

    /// Learns what an event says about other inputs.
    pub fn learn(&mut self, event: &Event<'_>) {
        if event.log != LogKind::CloudTrail || event.deferred {
            return;
        }
        for arn in [&*event.identity.issuer_arn, &*event.identity.arn] {
            if let Some(key) = path_key(arn)
                && self.arns.len() < ARNS
                && !self.arns.contains_key(&key)
            {
                self.arns.insert(key, arn.to_owned());
            }
        }
        if event.name == "CreateFlowLogs" && self.learned.len() < FORMATS {
            let request = event.request();
            let format = request.get("logFormat").or_else(|| {
                let inner = request.get("CreateFlowLogsRequest")?;
                inner.get("LogFormat")
            });
            let fields = format.and_then(|format| vpc_flow::fields_of_format(format.as_str()?));
            self.learned.extend(fields);
        }
    }

    /// Adds what another part of the run learned.
    pub fn merge(&mut self, other: Self) {
        self.given.extend(other.given);
        self.learned.extend(other.learned);
        self.arns.extend(other.arns);
    }

    /// Returns the formats of flow logs, and whether each was learned from other inputs.
    pub(crate) fn flow_formats(&self) -> impl Iterator<Item = (&[String], bool)> {
        let given = self.given.iter().map(|fields| (fields.as_slice(), false));
        given.chain(self.learned.iter().map(|fields| (fields.as_slice(), true)))
    }

    /// Returns the ARN with its path of a role or user that is known by account and name.
    pub(crate) fn arn_of(&self, account: &str, kind: &str, name: &str) -> Option<&str> {
        self.arns.get(&key_of(account, kind, name)).map(String::as_str)
    }
}

fn key_of(account: &str, kind: &str, name: &str) -> String {
    format!("{account}:{kind}/{name}")
}

/// Returns the key of a role's or user's ARN that has a path; `None` for any other text.
fn path_key(arn: &str) -> Option<String> {
    let bytes = arn.as_bytes();
    let first = memchr::memchr(b'/', bytes)?;
    memchr::memchr(b'/', &bytes[first + 1..])?;
    let arn = Arn::parse(arn).filter(|arn| arn.service == "iam")?;
    let kind = arn.resource_type();
    let is_named = matches!(kind, "role" | "user");
    is_named.then(|| key_of(arn.account, kind, arn.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_with_a_path_are_found_by_their_name() {
        let mut context = Context::default();
        let mut event = Event::default();
        event.identity.issuer_arn = "arn:aws:iam::111122223333:role/a/b/deploy".into();
        context.learn(&event);
        let found = context.arn_of("111122223333", "role", "deploy");
        assert_eq!(found, Some("arn:aws:iam::111122223333:role/a/b/deploy"));
        assert_eq!(context.arn_of("111122223333", "user", "deploy"), None);
        assert_eq!(path_key("arn:aws:iam::111122223333:role/deploy"), None);
        assert_eq!(
            path_key("arn:aws:sts::111122223333:assumed-role/deploy/session"),
            None
        );
    }

    #[test]
    fn the_format_of_a_flow_log_is_learned_from_its_creation() {
        let mut context = Context::default();
        let event = Event {
            name: "CreateFlowLogs".into(),
            request_json:
                r#"{"CreateFlowLogsRequest":{"LogFormat":"${dstaddr} ${srcaddr} ${start} ${action}"}}"#.into(),
            ..Event::default()
        };
        context.learn(&event);
        let formats: Vec<_> = context.flow_formats().collect();
        assert_eq!(formats.len(), 1);
        assert_eq!(formats[0].0, ["dstaddr", "srcaddr", "start", "action"]);
        assert!(!context.add_flow_format("the quick brown fox"));
        assert!(context.add_flow_format("srcaddr,dstaddr,start"));
    }
}
