//! Where something lies in a reply: a path as data, so that a name with dots or brackets in it can never lead elsewhere.
//!
//! It must not know which service a reply is from.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One part of a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Into the member of an object.
    Member(String),
    /// Into every element of a list.
    Each,
    /// Only elements whose member is this text, or a number or truth value that is written so.
    Where {
        /// The member.
        member: String,
        /// Its text.
        is: String,
    },
}

/// A path into a reply. An empty one is the reply itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Path(pub Vec<Part>);

impl Path {
    /// A path as it is written in code: `User.PermissionsBoundary`, `Users[].UserName`. Never for text from outside.
    #[must_use]
    pub fn of(text: &'static str) -> Self {
        let mut parts = Vec::new();
        for part in text.split('.').filter(|part| !part.is_empty()) {
            let name = part.trim_end_matches("[]");
            if !name.is_empty() {
                parts.push(Part::Member(name.to_owned()));
            }
            parts.extend(std::iter::repeat_n(Part::Each, (part.len() - name.len()) / 2));
        }
        Self(parts)
    }

    /// The same path, with only those elements of the list it leads to whose member is this text.
    #[must_use]
    pub fn only(mut self, member: &str, is: &str) -> Self {
        self.0.push(Part::Each);
        self.0.push(Part::Where {
            member: member.to_owned(),
            is: is.to_owned(),
        });
        self
    }

    /// The same path, with only those of the elements it leads to whose member is this text, number or truth value.
    #[must_use]
    pub fn and(mut self, member: &str, is: &str) -> Self {
        self.0.push(Part::Where {
            member: member.to_owned(),
            is: is.to_owned(),
        });
        self
    }

    /// The same path, and on from there.
    #[must_use]
    pub fn then(mut self, text: &'static str) -> Self {
        self.0.extend(Self::of(text).0);
        self
    }

    /// Everything that lies at the path, in the order of the reply. Nulls are nothing.
    #[must_use]
    pub fn find<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        let mut found = vec![value];
        for part in &self.0 {
            found = found.into_iter().flat_map(|value| part.follow(value)).collect();
        }
        found.retain(|value| !value.is_null());
        found
    }
}

impl Part {
    fn follow<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        match self {
            Self::Member(name) => value.get(name).into_iter().collect(),
            Self::Each => value.as_array().into_iter().flatten().collect(),
            Self::Where { member, is } => {
                let fits = value.get(member).is_some_and(|value| match value {
                    Value::String(text) => text == is,
                    Value::Bool(truth) => is == if *truth { "true" } else { "false" },
                    Value::Number(number) => number.to_string().as_str() == is,
                    _ => false,
                });
                fits.then_some(value).into_iter().collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn elements_are_told_by_several_members_numbers_and_truth_values_too() {
        let rules = json!({"Rules": [{"Port": 22, "From": "all", "Out": false, "Id": 1}, {"Port": 3389, "From": "all", "Out": false, "Id": 2},
            {"Port": 22, "From": "all", "Out": true, "Id": 3}, {"Port": "22", "From": null, "Id": 4}]});
        let of = |path: Path| {
            path.then("Id")
                .find(&rules)
                .into_iter()
                .cloned()
                .collect::<Vec<_>>()
        };
        let ours = Path::of("Rules[]").and("Port", "22").and("From", "all");
        assert_eq!(of(ours.clone().and("Out", "false")), [json!(1)]);
        assert_eq!(of(ours), [json!(1), json!(3)]);
        assert!(of(Path::of("Rules[]").and("From", "null")).is_empty());
    }

    #[test]
    fn a_path_finds_what_lies_there_and_nothing_else() {
        let reply = json!({"Keys": [{"Id": "a.b[]", "Status": "Active"}, {"Id": "c", "Status": "Inactive"}, {"Id": null}]});
        let status = Path::of("Keys").only("Id", "a.b[]").then("Status");
        assert_eq!(status.find(&reply), [&json!("Active")]);
        assert_eq!(Path::of("Keys[].Id").find(&reply), [&json!("a.b[]"), &json!("c")]);
        assert!(Path::of("Nothing.here").find(&reply).is_empty());
        assert_eq!(Path::default().find(&reply), [&reply]);
    }
}
