//! Events are pulled window by window: all of them, each once, also after a kill; what is refused stays unknown.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Mutex;

use serde_json::{Value, json};
use stanch_collect::lookup::{self, Span};
use stanch_collect::progress::Quiet;
use stanch_collect::snapshot::Wanted;
use stanch_collect::{CollectError, Limits, Snapshot, Stop, Store, Tools};
use stanch_core::ports::{Cloud, FixedClock};
use stanch_core::{Answer, Call, CallOutcome, Timestamp};

use crate::run::{BEGAN, manifest, scope};

/// Events by region and second, and which windows were asked for.
struct Trail {
    events: BTreeMap<&'static str, Vec<i64>>,
    denied: &'static str,
    asked: Mutex<Vec<String>>,
    /// After so many calls the pull is told to stop.
    stop_after: usize,
    stop: Stop,
}

impl Cloud for Trail {
    fn ask<'c>(&'c self, call: &'c Call) -> Pin<Box<dyn Future<Output = Answer> + Send + 'c>> {
        let mut asked = self.asked.lock().unwrap();
        asked.push(format!("{} {}", call.region, call.params));
        if asked.len() >= self.stop_after {
            self.stop.stop();
        }
        let answer = self.answer(call);
        Box::pin(async { answer })
    }
}

impl Trail {
    fn answer(&self, call: &Call) -> Answer {
        if call.region.as_str() == self.denied {
            return Answer::refused(CallOutcome::Denied, Some("AccessDeniedException"), Some("no"));
        }
        let second = |name: &str| {
            let text = call.params[name].as_str().unwrap();
            Timestamp::parse(text).unwrap().seconds()
        };
        let window = second("StartTime")..=second("EndTime");
        let events = &self.events[call.region.as_str()];
        let found = events.iter().filter(|at| window.contains(at));
        let event = |at: &i64| json!({"CloudTrailEvent": json!({"eventID": format!("{}-{at}", call.region)}).to_string()});
        Answer::ok(json!({"Events": found.map(event).collect::<Vec<_>>()}))
    }
}

/// A quiet region, a busy one with a burst, and one that may not be read.
fn trail(stop_after: usize) -> Trail {
    let now = BEGAN.seconds();
    let quiet = (0..80).map(|day| now - day * 86_400).collect();
    let burst = (0..5_000).map(|second| now - 40 * 86_400 - second);
    let busy = burst
        .chain((0..2_000).map(|minute| now - minute * 1_800))
        .collect();
    Trail {
        events: [("af-south-1", quiet), ("eu-west-1", busy)].into(),
        denied: "us-east-1",
        asked: Mutex::default(),
        stop_after,
        stop: Stop::default(),
    }
}

async fn pull(trail: &Trail, store: Store) -> bool {
    let mut store = store;
    let span = Span {
        accounts: vec![scope()],
        from: BEGAN.plus_millis(-lookup::DAYS * 86_400_000),
        to: BEGAN,
    };
    let clock = FixedClock(BEGAN);
    let tools = Tools {
        cloud: trail,
        clock: &clock,
        progress: &Quiet,
        stop: &trail.stop,
        limits: Limits::default(),
    };
    let ended = lookup::pull(&span, &tools, &mut store).await.unwrap();
    store.finish(&ended, BEGAN).unwrap();
    ended.is_cut_short
}

/// Event ids with how often they were pulled, and what was not known.
fn pulled(snapshot: &Snapshot) -> (BTreeMap<String, u32>, Vec<String>) {
    let mut ids = BTreeMap::new();
    let mut unknown = Vec::new();
    let each = snapshot.each(&Wanted::of(lookup::SERVICE, lookup::OPERATION), |reading| {
        match lookup::records(&reading) {
            Err(why) => unknown.push(format!("{} {why}", reading.region)),
            Ok(records) => {
                for line in String::from_utf8(records).unwrap().lines() {
                    let event: Value = serde_json::from_str(line).unwrap();
                    *ids.entry(event["eventID"].as_str().unwrap().to_owned())
                        .or_default() += 1;
                }
            }
        }
        Ok::<(), CollectError>(())
    });
    each.unwrap();
    (ids, unknown)
}

fn expected(trail: &Trail) -> BTreeMap<String, u32> {
    let of_region = |(region, events): (&&str, &Vec<i64>)| {
        let ids = events.iter().map(|at| format!("{region}-{at}"));
        ids.collect::<Vec<_>>()
    };
    let mut all = BTreeMap::new();
    for id in trail.events.iter().flat_map(of_region) {
        *all.entry(id).or_default() += 1;
    }
    all
}

#[tokio::test]
async fn every_event_is_in_one_window_and_a_refusal_stays_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let trail = trail(usize::MAX);
    let store = Store::create(folder.path(), manifest("s1")).unwrap();
    assert!(!pull(&trail, store).await);
    let snapshot = Snapshot::open(&folder.path().join("s1")).unwrap();
    let (ids, unknown) = pulled(&snapshot);
    assert_eq!(ids, expected(&trail));
    insta::assert_snapshot!(unknown.join("\n"), @"us-east-1 LookupEvents was not answered: denied (AccessDeniedException): no");
    let coverage = snapshot.coverage().unwrap();
    assert!(!coverage.is_complete());
    // Quiet time costs few requests: 90 days of an event a day.
    let asked = trail.asked.into_inner().unwrap();
    let quiet = asked.iter().filter(|call| call.starts_with("af-south-1")).count();
    assert!(quiet < 25, "{quiet} requests");
}

#[tokio::test]
async fn a_stopped_pull_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let first = trail(20);
    let store = Store::create(folder.path(), manifest("s1")).unwrap();
    assert!(pull(&first, store).await);
    let open = || Snapshot::open(&folder.path().join("s1")).unwrap();
    assert!(!open().is_finished() && !open().coverage().unwrap().is_complete());
    let second = trail(usize::MAX);
    let store = Store::resume(&folder.path().join("s1")).unwrap();
    assert!(!pull(&second, store).await);
    assert_eq!(pulled(&open()).0, expected(&second));
    let asked_before = first.asked.into_inner().unwrap();
    let asked_again = second.asked.into_inner().unwrap();
    let known = |call: &&String| asked_before.contains(call) && !call.starts_with("us-east-1");
    assert_eq!(asked_again.iter().filter(known).count(), 0);
}
