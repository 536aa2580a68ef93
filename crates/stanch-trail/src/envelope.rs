//! Messages that hold no events by their nature, and messages whose text does: digests, notifications, signatures.
//!
//! Looks at the members of one object only. Any other wrapper is for `search`. It must not make events.

use std::borrow::Cow;

use stanch_core::source::SourceKind;

use crate::record::Shallow;

/// Meaning of an object that is no record.
pub(crate) enum Meaning<'a> {
    /// It holds no events by its nature.
    Skip(SourceKind),
    /// It is a message around text, and a notification when the text holds nothing.
    Message(Cow<'a, str>),
    /// Something else.
    Other,
}

/// Returns the meaning of an object by its members.
pub(crate) fn meaning<'a>(members: &Shallow<'a>) -> Meaning<'a> {
    let is_digest = members.has("digestStartTime") && members.has("logFiles");
    let is_signature = members.has("hashSignature") && members.has("hashAlgorithm") && members.has("files");
    if is_digest || is_signature {
        return Meaning::Skip(SourceKind::Digest);
    }
    if is_notification(members) {
        return Meaning::Skip(SourceKind::Notification);
    }
    notified(members).map_or(Meaning::Other, Meaning::Message)
}

/// Returns whether it is a notification that names log files or confirms a subscription.
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
        || is("messageType", "CONTROL_MESSAGE")
        || is("source", "aws.s3") && members.has("detail-type")
        || members
            .text("message")
            .is_some_and(|text| text.starts_with("CWL CONTROL MESSAGE"))
}

/// Returns the text of an SNS or SQS message.
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
