//! Measures the work queue and the store alone: a made-up organisation whose services answer at once, or after a while.
//!
//! `cargo run --release -p stanch-collect --example organisation -- ACCOUNTS REGIONS MILLISECONDS FOLDER`

#![expect(clippy::print_stdout, reason = "a measurement is told where it is run")]

use std::pin::Pin;
use std::time::{Duration, Instant};

use serde_json::json;
use stanch_collect::progress::Quiet;
use stanch_collect::{Limits, Order, Stop, Store, Tools, collect, collectors};
use stanch_core::ports::{Cloud, FixedClock};
use stanch_core::snapshot::{AccountScope, SnapshotManifest, SnapshotScope};
use stanch_core::{Answer, Call, Timestamp};

/// Answers every call with nothing, but users and functions.
struct Hollow(Duration);

impl Cloud for Hollow {
    fn ask<'c>(&'c self, call: &'c Call) -> Pin<Box<dyn Future<Output = Answer> + Send + 'c>> {
        Box::pin(async move {
            if !self.0.is_zero() {
                tokio::time::sleep(self.0).await;
            }
            let named = |list: &str, name: &str| {
                let items: Vec<_> = (0..50)
                    .map(|number| json!({ name: format!("n{number}") }))
                    .collect();
                json!({ list: items })
            };
            Answer::ok(match call.operation.as_str() {
                "ListUsers" if call.service.as_str() == "iam" => named("Users", "UserName"),
                "ListFunctions" if call.service.as_str() == "lambda" => named("Functions", "FunctionName"),
                "GenerateCredentialReport" => json!({"State": "COMPLETE"}),
                _ => json!({}),
            })
        })
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [accounts, regions, millis, folder] = arguments.as_slice() else {
        return Err("ACCOUNTS REGIONS MILLISECONDS FOLDER".into());
    };
    let regions: u32 = regions.parse()?;
    let began = Timestamp(1_780_000_000_000);
    let scopes: Vec<_> = (0..accounts.parse::<u64>()?)
        .map(|number| AccountScope {
            account: format!("{:012}", 100_000_000_000 + number).as_str().into(),
            partition: "aws".to_owned(),
            home: "us-east-1".into(),
            regions: (0..regions)
                .map(|place| format!("eu-test-{place}").as_str().into())
                .collect(),
            disabled: Vec::new(),
        })
        .collect();
    let order = Order::of(collectors::ALL, scopes, began)?;
    let manifest = SnapshotManifest {
        id: "measured".to_owned(),
        format: 0,
        started: began,
        ended: None,
        identity: None,
        endpoint: None,
        scope: SnapshotScope::default(),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let mut store = Store::create(std::path::Path::new(folder), manifest)?;
    let (clock, stop, cloud) = (
        FixedClock(began),
        Stop::default(),
        Hollow(Duration::from_millis(millis.parse()?)),
    );
    let tools = Tools {
        cloud: &cloud,
        clock: &clock,
        progress: &Quiet,
        stop: &stop,
        limits: Limits::default(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    let start = Instant::now();
    let ended = runtime.block_on(collect(&order, &tools, &mut store))?;
    let asked = start.elapsed();
    println!("{} calls in {asked:.1?}, {}", ended.state.done, peak());
    store.finish(&ended, began)?;
    println!("sorted after {:.1?}, {}", start.elapsed(), peak());
    Ok(())
}

/// The most memory that the process held, as the kernel tells it.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap_or("peak unknown")
        .to_owned()
}
