//! Opens what is wrapped around records: EventBridge, SNS, SQS, CloudWatch Logs, LookupEvents, and exports of
//! search engines. And knows what holds no events by its nature: digests and notifications.
//!
//! Looks at one object's members only; what is inside is read by whoever asked. It must not make events.

use std::borrow::Cow;

use stanch_core::source::SourceKind;

use crate::record::Shallow;

/// What an object is that is no record.
pub(crate) enum Meaning<'a> {
    /// No events by its nature.
    Skip(SourceKind),
    /// A wrapper around an object.
    Object(&'a str),
    /// A wrapper around text; `otherwise` is what it is when the text holds nothing.
    Text {
        inner: Cow<'a, str>,
        otherwise: Option<SourceKind>,
    },
    /// Something else.
    Other,
}

/// Looks at an object's members.
pub(crate) fn meaning(text: &str) -> Meaning<'_> {
    let members = Shallow::of(text);
    if members.has("digestStartTime") && members.has("logFiles") {
        return Meaning::Skip(SourceKind::Digest);
    }
    if let Some(inner) = members.text("CloudTrailEvent") {
        return Meaning::Text {
            inner,
            otherwise: None,
        };
    }
    if is_notification(&members) {
        return Meaning::Skip(SourceKind::Notification);
    }
    if let Some(inner) = notified(&members) {
        return Meaning::Text {
            inner,
            otherwise: Some(SourceKind::Notification),
        };
    }
    wrapped_object(&members)
        .map(Meaning::Object)
        .or_else(|| wrapped_text(&members))
        .unwrap_or(Meaning::Other)
}

/// Notifications that name log files or confirm a subscription.
fn is_notification(members: &Shallow<'_>) -> bool {
    let is = |key: &str, value: &str| members.text(key).is_some_and(|text| text == value);
    members.has("s3")
        && members
            .text("eventSource")
            .is_some_and(|source| source.starts_with("aws:s3"))
        || members.has("s3Bucket") && members.has("s3ObjectKey")
        || is("Event", "s3:TestEvent")
        || is("Type", "SubscriptionConfirmation")
        || is("Type", "UnsubscribeConfirmation")
        || is("source", "aws.s3") && members.has("detail-type")
}

/// The text of an SNS or SQS message.
fn notified<'a>(members: &Shallow<'a>) -> Option<Cow<'a, str>> {
    if members.has("TopicArn") {
        return members.text("Message");
    }
    let queued = ["messageId", "MessageId", "receiptHandle", "ReceiptHandle"];
    if queued.iter().any(|key| members.has(key)) {
        return members.text("body").or_else(|| members.text("Body"));
    }
    None
}

/// EventBridge (`detail`), Lambda's form of SNS (`Sns`), Elasticsearch (`_source`), Splunk (`result`).
fn wrapped_object<'a>(members: &Shallow<'a>) -> Option<&'a str> {
    let known = ["detail", "Sns", "_source", "result"];
    let mut values = known.iter().filter_map(|key| members.get(key));
    values.find(|raw| raw.starts_with('{'))
}

/// CloudWatch Logs (`message`), its Insights (`@message`), Splunk (`_raw`).
fn wrapped_text<'a>(members: &Shallow<'a>) -> Option<Meaning<'a>> {
    let known = ["message", "@message", "_raw"];
    let inner = known.iter().find_map(|key| members.text(key))?;
    let control = inner.starts_with("CWL CONTROL MESSAGE");
    Some(Meaning::Text {
        inner,
        otherwise: control.then_some(SourceKind::Notification),
    })
}
