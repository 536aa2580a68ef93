//! Joins findings, logs and the snapshot: who created each resource, which principals are suspects, what they created.
//!
//! Two kinds of evidence make a verdict worse than the check's own: an external account that has access in many places, and a
//! principal that created malicious resources. Neither counts for changes before the first malicious one. It must not know
//! log formats.

mod creators;
mod made;
mod makers;
mod presence;
mod suspects;
mod traces;

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::assessment::{AccountFinding, FindingVerdict, MadeBy, Suspect, Trace};
use stanch_core::text::bounded;
use stanch_core::{AccountId, Severity};

use creators::add_creators;
use makers::Makers;
use suspects::{Suspects, of_event};

pub use made::Made;
pub(super) use makers::CallsByCheck;
pub(super) use presence::{Identifiers, Listings};

use crate::changes::LoggedChanges;
use crate::known::Known;

/// Number of checks in whose findings an external account must be for a malicious verdict: a vendor that nobody listed is in
/// fewer.
const PLACES: usize = 3;

/// Evidence that is joined with findings.
pub(super) struct Evidence<'a> {
    pub(super) logged: Option<&'a LoggedChanges>,
    pub(super) known: &'a Known,
    pub(super) identifiers: &'a Identifiers,
    pub(super) listings: &'a Listings,
    pub(super) calls: &'a CallsByCheck,
}

/// Result of the join.
pub(super) struct Joined {
    pub(super) findings: Vec<AccountFinding>,
    pub(super) suspects: Vec<Suspect>,
    pub(super) traces: Vec<Trace>,
}

/// Joins.
pub(super) fn join(mut findings: Vec<AccountFinding>, evidence: &Evidence<'_>) -> Joined {
    let makers = evidence.logged.map(|logged| Makers::of(logged, evidence.calls));
    apply_known_good(&mut findings, evidence.known);
    if let Some(makers) = &makers {
        for finding in &mut findings {
            set_creator(finding, makers);
        }
    }
    corroborate(&mut findings);
    let mut suspects = suspects::suspects(&findings);
    let mut traces = Vec::new();
    if let Some(makers) = &makers {
        let addresses = suspects::addresses(&findings, &suspects);
        let used = add_creators(&mut suspects, makers.logged, addresses);
        raise(&mut findings, &suspects);
        raise_compromised_keys(&mut findings, &suspects, used);
        traces = traces::traces(makers.logged, &suspects, evidence.identifiers, evidence.listings);
        traces::add_still_existing(&mut findings, &traces, &suspects);
    }
    findings.sort_by(|one, other| order(one).cmp(&order(other)));
    Joined {
        findings,
        suspects: suspects.into_values().collect(),
        traces,
    }
}

/// Returns the sort key: time-critical findings first, then the most severe.
fn order(finding: &AccountFinding) -> impl Ord + '_ {
    let resource = &finding.resource;
    (
        finding.deadline.is_none(),
        std::cmp::Reverse((finding.verdict, finding.severity)),
        (
            &finding.check,
            &resource.account,
            &resource.region,
            &resource.id,
            &finding.id,
        ),
    )
}

/// Lowers findings on known-good resources to misconfigurations.
fn apply_known_good(findings: &mut [AccountFinding], known: &Known) {
    for finding in findings {
        let resource = &finding.resource;
        if let Some(line) = known.vouches(&[&resource.id, &resource.name]) {
            finding.made_by = MadeBy::KnownGood {
                line: line.to_owned(),
            };
            finding.verdict = FindingVerdict::Misconfiguration;
            finding.severity = finding.severity.min(Severity::Low);
        }
    }
}

fn set_creator(finding: &mut AccountFinding, makers: &Makers<'_>) {
    if matches!(finding.made_by, MadeBy::KnownGood { .. }) {
        return;
    }
    let last = makers.last(finding);
    finding.created_by = makers
        .creation(finding)
        .filter(|creation| last.is_none_or(|last| last.event.event != creation.event.event))
        .map(|creation| creation.event.clone());
    finding.made_by = match (last, makers.logged.begin) {
        (Some(change), _) => MadeBy::Event(change.event.clone()),
        (None, Some(_)) => MadeBy::unknown(
            "no event in the logs names the resource: created before the logs begin, or not logged",
        ),
        (None, None) => MadeBy::unknown("the logs contain no event"),
    };
}

/// Raises suspicious findings that give access to an external account that is in findings of many checks.
fn corroborate(findings: &mut [AccountFinding]) {
    let mut places: BTreeMap<AccountId, BTreeSet<String>> = BTreeMap::new();
    for finding in findings
        .iter()
        .filter(|finding| finding.verdict >= FindingVerdict::Suspicious)
    {
        for account in finding.external_accounts() {
            places
                .entry(account.clone())
                .or_default()
                .insert(finding.check.clone());
        }
    }
    for finding in findings
        .iter_mut()
        .filter(|finding| finding.verdict == FindingVerdict::Suspicious)
    {
        let most = finding.external_accounts().iter().filter_map(|account| {
            let places = places.get(account)?.len();
            (places >= PLACES).then_some((places, account.clone()))
        });
        if let Some((places, account)) = most.max() {
            finding.verdict = FindingVerdict::Malicious;
            finding.severity = finding.severity.max(Severity::High);
            finding.because.push(format!(
                "external account {account} has access in {places} kinds of places and is no listed vendor"
            ));
        }
    }
}

/// Raises the verdict on resources that a suspect created by one step.
fn raise(findings: &mut [AccountFinding], suspects: &Suspects) {
    for finding in findings {
        let Some(suspect) = finding.makers().find_map(|event| of_event(event, suspects)) else {
            continue;
        };
        let (verdict, least) = match finding.verdict {
            FindingVerdict::Misconfiguration => (FindingVerdict::Suspicious, Severity::Medium),
            FindingVerdict::Suspicious => (FindingVerdict::Malicious, Severity::High),
            FindingVerdict::Malicious => continue,
        };
        finding.verdict = verdict;
        finding.severity = finding.severity.max(least);
        finding.because.push(format!(
            "created or changed by {}, who {}",
            suspect.principal.name, suspect.why
        ));
    }
}

/// Raises findings on long-term keys that suspects used for malicious changes, or to create a suspect: such a key is
/// compromised, whoever created it.
fn raise_compromised_keys(
    findings: &mut [AccountFinding],
    suspects: &Suspects,
    mut used: BTreeMap<String, String>,
) {
    for finding in findings
        .iter()
        .filter(|finding| finding.verdict == FindingVerdict::Malicious)
    {
        if let MadeBy::Event(event) = &finding.made_by
            && let Some(key) = &event.access_key
            && of_event(event, suspects).is_some()
        {
            let because = || format!("used for: {}", bounded(&finding.summary, 160));
            used.entry(key.as_str().to_owned()).or_insert_with(because);
        }
    }
    for finding in findings {
        // A known-good key has a known creator; its use is not vouched for.
        if let Some(because) = used.get(&finding.resource.id) {
            finding.verdict = FindingVerdict::Malicious;
            finding.severity = finding.severity.max(Severity::High);
            finding.because.push(because.clone());
        }
    }
}

#[cfg(test)]
mod tests;
