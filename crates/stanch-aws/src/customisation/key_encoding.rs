//! S3 keys may hold characters that XML can't: they are asked for percent-encoded and decoded again.

use serde_json::{Map, Value};

use crate::model::service::Operation;
use crate::protocol::uri;

/// Where a list of keys has them: members at the top, and lists with their member.
struct Places {
    top: &'static [&'static str],
    below: &'static [(&'static str, &'static str)],
}

fn places(operation: &Operation) -> Option<Places> {
    match operation.name.as_str() {
        "ListObjects" => Some(Places {
            top: &["Delimiter", "Marker", "NextMarker", "Prefix"],
            below: &[("Contents", "Key"), ("CommonPrefixes", "Prefix")],
        }),
        "ListObjectsV2" => Some(Places {
            top: &["Delimiter", "Prefix", "StartAfter"],
            below: &[("Contents", "Key"), ("CommonPrefixes", "Prefix")],
        }),
        "ListObjectVersions" => Some(Places {
            top: &["KeyMarker", "NextKeyMarker", "Prefix", "Delimiter"],
            below: &[
                ("Versions", "Key"),
                ("DeleteMarkers", "Key"),
                ("CommonPrefixes", "Prefix"),
            ],
        }),
        _ => None,
    }
}

/// What stands for "asked for by Stanch, not by the caller"; the service takes either case.
const OURS: &str = "url";

/// Asks for the encoding where the caller doesn't.
pub fn before(operation: &Operation, params: &mut Map<String, Value>) {
    if places(operation).is_some() && !params.contains_key("EncodingType") {
        params.insert("EncodingType".to_owned(), Value::String(OURS.to_owned()));
    }
}

/// Decodes what came encoded: also where the caller asked for it, since the next page begins with the plain key.
pub fn after(operation: &Operation, params: &Value, value: &mut Value) {
    let asked = params.get("EncodingType").and_then(Value::as_str) == Some(OURS);
    let encoded = value.get("EncodingType").and_then(Value::as_str) == Some(OURS);
    let Some(places) = places(operation).filter(|_| asked && encoded) else {
        return;
    };
    let decode = |value: Option<&mut Value>| {
        if let Some(Value::String(text)) = value {
            // S3 writes a blank as a plus sign here and a plus sign as %2B.
            *text = uri::decode(&text.replace('+', "%20"));
        }
    };
    for name in places.top {
        decode(value.get_mut(*name));
    }
    for (list, name) in places.below {
        for item in value
            .get_mut(*list)
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            decode(item.get_mut(*name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{read, write};
    use serde_json::json;

    #[test]
    fn keys_come_back_plain() {
        let bucket = json!({"Bucket": "b"});
        assert_eq!(
            write("s3", "ListObjectsV2", &bucket).target(),
            "/?list-type=2&encoding-type=url"
        );
        let body = "<ListBucketResult><EncodingType>url</EncodingType><Prefix>a%2F</Prefix>\
            <Contents><Key>a%2Fb+c%2B%0A</Key></Contents></ListBucketResult>";
        let value = read("s3", "ListObjectsV2", &bucket, body).unwrap();
        assert_eq!(value["Prefix"], "a/");
        assert_eq!(value["Contents"][0]["Key"], "a/b c+\n");
    }
}
