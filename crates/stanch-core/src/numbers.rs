//! JSON with numbers that no number of this program can hold.
//!
//! Such a number is valid JSON, but the parser refuses it and with it everything around it, so that one of them would
//! hide a whole record's details. It must not know what the JSON says.

use serde_json::Value;

/// JSON text as a value; a number beyond every bound is the text it is written as. What can't be parsed all the same
/// (or nests deeper than 128) is `Null`.
pub(crate) fn parse(text: &str) -> Value {
    serde_json::from_str(text)
        .or_else(|_| serde_json::from_str(&huge_as_text(text)))
        .unwrap_or(Value::Null)
}

/// Puts quotes around each number that is too large.
fn huge_as_text(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + 16);
    let mut rest = json;
    while let Some(at) =
        rest.find(|character: char| character == '"' || character == '-' || character.is_ascii_digit())
    {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = if rest.starts_with('"') {
            string_length(rest)
        } else {
            rest.find(|character: char| !matches!(character, '0'..='9' | '+' | '-' | '.' | 'e' | 'E'))
                .unwrap_or(rest.len())
        };
        let token = &rest[..length];
        if token.parse().is_ok_and(f64::is_infinite) {
            out.extend(["\"", token, "\""]);
        } else {
            out.push_str(token);
        }
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

/// The length of the JSON string that the text begins with, quotes included.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |end| end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_too_large_is_text_and_hides_nothing() {
        let value = parse(r#"{"a":1e999,"b":[-1e999,1.5,"1e999 \" 1e999"],"c":{"d":"x"},"e":1e999}"#);
        assert_eq!(
            value.to_string(),
            r#"{"a":"1e999","b":["-1e999",1.5,"1e999 \" 1e999"],"c":{"d":"x"},"e":"1e999"}"#
        );
        let long = "9".repeat(400);
        assert_eq!(parse(&format!("[{long}]"))[0], long);
        assert_eq!(parse("[1e999"), Value::Null);
        assert_eq!(parse("{oops 1e999}"), Value::Null);
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics_and_what_is_json_is_read_as_it_is(text in r#"([\[\]{}",:\\é]|[0-9]{1,3}|e|-|1e999|"a":)*"#) {
            let plain: Option<Value> = serde_json::from_str(&text).ok();
            let read = parse(&text);
            proptest::prop_assert!(plain.is_none_or(|plain| plain == read));
        }
    }
}
