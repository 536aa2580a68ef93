//! Counts under way: what [`Activity`] counts, by the numbers of the texts, so that an event costs hardly a look at
//! the texts themselves.
//!
//! Settling adds the counts to the activity and starts over. They are sums, so it does not matter when that is done. It
//! must not bound or judge.

use rustc_hash::FxHashMap;
use stanch_core::Timestamp;
use stanch_core::coverage::Span;
use stanch_core::event::Category;
use stanch_core::{Event, LogKind};

use super::{Activity, Habit, Recorded};
use crate::numbers::{Known, Number, Numbers};
use crate::observation::Observation;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    regions: FxHashMap<(u32, u32), Span>,
    recorded: FxHashMap<(u32, u32), Timestamp>,
    data_events: FxHashMap<u32, u64>,
    hours: FxHashMap<i64, (u64, u64)>,
    principals: Vec<Option<Box<Acts>>>,
    shared: u64,
}

/// Calls and clients of one principal.
#[derive(Debug)]
struct Acts {
    span: Span,
    errors: u64,
    writes: u64,
    met: [Met; 4],
}

/// Numbers met, the latest at the end.
#[derive(Debug, Default)]
struct Met(Vec<u32>);

/// Number of numbers that are kept; more than the activity keeps of any, so that most are passed on once.
const MET_LIMIT: usize = 96;

impl Met {
    /// Notes a number; whether it was not met lately.
    fn is_new(&mut self, number: u32) -> bool {
        if self.0.last() == Some(&number) {
            return false;
        }
        if let Some(place) = self.0.iter().rposition(|known| *known == number) {
            let last = self.0.len() - 1;
            self.0.swap(place, last);
            return false;
        }
        if self.0.len() >= MET_LIMIT {
            self.0.clear();
        }
        self.0.push(number);
        true
    }
}

/// The numbers of what a principal uses, in the order of [`Habit::ALL`].
const fn habits(numbers: &Numbers) -> [Number; 4] {
    [numbers.region, numbers.address, numbers.agent, numbers.access_key]
}

fn texts<'e>(event: &'e Event<'_>) -> [&'e str; 4] {
    [
        &event.region,
        &event.source_address,
        &event.user_agent,
        &event.identity.access_key_id,
    ]
}

impl Tally {
    /// Counts one event; whether it could, which takes numbers.
    pub(crate) fn observe(&mut self, activity: &mut Activity, observation: &Observation<'_, '_>) -> bool {
        let numbers = &observation.numbers;
        let places = (
            numbers.principal.known(),
            numbers.account.known(),
            numbers.source.known(),
            numbers.region.known(),
        );
        let (Some(principal), Some(account), Some(source), Some(region)) = places else {
            return false;
        };
        let event = observation.event;
        let failed = u64::from(!observation.outcome().succeeded());
        self.shared += u64::from(!event.shared_event_id.is_empty());
        let span = self.regions.entry((account, region));
        span.and_modify(|span| span.add(event.time))
            .or_insert_with(|| Span::of(event.time));
        if Recorded::is_of(event) {
            let last = self.recorded.entry((account, region)).or_insert(event.time);
            *last = event.time.max(*last);
        }
        if event.category == Category::Data || event.log == LogKind::S3ServerAccess {
            *self.data_events.entry(source).or_default() += 1;
        }
        let hour = self
            .hours
            .entry(event.time.seconds().div_euclid(3600))
            .or_default();
        super::add(hour, (1, failed));
        let acts = self.acts(principal, event.time);
        acts.span.add(event.time);
        acts.errors += failed;
        acts.writes += u64::from(failed == 0 && !event.is_read());
        for ((habit, met), (number, text)) in Habit::ALL
            .into_iter()
            .zip(&mut acts.met)
            .zip(habits(numbers).into_iter().zip(texts(event)))
        {
            if number.known().is_none_or(|number| met.is_new(number)) {
                activity.note_habit(observation.principal_key(), event.time, habit, text);
            }
        }
        true
    }

    fn acts(&mut self, principal: u32, time: Timestamp) -> &mut Acts {
        let place = principal as usize;
        if self.principals.len() <= place {
            self.principals.resize_with(place + 1, || None);
        }
        self.principals[place].get_or_insert_with(|| {
            Box::new(Acts {
                span: Span::before(time),
                errors: 0,
                writes: 0,
                met: <[Met; 4]>::default(),
            })
        })
    }

    /// Adds everything counted to the activity.
    pub(crate) fn settle(&mut self, activity: &mut Activity, known: &Known) {
        let Self {
            regions,
            recorded,
            data_events,
            hours,
            principals,
            shared,
        } = std::mem::take(self);
        activity.shared += shared;
        for ((account, region), span) in regions {
            activity.add_events(span);
            activity.add_region(known.accounts.text(account), known.regions.text(region), span);
        }
        for ((account, region), last) in recorded {
            let (account, region) = (known.accounts.text(account), known.regions.text(region));
            activity.recorded.add(account, region, last);
        }
        for (source, count) in data_events {
            super::count_name(
                &mut activity.data_events,
                stanch_core::event::service_of(known.sources.text(source)),
                count,
            );
        }
        for (hour, counts) in hours {
            activity.add_hour(hour, counts);
        }
        for (number, acts) in (0_u32..).zip(principals) {
            if let Some(acts) = acts {
                let key = known.principals.text(number);
                activity.add_acts(key, acts.span, acts.errors, acts.writes);
            }
        }
    }
}
