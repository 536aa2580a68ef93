//! The account as it was read: replies by operation, what they list, and whether the question was answered at all.
//!
//! One index and one item for checks, planner and actions. It must not judge, and it never takes "not read" for "nothing there".

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::assessment::Citation;
use crate::ids::{AccountId, EventKey, RegionName};
use crate::json_path::{at, crossing, text};
use crate::reply::CallOutcome;
use crate::snapshot::Reading;

/// One account.
#[derive(Debug, Clone)]
pub struct Account {
    /// Account id.
    pub id: AccountId,
    /// Partition, such as `aws`.
    pub partition: String,
    /// Region that services without regions are asked in.
    pub home: RegionName,
    /// Readings by service and operation.
    readings: BTreeMap<String, BTreeMap<String, Vec<Reading>>>,
}

/// A resource that a reply lists, and the reply.
#[derive(Debug, Clone, Copy)]
pub struct Item<'a> {
    /// Reply that lists it.
    pub reading: &'a Reading,
    /// The resource.
    pub value: &'a Value,
}

/// Reply to a question about one resource.
#[derive(Debug, Clone, Copy)]
pub enum Reply<'a> {
    /// The answer.
    Answer(Item<'a>),
    /// It is known that there is nothing.
    Nothing,
    /// The question was refused or has no answer.
    Unknown,
}

impl<'a> Item<'a> {
    /// Returns the region that was asked.
    #[must_use]
    pub const fn region(&self) -> &'a RegionName {
        &self.reading.region
    }

    /// Returns a parameter of the call as text; empty when there is none.
    #[must_use]
    pub fn asked(&self, name: &str) -> &'a str {
        text(&self.reading.params, name)
    }

    /// Returns the parameters of the call.
    #[must_use]
    pub const fn params(&self) -> &'a Value {
        &self.reading.params
    }

    /// Returns a member by its path (`A.B`) as text; empty when there is none.
    #[must_use]
    pub fn text(&self, path: &str) -> &'a str {
        text(self.value, path)
    }

    /// Returns a member by its path; null when there is none.
    #[must_use]
    pub fn at(&self, path: &str) -> &'a Value {
        at(self.value, path)
    }

    /// Returns the elements at a path, every list on the way opened.
    #[must_use]
    pub fn list(&self, path: &str) -> Vec<&'a Value> {
        crossing(self.value, path)
    }

    /// Returns true when a member is true.
    #[must_use]
    pub fn is(&self, path: &str) -> bool {
        self.at(path) == &Value::Bool(true)
    }

    /// Returns the key of the reply, as evidence.
    #[must_use]
    pub fn key(&self) -> EventKey {
        self.reading.key()
    }

    /// Returns where it was read.
    #[must_use]
    pub fn citation(&self) -> Citation {
        Citation {
            reading: self.key(),
            service: self.reading.service.clone(),
            operation: self.reading.operation.clone(),
            region: self.reading.region.clone(),
            at: self.reading.at,
        }
    }
}

impl Account {
    /// Returns an account without readings.
    #[must_use]
    pub fn empty(id: &AccountId, partition: &str, home: &RegionName) -> Self {
        Self {
            id: id.clone(),
            partition: partition.to_owned(),
            home: home.clone(),
            readings: BTreeMap::new(),
        }
    }

    /// Returns an account with its readings; readings of other accounts are left out.
    #[must_use]
    pub fn new(
        id: &AccountId,
        partition: &str,
        home: &RegionName,
        readings: impl IntoIterator<Item = Reading>,
    ) -> Self {
        let mut account = Self::empty(id, partition, home);
        for reading in readings {
            account.insert(reading);
        }
        account.sort();
        account
    }

    /// Adds a reading; one of another account is left out. [`Self::sort`] is due once all are added.
    pub fn insert(&mut self, reading: Reading) {
        if reading.account == self.id {
            let of_service = self.readings.entry(reading.service.0.clone()).or_default();
            let of_operation = of_service.entry(reading.operation.0.clone()).or_default();
            of_operation.push(reading);
        }
    }

    /// Puts the readings in an order that does not depend on the order of adding: by region and call.
    pub fn sort(&mut self) {
        let lists = self.readings.values_mut().flat_map(BTreeMap::values_mut);
        for list in lists {
            list.sort_by_cached_key(|reading| (reading.region.clone(), reading.key()));
        }
    }

    /// Returns all readings of an operation, answered or not.
    pub fn readings(&self, service: &str, operation: &str) -> impl Iterator<Item = &Reading> {
        let of_service = self.readings.get(service);
        let of_operation = of_service.and_then(|of_service| of_service.get(operation));
        of_operation.into_iter().flatten()
    }

    /// Returns all readings, by service, operation and region.
    pub fn all(&self) -> impl Iterator<Item = &Reading> {
        self.readings.values().flat_map(BTreeMap::values).flatten()
    }

    /// Returns the resources at a path (`Users`, `Reservations[].Instances[]`; empty for the reply itself) of all replies of an
    /// operation. Lists are opened. What was read before a failure on a later page is among them.
    #[must_use]
    pub fn items(&self, service: &str, operation: &str, path: &str) -> Vec<Item<'_>> {
        let mut items = Vec::new();
        for reading in self.readings(service, operation) {
            let found = crossing(&reading.body, path);
            items.extend(found.into_iter().map(|value| Item { reading, value }));
        }
        items
    }

    /// Returns the first listed resource with a member of this text.
    #[must_use]
    pub fn named<'a>(
        &'a self,
        (service, operation, path): (&str, &str, &str),
        member: &str,
        is: &str,
    ) -> Option<Item<'a>> {
        let mut items = self.items(service, operation, path).into_iter();
        items.find(|item| item.text(member) == is)
    }

    /// Returns the replies of an operation that was asked about each resource, by the parameter that names the resource. Of a
    /// resource that was asked about in several places, an answer counts before silence.
    #[must_use]
    pub fn replies(&self, service: &str, operation: &str, parameter: &str) -> BTreeMap<&str, Reply<'_>> {
        let mut replies = BTreeMap::new();
        for reading in self.readings(service, operation) {
            let value = &reading.body;
            let reply = match reading.outcome {
                CallOutcome::Ok if !value.is_null() => Reply::Answer(Item { reading, value }),
                outcome if outcome.is_known() => Reply::Nothing,
                _ => Reply::Unknown,
            };
            let known = replies.entry(text(&reading.params, parameter)).or_insert(reply);
            if !matches!(known, Reply::Answer(_)) && !matches!(reply, Reply::Unknown) {
                *known = reply;
            }
        }
        replies
    }

    /// Returns the regions in which an operation was answered, in part or in full.
    #[must_use]
    pub fn answered(&self, service: &str, operation: &str) -> BTreeSet<&RegionName> {
        let answered = self
            .readings(service, operation)
            .filter(|reading| !reading.body.is_null());
        answered.map(|reading| &reading.region).collect()
    }

    /// Returns true when an operation was asked, and answered in full wherever it was asked.
    #[must_use]
    pub fn is_known(&self, service: &str, operation: &str) -> bool {
        let mut asked = false;
        let known = self.readings(service, operation).all(|reading| {
            asked = true;
            reading.outcome.is_known()
        });
        asked && known
    }

    /// Returns true when an operation was denied anywhere: then something is not known, and a plan says so.
    #[must_use]
    pub fn was_denied(&self, service: &str, operation: &str) -> bool {
        self.readings(service, operation)
            .any(|reading| reading.outcome == CallOutcome::Denied)
    }

    /// Writes an ARN of a service without regions in this account.
    #[must_use]
    pub fn arn(&self, service: &str, rest: &str) -> String {
        format!("arn:{}:{service}::{}:{rest}", self.partition, self.id)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::time::Timestamp;

    fn reading(region: &str, params: Value, outcome: CallOutcome, body: Value) -> Reading {
        Reading {
            account: "111122223333".into(),
            region: region.into(),
            service: "ec2".into(),
            operation: "DescribeInstances".into(),
            params,
            outcome,
            code: None,
            message: None,
            items: 1,
            pages: 1,
            sha256s: Vec::new(),
            at: Timestamp(0),
            body,
        }
    }

    fn account(readings: Vec<Reading>) -> Account {
        Account::new(&"111122223333".into(), "aws", &"us-east-1".into(), readings)
    }

    fn instances(id: &str) -> Value {
        json!({"Reservations": [{"Instances": [{"InstanceId": id, "State": {"Name": "running"}}]}]})
    }

    #[test]
    fn lists_are_opened_with_brackets_or_without_and_the_order_of_adding_does_not_matter() {
        let (one, other) = (
            reading("us-east-1", Value::Null, CallOutcome::Ok, instances("i-2")),
            reading("eu-west-1", Value::Null, CallOutcome::Ok, instances("i-1")),
        );
        let ids = |account: &Account, path: &str| -> Vec<String> {
            let items = account.items("ec2", "DescribeInstances", path);
            items
                .iter()
                .map(|item| item.text("InstanceId").to_owned())
                .collect()
        };
        for readings in [vec![one.clone(), other.clone()], vec![other, one]] {
            let account = account(readings);
            assert_eq!(ids(&account, "Reservations[].Instances[]"), ["i-1", "i-2"]);
            assert_eq!(ids(&account, "Reservations.Instances"), ["i-1", "i-2"]);
            let place = ("ec2", "DescribeInstances", "Reservations[].Instances[]");
            let item = account.named(place, "InstanceId", "i-2").unwrap();
            assert_eq!(
                (item.text("State.Name"), item.region().as_str()),
                ("running", "us-east-1")
            );
        }
    }

    #[test]
    fn an_answer_counts_before_silence_and_a_refusal_is_no_answer() {
        let asked = |region: &str, outcome, body| reading(region, json!({"Name": "b"}), outcome, body);
        let denied = asked("us-east-1", CallOutcome::Denied, Value::Null);
        let missing = asked("us-east-2", CallOutcome::DoesNotExist, Value::Null);
        let found = asked("us-west-1", CallOutcome::Ok, json!({"A": 1}));
        let reply = |readings: Vec<Reading>| {
            let account = account(readings);
            let replies = account.replies("ec2", "DescribeInstances", "Name");
            match replies["b"] {
                Reply::Answer(_) => "answer",
                Reply::Nothing => "nothing",
                Reply::Unknown => "unknown",
            }
        };
        assert_eq!(reply(vec![denied.clone()]), "unknown");
        assert_eq!(reply(vec![denied.clone(), missing.clone()]), "nothing");
        assert_eq!(
            reply(vec![denied.clone(), missing.clone(), found.clone()]),
            "answer"
        );
        let all = account(vec![denied, missing, found]);
        assert!(all.was_denied("ec2", "DescribeInstances") && !all.is_known("ec2", "DescribeInstances"));
        assert_eq!(all.answered("ec2", "DescribeInstances").len(), 1);
        assert!(!all.is_known("ec2", "DescribeImages"), "not asked is not known");
    }

    #[test]
    fn readings_of_another_account_are_left_out() {
        let mut foreign = reading("us-east-1", Value::Null, CallOutcome::Ok, instances("i-1"));
        foreign.account = "444455556666".into();
        assert_eq!(account(vec![foreign]).all().count(), 0);
    }
}
