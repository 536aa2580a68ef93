//! Flattened fields and struct text folded back into the objects they came from.
//!
//! Exports write `userIdentity.arn` as one name, and table engines write an object as `{type=IAMUser, arn=…}`. It must
//! not know CloudTrail's names.

use serde_json::{Map, Value};

/// Number of parts of a flattened name.
const PARTS: usize = 16;
/// Largest index of an array in a flattened name.
const INDEX: usize = 1000;
/// Nesting of struct text.
const DEPTH: usize = 32;

/// Folds members whose names have several parts (`a.b.c`, `a.b{}.c`, `a.b[0].c`, `a.b.0.c`) into objects, where the
/// first part is one that `is_head` knows.
pub(crate) fn fold(members: Map<String, Value>, is_head: &dyn Fn(&str) -> bool) -> Map<String, Value> {
    let is_flat = |name: &str| {
        name.split_once(['.', '{', '['])
            .is_some_and(|(head, _)| is_head(head))
    };
    if !members.keys().any(|name| is_flat(name)) {
        return members;
    }
    let (flat, mut folded): (Vec<_>, Map<String, Value>) = {
        let mut flat = Vec::new();
        let mut rest = Map::new();
        for (name, value) in members {
            if is_flat(&name) {
                flat.push((name, value));
            } else {
                rest.insert(name, value);
            }
        }
        (flat, rest)
    };
    for (name, value) in flat {
        let parts = parts(&name);
        if parts.len() > PARTS || value.is_null() {
            continue;
        }
        // A flattened member next to the whole object adds nothing to it.
        let head = folded.get(&parts[0].name);
        if head.is_some_and(Value::is_string) {
            continue;
        }
        put(&mut folded, &parts, value);
    }
    folded
}

/// One part of a flattened name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    name: String,
    /// The value is an array: all of it, or the item of this index.
    array: Option<Option<usize>>,
}

fn parts(name: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for piece in name.split('.') {
        let (plain, array) = if let Some(plain) = piece.strip_suffix("{}") {
            (plain, Some(None))
        } else if let Some((plain, index)) = piece.strip_suffix(']').and_then(|piece| piece.split_once('[')) {
            (plain, Some(index.parse().ok().filter(|index| *index < INDEX)))
        } else {
            (piece, None)
        };
        let index = piece.parse::<usize>().ok().filter(|index| *index < INDEX);
        match (index, parts.last_mut()) {
            (Some(index), Some(last)) if last.array.is_none() => last.array = Some(Some(index)),
            _ => parts.push(Part {
                name: plain.to_owned(),
                array,
            }),
        }
    }
    parts
}

fn put(members: &mut Map<String, Value>, parts: &[Part], value: Value) {
    let Some((first, rest)) = parts.split_first() else {
        return;
    };
    match first.array {
        None if rest.is_empty() => {
            members.entry(first.name.clone()).or_insert(value);
        }
        None => {
            let entry = members.entry(first.name.clone());
            if let Value::Object(inner) = entry.or_insert_with(|| Value::Object(Map::new())) {
                put(inner, rest, value);
            }
        }
        Some(index) => {
            let entry = members.entry(first.name.clone());
            let Value::Array(items) = entry.or_insert_with(|| Value::Array(Vec::new())) else {
                return;
            };
            // One column of an array of objects is a list: one value for each item.
            let values = match (index, value) {
                (None, Value::Array(values)) => values.into_iter().take(INDEX).enumerate().collect(),
                (index, value) => vec![(index.unwrap_or(0), value)],
            };
            for (index, value) in values {
                while items.len() <= index {
                    items.push(Value::Null);
                }
                if rest.is_empty() {
                    items[index] = value;
                    continue;
                }
                if !items[index].is_object() {
                    items[index] = Value::Object(Map::new());
                }
                if let Value::Object(inner) = &mut items[index] {
                    put(inner, rest, value);
                }
            }
        }
    }
}

/// Reads an object written as text: as JSON, or as table engines write a struct, `{name=value, name={…}, name=[…]}`.
pub(crate) fn object_of_text(text: &str) -> Option<Value> {
    let text = text.trim();
    if !text.starts_with('{') || !text.ends_with('}') {
        return None;
    }
    if let Ok(value @ Value::Object(_)) = serde_json::from_str(text) {
        return Some(value);
    }
    let mut reader = StructText { rest: text };
    let value = reader.value(0)?;
    (reader.rest.is_empty() && value.is_object()).then_some(value)
}

struct StructText<'t> {
    rest: &'t str,
}

impl StructText<'_> {
    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > DEPTH {
            return None;
        }
        if let Some(rest) = self.rest.strip_prefix('{') {
            self.rest = rest;
            return self.members(depth);
        }
        if let Some(rest) = self.rest.strip_prefix('[') {
            self.rest = rest;
            return self.items(depth);
        }
        Some(self.plain())
    }

    fn members(&mut self, depth: usize) -> Option<Value> {
        let mut members = Map::new();
        loop {
            self.rest = self.rest.trim_start();
            if let Some(rest) = self.rest.strip_prefix('}') {
                self.rest = rest;
                return Some(Value::Object(members));
            }
            let equals = name_length(self.rest)?;
            let name = self.rest[..equals].to_owned();
            self.rest = &self.rest[equals + 1..];
            let value = self.value(depth + 1)?;
            if !value.is_null() {
                members.insert(name, value);
            }
            self.rest = self.rest.strip_prefix(',').unwrap_or(self.rest);
        }
    }

    fn items(&mut self, depth: usize) -> Option<Value> {
        let mut items = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            if let Some(rest) = self.rest.strip_prefix(']') {
                self.rest = rest;
                return Some(Value::Array(items));
            }
            if self.rest.is_empty() {
                return None;
            }
            items.push(self.value(depth + 1)?);
            self.rest = self.rest.strip_prefix(',').unwrap_or(self.rest);
        }
    }

    /// Text up to the bracket that closes around it, or up to a comma that a further `name=` follows.
    fn plain(&mut self) -> Value {
        let mut open = 0_usize;
        let mut end = self.rest.len();
        for (at, character) in self.rest.char_indices() {
            match character {
                '{' | '[' => open += 1,
                '}' | ']' if open == 0 => {
                    end = at;
                    break;
                }
                '}' | ']' => open -= 1,
                ',' if open == 0 && begins_name(&self.rest[at + 1..]) => {
                    end = at;
                    break;
                }
                _ => {}
            }
        }
        let text = &self.rest[..end];
        self.rest = &self.rest[end..];
        match text {
            "null" | "" => Value::Null,
            text => Value::from(text),
        }
    }
}

/// Length of the name at the start of `text`, if an equals sign follows it.
fn name_length(text: &str) -> Option<usize> {
    let equals = text.find('=')?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:/@ ".contains(&byte);
    (equals > 0 && equals <= 128 && text[..equals].bytes().all(is_name)).then_some(equals)
}

/// Names of users may hold commas and equals signs, but no space, which stands behind the comma between members.
fn begins_name(text: &str) -> bool {
    let Some(text) = text.strip_prefix(' ') else {
        return false;
    };
    let length = text
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let length = length.count();
    length > 0 && text[length..].starts_with('=') || text.starts_with('{')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn flattened_names_become_objects_and_arrays() {
        let Value::Object(flat) = json!({
            "who.arn": "arn:x", "who.session.issuer.arn": "arn:y", "who.session.empty": null, "plain": 1,
            "ask.items{}.id": ["a", "b"], "ask.items{}.size": [1, 2], "ask.one{}": "x", "ask.list.0.k": "v",
            "other.name": "kept"
        }) else {
            panic!()
        };
        let folded = fold(flat, &|head| matches!(head, "who" | "ask"));
        assert_eq!(
            Value::Object(folded),
            json!({
                "plain": 1, "other.name": "kept",
                "who": {"arn": "arn:x", "session": {"issuer": {"arn": "arn:y"}}},
                "ask": {"items": [{"id": "a", "size": 1}, {"id": "b", "size": 2}], "one": ["x"], "list": [{"k": "v"}]}
            })
        );
    }

    #[test]
    fn struct_text_is_read_with_commas_equals_and_nesting() {
        let text = "{type=AssumedRole, principalid=AROA:a, b, arn=arn:aws:sts::1:assumed-role/x/y=z, accountid=null, \
                    sessioncontext={attributes={mfaauthenticated=false}, sessionissuer={arn=arn:r}}, tags=[a, {k=v}]}";
        assert_eq!(
            object_of_text(text),
            Some(json!({
                "type": "AssumedRole", "principalid": "AROA:a, b", "arn": "arn:aws:sts::1:assumed-role/x/y=z",
                "sessioncontext": {"attributes": {"mfaauthenticated": "false"}, "sessionissuer": {"arn": "arn:r"}},
                "tags": ["a", {"k": "v"}]
            }))
        );
        assert_eq!(object_of_text(r#"{"a":1}"#), Some(json!({"a": 1})));
        for text in ["", "{", "{a}", "{a=1", "a=1", "{a=1} x"] {
            assert_eq!(object_of_text(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn struct_text_never_panics(text in "\\PC*|[{}\\[\\]=, a-c]{0,60}") {
            drop(object_of_text(&text));
        }
    }
}
