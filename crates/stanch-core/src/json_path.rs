//! Paths into JSON: one language for plans, collectors, checks and rules.
//!
//! A path is data ([`Path`]), so that a name with dots or brackets in it can never lead elsewhere. As text, `.` steps into a
//! member, `[]` into every element of a list, `{}` into every value of a map. [`at`], [`text`] and [`crossing`] follow dotted
//! names without brackets and are for names written in code; [`dotted`] is the lookup of rules, whose keys may contain dots.
//! A path that leads nowhere finds nothing. It must not know which service a reply is from.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Most values that one lookup of a rule may lead to. A path that fans out further is cut there.
pub const VALUES_LIMIT: usize = 65_536;

/// One part of a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Into the member of an object.
    Member(String),
    /// Into every element of a list.
    Each,
    /// Into every value of a map.
    Values,
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
    /// Returns a path as written in code: see [`Self::parse`].
    #[must_use]
    pub fn of(text: &'static str) -> Self {
        Self::parse(text)
    }

    /// Parses a path: `User.PermissionsBoundary`, `Users[].UserName`, `Roles{}.Arn`; `@` is the value itself. For text of the
    /// program and of AWS's models, never for text from outside.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut parts = Vec::new();
        for part in text.split('.').filter(|part| !part.is_empty()) {
            let mut name = part;
            let mut behind = Vec::new();
            while let Some((rest, step)) = name
                .strip_suffix("[]")
                .map(|rest| (rest, Part::Each))
                .or_else(|| name.strip_suffix("{}").map(|rest| (rest, Part::Values)))
            {
                behind.push(step);
                name = rest;
            }
            if !name.is_empty() && name != "@" {
                parts.push(Part::Member(name.to_owned()));
            }
            parts.extend(behind.into_iter().rev());
        }
        Self(parts)
    }

    /// Returns the same path, with only those elements of the list it leads to whose member is this text.
    #[must_use]
    pub fn only(mut self, member: &str, is: &str) -> Self {
        self.0.push(Part::Each);
        self.and(member, is)
    }

    /// Returns the same path, with only those of the elements it leads to whose member is this text, number or truth value.
    #[must_use]
    pub fn and(mut self, member: &str, is: &str) -> Self {
        self.0.push(Part::Where {
            member: member.to_owned(),
            is: is.to_owned(),
        });
        self
    }

    /// Returns the same path, and on from there.
    #[must_use]
    pub fn then(mut self, text: &'static str) -> Self {
        self.0.extend(Self::of(text).0);
        self
    }

    /// Returns everything that lies at the path, in the order of the reply. Nulls are nothing.
    #[must_use]
    pub fn find<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        let mut found = vec![value];
        for part in &self.0 {
            found = found.into_iter().flat_map(|value| part.follow(value)).collect();
        }
        found.retain(|value| !value.is_null());
        found
    }

    /// Returns the first value that lies at the path.
    #[must_use]
    pub fn first<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.find(value).into_iter().next()
    }
}

impl Part {
    fn follow<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        match self {
            Self::Member(name) => value.get(name).into_iter().collect(),
            Self::Each => value.as_array().into_iter().flatten().collect(),
            Self::Values => value
                .as_object()
                .into_iter()
                .flat_map(|members| members.values())
                .collect(),
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

/// Returns the member at a path of names with dots; null when there is none. Lists are not opened.
#[must_use]
pub fn at<'v>(value: &'v Value, path: &str) -> &'v Value {
    const NONE: &Value = &Value::Null;
    if path.is_empty() {
        return value;
    }
    path.split('.')
        .try_fold(value, |value, name| value.get(name))
        .unwrap_or(NONE)
}

/// Returns the text at a path of names with dots; empty when there is none.
#[must_use]
pub fn text<'v>(value: &'v Value, path: &str) -> &'v str {
    at(value, path).as_str().unwrap_or_default()
}

/// Returns the elements of a list at a path of names with dots; none when there is no list.
pub fn elements<'v>(value: &'v Value, path: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    at(value, path).as_array().into_iter().flatten()
}

/// Returns everything at a path of names with dots, every list on the way opened: `Users` and `Users[]` are the same. Nulls are
/// nothing.
#[must_use]
pub fn crossing<'v>(value: &'v Value, path: &str) -> Vec<&'v Value> {
    let mut found = Vec::new();
    cross(value, path, &mut found);
    found
}

fn cross<'v>(value: &'v Value, path: &str, found: &mut Vec<&'v Value>) {
    if let Value::Array(elements) = value {
        for element in elements {
            cross(element, path, found);
        }
        return;
    }
    if path.is_empty() {
        if !value.is_null() {
            found.push(value);
        }
        return;
    }
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    if let Some(member) = value.get(name.trim_end_matches("[]")) {
        cross(member, rest, found);
    }
}

/// Returns every value that a dotted path of a rule leads to: lists are crossed, a number picks an element, and a key that
/// contains dots itself is found too.
#[must_use]
pub fn dotted<'v>(value: &'v Value, path: &str) -> Vec<&'v Value> {
    let mut found = Vec::new();
    follow_dotted(value, path, &mut found);
    found
}

fn follow_dotted<'v>(value: &'v Value, path: &str, found: &mut Vec<&'v Value>) {
    if found.len() >= VALUES_LIMIT {
        return;
    }
    match value {
        Value::Object(members) => {
            if let Some(member) = members.get(path) {
                found.push(member);
            }
            for (dot, _) in path.match_indices('.') {
                if let Some(member) = members.get(&path[..dot]) {
                    follow_dotted(member, &path[dot + 1..], found);
                }
            }
        }
        Value::Array(elements) => {
            let (first, rest) = path.split_once('.').unwrap_or((path, ""));
            if let Some(element) = first.parse().ok().and_then(|index: usize| elements.get(index)) {
                if rest.is_empty() {
                    found.push(element);
                } else {
                    follow_dotted(element, rest, found);
                }
            }
            for element in elements {
                follow_dotted(element, path, found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn elements_are_selected_by_several_members_numbers_and_truth_values_too() {
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

    #[test]
    fn brackets_step_into_lists_and_braces_into_maps() {
        let value = json!({"R": [{"I": [{"Id": "a"}, {"Id": null}]}, {"I": [{"Id": "b"}]}], "M": {"x": {"n": 1}, "y": {"n": 2}}, "T": ["t"]});
        for (path, found) in [
            ("R[].I[].Id", r#"["a","b"]"#),
            ("M{}.n", "[1,2]"),
            ("T[]", r#"["t"]"#),
            ("Nothing[].Here", "[]"),
        ] {
            let values = Path::of(path).find(&value);
            assert_eq!(serde_json::to_string(&values).unwrap(), found, "{path}");
        }
        assert_eq!(Path::of("@").first(&json!("t")), Some(&json!("t")));
        assert_eq!(Path::of("").first(&json!(7)), Some(&json!(7)));
        let nested = json!({"A": [[1], [2]]});
        assert_eq!(Path::of("A[][]").find(&nested), [&json!(1), &json!(2)]);
    }

    #[test]
    fn dotted_names_lead_to_members_and_lists_are_opened_where_asked() {
        let value = json!({"A": {"B": "x", "L": [{"N": 1}, {"N": [2, null]}]}, "D": null});
        assert_eq!(
            (text(&value, "A.B"), text(&value, "A.C"), at(&value, "D")),
            ("x", "", &Value::Null)
        );
        assert_eq!(crossing(&value, "A.L.N"), [&json!(1), &json!(2)]);
        assert_eq!(crossing(&value, "A.L[].N[]"), [&json!(1), &json!(2)]);
        assert_eq!(
            (elements(&value, "A.L").count(), elements(&value, "A.B").count()),
            (2, 0)
        );
        assert_eq!(at(&value, "A.L.N"), &Value::Null);
        assert!(crossing(&value, "D").is_empty());
    }

    #[test]
    fn lookups_of_rules_cross_objects_lists_and_keys_with_dots() {
        let root = json!({"a": {"items": [{"id": 1}, {"id": 2}]}, "b.c": {"d": 3}, "e": {"f.g": 4}});
        assert_eq!(dotted(&root, "a.items.id"), [&json!(1), &json!(2)]);
        assert_eq!(dotted(&root, "a.items.1.id"), [&json!(2)]);
        assert_eq!(dotted(&root, "b.c.d"), [&json!(3)]);
        assert_eq!(dotted(&root, "e.f.g"), [&json!(4)]);
        assert!(dotted(&root, "a.none").is_empty());
    }

    #[test]
    fn a_lookup_over_endless_lists_is_cut() {
        let elements: Vec<_> = (0..70_000).map(|number| json!({"id": number})).collect();
        assert_eq!(
            dotted(&json!({ "items": elements }), "items.id").len(),
            VALUES_LIMIT
        );
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics_and_a_name_leads_to_its_own_member(path in "[a-z.\\[\\]{}@]{0,12}", name in "\\PC{1,8}") {
            let value = json!({ name.clone(): [1, {"a": 2}] });
            for found in [Path::parse(&path).find(&value), crossing(&value, &path), dotted(&value, &path)] {
                proptest::prop_assert!(found.len() <= 8 && !found.contains(&at(&Value::Null, "x")));
            }
            proptest::prop_assert_eq!(Path(vec![Part::Member(name)]).find(&value).len(), 1);
        }
    }
}
