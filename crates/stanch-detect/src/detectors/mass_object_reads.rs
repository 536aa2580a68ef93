//! Far more objects of a bucket read in an hour than the principal ever read there otherwise.
//!
//! Counted from CloudTrail data events and from S3 server access logs, each log for itself: the same read may
//! stand in both. Where neither is kept, nothing can be said; the verdict says so, not this detector.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use stanch_core::event::{Event, IdentityKind};
use stanch_core::finding::{DetectionAbout, Fact};
use stanch_core::principal::Principal;
use stanch_core::{EventKey, LogKind, Severity, Tactic, Timestamp};

use super::support::evidence::{Choice, Gate};
use super::support::{
    About, Bounded, Capped, Evidence, HOUR, Latest, Principals, caller, days, principals, slot_of, window,
    words,
};
use crate::detector::{Detector, Found, Interest, JudgeContext};
use crate::observation::Observation;

/// Objects in an hour below which nothing is said.
const OBJECTS: u64 = 100;
/// Number of times the usual busiest hour a burst must be.
const TIMES_USUAL: u64 = 5;
/// Objects, or bytes, from which it is a mass.
const MASS_OBJECTS: u64 = 1_000;
const MASS_BYTES: u64 = 1_000_000_000;
/// Hours of a bucket's log below which nothing is known of what is usual.
const BASIS_HOURS: i64 = 24;
/// Buckets remembered per principal, for each of the two logs.
const BUCKET_CAP: usize = 256;
/// Hours remembered per bucket: the latest hundred days.
const HOUR_CAP: usize = 2_400;
/// Words of bits that tell the keys of an hour apart, and the empty bits below which they no longer do.
const KEY_WORDS: usize = 16;
const LEAST_EMPTY: u32 = 16;
/// An even choice, because the first events of a day need not be those of the burst.
const CITED: Choice = Choice::Spread(12);

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MassObjectReads;

/// Reads by principal, bucket and hour.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct ObjectState {
    principals: Principals<Capped<Bucket>>,
    evidence: Evidence,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Bucket {
    hours: Latest<i32, Hour, HOUR_CAP>,
    #[serde(skip)]
    gate: Gate,
}

/// Reads of one hour.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Hour {
    first: Timestamp,
    last: Timestamp,
    reads: u64,
    bytes: u64,
    /// Bits of the keys read, by their hash: one large object read in many ranges is one object.
    keys: [u64; KEY_WORDS],
    /// Reads whose size was logged.
    sized: u64,
    /// One bit per folder, by its hash: enough to tell one folder from many.
    folders: u64,
}

impl Default for Hour {
    fn default() -> Self {
        Self {
            first: Timestamp(i64::MAX),
            last: Timestamp(i64::MIN),
            reads: 0,
            bytes: 0,
            keys: [0; KEY_WORDS],
            sized: 0,
            folders: 0,
        }
    }
}

impl Hour {
    fn merge(&mut self, other: &Self) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.reads = self.reads.saturating_add(other.reads);
        for (own, more) in self.keys.iter_mut().zip(other.keys) {
            *own |= more;
        }
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.sized = self.sized.saturating_add(other.sized);
        self.folders |= other.folders;
    }

    /// Returns the number of different objects: estimated from the bits of their keys where most reads are repeated, and
    /// the number of reads where they are not or where the bits don't tell.
    fn objects(&self) -> u64 {
        let bits = (KEY_WORDS * 64) as f64;
        let empty: u32 = self.keys.iter().map(|word| word.count_zeros()).sum();
        let estimate = (bits * (bits / f64::from(empty.max(1))).ln()).round() as u64;
        let is_told = empty >= LEAST_EMPTY && estimate < self.reads / 5 * 4;
        if is_told { estimate.max(1) } else { self.reads }
    }
}

impl Bucket {
    fn merge(&mut self, other: Self) {
        self.hours.merge(other.hours, |into, from| into.merge(&from));
    }
}

impl Bounded for Hour {}

impl Bounded for Bucket {
    fn overflowed(&self) -> bool {
        self.hours.overflowed()
    }
}

impl Detector for MassObjectReads {
    type State = ObjectState;

    fn about(&self) -> DetectionAbout {
        About {
            id: "mass-object-reads",
            title: "Many more objects read from a bucket than usual",
            severity: Severity::Medium,
            tactics: &[Tactic::Exfiltration, Tactic::Collection],
            techniques: &["T1530"],
            why: "Data is stolen by reading it. An identity that reads many times more objects of a bucket than it \
                  ever did, or reads a bucket wholesale that it never touched before, may be carrying it off.",
            false_positives: &[
                "A backup, migration or analysis that runs once",
                "A person who downloads a folder they are meant to work on",
            ],
            next: &[
                "Find out what the objects hold and whose data it is: there may be a duty to report",
                "Ask the owner of the identity what the reads were for",
                "Keep the access logs of the bucket; they are the only list of what was taken",
            ],
        }
        .build()
    }

    fn interest(&self) -> Interest {
        Interest::Names(&["GetObject"])
    }

    fn observe(&self, state: &mut Self::State, observation: &Observation<'_, '_>) {
        let event = observation.event;
        let Some(bucket) = event.request_text("bucketName") else {
            return;
        };
        if !observation.outcome().succeeded() || observation.is_by_aws() {
            return;
        }
        let lane = lane_name(event.log, bucket);
        let reads = state.principals.of(observation).slot(&lane, BUCKET_CAP);
        reads.hours.change(window::bucket(event.time, HOUR), |hour| {
            hour.merge(&one_read(event));
        });
        let day = days::day_of(event.time);
        if reads.gate.lets_in(i64::from(day), event.key) {
            let slot = slot_of(&[principals::key(observation), &lane, &day.to_string()]);
            let worst = state.evidence.add(slot, CITED, observation);
            reads.gate.close(i64::from(day), worst);
        }
    }

    fn merge(&self, into: &mut Self::State, from: Self::State, _cited_limit: usize) {
        into.principals.merge(from.principals, |into, from| {
            into.merge(from, BUCKET_CAP, Bucket::merge);
        });
        into.evidence.merge(from.evidence, CITED);
    }

    fn overflowed(&self, state: &Self::State) -> bool {
        state.principals.overflowed() || state.evidence.overflowed()
    }

    fn judge(&self, state: Self::State, context: &JudgeContext<'_>) -> Vec<Found> {
        let evidence = state.evidence;
        state
            .principals
            .into_sorted()
            .filter_map(|(principal, buckets)| {
                let bursts: Vec<Burst> = buckets
                    .into_sorted(BUCKET_CAP)
                    .into_iter()
                    .filter_map(|(lane, bucket)| {
                        burst(&lane, &bucket, context).or_else(|| slow(&lane, &bucket, &principal, context))
                    })
                    .collect();
                tell(principal, &bursts, &evidence, context)
            })
            .collect()
    }
}

/// A bucket as one of the two logs saw it.
fn lane_name(log: LogKind, bucket: &str) -> String {
    let log = if log == LogKind::S3ServerAccess {
        "access log"
    } else {
        "data events"
    };
    format!("{bucket}\u{1f}{log}")
}

fn one_read(event: &Event<'_>) -> Hour {
    let size = event.additional_member("bytesTransferredOut");
    let size = size.as_ref().and_then(amount);
    let key = event.request_text("key").unwrap_or_default();
    let folder = key.rsplit_once('/').map_or("", |(folder, _)| folder);
    // A read whose object is not logged stands for one of its own.
    let told = if key.is_empty() {
        event.key
    } else {
        EventKey::of(&[key.as_bytes()])
    };
    let place = (told.0 % (KEY_WORDS as u128 * 64)) as usize;
    let mut keys = [0; KEY_WORDS];
    keys[place / 64] = 1 << (place % 64);
    Hour {
        first: event.time,
        last: event.time,
        reads: 1,
        bytes: size.unwrap_or(0),
        keys,
        sized: u64::from(size.is_some()),
        folders: 1 << (EventKey::of(&[folder.as_bytes()]).0 % 64),
    }
}

/// CloudTrail writes the same count now as an integer, now as a float.
fn amount(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| {
        let float = value.as_f64()?;
        (float >= 0.0 && float <= u64::MAX as f64).then_some(float as u64)
    })
}

/// One bucket's burst.
struct Burst {
    lane: String,
    bucket: String,
    log: String,
    whole: Hour,
    /// Objects in the busiest hour outside the burst, and how many such hours there were.
    usual: u64,
    hours_before: usize,
    /// Hours of this bucket's object calls in the logs before the burst.
    logged_before: Option<i64>,
    /// AWS writes its logs to this bucket.
    is_log_bucket: bool,
}

/// The busiest hour with the busy hours around it, when the rest of the history is far below.
fn burst(lane: &str, bucket: &Bucket, context: &JudgeContext<'_>) -> Option<Burst> {
    // Few objects may be much data: then bytes are counted.
    let by_bytes = bucket.hours.iter().all(|(_, reads)| reads.objects() < OBJECTS);
    let amount = |reads: &Hour| if by_bytes { reads.bytes } else { reads.objects() };
    let least = if by_bytes { MASS_BYTES } else { OBJECTS };
    let peak = bucket.hours.iter().reduce(|best, next| {
        if amount(next.1) > amount(best.1) {
            next
        } else {
            best
        }
    })?;
    if amount(peak.1) < least {
        return None;
    }
    let busy = |hour: i32| {
        bucket
            .hours
            .get(&hour)
            .is_some_and(|reads| amount(reads) >= least)
    };
    let reach = |step: i32| {
        let mut hour = *peak.0;
        while busy(hour.saturating_add(step)) {
            hour = hour.saturating_add(step);
        }
        hour
    };
    // The hours next to the busy ones hold the burst's beginning and end.
    let span = reach(-1).saturating_sub(1)..=reach(1).saturating_add(1);
    let mut whole = Hour::default();
    for reads in bucket.hours.range(span.clone()).map(|(_, reads)| reads) {
        whole.merge(reads);
    }
    let outside = || bucket.hours.iter().filter(|(hour, _)| !span.contains(hour));
    let most = outside().map(|(_, reads)| amount(reads)).max().unwrap_or(0);
    if amount(peak.1) < most.saturating_mul(TIMES_USUAL) {
        return None;
    }
    let usual = outside().map(|(_, reads)| reads.objects()).max().unwrap_or(0);
    let (name, log) = lane.split_once('\u{1f}')?;
    let whole_first = whole.first;
    Some(Burst {
        lane: lane.to_owned(),
        bucket: name.to_owned(),
        log: log.to_owned(),
        whole,
        usual,
        hours_before: outside().filter(|(hour, _)| *hour < span.start()).count(),
        logged_before: context
            .object_logs
            .span_of(name)
            .map(|span| whole_first.since(span.first) / (3_600 * 1_000)),
        is_log_bucket: context.object_logs.is_log_bucket(name),
    })
}

/// Many objects over days, by a person or key that had read none of the bucket while its log was kept before.
fn slow(lane: &str, bucket: &Bucket, principal: &Principal, context: &JudgeContext<'_>) -> Option<Burst> {
    let mut whole = Hour::default();
    for (_, reads) in bucket.hours.iter() {
        whole.merge(reads);
    }
    let (name, log) = lane.split_once('\u{1f}')?;
    let logged = context.object_logs.span_of(name)?;
    let hours = whole.first.since(logged.first) / (3_600 * 1_000);
    let is_new = hours >= BASIS_HOURS && whole.first.since(context.first) >= BASIS_HOURS * 3_600 * 1_000;
    let is_mass = whole.objects() >= OBJECTS && whole.bytes >= MASS_BYTES;
    (is_new && is_mass && caller::has_habits(principal)).then(|| Burst {
        lane: lane.to_owned(),
        bucket: name.to_owned(),
        log: log.to_owned(),
        whole,
        usual: 0,
        hours_before: 0,
        logged_before: Some(hours),
        is_log_bucket: context.object_logs.is_log_bucket(name),
    })
}

impl Burst {
    /// True when the logs of this bucket are too short for "more than usual": fewer hours than a working day has.
    fn has_no_basis(&self) -> bool {
        self.hours_before == 0 && self.logged_before.is_some_and(|hours| hours < BASIS_HOURS)
    }

    fn severity(&self, principal: &Principal) -> Severity {
        // Reading the logs of an incident is what a responder does first.
        if self.is_log_bucket && self.has_no_basis() {
            return Severity::Low;
        }
        let mass = self.whole.objects() >= MASS_OBJECTS || self.whole.bytes >= MASS_BYTES;
        let personal = caller::has_habits(principal) || principal.kind == IdentityKind::AwsAccount;
        match (personal, mass, self.hours_before > 0) {
            (true, true, _) => Severity::High,
            (true, false, _) | (false, true, true) => Severity::Medium,
            // A host's role at its first sight: most are made to read.
            (false, _, _) => Severity::Low,
        }
    }

    fn size(&self) -> String {
        match self.whole.sized {
            0 => "size unknown".to_owned(),
            sized if sized < self.whole.reads => format!("at least {}", words::bytes(self.whole.bytes)),
            _ => words::bytes(self.whole.bytes),
        }
    }

    /// A little too low when there are many folders.
    fn folders(&self) -> String {
        match self.whole.folders.count_ones() {
            1 => "one folder".to_owned(),
            many => format!("at least {many} folders"),
        }
    }

    fn history(&self) -> String {
        if self.has_no_basis() {
            format!(
                "object calls of this bucket were recorded for only {} before, so what is usual is not known",
                words::count(
                    self.logged_before
                        .and_then(|hours| usize::try_from(hours).ok())
                        .unwrap_or(0),
                    "hour"
                )
            )
        } else if self.hours_before == 0 {
            "it had never read from it before in this log".to_owned()
        } else {
            format!("its busiest other hour there had {}", words::number(self.usual))
        }
    }
}

fn tell(
    principal: Principal,
    bursts: &[Burst],
    evidence: &Evidence,
    context: &JudgeContext<'_>,
) -> Option<Found> {
    let rank = |burst: &Burst| (burst.severity(&principal), burst.whole.objects());
    let worst = bursts
        .iter()
        .reduce(|best, next| if rank(next) > rank(best) { next } else { best })?;
    // Another log's view of the same bucket is no second bucket.
    let others: Vec<&str> = bursts
        .iter()
        .filter(|burst| burst.bucket != worst.bucket)
        .map(|burst| burst.bucket.as_str())
        .collect();
    let also = if others.is_empty() {
        String::new()
    } else {
        format!(" Likewise from {}.", words::list(&others, 4))
    };
    let whole = &worst.whole;
    let span = (whole.first, whole.last);
    let slots: Vec<u64> = (days::day_of(span.0)..=days::day_of(span.1))
        .map(|day| slot_of(&[&principal.key, &worst.lane, &day.to_string()]))
        .collect();
    Some(Found {
        severity: worst.severity(&principal),
        first: span.0,
        last: span.1,
        count: whole.reads,
        succeeded: whole.reads,
        summary: format!(
            "{} read {} ({}) from bucket {} within {}, in {}; {}.{also}",
            principal.name,
            words::count(usize::try_from(whole.objects()).unwrap_or(usize::MAX), "object"),
            worst.size(),
            worst.bucket,
            words::between(span.0, span.1),
            worst.folders(),
            worst.history(),
        ),
        facts: vec![
            Fact::target("bucket", &worst.bucket),
            Fact::new("objects", &words::number(whole.objects())),
            Fact::new("bytes", &worst.size()),
            Fact::new("usual busiest hour", &words::number(worst.usual)),
            Fact::new("counted from", &worst.log),
        ],
        sample: evidence.sample(slots, span, context.cited_limit),
        principal,
    })
}

#[cfg(test)]
mod tests;
