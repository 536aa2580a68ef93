//! One event of any AWS log, borrowed from the bytes it was read from.
//!
//! `stanch-trail` makes it, `stanch-detect` reads it; it lives no longer than the buffer of its file. Common
//! fields are typed and plain text; `request`, `response` and the like stay raw JSON until somebody asks,
//! because their types drift from event to event. It must not judge.

use std::borrow::Cow;
use std::cell::OnceCell;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ids::EventKey;
use crate::json::{self, Glance};
use crate::numbers;
use crate::outcome::Outcome;
use crate::record::{EventRecord, Location};
use crate::text::bounded;
use crate::time::Timestamp;

/// The log that an event comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogKind {
    /// CloudTrail: management, data, insight, network-activity and aggregated records.
    #[default]
    CloudTrail,
    /// S3 server access log lines.
    S3ServerAccess,
    /// VPC flow log lines.
    VpcFlow,
    /// GuardDuty findings.
    GuardDuty,
}

/// CloudTrail's `eventCategory`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// Control-plane calls; also what older records without a category are.
    #[default]
    Management,
    /// Data-plane calls (S3 objects, Lambda invocations, …).
    Data,
    /// CloudTrail Insights.
    Insight,
    /// Calls through VPC endpoints.
    NetworkActivity,
    /// Aggregated events (since November 2025): counts over a time window, no caller.
    Aggregated,
}

/// `userIdentity.type`, with what older and stranger records have instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdentityKind {
    /// The account's root user.
    Root,
    /// An IAM user with long-term credentials.
    IamUser,
    /// A session of a role.
    AssumedRole,
    /// A role itself.
    Role,
    /// A session from `GetFederationToken`.
    FederatedUser,
    /// A SAML user at `AssumeRoleWithSAML`.
    SamlUser,
    /// A web identity at `AssumeRoleWithWebIdentity`.
    WebIdentityUser,
    /// A directory service user.
    Directory,
    /// Another account, or nobody (`ANONYMOUS_PRINCIPAL`).
    AwsAccount,
    /// An AWS service acting for the account.
    AwsService,
    /// An IAM Identity Center user.
    IdentityCenterUser,
    /// Absent, `Unknown`, or a type newer than this program.
    #[default]
    Unknown,
}

impl IdentityKind {
    /// Reads `userIdentity.type`.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "Root" => Self::Root,
            "IAMUser" => Self::IamUser,
            "AssumedRole" => Self::AssumedRole,
            "Role" => Self::Role,
            "FederatedUser" => Self::FederatedUser,
            "SAMLUser" => Self::SamlUser,
            "WebIdentityUser" => Self::WebIdentityUser,
            "Directory" => Self::Directory,
            "AWSAccount" => Self::AwsAccount,
            "AWSService" => Self::AwsService,
            "IdentityCenterUser" => Self::IdentityCenterUser,
            _ => Self::Unknown,
        }
    }
}

/// Caller (`userIdentity`), with absent fields empty.
#[derive(Debug, Clone, Default)]
pub struct Identity<'a> {
    /// `type`, understood.
    pub kind: IdentityKind,
    /// `type`, as logged.
    pub type_name: Cow<'a, str>,
    /// `principalId`.
    pub principal_id: Cow<'a, str>,
    /// `arn`.
    pub arn: Cow<'a, str>,
    /// `accountId`.
    pub account_id: Cow<'a, str>,
    /// `accessKeyId`.
    pub access_key_id: Cow<'a, str>,
    /// `userName`.
    pub user_name: Cow<'a, str>,
    /// `invokedBy`: the service that called on the principal's behalf.
    pub invoked_by: Cow<'a, str>,
    /// `sessionContext.sessionIssuer.arn`: the role behind a session.
    pub issuer_arn: Cow<'a, str>,
    /// `sessionContext.sessionIssuer.userName`.
    pub issuer_name: Cow<'a, str>,
    /// `sessionContext.sessionIssuer.type`.
    pub issuer_type: Cow<'a, str>,
    /// `sessionContext.attributes.creationDate`, as logged.
    pub session_created: Cow<'a, str>,
    /// `sessionContext.attributes.mfaAuthenticated`; `None` when not said.
    pub mfa: Option<bool>,
    /// `sessionContext.sourceIdentity`.
    pub source_identity: Cow<'a, str>,
    /// `sessionContext.ec2RoleDelivery`: `1.0` means IMDSv1, `2.0` IMDSv2.
    pub ec2_role_delivery: Cow<'a, str>,
}

/// One event.
#[derive(Debug, Default)]
pub struct Event<'a> {
    /// Stanch's own key.
    pub key: EventKey,
    /// The log it comes from.
    pub log: LogKind,
    /// `eventCategory`.
    pub category: Category,
    /// `eventTime`.
    pub time: Timestamp,
    /// `eventID`; may be empty, may repeat.
    pub event_id: Cow<'a, str>,
    /// `eventSource`, such as `iam.amazonaws.com`.
    pub source: Cow<'a, str>,
    /// `eventName`, as logged.
    pub name: Cow<'a, str>,
    /// `eventType`.
    pub event_type: Cow<'a, str>,
    /// `awsRegion`.
    pub region: Cow<'a, str>,
    /// The account whose log this is: `recipientAccountId`, else the caller's.
    pub account: Cow<'a, str>,
    /// Caller.
    pub identity: Identity<'a>,
    /// `sourceIPAddress`: an address, or a service's DNS name, or `AWS Internal`.
    pub source_address: Cow<'a, str>,
    /// `userAgent` without the brackets that some services put around it. The caller's own claim.
    pub user_agent: Cow<'a, str>,
    /// `errorCode`; empty when there is none.
    pub error_code: Cow<'a, str>,
    /// `errorMessage`; empty when there is none.
    pub error_message: Cow<'a, str>,
    /// `readOnly`; `None` when not said.
    pub read_only: Option<bool>,
    /// `sharedEventID`: the same action as seen in another account.
    pub shared_event_id: Cow<'a, str>,
    /// `vpcEndpointId`.
    pub vpc_endpoint_id: Cow<'a, str>,
    /// `requestParameters` as raw JSON; empty when absent.
    pub request_json: Cow<'a, str>,
    /// `responseElements` as raw JSON; empty when absent.
    pub response_json: Cow<'a, str>,
    /// `additionalEventData` as raw JSON; empty when absent.
    pub additional_json: Cow<'a, str>,
    /// The whole record as JSON with CloudTrail's own key names (for other logs, a faithful JSON of the line).
    pub raw: Cow<'a, str>,
    /// It must be judged after every other event: it is an extract of a record that another input may hold in full, or
    /// another input may say more of who acted.
    pub deferred: bool,
    /// Where it was read.
    pub location: Location,
    /// Parsed forms, made when first asked for.
    pub parsed: Parsed,
}

/// Untyped parts of an event, parsed at most once.
#[derive(Debug, Default)]
pub struct Parsed {
    request: OnceCell<Value>,
    response: OnceCell<Value>,
    additional: OnceCell<Value>,
    record: OnceCell<Value>,
}

static NULL: Value = Value::Null;

/// JSON text as a value, see [`numbers::parse`].
fn parse_once<'c>(cell: &'c OnceCell<Value>, text: &str) -> &'c Value {
    if text.is_empty() {
        return &NULL;
    }
    cell.get_or_init(|| numbers::parse(text))
}

/// A text by its path. Most are found without parsing what is around them.
fn text_at<'c>(cell: &'c OnceCell<Value>, text: &'c str, path: &str) -> Option<&'c str> {
    if cell.get().is_none() && !path.contains('/') {
        match json::text_member(text, path) {
            Glance::Found(found) => return Some(found),
            Glance::None => return None,
            Glance::Unclear => {}
        }
    }
    let value = parse_once(cell, text);
    if path.contains('/') {
        value.pointer(&format!("/{path}"))?.as_str()
    } else {
        value.get(path)?.as_str()
    }
}

impl Event<'_> {
    /// `requestParameters`, `Null` when absent.
    #[must_use]
    pub fn request(&self) -> &Value {
        parse_once(&self.parsed.request, &self.request_json)
    }

    /// `responseElements`, `Null` when absent.
    #[must_use]
    pub fn response(&self) -> &Value {
        parse_once(&self.parsed.response, &self.response_json)
    }

    /// `additionalEventData`, `Null` when absent.
    #[must_use]
    pub fn additional(&self) -> &Value {
        parse_once(&self.parsed.additional, &self.additional_json)
    }

    /// A member of `additionalEventData`, by name; most are found without parsing what is around them.
    #[must_use]
    pub fn additional_member(&self, name: &str) -> Option<Value> {
        if self.parsed.additional.get().is_none() {
            match json::member(&self.additional_json, name) {
                Glance::Found(json) => return Some(numbers::parse(json)),
                Glance::None => return None,
                Glance::Unclear => {}
            }
        }
        self.additional().get(name).cloned()
    }

    /// The whole record.
    #[must_use]
    pub fn record(&self) -> &Value {
        parse_once(&self.parsed.record, &self.raw)
    }

    /// A text member of `requestParameters`, by JSON pointer without the leading slash: `userName`,
    /// `instancesSet/items/0/instanceId`.
    #[must_use]
    pub fn request_text(&self, path: &str) -> Option<&str> {
        text_at(&self.parsed.request, &self.request_json, path)
    }

    /// A text member of `responseElements`, by path as in [`Event::request_text`].
    #[must_use]
    pub fn response_text(&self, path: &str) -> Option<&str> {
        text_at(&self.parsed.response, &self.response_json, path)
    }

    /// `eventName` without the API date and version that Lambda, CloudFront and others append
    /// (`AddPermission20150331v2` is `AddPermission`).
    #[must_use]
    pub fn base_name(&self) -> &str {
        base_name(&self.name)
    }

    /// The service's short name: `eventSource` without `.amazonaws.com`.
    #[must_use]
    pub fn service(&self) -> &str {
        service_of(&self.source)
    }

    /// Outcome of the call.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let failed = self.name == "ConsoleLogin" && self.response_text("ConsoleLogin") == Some("Failure");
        Outcome::of(Some(&self.error_code), failed)
    }

    /// Returns true when it only looked: `readOnly` where said, else by the verb.
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.read_only.unwrap_or_else(|| {
            ["Describe", "Get", "List", "Head", "Lookup", "Search", "BatchGet"]
                .iter()
                .any(|verb| self.name.starts_with(verb))
        })
    }

    /// Returns true when the session was opened by the console: CloudTrail says so where it was, as a text or as a boolean.
    #[must_use]
    pub fn is_from_console(&self) -> bool {
        self.raw.contains("\"sessionCredentialFromConsole\"")
    }

    /// The key under which this caller's acts are grouped. See [`crate::principal`].
    #[must_use]
    pub fn principal_key(&self) -> &str {
        crate::principal::key_of(&self.identity, &self.source_address)
    }

    /// An owned copy for citing: common fields, and the raw record without its secrets, up to
    /// [`EventRecord::RAW_LIMIT`] bytes.
    #[must_use]
    pub fn to_record(&self) -> EventRecord {
        EventRecord {
            key: self.key,
            log: self.log,
            time: self.time,
            event_id: bounded(&self.event_id, 128),
            source: bounded(&self.source, 128),
            name: bounded(&self.name, 128),
            region: bounded(&self.region, 64),
            account: bounded(&self.account, 64),
            principal: bounded(self.principal_key(), 512),
            access_key_id: bounded(&self.identity.access_key_id, 128),
            source_address: bounded(&self.source_address, 256),
            user_agent: bounded(&self.user_agent, 512),
            outcome: self.outcome(),
            error_code: bounded(&self.error_code, 128),
            shared_event_id: bounded(&self.shared_event_id, 128),
            location: self.location,
            raw: EventRecord::kept_raw(&self.raw, &self.name),
        }
    }
}

/// See [`Event::service`].
#[must_use]
pub fn service_of(source: &str) -> &str {
    match source.find('.') {
        Some(dot) => &source[..dot],
        None => source,
    }
}

/// See [`Event::base_name`]. Only a trailing `YYYYMMDD` or `YYYY_MM_DD`, with or without `vN`, is removed.
#[must_use]
pub fn base_name(name: &str) -> &str {
    let bytes = name.as_bytes();
    let digits = |end: usize| {
        bytes[..end]
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let mut end = bytes.len();
    let version = digits(end);
    if version > 0 && end > version && bytes[end - version - 1] == b'v' {
        end -= version + 1;
    }
    let date = if digits(end) == 8 {
        8
    } else if digits(end) == 2
        && end > 10
        && bytes[end - 3] == b'_'
        && digits(end - 3) == 2
        && bytes[end - 6] == b'_'
        && digits(end - 6) >= 4
    {
        10
    } else {
        return name;
    };
    let plausible = bytes[end - date..].starts_with(b"20") && end > date;
    if plausible { &name[..end - date] } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn api_dates_are_stripped_from_event_names() {
        for (logged, base) in [
            ("AddPermission20150331v2", "AddPermission"),
            ("CreateFunction20150331", "CreateFunction"),
            ("CreateFunction2020_05_31", "CreateFunction"),
            ("UpdateDistribution2020_05_31", "UpdateDistribution"),
            ("ListObjectsV2", "ListObjectsV2"),
            ("GetAccountSummary", "GetAccountSummary"),
            ("20150331", "20150331"),
            ("v2", "v2"),
            ("", ""),
        ] {
            assert_eq!(base_name(logged), base);
        }
    }

    proptest::proptest! {
        #[test]
        fn a_base_name_is_a_prefix_and_never_panics(name in "\\PC*") {
            proptest::prop_assert!(name.starts_with(base_name(&name)));
        }
    }

    #[test]
    fn untyped_parts_that_do_not_parse_are_null() {
        let event = Event {
            request_json: "{oops".into(),
            ..Event::default()
        };
        assert!(event.request().is_null());
        assert_eq!(event.request_text("userName"), None);
    }
}
