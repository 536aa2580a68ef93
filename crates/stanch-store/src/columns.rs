//! The columns of `events`: one table from which the schema, the writer and the documentation follow.
//!
//! Names are stable: people write queries. It must not know Parquet.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use stanch_core::Event;
use stanch_core::event::{Category, IdentityKind, LogKind};
use stanch_core::outcome::Outcome;

/// A text of an event, empty when absent.
pub(crate) type TextOf = for<'e, 'b> fn(&'e Event<'b>) -> &'e str;
/// A yes or no of an event.
pub(crate) type FlagOf = fn(&Event<'_>) -> Option<bool>;
/// A number of an event.
pub(crate) type NumberOf = fn(&Event<'_>) -> Option<u64>;

/// How a column gets its values.
#[derive(Clone, Copy)]
pub(crate) enum Fill {
    /// Stanch's key as 32 hexadecimal digits.
    Key,
    /// Milliseconds since 1970, UTC.
    Time,
    /// A text of which there are few different ones.
    Word(TextOf),
    /// A text that is mostly another one each time.
    Text(TextOf),
    /// Free text, written by the caller or about the call.
    Free(TextOf),
    /// JSON without its secrets.
    Json(TextOf),
    /// A yes or no.
    Flag(FlagOf),
    /// A number of up to 32 bits.
    Small(NumberOf),
    /// A number of up to 64 bits.
    Large(NumberOf),
    /// Whether this row stands for another one; see [`crate::Writer::add_copy`].
    Copy,
}

/// A column of `events`.
#[derive(Clone, Copy)]
pub struct Column {
    /// Its name in queries.
    pub name: &'static str,
    /// What it holds, in one line.
    pub about: &'static str,
    pub(crate) fill: Fill,
}

impl Column {
    /// Its type in queries, as people say it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self.fill {
            Fill::Time => "time",
            Fill::Key | Fill::Word(_) | Fill::Text(_) | Fill::Free(_) => "text",
            Fill::Json(_) => "JSON text",
            Fill::Flag(_) | Fill::Copy => "boolean",
            Fill::Small(_) | Fill::Large(_) => "number",
        }
    }

    fn field(&self) -> Field {
        let (data_type, nullable) = match self.fill {
            Fill::Key => (DataType::Utf8, false),
            Fill::Time => (
                DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
                false,
            ),
            Fill::Word(_) | Fill::Text(_) | Fill::Free(_) | Fill::Json(_) => (DataType::Utf8, true),
            Fill::Flag(_) => (DataType::Boolean, true),
            Fill::Copy => (DataType::Boolean, false),
            Fill::Small(_) => (DataType::UInt32, true),
            Fill::Large(_) => (DataType::UInt64, true),
        };
        Field::new(self.name, data_type, nullable)
    }
}

/// The columns as Arrow knows them.
#[must_use]
pub fn schema() -> SchemaRef {
    Arc::new(Schema::new(COLUMNS.iter().map(Column::field).collect::<Vec<_>>()))
}

const fn column(name: &'static str, fill: Fill, about: &'static str) -> Column {
    Column { name, about, fill }
}

use Fill::{Flag, Free, Json, Key, Large, Small, Text, Time, Word};

/// Every column, in order. An absent value is NULL.
#[rustfmt::skip]
pub const COLUMNS: &[Column] = &[
    column("time", Time, "`eventTime`, UTC"),
    column("key", Key, "Stanch's own key of the event, 32 hexadecimal digits; unique"),
    column("log", Word(|event| log(event.log)), "`cloud-trail`, `s3-server-access`, `vpc-flow`, `guard-duty`"),
    column("category", Word(|event| category(event.category)), "`management`, `data`, `insight`, `network-activity`, `aggregated`"),
    column("source", Word(|event| &event.source), "`eventSource`: `iam.amazonaws.com`"),
    column("name", Word(|event| &event.name), "`eventName`, as logged"),
    column("base_name", Word(|event| event.base_name()), "`eventName` without an API date (`CreateFunction20150331` is `CreateFunction`)"),
    column("event_type", Word(|event| &event.event_type), "`eventType`: `AwsApiCall`, `AwsConsoleSignIn`, …"),
    column("region", Word(|event| &event.region), "`awsRegion`"),
    column("account", Word(|event| &event.account), "the account whose log it is"),
    column("principal", Word(|event| event.principal_key()), "who acted, as findings group acts: mostly an ARN, of the role for a session"),
    column("identity_type", Word(|event| identity(event)), "`userIdentity.type`"),
    column("principal_id", Word(|event| &event.identity.principal_id), "`userIdentity.principalId`"),
    column("arn", Word(|event| &event.identity.arn), "`userIdentity.arn`, with the session's name"),
    column("identity_account", Word(|event| &event.identity.account_id), "`userIdentity.accountId`: the caller's account"),
    column("access_key_id", Word(|event| &event.identity.access_key_id), "`userIdentity.accessKeyId`"),
    column("user_name", Word(|event| &event.identity.user_name), "`userIdentity.userName`"),
    column("invoked_by", Word(|event| &event.identity.invoked_by), "the service that called on someone's behalf"),
    column("issuer_arn", Word(|event| &event.identity.issuer_arn), "the role behind a session"),
    column("session_created", Word(|event| &event.identity.session_created), "when the session was opened, as logged"),
    column("mfa", Flag(|event| event.identity.mfa), "whether the session had a second factor; NULL when not said"),
    column("from_console", Flag(|event| event.is_from_console().then_some(true)), "whether the session was opened by the console; NULL when not said"),
    column("source_identity", Word(|event| &event.identity.source_identity), "`sessionContext.sourceIdentity`"),
    column("source_address", Word(|event| &event.source_address), "`sourceIPAddress`: an address or a service's name"),
    column("user_agent", Free(|event| &event.user_agent), "`userAgent`: the caller's own claim"),
    column("outcome", Word(|event| outcome(event.outcome())), "`success`, `denied`, `limited`, `dry-run`, `failed`"),
    column("error_code", Word(|event| &event.error_code), "`errorCode`"),
    column("error_message", Free(|event| &event.error_message), "`errorMessage`"),
    column("is_read", Flag(|event| Some(event.is_read())), "whether it only looked: `readOnly`, else by the verb"),
    column("event_id", Text(|event| &event.event_id), "`eventID`; may be absent, may repeat"),
    column("shared_event_id", Text(|event| &event.shared_event_id), "the same act as logged in another account"),
    column("vpc_endpoint_id", Word(|event| &event.vpc_endpoint_id), "`vpcEndpointId`"),
    column("request", Json(|event| &event.request_json), "`requestParameters`"),
    column("response", Json(|event| &event.response_json), "`responseElements`"),
    column("additional", Json(|event| &event.additional_json), "`additionalEventData`"),
    column("input", Small(|event| Some(u64::from(event.location.source.0))), "the number of the input file; `sources` has its path"),
    column("member", Small(|event| Some(u64::from(event.location.member))), "the place of the archive member in `sources.members`, from 0"),
    column("offset", Large(|event| Some(event.location.offset)), "where the record begins in the unpacked content, in bytes"),
    column("length", Large(length), "how long the record is there, in bytes; NULL where the log has a line instead of a record"),
    column(crate::COPIES, Fill::Copy, "whether the row was written for an earlier copy of its event; no part of the view"),
];

/// A record that was borrowed lies in the log as it is; one that was put together does not.
fn length(event: &Event<'_>) -> Option<u64> {
    match &event.raw {
        std::borrow::Cow::Borrowed(raw) => Some(raw.len() as u64),
        std::borrow::Cow::Owned(_) => None,
    }
}

const fn log(kind: LogKind) -> &'static str {
    match kind {
        LogKind::CloudTrail => "cloud-trail",
        LogKind::S3ServerAccess => "s3-server-access",
        LogKind::VpcFlow => "vpc-flow",
        LogKind::GuardDuty => "guard-duty",
    }
}

const fn category(category: Category) -> &'static str {
    match category {
        Category::Management => "management",
        Category::Data => "data",
        Category::Insight => "insight",
        Category::NetworkActivity => "network-activity",
        Category::Aggregated => "aggregated",
    }
}

const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Success => "success",
        Outcome::Denied => "denied",
        Outcome::Limited => "limited",
        Outcome::DryRun => "dry-run",
        Outcome::Failed => "failed",
    }
}

/// The type as logged; where there is none, what was understood.
fn identity<'e>(event: &'e Event<'_>) -> &'e str {
    if event.identity.type_name.is_empty() && event.identity.kind == IdentityKind::AwsService {
        return "AWSService";
    }
    &event.identity.type_name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_distinct_words() {
        let mut names: Vec<&str> = COLUMNS.iter().map(|column| column.name).collect();
        assert!(
            names
                .iter()
                .all(|name| { name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') })
        );
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), COLUMNS.len());
    }

    #[test]
    fn the_words_are_those_of_the_documents() {
        for kind in [
            LogKind::CloudTrail,
            LogKind::S3ServerAccess,
            LogKind::VpcFlow,
            LogKind::GuardDuty,
        ] {
            assert_eq!(serde_json::to_value(kind).unwrap(), log(kind));
        }
        for kind in [
            Category::Management,
            Category::Data,
            Category::Insight,
            Category::NetworkActivity,
            Category::Aggregated,
        ] {
            assert_eq!(serde_json::to_value(kind).unwrap(), category(kind));
        }
        for kind in [
            Outcome::Success,
            Outcome::Denied,
            Outcome::Limited,
            Outcome::DryRun,
            Outcome::Failed,
        ] {
            assert_eq!(serde_json::to_value(kind).unwrap(), outcome(kind));
        }
    }
}
