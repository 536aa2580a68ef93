//! Where a parameter's value comes from.
//!
//! | written | means |
//! |---|---|
//! | `UserName` or `A.B` | a member of the item that led here |
//! | `@` | the item itself |
//! | `^Name` | a parameter of the call that led here |
//! | `[]UserName`, `[]@`, `[]^Name` | the same in a list, gathered from as many items as a call takes |

use serde_json::{Map, Value};

use stanch_core::json_path::Path;

/// A source, taken apart once.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    place: Place,
    /// True when values are gathered in a list.
    pub(crate) gathers: bool,
}

#[derive(Debug, Clone)]
enum Place {
    Item(Path),
    Asked(Path),
}

impl Source {
    pub(crate) fn parse(text: &str) -> Self {
        let (gathers, text) = text.strip_prefix("[]").map_or((false, text), |rest| (true, rest));
        let place = text.strip_prefix('^').map_or_else(
            || Place::Item(Path::parse(text)),
            |rest| Place::Asked(Path::parse(rest)),
        );
        Self { place, gathers }
    }

    /// The value for an item, if it has it. `asked` are the parameters of the call that led here.
    pub(crate) fn value(&self, item: &Value, asked: &Value) -> Option<Value> {
        let found = match &self.place {
            Place::Item(path) => path.first(item),
            Place::Asked(path) => path.first(asked),
        };
        found
            .filter(|value| **value != Value::String(String::new()))
            .cloned()
    }
}

/// Puts a value at a path of parameters, making the objects on the way.
pub(crate) fn put(params: &mut Map<String, Value>, path: &str, value: Value) {
    let Some((first, rest)) = path.split_once('.') else {
        params.insert(path.to_owned(), value);
        return;
    };
    let below = params.entry(first).or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(members) = below {
        put(members, rest, value);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_come_from_the_item_or_the_call_before() {
        let item = json!({"Name": "x", "Deep": {"Id": 7}, "None": null, "Empty": ""});
        let asked = json!({"Parent": "p"});
        let value = |text| Source::parse(text).value(&item, &asked);
        assert_eq!(value("Name"), Some(json!("x")));
        assert_eq!(value("Deep.Id"), Some(json!(7)));
        assert_eq!(value("^Parent"), Some(json!("p")));
        assert_eq!(value("None"), None);
        assert_eq!(value("Empty"), None);
        assert_eq!(Source::parse("[]@").value(&json!("t"), &asked), Some(json!("t")));
        assert!(Source::parse("[]@").gathers && !Source::parse("@").gathers);
    }

    #[test]
    fn a_value_is_put_below_what_is_there() {
        let mut params = json!({"Filter": {"Key": "REGION"}}).as_object().unwrap().clone();
        put(&mut params, "Filter.Values", json!(["x"]));
        put(&mut params, "New.Deep", json!(1));
        assert_eq!(
            Value::Object(params),
            json!({"Filter": {"Key": "REGION", "Values": ["x"]}, "New": {"Deep": 1}})
        );
    }
}
