//! Looking into JSON text without taking it apart.
//!
//! For text that a parser has been over already: it must be well-formed. It must not know what the members mean.

/// Result of looking for a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Glance<'t> {
    /// It, as it stands there: the JSON of a member, or the letters of a text.
    Found(&'t str),
    /// No such member, or one that is no text where a text was looked for.
    None,
    /// Only a parser can tell: there are escapes.
    Unclear,
}

/// A text member of an object, by name. Of members that repeat, the last counts.
pub(crate) fn text_member<'t>(object: &'t str, name: &str) -> Glance<'t> {
    match member(object, name) {
        Glance::Found(json) => match json.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
            Some(text) if text.contains('\\') => Glance::Unclear,
            Some(text) => Glance::Found(text),
            None => Glance::None,
        },
        other => other,
    }
}

/// The JSON of a member of an object, by name. Of members that repeat, the last counts.
pub(crate) fn member<'t>(object: &'t str, name: &str) -> Glance<'t> {
    let bytes = object.as_bytes();
    let mut found = Glance::None;
    let mut at = match space(bytes, 0) {
        start if bytes.get(start) == Some(&b'{') => space(bytes, start + 1),
        _ => return Glance::None,
    };
    while bytes.get(at) == Some(&b'"') {
        let Some(key_end) = string_end(bytes, at) else {
            return Glance::Unclear;
        };
        let key = &object[at + 1..key_end - 1];
        let colon = space(bytes, key_end);
        if bytes.get(colon) != Some(&b':') {
            return Glance::Unclear;
        }
        let value = space(bytes, colon + 1);
        let Some(end) = value_end(bytes, value) else {
            return Glance::Unclear;
        };
        if key.contains('\\') {
            return Glance::Unclear;
        }
        if key == name {
            found = Glance::Found(&object[value..end]);
        }
        let next = space(bytes, end);
        if bytes.get(next) != Some(&b',') {
            return found;
        }
        at = space(bytes, next + 1);
    }
    found
}

fn space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
        at += 1;
    }
    at
}

/// The place behind the string that begins at `at`.
fn string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    at += 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// The place behind the value that begins at `at`.
fn value_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    loop {
        match bytes.get(at)? {
            b'"' => at = string_end(bytes, at)?,
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' if depth == 0 => return Some(at),
            b'}' | b']' => {
                depth -= 1;
                at += 1;
            }
            b',' if depth == 0 => return Some(at),
            b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => return Some(at),
            _ => at += 1,
        }
        if depth == 0 && matches!(bytes[at - 1], b'"' | b'}' | b']') {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_text_is_found_as_it_stands() {
        let object = r#" { "a" : {"name":"inner"}, "b":[1,{"name":"x"}], "name" : "one", "n":1e5,"name":"two","c":null } "#;
        assert_eq!(text_member(object, "name"), Glance::Found("two"));
        assert_eq!(text_member(object, "n"), Glance::None);
        assert_eq!(text_member(object, "inner"), Glance::None);
        assert_eq!(text_member(r#"{"name":"a\"b"}"#, "name"), Glance::Unclear);
        assert_eq!(text_member(r#"{"n\u0061me":"b"}"#, "name"), Glance::Unclear);
        assert_eq!(text_member("[]", "name"), Glance::None);
        assert_eq!(text_member("{}", "name"), Glance::None);
        assert_eq!(member("{\"name\"é1,", "name"), Glance::Unclear);
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(json!(null)),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[a-c\"\\\\{}\\[\\],: é]{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::hash_map("[a-c]{1,2}", inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_agrees_with_a_parser(value in value(), name in "[a-c]{1,2}", pretty: bool) {
            let text = if pretty { format!("{value:#}") } else { value.to_string() };
            let expected = value.get(&name).and_then(Value::as_str);
            match text_member(&text, &name) {
                Glance::Found(found) => prop_assert_eq!(Some(found), expected),
                Glance::None => prop_assert_eq!(None, expected),
                Glance::Unclear => prop_assert!(text.contains('\\')),
            }
        }

        #[test]
        fn a_member_of_any_kind_is_the_parser_s(value in value(), name in "[a-c]{1,2}", pretty: bool) {
            let text = if pretty { format!("{value:#}") } else { value.to_string() };
            match member(&text, &name) {
                Glance::Found(json) => {
                    let parsed: Value = serde_json::from_str(json).unwrap();
                    prop_assert_eq!(Some(&parsed), value.get(&name));
                }
                Glance::None => prop_assert_eq!(None, value.get(&name)),
                Glance::Unclear => prop_assert!(text.contains('\\')),
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC*|[\"\\\\{}\\[\\],:a ]*", name in "a?") {
            let _ = text_member(&text, &name);
        }
    }
}
