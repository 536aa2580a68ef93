//! Which findings make an attack: those of one principal, together with those of what it opened or created.
//!
//! A key that creates an administrator who stops the trail is one chain over two principals. Only links that events prove
//! join findings. It must not attribute events.

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::dossier::{Derivation, SubjectKind};
use stanch_core::finding::Finding;
use stanch_core::verdict::Confidence;
use stanch_core::{EventKey, EventRecord, Severity, Tactic, Timestamp};
use stanch_lineage::Family;

use super::novelty::Novelty;
use super::{Evidence, score};
use crate::attacker::{Act, Acts};
use crate::declared::Statement;

/// How long before the first malicious call a link still counts: as long as a role's session can live.
const LOOK_BACK: i64 = 12 * 3_600_000;
/// Number of identities of one family that are looked at.
const FAMILY_LIMIT: usize = 2_000;

/// Findings that make an attack.
#[derive(Debug)]
pub(super) struct Seed {
    /// Grouping key of the principal that it starts from.
    pub(super) principal: String,
    pub(super) since: Timestamp,
    pub(super) confidence: Confidence,
    pub(super) weight: u32,
    /// The events that speak for it.
    pub(super) cited: BTreeSet<EventKey>,
}

/// All seeds, the surest first.
pub(super) fn all(evidence: &Evidence<'_>) -> Vec<Seed> {
    let groups = Groups::of(evidence);
    let mut seeds: Vec<Seed> = groups
        .own
        .keys()
        .filter_map(|key| groups.seed(evidence, key))
        .collect();
    seeds.sort_by(|a, b| {
        (b.confidence, b.weight, a.since, &a.principal).cmp(&(a.confidence, a.weight, b.since, &b.principal))
    });
    seeds
}

/// A seed for each suspect that the responder named and that has events; its confidence is that of a statement.
pub(super) fn suspects(evidence: &Evidence<'_>, acts: &Acts<'_>) -> Vec<Seed> {
    let words = &evidence.tracker.words;
    let of = |statement: &Statement| {
        let own: Vec<&Act> = acts
            .all
            .iter()
            .copied()
            .filter(|act| !act.by_aws && statement.fits_act(act, words))
            .collect();
        let first = own.first()?;
        Some(Seed {
            principal: words.text(first.principal).to_owned(),
            since: first.time,
            confidence: Confidence::Medium,
            weight: 0,
            cited: own.iter().map(|act| act.key).collect(),
        })
    };
    evidence.declared.suspects.iter().filter_map(of).collect()
}

/// Findings by principal, and by the identities that their records name.
struct Groups<'e> {
    own: BTreeMap<&'e str, Vec<&'e Finding>>,
    by_identity: BTreeMap<String, Vec<&'e Finding>>,
    novelty: Novelty,
}

impl<'e> Groups<'e> {
    fn of(evidence: &Evidence<'e>) -> Self {
        let mut groups = Self {
            own: BTreeMap::new(),
            by_identity: BTreeMap::new(),
            novelty: Novelty::of(evidence),
        };
        for finding in evidence.findings {
            groups
                .own
                .entry(&finding.principal.key)
                .or_default()
                .push(finding);
            if finding.severity < Severity::Medium {
                continue;
            }
            let mut ids: BTreeSet<String> = BTreeSet::new();
            for record in evidence.cited(finding) {
                ids.extend(identities(record));
            }
            for id in ids {
                groups.by_identity.entry(id).or_default().push(finding);
            }
        }
        groups
    }

    fn seed(&self, evidence: &Evidence<'e>, key: &str) -> Option<Seed> {
        let own = self.own.get(key)?;
        let mut group: Vec<&Finding> = own
            .iter()
            .filter(|finding| finding.severity >= Severity::Medium)
            .copied()
            .collect();
        let earliest = group.iter().map(|finding| finding.first).min()?;
        let reached = reached(evidence, &group, earliest.plus_millis(-LOOK_BACK));
        let mut seen: BTreeSet<&str> = group.iter().map(|finding| finding.id.0.as_str()).collect();
        let further = reached.iter().filter_map(|id| self.by_identity.get(id)).flatten();
        for finding in further {
            if seen.insert(&finding.id.0) {
                group.push(finding);
            }
        }
        let Some((since, score)) = score::densest(evidence, &self.novelty, &group) else {
            return self.chain(evidence, key, &group);
        };
        let mut cited = speaking(evidence, &group, since);
        cited.extend(group.iter().filter_map(|finding| self.novelty.haul(finding)));
        Some(Seed {
            principal: key.to_owned(),
            since,
            confidence: score.confidence()?,
            weight: score.weight(),
            cited,
        })
    }
}

impl Groups<'_> {
    /// A principal that gave rights or credentials to one that it created, and a change of high severity by that one: a
    /// chain, however long it takes.
    fn chain(&self, evidence: &Evidence<'_>, key: &str, group: &[&Finding]) -> Option<Seed> {
        let severe: Vec<&Finding> = group
            .iter()
            .copied()
            .filter(|finding| finding.severity >= Severity::High && finding.succeeded > 0)
            .collect();
        let gives = severe.iter().any(|finding| {
            let gives = |tactic: &Tactic| matches!(tactic, Tactic::Persistence | Tactic::PrivilegeEscalation);
            finding.principal.key == key
                && evidence
                    .about(finding)
                    .is_some_and(|about| about.tactics.iter().any(gives))
        });
        let made = |finding: &&Finding| {
            let mut links = evidence.family.links_to(&finding.principal.key);
            links.any(|link| link.how == Derivation::Created)
        };
        if !gives
            || !severe
                .iter()
                .any(|finding| finding.principal.key != key && made(finding))
        {
            return None;
        }
        let (first, last) = (
            severe.iter().map(|finding| finding.first).min()?,
            severe.iter().map(|finding| finding.last).max()?,
        );
        let score = score::Score::within(evidence, &self.novelty, severe.iter().copied(), first, last);
        Some(Seed {
            principal: key.to_owned(),
            since: first,
            confidence: score.confidence()?,
            weight: score.weight(),
            cited: severe
                .iter()
                .flat_map(|finding| evidence.cited(finding))
                .map(|record| record.key)
                .collect(),
        })
    }
}

/// The events within the window that speak for an attack: those of findings of high severity, and of medium ones from
/// the same networks.
fn speaking(evidence: &Evidence<'_>, group: &[&Finding], since: Timestamp) -> BTreeSet<EventKey> {
    let until = since.plus_millis(score::WINDOW);
    let within = |severity: fn(Severity) -> bool| {
        group
            .iter()
            .filter(move |finding| severity(finding.severity))
            .flat_map(|finding| evidence.cited(finding))
            .filter(move |record| (since..=until).contains(&record.time))
    };
    let network = |record: &EventRecord| evidence.networks.network_key(&record.source_address);
    let high: Vec<&EventRecord> = within(|severity| severity >= Severity::High).collect();
    let networks: BTreeSet<String> = high.iter().map(|record| network(record)).collect();
    let medium = within(|severity| severity == Severity::Medium)
        .filter(|record| high.is_empty() || networks.contains(&network(record)));
    medium
        .chain(high.iter().copied())
        .map(|record| record.key)
        .collect()
}

/// Key and principal of a record.
fn identities(record: &EventRecord) -> impl Iterator<Item = String> {
    let owner = stanch_lineage::principal(&record.principal);
    [Some(record.access_key_id.clone()), owner]
        .into_iter()
        .flatten()
        .filter(|id| !id.is_empty())
}

/// What the credentials of these findings opened or created since a moment.
fn reached(evidence: &Evidence<'_>, group: &[&Finding], since: Timestamp) -> BTreeSet<String> {
    let mut open: Vec<String> = Vec::new();
    for finding in group {
        open.extend(evidence.cited(finding).flat_map(identities));
    }
    let start: BTreeSet<String> = open.iter().cloned().collect();
    let mut reached: BTreeSet<String> = BTreeSet::new();
    while let Some(id) = open.pop() {
        if reached.len() >= FAMILY_LIMIT {
            break;
        }
        if !reached.insert(id.clone()) {
            continue;
        }
        open.extend(children(evidence.family, &id, since, !start.contains(&id)));
    }
    reached
}

fn children(family: &Family, id: &str, since: Timestamp, is_made: bool) -> Vec<String> {
    let is_role = family.kind(id) == Some(SubjectKind::Role);
    family
        .links_from(id)
        .filter(|link| match link.how {
            Derivation::Opened => false,
            // Sessions of a role that was there before are opened by others, too.
            Derivation::Belongs => is_made || !is_role,
            _ => link.time.is_none_or(|time| time >= since),
        })
        .map(|link| link.to.to_owned())
        .collect()
}
