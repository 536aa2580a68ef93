//! Whose events are read a second time: everybody who may be of an attacker's family, and too many rather than too few.
//!
//! Attribution decides afterwards which of these events are the attacker's. It must not decide that here.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;
use stanch_core::dossier::{Derivation, SubjectKind};
use stanch_core::event::IdentityKind;
use stanch_core::{Event, EventRecord, LogKind, Timestamp};
use stanch_lineage::Family;

use super::holder;
use crate::declared::Statement;

/// How long before the first malicious call a link still counts: as long as a role's session can live.
const LOOK_BACK: i64 = 12 * 3_600_000;
/// Number of identities that are followed.
const LIMIT: usize = 200_000;

/// The identities whose events are read again.
#[derive(Debug, Default)]
pub struct Following {
    ids: FxHashSet<Box<str>>,
    suspects: Vec<Statement>,
    overflowed: bool,
}

impl Following {
    /// Everybody derived from, or who created, these identities and those of these records.
    pub(crate) fn of<'r>(
        family: &Family,
        records: impl Iterator<Item = &'r EventRecord>,
        identities: Vec<String>,
    ) -> Self {
        let mut following = Self::default();
        let mut since = Timestamp(i64::MAX);
        let mut open: BTreeSet<String> = identities.into_iter().collect();
        if !open.is_empty() {
            since = Timestamp(0);
        }
        for record in records {
            since = since.min(record.time);
            open.insert(record.access_key_id.clone());
            open.insert(record.principal.clone());
            open.extend(
                stanch_lineage::principal(&record.principal).filter(|_| is_personal(&record.principal)),
            );
        }
        open.remove("");
        let since = since.plus_millis(-LOOK_BACK);
        let mut open: Vec<String> = open.into_iter().collect();
        while let Some(id) = open.pop() {
            if following.ids.len() >= LIMIT {
                following.overflowed = true;
                break;
            }
            if !following.ids.insert(id.as_str().into()) {
                continue;
            }
            open.extend(next(family, &id, since));
        }
        following
    }

    /// Also follows the events of suspects.
    pub(crate) fn and(mut self, suspects: &[Statement]) -> Self {
        self.suspects = suspects.to_vec();
        self
    }

    /// True when an event may be of the family.
    #[must_use]
    pub fn concerns(&self, event: &Event<'_>) -> bool {
        if self.is_empty() || !matches!(event.log, LogKind::CloudTrail | LogKind::S3ServerAccess) {
            return false;
        }
        if self.suspects.iter().any(|suspect| suspect.fits_event(event)) {
            return true;
        }
        let identity = &event.identity;
        let has = |id: &str| !id.is_empty() && self.ids.contains(id);
        has(&identity.access_key_id)
            || has(&identity.arn)
            || has(event.principal_key())
            || has(holder::instance_of(&identity.arn))
            || (!event.shared_event_id.is_empty() && event.service() == "sts")
            // The portal of Identity Center names no key and no session: place and time tell whose it is.
            || event.identity.kind == IdentityKind::IdentityCenterUser
            || stanch_lineage::owner(event).is_some_and(|owner| has(&owner))
    }

    /// True when there were more identities than are followed.
    #[must_use]
    pub const fn overflowed(&self) -> bool {
        self.overflowed
    }

    /// True when nobody is followed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.suspects.is_empty()
    }
}

/// The identities next to one: up through what opened it, down through what it made.
fn next(family: &Family, id: &str, since: Timestamp) -> Vec<String> {
    let recent = |time: Option<Timestamp>| time.is_none_or(|time| time >= since);
    let is_role = family.kind(id) == Some(SubjectKind::Role);
    let down = family.links_from(id).filter(|link| {
        link.how.descends()
            && recent(link.time)
            // Others use a role that was there before: its sessions are followed one by one.
            && !(is_role && link.how == Derivation::Belongs && !was_made(family, id, since))
    });
    let mut found: Vec<String> = down.map(|link| link.to.to_owned()).collect();
    let up = family.links_to(id).filter(|link| {
        recent(link.time)
            && match link.how {
                Derivation::Belongs => is_personal(link.from),
                how => how.descends(),
            }
    });
    found.extend(up.map(|link| link.from.to_owned()));
    // A password's sessions are events of its user.
    if family.kind(id) == Some(SubjectKind::Password) {
        let user = family.links_to(id).filter(|link| link.how == Derivation::Belongs);
        found.extend(user.map(|link| link.from.to_owned()));
    }
    found
}

/// True when an identity was created since a moment.
fn was_made(family: &Family, id: &str, since: Timestamp) -> bool {
    family
        .links_to(id)
        .any(|link| link.how == Derivation::Created && link.time.is_some_and(|time| time >= since))
}

/// True for users and root: all their credentials are in one person's hands, where those of a role are not.
fn is_personal(arn: &str) -> bool {
    arn.contains(":user/") || arn.ends_with(":root") || arn.contains(":federated-user/")
}
