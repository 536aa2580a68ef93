//! One of our events as the engine reads it.
//!
//! Common fields come typed from the event; the untyped parts are parsed when a rule first asks; `stanch.*` is
//! worked out by `crate::derived`. It must not know any rule.

use std::borrow::Cow;

use rsigma_eval::{Event, EventValue};
use serde_json::Value;
use stanch_core::LogKind;
use stanch_core::event::Category;

use super::values::joined;
use crate::derived::{self, Field};
use crate::observation::Observation;
use stanch_core::json_path::dotted;

/// How deep keyword search follows a record. JSON deeper than 128 is not parsed at all.
const DEPTH_LIMIT: usize = 128;

/// An event, seen through the eyes of one rule.
pub(super) struct View<'v, 'o, 'e> {
    observation: &'v Observation<'o, 'e>,
    structured: bool,
}

impl<'v, 'o, 'e> View<'v, 'o, 'e> {
    /// A view for rules that compare values, or (`structured`) for rules with list quantifiers.
    pub(super) const fn new(observation: &'v Observation<'o, 'e>, structured: bool) -> Self {
        Self {
            observation,
            structured,
        }
    }

    fn below(&self, root: &'v Value, path: &str) -> Option<EventValue<'v>> {
        joined(&dotted(root, path), self.structured)
    }

    fn whole(&self, root: &'v Value) -> Option<EventValue<'v>> {
        (!root.is_null())
            .then(|| joined(&[root], self.structured))
            .flatten()
    }

    fn in_record(&self, path: &str) -> Option<EventValue<'v>> {
        self.below(self.observation.event.record(), path)
    }

    /// A typed field. Typed text is empty both for an absent field and for one that is logged as `""` or `null`;
    /// rules tell these apart, so then the record decides, unless it doesn't contain the key at all.
    fn typed(&self, text: &'v str, path: &str) -> Option<EventValue<'v>> {
        if !text.is_empty() {
            return Some(EventValue::Str(Cow::Borrowed(text)));
        }
        let key = path.rsplit('.').next().unwrap_or(path);
        if self.observation.event.raw.contains(key) {
            self.in_record(path)
        } else {
            None
        }
    }

    /// Insights and aggregates speak of many calls; the typed name and source are those of the calls, which the
    /// record itself doesn't carry as its own.
    const fn is_about_calls(&self) -> bool {
        matches!(
            self.observation.event.category,
            Category::Insight | Category::Aggregated
        )
    }

    fn source(&self) -> Option<EventValue<'v>> {
        if self.is_about_calls() {
            return self.in_record("eventSource");
        }
        let source: &str = &self.observation.event.source;
        (!source.is_empty()).then_some(EventValue::Str(Cow::Borrowed(source)))
    }

    fn name(&self) -> Option<EventValue<'v>> {
        if self.is_about_calls() {
            return self.in_record("eventName");
        }
        let logged: &str = &self.observation.event.name;
        if logged.is_empty() {
            return None;
        }
        let base = self.observation.event.base_name();
        let logged = EventValue::Str(Cow::Borrowed(logged));
        if base.len() == self.observation.event.name.len() {
            return Some(logged);
        }
        Some(EventValue::Array(vec![
            logged,
            EventValue::Str(Cow::Borrowed(base)),
        ]))
    }

    /// The user agent as logged: the typed one has lost the brackets that some services put around it.
    fn user_agent(&self) -> Option<EventValue<'v>> {
        if self.observation.event.raw.contains("\"[") {
            return self.in_record("userAgent");
        }
        self.typed(&self.observation.event.user_agent, "userAgent")
    }

    fn cloudtrail(&self, path: &str) -> Option<EventValue<'v>> {
        let event = self.observation.event;
        if let Some((part, rest)) = path.split_once('.') {
            match part {
                "requestParameters" => return self.below(event.request(), rest),
                "responseElements" => return self.below(event.response(), rest),
                "additionalEventData" => return self.below(event.additional(), rest),
                "userIdentity" => return self.identity(path, rest),
                _ => return self.in_record(path),
            }
        }
        match path {
            "eventName" => self.name(),
            "eventSource" => self.source(),
            "requestParameters" => self.whole(event.request()),
            "responseElements" => self.whole(event.response()),
            "additionalEventData" => self.whole(event.additional()),
            "eventType" => self.typed(&event.event_type, path),
            "awsRegion" => self.typed(&event.region, path),
            "sourceIPAddress" => self.typed(&event.source_address, path),
            "userAgent" => self.user_agent(),
            "errorCode" => self.typed(&event.error_code, path),
            "errorMessage" => self.typed(&event.error_message, path),
            "sharedEventID" => self.typed(&event.shared_event_id, path),
            "vpcEndpointId" => self.typed(&event.vpc_endpoint_id, path),
            _ => self.in_record(path),
        }
    }

    fn identity(&self, path: &str, rest: &str) -> Option<EventValue<'v>> {
        let identity = &self.observation.event.identity;
        let text: &'v str = match rest {
            "type" => &identity.type_name,
            "principalId" => &identity.principal_id,
            "arn" => &identity.arn,
            "accountId" => &identity.account_id,
            "accessKeyId" => &identity.access_key_id,
            "userName" => &identity.user_name,
            "invokedBy" => &identity.invoked_by,
            "sessionContext.sessionIssuer.arn" => &identity.issuer_arn,
            "sessionContext.sessionIssuer.userName" => &identity.issuer_name,
            "sessionContext.sessionIssuer.type" => &identity.issuer_type,
            _ => return self.in_record(path),
        };
        self.typed(text, path)
    }
}

impl Event for View<'_, '_, '_> {
    fn get_field(&self, path: &str) -> Option<EventValue<'_>> {
        if let Some(name) = path.strip_prefix("stanch.") {
            return derived::field(self.observation, name).map(from_field);
        }
        if self.observation.event.log == LogKind::CloudTrail {
            self.cloudtrail(path)
        } else {
            self.in_record(path)
        }
    }

    fn any_string_value(&self, predicate: &dyn Fn(&str) -> bool) -> bool {
        any_text(self.observation.event.record(), predicate, DEPTH_LIMIT)
    }

    fn all_string_values(&self) -> Vec<Cow<'_, str>> {
        let mut texts = Vec::new();
        collect_texts(self.observation.event.record(), &mut texts, DEPTH_LIMIT);
        texts
    }

    fn to_json(&self) -> Value {
        self.observation.event.record().clone()
    }
}

fn any_text(value: &Value, predicate: &dyn Fn(&str) -> bool, depth: usize) -> bool {
    match value {
        Value::String(text) => predicate(text),
        Value::Array(elements) if depth > 0 => elements
            .iter()
            .any(|element| any_text(element, predicate, depth - 1)),
        Value::Object(members) if depth > 0 => members
            .values()
            .any(|member| any_text(member, predicate, depth - 1)),
        _ => false,
    }
}

fn collect_texts<'v>(value: &'v Value, texts: &mut Vec<Cow<'v, str>>, depth: usize) {
    match value {
        Value::String(text) => texts.push(Cow::Borrowed(text)),
        Value::Array(elements) if depth > 0 => {
            for element in elements {
                collect_texts(element, texts, depth - 1);
            }
        }
        Value::Object(members) if depth > 0 => {
            for member in members.values() {
                collect_texts(member, texts, depth - 1);
            }
        }
        _ => {}
    }
}

fn from_field(field: Field<'_>) -> EventValue<'_> {
    match field {
        Field::Text(text) => EventValue::Str(Cow::Borrowed(text)),
        Field::Flag(flag) => EventValue::Bool(flag),
        Field::Number(number) => EventValue::Int(i64::try_from(number).unwrap_or(i64::MAX)),
        Field::Words(words) => list(words.iter().copied()),
        Field::Texts(texts) => list(texts.iter().map(String::as_str)),
    }
}

fn list<'f>(texts: impl Iterator<Item = &'f str>) -> EventValue<'f> {
    EventValue::Array(texts.map(|text| EventValue::Str(Cow::Borrowed(text))).collect())
}
