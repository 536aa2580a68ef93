//! A small service in every protocol, and replies made to break the readers.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Malformed, ParameterError, Reply, ReplyError, Request, parse, serialise};
use crate::model::Service;
use crate::model::compile::Sources;

const PROTOCOLS: [&str; 6] = [
    "query",
    "ec2",
    "json",
    "rest-json",
    "rest-xml",
    "smithy-rpc-v2-cbor",
];

/// A shop that lends books.
fn library(protocol: &str) -> Service {
    let rest = protocol.starts_with("rest");
    let label = |location: &str| {
        if rest {
            json!({"shape": "Text", "location": location})
        } else {
            json!({"shape": "Text"})
        }
    };
    let model = json!({
        "metadata": {"protocol": protocol, "apiVersion": "2020-02-02", "targetPrefix": "Library", "jsonVersion": "1.1"},
        "operations": {"Lend": {
            "http": {"method": "POST", "requestUri": "/shelves/{Shelf}?lend"},
            "input": {"shape": "LendInput", "locationName": "LendRequest"},
            "output": {"shape": "LendOutput"},
            "errors": [{"shape": "Lent"}],
        }},
        "shapes": {
            "LendInput": {"type": "structure", "required": ["Shelf"], "members": {
                "Shelf": label("uri"), "Page": label("querystring"), "Reader": label("header"),
                "Books": {"shape": "Books"}, "Until": {"shape": "Moment"}, "Card": {"shape": "Bytes"},
                "Marks": {"shape": "Marks"}, "Fee": {"shape": "Fee"}, "Choice": {"shape": "Choice"},
            }},
            "LendOutput": {"type": "structure", "members": {
                "Books": {"shape": "Books"}, "Until": {"shape": "Moment"}, "Card": {"shape": "Bytes"},
                "Marks": {"shape": "Marks"}, "Fee": {"shape": "Fee"}, "Count": {"shape": "Count"}, "Next": {"shape": "LendOutput"},
            }},
            "Lent": {"type": "structure", "exception": true, "members": {"Message": {"shape": "Text"}, "Until": {"shape": "Moment"}}},
            "Choice": {"type": "structure", "union": true, "members": {"A": {"shape": "Text"}, "B": {"shape": "Text"}}},
            "Books": {"type": "list", "member": {"shape": "Text"}},
            "Marks": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Count"}},
            "Text": {"type": "string"}, "Moment": {"type": "timestamp"}, "Bytes": {"type": "blob"},
            "Fee": {"type": "double"}, "Count": {"type": "integer"},
        },
    });
    Service::compile(Sources {
        name: "library",
        model: &model,
        paginators: None,
        rules: None,
    })
    .unwrap()
}

fn write(protocol: &str, params: &Value) -> Result<Request, ParameterError> {
    let service = library(protocol);
    serialise(&service, service.operation("lend").unwrap(), params)
}

fn read(protocol: &str, status: u16, headers: &[(&str, &str)], body: &[u8]) -> Result<Value, ReplyError> {
    let service = library(protocol);
    let headers: Vec<(String, String)> = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let reply = Reply {
        status,
        headers: &headers,
        body,
    };
    parse(&service, service.operation("Lend").unwrap(), &reply)
}

fn loan() -> Value {
    json!({
        "Shelf": "a b", "Page": "7", "Reader": "me", "Books": ["x", "y&z"], "Until": "2015-01-25T08:00:00Z",
        "Card": "AQI=", "Marks": {"k": 1}, "Fee": 0.5,
    })
}

fn shown(request: &Request) -> String {
    let body = String::from_utf8_lossy(&request.body);
    format!(
        "{} {}\n{:?}\n{body}",
        request.method,
        request.target(),
        request.headers
    )
}

#[test]
fn requests_are_written() {
    insta::assert_snapshot!(shown(&write("query", &loan()).unwrap()), @r#"
    POST /
    [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")]
    Action=Lend&Version=2020-02-02&Shelf=a%20b&Page=7&Reader=me&Books.member.1=x&Books.member.2=y%26z&Until=2015-01-25T08%3A00%3A00Z&Card=AQI%3D&Marks.entry.1.key=k&Marks.entry.1.value=1&Fee=0.5
    "#);
    insta::assert_snapshot!(shown(&write("ec2", &loan()).unwrap()), @r#"
    POST /
    [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")]
    Action=Lend&Version=2020-02-02&Shelf=a%20b&Page=7&Reader=me&Books.1=x&Books.2=y%26z&Until=2015-01-25T08%3A00%3A00Z&Card=AQI%3D&Marks.entry.1.key=k&Marks.entry.1.value=1&Fee=0.5
    "#);
    insta::assert_snapshot!(shown(&write("json", &loan()).unwrap()), @r#"
    POST /
    [("X-Amz-Target", "Library.Lend"), ("Content-Type", "application/x-amz-json-1.1")]
    {"Shelf":"a b","Page":"7","Reader":"me","Books":["x","y&z"],"Until":1422172800,"Card":"AQI=","Marks":{"k":1},"Fee":0.5}
    "#);
    insta::assert_snapshot!(shown(&write("rest-json", &loan()).unwrap()), @r#"
    POST /shelves/a%20b?lend&Page=7
    [("Reader", "me"), ("Content-Type", "application/json")]
    {"Books":["x","y&z"],"Until":1422172800,"Card":"AQI=","Marks":{"k":1},"Fee":0.5}
    "#);
    insta::assert_snapshot!(shown(&write("rest-xml", &loan()).unwrap()), @r#"
    POST /shelves/a%20b?lend&Page=7
    [("Reader", "me"), ("Content-Type", "application/xml")]
    <LendRequest><Books><member>x</member><member>y&amp;z</member></Books><Until>2015-01-25T08:00:00Z</Until><Card>AQI=</Card><Marks><entry><key>k</key><value>1</value></entry></Marks><Fee>0.5</Fee></LendRequest>
    "#);
    let cbor = write("smithy-rpc-v2-cbor", &loan()).unwrap();
    assert_eq!(cbor.path, "/service/Library/operation/Lend");
    let back = read("smithy-rpc-v2-cbor", 200, &[], &cbor.body).unwrap();
    assert_eq!(back["Card"], "AQI=");
    assert_eq!(back["Until"], "2015-01-25T08:00:00+00:00");
}

#[test]
fn replies_are_read() {
    let expected = json!({
        "Books": ["x"], "Until": "2015-01-25T08:00:00+00:00", "Card": "AQI=", "Marks": {"k": 1}, "Fee": "NaN", "Count": 7,
    });
    let xml = "<Books><member>x</member></Books><Until>2015-01-25T08:00:00Z</Until><Card>AQI=</Card>\
        <Marks><entry><key>k</key><value>1</value></entry></Marks><Fee>NaN</Fee><Count>7</Count><New>1</New>";
    let query = format!("<LendResponse><LendResult>{xml}</LendResult></LendResponse>");
    assert_eq!(read("query", 200, &[], query.as_bytes()).unwrap(), expected);
    let plain = format!("<?xml version=\"1.0\"?>\n<LendResponse xmlns=\"urn:x\">{xml}</LendResponse>");
    assert_eq!(read("ec2", 200, &[], plain.as_bytes()).unwrap(), expected);
    assert_eq!(read("rest-xml", 200, &[], plain.as_bytes()).unwrap(), expected);
    let text = br#"{"New":1,"Count":7,"Fee":"NaN","Marks":{"k":1},"Card":"AQI=","Until":1422172800.0,"Books":["x"],"Next":null}"#;
    let value = read("json", 200, &[], text).unwrap();
    assert_eq!(value, expected);
    // The model's order, not the reply's.
    assert_eq!(value.to_string(), expected.to_string());
    assert_eq!(read("rest-json", 200, &[], text).unwrap(), expected);
}

#[test]
fn refusals_are_read() {
    let xml = b"<ErrorResponse><Error><Code>Lent</Code><Message>gone</Message><Until>0</Until></Error><RequestId>r</RequestId></ErrorResponse>";
    let json = br#"{"__type":"com.library#Lent:http://x","Message":"gone","Until":0}"#;
    for protocol in PROTOCOLS {
        let id = [("x-amzn-requestid", "r")];
        let found = match protocol {
            "query" | "ec2" | "rest-xml" => read(protocol, 400, &[], xml),
            "smithy-rpc-v2-cbor" => {
                let mut body = Vec::new();
                let value: Value = serde_json::from_slice(json).unwrap();
                ciborium::into_writer(&value, &mut body).unwrap();
                read(protocol, 400, &id, &body)
            }
            _ => read(protocol, 400, &id, json),
        };
        let Err(ReplyError::Service(error)) = found else {
            panic!("{protocol}: {found:?}");
        };
        assert_eq!(
            (error.code.as_str(), error.message.as_str(), error.status),
            ("Lent", "gone", 400),
            "{protocol}"
        );
        assert_eq!(error.request_id.as_deref(), Some("r"), "{protocol}");
        assert_eq!(error.detail["Until"], "1970-01-01T00:00:00+00:00", "{protocol}");
    }
}

#[test]
fn what_is_not_the_services_reply_is_said_to_be_unreadable() {
    for protocol in PROTOCOLS {
        for (status, body) in [
            (
                404,
                b"<!DOCTYPE html><html><body>Not Found</body></html>".as_slice(),
            ),
            (200, b"<html><body>Log in to the \x1b[31mnetwork</body></html>"),
            (403, b""),
            (503, b"Service Unavailable"),
            (200, b"{\"Books\": [\"x\""),
            (200, b"<LendResponse><LendResult><Books><member>x"),
            (200, b"{\"Books\": 7}"),
            (200, b"[1]"),
            (200, b"<Other><Books/></Other>"),
        ] {
            let found = read(protocol, status, &[], body);
            if protocol == "rest-xml" && body.starts_with(b"<Other>") {
                // Any root may be a reply there.
                continue;
            }
            let Err(ReplyError::Malformed(error)) = &found else {
                assert!(
                    protocol == "query" && body.starts_with(b"<Other>"),
                    "{protocol} {status}: {found:?}"
                );
                continue;
            };
            let Malformed { beginning, .. } = error.as_ref();
            assert!(
                beginning.len() < 1000 && !beginning.contains('\x1b'),
                "{beginning}"
            );
        }
    }
}

#[test]
fn deep_replies_end_early() {
    let deep = 100_000;
    let json = format!("{}{}", "{\"Next\":".repeat(deep), "}".repeat(deep));
    let xml = format!(
        "<LendResponse>{}{}</LendResponse>",
        "<Next>".repeat(deep),
        "</Next>".repeat(deep)
    );
    let mut cbor = b"\xa1\x64Next".repeat(deep);
    cbor.push(0xa0);
    for (protocol, body) in [
        ("json", json.as_bytes()),
        ("ec2", xml.as_bytes()),
        ("smithy-rpc-v2-cbor", &cbor),
    ] {
        assert!(
            matches!(read(protocol, 200, &[], body), Err(ReplyError::Malformed(_))),
            "{protocol}"
        );
    }
    // A length that nobody sent must not be set aside in advance.
    let huge = b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff".as_slice();
    assert!(matches!(
        read("smithy-rpc-v2-cbor", 200, &[], huge),
        Err(ReplyError::Malformed(_))
    ));
    let bomb = b"<!DOCTYPE a [<!ENTITY b \"cccc\">]><LendResponse>&b;</LendResponse>";
    assert!(matches!(
        read("ec2", 200, &[], bomb),
        Err(ReplyError::Malformed(_))
    ));
}

#[test]
fn parameters_are_checked() {
    let with = |name: &str, value: Value| {
        let mut params = json!({"Shelf": "s"});
        params[name] = value;
        write("rest-json", &params).unwrap_err().to_string()
    };
    insta::assert_snapshot!(with("Bok", json!(1)), @"`Bok` is not a parameter of this operation");
    insta::assert_snapshot!(with("Books", json!(["x", 7])), @"`Books[1]` must be a string");
    insta::assert_snapshot!(with("Marks", json!({"k": "x"})), @"`Marks.k` must be a integer");
    insta::assert_snapshot!(with("Until", json!("soon")), @"`Until` must be a timestamp");
    insta::assert_snapshot!(with("Card", json!("?")), @"`Card` must be a blob (base64 text)");
    insta::assert_snapshot!(with("Choice", json!({"A": "1", "B": "2"})), @"`Choice` must have exactly one member");
    insta::assert_snapshot!(with("Shelf", json!("")), @"`Shelf` must not be empty: it is part of the request's path");
    insta::assert_snapshot!(with("Reader", json!("a\r\nb: c")), @"`Reader` travels in a header and must not hold control characters");
    assert_eq!(
        write("json", &json!({})),
        Err(ParameterError::Missing {
            path: "Shelf".to_owned()
        })
    );
}

/// Bytes that look like replies, and bytes that don't.
fn bodies() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        "[<>/{}\\[\\]\":,a-zA-Z0-9 ]{0,80}".prop_map(String::into_bytes),
        "(<LendResponse>)?(<LendResult>)?(<(Books|Until|Next|Marks|entry|key|Card|Fee|Error|Code)>[a-z0-9]{0,4}){0,8}(</(Next|Books|LendResponse)>){0,4}"
            .prop_map(String::into_bytes),
        "\\{(\"(Books|Until|Next|Marks|Card|Fee|__type|code)\":(1|null|\"x\"|\\[\\]|\\{\\}|1e400|-0.0),?){0,5}\\}?".prop_map(String::into_bytes),
    ]
}

proptest! {
    #[test]
    fn no_reply_breaks_a_reader(body in bodies(), status in 100_u16..600) {
        for protocol in PROTOCOLS {
            drop(read(protocol, status, &[("x-amzn-errortype", "E"), ("x-amzn-requestid", "r")], &body));
            drop(read(protocol, status, &[], &body));
        }
    }

    #[test]
    fn what_json_writes_cbor_writes_too(books in proptest::collection::vec(".{0,8}", 0..4), quarters in -4_000_000..4_000_000_i32, count: i32) {
        let params = json!({"Shelf": "s", "Books": books, "Fee": f64::from(quarters) / 4.0, "Marks": {"k": count}});
        let json = read("json", 200, &[], &write("json", &params).unwrap().body).unwrap();
        let cbor = read("smithy-rpc-v2-cbor", 200, &[], &write("smithy-rpc-v2-cbor", &params).unwrap().body).unwrap();
        prop_assert_eq!(json, cbor);
    }
}
