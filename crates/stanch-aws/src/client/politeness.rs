//! Request rates per service: the customer's production uses the same limits.
//!
//! A bucket for each (account, region, service), and for operations that AWS counts on their own. A throttle halves a
//! bucket's rate, replies win it back. It must not send anything.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Number of times a service may be asked in one account and region.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Rate {
    /// The time between two calls in the long run.
    interval: Duration,
    /// Number of calls that may come at once after a pause.
    burst: u32,
}

const fn per_second(calls: u64, burst: u32) -> Rate {
    Rate {
        interval: Duration::from_micros(1_000_000 / calls),
        burst,
    }
}

/// Set low by judgement, to leave room for those who were there first: AWS publishes few of its limits.
const USUAL: Rate = per_second(10, 10);

/// Rates of services that grant less, or more, than most.
///
/// IAM's, Organizations' and Cost Explorer's limits are one for the whole account and not published: set low by judgement.
/// EC2 publishes buckets of 50 to 100 for describing calls, refilled at 10 to 20 per second
/// (<https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html>).
const RATES: [(&str, Rate); 10] = [
    ("ce", per_second(1, 1)),
    ("ec2", per_second(15, 30)),
    ("iam", per_second(8, 8)),
    ("organizations", per_second(4, 4)),
    ("s3", per_second(50, 50)),
    ("s3control", per_second(5, 5)),
    ("sso-admin", per_second(10, 10)),
    ("sts", per_second(20, 20)),
    ("support", per_second(2, 2)),
    ("ssm", per_second(5, 5)),
];

/// Operations that are counted on their own. `LookupEvents`: two per second, account and region
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html>).
///
/// `GetObject`: S3 grants 5,500 per second and prefix
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html>); a tenth of it is asked for at most.
const OWN_RATES: [(&str, &str, Rate); 2] = [
    ("cloudtrail", "LookupEvents", per_second(2, 1)),
    ("s3", "GetObject", per_second(500, 64)),
];

/// IAM's rates while an attacker is being cut off: changes and questions each in a bucket of their own. The limits
/// are not
/// published; a throttle slows the bucket down as ever.
const HURRIED_CHANGES: Rate = per_second(14, 14);
const HURRIED_QUESTIONS: Rate = per_second(40, 40);
/// Name of the bucket of changes.
const CHANGES: &str = "(changes)";

/// Throttles within this time are one congestion.
const ONE_CONGESTION: Duration = Duration::from_secs(1);

/// A throttled bucket is slowed down to this at most.
const SLOWEST: Duration = Duration::from_secs(5);

fn rate(service: &str, operation: &str) -> (bool, Rate) {
    let own = OWN_RATES
        .iter()
        .find(|(of, named, _)| (*of, *named) == (service, operation));
    if let Some((_, _, rate)) = own {
        return (true, *rate);
    }
    let of_service = RATES.iter().find(|(of, _)| *of == service);
    (false, of_service.map_or(USUAL, |(_, rate)| *rate))
}

/// Request rate of calls of one kind, in one region of one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The time between two calls in the long run.
    pub interval: Duration,
    /// Number of calls that may come at once after a pause.
    pub burst: u32,
    /// True when the operation is counted by itself, and not with the others of its service.
    pub is_its_own: bool,
}

impl Pace {
    /// The time from the first to the last of so many calls, when all are ready at once and none is throttled.
    #[must_use]
    pub fn least_time(&self, calls: u64) -> Duration {
        let waiting = calls.saturating_sub(u64::from(self.burst.max(1)));
        self.interval
            .saturating_mul(u32::try_from(waiting).unwrap_or(u32::MAX))
    }
}

/// The pace that calls of an operation keep to. `service` is the name of its model.
#[must_use]
pub fn pace(service: &str, operation: &str) -> Pace {
    let (is_its_own, rate) = rate(service, operation);
    Pace {
        interval: rate.interval,
        burst: rate.burst,
        is_its_own,
    }
}

/// Limit that a call counts towards: account, region, service, and the operation where it is counted separately.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Place {
    account: String,
    region: String,
    service: String,
    operation: String,
}

#[derive(Debug)]
struct Bucket {
    rate: Rate,
    /// The interval now, between the rate's own and [`SLOWEST`].
    interval: Duration,
    /// When the next call would come if all came evenly.
    even: Instant,
    /// When it was slowed down last: calls that were under way together meet the same congestion, which counts once.
    slowed: Option<Instant>,
}

impl Bucket {
    /// Takes the next place; when it may be used.
    fn reserve(&mut self, now: Instant) -> Instant {
        let burst = self.interval * (self.rate.burst.saturating_sub(1));
        let even = self.even.max(now);
        self.even = even + self.interval;
        even.checked_sub(burst).map_or(now, |at| at.max(now))
    }
}

/// All buckets.
#[derive(Debug, Default)]
pub(super) struct Politeness {
    buckets: Mutex<HashMap<Place, Bucket>>,
    is_hurried: bool,
}

impl Politeness {
    /// From now on IAM is asked as fast as it is thought to allow: every second counts.
    pub(super) const fn hurry(&mut self) {
        self.is_hurried = true;
    }

    /// Waits until a change may be sent.
    pub(super) async fn wait_to_change(
        &self,
        account: &str,
        region: &str,
        service: &str,
        operation: &str,
    ) -> Place {
        if self.is_hurried && service == "iam" {
            return self
                .wait_for((account, region, service), CHANGES, HURRIED_CHANGES)
                .await;
        }
        self.wait(account, region, service, operation).await
    }

    /// Waits until a question may be sent.
    pub(super) async fn wait(&self, account: &str, region: &str, service: &str, operation: &str) -> Place {
        let (own, rate) = rate(service, operation);
        let rate = if self.is_hurried && service == "iam" {
            HURRIED_QUESTIONS
        } else {
            rate
        };
        let operation = if own { operation } else { "" };
        self.wait_for((account, region, service), operation, rate).await
    }

    async fn wait_for(
        &self,
        (account, region, service): (&str, &str, &str),
        operation: &str,
        rate: Rate,
    ) -> Place {
        let place = Place {
            account: account.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            operation: operation.to_owned(),
        };
        let now = Instant::now();
        let at = self.with(&place, |bucket| bucket.reserve(now), rate, now);
        tokio::time::sleep_until(at).await;
        place
    }

    /// Notes how a call went: `throttled` slows its bucket down, and so does, less, what had to be sent again; anything else
    /// wins some of its speed back. What was sent again counts towards the limit like any other request.
    pub(super) fn note(&self, place: &Place, throttled: bool, sent_again: u32) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(bucket) = buckets.get_mut(place) else {
            return;
        };
        bucket.even += bucket.interval * sent_again;
        if !throttled && sent_again == 0 {
            bucket.interval = (bucket.interval * 9 / 10).max(bucket.rate.interval);
            return;
        }
        let now = Instant::now();
        if bucket
            .slowed
            .is_some_and(|at| now.duration_since(at) < ONE_CONGESTION)
        {
            return;
        }
        bucket.slowed = Some(now);
        let slower = if throttled {
            bucket.interval * 2
        } else {
            bucket.interval * 3 / 2
        };
        bucket.interval = slower.min(SLOWEST);
    }

    fn with<T>(&self, place: &Place, act: impl FnOnce(&mut Bucket) -> T, rate: Rate, now: Instant) -> T {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.entry(place.clone()).or_insert_with(|| Bucket {
            rate,
            interval: rate.interval,
            even: now,
            slowed: None,
        });
        act(bucket)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn send(politeness: &Politeness, calls: usize, operation: &str) -> Vec<u128> {
        let start = Instant::now();
        let mut sent = Vec::new();
        for _ in 0..calls {
            politeness
                .wait("123456789012", "eu-west-1", "cloudtrail", operation)
                .await;
            sent.push(start.elapsed().as_millis());
        }
        sent
    }

    #[tokio::test(start_paused = true)]
    async fn lookups_keep_exactly_their_rate() {
        let sent = send(&Politeness::default(), 5, "LookupEvents").await;
        assert_eq!(sent, [0, 500, 1000, 1500, 2000]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_is_allowed_and_then_the_rate_holds() {
        let sent = send(&Politeness::default(), 30, "DescribeTrails").await;
        assert_eq!(sent[9], 0);
        assert!((1900..=2001).contains(&sent[29]), "{sent:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_least_time_is_what_waiting_takes() {
        let sent = send(&Politeness::default(), 30, "DescribeTrails").await;
        let least = pace("cloudtrail", "DescribeTrails").least_time(30).as_millis();
        assert!((least..=least + 1).contains(&sent[29]), "{least} {sent:?}");
        let lookups = pace("cloudtrail", "LookupEvents");
        assert_eq!(
            (lookups.is_its_own, lookups.least_time(5)),
            (true, Duration::from_secs(2))
        );
        assert_eq!(pace("iam", "ListUsers").least_time(8), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_throttle_slows_down_and_replies_win_the_speed_back() {
        let politeness = Politeness::default();
        let place = politeness.wait("1", "r", "cloudtrail", "LookupEvents").await;
        politeness.note(&place, true, 0);
        let interval = |politeness: &Politeness| politeness.buckets.lock().unwrap()[&place].interval;
        assert_eq!(interval(&politeness), Duration::from_secs(1));
        politeness.note(&place, true, 0);
        assert_eq!(
            interval(&politeness),
            Duration::from_secs(1),
            "the same congestion"
        );
        for _ in 0..20 {
            tokio::time::advance(ONE_CONGESTION).await;
            politeness.note(&place, true, 0);
        }
        assert_eq!(interval(&politeness), SLOWEST);
        for _ in 0..40 {
            politeness.note(&place, false, 0);
        }
        assert_eq!(interval(&politeness), Duration::from_millis(500));
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_sent_again_takes_its_places_too() {
        let politeness = Politeness::default();
        let start = Instant::now();
        let wait = || politeness.wait("1", "r", "cloudtrail", "LookupEvents");
        let place = wait().await;
        politeness.note(&place, false, 2);
        wait().await;
        // Three requests were sent, so that the fourth is due after three half seconds.
        assert_eq!(start.elapsed(), Duration::from_millis(1500));
    }

    #[tokio::test(start_paused = true)]
    async fn in_a_hurry_changes_do_not_wait_for_questions() {
        let mut politeness = Politeness::default();
        politeness.hurry();
        let start = Instant::now();
        for _ in 0..40 {
            politeness.wait("1", "r", "iam", "GetUserPolicy").await;
        }
        for _ in 0..14 {
            politeness.wait_to_change("1", "r", "iam", "PutUserPolicy").await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        politeness.wait_to_change("1", "r", "iam", "PutUserPolicy").await;
        assert!((71..73).contains(&start.elapsed().as_millis()));
    }

    #[tokio::test(start_paused = true)]
    async fn places_do_not_hold_each_other_up() {
        let politeness = Politeness::default();
        send(&politeness, 3, "LookupEvents").await;
        let start = Instant::now();
        politeness
            .wait("1", "us-east-1", "cloudtrail", "LookupEvents")
            .await;
        politeness
            .wait("123456789012", "eu-west-1", "ec2", "DescribeInstances")
            .await;
        assert_eq!(start.elapsed(), Duration::ZERO);
    }
}
