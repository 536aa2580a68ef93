//! Writers of the forms, each as the tool it is named after writes it.

use std::io::Write as _;

use base64::Engine as _;
use serde_json::{Map, Value, json};

/// What a form keeps of the original.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeps {
    Everything,
    Parameters,
    Names,
}

pub(super) struct Form {
    pub(super) name: &'static str,
    pub(super) made_by: &'static str,
    pub(super) keeps: Keeps,
    pub(super) write: fn(&[Value]) -> Vec<u8>,
}

const fn whole(name: &'static str, made_by: &'static str, write: fn(&[Value]) -> Vec<u8>) -> Form {
    Form {
        name,
        made_by,
        keeps: Keeps::Everything,
        write,
    }
}

const fn extract(name: &'static str, made_by: &'static str, write: fn(&[Value]) -> Vec<u8>) -> Form {
    Form {
        name,
        made_by,
        keeps: Keeps::Parameters,
        write,
    }
}

pub(super) const FORMS: &[Form] = &[
    whole("CloudTrail file", "CloudTrail's delivery to S3", |events| {
        json!({ "Records": events }).to_string().into()
    }),
    whole("CloudTrail file, gzip", "CloudTrail's delivery to S3", |events| {
        gzip(json!({ "Records": events }).to_string().as_bytes())
    }),
    whole(
        "Event history, JSON",
        "CloudTrail console: Download events as JSON",
        |events| pretty(&json!({ "Records": events })),
    ),
    whole("JSON lines", "`jq -c '.Records[]'`", |events| {
        lines(events, Value::to_string)
    }),
    whole("Array, pretty", "`jq -s`", |events| pretty(&json!(events))),
    whole("Arrays by name", "`jq` `group_by`, scripts", |events| {
        json!({"eu-central-1": events, "us-east-1": []})
            .to_string()
            .into()
    }),
    whole(
        "LookupEvents, pages joined",
        "`aws cloudtrail lookup-events` in a loop",
        |events| {
            events
                .iter()
                .flat_map(|event| pretty(&json!({"Events": [lookup(event)]})))
                .collect()
        },
    ),
    whole(
        "LookupEvents, text",
        "`aws cloudtrail lookup-events --output text`",
        |events| {
            lines(events, |event| {
                format!("EVENTS\tAKIA\t{event}\t{}\tuser\nRESOURCES\tx", event["eventID"])
            })
        },
    ),
    whole(
        "LookupEvents, YAML",
        "`aws cloudtrail lookup-events --output yaml`",
        |events| {
            let one = |event: &Value| {
                format!(
                    "- AccessKeyId: AKIA\n  CloudTrailEvent: '{}'\n  EventId: {}\n  ReadOnly: 'false'\n",
                    event.to_string().replace('\'', "''"),
                    event["eventID"]
                )
            };
            ("Events:\n".to_owned() + &events.iter().map(one).collect::<String>()).into()
        },
    ),
    whole(
        "LookupEvents, queried",
        "`--query 'Events[].CloudTrailEvent' --output text`",
        |events| {
            events
                .iter()
                .map(Value::to_string)
                .collect::<Vec<_>>()
                .join("\t")
                .into()
        },
    ),
    whole(
        "LookupEvents, PowerShell",
        "`Find-CTEvent \\| ConvertTo-Json >`",
        |events| {
            utf16(
                &String::from_utf8(pretty(&json!(events.iter().map(lookup).collect::<Vec<_>>()))).unwrap(),
                true,
            )
        },
    ),
    whole("UTF-16 without a mark", "files joined in Windows", |events| {
        utf16(&json!({ "Records": events }).to_string(), false)
    }),
    whole("LookupEvents, Python", "`print(event)` of boto3", |events| {
        lines(events, |event| {
            let text = event.to_string().replace('\\', "\\\\").replace('\'', "\\'");
            format!(
                "{{'CloudTrailEvent': '{text}', 'EventTime': datetime.datetime(2025, 11, 3, 7, 0)}}\n-----"
            )
        })
    }),
    whole("CloudWatch Logs, tail", "`aws logs tail GROUP`", |events| {
        lines(events, |event| {
            format!("2025-11-03T07:00:00.123000+00:00 444455556666_CloudTrail_eu-central-1 {event}")
        })
    }),
    whole(
        "CloudWatch Logs, filter",
        "`aws logs filter-log-events`",
        |events| {
            pretty(
                &json!({"events": events.iter().map(message).collect::<Vec<_>>(), "searchedLogStreams": []}),
            )
        },
    ),
    whole(
        "CloudWatch Logs, export to S3",
        "`aws logs create-export-task`",
        |events| lines(events, |event| format!("2025-11-03T07:00:00.123Z {event}")),
    ),
    whole(
        "CloudWatch Logs, subscription",
        "a Lambda function's event",
        |events| {
            let data = json!({"messageType": "DATA_MESSAGE", "owner": "444455556666", "logEvents": events.iter().map(message).collect::<Vec<_>>()});
            json!({"awslogs": {"data": base64::engine::general_purpose::STANDARD.encode(gzip(data.to_string().as_bytes()))}}).to_string().into()
        },
    ),
    whole(
        "Logs Insights, query results",
        "`aws logs get-query-results`",
        |events| {
            let row = |event: &Value| json!([{"field": "@timestamp", "value": "2025-11-03 07:00:00.000"}, {"field": "@message", "value": event.to_string()}, {"field": "@ptr", "value": "x"}]);
            pretty(&json!({"results": events.iter().map(row).collect::<Vec<_>>(), "status": "Complete"}))
        },
    ),
    whole(
        "Logs Insights, console JSON",
        "CloudWatch console: Export results",
        |events| {
            pretty(&json!(
                events
                    .iter()
                    .map(|event| json!({"@timestamp": "2025-11-03 07:00:00.000", "@message": event}))
                    .collect::<Vec<_>>()
            ))
        },
    ),
    whole(
        "EventBridge through SNS and SQS",
        "`aws sqs receive-message`",
        |events| {
            let one = |event: &Value| {
                let bridge = json!({"version": "0", "detail-type": "AWS API Call via CloudTrail", "source": "aws.iam", "detail": event});
                json!({"MessageId": "1", "Body": json!({"Type": "Notification", "TopicArn": "arn:aws:sns:x", "Message": bridge.to_string()}).to_string()})
            };
            json!({"Messages": events.iter().map(one).collect::<Vec<_>>()})
                .to_string()
                .into()
        },
    ),
    whole("CloudTrail Lake, eventJson", "saved query results", |events| {
        table(
            &["eventJson"],
            events.iter().map(|event| vec![event.to_string()]),
            ',',
        )
    }),
    whole(
        "CloudTrail Lake, query results",
        "`aws cloudtrail get-query-results`",
        |events| {
            pretty(
                &json!({"QueryStatus": "FINISHED", "QueryResultRows": events.iter().map(|event| json!([{"eventJson": event.to_string()}])).collect::<Vec<_>>()}),
            )
        },
    ),
    whole("Elastic, event.original", "elasticdump", |events| {
        lines(events, |event| {
            json!({"_index": "i", "_source": {"@timestamp": "2025-11-03T07:00:00Z", "event": {"action": event["eventName"], "original": event.to_string()}, "aws": {"cloudtrail": {"event_type": "AwsApiCall"}}}}).to_string()
        })
    }),
    whole("Elastic, search reply", "`_search`", |events| {
        pretty(
            &json!({"took": 1, "hits": {"total": {"value": 1}, "hits": events.iter().map(|event| json!({"_id": "x", "_source": {"message": event.to_string()}})).collect::<Vec<_>>()}}),
        )
    }),
    whole("Splunk, JSON", "Export results as JSON", |events| {
        lines(events, |event| {
            let mut result = flat(event, "", Map::new());
            result.insert("_raw".to_owned(), json!(event.to_string()));
            json!({"preview": false, "result": result}).to_string()
        })
    }),
    whole("Splunk, REST", "`services/search/jobs/SID/results`", |events| {
        json!({"preview": false, "fields": [{"name": "_raw"}], "results": events.iter().map(|event| json!({"_raw": event.to_string(), "host": "h"})).collect::<Vec<_>>()}).to_string().into()
    }),
    whole("Splunk, CSV", "Export results as CSV", |events| {
        table(
            &["_time", "_raw", "host"],
            events.iter().map(|event| {
                vec![
                    "2025-11-03T07:00:00.000+00:00".to_owned(),
                    event.to_string(),
                    "h".to_owned(),
                ]
            }),
            ',',
        )
    }),
    whole("Datadog archive", "log archives in S3", |events| {
        lines(events, |event| {
            json!({"_id": "x", "service": "cloudtrail", "attributes": event, "tags": ["env:prod"]})
                .to_string()
        })
    }),
    whole("Wazuh", "archives.json", |events| {
        lines(events, |event| {
            json!({"rule": {"level": 3}, "data": {"integration": "aws", "aws": event}}).to_string()
        })
    }),
    whole("Graylog", "export of messages", |events| {
        lines(events, |event| {
            json!({"full_message": event.to_string(), "gl2_source_input": "x", "level": 6}).to_string()
        })
    }),
    whole("Fluentd", "out_file", |events| {
        lines(events, |event| {
            format!("2025-11-03T07:00:00+00:00\taws.trail\t{event}")
        })
    }),
    whole("Syslog", "any forwarder", |events| {
        lines(events, |event| {
            format!("<134>Nov  3 07:00:00 host cloudtrail[12]: {event}")
        })
    }),
    whole("grep", "`zgrep -H`, `cloudgrep`", |events| {
        lines(events, |event| {
            format!("AWSLogs/444455556666/x.json.gz:{}", json!({"Records": [event]}))
        })
    }),
    extract("Athena, CSV", "query results of `SELECT *`", |events| {
        let columns = [
            "eventversion",
            "useridentity",
            "eventtime",
            "eventsource",
            "eventname",
            "awsregion",
            "sourceipaddress",
            "useragent",
            "errorcode",
            "requestparameters",
            "eventid",
            "readonly",
            "recipientaccountid",
        ];
        table(
            &columns,
            events
                .iter()
                .map(|event| columns.iter().map(|column| athena(event, column)).collect()),
            ',',
        )
    }),
    extract(
        "Athena, UNLOAD as JSON",
        "`UNLOAD … WITH (format='JSON')`",
        |events| {
            lines(events, |event| {
                let mut row = Map::new();
                for (name, value) in event.as_object().unwrap() {
                    let value = if name == "requestParameters" && value.is_object() {
                        json!(value.to_string())
                    } else {
                        lower(value, name == "userIdentity")
                    };
                    row.insert(name.to_ascii_lowercase(), value);
                }
                row.insert("errormessage".to_owned(), Value::Null);
                Value::Object(row).to_string()
            })
        },
    ),
    extract("Tailpipe", "rows as JSON lines", |events| {
        lines(events, |event| snake(event).to_string())
    }),
    extract("Security Lake, OCSF", "subscribers, SIEM exports", |events| {
        lines(events, |event| ocsf(event).to_string())
    }),
    extract(
        "Flattened fields",
        "Logs Insights, Kibana and Splunk tables",
        |events| {
            lines(events, |event| {
                Value::Object(flat(event, "", Map::new())).to_string()
            })
        },
    ),
    Form {
        name: "Event history, CSV",
        made_by: "CloudTrail console: Download events as CSV",
        keeps: Keeps::Names,
        write: |events| history(events, ','),
    },
    Form {
        name: "Event history, CSV with semicolons",
        made_by: "the same, saved by a spreadsheet",
        keeps: Keeps::Names,
        write: |events| [b"\xef\xbb\xbf".to_vec(), history(events, ';')].concat(),
    },
];

fn pretty(value: &Value) -> Vec<u8> {
    serde_json::to_vec_pretty(value).unwrap()
}

fn lines(events: &[Value], line: impl Fn(&Value) -> String) -> Vec<u8> {
    events
        .iter()
        .map(|event| line(event) + "\n")
        .collect::<String>()
        .into()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn utf16(text: &str, mark: bool) -> Vec<u8> {
    let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

fn lookup(event: &Value) -> Value {
    json!({"EventId": event["eventID"], "EventName": event["eventName"], "ReadOnly": "false", "EventTime": "/Date(1762153200000)/", "Username": "x", "Resources": [], "CloudTrailEvent": event.to_string()})
}

fn message(event: &Value) -> Value {
    json!({"id": "1", "timestamp": 1_762_153_200_000_u64, "message": event.to_string()})
}

fn table(columns: &[&str], rows: impl Iterator<Item = Vec<String>>, delimiter: char) -> Vec<u8> {
    let cell = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
    let join = |cells: Vec<String>| cells.join(&delimiter.to_string()) + "\r\n";
    let mut text = join(columns.iter().map(|name| cell(name)).collect());
    for row in rows {
        text += &join(row.iter().map(|value| cell(value)).collect());
    }
    text.into()
}

/// A value as a table engine writes a struct.
fn struct_text(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{}={}", name.to_ascii_lowercase(), struct_text(value)))
                .collect();
            format!("{{{}}}", members.join(", "))
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn athena(event: &Value, column: &str) -> String {
    let (name, value) = event
        .as_object()
        .unwrap()
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(column))
        .unwrap_or((&String::new(), &Value::Null))
        .to_owned_pair();
    match value {
        Value::Null => String::new(),
        value if name == "userIdentity" => struct_text(&value),
        Value::String(text) => text,
        value => value.to_string(),
    }
}

trait OwnedPair {
    fn to_owned_pair(self) -> (String, Value);
}

impl OwnedPair for (&String, &Value) {
    fn to_owned_pair(self) -> (String, Value) {
        (self.0.clone(), self.1.clone())
    }
}

fn lower(value: &Value, deep: bool) -> Value {
    match value {
        Value::Object(members) if deep => Value::Object(
            members
                .iter()
                .map(|(name, value)| (name.to_ascii_lowercase(), lower(value, true)))
                .collect(),
        ),
        other => other.clone(),
    }
}

fn snake_name(name: &str) -> String {
    let mut snake = String::new();
    let mut before = 'A';
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && before.is_ascii_lowercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
        before = letter;
    }
    snake
}

fn snake(event: &Value) -> Value {
    let below = |value: &Value| snake_below(value);
    let members = event.as_object().unwrap().iter().map(|(name, value)| {
        let value = if name == "userIdentity" {
            below(value)
        } else {
            value.clone()
        };
        (snake_name(name), value)
    });
    Value::Object(members.collect())
}

fn snake_below(value: &Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, value)| (snake_name(name), snake_below(value)))
                .collect(),
        ),
        other => other.clone(),
    }
}

/// Names of nested members joined by dots, lists with indices.
fn flat(value: &Value, path: &str, mut into: Map<String, Value>) -> Map<String, Value> {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                into = flat(value, &path, into);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                into = flat(item, &format!("{path}.{index}"), into);
            }
        }
        other => {
            into.insert(path.to_owned(), other.clone());
        }
    }
    into
}

fn ocsf(event: &Value) -> Value {
    let identity = &event["userIdentity"];
    json!({"metadata": {"product": {"version": event["eventVersion"], "name": "CloudTrail", "feature": {"name": "Management"}}, "uid": event["eventID"], "event_code": event["eventType"], "version": "1.1.0"},
        "class_uid": 6003, "activity_id": 1, "time_dt": event["eventTime"],
        "api": {"operation": event["eventName"], "service": {"name": event["eventSource"]}, "request": {"data": if event["requestParameters"].is_null() { Value::Null } else { json!(event["requestParameters"].to_string()) }, "uid": event["requestID"]}, "response": {"error": event["errorCode"]}},
        "cloud": {"region": event["awsRegion"], "account": {"uid": event["recipientAccountId"]}},
        "actor": {"user": {"type": identity["type"], "name": identity["userName"], "uid": identity["arn"], "uid_alt": identity["principalId"], "account": {"uid": identity["accountId"]}, "credential_uid": identity["accessKeyId"]},
            "session": {"issuer": identity["sessionContext"]["sessionIssuer"]["arn"], "created_dt": identity["sessionContext"]["attributes"]["creationDate"], "is_mfa": false}},
        "src_endpoint": {"ip": event["sourceIPAddress"]}, "http_request": {"user_agent": event["userAgent"]}, "unmapped": {"eventType": event["eventType"]}})
}

fn history(events: &[Value], delimiter: char) -> Vec<u8> {
    let columns = [
        "User name",
        "AWS access key",
        "Event time",
        "Event source",
        "Event name",
        "AWS region",
        "Source IP address",
        "User agent",
        "Error code",
        "Resources",
        "Request ID",
        "Event ID",
        "Read-only",
        "Event type",
        "Recipient Account Id",
        "Event Category",
    ];
    let text = |value: &Value| value.as_str().map_or_else(String::new, str::to_owned);
    let row = |event: &Value| {
        let identity = &event["userIdentity"];
        let members = [
            "eventTime",
            "eventSource",
            "eventName",
            "awsRegion",
            "sourceIPAddress",
            "userAgent",
            "errorCode",
        ];
        let mut cells = vec![text(&identity["userName"]), text(&identity["accessKeyId"])];
        cells.extend(members.iter().map(|name| text(&event[*name])));
        cells.extend([
            "[]".to_owned(),
            text(&event["requestID"]),
            text(&event["eventID"]),
            "false".to_owned(),
            "AwsApiCall".to_owned(),
            text(&event["recipientAccountId"]),
            "Management".to_owned(),
        ]);
        cells
    };
    table(
        &columns,
        events
            .iter()
            .filter(|event| event["userIdentity"]["type"] == "IAMUser")
            .map(row),
        delimiter,
    )
}
