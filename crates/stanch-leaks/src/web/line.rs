//! Client, time, status and bytes of a line, in the formats of web servers, proxies, load balancers and AWS WAF.
//!
//! A format that is not known gives the first address of the line. Fields are as the log has them.

use std::net::IpAddr;

use serde_json::Value;

/// Fields of a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) client: Option<String>,
    pub(super) time: Option<String>,
    pub(super) status: Option<u16>,
    pub(super) bytes: Option<u64>,
}

/// Names of fields in JSON logs and W3C headings, in lower case without `-` and `_`.
const CLIENT: [&str; 11] = [
    "clientip",
    "remoteaddr",
    "remoteip",
    "cip",
    "client",
    "ip",
    "remotehost",
    "sourceip",
    "remoteaddress",
    "realip",
    "host",
];
const TIME: [&str; 9] = [
    "time",
    "timestamp",
    "@timestamp",
    "timelocal",
    "timeiso8601",
    "datetime",
    "ts",
    "date",
    "msec",
];
const STATUS: [&str; 8] = [
    "status",
    "scstatus",
    "statuscode",
    "responsecode",
    "responsecodesent",
    "httpstatus",
    "response",
    "code",
];
const BYTES: [&str; 9] = [
    "bytes",
    "bodybytessent",
    "bytessent",
    "scbytes",
    "size",
    "responsesize",
    "bytesout",
    "responsebytes",
    "length",
];

/// Format of a log, as far as its headings tell.
#[derive(Debug, Default)]
pub(super) struct Format {
    /// Names of the columns after `#Fields:`.
    columns: Vec<String>,
}

impl Format {
    /// Learns from a heading.
    pub(super) fn note(&mut self, line: &[u8]) {
        if line.starts_with(b"#Fields:") {
            let text = String::from_utf8_lossy(&line[8..]).to_ascii_lowercase();
            self.columns = text.split_whitespace().take(200).map(str::to_owned).collect();
        }
    }

    /// Reads the fields of a line.
    pub(super) fn fields(&self, line: &[u8]) -> Fields {
        let text = String::from_utf8_lossy(line);
        let text = text.trim();
        let found = if text.starts_with('{') {
            json(text)
        } else {
            self.columns(text).or_else(|| cloudfront(text))
        };
        found
            .or_else(|| load_balancer(text))
            .or_else(|| common(text))
            .or_else(|| squid(text))
            .unwrap_or_else(|| plain(text))
    }

    fn columns(&self, text: &str) -> Option<Fields> {
        let split: fn(&str) -> Vec<&str> = if text.contains('\t') {
            |text| text.split('\t').collect()
        } else {
            |text| text.split(' ').collect()
        };
        let values = split(text);
        if self.columns.is_empty() || values.len() < self.columns.len() {
            return None;
        }
        let value = |names: &[&str]| {
            let at = self
                .columns
                .iter()
                .position(|column| names.contains(&column.as_str()))?;
            values.get(at).copied().filter(|value| *value != "-")
        };
        let time = [value(&["date"]), value(&["time"])]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ");
        Some(Fields {
            client: value(&["c-ip"]).map(str::to_owned),
            time: (!time.is_empty()).then_some(time),
            status: value(&["sc-status"]).and_then(|status| status.parse().ok()),
            bytes: value(&["sc-bytes"]).and_then(|bytes| bytes.parse().ok()),
        })
    }
}

/// CloudFront's standard log without its heading: date, time, edge, bytes, client, method, host, path, status.
fn cloudfront(text: &str) -> Option<Fields> {
    let values: Vec<&str> = text.split('\t').collect();
    let client = address(values.get(4)?)?;
    (values.len() >= 12).then(|| Fields {
        client: Some(client),
        time: Some(format!("{} {}", values[0], values[1])),
        status: values[8].parse().ok(),
        bytes: values[3].parse().ok(),
    })
}

/// Application and classic load balancers.
fn load_balancer(text: &str) -> Option<Fields> {
    let words: Vec<&str> = text.split(' ').take(14).collect();
    let is_type = matches!(*words.first()?, "http" | "https" | "h2" | "grpcs" | "ws" | "wss");
    let from = usize::from(is_type);
    let time = words.get(from).filter(|time| is_time(time))?;
    let client = words
        .get(from + 2)
        .and_then(|client| address(client.rsplit_once(':')?.0))?;
    let number = |at: usize| words.get(from + at).copied();
    Some(Fields {
        client: Some(client),
        time: Some((*time).to_owned()),
        status: number(7).and_then(|status| status.parse().ok()),
        bytes: number(10).and_then(|bytes| bytes.parse().ok()),
    })
}

fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 19 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'-' && bytes[10] == b'T'
}

/// Common and combined format, with or without a virtual host in front.
fn common(text: &str) -> Option<Fields> {
    let (head, rest) = text.split_once('[')?;
    let (time, rest) = rest.split_once(']')?;
    let client = head
        .split_whitespace()
        .find_map(|word| address(word.trim_end_matches(',')));
    // A request may have escaped quotes in it.
    let after = rest.trim_start().strip_prefix('"').and_then(|request| {
        let bytes = request.as_bytes();
        let end = (0..bytes.len()).find(|at| bytes[*at] == b'"' && (*at == 0 || bytes[*at - 1] != b'\\'))?;
        request.get(end + 1..)
    })?;
    let mut words = after.split_whitespace();
    let status = words.next().and_then(|status| status.parse().ok())?;
    Some(Fields {
        client: client.or_else(|| head.split_whitespace().next().map(str::to_owned)),
        time: Some(time.to_owned()),
        status: Some(status),
        bytes: words.next().and_then(|bytes| bytes.parse().ok()),
    })
}

/// Squid's own format: seconds, milliseconds it took, client, result/status, bytes, method, address.
fn squid(text: &str) -> Option<Fields> {
    let words: Vec<&str> = text.split_whitespace().take(7).collect();
    let time = words.first().filter(|time| time.parse::<f64>().is_ok())?;
    Some(Fields {
        client: Some(address(words.get(2)?)?),
        time: Some((*time).to_owned()),
        status: words
            .get(3)
            .and_then(|code| code.rsplit_once('/')?.1.parse().ok()),
        bytes: words.get(4).and_then(|bytes| bytes.parse().ok()),
    })
}

fn json(text: &str) -> Option<Fields> {
    let value: Value = serde_json::from_str(text).ok()?;
    let mut flat = Vec::new();
    flatten(&value, 0, &mut flat);
    let text = |names: &[&str]| {
        let named = |name: &str| {
            flat.iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.clone())
        };
        names.iter().find_map(|name| named(name))
    };
    Some(Fields {
        client: text(&CLIENT),
        time: text(&TIME),
        status: text(&STATUS).and_then(|status| status.parse().ok()),
        bytes: text(&BYTES).and_then(|bytes| bytes.parse().ok()),
    })
}

fn flatten(value: &Value, depth: usize, flat: &mut Vec<(String, String)>) {
    let Value::Object(fields) = value else { return };
    for (name, value) in fields.iter().take(200) {
        let name: String = name
            .chars()
            .filter(|letter| !matches!(letter, '-' | '_' | '.'))
            .collect::<String>()
            .to_ascii_lowercase();
        match value {
            Value::String(text) => flat.push((name, text.clone())),
            Value::Number(number) => flat.push((name, number.to_string())),
            Value::Object(_) if depth < 4 => flatten(value, depth + 1, flat),
            _ => {}
        }
    }
}

/// Line of an unknown format.
fn plain(text: &str) -> Fields {
    let mut words = text.split([' ', '\t', ',', '"', '=', '(', ')', ';']).take(200);
    let is_service = |client: &String| client.starts_with("169.254.");
    let times = || {
        text.split([' ', '\t', ',', '"', '[', ']'])
            .find(|word| is_time(word))
    };
    Fields {
        client: words.find_map(|word| address(word).filter(|client| !is_service(client))),
        time: times().map(str::to_owned),
        status: None,
        bytes: None,
    }
}

/// Returns an address without its port and brackets.
fn address(word: &str) -> Option<String> {
    let bare = word.trim_matches(['[', ']', '"']);
    let without_port = || {
        bare.rsplit_once(':')
            .map(|(address, _)| address.trim_matches(['[', ']']))
    };
    let found: IpAddr = bare.parse().ok().or_else(|| without_port()?.parse().ok())?;
    Some(found.to_string())
}
