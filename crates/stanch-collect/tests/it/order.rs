//! Order, fairness and time: the result is the same whatever comes first, and nobody waits for the slow.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;
use stanch_collect::{Limits, Order, Stop, Store};
use stanch_core::Answer;

use crate::account::{Account, rule};
use crate::run::{BEGAN, few, files, manifest, run, scope, some, whole};

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_answers_makes_no_difference(seed in 1..u64::MAX, at_once in 1_usize..80, per_lane in 1_usize..9) {
        let one = tempfile::tempdir().unwrap();
        let other = tempfile::tempdir().unwrap();
        let (account, shuffled) = (Account::default(), Account::default().seeded(seed));
        block_on(async {
            whole(&few(), &account, one.path()).await;
            let mut store = Store::create(other.path(), manifest("s1")).unwrap();
            let limits = Limits { at_once, per_lane, budget: None };
            let ended = run(&few(), &shuffled, &mut store, &Stop::default(), limits).await;
            store.finish(&ended, BEGAN).unwrap();
        });
        prop_assert_eq!(files(one.path()), files(other.path()));
        let sorted = |account: &Account| {
            let mut asked = account.asked.lock().unwrap().clone();
            asked.sort();
            asked
        };
        let asked = sorted(&shuffled);
        prop_assert!(asked.windows(2).all(|pair| pair[0] != pair[1]), "asked twice");
        prop_assert_eq!(sorted(&account), asked);
        prop_assert!(shuffled.most("all") <= at_once);
        prop_assert!(shuffled.most("us-east-1/iam") <= per_lane);
    }
}

/// Answers after a while that depends on the service.
struct Slow {
    account: Account,
    slow: &'static str,
}

impl stanch_core::ports::Cloud for Slow {
    fn ask<'c>(
        &'c self,
        call: &'c stanch_core::Call,
    ) -> std::pin::Pin<Box<dyn Future<Output = Answer> + Send + 'c>> {
        Box::pin(async move {
            let millis = if call.service.as_str() == self.slow {
                5_000
            } else {
                50
            };
            tokio::time::sleep(Duration::from_millis(millis)).await;
            self.account.ask(call).await
        })
    }
}

async fn timed(order: &Order, cloud: &Slow, limits: Limits) -> (Duration, usize) {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::create(folder.path(), manifest("s1")).unwrap();
    let clock = stanch_core::ports::FixedClock(BEGAN);
    let tools = stanch_collect::Tools {
        cloud,
        clock: &clock,
        progress: &stanch_collect::progress::Quiet,
        stop: &Stop::default(),
        limits,
    };
    let began = tokio::time::Instant::now();
    let ended = stanch_collect::collect(order, &tools, &mut store).await.unwrap();
    store.finish(&ended, BEGAN).unwrap();
    (began.elapsed(), cloud.account.count())
}

#[test]
fn a_slow_service_holds_nobody_else() {
    let many = rule("kms", "ListKeys", |_| {
        let keys: Vec<_> = (0..50)
            .map(|number| json!({"KeyId": format!("k{number}")}))
            .collect();
        Answer::ok(json!({ "Keys": keys }))
    });
    let account = Account::default().with(many);
    // The slow service comes first and has most to do, and could fill every place.
    let mut order = few();
    order
        .roots
        .sort_by_key(|root| root.question.service().as_str() != "kms");
    let limits = Limits {
        at_once: 12,
        per_lane: 2,
        budget: None,
    };
    let done: std::sync::Arc<std::sync::Mutex<Vec<(String, Duration)>>> = std::sync::Arc::default();
    let cloud = Slow { account, slow: "kms" };
    block_on(async {
        let began = tokio::time::Instant::now();
        let heard = done.clone();
        let mut cloud = cloud;
        cloud.account.rules.insert(
            0,
            Box::new(move |call| {
                heard
                    .lock()
                    .unwrap()
                    .push((call.service.0.clone(), began.elapsed()));
                None
            }),
        );
        timed(&order, &cloud, limits).await;
    });
    let done = done.lock().unwrap();
    let last = |slow: bool| {
        done.iter()
            .filter(|(service, _)| (service == "kms") == slow)
            .map(|(_, at)| *at)
            .max()
            .unwrap()
    };
    assert!(last(false) < Duration::from_secs(5), "{:?}", last(false));
    assert!(last(true) > Duration::from_secs(60), "{:?}", last(true));
}

#[test]
fn the_time_it_takes_is_near_what_it_must_take() {
    let mut wide = scope();
    wide.regions = (0..17)
        .map(|number| format!("eu-test-{number}").as_str().into())
        .collect();
    let collectors = some(&[
        "ec2-network",
        "ec2-instances",
        "ec2-images",
        "lambda",
        "ecs",
        "rds",
        "kms",
        "ssm",
        "logs",
        "events",
    ]);
    let order = Order::of(&collectors, vec![wide], BEGAN).unwrap();
    let cloud = Slow {
        account: Account::default(),
        slow: "none",
    };
    let limits = Limits {
        at_once: 64,
        per_lane: 4,
        budget: None,
    };
    let (took, calls) = block_on(timed(&order, &cloud, limits));
    let ideal = Duration::from_millis(50) * u32::try_from(calls.div_ceil(64)).unwrap();
    // The longest lane, asked four at a time, may be longer than its share.
    let lane = Duration::from_millis(50) * 30;
    assert!(calls > 1_000, "{calls}");
    assert!(
        took < ideal.max(lane) * 3 / 2,
        "{calls} calls took {took:?}, at best {ideal:?}"
    );
}
