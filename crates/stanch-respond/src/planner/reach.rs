//! Everything that is in an intruder's hands by what is exactly known, and what merely speaks for it.
//!
//! Plain data of the closure. It must not know what is done about it.

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::assessment::{Alive, MakingEvent};
use stanch_core::dossier::{BearerKind, Kin};
use stanch_core::finding::Fact;
use stanch_core::plan::{Evidence, Reason};
use stanch_core::text::shown;
use stanch_core::{EventKey, RegionName, Timestamp};

/// How many characters of a text from outside a sentence holds.
pub(super) const WORDS: usize = 160;
/// How many reasons are kept for one thing.
const REASONS: usize = 4;

/// Why somebody is in it. The later, the more of it is the intruder's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hold {
    /// An honest principal, one of whose credentials is held.
    Owner,
    /// A credential that came of one that is held.
    Held,
    /// A person named it.
    Named,
    /// It was made by somebody who is held.
    Made,
}

/// A bearer in an intruder's hands.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) kind: BearerKind,
    pub(super) hold: Hold,
    pub(super) why: Vec<Reason>,
    pub(super) until: Option<Timestamp>,
    pub(super) last: Option<Timestamp>,
    pub(super) calls: u64,
    pub(super) presence: Alive,
    /// Of a credential: whose it is.
    pub(super) owner: Option<String>,
    /// Of a session: the machine that it was handed to.
    pub(super) machine: Option<String>,
    /// Of a session: what it was opened with.
    pub(super) came_of: BTreeSet<String>,
    /// Of a role: the names of the sessions that a person named by their ARNs.
    pub(super) sessions: BTreeSet<String>,
}

impl Held {
    pub(super) fn new(kind: BearerKind, hold: Hold, why: Reason) -> Self {
        Self {
            kind,
            hold,
            why: vec![why],
            until: None,
            last: None,
            calls: 0,
            presence: Alive::Unknown,
            owner: None,
            machine: None,
            sessions: BTreeSet::new(),
            came_of: BTreeSet::new(),
        }
    }

    pub(super) fn of_kin(kin: &Kin, hold: Hold, why: Reason) -> Self {
        Self {
            until: kin.until,
            last: kin.last,
            calls: kin.calls,
            presence: kin.presence,
            came_of: BTreeSet::from([kin.of.clone()]),
            ..Self::new(kin.kind, hold, why)
        }
    }
}

/// Whether a kind acts by credentials of its own.
pub(super) const fn is_principal(kind: BearerKind) -> bool {
    matches!(
        kind,
        BearerKind::Root | BearerKind::User | BearerKind::Role | BearerKind::FederatedUser
    )
}

/// A thing that somebody held made or changed, or that a person named by a finding.
#[derive(Debug, Clone)]
pub(super) struct Thing {
    /// The service, as in a snapshot.
    pub(super) service: String,
    /// The call that made it; empty where no event tells.
    pub(super) call: String,
    /// The check that speaks of it; empty where none does.
    pub(super) check: String,
    pub(super) kind: String,
    /// Its names, the most exact first.
    pub(super) names: Vec<String>,
    /// What a finding tells of it.
    pub(super) facts: Vec<Fact>,
    /// Accounts that it lets in.
    pub(super) foreign: Vec<String>,
    pub(super) region: RegionName,
    pub(super) why: Reason,
    pub(super) last: Option<Timestamp>,
    /// Who made or changed it, by ARN without path; empty where no event tells.
    pub(super) maker: String,
}

impl Thing {
    /// A thing of which nothing but a name is known.
    pub(super) fn called(name: &str, region: &RegionName) -> Self {
        Self {
            service: String::new(),
            call: String::new(),
            check: String::new(),
            kind: String::new(),
            names: vec![name.to_owned()],
            facts: Vec::new(),
            foreign: Vec::new(),
            region: region.clone(),
            why: because(String::new(), None),
            last: None,
            maker: String::new(),
        }
    }
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Reach {
    pub(super) held: BTreeMap<String, Held>,
    /// By what tells one thing from another.
    pub(super) things: BTreeMap<(String, String, String, Vec<String>), Thing>,
    /// What is only mentioned.
    pub(super) weak: BTreeMap<String, BTreeSet<String>>,
}

impl Reach {
    /// Adds somebody. Whether they are new, or more of them is held than was known.
    pub(super) fn add(&mut self, id: &str, held: Held) -> bool {
        let Some(known) = self.held.get_mut(id) else {
            self.held.insert(id.to_owned(), held);
            return true;
        };
        for why in held.why {
            add_reason(&mut known.why, why, REASONS);
        }
        known.until = known.until.max(held.until);
        known.last = known.last.max(held.last);
        known.calls = known.calls.max(held.calls);
        known.owner = known.owner.take().or(held.owner);
        known.machine = known.machine.take().or(held.machine);
        known.sessions.extend(held.sessions);
        known.came_of.extend(held.came_of);
        if known.presence == Alive::Unknown {
            known.presence = held.presence;
        }
        let is_more = held.hold > known.hold;
        known.hold = known.hold.max(held.hold);
        is_more
    }

    pub(super) fn mention(&mut self, what: &str, why: impl Into<String>) {
        self.weak
            .entry(shown(what, WORDS))
            .or_default()
            .insert(why.into());
    }

    /// Whether a credential, or a principal as a whole, is held.
    pub(super) fn holds(&self, id: &str) -> bool {
        self.held.get(id).is_some_and(|held| held.hold >= Hold::Held)
    }
}

/// Adds a reason. The same sentence stands once, alone or as the end of a fuller one, with all the evidence for it.
pub(super) fn add_reason(known: &mut Vec<Reason>, new: Reason, most: usize) {
    let ends_with = |one: &str, other: &str| {
        let rest = one.strip_suffix(other);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with("; "))
    };
    let is_same = |one: &Reason| ends_with(&one.text, &new.text) || ends_with(&new.text, &one.text);
    if let Some(one) = known.iter_mut().find(|one| is_same(one)) {
        for evidence in new.evidence {
            if !one.evidence.contains(&evidence) {
                one.evidence.push(evidence);
            }
        }
        if new.text.len() > one.text.len() {
            one.text = new.text;
        }
    } else if known.len() < most {
        known.push(new);
    }
}

/// A reason with one event behind it, if there is one.
pub(super) fn because(text: String, event: Option<EventKey>) -> Reason {
    Reason {
        text,
        evidence: event.map(Evidence::Event).into_iter().collect(),
    }
}

/// In a sentence: who made something by which call, when.
pub(super) fn made_by(event: &MakingEvent) -> String {
    let with = event
        .access_key
        .as_deref()
        .map_or_else(String::new, |key| format!(" with {}", shown(key, 40)));
    format!(
        "{} by {}{with} at {}",
        shown(&event.name, 80),
        shown(&event.principal.name, WORDS),
        event.time
    )
}
