//! Pulls the events that CloudTrail keeps for 90 days in every region, trail or no trail, with `LookupEvents`.
//!
//! AWS grants two requests per second, account and region, of 50 events each, so regions are asked side by side, each from
//! the newest events back. What is asked for is a window of time, as wide as the answers before it let expect: a killed pull
//! loses one window of each region. Every window is a reading like any other, so all that holds for readings holds for it.
//! It must not judge events.

use std::pin::Pin;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use serde_json::{Value, json};
use stanch_core::snapshot::{AccountScope, key_of};
use stanch_core::{Answer, Call, CallOutcome, Reading, Timestamp};

use crate::error::CollectError;
use crate::keep;
use crate::pages;
use crate::progress::State;
use crate::queue::{Ended, Keep, NotAsked, Tools};

/// The name that a snapshot of events goes by among its collectors.
pub const NAME: &str = "lookup-events";
/// The service.
pub const SERVICE: &str = "cloudtrail";
/// The operation.
pub const OPERATION: &str = "LookupEvents";
/// Days for which CloudTrail keeps its event history
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html>).
pub const DAYS: i64 = 90;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
/// The first window.
const FIRST: i64 = HOUR;
/// The narrowest and the widest.
const WIDTHS: (i64, i64) = (MINUTE, 7 * 24 * HOUR);
/// Windows of fewer events are doubled, of more halved: enough for a window to be worth a request, few enough to be held in
/// memory in every region at once.
const EVENTS: (u64, u64) = (200, 1000);
/// Windows one after another that could not be read before a region is given up.
const PATIENCE: u32 = 3;

/// Events that are requested.
#[derive(Debug, Clone)]
pub struct Span {
    /// The accounts with their regions.
    pub accounts: Vec<AccountScope>,
    /// From when on.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
}

/// Pulls all events of a span.
///
/// # Errors
/// When readings can't be kept. Whatever goes wrong with a call is a reading.
pub async fn pull(span: &Span, tools: &Tools<'_>, store: &mut dyn Keep) -> Result<Ended, CollectError> {
    let mut ended = Ended::default();
    let mut flights: FuturesUnordered<Flight<'_>> = FuturesUnordered::new();
    for lane in lanes(span) {
        go_on(lane, span, tools, store, &mut ended, &mut flights)?;
    }
    while let Some((mut lane, call, answer)) = flights.next().await {
        ended.state.in_flight = flights.len();
        ended.effort.count(&call.service, &answer);
        store.seal(&answer.raw)?;
        if answer.is_session_over() {
            ended.is_session_over = true;
            ended.is_cut_short = true;
            leave_out(&lane, span, &mut ended.not_asked);
            continue;
        }
        let reading = keep::reading(&call, answer, tools.clock.now());
        store.keep(&reading)?;
        lane.learn(&reading);
        tell(&reading, tools, &mut ended.state);
        go_on(lane, span, tools, store, &mut ended, &mut flights)?;
    }
    Ok(ended)
}

type Flight<'f> = Pin<Box<dyn Future<Output = (Lane, Call, Answer)> + 'f>>;

/// Sends a region's next window that is not known yet, unless the region is done.
fn go_on<'t>(
    mut lane: Lane,
    span: &Span,
    tools: &Tools<'t>,
    store: &mut dyn Keep,
    ended: &mut Ended,
    flights: &mut FuturesUnordered<Flight<'t>>,
) -> Result<(), CollectError> {
    while !lane.is_done(span) {
        if tools.stop.is_stopped() || ended.is_session_over || lane.failures >= PATIENCE {
            ended.is_cut_short |= tools.stop.is_stopped();
            leave_out(&lane, span, &mut ended.not_asked);
            return Ok(());
        }
        let call = lane.call(span);
        ended.state.known += 1;
        let account = &span.accounts[lane.account].account;
        if let Some(reading) = store.known(key_of(&call, account))? {
            lane.learn(&reading);
            tell(&reading, tools, &mut ended.state);
            continue;
        }
        let cloud = tools.cloud;
        flights.push(Box::pin(async move {
            let answer = pages::ask(cloud, &call).await;
            (lane, call, answer)
        }));
        return Ok(());
    }
    Ok(())
}

fn tell(reading: &Reading, tools: &Tools<'_>, state: &mut State) {
    state.count(reading.outcome);
    tools.progress.answered(reading, state);
}

/// The rest of a region counts as one call that was not sent.
fn leave_out(lane: &Lane, span: &Span, not_asked: &mut NotAsked) {
    let scope = &span.accounts[lane.account];
    let place = (
        scope.account.clone(),
        scope.regions[lane.region].clone(),
        SERVICE.into(),
        OPERATION.into(),
    );
    *not_asked.entry(place).or_default() += 1;
}

/// The records of a window as CloudTrail wrote them, one a line.
///
/// # Errors
/// Why the window is not known, in words that are safe to show.
pub fn records(reading: &Reading) -> Result<Vec<u8>, String> {
    if reading.outcome != CallOutcome::Ok {
        let code = reading.code.as_deref().unwrap_or("no code");
        let message = reading.message.as_deref().unwrap_or("no message");
        return Err(format!(
            "{OPERATION} was not answered: {} ({code}): {message}",
            reading.outcome
        ));
    }
    Ok(records_in(&reading.body))
}

/// The records in an answer as CloudTrail wrote them, one a line: all that it gives, whether or not it is whole.
#[must_use]
pub fn records_in(body: &Value) -> Vec<u8> {
    let mut records = Vec::new();
    for event in body["Events"].as_array().into_iter().flatten() {
        match &event["CloudTrailEvent"] {
            Value::String(text) => records.extend_from_slice(text.as_bytes()),
            other => records.extend_from_slice(other.to_string().as_bytes()),
        }
        records.push(b'\n');
    }
    records
}

/// A region and how far back it was read.
#[derive(Debug, Clone)]
struct Lane {
    account: usize,
    region: usize,
    /// The end of the next window.
    to: Timestamp,
    width: i64,
    /// Windows one after another that could not be read.
    failures: u32,
    /// True when the region has no more to tell.
    is_over: bool,
}

fn lanes(span: &Span) -> Vec<Lane> {
    let mut lanes = Vec::new();
    for (account, scope) in span.accounts.iter().enumerate() {
        for region in 0..scope.regions.len() {
            lanes.push(Lane {
                account,
                region,
                to: whole_second(span.to),
                width: FIRST,
                failures: 0,
                is_over: false,
            });
        }
    }
    lanes
}

/// Events have times in whole seconds.
const fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_seconds(at.seconds())
}

impl Lane {
    fn is_done(&self, span: &Span) -> bool {
        self.is_over || self.to < whole_second(span.from)
    }

    /// The beginning of the next window; both its ends belong to it.
    fn from(&self, span: &Span) -> Timestamp {
        let from = self.to.plus_millis(SECOND - self.width);
        from.max(whole_second(span.from))
    }

    fn call(&self, span: &Span) -> Call {
        let scope = &span.accounts[self.account];
        Call {
            account: Some(scope.account.clone()),
            region: scope.regions[self.region].clone(),
            service: SERVICE.into(),
            operation: OPERATION.into(),
            params: json!({"StartTime": self.from(span).to_string(), "EndTime": self.to.to_string()}),
        }
    }

    /// Goes back behind a window that was read or given up.
    fn learn(&mut self, reading: &Reading) {
        match reading.outcome {
            CallOutcome::Ok => self.failures = 0,
            // What is refused once for a region is refused for every window of it.
            outcome if outcome.may_change() => self.failures += 1,
            outcome if outcome.is_known() => self.is_over = true,
            _ => self.failures = PATIENCE,
        }
        let from = reading.params["StartTime"].as_str().and_then(Timestamp::parse);
        match from {
            Some(from) => self.to = from.plus_millis(-SECOND),
            None => self.is_over = true,
        }
        if reading.outcome == CallOutcome::Ok && reading.items < EVENTS.0 {
            self.width = (self.width * 2).min(WIDTHS.1);
        } else if reading.items > EVENTS.1 {
            self.width = (self.width / 2).max(WIDTHS.0);
        }
    }
}
