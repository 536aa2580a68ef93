//! Findings that are usual work: of a principal who has long worked from the same place, and part of no attack.
//!
//! Such a finding stays in the report with a lower severity and the reason: a theft or destruction of high severity with
//! medium, the others with low. Changes of high severity that hide something are never usual, nor are
//! findings about places. It must not tell stories.

use std::collections::BTreeMap;

use stanch_core::dossier::Derivation;
use stanch_core::finding::Finding;
use stanch_core::{EventRecord, FindingId, Severity, Tactic, Timestamp};

use super::{Evidence, novelty};

const DAY: i64 = 86_400_000;
/// Days of earlier work from which a principal or an address is settled: public rules look back 5 to 10 days.
const SETTLED_DAYS: i64 = 5;
/// Distance in time within which a new place of the principal speaks against usual work.
const NEAR: i64 = DAY / 2;

/// Lower severity of a finding, and the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lowered {
    pub(crate) severity: Severity,
    pub(crate) reason: String,
}

/// The usual findings among those that no story tells.
pub(super) fn of(evidence: &Evidence<'_>, told: impl Fn(&Finding) -> bool) -> BTreeMap<FindingId, Lowered> {
    evidence
        .findings
        .iter()
        .filter(|finding| (Severity::Medium..=Severity::High).contains(&finding.severity))
        .filter(|finding| !told(finding) && may_be_usual(evidence, finding))
        .filter_map(|finding| {
            let lowered = Lowered {
                severity: severity(evidence, finding),
                reason: reason(evidence, finding)?,
            };
            Some((finding.id.clone(), lowered))
        })
        .collect()
}

/// Severity of a usual finding. Theft and destruction of data stay medium, also for an owner's principal in its usual place.
fn severity(evidence: &Evidence<'_>, finding: &Finding) -> Severity {
    let harms = |tactic: &Tactic| {
        matches!(
            tactic,
            Tactic::Exfiltration | Tactic::Impact | Tactic::CredentialAccess
        )
    };
    let is_harm = evidence
        .about(finding)
        .is_none_or(|about| about.tactics.iter().any(harms));
    // Mass reads are usual only with a known key and client, too: see `is_elsewhere`.
    if is_harm && !novelty::is_haul(finding) && finding.severity >= Severity::High {
        Severity::Medium
    } else {
        Severity::Low
    }
}

fn may_be_usual(evidence: &Evidence<'_>, finding: &Finding) -> bool {
    let hides = |tactic: &Tactic| *tactic == Tactic::DefenseEvasion && finding.severity >= Severity::High;
    let by_new_key = novelty::is_haul(finding) && novelty::new_key(evidence, finding).is_some();
    !novelty::is_of_places(finding)
        && !by_new_key
        && evidence
            .about(finding)
            .is_some_and(|about| !about.tactics.iter().any(hides))
}

fn reason(evidence: &Evidence<'_>, finding: &Finding) -> Option<String> {
    if is_elsewhere(evidence, finding) {
        return None;
    }
    let principal = &finding.principal.key;
    if let Some(days) = settled(evidence, principal, finding.first) {
        return Some(format!(
            "The principal had worked from the same networks for {days} days before, and nothing links this to an attack."
        ));
    }
    let records: Vec<&EventRecord> = evidence.cited(finding).collect();
    if !records.is_empty()
        && records
            .iter()
            .all(|record| is_known_address(evidence, record, finding))
    {
        return Some(
            "The calls came from a network that other principals of the account had used for days before, and nothing links \
             this to an attack."
                .to_owned(),
        );
    }
    (finding.severity == Severity::Medium && is_newcomer(evidence, finding)).then(|| {
        "The user was created within the days before by a principal at its usual work, and nothing links this to an attack."
            .to_owned()
    })
}

/// Days that a principal was active before a moment, when these are enough.
fn settled(evidence: &Evidence<'_>, principal: &str, at: Timestamp) -> Option<i64> {
    let span = evidence.activity.span_of(principal)?;
    let days = at.since(span.first) / DAY;
    (days >= SETTLED_DAYS).then_some(days)
}

/// True when the principal came from a new place about that time; with a new client, for mass reads.
fn is_elsewhere(evidence: &Evidence<'_>, finding: &Finding) -> bool {
    let is_haul = novelty::is_haul(finding);
    evidence.findings.iter().any(|other| {
        (novelty::is_of_places(other) || is_haul && novelty::is_of_news(other))
            && other.principal.key == finding.principal.key
            && other.first <= finding.last.plus_millis(NEAR)
            && other.last >= finding.first.plus_millis(-NEAR)
    })
}

/// True for an address that another principal of the same account was settled at.
fn is_known_address(evidence: &Evidence<'_>, record: &EventRecord, finding: &Finding) -> bool {
    let before = finding.first.plus_millis(-SETTLED_DAYS * DAY);
    evidence.activity.has_settled_address(
        &record.account,
        &record.source_address,
        &finding.principal.key,
        before,
    )
}

/// True for a user whose creation these logs hold, by a principal at its usual work.
fn is_newcomer(evidence: &Evidence<'_>, finding: &Finding) -> bool {
    evidence.family.links_to(&finding.principal.key).any(|link| {
        let maker = link.event.and_then(|key| evidence.events.get(&key));
        link.how == Derivation::Created
            && maker.is_some_and(|maker| {
                finding.first.since(maker.time) <= SETTLED_DAYS * DAY
                    && settled(evidence, &maker.principal, maker.time).is_some()
            })
    })
}
