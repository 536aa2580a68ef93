//! Tells the events of an attacker from those of the owner of a credential that both use.
//!
//! By network first: one that the credential was not used from before. Where the owner's own network is used, by a client
//! program that is new. Where neither differs, only what lies close to a malicious call is taken, and marked. It must not
//! know lineage.

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::{Attribution, Timestamp};

use super::tracker::Act;

const HOUR: i64 = 3_600_000;
/// How long before the first cited event a network may have been used and still count as the attacker's alone, when the
/// credential was used from nowhere else.
const LEAD: i64 = 72 * HOUR;
/// The longest pause inside one stretch of work.
const PAUSE: i64 = HOUR / 2;
/// A credential with more networks than these wanders: a new one of it means nothing.
const SETTLED: usize = 3;

/// Networks and clients that are known to be the attacker's.
#[derive(Debug, Default)]
pub(super) struct Hostile {
    networks: BTreeSet<u32>,
}

impl Hostile {
    /// True when an event comes from a network of the attacker's.
    pub(super) fn has_network(&self, act: &Act) -> bool {
        act.external && self.networks.contains(&act.network)
    }

    /// Remembers the networks that separated attacker and owner.
    pub(super) fn learn(&mut self, all: &[&Act], part: &Part) {
        let separating = part
            .acts
            .iter()
            .filter(|(_, reason)| matches!(reason, Attribution::Network));
        let networks = separating
            .map(|(at, _)| all[*at])
            .filter(|act| act.external && !act.by_aws);
        self.networks.extend(networks.map(|act| act.network));
    }
}

/// The attacker's part of one holder's events.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) acts: BTreeMap<usize, Attribution>,
    pub(super) not_separable: bool,
}

/// Finds the attacker's part of `places` (in the order of time). `grave` are the cited ones; `start` is the first event of
/// the attack so far.
pub(super) fn part(
    all: &[&Act],
    places: &[usize],
    grave: &BTreeSet<usize>,
    hostile: &Hostile,
    start: Option<Timestamp>,
) -> Part {
    let mut part = Part::default();
    let own: Vec<usize> = places.iter().copied().filter(|at| !all[*at].by_aws).collect();
    let anchors: Vec<usize> = grave.iter().copied().filter(|at| !all[*at].by_aws).collect();
    let networks: BTreeSet<u32> = if anchors.is_empty() {
        own.iter()
            .filter(|at| hostile.has_network(all[**at]))
            .map(|at| all[*at].network)
            .collect()
    } else {
        anchors.iter().map(|at| all[*at].network).collect()
    };
    let first_grave = anchors.first().map(|at| all[*at].time).or(start);
    let Some(anchor) = first_grave else {
        return part;
    };
    let mut rests: Vec<Rest> = Vec::new();
    for network in &networks {
        rests.extend(of_network(all, &own, *network, anchor, &anchors, &mut part));
    }
    // A finding that counts may cite calls of the owner next to those of an attacker who was told apart.
    let separated = anchors.iter().filter(|at| part.acts.contains_key(at)).count();
    for rest in rests.into_iter().filter(|rest| rest.cited.len() >= separated) {
        part.not_separable = true;
        for at in close_to(all, &rest.there, &rest.cited) {
            part.acts.entry(at).or_insert(Attribution::NotSeparable);
        }
    }
    new_networks(all, &own, &networks, &mut part);
    by_aws(all, places, &mut part);
    part.acts.extend(
        grave
            .iter()
            .filter(|at| all[**at].by_aws)
            .map(|at| (*at, Attribution::Network)),
    );
    part
}

/// Cited events of a network that the owner uses too, and all events from there.
struct Rest {
    cited: Vec<usize>,
    there: Vec<usize>,
}

/// Takes what sets the attacker apart in a network; returns what does not.
fn of_network(
    all: &[&Act],
    own: &[usize],
    network: u32,
    anchor: Timestamp,
    anchors: &[usize],
    part: &mut Part,
) -> Option<Rest> {
    let there: Vec<usize> = own
        .iter()
        .copied()
        .filter(|at| all[*at].network == network)
        .collect();
    let first = all[*there.first()?].time;
    let elsewhere_before = own
        .iter()
        .any(|at| all[*at].network != network && all[*at].time < first);
    if elsewhere_before || first >= anchor.plus_millis(-LEAD) {
        part.acts
            .extend(there.into_iter().map(|at| (at, Attribution::Network)));
        return None;
    }
    // The owner's own network: a client that is new, else what lies close in time.
    let cited: Vec<usize> = anchors
        .iter()
        .copied()
        .filter(|at| all[*at].network == network)
        .collect();
    let begin = stretch_before(all, &there, anchor);
    let before: BTreeSet<u32> = there
        .iter()
        .filter(|at| all[**at].time < begin)
        .map(|at| all[*at].agent)
        .collect();
    let clients: BTreeSet<u32> = cited
        .iter()
        .map(|at| all[*at].agent)
        .filter(|agent| !before.contains(agent))
        .collect();
    if !clients.is_empty() {
        let new = there
            .iter()
            .filter(|at| all[**at].time >= begin && clients.contains(&all[**at].agent));
        part.acts.extend(new.map(|at| (*at, Attribution::Client)));
    }
    let rest: Vec<usize> = cited
        .into_iter()
        .filter(|at| !part.acts.contains_key(at))
        .collect();
    (!rest.is_empty()).then_some(Rest { cited: rest, there })
}

/// The beginning of the stretch of work that leads to a moment.
fn stretch_before(all: &[&Act], there: &[usize], moment: Timestamp) -> Timestamp {
    let mut begin = moment;
    for at in there.iter().rev().filter(|at| all[**at].time <= moment) {
        if begin.since(all[*at].time) > PAUSE {
            break;
        }
        begin = all[*at].time;
    }
    begin
}

/// The events of the stretches of work in which these lie.
fn close_to(all: &[&Act], there: &[usize], cited: &[usize]) -> Vec<usize> {
    let cited: BTreeSet<usize> = cited.iter().copied().collect();
    let mut found = Vec::new();
    let mut stretch: Vec<usize> = Vec::new();
    let mut flush = |stretch: &mut Vec<usize>| {
        if stretch.iter().any(|at| cited.contains(at)) {
            found.append(stretch);
        }
        stretch.clear();
    };
    for at in there {
        if stretch
            .last()
            .is_some_and(|last| all[*at].time.since(all[*last].time) > PAUSE)
        {
            flush(&mut stretch);
        }
        stretch.push(*at);
    }
    flush(&mut stretch);
    found
}

/// Further networks of the internet that a settled credential was first used from after the attack began, with a client
/// that the attacker uses.
fn new_networks(all: &[&Act], own: &[usize], known: &BTreeSet<u32>, part: &mut Part) {
    let taken: Vec<usize> = part.acts.keys().copied().collect();
    let Some(start) = taken.first().map(|at| all[*at].time) else {
        return;
    };
    let agents: BTreeSet<u32> = taken.iter().map(|at| all[*at].agent).collect();
    let before: BTreeSet<u32> = own
        .iter()
        .filter(|at| all[**at].time < start)
        .map(|at| all[*at].network)
        .collect();
    if before.len() > SETTLED {
        return;
    }
    let new = own.iter().filter(|at| {
        let act = all[**at];
        act.time >= start
            && act.external
            && !known.contains(&act.network)
            && !before.contains(&act.network)
            && agents.contains(&act.agent)
    });
    let new: Vec<usize> = new.copied().collect();
    part.acts
        .extend(new.into_iter().map(|at| (at, Attribution::Network)));
}

/// Calls that AWS made with the credential: those of whoever called last before.
fn by_aws(all: &[&Act], places: &[usize], part: &mut Part) {
    let mut last: Option<(Timestamp, Option<Attribution>)> = None;
    let mut found = Vec::new();
    for at in places {
        let act = all[*at];
        if !act.by_aws {
            last = Some((act.time, part.acts.get(at).copied()));
        } else if let Some((time, Some(reason))) = last
            && act.time.since(time) <= PAUSE
        {
            found.push((*at, reason));
        }
    }
    part.acts.extend(found);
}
