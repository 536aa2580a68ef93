//! Holds findings, logs and the snapshot together: who made what, who is suspect by it, what of it still lives.
//!
//! Two things speak against a finding beyond the thing itself: an unknown account that is let in at many places, and
//! a principal who made something hostile. Neither speaks against what stood before the first such act. It must not
//! know how an event looked.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;
use stanch_core::finding::Fact;
use stanch_core::text::bounded;
use stanch_core::{AccountId, EventKey, Reading, RegionName, ServiceName, Severity, Timestamp, unique_id};

use super::creators::{Addresses, add_creators};
use super::known::Known;
use super::making::making;
use super::{IdMap, each_text};
use stanch_aws_facts::services;
use stanch_core::assessment::{
    AccountFinding, FindingVerdict, MadeBy, MakingEvent, Presence, Resource, Suspect, Trace,
};

/// An unknown account that findings of this many checks name is no vendor that was forgotten.
const PLACES: usize = 3;
/// This many checks must find something suspicious of a principal that made nothing hostile.
const SUSPICIOUS_CHECKS: usize = 3;
/// Acts this long before the first that speaks against somebody count as well: who comes in looks around first.
const BEFORE_MILLIS: i64 = 3_600_000;
/// Longer texts are no identifiers.
const ID_LIMIT: usize = 512;
/// The most traces that are told.
const TRACES_LIMIT: usize = 5_000;
/// What findings on things that no check speaks of are called.
const BESIDE: &str = "made-by-suspect";

/// One successful event that made or changed a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// The account.
    pub account: AccountId,
    /// The region.
    pub region: RegionName,
    /// The service, as in a snapshot: `iam`.
    pub service: ServiceName,
    /// The kind of the thing in the words of the log.
    pub kind: String,
    /// The ids and names that the event gives the thing, the most exact first.
    pub names: Vec<String>,
    /// Whether it took the thing away.
    pub removed: bool,
    /// The event.
    pub event: MakingEvent,
}

/// What logs say of who made what.
#[derive(Debug, Clone, Default)]
pub struct Acts {
    /// When the logs begin.
    pub begin: Option<Timestamp>,
    /// Successful changes, in order of time.
    pub acts: Vec<Act>,
    /// Changes that were not kept, because there were too many.
    pub left_out: u64,
}

/// Identifiers of a snapshot.
#[derive(Debug, Default)]
pub(super) struct Seen {
    names: FxHashSet<u64>,
}

impl Seen {
    /// Notes every text that may name a thing, by account and service.
    pub(super) fn observe(&mut self, reading: &Reading) {
        // Event history names what was, not what is.
        if reading.operation.as_str() == "LookupEvents" {
            return;
        }
        let names = &mut self.names;
        each_text(&reading.body, &mut |text| {
            if text.len() <= ID_LIMIT {
                names.insert(hashed(&reading.account, &reading.service, text));
                if let Some((_, last)) = text.rsplit_once(['/', ':']) {
                    names.insert(hashed(&reading.account, &reading.service, last));
                }
            }
        });
    }

    fn holds(&self, account: &AccountId, service: &ServiceName, name: &str) -> bool {
        self.names.contains(&hashed(account, service, name))
    }
}

fn hashed(account: &AccountId, service: &ServiceName, name: &str) -> u64 {
    use std::hash::{Hash as _, Hasher as _};
    let mut hasher = rustc_hash::FxHasher::default();
    (account.as_str(), service.as_str(), name).hash(&mut hasher);
    hasher.finish()
}

/// Which listings were asked for, and whether they were answered in full.
#[derive(Debug, Default)]
pub(super) struct Answers {
    listings: BTreeMap<(AccountId, ServiceName, RegionName), BTreeMap<String, bool>>,
}

impl Answers {
    pub(super) fn note(
        &mut self,
        (account, service, region): (&AccountId, &ServiceName, &RegionName),
        operation: &str,
        known: bool,
    ) {
        if operation.starts_with("List") || operation.starts_with("Describe") {
            let key = (account.clone(), service.clone(), region.clone());
            self.listings
                .entry(key)
                .or_default()
                .insert(operation.to_owned(), known);
        }
    }

    /// Whether what a call makes would have been listed: `CreateBucket` by `ListBuckets`. Of calls whose noun no listing
    /// has, nothing is known.
    fn would_show(&self, act: &Act) -> bool {
        let noun = MAKING_VERBS.iter().find_map(|verb| act.kind.strip_prefix(verb));
        let Some(noun) = noun.filter(|noun| !noun.is_empty()) else {
            return false;
        };
        let key = (act.account.clone(), act.service.clone(), act.region.clone());
        let listings = self.listings.get(&key).into_iter().flatten();
        let mut named = listings
            .filter(|(operation, _)| operation.contains(noun))
            .peekable();
        named.peek().is_some() && named.all(|(_, known)| *known)
    }
}

/// Words with which calls that make something begin.
const MAKING_VERBS: [&str; 8] = [
    "Create", "Run", "Request", "Register", "Import", "Allocate", "Upload", "Publish",
];

/// What was held together.
pub(super) struct Joined {
    pub(super) findings: Vec<AccountFinding>,
    pub(super) suspects: Vec<Suspect>,
    pub(super) traces: Vec<Trace>,
}

/// Acts by the names of the things.
struct Index<'a> {
    acts: &'a Acts,
    by_name: IdMap<Vec<usize>>,
}

impl<'a> Index<'a> {
    fn of(acts: &'a Acts) -> Self {
        let mut by_name: IdMap<Vec<usize>> = IdMap::default();
        for (place, act) in acts.acts.iter().enumerate() {
            for name in &act.names {
                by_name.entry(name.clone()).or_default().push(place);
            }
        }
        Self { acts, by_name }
    }

    /// The last act on a thing that a finding names. The finding's own facts are names too: a rule or key in it may be
    /// what was made last.
    fn last(&self, finding: &AccountFinding) -> Option<&'a Act> {
        let service = finding.evidence.first().map(|citation| &citation.service)?;
        let resource = &finding.resource;
        let facts = finding.facts.iter().map(|fact| fact.value.as_str());
        let named = [resource.id.as_str(), resource.name.as_str()]
            .into_iter()
            .chain(facts.filter(|value| value.len() >= 12));
        let places = named.filter_map(|name| self.by_name.get(name)).flatten();
        let is_of = |act: &&Act| {
            act.account == resource.account
                && !act.removed
                && services::is_same(act.service.as_str(), service.as_str())
        };
        let acts: Vec<&Act> = places
            .map(|place| &self.acts.acts[*place])
            .filter(is_of)
            .collect();
        acts.into_iter()
            .filter_map(|act| Some((fitness(act, finding)?, act)))
            .max_by_key(|(fitness, act)| (*fitness, act.event.time, act.event.event))
            .map(|(_, act)| act)
    }
}

/// How well an act fits as the making of what a finding speaks of: whether it is one of the check's calls, whether it names
/// the very thing. `None` when it made something else. Only the act itself is looked at: judged beside others, the maker
/// would change with what is left of the log.
fn fitness(act: &Act, finding: &AccountFinding) -> Option<(bool, bool)> {
    let own = |name: &String| name.starts_with("arn:") || unique_id::meaning(name).is_some();
    let is_fact = |name: &String| finding.facts.iter().any(|fact| fact.value == *name);
    let names_it = act
        .names
        .iter()
        .any(|name| *name == finding.resource.id || own(name) && is_fact(name));
    let makes = act.kind.starts_with("Create");
    // Things of two kinds may share a name: what made a thing with an id of its own made nothing else.
    if makes && !names_it && act.names.iter().any(own) {
        return None;
    }
    let is_its_call = making(&finding.check).contains(&act.kind.as_str());
    Some((is_its_call, names_it || !makes))
}

/// Joins.
pub(super) fn join(
    mut findings: Vec<AccountFinding>,
    acts: Option<&Acts>,
    known: &Known,
    seen: &Seen,
    answers: &Answers,
) -> Joined {
    let index = acts.map(Index::of);
    vouch(&mut findings, known);
    if let Some(index) = &index {
        for finding in &mut findings {
            made(finding, index);
        }
    }
    corroborate(&mut findings);
    let mut suspects = suspects(&findings);
    let mut traces = Vec::new();
    if let Some(index) = &index {
        let addresses = addresses(&findings, &suspects);
        let created_keys = add_creators(&mut suspects, index.acts, addresses);
        raise(&mut findings, &suspects);
        in_their_hands(&mut findings, &suspects, created_keys);
        traces = self::traces(index.acts, &suspects, seen, answers);
        beside(&mut findings, &traces, &suspects);
    }
    findings.sort_by(|one, other| order(one).cmp(&order(other)));
    Joined {
        findings,
        suspects: suspects.into_values().collect(),
        traces,
    }
}

/// Clocks first, then the gravest.
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

/// What is vouched for stays, as a weakness.
fn vouch(findings: &mut [AccountFinding], known: &Known) {
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

fn made(finding: &mut AccountFinding, index: &Index<'_>) {
    if matches!(finding.made_by, MadeBy::KnownGood { .. }) {
        return;
    }
    finding.made_by = match (index.last(finding), index.acts.begin) {
        (Some(act), _) => MadeBy::Event(act.event.clone()),
        (None, Some(_)) => {
            MadeBy::unknown("no event in the logs names it: made before they begin, or not logged")
        }
        (None, None) => MadeBy::unknown("the logs hold no event"),
    };
}

/// An unknown account at many places.
fn corroborate(findings: &mut [AccountFinding]) {
    let mut places: BTreeMap<AccountId, BTreeSet<String>> = BTreeMap::new();
    for finding in findings
        .iter()
        .filter(|finding| finding.verdict >= FindingVerdict::Suspicious)
    {
        for account in &finding.external_accounts {
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
        let most = finding.external_accounts.iter().filter_map(|account| {
            let places = places.get(account)?.len();
            (places >= PLACES).then_some((places, account.clone()))
        });
        if let Some((places, account)) = most.max() {
            finding.verdict = FindingVerdict::Malicious;
            finding.severity = finding.severity.max(Severity::High);
            finding.because.push(format!(
                "account {account}, unknown to you, is let in at {places} kinds of places"
            ));
        }
    }
}

/// Principals who made what is hostile, or suspicious things of many kinds.
fn suspects(findings: &[AccountFinding]) -> BTreeMap<String, Suspect> {
    let mut made: BTreeMap<String, Vec<(&AccountFinding, &MakingEvent)>> = BTreeMap::new();
    for finding in findings
        .iter()
        .filter(|finding| finding.verdict >= FindingVerdict::Suspicious)
    {
        if let MadeBy::Event(event) = &finding.made_by {
            made.entry(event.principal.key.clone())
                .or_default()
                .push((finding, event));
        }
    }
    let mut suspects = BTreeMap::new();
    for (key, made) in made {
        let hostile = made
            .iter()
            .find(|(finding, _)| finding.verdict == FindingVerdict::Malicious);
        let grave = made
            .iter()
            .filter(|(finding, _)| finding.severity >= Severity::High);
        let kinds: BTreeSet<&str> = grave.map(|(finding, _)| finding.check.as_str()).collect();
        let why = match hostile {
            Some((finding, _)) => format!("is behind this: {}", bounded(&finding.summary, 160)),
            None if kinds.len() >= SUSPICIOUS_CHECKS => {
                format!("is behind suspicious things of {} kinds", kinds.len())
            }
            None => continue,
        };
        let first = made
            .iter()
            .map(|(_, event)| *event)
            .min_by_key(|event| event.time);
        if let Some(event) = first {
            let suspect = Suspect {
                principal: event.principal.clone(),
                since: event.time,
                why,
            };
            suspects.insert(key, suspect);
        }
    }
    suspects
}

/// Where suspects made what is hostile from.
fn addresses(findings: &[AccountFinding], suspects: &BTreeMap<String, Suspect>) -> Addresses {
    let mut addresses = Addresses::new();
    for finding in findings
        .iter()
        .filter(|finding| finding.verdict >= FindingVerdict::Suspicious)
    {
        if let MadeBy::Event(event) = &finding.made_by
            && is_by_suspect(event, suspects).is_some()
            && let Some(address) = &event.address
        {
            let known = addresses.entry(event.principal.key.clone()).or_default();
            known.insert(address.clone());
        }
    }
    addresses
}

fn is_by_suspect<'s>(event: &MakingEvent, suspects: &'s BTreeMap<String, Suspect>) -> Option<&'s Suspect> {
    let suspect = suspects.get(&event.principal.key)?;
    (event.time >= suspect.since.plus_millis(-BEFORE_MILLIS)).then_some(suspect)
}

/// What a suspect made stands one step graver.
fn raise(findings: &mut [AccountFinding], suspects: &BTreeMap<String, Suspect>) {
    for finding in findings {
        let MadeBy::Event(event) = &finding.made_by else {
            continue;
        };
        let Some(suspect) = is_by_suspect(event, suspects) else {
            continue;
        };
        let (verdict, least) = match finding.verdict {
            FindingVerdict::Misconfiguration => (FindingVerdict::Suspicious, Severity::Medium),
            FindingVerdict::Suspicious => (FindingVerdict::Malicious, Severity::High),
            FindingVerdict::Malicious => continue,
        };
        finding.verdict = verdict;
        finding.severity = finding.severity.max(least);
        finding
            .because
            .push(format!("made by {}, who {}", suspect.principal.name, suspect.why));
    }
}

/// A long-term key with which a suspect made what is hostile, or made a suspect, is in the intruder's hands, whoever made
/// the key.
fn in_their_hands(
    findings: &mut [AccountFinding],
    suspects: &BTreeMap<String, Suspect>,
    mut used: BTreeMap<String, String>,
) {
    for finding in findings
        .iter()
        .filter(|finding| finding.verdict == FindingVerdict::Malicious)
    {
        if let MadeBy::Event(event) = &finding.made_by
            && let Some(key) = &event.access_key
            && is_by_suspect(event, suspects).is_some()
        {
            let because = || format!("used for this: {}", bounded(&finding.summary, 160));
            used.entry(key.as_str().to_owned()).or_insert_with(because);
        }
    }
    for finding in findings {
        // Vouching for a key vouches for its making, not for its use.
        if let Some(because) = used.get(&finding.resource.id) {
            finding.verdict = FindingVerdict::Malicious;
            finding.severity = finding.severity.max(Severity::High);
            finding.because.push(because.clone());
        }
    }
}

/// What suspects made, each thing once, by its last act.
fn traces(acts: &Acts, suspects: &BTreeMap<String, Suspect>, seen: &Seen, answers: &Answers) -> Vec<Trace> {
    let mut last: BTreeMap<(AccountId, RegionName, ServiceName, String, Vec<String>), &Act> = BTreeMap::new();
    for act in &acts.acts {
        if act.removed || is_by_suspect(&act.event, suspects).is_none() {
            continue;
        }
        let key = (
            act.account.clone(),
            act.region.clone(),
            act.service.clone(),
            act.kind.clone(),
            act.names.iter().take(3).cloned().collect(),
        );
        let known = last.entry(key).or_insert(act);
        if (known.event.time, known.event.event) <= (act.event.time, act.event.event) {
            *known = act;
        }
    }
    last.into_iter()
        .take(TRACES_LIMIT)
        .map(|((account, region, service, kind, names), act)| Trace {
            presence: presence(act, seen, answers),
            resource: Resource::new(
                &format!("{} {kind}", service.as_str()),
                names.first().map_or("", String::as_str),
                act.names.get(1).map_or("", String::as_str),
                &account,
                &region,
            ),
            made_by: act.event.clone(),
            names: act.names.iter().take(8).map(|name| bounded(name, 300)).collect(),
        })
        .collect()
}

/// What suspects made and is there, and no check spoke of: findings of their own.
fn beside(findings: &mut Vec<AccountFinding>, traces: &[Trace], suspects: &BTreeMap<String, Suspect>) {
    let told: BTreeSet<EventKey> = findings.iter().filter_map(event_of).collect();
    for trace in traces.iter().filter(|trace| trace.presence == Presence::Exists) {
        if told.contains(&trace.made_by.event) {
            continue;
        }
        let why = suspects
            .get(&trace.made_by.principal.key)
            .map_or("", |suspect| suspect.why.as_str());
        let resource = &trace.resource;
        let key = EventKey::of(&[BESIDE.as_bytes(), &trace.made_by.event.0.to_be_bytes()]);
        findings.push(AccountFinding {
            id: format!("{:016x}", (key.0 >> 64) as u64),
            check: BESIDE.to_owned(),
            severity: Severity::Medium,
            verdict: FindingVerdict::Suspicious,
            resource: resource.clone(),
            summary: format!("{} of {}: it is still there", resource.kind, resource.name),
            facts: trace
                .names
                .iter()
                .skip(1)
                .take(5)
                .map(|name| Fact::new("also named", name))
                .collect(),
            because: vec![format!("made by {}, who {why}", trace.made_by.principal.name)],
            exposure: stanch_core::finding::Exposure::default(),
            handles: Vec::new(),
            external_accounts: Vec::new(),
            deadline: None,
            evidence: Vec::new(),
            made_by: MadeBy::Event(trace.made_by.clone()),
            action: "ask the owner whether it is theirs; if nobody's, keep its description and remove it"
                .to_owned(),
        });
    }
}

fn event_of(finding: &AccountFinding) -> Option<EventKey> {
    match &finding.made_by {
        MadeBy::Event(event) if finding.verdict >= FindingVerdict::Suspicious => Some(event.event),
        _ => None,
    }
}

fn presence(act: &Act, seen: &Seen, answers: &Answers) -> Presence {
    let found = services::names(act.service.as_str()).any(|service| {
        let service = ServiceName::from(service);
        act.names
            .iter()
            .any(|name| seen.holds(&act.account, &service, name))
    });
    match (found, answers.would_show(act)) {
        (true, _) => Presence::Exists,
        (false, true) => Presence::Gone,
        (false, false) => Presence::Unknown,
    }
}

#[cfg(test)]
mod tests;
