//! The least time in which the calls could be made: what stands in the way is shown one by one, and the largest counts.
//!
//! It must not know how the program sends them, only what it holds itself to.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use stanch_aws::client::{OPEN_REQUESTS, pace};
use stanch_collect::question::Question;
use stanch_collect::{collectors, order};

use super::stage::Made;
use crate::error::TaskError;

/// Calls before the first of a snapshot: who asks, and which regions there are.
const BEFORE: u32 = 2;

/// What sets the least time.
#[derive(Debug, Clone)]
pub(super) struct Ideal {
    /// All requests one after the other, shared among as many as may be open at once.
    pub(super) flow: Duration,
    /// The longest row of calls of which each needs the answer to the one before, and how many these are.
    pub(super) chain: Duration,
    pub(super) links: u32,
    /// How long politeness holds back the calls of the place that has most to wait.
    pub(super) polite: Duration,
    /// That place.
    pub(super) place: String,
}

impl Ideal {
    /// What calls come to, when each takes `latency`.
    pub(super) fn of(calls: &[Made], requests: u64, latency: Duration) -> Result<Self, TaskError> {
        let open = u64::try_from(OPEN_REQUESTS).unwrap_or(u64::MAX);
        let rounds = u32::try_from(requests.div_ceil(open)).unwrap_or(u32::MAX);
        let links = BEFORE + longest_chain(calls)?;
        let (waiting, place) = longest_wait(calls);
        Ok(Self {
            flow: latency * rounds,
            chain: latency * links,
            links,
            polite: waiting + latency,
            place,
        })
    }

    /// Nothing can take less.
    pub(super) fn least(&self) -> Duration {
        self.flow.max(self.chain).max(self.polite)
    }

    /// What the largest one is.
    pub(super) fn reason(&self) -> &'static str {
        let least = self.least();
        if least == self.polite {
            "politeness"
        } else if least == self.flow {
            "requests open at once"
        } else {
            "calls that wait for each other"
        }
    }
}

/// Among all places that politeness counts by themselves, the one that holds its calls back longest.
fn longest_wait(calls: &[Made]) -> (Duration, String) {
    let mut places: BTreeMap<(&str, &str, &str, &str), u64> = BTreeMap::new();
    for call in calls {
        let own = pace(&call.service, &call.operation).is_its_own;
        let operation = if own { call.operation.as_str() } else { "" };
        let place = (
            call.service.as_str(),
            operation,
            call.region.as_str(),
            call.account.as_str(),
        );
        *places.entry(place).or_default() += call.pages;
    }
    let wait = |((service, operation, ..), pages): &(&(&str, &str, &str, &str), &u64)| {
        pace(service, operation).least_time(**pages)
    };
    let longest = places.iter().max_by_key(wait);
    longest.map_or((Duration::ZERO, String::new()), |found| {
        let ((service, _, region, account), pages) = found;
        let pace = pace(service, found.0.1);
        let name = format!(
            "{pages} calls to {service} in {region} of {account}, {} at once and then {:.0} per second",
            pace.burst,
            1.0 / pace.interval.as_secs_f64()
        );
        (wait(&found), name)
    })
}

/// The longest row of questions that were all asked.
fn longest_chain(calls: &[Made]) -> Result<u32, TaskError> {
    let asked: BTreeSet<(&str, &str)> = calls
        .iter()
        .map(|call| (call.service.as_str(), call.operation.as_str()))
        .collect();
    let roots = order::roots(collectors::ALL).map_err(|error| TaskError::Unfit(error.to_string()))?;
    Ok(roots
        .iter()
        .map(|root| length(&root.question, &asked))
        .max()
        .unwrap_or(0))
}

fn length(question: &Question, asked: &BTreeSet<(&str, &str)>) -> u32 {
    if !asked.contains(&(question.service().as_str(), question.operation().as_str())) {
        return 0;
    }
    let after = question.follow_ups().map(|next| length(next, asked)).max();
    1 + after.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn made(service: &str, operation: &str, count: usize) -> Vec<Made> {
        let one = Made {
            account: "1".to_owned(),
            region: "us-east-1".to_owned(),
            service: service.to_owned(),
            operation: operation.to_owned(),
            params: Value::Null,
            pages: 1,
        };
        vec![one; count]
    }

    #[test]
    fn the_largest_of_the_three_counts() {
        let latency = Duration::from_millis(50);
        // Eight at once, then eight per second.
        let mut calls = made("iam", "ListUsers", 24);
        let ideal = Ideal::of(&calls, 24, latency).unwrap();
        assert_eq!(
            (ideal.least(), ideal.reason()),
            (Duration::from_millis(2050), "politeness")
        );
        assert_eq!(ideal.flow, latency);
        calls.truncate(1);
        calls.extend(made("iam", "ListAccessKeys", 1));
        calls.extend(made("iam", "GetAccessKeyLastUsed", 1));
        let ideal = Ideal::of(&calls, 3, latency).unwrap();
        assert_eq!((ideal.links, ideal.least()), (5, latency * 5));
        let ideal = Ideal::of(&calls, 64_000, latency).unwrap();
        assert_eq!(ideal.least(), latency * 1000);
    }

    #[test]
    fn what_is_counted_by_itself_waits_by_itself() {
        let mut calls = made("cloudtrail", "DescribeTrails", 5);
        calls.extend(made("cloudtrail", "LookupEvents", 3));
        assert_eq!(longest_wait(&calls).0, Duration::from_secs(1));
    }
}
