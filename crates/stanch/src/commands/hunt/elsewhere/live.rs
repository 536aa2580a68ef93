//! Events that CloudTrail keeps itself: pulled region by region into a snapshot of the case, then read from there.

use std::collections::BTreeMap;
use std::path::PathBuf;

use stanch_case::Case;
use stanch_collect::snapshot::Wanted;
use stanch_collect::{CollectError, Ended, Limits, Snapshot, Stop, Store, Tools, lookup};
use stanch_core::ports::Clock as _;
use stanch_core::snapshot::{AccountScope, Collector, NotRead, SnapshotManifest, SnapshotScope};
use stanch_core::text::shown;
use stanch_core::{AccountId, EventKey, RegionName, SourceId, Timestamp};
use stanch_hunt::Fetched;
use stanch_trail::{Origin, Source};

use crate::clock::SystemClock;
use crate::commands::aws::collect::accounts::{self, Scopes, Targets};
use crate::commands::aws::collect::line::CollectLine;
use crate::commands::aws::collect::{open, unkept};
use crate::commands::aws::{Session, session_over};
use crate::error::Failure;
use crate::output::Console;
use crate::requests::HuntRequest;

/// Delay of events: they can be looked up up to a quarter of an hour after they happened, seldom later.
const LATE: i64 = 2 * 3600 * 1000;
const DAY: i64 = 24 * 3600 * 1000;

/// Pulls what is not in the case yet; whether it was interrupted.
pub(super) fn pull(
    request: &HuntRequest,
    case: &mut Case,
    session: &mut Session,
    clock: &SystemClock,
    console: &Console,
) -> Result<bool, Failure> {
    let caller = session
        .runtime
        .block_on(session.client.caller(session.any_region()))
        .map_err(|error| session.no_identity(error.code.as_deref(), &error.message))?;
    let targets = Targets {
        accounts: &request.accounts,
        is_org: request.org,
        role_name: request.role_name.as_deref(),
        external_id: request.access.external_id.as_deref(),
        regions: &request.access.regions,
    };
    let Scopes { accounts, not_read } = accounts::scopes(session, &targets, &caller, console)?;
    // AWS's clock counts: with a local clock that is behind, the last events would not be asked for.
    let now = caller.server_time.unwrap_or_else(|| clock.now());
    let oldest = now.plus_millis(-lookup::DAYS * DAY);
    let wanted = Window {
        since: request.since.unwrap_or(oldest).max(oldest),
        until: request.until.unwrap_or(now).min(now),
        accounts,
        not_read: not_read
            .into_iter()
            .filter(|part| part.region.is_none())
            .collect(),
    };
    if wanted.since >= wanted.until {
        return Err(Failure::new(
            "--since is not before --until and now",
            "name a time in the last 90 days: CloudTrail keeps event history no longer",
        )
        .usage());
    }
    let identity = Collector {
        account: caller.account.as_str().into(),
        arn: caller.arn.clone(),
        user_id: caller.user_id.clone(),
    };
    // A pull that was interrupted continues to its own end first; what happened since then is another.
    loop {
        let pulled = once(case, session, &wanted, &identity, clock, console)?;
        if pulled.is_cut_short || pulled.until >= wanted.until {
            return Ok(pulled.is_cut_short);
        }
    }
}

/// Time span and accounts to download.
struct Window {
    since: Timestamp,
    until: Timestamp,
    accounts: Vec<AccountScope>,
    /// Accounts that are not asked.
    not_read: Vec<NotRead>,
}

/// Result of one download.
struct Pulled {
    until: Timestamp,
    is_cut_short: bool,
}

fn once(
    case: &mut Case,
    session: &mut Session,
    wanted: &Window,
    identity: &Collector,
    clock: &SystemClock,
    console: &Console,
) -> Result<Pulled, Failure> {
    let since = after_earlier(case, &wanted.accounts, wanted.since);
    let manifest = SnapshotManifest {
        id: String::new(),
        format: 0,
        started: wanted.until,
        ended: None,
        identity: Some(identity.clone()),
        endpoint: session.client.endpoint_url().map(str::to_owned),
        scope: SnapshotScope {
            accounts: wanted.accounts.clone(),
            collectors: vec![lookup::NAME.to_owned()],
            everything: false,
            not_read: wanted.not_read.clone(),
            since: Some(since),
        },
        tool: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let mut store = open::sealing(case, &mut session.client, manifest, clock.now(), false, console)?;
    let id = store.manifest().id.clone();
    let span = lookup::Span {
        accounts: wanted.accounts.clone(),
        from: store.manifest().scope.since.unwrap_or(since),
        to: store.manifest().started,
    };
    let regions: usize = span.accounts.iter().map(|scope| scope.regions.len()).sum();
    let places = if regions == 1 {
        "1 region".to_owned()
    } else {
        format!("{regions} regions")
    };
    console.say(&format!(
        "Downloading CloudTrail event history from {} to {} in {places}, two requests per second in each",
        span.from, span.to
    ));
    let ended = ask(session, &span, &mut store, clock, console)?;
    store
        .finish(&ended, clock.now())
        .map_err(|error| unkept(&error))?;
    case.end_snapshot(&id, &ended.effort, clock.now())?;
    if ended.is_session_over {
        return Err(session_over("stanch hunt --live"));
    }
    Ok(Pulled {
        until: span.to,
        is_cut_short: ended.is_cut_short,
    })
}

fn ask(
    session: &Session,
    span: &lookup::Span,
    store: &mut Store,
    clock: &SystemClock,
    console: &Console,
) -> Result<Ended, Failure> {
    let line = CollectLine::new(console.quiet);
    let stop = Stop::default();
    let tools = Tools {
        cloud: &session.client,
        clock,
        progress: &line,
        stop: &stop,
        limits: Limits::default(),
    };
    let ended = session.runtime.block_on(async {
        stop_on_interrupt(&stop);
        lookup::pull(span, &tools, store).await
    });
    line.clear();
    ended.map_err(|error| unkept(&error))
}

fn stop_on_interrupt(stop: &Stop) {
    let stop = stop.clone();
    drop(tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stop.stop();
        }
    }));
}

/// Returns the time from which events are missing: the end of an earlier, finished download of the same accounts and regions.
fn after_earlier(case: &Case, accounts: &[AccountScope], wanted: Timestamp) -> Timestamp {
    let covers = |snapshot: &Snapshot| {
        let manifest = snapshot.manifest();
        let known = manifest.scope.accounts == accounts
            && manifest.scope.since.is_some_and(|since| since <= wanted)
            && snapshot.coverage().is_ok_and(|coverage| coverage.is_complete());
        (snapshot.is_finished() && known).then(|| manifest.started.plus_millis(-LATE))
    };
    let ends = pulls(case).into_values().filter_map(|snapshot| covers(&snapshot));
    ends.max().map_or(wanted, |end| end.max(wanted))
}

/// The snapshots of the case that hold events, by id.
fn pulls(case: &Case) -> BTreeMap<String, Snapshot> {
    let entries = std::fs::read_dir(case.snapshots_folder())
        .into_iter()
        .flatten()
        .flatten();
    let opened = entries.filter_map(|entry| {
        let snapshot = Snapshot::open(&entry.path()).ok()?;
        let is_pull = snapshot.manifest().scope.collectors == [lookup::NAME];
        is_pull.then(|| (snapshot.manifest().id.clone(), snapshot))
    });
    opened.collect()
}

/// Place of a window: snapshot, account, region, and the reading's key.
type Place = (String, AccountId, RegionName, EventKey);

/// The windows of events in a case.
#[derive(Default)]
pub(super) struct Live {
    snapshots: BTreeMap<String, Snapshot>,
    windows: BTreeMap<PathBuf, (Place, Source)>,
}

impl Live {
    /// All that was ever pulled into a case.
    pub(super) fn of(case: &Case) -> Result<Self, Failure> {
        let snapshots = pulls(case);
        let mut windows = BTreeMap::new();
        for (id, snapshot) in &snapshots {
            let each = snapshot.each(&Wanted::of(lookup::SERVICE, lookup::OPERATION), |reading| {
                let size = lookup::records(&reading).map_or(0, |records| records.len());
                let path = path(id, &reading);
                let source = Source {
                    id: SourceId(0),
                    shown: shown(&path.display().to_string(), 400),
                    path: path.clone(),
                    size: size as u64,
                    origin: Origin::Elsewhere {
                        modified: Some(reading.at),
                    },
                };
                let key = reading.key();
                let place = (id.clone(), reading.account, reading.region, key);
                windows.insert(path, (place, source));
                Ok::<(), CollectError>(())
            });
            each.map_err(|error| unkept(&error))?;
        }
        Ok(Self { snapshots, windows })
    }

    /// A source for each window.
    pub(super) fn sources(&self) -> Vec<Source> {
        self.windows.values().map(|(_, source)| source.clone()).collect()
    }

    /// Gives windows as records, one a line; one that was not read in full as why.
    pub(super) fn fetch(&self, sources: &[&Source], each: Fetched<'_>) {
        let mut books: BTreeMap<(&String, &AccountId, &RegionName), BTreeMap<EventKey, &Source>> =
            BTreeMap::new();
        for source in sources {
            match self.windows.get(&source.path) {
                Some(((id, account, region, key), _)) => {
                    books
                        .entry((id, account, region))
                        .or_default()
                        .insert(*key, source);
                }
                None => each(source, Err("it is no longer in the case".to_owned())),
            }
        }
        for ((id, account, region), mut windows) in books {
            let wanted = Wanted::of(lookup::SERVICE, lookup::OPERATION)
                .account(account)
                .region(region);
            let read = self.snapshots[id].each(&wanted, |reading| {
                if let Some(source) = windows.remove(&reading.key()) {
                    each(source, lookup::records(&reading));
                }
                Ok::<(), CollectError>(())
            });
            let reason = read.err().map_or_else(
                || "it is no longer in the case".to_owned(),
                |error| error.to_string(),
            );
            for source in windows.into_values() {
                each(source, Err(reason.clone()));
            }
        }
    }
}

/// A name for a window that tells what it holds and sorts by time.
fn path(id: &str, reading: &stanch_core::Reading) -> PathBuf {
    let moment = |name: &str| -> String {
        let text = reading.params[name].as_str().unwrap_or_default();
        text.chars().filter(char::is_ascii_alphanumeric).collect()
    };
    let name = format!(
        "{}_{}_{}.jsonl",
        lookup::OPERATION,
        moment("StartTime"),
        moment("EndTime")
    );
    [
        "snapshots",
        id,
        reading.account.as_str(),
        reading.region.as_str(),
        &name,
    ]
    .iter()
    .collect()
}
