//! The engine where AWS takes its time, ends a change badly, or says that the session is over.

use std::pin::Pin;
use std::sync::Mutex;

use serde_json::json;
use stanch_core::plan::{Dependency, Expectation, Order, Path, Plan, Settling, StepNumber, Test};
use stanch_core::ports::{Cloud, Silent};
use stanch_core::run::StepState;
use stanch_core::{Answer, Call, CallOutcome};
use tokio::time::{Duration, Instant};

use super::tests::{Journal, Memory, SteppedClock, begun, plan, state};
use super::{Engine, History, Outcomes, Patience, RunError};

/// A cloud whose policies of `mallory` go through states after they were put, and whose session ends after some calls.
struct Slow {
    memory: Memory,
    put: Mutex<Option<Instant>>,
    /// The last state and when it is reached.
    ends: (&'static str, Duration),
    calls_left: Mutex<usize>,
}

impl Slow {
    fn new(ends: (&'static str, Duration), calls: usize) -> Self {
        Self {
            memory: Memory::default(),
            put: Mutex::new(None),
            ends,
            calls_left: Mutex::new(calls),
        }
    }

    fn answer(&self, call: &Call) -> Answer {
        let mut left = self.calls_left.lock().unwrap();
        if *left == 0 {
            return Answer::refused(CallOutcome::Failed, Some("ExpiredToken"), Some("expired"));
        }
        *left -= 1;
        let is_slow = call.params["UserName"] == "mallory";
        if call.operation.as_str() == "PutUserPolicy" && is_slow {
            *self.put.lock().unwrap() = Some(Instant::now());
        }
        let mut answer = self.memory.answer(call);
        let since = self.put.lock().unwrap().map(|put| put.elapsed());
        if let Some(since) = since.filter(|_| is_slow && call.operation.as_str() == "GetUserPolicy") {
            let (last, after) = self.ends;
            let word = if since >= after { last } else { "pending" };
            answer.body["State"] = json!(word);
        }
        answer
    }
}

impl Cloud for Slow {
    fn ask<'c>(&'c self, call: &'c Call) -> Pin<Box<dyn Future<Output = Answer> + Send + 'c>> {
        Box::pin(async { self.answer(call) })
    }
}

/// Step 1 is completed once its state is `completed`; step 2 needs it.
fn slow_plan(seconds: u32) -> Plan {
    let mut plan = plan(&["mallory", "oscar"]);
    let is = |word: &str| Expectation::new("policy-after", Path::of("State"), Test::Is(json!(word)));
    let change = &mut plan.steps[0].change;
    change.once = true;
    change.verified_by = vec![is("completed")];
    change.settles = Some(Settling {
        seconds,
        failed_if: vec![is("error")],
    });
    plan.steps[1].after.push(Dependency {
        step: StepNumber(1),
        order: Order::Needs,
    });
    plan
}

async fn apply(cloud: &Slow, journal: &Journal, plan: &Plan) -> Result<Outcomes, RunError> {
    let engine = Engine {
        cloud,
        journal,
        clock: &SteppedClock(Instant::now()),
        catalogue: &cloud.memory,
        listener: &Silent,
        patience: Patience::default(),
    };
    let lines = journal.lines();
    let history = History::of(lines.iter().map(|(at, line)| (*at, line)));
    engine.apply(plan, history, begun(false)).await
}

#[tokio::test(start_paused = true)]
async fn what_needs_a_slow_change_waits_until_aws_has_completed_it() {
    for seconds in [0, 5, 120, 3_000] {
        let cloud = Slow::new(("completed", Duration::from_secs(seconds)), usize::MAX);
        let began = Instant::now();
        let outcomes = apply(&cloud, &Journal::new(usize::MAX), &slow_plan(3_600))
            .await
            .unwrap();
        assert_eq!(state(&outcomes, 1), &StepState::Done, "after {seconds} s");
        assert_eq!(state(&outcomes, 2), &StepState::Done);
        assert!(began.elapsed() >= Duration::from_secs(seconds));
        let puts = cloud.memory.writes.lock().unwrap().clone();
        assert_eq!(
            puts,
            ["PutUserPolicy mallory", "PutUserPolicy oscar"],
            "sent once"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_aws_ends_badly_is_not_verified_and_what_needs_it_is_not_tried() {
    for (ends, seconds, why) in [
        (("error", Duration::from_secs(40)), 3_600, "ended it badly"),
        (
            ("completed", Duration::from_secs(5_000)),
            600,
            "still working on it after 600 seconds",
        ),
    ] {
        let cloud = Slow::new(ends, usize::MAX);
        let journal = Journal::new(usize::MAX);
        let plan = slow_plan(seconds);
        let outcomes = apply(&cloud, &journal, &plan).await.unwrap();
        let StepState::Failed { why: said, .. } = state(&outcomes, 1) else {
            panic!("{outcomes:?}");
        };
        assert!(said.contains(why), "{said}");
        assert!(
            matches!(state(&outcomes, 2), StepState::NotTried { .. }),
            "{outcomes:?}"
        );
        assert_eq!(cloud.memory.writes.lock().unwrap().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_that_ends_stops_the_run_and_the_next_one_continues_wherever_that_was() {
    let plan = plan(&["mallory", "oscar", "eve"]);
    for calls in 0..30 {
        let journal = Journal::new(usize::MAX);
        let mut cloud = Slow::new(("", Duration::ZERO), calls);
        let first = apply(&cloud, &journal, &plan).await;
        if let Ok(outcomes) = &first {
            assert!(
                outcomes.values().all(|state| *state == StepState::Done),
                "{calls}: {outcomes:?}"
            );
        } else {
            assert_eq!(first, Err(RunError::SessionOver), "after {calls} calls");
        }
        cloud.calls_left = Mutex::new(usize::MAX);
        let outcomes = apply(&cloud, &journal, &plan).await.unwrap();
        assert!(
            outcomes.values().all(StepState::is_in_effect),
            "{calls}: {outcomes:?}"
        );
        assert_eq!(
            cloud.memory.writes.lock().unwrap().len(),
            3,
            "nothing twice after {calls} calls"
        );
    }
}
