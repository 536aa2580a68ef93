//! Differences between two snapshots: things created, deleted or changed, and what is known in only one of them.
//!
//! A thing that can't be seen any more is never told as gone. Things are told apart by what names them (ARN, id, name), not by
//! their place in a list. It must not judge a difference.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;
use stanch_core::snapshot::canonical;
use stanch_core::{AccountId, OperationName, Reading, RegionName, ServiceName};

use crate::error::CollectError;
use crate::shelf::BookKey;
use crate::snapshot::{Snapshot, Wanted};

/// The most differences that are listed; all are counted.
pub const LISTED: usize = 10_000;
/// Depth to which lists are searched in a reply: `Reservations[].Instances[]` is the second level.
const DEPTH: usize = 3;

/// Kind of difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It is there now and was not.
    Added,
    /// It was there and is not.
    Gone,
    /// It is there in both and not the same.
    Changed,
    /// It was known and is not: denied, failed or not asked now.
    NoLongerKnown,
    /// It is known now and was not.
    NowKnown,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Difference {
    /// The account.
    pub account: AccountId,
    /// The region.
    pub region: RegionName,
    /// The service.
    pub service: ServiceName,
    /// The operation that tells of it.
    pub operation: OperationName,
    /// The parameters of the call, as JSON with sorted members.
    pub params: String,
    /// Kind of difference.
    pub kind: Kind,
    /// Where in the reply, such as `Users[]`; empty for the reply as a whole.
    pub path: String,
    /// Name of the thing, bounded and safe to show; empty for the reply as a whole.
    pub thing: String,
    /// For a change, the members that differ.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<String>,
}

/// All differences.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Differences {
    /// The first of them, sorted by account, region, service, operation.
    pub listed: Vec<Difference>,
    /// Number of each kind.
    pub counts: BTreeMap<Kind, u64>,
}

impl Differences {
    /// Returns true when there are more than are listed.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.counts.values().sum::<u64>() > self.listed.len() as u64
    }

    fn add(&mut self, difference: Difference) {
        *self.counts.entry(difference.kind).or_default() += 1;
        if self.listed.len() < LISTED {
            self.listed.push(difference);
        }
    }
}

/// Compares two snapshots, the earlier first.
///
/// # Errors
/// When one can't be read.
pub fn diff(earlier: &Snapshot, later: &Snapshot) -> Result<Differences, CollectError> {
    let mut differences = Differences::default();
    let mut keys: Vec<_> = earlier.books().chain(later.books()).cloned().collect();
    keys.sort();
    keys.dedup();
    let (unknown_before, unknown_after) = (Unknown::of(earlier)?, Unknown::of(later)?);
    for key in keys {
        let mut before = book(earlier, &key)?;
        let mut found = Vec::new();
        for (name, after) in book(later, &key)? {
            match before.remove(&name) {
                Some(before) => compare(&before, &after, &mut found),
                None if unknown_before.holds(&key, &after) => whole(&after, Kind::NowKnown, &mut found),
                None => {}
            }
        }
        for reading in before.values() {
            if unknown_after.holds(&key, reading) {
                whole(reading, Kind::NoLongerKnown, &mut found);
            }
        }
        found.sort();
        for difference in found {
            differences.add(difference);
        }
    }
    Ok(differences)
}

/// Gaps of a snapshot.
struct Unknown {
    /// Operations of which calls are missing, by account, region, service.
    operations: BTreeSet<(AccountId, RegionName, ServiceName, OperationName)>,
    /// Calls that were read.
    books: BTreeSet<BookKey>,
}

impl Unknown {
    fn of(snapshot: &Snapshot) -> Result<Self, CollectError> {
        let rows = snapshot
            .coverage()?
            .rows
            .into_iter()
            .filter(|row| !row.is_known());
        Ok(Self {
            operations: rows
                .map(|row| (row.account, row.region, row.service, row.operation))
                .collect(),
            books: snapshot.books().cloned().collect(),
        })
    }

    /// Whether the snapshot lacks a call because it could not be made, not because what it was about is not there: that is
    /// told by the list which led to the call.
    fn holds(&self, key: &BookKey, reading: &Reading) -> bool {
        let place = (
            reading.account.clone(),
            reading.region.clone(),
            reading.service.clone(),
            reading.operation.clone(),
        );
        !self.books.contains(key) || self.operations.contains(&place)
    }
}

type Book = BTreeMap<(OperationName, String), Reading>;

fn book(snapshot: &Snapshot, key: &BookKey) -> Result<Book, CollectError> {
    let mut book = Book::new();
    let wanted = Wanted {
        account: Some(key.0.as_str().into()),
        region: Some(key.1.as_str().into()),
        service: Some(key.2.as_str().into()),
        operation: None,
    };
    snapshot.each(&wanted, |reading| {
        book.insert((reading.operation.clone(), canonical(&reading.params)), reading);
        Ok::<(), CollectError>(())
    })?;
    Ok(book)
}

fn difference(reading: &Reading, kind: Kind) -> Difference {
    Difference {
        account: reading.account.clone(),
        region: reading.region.clone(),
        service: reading.service.clone(),
        operation: reading.operation.clone(),
        params: stanch_core::text::bounded(&canonical(&reading.params), 500),
        kind,
        path: String::new(),
        thing: String::new(),
        members: Vec::new(),
    }
}

/// A call that was made in one of the snapshots only. One that brought no answer told nothing.
fn whole(reading: &Reading, kind: Kind, found: &mut Vec<Difference>) {
    if reading.outcome.is_known() {
        found.push(difference(reading, kind));
    }
}

fn compare(before: &Reading, after: &Reading, found: &mut Vec<Difference>) {
    match (before.outcome.is_known(), after.outcome.is_known()) {
        (false, false) => return,
        (true, false) => return found.push(difference(after, Kind::NoLongerKnown)),
        (false, true) => return found.push(difference(after, Kind::NowKnown)),
        (true, true) => {}
    }
    if before.body == after.body && before.outcome == after.outcome {
        return;
    }
    let mut things = Vec::new();
    compare_values("", &before.body, &after.body, 0, &mut things);
    for (kind, path, thing, members) in things {
        found.push(Difference {
            path,
            thing: stanch_core::text::shown(&thing, 300),
            members,
            ..difference(after, kind)
        });
    }
}

/// A kind of difference, the path, the thing and the members.
type Found = (Kind, String, String, Vec<String>);

fn compare_values(path: &str, before: &Value, after: &Value, depth: usize, found: &mut Vec<Found>) {
    let nothing = Value::Null;
    match (before, after) {
        _ if sorted_equal(before, after) => {}
        (Value::Object(one), Value::Object(other)) => {
            let mut own = Vec::new();
            let mut names: Vec<_> = one.keys().chain(other.keys()).collect();
            names.sort();
            names.dedup();
            for name in names {
                let before = one.get(name).unwrap_or(&nothing);
                let after = other.get(name).unwrap_or(&nothing);
                let is_list = before.is_array() || after.is_array();
                if is_list && depth < DEPTH {
                    compare_values(&joined(path, name), before, after, depth + 1, found);
                } else if !sorted_equal(before, after) {
                    own.push(name.clone());
                }
            }
            if !own.is_empty() {
                found.push((Kind::Changed, path.to_owned(), String::new(), own));
            }
        }
        (Value::Array(_) | Value::Null, Value::Array(_) | Value::Null) => {
            compare_lists(&format!("{path}[]"), before, after, depth, found);
        }
        _ => found.push((Kind::Changed, path.to_owned(), String::new(), Vec::new())),
    }
}

fn compare_lists(path: &str, before: &Value, after: &Value, depth: usize, found: &mut Vec<Found>) {
    let mut before = by_name(before);
    for (name, after) in by_name(after) {
        let Some(before) = before.remove(&name) else {
            found.push((Kind::Added, path.to_owned(), name.0, Vec::new()));
            continue;
        };
        if sorted_equal(before, after) {
            continue;
        }
        let mut inner = Vec::new();
        compare_values("", before, after, depth, &mut inner);
        for (kind, below, thing, members) in inner {
            // What lies within a thing is told under the thing's name.
            let (below, thing) = match (below.as_str(), thing.as_str()) {
                ("", _) => (path.to_owned(), name.0.clone()),
                (below, "") => (format!("{path}.{below}"), name.0.clone()),
                (below, thing) => (format!("{path}.{below}"), format!("{} {thing}", name.0)),
            };
            found.push((kind, below, thing, members));
        }
    }
    for (name, _) in before.into_keys().map(|name| (name.0, ())) {
        found.push((Kind::Gone, path.to_owned(), name, Vec::new()));
    }
}

/// Things by what names them; a second of the same name counts on.
fn by_name(list: &Value) -> BTreeMap<(String, usize), &Value> {
    let mut things = BTreeMap::new();
    for item in list.as_array().into_iter().flatten() {
        let name = name_of(item);
        let mut count = 0;
        while things.contains_key(&(name.clone(), count)) {
            count += 1;
        }
        things.insert((name, count), item);
    }
    things
}

/// What names a thing: its ARN, its id, its name, in this order; a text is its own name, and what has none is named by itself.
fn name_of(item: &Value) -> String {
    let Value::Object(members) = item else {
        return match item {
            Value::String(text) => text.clone(),
            other => canonical(other),
        };
    };
    let text = |wanted: &dyn Fn(&str) -> bool| {
        members
            .iter()
            .find(|(name, value)| wanted(&name.to_ascii_lowercase()) && value.is_string())
            .and_then(|(_, value)| value.as_str())
    };
    text(&|name| name == "arn")
        .or_else(|| text(&|name| name == "id" || name == "uuid"))
        .or_else(|| {
            text(&|name| name.ends_with("id") && !name.ends_with("ownerid") && !name.ends_with("accountid"))
        })
        .or_else(|| text(&|name| name.ends_with("arn")))
        .or_else(|| text(&|name| name.ends_with("name") || name == "key"))
        .map_or_else(|| canonical(item), str::to_owned)
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

fn sorted_equal(one: &Value, other: &Value) -> bool {
    one == other || canonical(one) == canonical(other)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(before: &Value, after: &Value) -> String {
        let mut found = Vec::new();
        compare_values("", before, after, 0, &mut found);
        let lines: Vec<_> = found
            .iter()
            .map(|(kind, path, thing, members)| format!("{kind:?} {path} {thing} {}", members.join(",")))
            .collect();
        lines.join("\n")
    }

    #[test]
    fn things_are_told_apart_by_what_names_them() {
        let before = json!({"Users": [{"UserName": "a", "UserId": "A1", "Path": "/"}, {"UserName": "b", "UserId": "B1"}], "N": 1});
        let after = json!({"Users": [{"UserName": "c", "UserId": "C1"}, {"UserId": "A1", "Path": "/x", "UserName": "a"}], "N": 2});
        insta::assert_snapshot!(told(&before, &after), @r"
        Changed Users[] A1 Path
        Added Users[] C1 
        Gone Users[] B1 
        Changed   N
        ");
    }

    #[test]
    fn lists_within_things_are_compared_too() {
        let group = |ports: &[u16]| json!({"SecurityGroups": [{"GroupId": "sg-1", "IpPermissions": ports.iter().map(|port| json!({"FromPort": port})).collect::<Vec<_>>()}]});
        insta::assert_snapshot!(told(&group(&[22]), &group(&[22, 3389])), @r#"Added SecurityGroups[].IpPermissions[] sg-1 {"FromPort":3389} "#);
        assert_eq!(told(&group(&[22, 80]), &group(&[80, 22])), "");
    }

    #[test]
    fn order_makes_no_difference() {
        assert_eq!(
            told(&json!({"T": ["a", "b", "a"]}), &json!({"T": ["b", "a", "a"]})),
            ""
        );
        assert_eq!(
            told(&json!({"T": ["a", "a"]}), &json!({"T": ["a"]})),
            "Gone T[] a "
        );
    }
}
