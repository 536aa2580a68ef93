//! S3 server access logs: space-separated lines, and their JSON exports.
//!
//! An access is an event of `s3.amazonaws.com` with CloudTrail's name for the operation, so that what judges
//! data events judges these too. The bucket owner's account number is not in the log, so an event's account
//! is known only when an access point names it.

use std::borrow::Cow;

use serde_json::{Map, Value};
use stanch_core::arn::Arn;
use stanch_core::event::{Category, Identity, IdentityKind};
use stanch_core::{Event, EventKey, LogKind, Timestamp};

use crate::record::Shallow;
use crate::{identity, times};

/// The fields of a line, in their order. Newer ones come last, and older logs end before them.
const FIELDS: [&str; 27] = [
    "bucketOwner",
    "bucket",
    "time",
    "remoteIp",
    "requester",
    "requestId",
    "operation",
    "key",
    "requestUri",
    "httpStatus",
    "errorCode",
    "bytesSent",
    "objectSize",
    "totalTime",
    "turnAroundTime",
    "referer",
    "userAgent",
    "versionId",
    "hostId",
    "signatureVersion",
    "cipherSuite",
    "authenticationType",
    "hostHeader",
    "tlsVersion",
    "accessPointArn",
    "aclRequired",
    "sourceRegion",
];
/// Fields that are numbers.
const NUMBERS: [&str; 5] = [
    "httpStatus",
    "bytesSent",
    "objectSize",
    "totalTime",
    "turnAroundTime",
];
/// The first fields, without which a line is no access.
const NEEDED: usize = 9;
/// Bytes in which the owner and the bucket end.
const START: usize = 512;
/// Places of the fields that a caller writes.
const REQUEST: usize = 8;
const REFERER: usize = 15;

/// Returns whether a column is one of an access log and of nothing else.
pub(crate) fn is_field(name: &str) -> bool {
    const TELLING: [&str; 10] = [
        "bucketowner",
        "bucketname",
        "requestdatetime",
        "remoteip",
        "requester",
        "requesturi",
        "httpstatus",
        "bytessent",
        "turnaroundtime",
        "accesspointarn",
    ];
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    TELLING.contains(&plain.to_ascii_lowercase().as_str())
}

/// Makes an event of a line; `None` when it does not fit.
pub(crate) fn line(line: &str) -> Option<Event<'static>> {
    // Cheap first: almost every other line has no bracket in third place. Owner and bucket are short.
    let mut spaces = memchr::memchr_iter(b' ', &line.as_bytes()[..line.len().min(START)]);
    let (owner, rest) = (&line[..spaces.next()?], &line[spaces.next()? + 1..]);
    // S3 writes no control characters; where lines end with carriage returns only, this is several lines.
    if !rest.starts_with('[') || owner.is_empty() || rest.contains('\r') {
        return None;
    }
    let fields = fields(line);
    if fields.len() < NEEDED {
        return None;
    }
    let mut members = Map::new();
    let mut more = Vec::new();
    for (index, field) in fields.into_iter().enumerate() {
        match FIELDS.get(index) {
            Some(name) if field != "-" => insert(&mut members, name, &field),
            Some(_) => {}
            None => more.push(Value::from(field)),
        }
    }
    if !more.is_empty() {
        members.insert("more".to_owned(), Value::Array(more));
    }
    access(&members, line_time(members.get("time")?.as_str()?)?)
}

fn insert(members: &mut Map<String, Value>, name: &str, field: &str) {
    let is_number = NUMBERS.contains(&name);
    let number = is_number.then(|| field.parse::<u64>().ok()).flatten();
    members.insert(
        name.to_owned(),
        number.map_or_else(|| Value::from(field), Value::from),
    );
}

/// Splits a line into its fields, from both ends.
///
/// S3 does not escape quotes within quotes, and the caller chooses what the request, the referer and the user agent say.
/// So the fields before them are read from the left, those behind them from the right, and no caller can write any of
/// them.
fn fields(line: &str) -> Vec<String> {
    let mut fields = Vec::with_capacity(FIELDS.len());
    let mut rest = line;
    while fields.len() < REFERER && !rest.is_empty() {
        let length = match (rest.as_bytes()[0], fields.len()) {
            (b'[', _) => rest.find(']').map_or(rest.len(), |end| end + 1),
            (b'"', REQUEST) => request_length(rest),
            _ => rest.find(' ').unwrap_or(rest.len()),
        };
        fields.push(without_marks(&rest[..length]).to_owned());
        rest = rest[length..].trim_start_matches(' ');
    }
    if fields.len() == REFERER && !rest.is_empty() {
        let (referer, agent, others) = referer_agent_others(rest);
        fields.push(referer.to_owned());
        fields.extend(agent.map(str::to_owned));
        fields.extend(
            others
                .split(' ')
                .filter(|field| !field.is_empty())
                .take(64)
                .map(str::to_owned),
        );
    }
    fields
}

fn without_marks(field: &str) -> &str {
    let inner = field.strip_prefix(['"', '[']).unwrap_or(field);
    inner.strip_suffix(['"', ']']).unwrap_or(inner)
}

/// Returns the length of the quoted request at the start of `rest`. A request is method, target and version with single
/// spaces between, and a target can't hold a space, so that quotes in it end nothing.
fn request_length(rest: &str) -> usize {
    let plain = || {
        let target = rest.find(' ')? + 1;
        let version = target + rest[target..].find(' ')? + 1;
        let end = version + rest[version..].find('"')?;
        rest[version..end].starts_with("HTTP/").then_some(end + 1)
    };
    let by_status = || {
        let mut quotes = rest[1..].match_indices("\" ").map(|(at, _)| at + 1);
        quotes.find(|at| is_status(&rest[at + 2..])).map(|at| at + 1)
    };
    plain().or_else(by_status).unwrap_or(rest.len())
}

fn is_status(text: &str) -> bool {
    let status = text.split(' ').next().unwrap_or_default();
    status == "-" || status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit())
}

/// Splits what stands behind the numbers: the referer, the user agent, and the fields behind them, which hold no quotes.
fn referer_agent_others(rest: &str) -> (&str, Option<&str>, &str) {
    let Some(last) = rest.rfind('"') else {
        let (referer, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let (agent, others) = rest.split_once(' ').unwrap_or((rest, ""));
        return (referer, Some(agent).filter(|agent| !agent.is_empty()), others);
    };
    let (quoted, others) = (&rest[..=last], rest[last + 1..].trim_start_matches(' '));
    let begins_quoted = quoted.starts_with('"') && quoted.len() > 1;
    let agent_alone = || {
        let (agent, others) = others.split_once(' ').unwrap_or((others, ""));
        (
            without_marks(quoted),
            Some(agent).filter(|agent| !agent.is_empty()),
            others,
        )
    };
    if !begins_quoted {
        let (referer, agent) = quoted.split_once(' ').unwrap_or((quoted, ""));
        return (referer, Some(without_marks(agent)), others);
    }
    // An agent without quotes is `-`, and then one field more stands behind.
    let agent_is_absent = others.starts_with("- ") && !is_end(others) && is_end(&others[2..]);
    match quoted.rfind("\" \"") {
        Some(_) if agent_is_absent => agent_alone(),
        Some(border) => (
            without_marks(&quoted[..=border]),
            Some(without_marks(&quoted[border + 2..])),
            others,
        ),
        None => agent_alone(),
    }
}

/// Returns whether the fields behind the user agent begin here: version, host id, signature version, cipher suite,
/// authentication type, host, TLS version. Older logs end within them.
fn is_end(others: &str) -> bool {
    let fields: Vec<&str> = others.split(' ').collect();
    let is = |index: usize, words: &[&str]| {
        fields
            .get(index)
            .is_none_or(|field| *field == "-" || words.contains(field))
    };
    is(2, &["SigV2", "SigV4", "SigV4A"])
        && is(4, &["AuthHeader", "QueryString"])
        && fields
            .get(6)
            .is_none_or(|tls| *tls == "-" || tls.starts_with("TLSv"))
}

/// Reads `06/Feb/2019:00:00:38 +0000`.
fn line_time(text: &str) -> Option<Timestamp> {
    let (clock, zone) = text.split_once(' ')?;
    let (date, time) = clock.split_once(':')?;
    let mut parts = date.split('/');
    let (day, month, year) = (parts.next()?, times::month_of(parts.next()?)?, parts.next()?);
    let zone = (zone.len() == 5 && zone.is_ascii()).then(|| format!("{}:{}", &zone[..3], &zone[3..]))?;
    times::time(&format!("{year}-{month:02}-{day}T{time}{zone}"))
}

/// Returns true when an object is an access.
pub(crate) fn is_access(members: &Shallow<'_>) -> bool {
    let operation = members.text("operation").or_else(|| members.text("Operation"));
    let has_one = |names: &[&str]| names.iter().any(|name| members.has(name));
    operation.is_some_and(|operation| operation.contains('.'))
        && has_one(&["bucket", "bucket_name", "bucketName", "Bucket"])
        && has_one(&[
            "remoteip",
            "remote_ip",
            "remoteIp",
            "requester",
            "requestid",
            "request_id",
        ])
}

/// Makes an event of an object; `None` without a time.
pub(crate) fn object(text: &str) -> Option<Event<'static>> {
    let Value::Object(given) = serde_json::from_str(text).ok()? else {
        return None;
    };
    let mut members = Map::new();
    for (name, value) in given {
        match value {
            Value::Null => {}
            Value::String(text) if matches!(without_marks(&text), "-" | "") => {}
            Value::String(text) => insert(&mut members, &field_name(&name), without_marks(&text)),
            other => drop(members.insert(field_name(&name), other)),
        }
    }
    let written = members.get("time")?;
    let time = match written {
        Value::String(text) => times::time(text).or_else(|| line_time(text.trim_matches(['[', ']'])))?,
        other => times::time(&other.to_string())?,
    };
    access(&members, time)
}

/// An exporter's name for a field as it is called here.
fn field_name(name: &str) -> String {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase();
    let renamed = match plain.as_str() {
        "bucketname" => "bucket",
        "bucketownerid" => "bucketOwner",
        "requestdatetime" | "requesttime" => "time",
        "referrer" => "referer",
        "sigv" => "signatureVersion",
        "authtype" => "authenticationType",
        "endpoint" => "hostHeader",
        _ => FIELDS
            .iter()
            .find(|field| field.eq_ignore_ascii_case(&plain))
            .copied()
            .unwrap_or(name),
    };
    renamed.to_owned()
}

fn access(members: &Map<String, Value>, time: Timestamp) -> Option<Event<'static>> {
    let text = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or_default();
    let raw = serde_json::to_string(members).ok()?;
    let operation = text("operation");
    let access_point = Arn::parse(text("accessPointArn"));
    let error_code = match (
        text("errorCode"),
        members.get("httpStatus").and_then(Value::as_u64),
    ) {
        // Answers to HEAD have no body and so no code.
        ("", Some(403)) => "AccessDenied".to_owned(),
        ("", Some(status @ 400..)) => format!("Http{status}"),
        (code, _) => code.to_owned(),
    };
    Some(Event {
        key: EventKey::of(&[b"s3-server-access", raw.as_bytes()]),
        log: LogKind::S3ServerAccess,
        category: Category::Data,
        time,
        event_id: text("requestId").to_owned().into(),
        source: Cow::Borrowed("s3.amazonaws.com"),
        name: event_name(operation).to_owned().into(),
        region: region(members).into(),
        account: access_point.map_or("", |arn| arn.account).to_owned().into(),
        identity: requester(text("requester")),
        source_address: text("remoteIp").to_owned().into(),
        user_agent: text("userAgent").to_owned().into(),
        error_code: error_code.into(),
        read_only: Some(is_read(operation)),
        request_json: request(members).into(),
        additional_json: additional(members, operation).into(),
        raw: raw.into(),
        ..Event::default()
    })
}

/// CloudTrail's name for an operation, where it has one.
fn event_name(operation: &str) -> &str {
    match operation {
        "REST.GET.OBJECT" | "WEBSITE.GET.OBJECT" => "GetObject",
        "REST.HEAD.OBJECT" | "WEBSITE.HEAD.OBJECT" => "HeadObject",
        "REST.PUT.OBJECT" | "REST.POST.OBJECT" => "PutObject",
        "REST.DELETE.OBJECT" => "DeleteObject",
        "REST.POST.MULTI_OBJECT_DELETE" => "DeleteObjects",
        // One line for each key of a `DeleteObjects` call.
        "BATCH.DELETE.OBJECT" => "DeleteObject",
        "REST.COPY.OBJECT" => "CopyObject",
        // The half of a copy that reads.
        "REST.COPY.OBJECT_GET" | "REST.COPY.PART_GET" => "GetObject",
        "REST.GET.BUCKET" => "ListObjects",
        "REST.HEAD.BUCKET" => "HeadBucket",
        "REST.GET.BUCKETVERSIONS" => "ListObjectVersions",
        "REST.PUT.PART" => "UploadPart",
        "REST.COPY.PART" => "UploadPartCopy",
        "REST.POST.UPLOADS" => "CreateMultipartUpload",
        "REST.POST.UPLOAD" => "CompleteMultipartUpload",
        "REST.DELETE.UPLOAD" => "AbortMultipartUpload",
        "REST.GET.BUCKETPOLICY" => "GetBucketPolicy",
        "REST.PUT.BUCKETPOLICY" => "PutBucketPolicy",
        "REST.DELETE.BUCKETPOLICY" => "DeleteBucketPolicy",
        "REST.GET.VERSIONING" => "GetBucketVersioning",
        "REST.PUT.VERSIONING" => "PutBucketVersioning",
        "REST.PUT.LOGGING_STATUS" => "PutBucketLogging",
        "REST.GET.LOGGING_STATUS" => "GetBucketLogging",
        "REST.PUT.LIFECYCLE" => "PutBucketLifecycle",
        "REST.DELETE.BUCKET" => "DeleteBucket",
        "REST.PUT.BUCKET" => "CreateBucket",
        other => other,
    }
}

fn is_read(operation: &str) -> bool {
    operation.contains(".GET.") || operation.contains(".HEAD.") || operation.ends_with("_GET")
}

/// Returns the identity of a requester: an ARN, a canonical user id, a service, or nobody.
fn requester(requester: &str) -> Identity<'static> {
    let mut identity = Identity::default();
    if requester.is_empty() {
        identity.kind = IdentityKind::AwsAccount;
        identity.principal_id = Cow::Borrowed("ANONYMOUS_PRINCIPAL");
        identity.account_id = Cow::Borrowed("ANONYMOUS_PRINCIPAL");
    } else if let Some(service) = requester.strip_prefix("svc:") {
        identity.kind = IdentityKind::AwsService;
        identity.invoked_by = service.to_owned().into();
    } else if requester == "AmazonS3" {
        identity.kind = IdentityKind::AwsService;
        identity.invoked_by = Cow::Borrowed("s3.amazonaws.com");
    } else if requester.starts_with("arn:") {
        identity::from_arn(requester, &mut identity);
    } else {
        // Users of other accounts come as ARN or as the canonical id of their account.
        identity.kind = IdentityKind::AwsAccount;
        identity.principal_id = requester.to_owned().into();
    }
    identity
}

/// The region, from its own field or from the host's name.
fn region(members: &Map<String, Value>) -> String {
    let text = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or_default();
    let own = text("sourceRegion");
    if !own.is_empty() {
        return own.to_owned();
    }
    let host = text("hostHeader")
        .split(".amazonaws.com")
        .next()
        .unwrap_or_default();
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_region =
        last.split('-').count() >= 3 && last.ends_with(|character: char| character.is_ascii_digit());
    if is_region {
        last.trim_start_matches("s3-").to_owned()
    } else {
        String::new()
    }
}

fn request(members: &Map<String, Value>) -> String {
    let mut request = Map::new();
    for (name, field) in [
        ("bucketName", "bucket"),
        ("key", "key"),
        ("versionId", "versionId"),
        ("Host", "hostHeader"),
        ("requestUri", "requestUri"),
        ("operation", "operation"),
    ] {
        if let Some(value) = members.get(field) {
            request.insert(name.to_owned(), value.clone());
        }
    }
    Value::Object(request).to_string()
}

/// What CloudTrail's data events have in `additionalEventData`.
fn additional(members: &Map<String, Value>, operation: &str) -> String {
    let count = |name: &str| members.get(name).and_then(Value::as_u64).unwrap_or(0);
    let sent = match count("bytesSent") {
        0 if operation.ends_with("_GET") && !members.contains_key("errorCode") => count("objectSize"),
        sent => sent,
    };
    let is_upload = operation.contains(".PUT.") || operation.contains(".POST.");
    let mut additional = Map::new();
    additional.insert("bytesTransferredOut".to_owned(), sent.into());
    let received = if is_upload { count("objectSize") } else { 0 };
    additional.insert("bytesTransferredIn".to_owned(), received.into());
    for (name, field) in [
        ("SignatureVersion", "signatureVersion"),
        ("CipherSuite", "cipherSuite"),
        ("AuthenticationMethod", "authenticationType"),
        ("httpStatus", "httpStatus"),
    ] {
        if let Some(value) = members.get(field) {
            additional.insert(name.to_owned(), value.clone());
        }
    }
    Value::Object(additional).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef exports [06/Feb/2019:00:00:38 +0000] 203.0.113.9 arn:aws:sts::111122223333:assumed-role/web/i-0abcdef1234567890 3E57427F3EXAMPLE REST.GET.OBJECT a%2Bb.csv "GET /a%2Bb.csv HTTP/1.1" 200 - 1024 2048 7 6 "-" "curl "odd" agent" - hostid= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader exports.s3.us-west-1.amazonaws.com TLSv1.2 - Yes us-east-1 surprise"#;

    #[test]
    fn a_line_is_an_access_with_all_its_fields() {
        let event = line(LINE).unwrap();
        assert_eq!(event.name, "GetObject");
        assert_eq!(event.time.to_string(), "2019-02-06T00:00:38Z");
        assert_eq!(event.user_agent, "curl \"odd\" agent");
        assert_eq!(event.region, "us-east-1");
        assert_eq!(event.identity.kind, IdentityKind::AssumedRole);
        assert_eq!(event.identity.issuer_arn, "arn:aws:iam::111122223333:role/web");
        assert_eq!(event.read_only, Some(true));
        insta::assert_snapshot!(event.request_json, @r#"{"bucketName":"exports","key":"a%2Bb.csv","Host":"exports.s3.us-west-1.amazonaws.com","requestUri":"GET /a%2Bb.csv HTTP/1.1","operation":"REST.GET.OBJECT"}"#);
        insta::assert_snapshot!(event.additional_json, @r#"{"bytesTransferredOut":1024,"bytesTransferredIn":0,"SignatureVersion":"SigV4","CipherSuite":"ECDHE-RSA-AES128-GCM-SHA256","AuthenticationMethod":"AuthHeader","httpStatus":200}"#);
        assert_eq!(event.record()["more"][0], "surprise");
    }

    #[test]
    fn a_caller_can_write_no_field_but_its_own() {
        let with = |request: &str, referer: &str, agent: &str| {
            LINE.replace("GET /a%2Bb.csv HTTP/1.1", request)
                .replace("\"-\" \"curl \"odd\" agent\"", &format!("{referer} {agent}"))
        };
        let forged = r#"x" 200 - 1 1 1 1 "-" "fake" v h= SigV4 C AuthHeader host TLSv1.2 arn:aws:s3:eu-west-1:999999999999:accesspoint/x Yes us-gov-west-1"#;
        for (request, referer, agent, expected) in [
            ("GET /\" HTTP/1.1", "\"a\"", "\"b\"", Some("b")),
            (
                "GET /k HTTP/1.1",
                &format!("\"{forged} \""),
                "\"real\"",
                Some("real"),
            ),
            ("GET /k HTTP/1.1", "\"-\"", &format!("\"{forged}\""), None),
            (
                "GET /k HTTP/1.1",
                "\"foo \"bar\" baz\"",
                "\"agent\"\"",
                Some("agent\""),
            ),
            ("GET /k HTTP/1.1", "\"a\" \"b\"", "-", Some("")),
            ("GET /k HTTP/1.1", "-", "-", Some("")),
            ("GET /k HTTP/1.1", "-", "\"x\"", Some("x")),
        ] {
            let text = with(request, referer, agent);
            let event = line(&text).unwrap();
            let record = event.record();
            if let Some(expected) = expected {
                assert_eq!(event.user_agent, expected, "{text}");
            }
            assert_eq!((&*event.account, &*event.region), ("", "us-east-1"), "{text}");
            assert_eq!(record["hostId"], "hostid=", "{text}");
            assert_eq!(
                (&record["httpStatus"], &record["bytesSent"]),
                (&Value::from(200), &Value::from(1024)),
                "{text}"
            );
        }
    }

    #[test]
    fn older_lines_end_before_the_newer_fields() {
        let end = LINE.find(" hostid=").unwrap();
        let event = line(&LINE[..end]).unwrap();
        assert_eq!((&*event.name, &*event.region), ("GetObject", ""));
    }

    #[test]
    fn nobody_a_service_and_an_account_are_told_apart() {
        assert_eq!(requester("").account_id, "ANONYMOUS_PRINCIPAL");
        assert_eq!(requester("svc:s3.amazonaws.com").kind, IdentityKind::AwsService);
        assert_eq!(requester("arn:aws:iam::111122223333:user/a/b").user_name, "b");
        assert_eq!(requester("0123abcd").principal_id, "0123abcd");
        assert_eq!(requester("arn:").arn, "arn:");
    }

    #[test]
    fn a_refusal_without_a_code_is_still_a_refusal() {
        let refused = LINE
            .replace("REST.GET.OBJECT", "REST.HEAD.OBJECT")
            .replace(" 200 - ", " 403 - ");
        let event = line(&refused).unwrap();
        assert_eq!((&*event.name, &*event.error_code), ("HeadObject", "AccessDenied"));
    }

    #[test]
    fn other_lines_are_none() {
        for text in [
            "",
            "a b",
            "a b [c",
            "a b [06/Feb/2019:00:00:38 +0000] x",
            "- - - -",
        ] {
            assert!(line(text).is_none(), "{text}");
        }
        assert_eq!(line_time("06/Feb/2019:00:00:38 +é00"), None);
        assert_eq!(line_time("06/Feb/0000:00:00:38 +0000"), None);
        assert_eq!(line_time("31/Dec/9999:00:00:38 +0000"), None);
    }

    #[test]
    fn exports_are_read_in_their_spellings() {
        let athena = r#"{"bucket_name":"exports","requestdatetime":"06/Feb/2019:00:00:38 +0000","remoteip":"203.0.113.9",
            "operation":"REST.GET.BUCKET","httpstatus":"200","bytessent":"77","requester":"-"}"#;
        assert!(is_access(&Shallow::of(athena)));
        let event = object(athena).unwrap();
        assert_eq!(event.name, "ListObjects");
        assert_eq!(event.additional()["bytesTransferredOut"], 77);
        assert_eq!(event.identity.principal_id, "ANONYMOUS_PRINCIPAL");
    }
}
