//! CloudTrail: management, data, insight, network-activity and aggregated records.

use std::borrow::Cow;

use stanch_core::event::{Category, Identity, Parsed};
use stanch_core::{Event, EventKey, Location, LogKind, Timestamp};

use crate::canonical::KeyParts;
use crate::lenient;
use crate::record::{Caller, Record, Shallow};

/// What an aggregated event is called, which has no name of its own.
const AGGREGATED: &str = "AggregatedEvent";

/// Makes an event of a record and its text, borrowing from both; `None` when its time can't be read.
pub(crate) fn event<'e>(record: &'e Record<'_>, raw: &'e str, scratch: &mut Vec<u8>) -> Option<Event<'e>> {
    let time = time_of(record)?;
    let category = category_of(record);
    let insight = Shallow::of(record.insight);
    let or_of_insight = |own: &'e str, name: &str| {
        if own.is_empty() {
            insight.text(name).unwrap_or_default()
        } else {
            Cow::Borrowed(own)
        }
    };
    let mut name = or_of_insight(&record.event_name, "eventName");
    if name.is_empty() && category == Category::Aggregated {
        name = Cow::Borrowed(AGGREGATED);
    }
    let identity = &record.identity.identity;
    let accounts = [&record.recipient_account, &record.account, &identity.account_id];
    let account = accounts.into_iter().find(|account| !account.is_empty());
    let account = account.map(|account| lent(account)).unwrap_or_default();
    let key = named(
        &record.event_id,
        time,
        &name,
        &account,
        key_of(record, scratch),
        scratch,
    );
    Some(Event {
        key,
        log: LogKind::CloudTrail,
        category,
        time,
        event_id: lent(&record.event_id),
        source: or_of_insight(&record.event_source, "eventSource"),
        name,
        event_type: lent(&record.event_type),
        region: lent(&record.region),
        account,
        identity: identity_of(identity),
        source_address: lent(&record.source_address),
        user_agent: Cow::Borrowed(without_brackets(&record.user_agent)),
        error_code: lent(&record.error_code),
        error_message: lent(&record.error_message),
        read_only: lenient::flag(&record.read_only),
        shared_event_id: lent(&record.shared_event_id),
        vpc_endpoint_id: lent(&record.vpc_endpoint_id),
        request_json: Cow::Borrowed(record.request),
        response_json: Cow::Borrowed(record.response),
        additional_json: Cow::Borrowed(record.additional),
        raw: Cow::Borrowed(raw),
        deferred: false,
        location: Location::default(),
        parsed: Parsed::default(),
    })
}

fn lent(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}

fn identity_of<'e>(identity: &'e Identity<'_>) -> Identity<'e> {
    Identity {
        kind: identity.kind,
        type_name: lent(&identity.type_name),
        principal_id: lent(&identity.principal_id),
        arn: lent(&identity.arn),
        account_id: lent(&identity.account_id),
        access_key_id: lent(&identity.access_key_id),
        user_name: lent(&identity.user_name),
        invoked_by: lent(&identity.invoked_by),
        issuer_arn: lent(&identity.issuer_arn),
        issuer_name: lent(&identity.issuer_name),
        issuer_type: lent(&identity.issuer_type),
        session_created: lent(&identity.session_created),
        mfa: identity.mfa,
        source_identity: lent(&identity.source_identity),
        ec2_role_delivery: lent(&identity.ec2_role_delivery),
    }
}

fn time_of(record: &Record<'_>) -> Option<Timestamp> {
    crate::times::time(&record.event_time)
        .or_else(|| crate::times::time(&record.exported_time))
        .or_else(|| crate::times::time(&Shallow::of(record.time_window).text("windowStart")?))
}

fn category_of(record: &Record<'_>) -> Category {
    match (&*record.event_category, &*record.event_type) {
        ("Management", _) => Category::Management,
        ("Data", _) => Category::Data,
        ("Insight", _) | (_, "AwsCloudTrailInsight") => Category::Insight,
        ("NetworkActivity", _) | (_, "AwsVpceEvent") => Category::NetworkActivity,
        ("Aggregated", _) | (_, "AwsAggregatedEvent") => Category::Aggregated,
        _ => Category::Management,
    }
}

/// Some services put brackets around the user agent.
fn without_brackets(agent: &str) -> &str {
    let inner = agent.strip_prefix('[').and_then(|agent| agent.strip_suffix(']'));
    inner.unwrap_or(agent)
}

/// Returns the key of a record with an id: every form in which an export gives the record has the same upper half.
fn named(
    id: &str,
    time: Timestamp,
    name: &str,
    account: &str,
    content: EventKey,
    scratch: &mut Vec<u8>,
) -> EventKey {
    if id.is_empty() {
        return content;
    }
    scratch.clear();
    scratch.extend_from_slice(&time.0.to_le_bytes());
    for text in [id, name, account] {
        scratch.extend_from_slice(text.as_bytes());
        scratch.push(0);
    }
    EventKey::named(scratch, content)
}

/// Everything that makes this event this one: copies from overlapping trails agree in all of it, and events
/// that share an id (insights, fixtures) differ in some of it. Whatever a detection can see of a record in
/// CloudTrail's own form is in it, so that it does not matter which copy is judged. The order of members is
/// not, nor are members that exporters add.
fn key_of(record: &Record<'_>, scratch: &mut Vec<u8>) -> EventKey {
    let mut parts = KeyParts::new(scratch);
    let texts = [
        &record.event_id,
        &record.event_time,
        &record.event_name,
        &record.event_source,
        &record.event_type,
        &record.event_category,
        &record.recipient_account,
        &record.account,
        &record.region,
        &record.source_address,
        &record.user_agent,
        &record.error_code,
        &record.error_message,
        &record.read_only,
        &record.shared_event_id,
        &record.vpc_endpoint_id,
    ];
    texts.into_iter().for_each(|text| parts.text(text));
    // An exporter may add its own time to a copy; it counts only where it stands for the event's.
    if record.event_time.is_empty() {
        parts.text(&record.exported_time);
    }
    caller_into(&record.identity, &mut parts);
    let untyped = [
        record.request,
        record.response,
        record.additional,
        record.insight,
        record.summary,
        record.time_window,
    ];
    untyped
        .into_iter()
        .chain(record.untyped)
        .for_each(|json| parts.json(json));
    parts.key()
}

fn caller_into(caller: &Caller<'_>, parts: &mut KeyParts<'_>) {
    let identity = &caller.identity;
    let texts = [
        &identity.type_name,
        &identity.principal_id,
        &identity.arn,
        &identity.account_id,
        &identity.access_key_id,
        &identity.user_name,
        &identity.invoked_by,
        &identity.issuer_arn,
        &identity.issuer_name,
        &identity.issuer_type,
        &identity.session_created,
        &identity.source_identity,
        &identity.ec2_role_delivery,
    ];
    texts.into_iter().for_each(|text| parts.text(text));
    parts.text(match identity.mfa {
        None => "",
        Some(false) => "false",
        Some(true) => "true",
    });
    let untyped = caller.untyped.into_iter().chain(caller.session_untyped);
    untyped.for_each(|json| parts.json(json));
}

#[cfg(test)]
mod tests {
    use stanch_core::event::IdentityKind;

    use super::*;
    use crate::record::parse_prefix;

    /// Leaks the record, which an event borrows from; tests are short.
    fn read(text: &str) -> Event<'_> {
        let mut record = Record::default();
        assert_eq!(parse_prefix(text, &mut record).unwrap(), text.len());
        assert!(record.is_event(), "{record:?}");
        event(Box::leak(Box::new(record)), text, &mut Vec::new()).unwrap()
    }

    #[test]
    fn the_caller_and_the_session_are_read() {
        let event = read(
            r#"{"eventVersion":"1.08","userIdentity":{"type":"AssumedRole","principalId":"AROAX:i-0abcdef1234567890",
            "arn":"arn:aws:sts::111122223333:assumed-role/web/i-0abcdef1234567890","accountId":"111122223333",
            "accessKeyId":"ASIAEXAMPLE","invokedBy":"x.amazonaws.com","sessionContext":{"sessionIssuer":{"type":"Role",
            "arn":"arn:aws:iam::111122223333:role/web","userName":"web"},"attributes":{"creationDate":"2024-05-01T09:00:00Z",
            "mfaAuthenticated":"true"},"sourceIdentity":"ann","ec2RoleDelivery":2.0}},"eventTime":"2024-05-01T10:00:00Z",
            "eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"eu-west-1",
            "sourceIPAddress":"192.0.2.7","userAgent":"[aws-cli/2.0]","requestParameters":{"bucketName":"b"},
            "responseElements":null,"additionalEventData":{"bytesTransferredOut":12.0},"eventID":"e-1","readOnly":"True",
            "eventCategory":"Data","recipientAccountId":444455556666,"vpcEndpointId":"vpce-1"}"#,
        );
        assert_eq!(event.identity.kind, IdentityKind::AssumedRole);
        assert_eq!(event.identity.issuer_arn, "arn:aws:iam::111122223333:role/web");
        assert_eq!(event.identity.mfa, Some(true));
        assert_eq!(event.identity.source_identity, "ann");
        assert_eq!(event.user_agent, "aws-cli/2.0");
        assert_eq!((event.read_only, event.category), (Some(true), Category::Data));
        assert_eq!(event.account, "444455556666");
        assert_eq!(
            (&*event.request_json, &*event.response_json),
            (r#"{"bucketName":"b"}"#, "")
        );
        assert_eq!(event.additional()["bytesTransferredOut"], 12.0);
        assert_eq!(event.vpc_endpoint_id, "vpce-1");
    }

    #[test]
    fn drifting_types_never_fail_a_record() {
        for odd in [
            "null",
            "1",
            "1.5",
            "true",
            "\"HIDDEN\"",
            "[]",
            "[{\"a\":1}]",
            "{}",
            "{\"b\":{}}",
        ] {
            let text = format!(
                r#"{{"eventTime":"2024-05-01T10:00:00Z","eventName":"A","eventSource":"b.amazonaws.com",
                "userIdentity":{odd},"requestParameters":{odd},"responseElements":{odd},"awsRegion":{odd},"readOnly":{odd},
                "errorCode":{odd},"additionalEventData":{odd},"resources":{odd},"sharedEventID":{odd},"userAgent":{odd}}}"#
            );
            let event = read(&text);
            assert_eq!(event.name, "A", "{odd}");
        }
        let text = r#"{"eventTime":"2024-05-01T10:00:00Z","eventName":"A","eventSource":"b.amazonaws.com",
            "userIdentity":{"sessionContext":"x","arn":null,"accountId":111122223333}}"#;
        assert_eq!(read(text).account, "111122223333");
    }

    #[test]
    fn a_repeated_member_counts_as_last_given() {
        let text =
            r#"{"eventTime":"2024-05-01T10:00:00Z","eventName":"A","eventName":"B","eventSource":"c"}"#;
        assert_eq!(read(text).name, "B");
    }

    #[test]
    fn insights_and_aggregates_have_a_name_a_time_and_keys_of_their_own() {
        let insight = |state: &str| {
            format!(
                r#"{{"eventVersion":"1.08","eventTime":"2024-05-01T10:00:00Z","awsRegion":"eu-west-1","eventID":"e",
                "eventType":"AwsCloudTrailInsight","recipientAccountId":"111122223333","sharedEventID":"s",
                "insightDetails":{{"state":"{state}","eventSource":"s3.amazonaws.com","eventName":"GetBucketPolicy"}}}}"#
            )
        };
        let (start, end) = (insight("Start"), insight("End"));
        let (start, end) = (read(&start), read(&end));
        assert_eq!(
            (&*start.name, &*start.source),
            ("GetBucketPolicy", "s3.amazonaws.com")
        );
        assert_eq!(start.category, Category::Insight);
        assert_ne!(start.key, end.key);
        let aggregated = read(
            r#"{"eventVersion":"1.0","accountId":"111122223333","eventId":"e","eventCategory":"Aggregated",
            "eventType":"AwsAggregatedEvent","awsRegion":"eu-west-1","eventSource":"s3.amazonaws.com",
            "timeWindow":{"windowStart":"2024-05-01T10:00:00Z","windowEnd":"2024-05-01T10:05:00Z"},"summary":{"x":1}}"#,
        );
        assert_eq!(aggregated.name, AGGREGATED);
        assert_eq!(aggregated.time, Timestamp(1_714_557_600_000));
        assert_eq!(
            (&*aggregated.account, &*aggregated.event_id),
            ("111122223333", "e")
        );
    }

    #[test]
    fn copies_have_one_key_and_any_difference_another() {
        let compact = r#"{"eventTime":"2024-05-01T10:00:00Z","eventName":"A","eventSource":"b","eventID":"1","requestParameters":{"a":[1,"x y"]}}"#;
        let pretty = compact
            .replace(":[1,", " : [ 1,\n\t")
            .replace("{\"a\"", "{ \"a\"");
        let other = compact.replace("x y", "xy");
        assert_eq!(read(compact).key, read(&pretty).key);
        assert_ne!(read(compact).key, read(&other).key);
    }

    /// A record with every member that a detection can see.
    const WHOLE: &str = r#"{"eventVersion":"1.08","userIdentity":{"type":"AssumedRole","principalId":"AROAX:s","arn":"arn:s",
        "accountId":"111122223333","accessKeyId":"ASIAEXAMPLE","userName":"ann","invokedBy":"x.amazonaws.com",
        "credentialId":"c","identityProvider":"idp","inScopeOf":{"sourceArn":"in"},"onBehalfOf":{"userId":"behalf"},
        "sessionContext":{"sessionIssuer":{"type":"Role","arn":"arn:r","userName":"web","principalId":"AROAY",
        "accountId":"222233334444"},"attributes":{"creationDate":"2024-05-01T09:00:00Z","mfaAuthenticated":"true"},
        "sourceIdentity":"bob","ec2RoleDelivery":"2.0","assumedRoot":"false","webIdFederationData":{"federatedProvider":"w"}}},
        "eventTime":"2024-05-01T10:00:00Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"eu-west-1",
        "sourceIPAddress":"192.0.2.7","userAgent":"aws-cli/2.0","errorCode":"AccessDenied","errorMessage":"not you",
        "requestParameters":{"bucketName":"b"},"responseElements":{"r":1},"additionalEventData":{"x":12},
        "requestID":"q","eventID":"e-1","readOnly":true,"resources":[{"ARN":"arn:res"}],"eventType":"AwsApiCall",
        "apiVersion":"v1","managementEvent":false,"recipientAccountId":"444455556666","serviceEventDetails":{"d":1},
        "sharedEventID":"sh","vpcEndpointId":"vpce-1","vpcEndpointAccountId":"555566667777","eventCategory":"Data",
        "addendum":{"reason":"DELIVERY_DELAY"},"eventContext":{"tags":"t"},"sessionCredentialFromConsole":"no",
        "tlsDetails":{"tlsVersion":"TLSv1.2"}}"#;

    /// Another value for each member of [`WHOLE`].
    const CHANGES: &[(&str, &str)] = &[
        ("\"1.08\"", "\"1.09\""),
        ("AssumedRole", "Role"),
        ("AROAX:s", "AROAX:t"),
        ("arn:s", "arn:t"),
        ("111122223333", "111122223334"),
        ("ASIAEXAMPLE", "ASIAOTHER"),
        ("\"ann\"", "\"eve\""),
        ("x.amazonaws", "y.amazonaws"),
        ("\"c\"", "\"d\""),
        ("\"idp\"", "\"idq\""),
        ("\"in\"", "\"out\""),
        ("behalf", "half"),
        ("\"type\":\"Role\"", "\"type\":\"Root\""),
        ("arn:r\"", "arn:q\""),
        ("\"web\"", "\"app\""),
        ("AROAY", "AROAZ"),
        ("222233334444", "222233334445"),
        ("T09:00", "T09:01"),
        ("ated\":\"true\"", "ated\":\"false\""),
        ("ated\":\"true\"", "ated\":\"\""),
        ("\"bob\"", "\"eve\""),
        ("\"2.0\"", "\"1.0\""),
        ("\"false\"", "\"true\""),
        ("\"w\"", "\"x\""),
        ("T10:00", "T10:01"),
        ("s3.amazonaws", "s4.amazonaws"),
        ("GetObject", "PutObject"),
        ("eu-west-1", "eu-west-2"),
        ("192.0.2.7", "192.0.2.8"),
        ("aws-cli/2.0", "aws-cli/2.1"),
        ("AccessDenied", "AccessGone"),
        ("not you", "not me"),
        ("\"b\"", "\"a\""),
        ("\"r\":1", "\"r\":2"),
        ("\"x\":12", "\"x\":13"),
        ("\"q\"", "\"p\""),
        ("e-1", "e-2"),
        ("\"readOnly\":true", "\"readOnly\":false"),
        ("arn:res", "arn:ses"),
        ("AwsApiCall", "AwsApiCell"),
        ("\"v1\"", "\"v2\""),
        ("managementEvent\":false", "managementEvent\":true"),
        ("444455556666", "444455556667"),
        ("\"d\":1", "\"d\":2"),
        ("\"sh\"", "\"si\""),
        ("vpce-1", "vpce-2"),
        ("555566667777", "555566667778"),
        ("\"Data\"", "\"Management\""),
        ("DELIVERY_DELAY", "UPDATED_DATA"),
        ("\"t\"", "\"u\""),
        ("\"no\"", "\"yes\""),
        ("TLSv1.2", "TLSv1.3"),
    ];

    #[test]
    fn copies_agree_in_everything_a_detection_can_see() {
        let key = read(WHOLE).key;
        let same: Vec<_> = CHANGES
            .iter()
            .filter(|(from, to)| {
                let changed = WHOLE.replacen(from, to, 1);
                assert_ne!(changed, WHOLE, "{from}");
                read(&changed).key == key
            })
            .collect();
        assert!(same.is_empty(), "these make no difference: {same:?}");
    }

    #[test]
    fn the_order_of_members_and_white_space_make_no_other_event() {
        let value: serde_json::Value = serde_json::from_str(WHOLE).unwrap();
        let mut members: Vec<_> = value.as_object().unwrap().iter().collect();
        members.reverse();
        let members: Vec<String> = members
            .iter()
            .map(|(name, value)| format!("\"{name}\" : {value:#}"))
            .collect();
        let reversed = format!("{{\r\n\t{}}}", members.join(" ,\r\n\t"));
        assert_eq!(read(&reversed).key, read(WHOLE).key);
    }
}
