//! Set-up of these tests: collectors, regions, and the files on disk afterwards.

use std::collections::BTreeMap;
use std::path::Path;

use stanch_collect::collector::Collector;
use stanch_collect::progress::Quiet;
use stanch_collect::{Ended, Limits, Order, Snapshot, Stop, Store, Tools, collect, collectors};
use stanch_core::Timestamp;
use stanch_core::ports::FixedClock;
use stanch_core::snapshot::{AccountScope, SnapshotManifest, SnapshotScope};

use crate::account::Account;

pub(crate) const BEGAN: Timestamp = Timestamp(1_780_000_000_000);

pub(crate) fn scope() -> AccountScope {
    AccountScope {
        account: "123456789012".into(),
        partition: "aws".to_owned(),
        home: "us-east-1".into(),
        regions: ["af-south-1", "eu-west-1", "us-east-1"].map(Into::into).to_vec(),
        disabled: vec!["me-south-1".into()],
    }
}

pub(crate) fn some(names: &[&str]) -> Vec<&'static Collector> {
    collectors::ALL
        .iter()
        .copied()
        .filter(|collector| names.contains(&collector.name))
        .collect()
}

/// A few collectors that between them use everything a collector can say.
pub(crate) fn few() -> Order {
    let collectors = some(&[
        "iam-users",
        "iam-account",
        "s3",
        "lambda",
        "ecs",
        "guardduty",
        "kms",
    ]);
    Order::of(&collectors, vec![scope()], BEGAN).unwrap()
}

pub(crate) fn manifest(id: &str) -> SnapshotManifest {
    SnapshotManifest {
        id: id.to_owned(),
        format: 0,
        started: BEGAN,
        ended: None,
        identity: None,
        endpoint: None,
        scope: SnapshotScope {
            accounts: vec![scope()],
            collectors: Vec::new(),
            everything: false,
            not_read: Vec::new(),
            since: None,
        },
        tool: "test".to_owned(),
    }
}

pub(crate) async fn run(
    order: &Order,
    account: &Account,
    store: &mut Store,
    stop: &Stop,
    limits: Limits,
) -> Ended {
    let clock = FixedClock(BEGAN);
    let tools = Tools {
        cloud: account,
        clock: &clock,
        progress: &Quiet,
        stop,
        limits,
    };
    collect(order, &tools, store).await.unwrap()
}

/// Collects into a new snapshot and finishes it.
pub(crate) async fn whole(order: &Order, account: &Account, folder: &Path) -> (Ended, Snapshot) {
    let mut store = Store::create(folder, manifest("s1")).unwrap();
    let ended = run(order, account, &mut store, &Stop::default(), Limits::default()).await;
    store.finish(&ended, BEGAN).unwrap();
    (ended, Snapshot::open(&folder.join("s1")).unwrap())
}

/// Every file below a folder by its path.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut left = vec![folder.to_owned()];
    while let Some(path) = left.pop() {
        for entry in std::fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}
