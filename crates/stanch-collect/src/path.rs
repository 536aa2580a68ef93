//! Paths into answers, such as `Reservations[].Instances[].InstanceId`.
//!
//! `[]` steps into a list, `{}` into the values of a map. A path that leads nowhere finds nothing: an answer without a member
//! is no error. It must not know which service an answer is from.

use serde_json::Value;

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Member(String),
    Items,
    Values,
}

/// A path, taken apart once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Path(Vec<Step>);

impl Path {
    /// Reads a path. An empty one is the answer itself.
    pub(crate) fn parse(text: &str) -> Self {
        let mut steps = Vec::new();
        for part in text.split('.').filter(|part| !part.is_empty()) {
            let mut name = part;
            let mut behind = Vec::new();
            loop {
                if let Some(rest) = name.strip_suffix("[]") {
                    behind.push(Step::Items);
                    name = rest;
                } else if let Some(rest) = name.strip_suffix("{}") {
                    behind.push(Step::Values);
                    name = rest;
                } else {
                    break;
                }
            }
            if !name.is_empty() && name != "@" {
                steps.push(Step::Member(name.to_owned()));
            }
            steps.extend(behind.into_iter().rev());
        }
        Self(steps)
    }

    /// Everything that lies at the path, in the order of the answer. Nulls are nothing.
    pub(crate) fn find<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        let mut found = vec![value];
        for step in &self.0 {
            found = found
                .into_iter()
                .flat_map(|value| one_step(step, value))
                .collect();
        }
        found.retain(|value| !value.is_null());
        found
    }

    /// The first thing that lies at the path.
    pub(crate) fn first<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.find(value).into_iter().next()
    }
}

fn one_step<'v>(step: &Step, value: &'v Value) -> Vec<&'v Value> {
    match (step, value) {
        (Step::Member(name), Value::Object(members)) => members.get(name).into_iter().collect(),
        (Step::Items, Value::Array(items)) => items.iter().collect(),
        (Step::Values, Value::Object(members)) => members.values().collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(path: &str, value: &Value) -> String {
        let found = Path::parse(path).find(value);
        serde_json::to_string(&found).unwrap()
    }

    #[test]
    fn steps_lead_through_lists_and_maps() {
        let value = json!({"R": [{"I": [{"Id": "a"}, {"Id": null}]}, {"I": [{"Id": "b"}]}], "M": {"x": {"n": 1}, "y": {"n": 2}}, "T": ["t"]});
        assert_eq!(found("R[].I[].Id", &value), r#"["a","b"]"#);
        assert_eq!(found("M{}.n", &value), "[1,2]");
        assert_eq!(found("T[]", &value), r#"["t"]"#);
        assert_eq!(found("Nothing[].Here", &value), "[]");
        assert_eq!(found("@", &json!("t")), r#"["t"]"#);
        assert_eq!(found("", &json!(7)), "[7]");
        assert_eq!(found("A[][]", &json!({"A": [[1], [2]]})), "[1,2]");
    }
}
