//! `stanch collect`: the configuration of the account as a snapshot in the case.

pub(crate) mod accounts;
pub(crate) mod line;
pub(crate) mod open;
mod summary;

use stanch_case::Case;
use stanch_collect::{CollectError, Ended, Limits, Order, Stop, Store, Tools, collectors, everything, order};
use stanch_core::ports::Clock as _;
use stanch_core::snapshot::{AccountScope, Collector, NotRead, SnapshotManifest, SnapshotScope};

use accounts::Targets;

use super::Session;
use crate::clock::SystemClock;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::Console;
use crate::requests::CollectRequest;

/// Collects.
pub(crate) fn run(request: &CollectRequest, console: &Console) -> Result<Exit, Failure> {
    let clock = SystemClock::new(None);
    let mut case = Case::open(&request.case, clock.now())?;
    let mut session = Session::open(&request.access)?;
    let caller = session
        .runtime
        .block_on(session.client.caller(session.any_region()))
        .map_err(|error| session.no_identity(error.code.as_deref(), &error.message))?;
    let identity = Collector {
        account: caller.account.as_str().into(),
        arn: caller.arn.clone(),
        user_id: caller.user_id.clone(),
    };
    let accounts::Scopes { accounts, not_read } =
        accounts::scopes(&mut session, &targets(request), &caller, console)?;
    let roots = chosen(request, &session)?;
    let limits = Limits {
        budget: request.time_budget.map(|minutes| i64::from(minutes) * 60_000),
        ..Limits::default()
    };
    if request.everything {
        summary::confirm(
            &everything::estimate(&roots, &accounts, &limits),
            request,
            console,
        )?;
    }
    let scope = scope_of(request, accounts.clone(), not_read);
    let manifest = SnapshotManifest {
        id: String::new(),
        format: 0,
        started: clock.now(),
        ended: None,
        identity: Some(identity),
        endpoint: session.client.endpoint_url().map(str::to_owned),
        scope,
        tool: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let store = open::sealing(
        &mut case,
        &mut session.client,
        manifest,
        clock.now(),
        request.fresh,
        console,
    )?;
    let id = store.manifest().id.clone();
    let work = Order {
        accounts,
        roots,
        started: store.manifest().started,
    };
    let ended = collect(&session, &work, limits, store, console)?;
    case.end_snapshot(&id, &ended.effort, clock.now())?;
    let folder = case.snapshot_folder(&id)?;
    summary::tell(&folder, &id, request, &ended, console)
}

fn scope_of(request: &CollectRequest, accounts: Vec<AccountScope>, not_read: Vec<NotRead>) -> SnapshotScope {
    SnapshotScope {
        accounts,
        collectors: names(request),
        everything: request.everything,
        not_read,
        since: None,
    }
}

fn targets(request: &CollectRequest) -> Targets<'_> {
    Targets {
        accounts: &request.accounts,
        is_org: request.org,
        role_name: request.role_name.as_deref(),
        external_id: request.access.external_id.as_deref(),
        regions: &request.access.regions,
    }
}

/// Sends everything and keeps what comes.
fn collect(
    session: &Session,
    work: &Order,
    limits: Limits,
    mut store: Store,
    console: &Console,
) -> Result<Ended, Failure> {
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
    Ok(ended)
}

pub(crate) fn unkept(error: &CollectError) -> Failure {
    Failure::because(
        "the snapshot can't be kept",
        error,
        "check the free space and the permissions of the case, then run it again: it continues",
    )
}

/// Returns the requests to send: of some collectors, of all, or every operation there is.
fn chosen(
    request: &CollectRequest,
    session: &Session,
) -> Result<Vec<stanch_collect::question::Root>, Failure> {
    if request.everything {
        return everything::everything(session.client.models())
            .map_err(|error| Failure::because("the collectors can't be read", &error, "please report it"));
    }
    let unknown = request
        .only
        .iter()
        .find(|name| !collectors::ALL.iter().any(|known| known.name == name.as_str()));
    if let Some(name) = unknown {
        let known: Vec<&str> = collectors::ALL.iter().map(|known| known.name).collect();
        return Err(Failure::new(
            format!("{name} is not a collector"),
            format!("choose among {}", known.join(", ")),
        )
        .usage());
    }
    let some: Vec<_> = collectors::ALL
        .iter()
        .copied()
        .filter(|known| request.only.is_empty() || request.only.iter().any(|name| name == known.name))
        .collect();
    order::roots(&some)
        .map_err(|error| Failure::because("the collectors can't be read", &error, "please report it"))
}

fn names(request: &CollectRequest) -> Vec<String> {
    if request.everything || !request.only.is_empty() {
        return request.only.clone();
    }
    collectors::ALL
        .iter()
        .map(|known| known.name.to_owned())
        .collect()
}
