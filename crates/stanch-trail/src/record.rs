//! One CloudTrail record read in one typed pass over its bytes, borrowing from them.
//!
//! Also notices, at no cost for ordinary records, what is no ordinary record: known members in unknown case,
//! and members that only wrappers and other logs have. It must not decide what an event is or means.

use std::borrow::Cow;

use serde::de::MapAccess;
use serde_json::value::RawValue;
use stanch_core::event::{Identity, IdentityKind};

use crate::canonical;
use crate::lenient::{self, Members, Object};
use crate::search;

/// Members of a CloudTrail record that are only shown and matched as they are written.
const UNTYPED: [&str; 11] = [
    "eventVersion",
    "requestID",
    "managementEvent",
    "resources",
    "tlsDetails",
    "serviceEventDetails",
    "sessionCredentialFromConsole",
    "apiVersion",
    "vpcEndpointAccountId",
    "eventContext",
    "addendum",
];

/// The same of `userIdentity`.
const CALLER_UNTYPED: [&str; 4] = ["credentialId", "identityProvider", "inScopeOf", "onBehalfOf"];

/// The members of a CloudTrail record that Stanch types. Absent ones are empty.
#[derive(Debug, Default)]
pub(crate) struct Record<'a> {
    pub(crate) event_id: Cow<'a, str>,
    pub(crate) event_time: Cow<'a, str>,
    /// `@timestamp`, where an exporter replaced `eventTime` by it.
    pub(crate) exported_time: Cow<'a, str>,
    pub(crate) event_name: Cow<'a, str>,
    pub(crate) event_source: Cow<'a, str>,
    pub(crate) event_type: Cow<'a, str>,
    pub(crate) event_category: Cow<'a, str>,
    pub(crate) region: Cow<'a, str>,
    pub(crate) recipient_account: Cow<'a, str>,
    /// Top-level `accountId`, which aggregated events have.
    pub(crate) account: Cow<'a, str>,
    pub(crate) identity: Caller<'a>,
    pub(crate) source_address: Cow<'a, str>,
    pub(crate) user_agent: Cow<'a, str>,
    pub(crate) error_code: Cow<'a, str>,
    pub(crate) error_message: Cow<'a, str>,
    pub(crate) read_only: Cow<'a, str>,
    pub(crate) shared_event_id: Cow<'a, str>,
    pub(crate) vpc_endpoint_id: Cow<'a, str>,
    pub(crate) request: &'a str,
    pub(crate) response: &'a str,
    pub(crate) additional: &'a str,
    pub(crate) insight: &'a str,
    pub(crate) summary: &'a str,
    pub(crate) time_window: &'a str,
    /// Raw values of [`UNTYPED`].
    pub(crate) untyped: [&'a str; UNTYPED.len()],
    /// A known member was spelled in another case.
    pub(crate) odd_case: bool,
    /// A member was seen that wrappers and other logs have, or that may hold a whole record.
    pub(crate) other_format: bool,
}

/// `userIdentity`.
#[derive(Debug, Default)]
pub(crate) struct Caller<'a> {
    pub(crate) identity: Identity<'a>,
    /// Raw values of [`CALLER_UNTYPED`].
    pub(crate) untyped: [&'a str; CALLER_UNTYPED.len()],
    /// Raw values of the untyped members of `sessionContext`.
    pub(crate) session_untyped: [&'a str; 4],
    odd_case: bool,
    /// It is no object but text that may hold one.
    is_text: bool,
}

impl<'de: 'a, 'a> Members<'de> for Record<'a> {
    fn member<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "eventID" | "eventId" => self.event_id = lenient::text(map)?,
            "eventTime" => self.event_time = lenient::text(map)?,
            "eventName" => self.event_name = lenient::text(map)?,
            "eventSource" => self.event_source = lenient::text(map)?,
            "eventType" => self.event_type = lenient::text(map)?,
            "eventCategory" => self.event_category = lenient::text(map)?,
            "awsRegion" => self.region = lenient::text(map)?,
            "recipientAccountId" => self.recipient_account = lenient::text(map)?,
            "userIdentity" => {
                lenient::object_into(&mut self.identity, map)?;
                self.odd_case |= self.identity.odd_case;
            }
            "sourceIPAddress" => self.source_address = lenient::text(map)?,
            "userAgent" => self.user_agent = lenient::text(map)?,
            "errorCode" => self.error_code = lenient::text(map)?,
            "errorMessage" => self.error_message = lenient::text(map)?,
            "readOnly" => self.read_only = lenient::text(map)?,
            "sharedEventID" => self.shared_event_id = lenient::text(map)?,
            "vpcEndpointId" => self.vpc_endpoint_id = lenient::text(map)?,
            "requestParameters" => self.request = lenient::raw(map)?,
            "responseElements" => self.response = lenient::raw(map)?,
            "additionalEventData" => self.additional = lenient::raw(map)?,
            _ => match UNTYPED.iter().position(|name| *name == key) {
                Some(index) => self.untyped[index] = lenient::raw(map)?,
                None => self.rare_member(key, map)?,
            },
        }
        Ok(())
    }
}

impl<'a> Record<'a> {
    fn rare_member<'de: 'a, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "insightDetails" => self.insight = lenient::raw(map)?,
            "summary" => self.summary = lenient::raw(map)?,
            "timeWindow" => self.time_window = lenient::raw(map)?,
            "accountId" => self.account = lenient::text(map)?,
            "@timestamp" => self.exported_time = lenient::text(map)?,
            _ => {
                self.odd_case |= canonical::is_odd_case(key, canonical::RECORD_KEYS);
                let value = lenient::raw(map)?;
                self.other_format |=
                    is_other_format(key) || search::may_hold_record(value) && !search::is_of_a_record(key);
            }
        }
        Ok(())
    }

    /// Returns `eventVersion` as it is written, empty when absent.
    pub(crate) const fn version(&self) -> &'a str {
        self.untyped[0]
    }

    /// Returns `userIdentity.onBehalfOf` as it is written, empty when absent.
    pub(crate) const fn on_behalf_of(&self) -> &'a str {
        self.identity.untyped[3]
    }

    /// Returns true when it has what only a CloudTrail record has.
    pub(crate) fn is_event(&self) -> bool {
        let named = !self.event_name.is_empty() || !self.insight.is_empty() || !self.time_window.is_empty();
        let placed = !self.event_source.is_empty() || !self.event_type.is_empty();
        named && placed && !self.event_source.starts_with("aws:")
    }

    /// Returns true when it must be brought into CloudTrail's own form before it is read: members in another case, or
    /// parameters as JSON text in a string (Athena's tables have both).
    pub(crate) fn is_odd(&self) -> bool {
        let texts = [self.request, self.response, self.additional];
        self.odd_case || self.identity.is_text || texts.iter().any(|raw| raw.starts_with("\"{"))
    }
}

/// Members of wrappers and other logs that change what a record is although it looks like CloudTrail's.
fn is_other_format(key: &str) -> bool {
    matches!(key, "s3" | "Sns" | "body" | "detail" | "CloudTrailEvent")
}

impl<'de: 'a, 'a> Members<'de> for Caller<'a> {
    fn text(&mut self, text: &str) {
        self.is_text = text.trim_start().starts_with('{');
    }

    fn member<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        let identity = &mut self.identity;
        match key {
            "type" => {
                identity.type_name = lenient::text(map)?;
                identity.kind = IdentityKind::parse(&identity.type_name);
            }
            "principalId" => identity.principal_id = lenient::text(map)?,
            "arn" => identity.arn = lenient::text(map)?,
            "accountId" => identity.account_id = lenient::text(map)?,
            "accessKeyId" => identity.access_key_id = lenient::text(map)?,
            "userName" => identity.user_name = lenient::text(map)?,
            "invokedBy" => identity.invoked_by = lenient::text(map)?,
            "sessionContext" => {
                let session: Session<'a> = lenient::object(map)?;
                self.odd_case |= session.odd_case;
                self.session_untyped = session.untyped();
                session.fill(identity);
            }
            _ => match CALLER_UNTYPED.iter().position(|name| *name == key) {
                Some(index) => self.untyped[index] = lenient::raw(map)?,
                None => {
                    self.odd_case |= canonical::is_odd_case(key, canonical::IDENTITY_KEYS);
                    lenient::ignore(map)?;
                }
            },
        }
        Ok(())
    }
}

#[derive(Default)]
struct Session<'a> {
    issuer: Issuer<'a>,
    attributes: Attributes<'a>,
    source_identity: Cow<'a, str>,
    ec2_role_delivery: Cow<'a, str>,
    web_identity: &'a str,
    assumed_root: &'a str,
    odd_case: bool,
}

impl<'a> Session<'a> {
    const fn untyped(&self) -> [&'a str; 4] {
        [
            self.web_identity,
            self.assumed_root,
            self.issuer.principal_id,
            self.issuer.account_id,
        ]
    }

    fn fill(self, identity: &mut Identity<'a>) {
        identity.issuer_arn = self.issuer.arn;
        identity.issuer_name = self.issuer.name;
        identity.issuer_type = self.issuer.type_name;
        identity.session_created = self.attributes.created;
        identity.mfa = lenient::flag(&self.attributes.mfa);
        identity.source_identity = self.source_identity;
        identity.ec2_role_delivery = self.ec2_role_delivery;
    }
}

impl<'de: 'a, 'a> Members<'de> for Session<'a> {
    fn member<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "sessionIssuer" => self.issuer = lenient::object(map)?,
            "attributes" => self.attributes = lenient::object(map)?,
            "sourceIdentity" => self.source_identity = lenient::text(map)?,
            "ec2RoleDelivery" => self.ec2_role_delivery = lenient::text(map)?,
            "webIdFederationData" => self.web_identity = lenient::raw(map)?,
            "assumedRoot" => self.assumed_root = lenient::raw(map)?,
            _ => {
                self.odd_case |= canonical::is_odd_case(key, canonical::IDENTITY_KEYS);
                lenient::ignore(map)?;
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct Issuer<'a> {
    arn: Cow<'a, str>,
    name: Cow<'a, str>,
    type_name: Cow<'a, str>,
    principal_id: &'a str,
    account_id: &'a str,
}

impl<'de: 'a, 'a> Members<'de> for Issuer<'a> {
    fn member<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "arn" => self.arn = lenient::text(map)?,
            "userName" => self.name = lenient::text(map)?,
            "type" => self.type_name = lenient::text(map)?,
            "principalId" => self.principal_id = lenient::raw(map)?,
            "accountId" => self.account_id = lenient::raw(map)?,
            _ => lenient::ignore(map)?,
        }
        Ok(())
    }
}

#[derive(Default)]
struct Attributes<'a> {
    created: Cow<'a, str>,
    mfa: Cow<'a, str>,
}

impl<'de: 'a, 'a> Members<'de> for Attributes<'a> {
    fn member<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "creationDate" => self.created = lenient::text(map)?,
            "mfaAuthenticated" => self.mfa = lenient::text(map)?,
            _ => lenient::ignore(map)?,
        }
        Ok(())
    }
}

/// Reads the record at the start of `text` into `record`, which is large and so filled in place, and says how
/// many bytes it takes.
pub(crate) fn parse_prefix<'a>(text: &'a str, record: &mut Record<'a>) -> Result<usize, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    lenient::fill(record, &mut deserializer)?;
    Ok(deserializer.into_iter::<serde::de::IgnoredAny>().byte_offset())
}

/// A JSON object's members one level deep, in their order, values unread.
#[derive(Debug, Default)]
pub(crate) struct Shallow<'a>(Vec<(Cow<'a, str>, &'a str)>);

impl<'de: 'a, 'a> Members<'de> for Shallow<'a> {
    fn member<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        let value = map.next_value::<&'de RawValue>()?.get();
        self.0.push((Cow::Owned(key.to_owned()), value));
        Ok(())
    }
}

impl<'a> Shallow<'a> {
    /// Reads an object; what is none has no members.
    pub(crate) fn of(text: &'a str) -> Self {
        serde_json::from_str::<Object<Self>>(text).unwrap_or_default().0
    }

    /// The raw value of a member.
    pub(crate) fn get(&self, key: &str) -> Option<&'a str> {
        self.0
            .iter()
            .rev()
            .find(|(name, _)| name == key)
            .map(|(_, value)| *value)
    }

    /// Returns the members in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.0.iter().map(|(name, value)| (&**name, *value))
    }

    /// Returns true when it has a member.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The text of a member; `None` when there is none or it is no string.
    pub(crate) fn text(&self, key: &str) -> Option<Cow<'a, str>> {
        let raw = self.get(key).filter(|raw| raw.starts_with('"'))?;
        string(raw)
    }
}

/// The text of a JSON string, with lone surrogates replaced.
pub(crate) fn string(raw: &str) -> Option<Cow<'_, str>> {
    if let Ok(text) = serde_json::from_str::<lenient::Text<'_>>(raw) {
        return Some(text.0);
    }
    let mended = canonical::mend(raw)?.text;
    let text = serde_json::from_str::<lenient::Text<'_>>(&mended).ok()?;
    Some(Cow::Owned(text.0.into_owned()))
}
