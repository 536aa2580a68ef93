//! The most telling values of an event: what was made, changed or read, by whatever name the request gives it.
//!
//! It must not judge; it must not keep secrets (no request field that can carry one is listed).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use stanch_aws_facts::members::TARGETS;
use stanch_core::finding::{Fact, FactKind};
use stanch_core::text::bounded;

use crate::derived::{self, Field};
use crate::observation::Observation;
use stanch_core::json_path::dotted;

/// Number of values one label keeps: the smallest, so that the order of events doesn't matter.
const VALUES_LIMIT: usize = 8;
const VALUE_LIMIT: usize = 200;
/// Label of accounts that a change gives access to.
const EXTERNAL_ACCOUNT: &str = "external account";

/// Values by label, bounded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Facts {
    values: BTreeMap<String, BTreeSet<String>>,
}

impl Facts {
    /// Adds what one event says.
    pub(super) fn add_event(&mut self, observation: &Observation<'_, '_>) {
        let event = observation.event;
        self.add("call", event.base_name());
        self.add("region", &event.region);
        self.add("from", &event.source_address);
        self.add("error", &event.error_code);
        for (label, value) in targets(event.request()) {
            self.add(label, value);
        }
        if event.is_read() {
            return;
        }
        for name in ["exposes.accounts", "trusts.accounts"] {
            if let Some(Field::Texts(accounts)) = derived::field(observation, name) {
                for account in accounts {
                    self.add(EXTERNAL_ACCOUNT, account);
                }
            }
        }
    }

    /// Adds one value.
    pub(super) fn add(&mut self, label: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        if let Some(values) = self.values.get_mut(label) {
            let full =
                values.len() >= VALUES_LIMIT && values.last().is_some_and(|last| last.as_str() < value);
            if full || values.contains(value) {
                return;
            }
            values.insert(bounded(value, VALUE_LIMIT));
            while values.len() > VALUES_LIMIT {
                values.pop_last();
            }
        } else {
            self.values
                .insert(label.to_owned(), BTreeSet::from([bounded(value, VALUE_LIMIT)]));
        }
    }

    /// Adds another thread's or run's values.
    pub(super) fn merge(&mut self, other: Self) {
        for (label, values) in other.values {
            for value in values {
                self.add(&label, &value);
            }
        }
    }

    /// The values of one label, smallest first.
    pub(super) fn get(&self, label: &str) -> impl Iterator<Item = &str> {
        self.values.get(label).into_iter().flatten().map(String::as_str)
    }

    /// The first kind of target that any of the events named, with its values.
    pub(super) fn target(&self) -> Option<(&str, Vec<&str>)> {
        let (label, _) = TARGETS
            .iter()
            .find(|(label, _)| *label != "region" && self.values.contains_key(*label))?;
        Some((label, self.get(label).collect()))
    }

    /// The facts for people, in the order of their labels.
    pub(super) fn into_facts(self) -> Vec<Fact> {
        self.values
            .into_iter()
            .flat_map(|(label, values)| {
                values
                    .into_iter()
                    .map(move |value| Fact::new(&label, &value).of_kind(kind(&label)))
                    .collect::<Vec<_>>()
            })
            .collect()
    }
}

/// Labels are those of [`Facts::add_event`] and the fields by which a correlation groups: what a request names is a target,
/// everything else a detail.
fn kind(label: &str) -> FactKind {
    let is_named = TARGETS.iter().any(|(target, _)| *target == label);
    let is_member = label.starts_with("requestParameters.");
    if label == EXTERNAL_ACCOUNT || is_member || (is_named && label != "region") {
        FactKind::Target
    } else {
        FactKind::Detail
    }
}

/// Label and value of what a request names.
fn targets(request: &Value) -> Vec<(&'static str, &str)> {
    let mut found = Vec::new();
    for name in request.as_object().into_iter().flat_map(|members| members.keys()) {
        let of_member = TARGETS
            .iter()
            .filter(|(_, path)| path.split('.').next() == Some(name.as_str()));
        for (label, path) in of_member {
            for value in dotted(request, path) {
                found.extend(texts(value).into_iter().map(|text| (*label, text)));
            }
        }
    }
    found
}

/// A text, or the texts of a list, as far as they can be kept.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(elements) => {
            let mut texts: Vec<&str> = elements.iter().filter_map(Value::as_str).collect();
            texts.sort_unstable();
            texts.truncate(VALUES_LIMIT);
            texts
        }
        _ => Vec::new(),
    }
}
