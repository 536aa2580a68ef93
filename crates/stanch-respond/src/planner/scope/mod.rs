//! The scope of a plan: every identity that is compromised by exact evidence, every resource that they created or changed,
//! and what is merely related to them.
//!
//! Plain data, filled by the closure. It must not know what is done about it.

pub(super) mod closure;
mod created;
pub(super) mod exempt;
pub(super) mod external_access;
pub(super) mod inventory;
mod launched;
pub(super) mod legitimate;
mod related;
pub(super) mod role_use;
mod seeds;

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::CredentialId;
use stanch_core::arn::one_name;
use stanch_core::assessment::{MakingEvent, Presence};
use stanch_core::dossier::{Relative, SubjectKind};
use stanch_core::finding::{Exposure, Handle};
use stanch_core::plan::{Evidence, Reason};
use stanch_core::text::shown;
use stanch_core::{EventKey, RegionName, Timestamp};

/// The most characters of text from outside that a sentence holds.
pub(super) const WORDS: usize = 160;
/// The most reasons kept for one identity.
const REASONS: usize = 4;

/// Why an identity is in the scope. The later the variant, the more of the identity is the attacker's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Basis {
    /// A legitimate principal, one of whose credentials is compromised.
    Owner,
    /// A credential derived from a compromised one.
    Derived,
    /// A person named it.
    Named,
    /// A compromised identity created it.
    Created,
}

/// A compromised principal or credential.
#[derive(Debug, Clone)]
pub(super) struct CompromisedIdentity {
    pub(super) kind: SubjectKind,
    pub(super) basis: Basis,
    pub(super) why: Vec<Reason>,
    pub(super) until: Option<Timestamp>,
    pub(super) last: Option<Timestamp>,
    pub(super) calls: u64,
    pub(super) presence: Presence,
    /// Of a credential: the principal it belongs to.
    pub(super) owner: Option<String>,
    /// Of a session: the EC2 instance it was issued to.
    pub(super) instance: Option<String>,
    /// Of a session: the identities that it was opened with.
    pub(super) opened_with: BTreeSet<String>,
    /// Of a role: the names of the sessions that a person named by their ARNs.
    pub(super) sessions: BTreeSet<String>,
}

impl CompromisedIdentity {
    pub(super) fn new(kind: SubjectKind, basis: Basis, why: Reason) -> Self {
        Self {
            kind,
            basis,
            why: vec![why],
            until: None,
            last: None,
            calls: 0,
            presence: Presence::Unknown,
            owner: None,
            instance: None,
            sessions: BTreeSet::new(),
            opened_with: BTreeSet::new(),
        }
    }

    pub(super) fn derived(relative: &Relative, basis: Basis, why: Reason) -> Self {
        Self {
            until: relative.until,
            last: relative.last,
            calls: relative.calls,
            presence: relative.presence,
            opened_with: BTreeSet::from([relative.of.clone()]),
            owner: match &relative.credential {
                Some(CredentialId::Password { user }) => Some(one_name(user)),
                _ => None,
            },
            ..Self::new(relative.kind, basis, why)
        }
    }
}

/// Returns whether identities of this kind are principals, not credentials.
pub(super) const fn is_principal(kind: SubjectKind) -> bool {
    matches!(
        kind,
        SubjectKind::Root | SubjectKind::User | SubjectKind::Role | SubjectKind::FederatedUser
    )
}

/// A resource that a compromised identity created or changed, or that a person named by a finding.
#[derive(Debug, Clone)]
pub(super) struct AffectedResource {
    /// The service, as in a snapshot.
    pub(super) service: String,
    /// The API call that created or changed it; empty where no event is known.
    pub(super) call: String,
    /// The check that found it; empty where none did.
    pub(super) check: String,
    pub(super) kind: String,
    /// Its names, the most exact first.
    pub(super) names: Vec<String>,
    /// The sentence of the check that found it; none where the finding says no more than that the resource still exists.
    pub(super) summary: Option<String>,
    /// The parts of it that an action can be given.
    pub(super) handles: Vec<Handle>,
    /// External principals that get access to it.
    pub(super) exposure: Exposure,
    pub(super) region: RegionName,
    pub(super) why: Reason,
    pub(super) last: Option<Timestamp>,
    /// The principal that created or changed it, by ARN without path; empty where no event is known.
    pub(super) creator: String,
}

/// The key of a resource in the scope: region, service, call, check and names.
type ResourceKey = (RegionName, String, String, String, Vec<String>);

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// Compromised identities, by access key id, ARN without path, or id.
    pub(super) identities: BTreeMap<String, CompromisedIdentity>,
    pub(super) resources: BTreeMap<ResourceKey, AffectedResource>,
    /// Related identities and resources, with the reasons: listed in the plan, not touched by it.
    pub(super) related: BTreeMap<String, BTreeSet<Related>>,
}

/// A reason to list something that the plan does not touch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Related {
    /// True when a finding calls it malicious; then it is listed before what is only related.
    pub(super) is_malicious: bool,
    /// A sentence without its full stop.
    pub(super) why: String,
}

impl Scope {
    /// Adds an identity; returns whether it is new, or compromised to a larger extent than was known.
    pub(super) fn add(&mut self, id: &str, identity: CompromisedIdentity) -> bool {
        let Some(known) = self.identities.get_mut(id) else {
            self.identities.insert(id.to_owned(), identity);
            return true;
        };
        for why in identity.why {
            add_reason(&mut known.why, why, REASONS);
        }
        known.until = known.until.max(identity.until);
        known.last = known.last.max(identity.last);
        known.calls = known.calls.max(identity.calls);
        known.owner = known.owner.take().or(identity.owner);
        known.instance = known.instance.take().or(identity.instance);
        known.sessions.extend(identity.sessions);
        known.opened_with.extend(identity.opened_with);
        if known.presence == Presence::Unknown {
            known.presence = identity.presence;
        }
        let is_more = identity.basis > known.basis;
        known.basis = known.basis.max(identity.basis);
        is_more
    }

    /// Lists something as related.
    pub(super) fn mention(&mut self, what: &str, why: impl Into<String>) {
        self.relate(what, false, why.into());
    }

    /// Lists something that a finding calls malicious and that no exact evidence links to a compromised identity.
    pub(super) fn mention_malicious(&mut self, what: &str, why: String) {
        self.relate(what, true, why);
    }

    fn relate(&mut self, what: &str, is_malicious: bool, why: String) {
        let related = self.related.entry(shown(what, WORDS)).or_default();
        related.insert(Related { is_malicious, why });
    }

    /// Returns whether a credential, or a principal as a whole, is compromised.
    pub(super) fn is_compromised(&self, id: &str) -> bool {
        self.identities
            .get(id)
            .is_some_and(|identity| identity.basis >= Basis::Derived)
    }
}

/// Adds a reason. The same sentence is kept once, with all the evidence for it; an event is not given again next to
/// the finding
/// that cites it.
pub(super) fn add_reason(known: &mut Vec<Reason>, new: Reason, most: usize) {
    let is_same = |one: &Reason| one.text == new.text || includes(one, &new) || includes(&new, one);
    if let Some(one) = known.iter_mut().find(|one| is_same(one)) {
        if includes(&new, one) {
            one.text = new.text;
        }
        for evidence in new.evidence {
            if !one.evidence.contains(&evidence) {
                one.evidence.push(evidence);
            }
        }
    } else if known.len() < most {
        known.push(new);
    }
}

/// Returns whether a reason cites a finding and, next to it, everything that another reason without one cites.
fn includes(one: &Reason, other: &Reason) -> bool {
    let cites_finding = |reason: &Reason| {
        let mut evidence = reason.evidence.iter();
        evidence.any(|evidence| matches!(evidence, Evidence::Finding(_)))
    };
    cites_finding(one)
        && !cites_finding(other)
        && !other.evidence.is_empty()
        && other
            .evidence
            .iter()
            .all(|evidence| one.evidence.contains(evidence))
}

/// Returns a reason with the event behind it, if there is one.
pub(super) fn because(text: String, event: Option<EventKey>) -> Reason {
    Reason {
        text,
        evidence: event.map(Evidence::Event).into_iter().collect(),
    }
}

/// Returns the sentence part that names the API call, its caller, the access key and the time.
pub(super) fn made_by(event: &MakingEvent) -> String {
    let with = event
        .access_key
        .as_deref()
        .map_or_else(String::new, |key| format!(" with access key {}", shown(key, 40)));
    format!(
        "{} called {}{with} at {}",
        shown(&event.principal.name, WORDS),
        shown(&event.name, 80),
        event.time
    )
}
