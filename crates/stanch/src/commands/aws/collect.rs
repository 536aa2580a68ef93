//! `stanch collect`: the account as a snapshot in the case.

mod accounts;
mod line;
mod summary;

use std::path::{Path, PathBuf};

use stanch_case::Case;
use stanch_collect::{CollectError, Limits, Order, Stop, Store, Tools, collectors, everything, order};
use stanch_core::Timestamp;
use stanch_core::ports::Clock as _;
use stanch_core::snapshot::{Collector, SnapshotManifest, SnapshotScope};

use super::{Session, no_identity};
use crate::arguments::CollectArguments;
use crate::clock::SystemClock;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::Console;

/// Below the case.
const SNAPSHOTS: &str = "snapshots";

/// Collects.
pub(crate) fn run(arguments: &CollectArguments, console: &Console) -> Result<Exit, Failure> {
    let clock = SystemClock::new(None);
    let mut case = Case::open(&arguments.case, clock.now())?;
    let mut session = Session::open(&arguments.access)?;
    let caller = session
        .runtime
        .block_on(session.client.caller(session.any_region()))
        .map_err(|error| no_identity(&error.message))?;
    let identity = Collector {
        account: caller.account.as_str().into(),
        arn: caller.arn.clone(),
        user_id: caller.user_id.clone(),
    };
    let accounts = accounts::scopes(&mut session, arguments, &caller, console)?;
    let roots = chosen(arguments, &session)?;
    let limits = Limits {
        budget: arguments.time_budget.map(|minutes| i64::from(minutes) * 60_000),
        ..Limits::default()
    };
    if arguments.everything {
        summary::confirm(&everything::estimate(&roots, &accounts, &limits), arguments)?;
    }
    let scope = SnapshotScope {
        accounts: accounts.clone(),
        collectors: names(arguments),
        everything: arguments.everything,
    };
    let snapshots = case.dir().join(SNAPSHOTS);
    let store = open_store(
        &snapshots,
        arguments,
        &session,
        identity,
        scope,
        clock.now(),
        console,
    )?;
    let id = store.manifest().id.clone();
    let started = store.manifest().started;
    case.journal().note(
        &format!("collecting into snapshots/{id} as {}", caller.arn),
        clock.now(),
    )?;
    let work = Order {
        accounts,
        roots,
        started,
    };
    let ended = collect(&session, &work, limits, store, console)?;
    let folder = snapshots.join(&id);
    let word = if ended { "interrupted" } else { "done" };
    case.journal()
        .note(&format!("collecting into snapshots/{id}: {word}"), clock.now())?;
    summary::tell(&folder, &id, arguments, ended, console)
}

/// Sends everything and keeps what comes; whether it was cut short.
fn collect(
    session: &Session,
    work: &Order,
    limits: Limits,
    mut store: Store,
    console: &Console,
) -> Result<bool, Failure> {
    let clock = SystemClock::new(None);
    let line = line::CollectLine::new(console.quiet);
    let stop = Stop::default();
    let tools = Tools {
        cloud: &session.client,
        clock: &clock,
        progress: &line,
        stop: &stop,
        limits,
    };
    let ended = session.runtime.block_on(async {
        let interrupted = stop.clone();
        drop(tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                interrupted.stop();
            }
        }));
        stanch_collect::collect(work, &tools, &mut store).await
    });
    line.clear();
    let ended = ended.map_err(|error| unkept(&error))?;
    store
        .finish(&ended, clock.now())
        .map_err(|error| unkept(&error))?;
    Ok(ended.is_cut_short)
}

fn unkept(error: &CollectError) -> Failure {
    Failure::because(
        "the snapshot can't be kept",
        error,
        "check the free space and the permissions of the case, then run it again: it goes on where it was",
    )
}

/// What is asked: some collectors, all of them, or every operation there is.
fn chosen(
    arguments: &CollectArguments,
    session: &Session,
) -> Result<Vec<stanch_collect::question::Root>, Failure> {
    if arguments.everything {
        return Ok(everything::everything(session.client.models()));
    }
    let unknown = arguments
        .only
        .iter()
        .find(|name| !collectors::ALL.iter().any(|known| known.name == name.as_str()));
    if let Some(name) = unknown {
        let known: Vec<&str> = collectors::ALL.iter().map(|known| known.name).collect();
        return Err(Failure::new(
            format!("{name} is no collector"),
            format!("choose among {}", known.join(", ")),
        ));
    }
    let some: Vec<_> = collectors::ALL
        .iter()
        .copied()
        .filter(|known| arguments.only.is_empty() || arguments.only.iter().any(|name| name == known.name))
        .collect();
    order::roots(&some)
        .map_err(|error| Failure::because("the collectors can't be read", &error, "please report it"))
}

fn names(arguments: &CollectArguments) -> Vec<String> {
    if arguments.everything || !arguments.only.is_empty() {
        return arguments.only.clone();
    }
    collectors::ALL
        .iter()
        .map(|known| known.name.to_owned())
        .collect()
}

/// The snapshot to go on with, or a new one.
fn open_store(
    snapshots: &Path,
    arguments: &CollectArguments,
    session: &Session,
    identity: Collector,
    scope: SnapshotScope,
    now: Timestamp,
    console: &Console,
) -> Result<Store, Failure> {
    if !arguments.fresh
        && let Some(folder) = interrupted(snapshots, &scope)
    {
        let store = Store::resume(&folder).map_err(|error| unkept(&error))?;
        console.say(&format!(
            "Going on with snapshot {}: {} answers are there already (--fresh begins anew)",
            store.manifest().id,
            store.known_readings()
        ));
        return Ok(store);
    }
    let manifest = SnapshotManifest {
        id: new_id(snapshots, now),
        format: 0,
        started: now,
        ended: None,
        identity: Some(identity),
        endpoint: session.client.endpoint_url().map(str::to_owned),
        scope,
        tool: env!("CARGO_PKG_VERSION").to_owned(),
    };
    Store::create(snapshots, manifest).map_err(|error| unkept(&error))
}

/// The latest snapshot that has not ended and asks for the same.
fn interrupted(snapshots: &Path, scope: &SnapshotScope) -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(snapshots)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    folders.sort();
    folders.into_iter().rev().find(|folder| {
        stanch_collect::Snapshot::open(folder)
            .is_ok_and(|snapshot| !snapshot.is_finished() && snapshot.manifest().scope == *scope)
    })
}

/// Named by its moment, so that names sort by time.
fn new_id(snapshots: &Path, now: Timestamp) -> String {
    let moment: String = now
        .to_string()
        .chars()
        .filter(|character| character.is_ascii_alphanumeric())
        .collect();
    let mut id = moment.clone();
    let mut count = 1;
    while snapshots.join(&id).exists() {
        count += 1;
        id = format!("{moment}-{count}");
    }
    id
}
