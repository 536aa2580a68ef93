//! Tracks events from their kept records, where the input can't be read a second time.
//!
//! It must not know why a record was kept.

use std::borrow::Cow;

use serde_json::Value;
use stanch_core::event::{Identity, IdentityKind};
use stanch_core::{Event, EventRecord};

use super::Tracker;
use crate::network::Networks;

impl Tracker {
    /// Takes a kept record.
    pub(crate) fn take_record(&mut self, networks: &Networks, record: &EventRecord) {
        let raw = serde_json::from_str::<Value>(&record.raw).unwrap_or_default();
        let json = |name: &str| match raw.get(name) {
            None | Some(Value::Null) => Cow::Borrowed(""),
            Some(value) => Cow::Owned(value.to_string()),
        };
        let text = |path: &str| {
            let found = raw.pointer(path).and_then(Value::as_str).unwrap_or_default();
            Cow::Owned(found.to_owned())
        };
        let event = Event {
            key: record.key,
            log: record.log,
            time: record.time,
            event_id: Cow::Borrowed(&record.event_id),
            source: Cow::Borrowed(&record.source),
            name: Cow::Borrowed(&record.name),
            event_type: text("/eventType"),
            region: Cow::Borrowed(&record.region),
            account: Cow::Borrowed(&record.account),
            identity: Identity {
                kind: IdentityKind::parse(
                    raw.pointer("/userIdentity/type")
                        .and_then(Value::as_str)
                        .unwrap_or_default(),
                ),
                principal_id: text("/userIdentity/principalId"),
                arn: text("/userIdentity/arn"),
                account_id: text("/userIdentity/accountId"),
                access_key_id: Cow::Borrowed(&record.access_key_id),
                user_name: text("/userIdentity/userName"),
                invoked_by: text("/userIdentity/invokedBy"),
                issuer_arn: text("/userIdentity/sessionContext/sessionIssuer/arn"),
                ..Identity::default()
            },
            source_address: Cow::Borrowed(&record.source_address),
            user_agent: Cow::Borrowed(&record.user_agent),
            error_code: Cow::Borrowed(&record.error_code),
            read_only: raw.get("readOnly").and_then(Value::as_bool),
            shared_event_id: Cow::Borrowed(&record.shared_event_id),
            request_json: json("requestParameters"),
            response_json: json("responseElements"),
            additional_json: json("additionalEventData"),
            raw: Cow::Borrowed(&record.raw),
            location: record.location,
            ..Event::default()
        };
        self.take(networks, &event);
    }
}
