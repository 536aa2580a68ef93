//! VPC flow logs: the default fields, custom fields named by a header line, and JSON exports.
//!
//! A flow is an event named `Flow` of the source `vpc-flow-logs`; its fields are in `requestParameters`.

use std::borrow::Cow;

use std::net::IpAddr;

use serde_json::{Map, Value};
use stanch_core::{Event, EventKey, LogKind, Timestamp};

use crate::context::Context;
use crate::record::Shallow;

/// The fields of version 2, in the order in which they come when no header says otherwise.
const DEFAULT_FIELDS: [&str; 14] = [
    "version",
    "account-id",
    "interface-id",
    "srcaddr",
    "dstaddr",
    "srcport",
    "dstport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "action",
    "log-status",
];

/// Fields that are numbers.
const NUMBERS: [&str; 9] = [
    "version", "srcPort", "dstPort", "protocol", "packets", "bytes", "start", "end", "tcpFlags",
];

/// Number of fields that a header may name.
const FIELDS: usize = 128;

/// The columns that a header line names; `None` for any other line.
pub(crate) fn header(line: &str) -> Option<Vec<String>> {
    let columns: Vec<&str> = line.split_whitespace().take(FIELDS + 1).collect();
    let is_name = |column: &&str| {
        column
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || b"-_".contains(&byte))
    };
    let telling = [
        "srcaddr",
        "dstaddr",
        "log-status",
        "interface-id",
        "pkt-srcaddr",
        "flow-direction",
    ];
    let known = columns
        .iter()
        .filter(|column| telling.contains(&column.replace('_', "-").as_str()));
    if known.count() < 2 || columns.len() > FIELDS || !columns.iter().all(is_name) {
        return None;
    }
    Some(columns.into_iter().map(str::to_owned).collect())
}

/// Returns the fields that a format names, as `CreateFlowLogs` and responders write it; `None` when it names no flow log.
pub(crate) fn fields_of_format(format: &str) -> Option<Vec<String>> {
    let names = format
        .split([' ', ',', '\t', '\n', '"', '\''])
        .filter(|name| !name.is_empty());
    let plain = names.map(|name| name.trim_start_matches("${").trim_end_matches('}'));
    header(&plain.collect::<Vec<_>>().join(" "))
}

/// Returns whether a column is one of a flow log and of nothing else.
pub(crate) fn is_field(name: &str) -> bool {
    const TELLING: [&str; 9] = [
        "srcaddr",
        "dstaddr",
        "srcport",
        "dstport",
        "interfaceid",
        "logstatus",
        "pktsrcaddr",
        "pktdstaddr",
        "flowdirection",
    ];
    TELLING.contains(&plain(name).as_str())
}

/// Returns, for a line that holds no flow, whether it says that flows were lost; `None` for any other line.
pub(crate) fn without_data(line: &str, columns: Option<&[String]>) -> Option<bool> {
    let mut fields = line.split_ascii_whitespace();
    let status = match columns {
        Some(_) => fields.find(|field| matches!(*field, "NODATA" | "SKIPDATA")),
        None if fields.next() == Some("2") => fields
            .last()
            .filter(|field| matches!(*field, "NODATA" | "SKIPDATA")),
        None => None,
    };
    status.map(|status| status == "SKIPDATA")
}

/// Makes an event of a line; `None` when it does not fit. `logged` is the time before the line, for formats without one.
pub(crate) fn line(
    line: &str,
    columns: Option<&[String]>,
    logged: Option<Timestamp>,
) -> Option<Event<'static>> {
    let fields: Vec<&str> = line.split_ascii_whitespace().take(FIELDS + 1).collect();
    let mut members = Map::new();
    match columns {
        Some(columns) if columns.len() == fields.len() => {
            for (column, field) in columns.iter().zip(&fields) {
                insert(&mut members, column, field);
            }
        }
        None if fields.len() == DEFAULT_FIELDS.len() && fields[0] == "2" && is_interface(fields[2]) => {
            for (column, field) in DEFAULT_FIELDS.iter().zip(&fields) {
                insert(&mut members, column, field);
            }
        }
        _ => return None,
    }
    // A line that was cut off has the right number of fields if the cut is in the last of them.
    let is_cut = |name: &str, whole: &[&str]| {
        let word = members.get(name).and_then(Value::as_str);
        word.is_some_and(|word| !whole.contains(&word))
    };
    if is_cut("logStatus", &["OK", "NODATA", "SKIPDATA"]) || is_cut("action", &["ACCEPT", "REJECT"]) {
        return None;
    }
    flow(&members, logged)
}

/// Returns whether a line without a header looks like a flow in a custom format: two addresses, numbers, and a word
/// that only flow logs have.
pub(crate) fn looks_like_one(line: &str) -> bool {
    let fields: Vec<&str> = line.split_ascii_whitespace().take(FIELDS + 1).collect();
    let addresses = fields
        .iter()
        .filter(|field| field.parse::<IpAddr>().is_ok())
        .count();
    let numbers = fields
        .iter()
        .filter(|field| field.bytes().all(|byte| byte.is_ascii_digit()))
        .count();
    let is_word = |field: &&str| {
        matches!(*field, "ACCEPT" | "REJECT" | "OK" | "NODATA" | "SKIPDATA") || field.starts_with("eni-")
    };
    (6..=FIELDS).contains(&fields.len()) && addresses >= 2 && numbers >= 2 && fields.iter().any(is_word)
        || fields.len() >= 6
            && fields
                .last()
                .is_some_and(|last| matches!(*last, "NODATA" | "SKIPDATA"))
}

/// Makes an event of a line by the formats that are known; `None` when none fits, or when several do and disagree.
pub(crate) fn by_formats(text: &str, logged: Option<Timestamp>, context: &Context) -> Option<Event<'static>> {
    let mut fitting: Option<Event<'static>> = None;
    for (fields, is_learned) in context.flow_formats() {
        let Some(mut event) = line(text, Some(fields), logged).filter(fits) else {
            continue;
        };
        if fitting.as_ref().is_some_and(|other| other.raw != event.raw) {
            return None;
        }
        event.deferred = is_learned;
        fitting.get_or_insert(event);
    }
    fitting
}

/// Returns whether the fields of a flow hold what their names say.
fn fits(event: &Event<'_>) -> bool {
    let request = event.request();
    let is_address = |name: &str| {
        request[name].is_null()
            || request[name]
                .as_str()
                .is_some_and(|text| text.parse::<IpAddr>().is_ok())
    };
    let is_number = |name: &str| request[name].is_null() || request[name].is_number();
    ["srcAddr", "dstAddr", "pktSrcAddr", "pktDstAddr"]
        .into_iter()
        .all(is_address)
        && NUMBERS.into_iter().all(is_number)
}

/// Returns, for an object that holds no flow, whether it says that flows were lost.
pub(crate) fn object_without_data(members: &Shallow<'_>) -> Option<bool> {
    let names = ["logStatus", "logstatus", "log_status", "log-status"];
    let status = names.iter().find_map(|name| members.text(name))?;
    matches!(&*status, "NODATA" | "SKIPDATA").then_some(status == "SKIPDATA")
}

fn is_interface(field: &str) -> bool {
    field.starts_with("eni-") || field == "-"
}

fn insert(members: &mut Map<String, Value>, column: &str, field: &str) {
    if field != "-" {
        let name = json_name(column);
        let value = number(&name, field).unwrap_or_else(|| Value::from(field));
        members.insert(name, value);
    }
}

fn number(name: &str, field: &str) -> Option<Value> {
    let is_number = NUMBERS.contains(&name);
    is_number
        .then(|| field.parse::<u64>().ok().map(Value::from))
        .flatten()
}

/// `pkt-srcaddr` is `pktSrcAddr`; every spelling of a known field comes out the same.
fn json_name(column: &str) -> String {
    let known = match plain(column).as_str() {
        "srcaddr" | "srcaddress" => "srcAddr",
        "dstaddr" => "dstAddr",
        "srcport" => "srcPort",
        "dstport" => "dstPort",
        "pktsrcaddr" => "pktSrcAddr",
        "pktdstaddr" => "pktDstAddr",
        "accountid" => "accountId",
        "interfaceid" => "interfaceId",
        "logstatus" => "logStatus",
        "vpcid" => "vpcId",
        "subnetid" => "subnetId",
        "instanceid" => "instanceId",
        "tcpflags" => "tcpFlags",
        "azid" => "azId",
        "flowdirection" => "flowDirection",
        "trafficpath" => "trafficPath",
        _ => return camel_case(column),
    };
    known.to_owned()
}

fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

fn camel_case(column: &str) -> String {
    let mut name = String::with_capacity(column.len());
    let mut upper = false;
    for character in column.chars() {
        if matches!(character, '-' | '_') {
            upper = !name.is_empty();
        } else if std::mem::take(&mut upper) {
            name.push(character.to_ascii_uppercase());
        } else {
            name.push(character);
        }
    }
    name
}

/// Returns whether an object is a flow.
pub(crate) fn is_flow(members: &Shallow<'_>) -> bool {
    let pairs = [
        ("srcAddr", "dstAddr"),
        ("srcaddr", "dstaddr"),
        ("src_addr", "dst_addr"),
    ];
    let is_pair = pairs
        .iter()
        .any(|(from, to)| members.has(from) && members.has(to));
    is_pair
        || object_without_data(members).is_some()
            && (members.has("interface_id") || members.has("interfaceId"))
}

/// Makes an event of an object; `None` without a time.
pub(crate) fn object(text: &str) -> Option<Event<'static>> {
    let Value::Object(given) = serde_json::from_str(text).ok()? else {
        return None;
    };
    let mut members = Map::new();
    for (name, value) in given {
        let name = json_name(&name);
        let as_number = value.as_str().and_then(|field| number(&name, field));
        if !value.is_null() && value != "-" && value != "" {
            members.insert(name, as_number.unwrap_or(value));
        }
    }
    flow(&members, None)
}

fn flow(members: &Map<String, Value>, logged: Option<Timestamp>) -> Option<Event<'static>> {
    let text = |name: &str| match members.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let seconds = |name: &str| {
        members
            .get(name)?
            .as_i64()
            .and_then(crate::times::seconds_since_1970)
    };
    let read = |name: &str| seconds(name).or_else(|| crate::times::time(&text(name)));
    // A number that is no time makes the flow one without a time: the next field would tell another time.
    let is_given = |name: &&str| members.get(*name).is_some_and(Value::is_number) || read(name).is_some();
    let times = [
        "start",
        "startTime",
        "end",
        "endTime",
        "timestamp",
        "time",
        "eventTime",
        "tpTimestamp",
    ];
    let time = match times.into_iter().find(is_given) {
        Some(name) => read(name)?,
        None => logged?,
    };
    let raw = serde_json::to_string(members).ok()?;
    let rejected = text("action") == "REJECT";
    Some(Event {
        key: EventKey::of(&[b"vpc-flow", raw.as_bytes()]),
        log: LogKind::VpcFlow,
        time,
        source: Cow::Borrowed("vpc-flow-logs"),
        name: Cow::Borrowed("Flow"),
        region: text("region").into(),
        account: text("accountId").into(),
        source_address: text("srcAddr").into(),
        error_code: Cow::Borrowed(if rejected { "REJECT" } else { "" }),
        request_json: raw.clone().into(),
        raw: raw.into(),
        ..Event::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str =
        "2 111122223333 eni-0a1b 203.0.113.9 10.0.0.5 49152 22 6 10 840 1714557600 1714557660 ACCEPT OK";

    #[test]
    fn a_line_of_the_default_fields_is_a_flow() {
        let event = line(LINE, None, None).unwrap();
        assert_eq!(event.time, Timestamp::from_seconds(1_714_557_600));
        assert_eq!(
            (&*event.account, &*event.source_address),
            ("111122223333", "203.0.113.9")
        );
        insta::assert_snapshot!(event.raw, @r#"{"version":2,"accountId":"111122223333","interfaceId":"eni-0a1b","srcAddr":"203.0.113.9","dstAddr":"10.0.0.5","srcPort":49152,"dstPort":22,"protocol":6,"packets":10,"bytes":840,"start":1714557600,"end":1714557660,"action":"ACCEPT","logStatus":"OK"}"#);
    }

    #[test]
    fn a_header_names_the_columns() {
        let columns = header("dstaddr srcaddr start action pkt-dst-aws-service").unwrap();
        let event = line("10.0.0.5 203.0.113.9 1714557600 REJECT -", Some(&columns), None).unwrap();
        assert_eq!(
            (&*event.source_address, &*event.error_code),
            ("203.0.113.9", "REJECT")
        );
        assert!(line("10.0.0.5 203.0.113.9", Some(&columns), None).is_none());
        assert!(header("the quick brown fox").is_none());
        assert_eq!(json_name("pkt-dst-aws-service"), "pktDstAwsService");
    }

    #[test]
    fn a_line_cut_within_its_last_word_does_not_fit() {
        for cut in 1..LINE.len() {
            assert!(line(&LINE[..cut], None, None).is_none(), "{}", &LINE[..cut]);
        }
        let columns = header("dstaddr srcaddr start action").unwrap();
        assert!(line("10.0.0.5 203.0.113.9 1714557600 REJ", Some(&columns), None).is_none());
    }

    #[test]
    fn lines_without_data_are_known() {
        let line =
            |status: &str| format!("2 111122223333 eni-0a1b - - - - - - - 1714557600 1714557660 - {status}");
        assert_eq!(without_data(&line("NODATA"), None), Some(false));
        assert_eq!(without_data(&line("SKIPDATA"), None), Some(true));
        assert_eq!(without_data(LINE, None), None);
    }

    #[test]
    fn objects_are_flows_in_either_spelling() {
        let event =
            object(r#"{"srcaddr":"203.0.113.9","dstaddr":"10.0.0.5","dstport":"22","start":"1714557600"}"#);
        let event = event.unwrap();
        assert_eq!(event.request()["dstPort"], 22);
        assert!(object(r#"{"srcAddr":"203.0.113.9","dstAddr":"10.0.0.5"}"#).is_none());
    }

    #[test]
    fn a_custom_format_is_used_where_exactly_one_fits() {
        let custom = "203.0.113.9 10.0.0.5 49152 22 6 840 1714557600 1714557660 ACCEPT OK";
        assert!(looks_like_one(custom));
        assert!(!looks_like_one("the quick brown fox jumps over 1 2 lazy dogs OK"));
        let mut context = Context::default();
        assert!(by_formats(custom, None, &context).is_none());
        assert!(context.add_flow_format("${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${bytes} ${start} ${end} ${action} ${log-status}"));
        let event = by_formats(custom, None, &context).unwrap();
        assert_eq!(
            (&*event.source_address, event.time),
            ("203.0.113.9", Timestamp::from_seconds(1_714_557_600))
        );
        // The same words in another order fit as well: then nothing is known.
        assert!(
            context.add_flow_format(
                "dstaddr srcaddr srcport dstport protocol bytes start end action log-status"
            )
        );
        assert!(by_formats(custom, None, &context).is_none());
    }

    #[test]
    fn the_time_before_a_line_counts_where_the_format_has_none() {
        let columns = header("srcaddr dstaddr action").unwrap();
        let logged = Timestamp::from_seconds(1_714_557_600);
        let event = line("203.0.113.9 10.0.0.5 ACCEPT", Some(&columns), Some(logged)).unwrap();
        assert_eq!(event.time, logged);
    }

    #[test]
    fn a_time_that_cannot_be_shown_is_no_time() {
        for start in ["253402300800", "9223372036854775807", "18446744073709551615"] {
            assert!(
                line(&LINE.replace("1714557600", start), None, None).is_none(),
                "{start}"
            );
            let text = format!(r#"{{"srcAddr":"a","dstAddr":"b","start":{start},"end":1714557660}}"#);
            assert!(object(&text).is_none(), "{start}");
        }
        let negative = r#"{"srcAddr":"a","dstAddr":"b","start":-62135596801}"#;
        assert!(object(negative).is_none());
        let millis = object(r#"{"srcAddr":"a","dstAddr":"b","start":1714557600000}"#);
        assert_eq!(millis.unwrap().time, Timestamp::from_seconds(1_714_557_600));
    }
}
