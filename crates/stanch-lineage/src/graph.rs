//! Identities and the edges between them while events come in.
//!
//! Texts that come again and again are kept once and go by number: a million sessions have few roles and names.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use stanch_core::arn::{PrincipalArn, PrincipalKind};
use stanch_core::dossier::{Derivation, SubjectKind};
use stanch_core::event::IdentityKind;
use stanch_core::text::bounded;
use stanch_core::{Event, EventKey, LogKind, Outcome, Timestamp};

use super::family::Family;
use super::{links, names};

/// Number of different addresses, and names of changes, kept for one identity; the rest counts as others.
const DIFFERENT: usize = 64;
pub(super) const OTHERS: &str = "(others)";

/// An identity by number.
pub(super) type Place = u32;

/// See the module.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Lineage {
    pub(super) index: FxHashMap<Arc<str>, Place>,
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
    pub(super) words: Words,
    /// `GetSigninToken`: the ARN of who asked, with what, when.
    pub(super) sign_ins: Vec<(u32, Place, Timestamp, EventKey)>,
    /// Principals by the ARN that a caller's identity has, which comes again and again.
    pub(super) owners: FxHashMap<u32, Option<Place>>,
    /// Console sessions: their ARN.
    pub(super) consoles: FxHashMap<Place, u32>,
}

/// Texts by number.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Words {
    index: FxHashMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
}

impl Words {
    pub(super) fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.index.get(text) {
            return *number;
        }
        let kept: Arc<str> = bounded(text, 512).into();
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.index.insert(Arc::clone(&kept), number);
        self.texts.push(kept);
        number
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|text| &**text)
    }

    pub(super) fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", |text| text)
    }
}

/// An identity.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Node {
    pub(super) id: Arc<str>,
    pub(super) kind: SubjectKind,
    pub(super) until: Option<Timestamp>,
    /// `userIdentity.arn`, which names the session of a role.
    pub(super) arn: Option<u32>,
    pub(super) principal_id: Option<u32>,
    pub(super) source_identity: Option<u32>,
    /// True when an identity told whose it is.
    pub(super) is_owned: bool,
    pub(super) calls: u64,
    pub(super) failed: u64,
    pub(super) first: Option<Timestamp>,
    pub(super) last: Option<Timestamp>,
    pub(super) addresses: Vec<(u32, u32)>,
    pub(super) changes: Vec<(u32, u32)>,
}

/// Edge from a parent to what was derived from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Edge {
    pub(super) from: Place,
    pub(super) to: Place,
    pub(super) how: Derivation,
    pub(super) time: Option<Timestamp>,
    pub(super) event: Option<EventKey>,
}

impl Lineage {
    /// Takes an event: what it links, and that its caller made it.
    pub fn observe(&mut self, event: &Event<'_>) {
        if event.log == LogKind::CloudTrail {
            self.link(event);
            self.used(event, 1, event.time);
        }
    }

    /// Takes what an event links, and does not count it.
    pub fn link(&mut self, event: &Event<'_>) {
        if event.log == LogKind::CloudTrail && event.outcome() == Outcome::Success {
            links::link(self, event);
        }
    }

    /// Counts `count` calls of which `event` was the first and `last` the time of the last.
    pub fn used(&mut self, event: &Event<'_>, count: u64, last: Timestamp) {
        let Some(caller) = self.caller(event) else {
            return;
        };
        let address = self.words.number(&event.source_address);
        let outcome = event.outcome();
        let changes = outcome == Outcome::Success && !event.is_read();
        let change = changes.then(|| self.words.number(event.base_name()));
        let few = u32::try_from(count).unwrap_or(u32::MAX);
        let others = self.words.number(OTHERS);
        let node = &mut self.nodes[caller as usize];
        node.calls += count;
        node.failed += if outcome == Outcome::Success { 0 } else { count };
        node.first = Some(node.first.map_or(event.time, |first| first.min(event.time)));
        node.last = Some(node.last.map_or(last, |known| known.max(last)));
        tally(&mut node.addresses, address, few, others);
        if let Some(change) = change {
            tally(&mut node.changes, change, few, others);
        }
    }

    /// The credential that a call was made with, or the principal where no credential is named.
    pub(super) fn caller(&mut self, event: &Event<'_>) -> Option<Place> {
        let identity = &event.identity;
        let owner = self.owner(event);
        let place = if names::is_key(&identity.access_key_id) {
            let place = self.key(&identity.access_key_id);
            if let Some(owner) = owner
                && !std::mem::replace(&mut self.nodes[place as usize].is_owned, true)
            {
                self.edge(owner, place, Derivation::Belongs, None);
            }
            if event.is_from_console() && !identity.arn.is_empty() {
                let arn = self.words.number(&identity.arn);
                self.consoles.insert(place, arn);
            }
            place
        } else if let Some(owner) = owner {
            owner
        } else {
            let outside = event.principal_key();
            if outside.is_empty() || outside == "unknown" {
                return None;
            }
            self.node(outside, SubjectKind::Outside)
        };
        let arn = (!identity.arn.is_empty()).then(|| self.words.number(&identity.arn));
        let principal_id =
            (!identity.principal_id.is_empty()).then(|| self.words.number(&identity.principal_id));
        let source =
            (!identity.source_identity.is_empty()).then(|| self.words.number(&identity.source_identity));
        let node = &mut self.nodes[place as usize];
        node.arn = node.arn.or(arn);
        node.principal_id = node.principal_id.or(principal_id);
        node.source_identity = node.source_identity.or(source);
        Some(place)
    }

    /// The principal that a caller's credential is of.
    fn owner(&mut self, event: &Event<'_>) -> Option<Place> {
        let identity = &event.identity;
        let arn = if identity.kind == IdentityKind::AssumedRole && !identity.issuer_arn.is_empty() {
            &identity.issuer_arn
        } else {
            &identity.arn
        };
        let is_kind = names::has_owner(identity.kind);
        let number = (is_kind && !arn.is_empty()).then(|| self.words.number(arn));
        if let Some(known) = number.and_then(|number| self.owners.get(&number)) {
            return *known;
        }
        let owner = names::owner(event).map(|arn| {
            let kind = kind_of(&arn);
            self.node(&arn, kind)
        });
        if let Some(number) = number {
            self.owners.insert(number, owner);
        }
        owner
    }

    /// A key, which its letters tell to be of the long or the short kind.
    pub(super) fn key(&mut self, id: &str) -> Place {
        let kind = if id.starts_with("AKIA") {
            SubjectKind::LongTermKey
        } else {
            SubjectKind::Session
        };
        self.node(id, kind)
    }

    pub(super) fn node(&mut self, id: &str, kind: SubjectKind) -> Place {
        if let Some(place) = self.index.get(id) {
            return *place;
        }
        let id: Arc<str> = bounded(id, 512).into();
        let place = Place::try_from(self.nodes.len()).unwrap_or(Place::MAX);
        self.index.insert(Arc::clone(&id), place);
        self.nodes.push(Node {
            id,
            kind,
            until: None,
            arn: None,
            principal_id: None,
            source_identity: None,
            is_owned: false,
            calls: 0,
            failed: 0,
            first: None,
            last: None,
            addresses: Vec::new(),
            changes: Vec::new(),
        });
        place
    }

    /// An edge; without an event for what identities say of themselves.
    pub(super) fn edge(&mut self, from: Place, to: Place, how: Derivation, event: Option<&Event<'_>>) {
        if from == to {
            return;
        }
        self.edges.push(Edge {
            from,
            to,
            how,
            time: event.map(|event| event.time),
            event: event.map(|event| event.key),
        });
    }

    /// Ends taking events.
    #[must_use]
    pub fn finish(self) -> Family {
        Family::of(self)
    }
}

/// Returns the kind of a principal by its ARN, as made by [`names::principal`].
pub(super) fn kind_of(arn: &str) -> SubjectKind {
    match PrincipalArn::parse(arn).map(|principal| principal.kind) {
        Some(PrincipalKind::Root) => SubjectKind::Root,
        Some(PrincipalKind::User) => SubjectKind::User,
        Some(PrincipalKind::FederatedUser) => SubjectKind::FederatedUser,
        Some(PrincipalKind::Role) | None => SubjectKind::Role,
    }
}

pub(super) fn tally(counts: &mut Vec<(u32, u32)>, what: u32, count: u32, others: u32) {
    if let Some((_, known)) = counts.iter_mut().find(|(known, _)| *known == what) {
        *known = known.saturating_add(count);
    } else if counts.len() < DIFFERENT {
        counts.push((what, count));
    } else if what != others {
        tally_others(counts, count, others);
    }
}

fn tally_others(counts: &mut Vec<(u32, u32)>, count: u32, others: u32) {
    match counts.iter_mut().find(|(known, _)| *known == others) {
        Some((_, known)) => *known = known.saturating_add(count),
        None => counts.push((others, count)),
    }
}
