//! All activity, normal or not: the basis of findings and coverage.
//!
//! Plain mergeable counts per account and region, per hour and per principal. It must not judge. Every set is
//! bounded by keeping its smallest members, which gives the same result in whatever order events come.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use stanch_core::coverage::{Coverage, Span};
use stanch_core::event::Category;
use stanch_core::principal::Principal;
use stanch_core::text::bounded;
use stanch_core::verdict::{ActivityBar, Analysis, PrincipalSummary};
use stanch_core::{Finding, FindingId, LogKind, Timestamp};

use crate::declared::Statement;
use crate::network::Networks;
use crate::observation::Observation;
use crate::thinned::Thinned;

mod object_logs;
mod recorded;
mod tally;

pub use object_logs::ObjectLogs;
pub use recorded::Recorded;
pub(crate) use tally::Tally;

/// Number of regions, addresses, agents or keys that are kept per principal.
const SET_LIMIT: usize = 64;
/// Number of principals that are kept. A log that names more was made to exhaust memory.
const PRINCIPAL_LIMIT: usize = 200_000;
/// Number of accounts that are kept.
const ACCOUNT_LIMIT: usize = 5_000;
/// Number of regions per account, and of services with data events, that are kept: far more than there are.
const NAME_LIMIT: usize = 512;
/// Number of hours that are kept: over twenty years.
const HOUR_LIMIT: usize = 200_000;

/// Everything counted over the events of a run.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Activity {
    events: u64,
    shared: u64,
    span: Option<Span>,
    accounts: Thinned<Box<str>, BTreeMap<String, Span>>,
    data_events: BTreeMap<String, u64>,
    hours: Thinned<i64, (u64, u64)>,
    principals: Thinned<Box<str>, PrincipalActivity>,
    object_logs: ObjectLogs,
    #[serde(default)]
    recorded: Recorded,
}

/// Activity of one principal.
#[derive(Debug, Serialize, Deserialize)]
struct PrincipalActivity {
    span: Span,
    errors: u64,
    writes: u64,
    /// By [`Habit`].
    habits: [BTreeSet<String>; 4],
}

/// Habits of a principal.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Habit {
    Region,
    Address,
    Agent,
    AccessKey,
}

impl Habit {
    /// All of them, in the order in which they are kept.
    pub(crate) const ALL: [Self; 4] = [Self::Region, Self::Address, Self::Agent, Self::AccessKey];

    const fn text_limit(self) -> usize {
        match self {
            Self::Region => 64,
            Self::Address | Self::AccessKey => 128,
            Self::Agent => 160,
        }
    }
}

impl Activity {
    /// Counts one event.
    pub fn observe(&mut self, observation: &Observation<'_, '_>) {
        let event = observation.event;
        let failed = u64::from(!observation.outcome().succeeded());
        let once = Span::of(event.time);
        self.shared += u64::from(!event.shared_event_id.is_empty());
        self.add_events(once);
        self.add_region(&event.account, &event.region, once);
        if Recorded::is_of(event) {
            self.recorded.add(&event.account, &event.region, event.time);
        }
        if event.category == Category::Data || event.log == LogKind::S3ServerAccess {
            count_name(&mut self.data_events, event.service(), 1);
        }
        self.add_hour(event.time.seconds().div_euclid(3600), (1, failed));
        let writes = u64::from(failed == 0 && !event.is_read());
        let key = observation.principal_key();
        self.add_acts(key, once, failed, writes);
        let texts = [
            &event.region,
            &event.source_address,
            &event.user_agent,
            &event.identity.access_key_id,
        ];
        for (habit, text) in Habit::ALL.into_iter().zip(texts) {
            self.note_habit(key, event.time, habit, text);
        }
    }

    /// Notes that an S3 object call of a bucket was recorded.
    pub(crate) fn note_object_log(&mut self, event: &stanch_core::Event<'_>) {
        self.object_logs.observe(event);
    }

    /// Buckets whose object calls were recorded.
    #[must_use]
    pub const fn object_logs(&self) -> &ObjectLogs {
        &self.object_logs
    }

    /// Until when management events were recorded.
    #[must_use]
    pub const fn recorded(&self) -> &Recorded {
        &self.recorded
    }

    fn add_events(&mut self, span: Span) {
        self.events += span.events;
        match &mut self.span {
            Some(known) => known.merge(span),
            none => *none = Some(span),
        }
    }

    fn add_hour(&mut self, hour: i64, counts: (u64, u64)) {
        match self.hours.get_mut(&hour) {
            Some(known) => add(known, counts),
            None => self.hours.insert(hour, counts, HOUR_LIMIT),
        }
    }

    fn add_region(&mut self, account: &str, region: &str, more: Span) {
        let (account, region) = (clipped(account), clipped(region));
        if self.accounts.get(account).is_none() {
            self.accounts
                .insert(bounded(account, 64).into(), BTreeMap::new(), ACCOUNT_LIMIT);
        }
        let Some(regions) = self.accounts.get_mut(account) else {
            return;
        };
        match regions.get_mut(region) {
            Some(span) => span.merge(more),
            None => {
                regions.insert(region.to_owned(), more);
                cut_names(regions);
            }
        }
    }

    /// The principal of a key, if it may be remembered.
    fn principal(&mut self, key: &str, time: Timestamp) -> Option<&mut PrincipalActivity> {
        let key = clipped(key);
        if self.principals.get(key).is_none() {
            self.principals
                .insert(key.into(), PrincipalActivity::new(time), PRINCIPAL_LIMIT);
        }
        self.principals.get_mut(key)
    }

    fn add_acts(&mut self, key: &str, span: Span, errors: u64, writes: u64) {
        if let Some(principal) = self.principal(key, span.first) {
            principal.span.merge(span);
            principal.errors += errors;
            principal.writes += writes;
        }
    }

    fn note_habit(&mut self, key: &str, time: Timestamp, habit: Habit, text: &str) {
        if let Some(principal) = self.principal(key, time) {
            keep(&mut principal.habits[habit as usize], text, habit.text_limit());
        }
    }

    /// Adds another run's or thread's counts.
    pub fn merge(&mut self, other: Self) {
        self.events += other.events;
        self.shared += other.shared;
        match (&mut self.span, other.span) {
            (Some(span), Some(more)) => span.merge(more),
            (none @ None, more) => *none = more,
            (Some(_), None) => {}
        }
        self.accounts.merge(other.accounts, ACCOUNT_LIMIT, |mine, more| {
            for (region, span) in more {
                mine.entry(region)
                    .and_modify(|known| known.merge(span))
                    .or_insert(span);
            }
            cut_names(mine);
        });
        for (service, count) in other.data_events {
            *self.data_events.entry(service).or_default() += count;
        }
        cut_names(&mut self.data_events);
        self.object_logs.merge(other.object_logs);
        self.recorded.merge(other.recorded);
        self.hours.merge(other.hours, HOUR_LIMIT, add);
        self.principals
            .merge(other.principals, PRINCIPAL_LIMIT, PrincipalActivity::merge);
    }

    /// Returns true when there was more to count than can be remembered.
    #[must_use]
    pub const fn overflowed(&self) -> bool {
        self.accounts.overflowed() || self.hours.overflowed() || self.principals.overflowed()
    }

    /// The first and last event.
    #[must_use]
    pub const fn span(&self) -> Option<Span> {
        self.span
    }

    /// The principals and access keys that these statements are about, whenever it was.
    pub(crate) fn principals_of(&self, statements: &[Statement]) -> Vec<String> {
        let mut found = Vec::new();
        for (key, principal) in self.principals.iter().filter(|_| !statements.is_empty()) {
            let habit = |habit: Habit| principal.habits[habit as usize].iter();
            let addresses: Vec<&str> = habit(Habit::Address).map(String::as_str).collect();
            let agents: Vec<&str> = habit(Habit::Agent).map(String::as_str).collect();
            let keys: Vec<&str> = habit(Habit::AccessKey).map(String::as_str).collect();
            let is_about = |statement: &Statement| statement.is_about(key, &keys, &addresses, &agents);
            if statements.iter().any(is_about) {
                found.push(key.to_string());
                found.extend(habit(Habit::AccessKey).cloned());
            }
        }
        found
    }

    /// Number of principals that were seen.
    #[must_use]
    pub fn principal_count(&self) -> u64 {
        self.principals.len() as u64
    }

    /// The first event of a principal, and how many events it has in all.
    #[must_use]
    pub fn span_of(&self, principal_key: &str) -> Option<Span> {
        self.principals
            .get(clipped(principal_key))
            .map(|principal| principal.span)
    }

    /// True when a principal of an account other than this one came from an address, or from one of the same /24, and was
    /// active since before a moment.
    #[must_use]
    pub(crate) fn has_settled_address(
        &self,
        account: &str,
        address: &str,
        except: &str,
        before: Timestamp,
    ) -> bool {
        let near = match address.rsplit_once('.') {
            Some((network, _)) => format!("{network}."),
            None => address.to_owned(),
        };
        let is_near = |known: &BTreeSet<String>| {
            let next = known.range(near.clone()..).next();
            next.is_some_and(|next| next.starts_with(&near))
        };
        self.principals.iter().any(|(key, principal)| {
            &**key != except
                && key.contains(account)
                && principal.span.first <= before
                && is_near(&principal.habits[Habit::Address as usize])
        })
    }

    /// Fills in what these counts say about coverage.
    pub fn fill(&self, coverage: &mut Coverage) {
        coverage.events = self.events;
        coverage.shared = self.shared;
        coverage.span = self.span;
        coverage.regions = self
            .accounts
            .iter()
            .map(|(account, regions)| (account.to_string(), regions.clone()))
            .collect();
        coverage.data_events.clone_from(&self.data_events);
    }

    /// At most [`Analysis::BAR_LIMIT`] bars of equal width over the whole span, and that width.
    #[must_use]
    pub fn bars(&self) -> (Vec<ActivityBar>, i64) {
        const HOUR: i64 = 3_600_000;
        let (Some(first), Some(last)) = (
            self.hours.iter().map(|(hour, _)| hour).min(),
            self.hours.iter().map(|(hour, _)| hour).max(),
        ) else {
            return (Vec::new(), HOUR);
        };
        let hours = last - first + 1;
        let limit = Analysis::BAR_LIMIT as i64;
        let width = (hours + limit - 1) / limit;
        let count = (hours + width - 1) / width;
        let bar = |index: i64| ActivityBar {
            start: Timestamp((first + index * width).saturating_mul(HOUR)),
            events: 0,
            errors: 0,
        };
        let mut bars: Vec<ActivityBar> = (0..count).map(bar).collect();
        for (hour, (events, errors)) in self.hours.iter() {
            if let Some(bar) = usize::try_from((hour - first) / width)
                .ok()
                .and_then(|index| bars.get_mut(index))
            {
                bar.events += events;
                bar.errors += errors;
            }
        }
        (bars, width * HOUR)
    }

    /// Principals with findings, then the busiest others, at most [`Analysis::PRINCIPAL_LIMIT`].
    #[must_use]
    pub fn summaries(&self, findings: &[Finding], networks: &Networks) -> Vec<PrincipalSummary> {
        let mut by_principal: BTreeMap<&str, Vec<FindingId>> = BTreeMap::new();
        for finding in findings {
            by_principal
                .entry(&finding.principal.key)
                .or_default()
                .push(finding.id.clone());
        }
        let mut order: Vec<(&str, &PrincipalActivity, usize)> = self
            .principals
            .iter()
            .map(|(key, principal)| (&**key, principal, by_principal.get(&**key).map_or(0, Vec::len)))
            .collect();
        order.sort_by(|a, b| (b.2, b.1.span.events, a.0).cmp(&(a.2, a.1.span.events, b.0)));
        order.truncate(Analysis::PRINCIPAL_LIMIT);
        let found = |key| by_principal.get(key).cloned().unwrap_or_default();
        order
            .into_iter()
            .map(|(key, principal, _)| principal.summary(key, found(key), networks))
            .collect()
    }
}

impl PrincipalActivity {
    fn new(time: Timestamp) -> Self {
        Self {
            span: Span::before(time),
            errors: 0,
            writes: 0,
            habits: <[BTreeSet<String>; 4]>::default(),
        }
    }

    fn merge(&mut self, other: Self) {
        self.span.merge(other.span);
        self.errors += other.errors;
        self.writes += other.writes;
        for (mine, more) in self.habits.iter_mut().zip(other.habits) {
            mine.extend(more);
            cut(mine);
        }
    }

    fn summary(&self, key: &str, findings: Vec<FindingId>, networks: &Networks) -> PrincipalSummary {
        let habit = |habit: Habit| self.habits[habit as usize].iter();
        PrincipalSummary {
            principal: Principal::from_key(key),
            first: self.span.first,
            last: self.span.last,
            events: self.span.events,
            errors: self.errors,
            writes: self.writes,
            regions: habit(Habit::Region).cloned().collect(),
            networks: habit(Habit::Address)
                .map(|address| networks.describe(address).label())
                .collect(),
            agents: habit(Habit::Agent).cloned().collect(),
            access_keys: habit(Habit::AccessKey).cloned().collect(),
            findings,
        }
    }
}

/// A name as it is remembered: only a hostile one is longer.
fn clipped(name: &str) -> &str {
    &name[..name.floor_char_boundary(512)]
}

/// Adds a text to a set that keeps its smallest members.
fn keep(set: &mut BTreeSet<String>, text: &str, length: usize) {
    if text.is_empty() || set.contains(text) {
        return;
    }
    if set.len() >= SET_LIMIT && set.last().is_some_and(|last| last.as_str() < text) {
        return;
    }
    set.insert(bounded(text, length));
    cut(set);
}

fn cut(set: &mut BTreeSet<String>) {
    while set.len() > SET_LIMIT {
        set.pop_last();
    }
}

fn count_name(counts: &mut BTreeMap<String, u64>, name: &str, more: u64) {
    if let Some(count) = counts.get_mut(name) {
        *count += more;
    } else {
        counts.insert(bounded(name, 64), more);
        cut_names(counts);
    }
}

/// Keeps the smallest names. One that was dropped never comes back, so the counts of those kept are whole.
fn cut_names<V>(names: &mut BTreeMap<String, V>) {
    while names.len() > NAME_LIMIT {
        names.pop_last();
    }
}

fn add(counts: &mut (u64, u64), more: (u64, u64)) {
    counts.0 += more.0;
    counts.1 += more.1;
}
