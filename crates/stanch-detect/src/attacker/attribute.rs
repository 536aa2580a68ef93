//! Attribution: which of the tracked events are the attacker's.
//!
//! It starts from the events that findings cite. A credential that the attacker made or opened is the attacker's from then
//! on. A credential that its owner uses too is separated by network, then by client, then by closeness in time; what nothing
//! separates is marked so. The credential that opened a malicious session is separated in the same way. Nothing else links:
//! not an address by itself, not a client. It must not know detections.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use stanch_core::dossier::{Derivation, SubjectKind};
use stanch_core::{Attribution, EventKey, Timestamp};
use stanch_lineage::Family;

use super::separate::{self, Hostile};
use super::tracker::{Act, Tracker};

/// Time between a call to the portal of Identity Center and the first use of the session that it opened, at most.
const PORTAL: i64 = 10 * 60_000;
/// Number of identities that one attack may compromise.
const IDENTITIES: usize = 100_000;

/// The tracked events in order, with the ways to look them up.
pub(crate) struct Acts<'t> {
    pub(crate) tracker: &'t Tracker,
    /// By time, then key.
    pub(crate) all: Vec<&'t Act>,
    by_key: BTreeMap<EventKey, usize>,
    by_holder: BTreeMap<u32, Vec<usize>>,
    by_access_key: BTreeMap<u32, Vec<usize>>,
    by_owner: BTreeMap<u32, Vec<usize>>,
    by_instance: BTreeMap<u32, Vec<usize>>,
    by_shared: BTreeMap<u32, Vec<usize>>,
}

impl<'t> Acts<'t> {
    pub(crate) fn of(tracker: &'t Tracker) -> Self {
        let mut all: Vec<&Act> = tracker.acts.values().collect();
        all.sort_unstable_by_key(|act| (act.time, act.key));
        let mut acts = Self {
            tracker,
            by_key: all.iter().enumerate().map(|(at, act)| (act.key, at)).collect(),
            by_holder: BTreeMap::new(),
            by_access_key: BTreeMap::new(),
            by_owner: BTreeMap::new(),
            by_instance: BTreeMap::new(),
            by_shared: BTreeMap::new(),
            all,
        };
        for (at, act) in acts.all.iter().enumerate() {
            acts.by_holder.entry(act.holder).or_default().push(at);
            let keyed = [
                (act.access_key, &mut acts.by_access_key),
                (act.owner, &mut acts.by_owner),
                (act.instance, &mut acts.by_instance),
                (act.shared_id, &mut acts.by_shared),
            ];
            for (number, index) in keyed {
                if !tracker.words.text(number).is_empty() {
                    index.entry(number).or_default().push(at);
                }
            }
        }
        acts
    }

    fn of_holder(&self, holder: u32) -> &[usize] {
        self.by_holder.get(&holder).map_or(&[], Vec::as_slice)
    }

    fn named<'i>(&self, index: &'i BTreeMap<u32, Vec<usize>>, id: &str) -> &'i [usize] {
        let number = self.tracker.words.find(id);
        number
            .and_then(|number| index.get(&number))
            .map_or(&[], Vec::as_slice)
    }
}

/// The events of one attack.
#[derive(Debug, Default)]
pub(crate) struct Attributed {
    /// Place in [`Acts::all`], and why.
    pub(crate) acts: BTreeMap<usize, Attribution>,
    /// Credentials whose owner and thief could not be separated, by holder.
    pub(crate) not_separable: BTreeSet<u32>,
    /// Long-term credentials and identities that opened or made what the attacker used.
    pub(crate) openers: BTreeSet<String>,
}

/// Attributes the events of one attack, from the events that its findings cite.
pub(crate) fn attribute(acts: &Acts<'_>, family: &Family, cited: &BTreeSet<EventKey>) -> Attributed {
    let mut run = Run {
        acts,
        family,
        grave: BTreeMap::new(),
        hostile: Hostile::default(),
        whole: BTreeMap::new(),
        open: VecDeque::new(),
        done: Attributed::default(),
    };
    for at in cited.iter().filter_map(|key| acts.by_key.get(key)) {
        run.grave.entry(acts.all[*at].holder).or_default().insert(*at);
    }
    run.seed();
    run.close();
    run.logs_without_keys();
    run.portal();
    run.shared_events();
    run.done
}

/// An attribution under way.
struct Run<'r, 't> {
    acts: &'r Acts<'t>,
    family: &'r Family,
    /// Cited events by holder.
    grave: BTreeMap<u32, BTreeSet<usize>>,
    /// Networks and clients that are the attacker's.
    hostile: Hostile,
    /// Identities that are the attacker's whole, from a moment on.
    whole: BTreeMap<String, Timestamp>,
    /// Events whose children and parents are still to be looked at.
    open: VecDeque<usize>,
    done: Attributed,
}

impl Run<'_, '_> {
    fn seed(&mut self) {
        let holders: Vec<u32> = self.grave.keys().copied().collect();
        for holder in holders {
            self.separate(holder);
        }
    }

    /// Takes the attacker's part of a credential that its owner may use too.
    fn separate(&mut self, holder: u32) {
        let none = BTreeSet::new();
        let grave = self.grave.get(&holder).unwrap_or(&none);
        let start = self.done.acts.keys().next().map(|at| self.acts.all[*at].time);
        let part = separate::part(
            &self.acts.all,
            self.acts.of_holder(holder),
            grave,
            &self.hostile,
            start,
        );
        if part.not_separable {
            self.done.not_separable.insert(holder);
        }
        for (at, reason) in &part.acts {
            self.take(*at, *reason);
        }
        self.hostile.learn(&self.acts.all, &part);
    }

    fn take(&mut self, at: usize, reason: Attribution) {
        if let Some(known) = self.done.acts.get_mut(&at) {
            *known = (*known).min(reason);
            return;
        }
        self.done.acts.insert(at, reason);
        self.open.push_back(at);
    }

    /// Follows what attributed events opened, and what opened their credentials, until nothing is new.
    fn close(&mut self) {
        let mut asked: BTreeSet<String> = BTreeSet::new();
        while let Some(at) = self.open.pop_front() {
            let act = self.acts.all[at];
            self.children(act);
            for id in [act.access_key, act.owner] {
                let id = self.acts.tracker.words.text(id).to_owned();
                if !id.is_empty() && asked.len() < IDENTITIES && asked.insert(id.clone()) {
                    self.parents(&id, act.time);
                }
            }
        }
    }

    /// Identities that an event created or opened are the attacker's whole.
    fn children(&mut self, act: &Act) {
        let words = &self.acts.tracker.words;
        let mut made: Vec<(String, SubjectKind)> = Vec::new();
        for id in [act.access_key, act.owner, act.principal] {
            let links = self.family.links_from(words.text(id));
            made.extend(
                links
                    .filter(|link| link.event == Some(act.key) && link.how.descends())
                    .filter(|link| link.how != Derivation::Belongs)
                    .map(|link| (link.to.to_owned(), link.kind)),
            );
        }
        for (id, kind) in made {
            self.own(&id, kind, act.time);
        }
    }

    fn own(&mut self, id: &str, kind: SubjectKind, since: Timestamp) {
        if self.whole.len() >= IDENTITIES || self.whole.get(id).is_some_and(|known| *known <= since) {
            return;
        }
        self.whole.insert(id.to_owned(), since);
        let acts = self.acts;
        let places: Vec<usize> = match kind {
            SubjectKind::Password => {
                let users = self
                    .family
                    .links_to(id)
                    .filter(|link| link.how == Derivation::Belongs);
                let of_user = users.flat_map(|link| acts.named(&acts.by_owner, link.from));
                of_user.copied().filter(|at| acts.all[*at].from_console).collect()
            }
            SubjectKind::LongTermKey | SubjectKind::Session => acts.named(&acts.by_access_key, id).to_vec(),
            SubjectKind::Instance => acts.named(&acts.by_instance, id).to_vec(),
            _ => acts.named(&acts.by_owner, id).to_vec(),
        };
        for at in places {
            if acts.all[at].time >= since {
                self.take(at, Attribution::DerivedCredential);
            }
        }
        // What runs as the identity, or belongs to it since it was created.
        let further: Vec<(String, SubjectKind)> = self
            .family
            .links_from(id)
            .filter(|link| link.how == Derivation::RunsAs)
            .map(|link| (link.to.to_owned(), link.kind))
            .collect();
        for (id, kind) in further {
            self.own(&id, kind, since);
        }
    }

    /// The credential that opened a session, or created an identity, which the attacker used.
    fn parents(&mut self, id: &str, used: Timestamp) {
        if self.whole.contains_key(id) {
            return;
        }
        let links: Vec<(String, Derivation, Option<EventKey>)> = self
            .family
            .links_to(id)
            .filter(|link| {
                matches!(
                    link.how,
                    Derivation::Assumed
                        | Derivation::SessionToken
                        | Derivation::Federated
                        | Derivation::Console
                        | Derivation::Created
                )
            })
            .map(|link| (link.from.to_owned(), link.how, link.event))
            .collect();
        for (from, how, event) in links {
            let opening = event.and_then(|key| self.acts.by_key.get(&key)).copied();
            let Some(at) = opening else { continue };
            let act = self.acts.all[at];
            // A user who was created long before, from elsewhere, is a stolen one: its creator did nothing.
            let is_hostile_place = self.hostile.has_network(act);
            if how == Derivation::Created && !is_hostile_place {
                continue;
            }
            if how != Derivation::Created && used.since(act.time) > 36 * 3_600_000 {
                continue;
            }
            self.done.openers.insert(from);
            self.separate(act.holder);
            if !self.done.acts.contains_key(&at) {
                self.take(at, Attribution::OpenedSession);
            }
        }
    }

    /// Events of the attacked users that name no key, such as server access logs and sign-ins, from the attacker's networks.
    fn logs_without_keys(&mut self) {
        let Some(since) = self.done.acts.keys().next().map(|at| self.acts.all[*at].time) else {
            return;
        };
        let owners: BTreeSet<u32> = self.done.acts.keys().map(|at| self.acts.all[*at].owner).collect();
        let found: Vec<usize> = owners
            .iter()
            .filter_map(|owner| self.acts.by_owner.get(owner))
            .flatten()
            .copied()
            .filter(|at| {
                let act = self.acts.all[*at];
                act.time >= since && (act.access_log || act.from_console) && self.hostile.has_network(act)
            })
            .collect();
        for at in found {
            self.take(at, Attribution::Network);
        }
        self.close();
    }

    /// Calls to the portal of Identity Center from the attacker's networks, right before a session of a permission set that
    /// is the attacker's.
    fn portal(&mut self) {
        let text = |number: u32| self.acts.tracker.words.text(number);
        let sessions: BTreeSet<Timestamp> = self
            .done
            .acts
            .keys()
            .map(|at| self.acts.all[*at])
            .filter(|act| text(act.owner).contains("/AWSReservedSSO_"))
            .map(|act| act.time)
            .collect();
        let opens = |time: Timestamp| sessions.range(time..=time.plus_millis(PORTAL)).next().is_some();
        let found: Vec<usize> = (0..self.acts.all.len())
            .filter(|at| {
                let act = self.acts.all[*at];
                text(act.source).starts_with("sso.") && self.hostile.has_network(act) && opens(act.time)
            })
            .collect();
        for at in found {
            self.done.acts.entry(at).or_insert(Attribution::Network);
        }
    }

    /// Other accounts' records of the same calls.
    fn shared_events(&mut self) {
        let shared: BTreeSet<u32> = self
            .done
            .acts
            .keys()
            .map(|at| self.acts.all[*at].shared_id)
            .collect();
        let found: Vec<usize> = shared
            .iter()
            .filter_map(|id| self.acts.by_shared.get(id))
            .flatten()
            .copied()
            .collect();
        for at in found {
            self.done.acts.entry(at).or_insert(Attribution::SharedEvent);
        }
    }
}
