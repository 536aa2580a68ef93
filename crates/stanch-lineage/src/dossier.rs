//! Answers of a lineage to one question.

use stanch_core::assessment::Presence;
use stanch_core::dossier::{Derivation, Relative, Subject, SubjectKind, Usage};
use stanch_core::{AccountId, Dossier, Timestamp, unique_id};
use stanch_core::{Arn, CredentialId};

use super::family::{Family, Reached};
use super::graph::{Edge, Place};

/// Number of identities that one question is answered for in full.
const SUBJECTS: usize = 20;
/// Number of relations of one identity that are listed.
const KIN: usize = 10_000;
/// Number of addresses and names of changes.
const MOST: usize = 20;

impl Family {
    /// Answers what was asked at a moment. `presence` tells whether something is in the account.
    #[must_use]
    pub fn who(&self, asked: &str, at: Timestamp, presence: &dyn Fn(&str) -> Presence) -> Dossier {
        let found = self.find(asked);
        Dossier {
            asked: asked.to_owned(),
            meaning: unique_id::meaning(asked).map(str::to_owned),
            account: unique_id::account_of_key(asked),
            at,
            subjects: found
                .iter()
                .take(SUBJECTS)
                .map(|place| self.subject(*place, presence))
                .collect(),
            left_out: found.len().saturating_sub(SUBJECTS) as u64,
        }
    }

    /// The ids of what a question fits, of all it came of and all that came of it: whose calls are worth counting.
    #[must_use]
    pub fn concerned(&self, asked: &str, limit: usize) -> Vec<&str> {
        let found = self.find(asked);
        let relative = found.iter().flat_map(|place| {
            let relative = self.ancestors(*place).into_iter().chain(self.descendants(*place));
            relative.map(|reached| reached.place)
        });
        let places = found.iter().copied().chain(relative);
        places.take(limit).map(|place| self.id(place)).collect()
    }

    fn subject(&self, place: Place, presence: &dyn Fn(&str) -> Presence) -> Subject {
        let node = &self.nodes[place as usize];
        let relative = |reached: Vec<Reached>, is_up: bool| -> Vec<Relative> {
            let shown = reached.into_iter().take(KIN);
            shown
                .map(|reached| self.relative(&reached, is_up, presence))
                .collect()
        };
        let opened = self
            .children(place)
            .iter()
            .filter(|edge| edge.how == Derivation::Opened);
        let opened = opened.map(|edge| Reached {
            place: edge.to,
            depth: 1,
            edge: *edge,
        });
        let cycle = self
            .cycles
            .iter()
            .find(|circle| circle.contains(&place) || self.is_of(place, circle));
        let ids = |places: &Vec<Place>| places.iter().map(|place| self.id(*place).to_owned()).collect();
        Subject {
            id: node.id.to_string(),
            credential: self.credential(place),
            kind: node.kind,
            account: self.account(place),
            until: node.until,
            source_identities: node
                .source_identity
                .iter()
                .map(|number| self.words.text(*number).to_owned())
                .collect(),
            presence: presence(&node.id),
            usage: self.usage(place),
            ancestors: relative(self.ancestors(place), true),
            descendants: relative(self.descendants(place), false),
            opened: relative(self.by_name(opened.collect()), false),
            cycle: cycle.map(ids).unwrap_or_default(),
        }
    }

    /// The account that logs tell, else the one that a key's letters do.
    fn account(&self, place: Place) -> Option<AccountId> {
        let id = self.id(place);
        let owner = self
            .parents(place)
            .iter()
            .find(|edge| edge.how == Derivation::Belongs);
        account_of(id)
            .or_else(|| account_of(self.id(owner?.from)))
            .or_else(|| unique_id::account_of_key(id))
    }

    fn by_name(&self, mut reached: Vec<Reached>) -> Vec<Reached> {
        reached.sort_by_key(|reached| self.id(reached.place));
        reached
    }

    /// Returns true when a session is of a role in a circle.
    fn is_of(&self, place: Place, circle: &[Place]) -> bool {
        let belongs = |edge: &Edge| edge.how == Derivation::Belongs && circle.contains(&edge.from);
        self.parents(place).iter().any(belongs)
    }

    /// Returns which credential it is. A password has no id of its own: it is identified by the user that it belongs to.
    fn credential(&self, place: Place) -> Option<CredentialId> {
        match self.nodes[place as usize].kind {
            SubjectKind::LongTermKey | SubjectKind::Session => Some(CredentialId::key(self.id(place))),
            SubjectKind::Password => {
                let mut parents = self.parents(place).iter();
                let owner = parents.find(|edge| edge.how == Derivation::Belongs)?;
                Some(CredentialId::password(self.id(owner.from)))
            }
            _ => None,
        }
    }

    fn relative(&self, reached: &Reached, is_up: bool, presence: &dyn Fn(&str) -> Presence) -> Relative {
        let node = &self.nodes[reached.place as usize];
        let of = if is_up { reached.edge.to } else { reached.edge.from };
        Relative {
            id: node.id.to_string(),
            credential: self.credential(reached.place),
            kind: node.kind,
            depth: reached.depth,
            of: self.id(of).to_owned(),
            how: reached.edge.how,
            time: reached.edge.time,
            event: reached.edge.event,
            until: node.until,
            calls: node.calls,
            last: node.last,
            presence: presence(&node.id),
        }
    }

    /// A principal's calls are those of its credentials.
    fn usage(&self, place: Place) -> Usage {
        let node = &self.nodes[place as usize];
        let is_principal = matches!(
            node.kind,
            SubjectKind::Root
                | SubjectKind::User
                | SubjectKind::Role
                | SubjectKind::FederatedUser
                | SubjectKind::Instance
                | SubjectKind::Function
        );
        let own = self
            .children(place)
            .iter()
            .filter(|edge| is_principal && matches!(edge.how, Derivation::Belongs | Derivation::RunsAs));
        let mut usage = Usage::default();
        let mut addresses = rustc_hash::FxHashMap::default();
        let mut changes = rustc_hash::FxHashMap::default();
        for place in std::iter::once(place).chain(own.map(|edge| edge.to)) {
            let node = &self.nodes[place as usize];
            usage.calls += node.calls;
            usage.failed += node.failed;
            usage.first = usage.first.min(node.first).or(node.first).or(usage.first);
            usage.last = usage.last.max(node.last);
            for (counts, sums) in [(&node.addresses, &mut addresses), (&node.changes, &mut changes)] {
                for (number, count) in counts {
                    *sums.entry(*number).or_insert(0_u64) += u64::from(*count);
                }
            }
        }
        let most = |sums: rustc_hash::FxHashMap<u32, u64>| {
            let mut sums: Vec<(String, u64)> = sums
                .into_iter()
                .map(|(number, count)| (self.words.text(number).to_owned(), count))
                .collect();
            sums.sort_by(|one, other| (other.1, &one.0).cmp(&(one.1, &other.0)));
            sums.truncate(MOST);
            sums
        };
        usage.addresses = most(addresses);
        usage.changes = most(changes);
        usage
    }
}

fn account_of(id: &str) -> Option<AccountId> {
    let account = Arn::parse(id)?.account;
    AccountId::is_valid(account).then(|| account.into())
}
