//! In which order calls are sent: all lanes in turn, none above its cap, most relevant ones opened first.
//!
//! A lane that is slow holds only its own cap of the places; the rest goes to others. It must not know of answers.

use std::collections::{BTreeMap, HashMap, VecDeque};

use stanch_core::snapshot::AccountScope;
use stanch_core::{RegionName, ServiceName};

use crate::collector::Scope;
use crate::lane::{Lane, LaneKey, Roots};
use crate::question::{Asked, Root};

/// Lanes, opened as places become free.
pub(crate) struct Schedule {
    lanes: Vec<Lane>,
    by_key: HashMap<LaneKey, usize>,
    /// Lanes with something to ask and room to ask it, in turn.
    line: VecDeque<usize>,
    unopened: VecDeque<usize>,
    cap: usize,
}

impl Schedule {
    /// Lays out the lanes: services in the order in which they first appear among the roots, for each all accounts and
    /// regions. `cap` is how many calls a lane may have in flight.
    pub(crate) fn new(accounts: &[AccountScope], roots: &[Root], cap: usize) -> Self {
        let mut schedule = Self {
            lanes: Vec::new(),
            by_key: HashMap::new(),
            line: VecDeque::new(),
            unopened: VecDeque::new(),
            cap: cap.max(1),
        };
        for (service, scopes) in by_service(roots) {
            for (account, scope) in accounts.iter().enumerate() {
                for (region, roots) in places(scope, &scopes) {
                    let key = LaneKey {
                        account,
                        region,
                        service: service.clone(),
                    };
                    let place = schedule.open(key, roots);
                    schedule.unopened.push_back(place);
                }
            }
        }
        schedule
    }

    fn open(&mut self, key: LaneKey, roots: Vec<Roots>) -> usize {
        let place = self.lanes.len();
        self.by_key.insert(key.clone(), place);
        self.lanes.push(Lane::new(key, roots));
        place
    }

    /// The next call to send, and the lane that it belongs to.
    pub(crate) fn next(&mut self) -> Option<(usize, Asked)> {
        loop {
            let place = match self.line.pop_front() {
                Some(place) => place,
                None => self.unopened.pop_front()?,
            };
            let lane = &mut self.lanes[place];
            lane.is_waiting = false;
            if lane.in_flight >= self.cap {
                continue;
            }
            let Some(asked) = lane.next() else { continue };
            lane.in_flight += 1;
            lane.last = Some(asked.question.operation.clone());
            self.queue(place);
            return Some((place, asked));
        }
    }

    /// Puts a lane into the line if it has anything to ask and room for it.
    fn queue(&mut self, place: usize) {
        let lane = &mut self.lanes[place];
        if !lane.is_waiting && lane.in_flight < self.cap && lane.left() > 0 {
            lane.is_waiting = true;
            self.line.push_back(place);
        }
    }

    /// A call of a lane is over.
    pub(crate) fn landed(&mut self, place: usize) {
        let lane = &mut self.lanes[place];
        lane.in_flight = lane.in_flight.saturating_sub(1);
        self.queue(place);
    }

    /// Adds what an answer led to, in the lane of its service and region.
    pub(crate) fn add(&mut self, from: usize, asked: Asked) {
        let here = &self.lanes[from].key;
        let key = LaneKey {
            account: here.account,
            region: asked.region.clone().unwrap_or_else(|| here.region.clone()),
            service: asked.question.service.clone(),
        };
        let place = match self.by_key.get(&key) {
            Some(place) => *place,
            None => self.open(key, Vec::new()),
        };
        self.lanes[place].add(asked);
        self.queue(place);
    }

    /// A lane by its place.
    pub(crate) fn lane(&self, place: usize) -> &LaneKey {
        &self.lanes[place].key
    }

    /// Calls that are known and not sent.
    pub(crate) fn left(&self) -> usize {
        self.lanes.iter().map(Lane::left).sum()
    }

    /// Requests that were never sent, lane by lane. Empties the schedule.
    pub(crate) fn drain(&mut self) -> Vec<(LaneKey, Vec<Asked>)> {
        let mut left = Vec::new();
        for lane in &mut self.lanes {
            let asked: Vec<_> = std::iter::from_fn(|| lane.next()).collect();
            if !asked.is_empty() {
                left.push((lane.key.clone(), asked));
            }
        }
        left
    }

    /// The lanes with most left, at most so many.
    pub(crate) fn laggards(&self, limit: usize) -> Vec<&Lane> {
        let mut lanes: Vec<_> = self.lanes.iter().filter(|lane| lane.in_flight > 0).collect();
        lanes.sort_by_key(|lane| std::cmp::Reverse(lane.left() + lane.in_flight));
        lanes.truncate(limit);
        lanes
    }
}

/// Roots of one service by where they are asked.
type Scopes = Vec<(Scope, Roots)>;

fn by_service(roots: &[Root]) -> Vec<(ServiceName, Scopes)> {
    let mut services: Vec<(ServiceName, Vec<(Scope, Vec<_>)>)> = Vec::new();
    for root in roots {
        let service = &root.question.service;
        let place = services
            .iter()
            .position(|(name, _)| name == service)
            .unwrap_or_else(|| {
                services.push((service.clone(), Vec::new()));
                services.len() - 1
            });
        let scopes = &mut services[place].1;
        match scopes.iter_mut().find(|(scope, _)| *scope == root.scope) {
            Some((_, questions)) => questions.push(root.question.clone()),
            None => scopes.push((root.scope, vec![root.question.clone()])),
        }
    }
    services
        .into_iter()
        .map(|(service, scopes)| {
            let scopes = scopes
                .into_iter()
                .map(|(scope, questions)| (scope, Roots::from(questions)));
            (service, scopes.collect())
        })
        .collect()
}

/// Where the roots of a service are asked in an account.
fn places(account: &AccountScope, scopes: &Scopes) -> BTreeMap<RegionName, Vec<Roots>> {
    let mut places: BTreeMap<RegionName, Vec<Roots>> = BTreeMap::new();
    for (scope, roots) in scopes {
        let regions = match scope {
            Scope::Global => vec![account.home.clone()],
            Scope::EachRegion => account.regions.clone(),
            Scope::Only(region) if account.partition == "aws" => vec![RegionName::from(*region)],
            // The region is the commercial partition's; others keep such services in their home region.
            Scope::Only(_) => vec![account.home.clone()],
        };
        for region in regions {
            places.entry(region).or_default().push(roots.clone());
        }
    }
    places
}
