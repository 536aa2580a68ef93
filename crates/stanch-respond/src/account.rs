//! The account as it was read, for whoever plans: replies by operation, and whether the question was answered at all.
//!
//! It must not judge, and it never takes "not read" for "nothing there".

use std::collections::BTreeMap;

use serde_json::Value;
use stanch_core::plan::Path;
use stanch_core::{AccountId, CallOutcome, EventKey, Reading, RegionName};

/// One account.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// Its partition, such as `aws`.
    pub partition: String,
    /// The region that services without regions are asked in.
    pub home: RegionName,
    readings: Vec<Reading>,
    places: BTreeMap<(String, String), Vec<usize>>,
}

/// A thing that a reply lists, and the reply.
#[derive(Debug, Clone, Copy)]
pub struct Item<'a> {
    /// The reply it is listed in.
    pub reading: &'a Reading,
    /// The thing.
    pub value: &'a Value,
}

impl<'a> Item<'a> {
    /// A member as text; empty when there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> &'a str {
        self.value.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// A parameter of the call that listed it, as text; empty when there is none.
    #[must_use]
    pub fn asked(&self, name: &str) -> &'a str {
        self.reading
            .params
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The region that was asked.
    #[must_use]
    pub const fn region(&self) -> &'a RegionName {
        &self.reading.region
    }

    /// The key of the reply, as evidence.
    #[must_use]
    pub fn key(&self) -> EventKey {
        self.reading.key()
    }
}

impl Account {
    /// An account from its readings; readings of other accounts are left out.
    #[must_use]
    pub fn new(
        id: &AccountId,
        partition: &str,
        home: &RegionName,
        readings: impl IntoIterator<Item = Reading>,
    ) -> Self {
        let mut readings: Vec<Reading> = readings
            .into_iter()
            .filter(|reading| &reading.account == id)
            .collect();
        readings.sort_by_cached_key(|reading| {
            let name = (reading.service.clone(), reading.operation.clone());
            (name, reading.region.clone(), reading.key())
        });
        let mut places: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
        for (place, reading) in readings.iter().enumerate() {
            let name = (reading.service.0.clone(), reading.operation.0.clone());
            places.entry(name).or_default().push(place);
        }
        Self {
            id: id.clone(),
            partition: partition.to_owned(),
            home: home.clone(),
            readings,
            places,
        }
    }

    /// All replies of an operation, answered or not.
    pub fn readings(&self, service: &str, operation: &str) -> impl Iterator<Item = &Reading> {
        let places = self.places.get(&(service.to_owned(), operation.to_owned()));
        places
            .into_iter()
            .flatten()
            .filter_map(|place| self.readings.get(*place))
    }

    /// All replies, by service, operation and region.
    pub fn all(&self) -> impl Iterator<Item = &Reading> {
        self.readings.iter()
    }

    /// The things at a path of all replies of an operation. What was read before a failure on a later page is among them.
    #[must_use]
    pub fn items(&self, service: &str, operation: &str, path: &'static str) -> Vec<Item<'_>> {
        let path = Path::of(path);
        let of_one = |reading| {
            let found: &Reading = reading;
            path.find(&found.body)
                .into_iter()
                .map(|value| Item {
                    reading: found,
                    value,
                })
                .collect::<Vec<_>>()
        };
        self.readings(service, operation).flat_map(of_one).collect()
    }

    /// Whether an operation was asked, and answered in full wherever it was asked.
    #[must_use]
    pub fn is_known(&self, service: &str, operation: &str) -> bool {
        let mut asked = false;
        let known = self.readings(service, operation).all(|reading| {
            asked = true;
            reading.outcome.is_known()
        });
        asked && known
    }

    /// The first listed thing with a member of this text.
    #[must_use]
    pub fn named<'a>(
        &'a self,
        (service, operation, path): (&str, &str, &'static str),
        member: &str,
        is: &str,
    ) -> Option<Item<'a>> {
        let mut items = self.items(service, operation, path).into_iter();
        items.find(|item| item.text(member) == is)
    }

    /// An ARN of a service without regions in this account.
    #[must_use]
    pub fn arn(&self, service: &str, rest: &str) -> String {
        format!("arn:{}:{service}::{}:{rest}", self.partition, self.id)
    }

    /// Whether the outcome of every reply of an operation is that it was denied: then nothing is known, and a plan says so.
    #[must_use]
    pub fn was_denied(&self, service: &str, operation: &str) -> bool {
        self.readings(service, operation)
            .any(|reading| reading.outcome == CallOutcome::Denied)
    }
}
