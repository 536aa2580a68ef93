//! The closure: from the seeds to every credential, principal and resource derived from them, until nothing new is found.
//!
//! Only exact links are followed: those that an event states by an identifier. The principal that owns a stolen credential is
//! compromised as its owner alone: what else a legitimate owner has is not the attacker's. It must not follow weaker links;
//! they are listed as related.

use std::collections::BTreeSet;

use stanch_core::arn::{PrincipalArn, PrincipalKind, one_name};
use stanch_core::assessment::Presence;
use stanch_core::dossier::{Derivation, Relative, Subject, SubjectKind};
use stanch_core::plan::{Evidence, Reason};
use stanch_core::text::shown;

use super::inventory::Inventory;
use super::{Basis, CompromisedIdentity, Scope, WORDS, because, is_principal};
use crate::planner::situation::Situation;

/// The closure while it is computed.
pub(in crate::planner) struct Closure<'s, 'a> {
    pub(super) situation: &'s Situation<'a>,
    pub(super) inventory: &'s Inventory<'a>,
    pub(super) scope: Scope,
    /// Identities that are still to be followed.
    queue: BTreeSet<String>,
    /// IP addresses that compromised credentials called from.
    pub(super) addresses: BTreeSet<String>,
}

impl<'s, 'a> Closure<'s, 'a> {
    pub(in crate::planner) fn new(situation: &'s Situation<'a>, inventory: &'s Inventory<'a>) -> Self {
        Self {
            situation,
            inventory,
            scope: Scope::default(),
            queue: BTreeSet::new(),
            addresses: BTreeSet::new(),
        }
    }

    pub(super) fn add(&mut self, id: &str, identity: CompromisedIdentity) {
        let id = one_name(id);
        if self.scope.add(&id, identity) {
            self.queue.insert(id);
        }
    }

    /// Follows every identity and returns the scope.
    pub(in crate::planner) fn finish(mut self) -> Scope {
        loop {
            while let Some(id) = self.queue.pop_first() {
                self.follow(&id);
            }
            self.created();
            if self.queue.is_empty() {
                break;
            }
        }
        self.same_addresses();
        self.other_malicious();
        // Listed as related first, found to be compromised later.
        let ids = self.scope.identities.keys();
        let compromised: BTreeSet<String> = ids.map(|id| shown(id, WORDS)).collect();
        self.scope.related.retain(|what, _| !compromised.contains(what));
        self.scope
    }

    fn follow(&mut self, id: &str) {
        let Some(identity) = self.scope.identities.get(id).cloned() else {
            return;
        };
        self.own_keys(id, &identity);
        if identity.basis >= Basis::Derived {
            self.made(id);
        }
        let Some(subject) = self.subject(id) else {
            self.owner_as_read(id, &identity);
            return;
        };
        for other in subject.cycle.iter().filter(|other| one_name(other) != id) {
            if identity.kind == SubjectKind::Role {
                let text = format!(
                    "{} and this role can assume each other, so that sessions can be renewed without end",
                    shown(id, WORDS)
                );
                let why = because(text, None);
                self.add(
                    other,
                    CompromisedIdentity::new(SubjectKind::Role, Basis::Owner, why),
                );
            }
        }
        if identity.basis == Basis::Owner {
            return;
        }
        // Before its owner is added: the owner is as recent as the stolen credential.
        self.take_usage(id, &subject);
        if !is_principal(identity.kind) {
            self.owner(id, &identity, &subject);
        }
        for relative in subject
            .descendants
            .iter()
            .filter(|relative| relative.how.descends())
        {
            self.descendant(relative);
        }
        self.mention_links(id, &identity, &subject);
    }

    /// Lists what the identity changed the rights of, and what a named identity was derived from.
    fn mention_links(&mut self, id: &str, identity: &CompromisedIdentity, subject: &Subject) {
        for relative in &subject.opened {
            let why = format!(
                "{} changed its permissions or who can use it; the changed policy has a line of its own, and its other sessions \
                 are not touched",
                shown(id, WORDS)
            );
            self.mention(&relative.id, why);
        }
        let is_seed = identity.basis == Basis::Named;
        for relative in subject.ancestors.iter().filter(|_| is_seed) {
            if relative.how != Derivation::Belongs || relative.depth > 1 {
                let why = format!(
                    "{} is derived from it; it may be how the attacker came in. To contain it, name it",
                    shown(id, WORDS)
                );
                self.mention(&relative.id, why);
            }
        }
    }

    pub(super) fn mention(&mut self, what: &str, why: String) {
        if !self.scope.identities.contains_key(&one_name(what)) {
            self.scope.mention(&one_name(what), why);
        }
    }

    /// Returns the subject of a dossier that is this very identity.
    fn subject(&self, id: &str) -> Option<Subject> {
        let dossier = (self.situation.who)(id)?;
        let mut subjects = dossier.subjects.into_iter();
        subjects.find(|subject| one_name(&subject.id) == id)
    }

    fn take_usage(&mut self, id: &str, subject: &Subject) {
        if let Some(identity) = self.scope.identities.get_mut(id) {
            identity.until = identity.until.max(subject.until);
            identity.last = identity.last.max(subject.usage.last);
            identity.calls = identity.calls.max(subject.usage.calls);
            if identity.presence == Presence::Unknown {
                identity.presence = subject.presence;
            }
        }
        let addresses = subject.usage.addresses.iter().map(|(address, _)| address.clone());
        self.addresses
            .extend(addresses.filter(|address| is_address(address)));
    }

    /// Adds the access keys of a user that is compromised as a whole: no log may name them.
    fn own_keys(&mut self, id: &str, identity: &CompromisedIdentity) {
        if identity.kind != SubjectKind::User || identity.basis < Basis::Named {
            return;
        }
        let record = self.inventory.principals.get(id);
        for (key, record) in record.map(|record| record.keys.clone()).unwrap_or_default() {
            let why = Reason {
                text: format!("it is an access key of {}", shown(id, WORDS)),
                evidence: record.reading.map(Evidence::Reading).into_iter().collect(),
            };
            let mut credential = CompromisedIdentity::new(SubjectKind::LongTermKey, Basis::Derived, why);
            credential.presence = Presence::Exists;
            credential.owner = Some(id.to_owned());
            self.add(&key, credential);
        }
    }

    fn owner(&mut self, id: &str, identity: &CompromisedIdentity, subject: &Subject) {
        let above = |how| move |relative: &&Relative| relative.depth == 1 && relative.how == how;
        let instance = subject.ancestors.iter().find(|relative| {
            relative.depth == 1
                && relative.how == Derivation::RunsAs
                && relative.kind == SubjectKind::Instance
        });
        let opened_with = subject.ancestors.iter().filter(above(Derivation::Assumed));
        if let Some(identity) = self.scope.identities.get_mut(id) {
            identity
                .opened_with
                .extend(opened_with.map(|relative| relative.id.clone()));
            identity.instance = instance
                .map(|relative| relative.id.clone())
                .or(identity.instance.take());
        }
        let mut owners = subject.ancestors.iter().filter(above(Derivation::Belongs));
        match owners.find(|relative| is_principal(relative.kind)) {
            Some(relative) => self.owned(id, &relative.id, relative.kind),
            None => self.owner_as_read(id, identity),
        }
    }

    /// Adds the owner of a credential as the snapshot lists it.
    fn owner_as_read(&mut self, id: &str, identity: &CompromisedIdentity) {
        let known = identity.owner.clone();
        if let Some(owner) = known.or_else(|| self.inventory.owners.get(id).cloned()) {
            let is_user = PrincipalArn::parse(&owner).is_some_and(|parts| parts.kind == PrincipalKind::User);
            let kind = if is_user {
                SubjectKind::User
            } else {
                SubjectKind::Role
            };
            self.owned(id, &owner, kind);
        }
    }

    fn owned(&mut self, id: &str, owner: &str, kind: SubjectKind) {
        let owner = one_name(owner);
        let known = self.scope.identities.get_mut(id);
        let (last, calls, event) = known.map_or((None, 0, None), |identity| {
            identity.owner = Some(owner.clone());
            let event = identity.why.first().and_then(first_event);
            (identity.last, identity.calls, event)
        });
        let text = format!("its credential {} is compromised", shown(id, WORDS));
        let mut identity = CompromisedIdentity::new(kind, Basis::Owner, because(text, event));
        identity.last = last;
        identity.calls = calls;
        self.add(&owner, identity);
    }

    fn descendant(&mut self, relative: &Relative) {
        let is_created = relative.how == Derivation::Created
            && (is_principal(relative.kind)
                || matches!(relative.kind, SubjectKind::Instance | SubjectKind::Function));
        let basis = if is_created {
            Basis::Created
        } else {
            Basis::Derived
        };
        let why = because(derived_from(relative), relative.event);
        self.add(&relative.id, CompromisedIdentity::derived(relative, basis, why));
    }
}

fn first_event(why: &Reason) -> Option<stanch_core::EventKey> {
    why.evidence.iter().find_map(|evidence| match evidence {
        Evidence::Event(key) => Some(*key),
        _ => None,
    })
}

/// Returns whether a source is an IP address: the names of services and of the console do not identify a caller.
fn is_address(text: &str) -> bool {
    text.parse::<std::net::IpAddr>().is_ok()
}

/// Returns the sentence that says how an identity was derived from its parent.
fn derived_from(relative: &Relative) -> String {
    let parent = shown(&relative.of, WORDS);
    match relative.how {
        Derivation::Assumed => format!("session of a role that was assumed with {parent}"),
        Derivation::SessionToken => format!("session from GetSessionToken, called with {parent}"),
        Derivation::Federated => format!("session from GetFederationToken, called with {parent}"),
        Derivation::Console => format!("console session that was opened with {parent}"),
        Derivation::Created => format!("created with {parent}"),
        Derivation::RunsAs => format!("runs with credentials of {parent}"),
        Derivation::Belongs => format!("credential of {parent}"),
        Derivation::Opened => format!("its permissions were changed with {parent}"),
    }
}
