//! The work queue: every question over every account and region, each answer kept and followed.
//!
//! Many calls are in flight at once on one thread; they borrow, nothing is spawned. Whatever the order in which answers
//! come, the same calls are sent and the same readings kept. Where time or patience ends, what was not asked is counted.
//! It must not know what answers mean, nor where readings go.

use std::collections::{BTreeMap, HashSet};
use std::pin::Pin;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use serde_json::Value;
use stanch_core::ports::{Clock, Cloud};
use stanch_core::snapshot::{AccountScope, Effort, key_of};
use stanch_core::{
    AccountId, Answer, Call, CallOutcome, EventKey, OperationName, Reading, RegionName, ServiceName,
    Timestamp,
};

use crate::context::Context;
use crate::error::CollectError;
use crate::keep;
use crate::lane::LaneKey;
use crate::pages;
use crate::progress::{CollectProgress, Laggard, State};
use crate::question::{Asked, Question, Root};
use crate::schedule::Schedule;
use crate::stop::Stop;

/// Number of times a call is asked again whose answer says that it is not ready, and how long between.
const WAITS: u32 = 30;
const WAIT: Duration = Duration::from_secs(2);
/// Number of slow calls that are named, and how often.
const LAGGARDS: usize = 5;
const LAGGARDS_EVERY: i64 = 1000;

/// Where readings are kept.
pub trait Keep {
    /// The reading of a call that was kept before and is good enough not to be asked again.
    ///
    /// # Errors
    /// When it can't be read.
    fn known(&mut self, key: EventKey) -> Result<Option<Reading>, CollectError>;

    /// Keeps a reading.
    ///
    /// # Errors
    /// When it can't be written.
    fn keep(&mut self, reading: &Reading) -> Result<(), CollectError>;

    /// Keeps the bodies of replies as they came, if they are wanted: before the reading of them is kept, so that a run that
    /// is killed between the two asks again.
    ///
    /// # Errors
    /// When they can't be sealed or written.
    fn seal(&mut self, raw: &[Vec<u8>]) -> Result<(), CollectError>;
}

/// The request and its scope.
#[derive(Debug, Clone)]
pub struct Order {
    /// The accounts with their regions.
    pub accounts: Vec<AccountScope>,
    /// The questions, most relevant services first.
    pub roots: Vec<Root>,
    /// When the snapshot began: what windows of time refer to.
    pub started: Timestamp,
}

/// Limits of requests at once and of time.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Calls under way over all, those included that wait until it is polite to send them. How many of them are open on the
    /// network at one moment is the affair of who sends them.
    pub at_once: usize,
    /// Calls in flight per account, region and service.
    pub per_lane: usize,
    /// After so many milliseconds no further call is sent.
    pub budget: Option<i64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // A call that waits for its service's rate holds a place and nothing else: with as few places as there may be
            // requests open, sixteen slow lanes would keep all others from being asked at all.
            at_once: 1024,
            per_lane: 4,
            budget: None,
        }
    }
}

/// Parts that the queue works with.
#[derive(Clone, Copy)]
pub struct Tools<'t> {
    /// The service that it calls.
    pub cloud: &'t dyn Cloud,
    /// The time.
    pub clock: &'t dyn Clock,
    /// Listener for progress.
    pub progress: &'t dyn CollectProgress,
    /// The flag that stops it.
    pub stop: &'t Stop,
    /// Limit of requests at once.
    pub limits: Limits,
}

/// Calls that were not sent, by where they would have gone. What an unread list would have led to counts once.
pub type NotAsked = BTreeMap<(AccountId, RegionName, ServiceName, OperationName), u64>;

/// Result of the work.
#[derive(Debug, Clone, Default)]
pub struct Ended {
    /// The figures.
    pub state: State,
    /// Requests that were not sent.
    pub not_asked: NotAsked,
    /// True when it was interrupted or ran out of time.
    pub is_cut_short: bool,
    /// True when the session of the credentials ended: the same work continues with new ones.
    pub is_session_over: bool,
    /// Calls, time and bytes.
    pub effort: Effort,
}

/// Asks everything in the order that was not asked before.
///
/// # Errors
/// When readings can't be kept. Whatever goes wrong with a call is a reading.
pub async fn collect(order: &Order, tools: &Tools<'_>, store: &mut dyn Keep) -> Result<Ended, CollectError> {
    let mut queue = Queue::new(order, tools, store);
    let mut flights: FuturesUnordered<Flight<'_>> = FuturesUnordered::new();
    loop {
        while !queue.must_end() && flights.len() < tools.limits.at_once.max(1) {
            let Some((lane, asked)) = queue.schedule.next() else {
                break;
            };
            if let Some(departure) = queue.depart(lane, asked)? {
                flights.push(Box::pin(fly(tools.cloud, tools.stop, departure)));
            }
        }
        queue.state.in_flight = flights.len();
        let Some((departure, answer)) = flights.next().await else {
            break;
        };
        queue.state.in_flight = flights.len();
        queue.land(&departure, answer)?;
    }
    Ok(queue.end())
}

type Flight<'f> = Pin<Box<dyn Future<Output = (Departure, Answer)> + 'f>>;

/// A call on its way.
struct Departure {
    lane: usize,
    asked: Asked,
    call: Call,
}

async fn fly(cloud: &dyn Cloud, stop: &Stop, departure: Departure) -> (Departure, Answer) {
    let mut answer = pages::ask(cloud, &departure.call).await;
    for _ in 0..WAITS {
        if stop.is_stopped()
            || answer.outcome != CallOutcome::Ok
            || is_ready(&departure.asked.question, &answer.body)
        {
            break;
        }
        tokio::time::sleep(WAIT).await;
        answer = pages::ask(cloud, &departure.call).await;
    }
    (departure, answer)
}

/// Returns true when an answer is what was waited for.
fn is_ready(question: &Question, body: &Value) -> bool {
    question.until.as_ref().is_none_or(|(path, wanted)| {
        path.first(body)
            .and_then(Value::as_str)
            .is_some_and(|value| value == wanted)
    })
}

struct Queue<'q> {
    order: &'q Order,
    tools: &'q Tools<'q>,
    store: &'q mut dyn Keep,
    schedule: Schedule,
    seen: HashSet<EventKey>,
    state: State,
    not_asked: NotAsked,
    began: Timestamp,
    told: Timestamp,
    is_cut_short: bool,
    is_session_over: bool,
    effort: Effort,
}

impl<'q> Queue<'q> {
    fn new(order: &'q Order, tools: &'q Tools<'q>, store: &'q mut dyn Keep) -> Self {
        let schedule = Schedule::new(&order.accounts, &order.roots, tools.limits.per_lane);
        let began = tools.clock.now();
        let state = State {
            known: schedule.left() as u64,
            ..State::default()
        };
        Self {
            order,
            tools,
            store,
            schedule,
            seen: HashSet::new(),
            state,
            not_asked: NotAsked::new(),
            began,
            told: began,
            is_cut_short: false,
            is_session_over: false,
            effort: Effort::default(),
        }
    }

    fn must_end(&mut self) -> bool {
        let late = self
            .tools
            .limits
            .budget
            .is_some_and(|budget| self.tools.clock.now().since(self.began) >= budget);
        let ends = late || self.is_session_over || self.tools.stop.is_stopped();
        self.is_cut_short |= ends && self.schedule.left() > 0;
        ends
    }

    /// Makes a call ready to send, unless it was sent before or is known.
    fn depart(&mut self, lane: usize, asked: Asked) -> Result<Option<Departure>, CollectError> {
        let key = self.schedule.lane(lane).clone();
        let call = asked.question.call(&asked.params, &context(self.order, &key));
        let id = key_of(&call, &self.order.accounts[key.account].account);
        if !self.seen.insert(id) {
            self.state.known = self.state.known.saturating_sub(1);
            self.schedule.landed(lane);
            return Ok(None);
        }
        let departure = Departure { lane, asked, call };
        if let Some(reading) = self.store.known(id)? {
            self.follow(&departure, &reading);
            return Ok(None);
        }
        Ok(Some(departure))
    }

    /// Keeps an answer and adds what it leads to.
    fn land(&mut self, departure: &Departure, answer: Answer) -> Result<(), CollectError> {
        self.effort.count(&departure.call.service, &answer);
        if answer.is_session_over() {
            // Not kept: the next run asks it again.
            self.is_session_over = true;
            self.is_cut_short = true;
            let key = self.schedule.lane(departure.lane).clone();
            self.leave_out(&key, &departure.asked.question, 1);
            self.schedule.landed(departure.lane);
            return Ok(());
        }
        self.store.seal(&answer.raw)?;
        let reading = keep::reading(&departure.call, answer, self.tools.clock.now());
        self.store.keep(&reading)?;
        self.follow(departure, &reading);
        Ok(())
    }

    fn follow(&mut self, departure: &Departure, reading: &Reading) {
        let question = &departure.asked.question;
        let key = self.schedule.lane(departure.lane).clone();
        let context = context(self.order, &key);
        if reading.outcome != CallOutcome::Ok {
            for next in question.follow_ups().filter(|next| next.regardless) {
                self.add(departure.lane, next.clone().alone());
            }
        }
        if !reading.body.is_null() {
            let followed = question.follow(&reading.body, &departure.call.params, &context);
            for asked in followed.asked {
                self.add(departure.lane, asked);
            }
            for (next, count) in followed.left_out {
                self.leave_out(&key, &next, count);
            }
        }
        if !reading.outcome.is_known() {
            for next in question.follow_ups().filter(|next| !next.regardless) {
                self.leave_out(&key, next, 1);
            }
        }
        self.schedule.landed(departure.lane);
        self.state.count(reading.outcome);
        self.tools.progress.answered(reading, &self.state);
        self.tell_laggards();
    }

    fn add(&mut self, lane: usize, asked: Asked) {
        self.state.known += 1;
        self.schedule.add(lane, asked);
    }

    /// Counts a question, and all that it would have led to, as not asked.
    fn leave_out(&mut self, key: &LaneKey, question: &Question, count: u64) {
        let place = (
            self.order.accounts[key.account].account.clone(),
            key.region.clone(),
            question.service.clone(),
            question.operation.clone(),
        );
        *self.not_asked.entry(place).or_default() += count;
        for next in question.follow_ups() {
            self.leave_out(key, next, 1);
        }
    }

    fn tell_laggards(&mut self) {
        let now = self.tools.clock.now();
        if now.since(self.told) < LAGGARDS_EVERY {
            return;
        }
        self.told = now;
        let laggards: Vec<_> = self
            .schedule
            .laggards(LAGGARDS)
            .into_iter()
            .map(|lane| Laggard {
                account: self.order.accounts[lane.key.account].account.clone(),
                region: lane.key.region.clone(),
                service: lane.key.service.clone(),
                operation: lane.last.clone().unwrap_or_else(|| "".into()),
                left: lane.left() + lane.in_flight,
            })
            .collect();
        self.tools.progress.laggards(&laggards);
    }

    /// Counts what was left in the lanes.
    fn end(mut self) -> Ended {
        for (key, left) in self.schedule.drain() {
            for asked in left {
                let call = asked.question.call(&asked.params, &context(self.order, &key));
                let id = key_of(&call, &self.order.accounts[key.account].account);
                if self.seen.insert(id) {
                    self.leave_out(&key, &asked.question, 1);
                }
            }
        }
        Ended {
            state: self.state,
            not_asked: self.not_asked,
            is_cut_short: self.is_cut_short,
            is_session_over: self.is_session_over,
            effort: self.effort,
        }
    }
}

fn context<'c>(order: &'c Order, lane: &'c LaneKey) -> Context<'c> {
    Context {
        account: &order.accounts[lane.account],
        region: lane.region.as_str(),
        started: order.started,
    }
}
