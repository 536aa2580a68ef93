//! What happened in all, whether or not anything was wrong with it: the ground under findings and coverage.
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

use crate::network::Networks;
use crate::observation::Observation;
use crate::thinned::Thinned;

/// How many regions, addresses, agents or keys are kept per principal.
const SET_LIMIT: usize = 64;
/// How many principals are kept. A log that names more was made to exhaust memory.
const PRINCIPAL_LIMIT: usize = 200_000;
/// How many accounts are kept.
const ACCOUNT_LIMIT: usize = 5_000;
/// How many regions per account, and services with data events, are kept: far more than there are.
const NAME_LIMIT: usize = 512;
/// How many hours are kept: over twenty years.
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
}

/// What one principal did in all.
#[derive(Debug, Serialize, Deserialize)]
struct PrincipalActivity {
    span: Span,
    errors: u64,
    writes: u64,
    regions: BTreeSet<String>,
    addresses: BTreeSet<String>,
    agents: BTreeSet<String>,
    access_keys: BTreeSet<String>,
}

impl Activity {
    /// Counts one event.
    pub fn observe(&mut self, observation: &Observation<'_, '_>) {
        let event = observation.event;
        let succeeded = observation.outcome().succeeded();
        self.events += 1;
        self.shared += u64::from(!event.shared_event_id.is_empty());
        match &mut self.span {
            Some(span) => span.add(event.time),
            none => *none = Some(Span::of(event.time)),
        }
        self.count_region(&event.account, &event.region, event.time);
        if event.category == Category::Data || event.log == LogKind::S3ServerAccess {
            count_name(&mut self.data_events, event.service());
        }
        let hour = event.time.seconds().div_euclid(3600);
        match self.hours.get_mut(&hour) {
            Some(counts) => add(counts, (1, u64::from(!succeeded))),
            None => self.hours.insert(hour, (1, u64::from(!succeeded)), HOUR_LIMIT),
        }
        self.count_principal(observation, succeeded);
    }

    fn count_region(&mut self, account: &str, region: &str, time: Timestamp) {
        let (account, region) = (clipped(account), clipped(region));
        if self.accounts.get(account).is_none() {
            self.accounts
                .insert(bounded(account, 64).into(), BTreeMap::new(), ACCOUNT_LIMIT);
        }
        let Some(regions) = self.accounts.get_mut(account) else {
            return;
        };
        match regions.get_mut(region) {
            Some(span) => span.add(time),
            None => {
                regions.insert(region.to_owned(), Span::of(time));
                cut_names(regions);
            }
        }
    }

    fn count_principal(&mut self, observation: &Observation<'_, '_>, succeeded: bool) {
        let event = observation.event;
        let key = clipped(event.principal_key());
        if self.principals.get(key).is_none() {
            self.principals
                .insert(key.into(), PrincipalActivity::new(event.time), PRINCIPAL_LIMIT);
        }
        let Some(principal) = self.principals.get_mut(key) else {
            return;
        };
        principal.span.add(event.time);
        principal.errors += u64::from(!succeeded);
        principal.writes += u64::from(succeeded && !event.is_read());
        keep(&mut principal.regions, &event.region, 64);
        keep(&mut principal.addresses, &event.source_address, 128);
        keep(&mut principal.agents, &event.user_agent, 160);
        keep(&mut principal.access_keys, &event.identity.access_key_id, 128);
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
        self.hours.merge(other.hours, HOUR_LIMIT, add);
        self.principals
            .merge(other.principals, PRINCIPAL_LIMIT, PrincipalActivity::merge);
    }

    /// Whether there was more to count than can be remembered.
    #[must_use]
    pub const fn overflowed(&self) -> bool {
        self.accounts.overflowed() || self.hours.overflowed() || self.principals.overflowed()
    }

    /// The first and last event.
    #[must_use]
    pub const fn span(&self) -> Option<Span> {
        self.span
    }

    /// How many principals were seen.
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
            span: Span {
                first: time,
                last: time,
                events: 0,
            },
            errors: 0,
            writes: 0,
            regions: BTreeSet::new(),
            addresses: BTreeSet::new(),
            agents: BTreeSet::new(),
            access_keys: BTreeSet::new(),
        }
    }

    fn merge(&mut self, other: Self) {
        self.span.merge(other.span);
        self.errors += other.errors;
        self.writes += other.writes;
        for (mine, more) in [
            (&mut self.regions, other.regions),
            (&mut self.addresses, other.addresses),
            (&mut self.agents, other.agents),
            (&mut self.access_keys, other.access_keys),
        ] {
            mine.extend(more);
            cut(mine);
        }
    }

    fn summary(&self, key: &str, findings: Vec<FindingId>, networks: &Networks) -> PrincipalSummary {
        PrincipalSummary {
            principal: Principal::from_key(key),
            first: self.span.first,
            last: self.span.last,
            events: self.span.events,
            errors: self.errors,
            writes: self.writes,
            regions: self.regions.iter().cloned().collect(),
            networks: self
                .addresses
                .iter()
                .map(|address| networks.describe(address).label())
                .collect(),
            agents: self.agents.iter().cloned().collect(),
            access_keys: self.access_keys.iter().cloned().collect(),
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

fn count_name(counts: &mut BTreeMap<String, u64>, name: &str) {
    if let Some(count) = counts.get_mut(name) {
        *count += 1;
    } else {
        counts.insert(bounded(name, 64), 1);
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
