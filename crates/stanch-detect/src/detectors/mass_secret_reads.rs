//! Many different secrets or decrypted parameters read within minutes.
//!
//! A program reads its own few secrets again and again; whoever collects secrets reads many, each for the first
//! time. A stolen key keeps its owner's habits but not its owner's client, so a read is new when the principal or
//! this client of it never read the secret before. The client is the caller's own claim: it never splits the count.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use stanch_core::event::Event;
use stanch_core::finding::{DetectionAbout, Fact};
use stanch_core::principal::Principal;
use stanch_core::{Severity, Tactic, Timestamp};

use super::support::first_use::Moment;
use super::support::{
    About, Bounded, Capped, Evidence, FirstUse, HOUR, MINUTE, Principals, caller, principals, slot_of, words,
};
use crate::detector::{Detector, Found, Interest, JudgeContext};
use crate::observation::Observation;
use crate::sample::Sample;

/// The stretch in which reads are counted.
const WINDOW: i64 = 10 * MINUTE;
/// Different secrets that are worth a word: most programs have fewer.
const SECRETS: usize = 5;
/// Different secrets from which it is a harvest (Elastic's threshold).
const HARVEST: usize = 20;
/// A read this soon after the same client wrote the secret is a deployment that checks its own work.
const OWN_WORK: i64 = HOUR;
/// Clients remembered per principal.
const CLIENT_CAP: usize = 32;
/// Secrets remembered per client, and for the principal as a whole.
const SECRET_CAP: usize = 2_048;

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MassSecretReads;

/// What a batch by filter read; its number isn't logged.
const BY_FILTER: &str = "all that a filter matched";

/// Reads and writes of secrets by principal and client.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct SecretState {
    principals: Principals<Reader>,
    /// First reads of principals, and apart from them those of single clients: whoever invents clients must not
    /// push out the former.
    evidence: Evidence,
    client_evidence: Evidence,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Reader {
    whole: Lane,
    clients: Capped<Lane>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Lane {
    reads: Capped<FirstUse>,
    written: Capped<FirstUse>,
    /// Lists of secrets that it asked for.
    lists: FirstUse,
}

impl Lane {
    fn merge(&mut self, other: Self) {
        self.reads.merge(other.reads, SECRET_CAP, FirstUse::merge);
        self.written.merge(other.written, SECRET_CAP, FirstUse::merge);
        self.lists.merge(other.lists);
    }

    /// Counts a read; says whether it is the first one.
    fn read(&mut self, name: &str, observation: &Observation<'_, '_>) -> bool {
        let read = self.reads.slot(name, SECRET_CAP);
        let first = read.is_first(observation);
        read.add(observation);
        first
    }

    /// The first reads, without those of what it had just written itself.
    fn foreign(self, client: Option<&str>) -> (impl Iterator<Item = Read>, FirstUse) {
        let written = self.written;
        let own = move |name: &str, read: &FirstUse| {
            let written = written.get(name);
            written.is_some_and(|written| (0..=OWN_WORK).contains(&read.first().since(written.first())))
        };
        let client = client.map(str::to_owned);
        let reads = self.reads.into_sorted(SECRET_CAP).into_iter();
        let reads = reads
            .filter(move |(name, read)| !own(name, read))
            .map(move |(name, seen)| Read {
                name: name.into_string(),
                client: client.clone(),
                seen,
            });
        (reads, self.lists)
    }
}

impl Bounded for Lane {
    fn overflowed(&self) -> bool {
        self.reads.overflowed() || self.written.overflowed()
    }
}

impl Bounded for Reader {
    fn overflowed(&self) -> bool {
        self.whole.overflowed() || self.clients.overflowed()
    }
}

impl Detector for MassSecretReads {
    type State = SecretState;

    fn about(&self) -> DetectionAbout {
        About {
            id: "mass-secret-reads",
            title: "Many different secrets read within ten minutes",
            severity: Severity::Medium,
            tactics: &[Tactic::CredentialAccess],
            techniques: &["T1555.006"],
            why: "Secrets and parameters hold the passwords of databases, partners and other accounts. Whoever reads \
                  many of them at once, each for the first time, collects them, and what they open is lost too.",
            false_positives: &[
                "A service that loads all its settings when it starts",
                "A backup or migration of secrets that someone ordered",
            ],
            next: &[
                "Change the value of every secret that was read, the most powerful first",
                "Ask the owner of the identity whether it should read these",
                "Check the systems that the secrets open for sign-ins since then",
            ],
        }
        .build()
    }

    fn interest(&self) -> Interest {
        Interest::Names(&[
            "BatchGetSecretValue",
            "CreateSecret",
            "DescribeParameters",
            "GetParameter",
            "GetParameters",
            "GetParametersByPath",
            "GetSecretValue",
            "ListSecrets",
            "PutParameter",
            "PutSecretValue",
        ])
    }

    fn observe(&self, state: &mut Self::State, observation: &Observation<'_, '_>) {
        let event = observation.event;
        if !observation.is_call_by_someone() {
            return;
        }
        let reader = state.principals.of(observation);
        let agent = caller::agent_family(&event.user_agent);
        let client = reader.clients.slot(agent, CLIENT_CAP);
        match event.base_name() {
            "ListSecrets" | "DescribeParameters" => {
                reader.whole.lists.add(observation);
                client.lists.add(observation);
            }
            "CreateSecret" | "PutSecretValue" | "PutParameter" => {
                for name in names(event, &["name", "secretId"]) {
                    for lane in [&mut reader.whole, &mut *client] {
                        lane.written.slot(short_name(name), SECRET_CAP).add(observation);
                    }
                }
            }
            _ if is_plain_parameter(event) => {}
            _ => {
                for name in read_by(event) {
                    let key = principals::key(observation);
                    if reader.whole.read(name, observation) {
                        let slot = slot_of(&[key, name]);
                        state.evidence.add(slot, FirstUse::FIRST, observation);
                    }
                    if client.read(name, observation) {
                        let slot = slot_of(&[key, agent, name]);
                        state.client_evidence.add(slot, FirstUse::FIRST, observation);
                    }
                }
            }
        }
    }

    fn merge(&self, into: &mut Self::State, from: Self::State, _cited_limit: usize) {
        into.principals.merge(from.principals, |into, from| {
            into.whole.merge(from.whole);
            into.clients.merge(from.clients, CLIENT_CAP, Lane::merge);
        });
        into.evidence.merge(from.evidence, FirstUse::FIRST);
        into.client_evidence.merge(from.client_evidence, FirstUse::FIRST);
    }

    fn overflowed(&self, state: &Self::State) -> bool {
        state.principals.overflowed() || state.evidence.overflowed() || state.client_evidence.overflowed()
    }

    fn judge(&self, state: Self::State, context: &JudgeContext<'_>) -> Vec<Found> {
        let (evidence, by_client) = (state.evidence, state.client_evidence);
        state
            .principals
            .into_sorted()
            .filter_map(|(principal, reader)| {
                let harvest = harvest(reader)?;
                let mut sample = harvest.sample(&principal, false, &evidence, context);
                sample.merge(
                    harvest.sample(&principal, true, &by_client, context),
                    context.cited_limit,
                );
                Some(tell(principal, &harvest, sample))
            })
            .collect()
    }
}

/// The secrets that a call reads.
fn read_by<'e>(event: &'e Event<'_>) -> Vec<&'e str> {
    let mut read = names(event, &["secretId", "name", "names", "secretIdList", "path"]);
    for name in &mut read {
        *name = short_name(name);
    }
    if read.is_empty() && event.name == "BatchGetSecretValue" {
        read.push(BY_FILTER);
    }
    read
}

/// A parameter read without its decryption is no secret.
fn is_plain_parameter(event: &Event<'_>) -> bool {
    let decrypted = match event.request().get("withDecryption") {
        Some(Value::Bool(yes)) => *yes,
        Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
        _ => false,
    };
    event.service() == "ssm" && !decrypted
}

/// What a request names, one or many.
fn names<'e>(event: &'e Event<'_>, members: &[&str]) -> Vec<&'e str> {
    let request = event.request();
    let mut names = Vec::new();
    for member in members {
        match request.get(*member) {
            Some(Value::String(name)) => names.push(name.as_str()),
            Some(Value::Array(many)) => names.extend(many.iter().filter_map(Value::as_str)),
            _ => {}
        }
    }
    names
}

/// A secret's name without the account and region of its ARN. The six random characters that an ARN ends in are
/// dropped too, so that both ways of naming it agree.
fn short_name(name: &str) -> &str {
    let Some((_, secret)) = name.split_once(":secret:") else {
        return name;
    };
    match secret.rsplit_once('-') {
        Some((plain, random)) if random.len() == 6 => plain,
        _ => secret,
    }
}

/// A secret that a principal, or one client of it, read for the first time.
struct Read {
    name: String,
    client: Option<String>,
    seen: FirstUse,
}

struct Harvest {
    secrets: Vec<String>,
    clients: BTreeSet<String>,
    refused: usize,
    /// The first reads: one secret may be read by several clients, and one event may read several secrets.
    reads: Vec<Read>,
    listed: bool,
    first: Timestamp,
    last: Timestamp,
}

/// What a stretch of reads holds: for each secret how many reads, and how many of those that came back later.
#[derive(Default)]
struct Held<'r> {
    secrets: BTreeMap<&'r str, (usize, usize)>,
    returning: usize,
}

impl<'r> Held<'r> {
    fn add(&mut self, read: &'r Read) {
        let (times, returning) = self.secrets.entry(&read.name).or_default();
        *times += 1;
        if read.seen.came_back() {
            *returning += 1;
            self.returning += usize::from(*returning == 1);
        }
    }

    fn drop(&mut self, read: &'r Read) {
        let Some((times, returning)) = self.secrets.get_mut(read.name.as_str()) else {
            return;
        };
        *times -= 1;
        if read.seen.came_back() {
            *returning -= 1;
            self.returning -= usize::from(*returning == 0);
        }
        if *times == 0 {
            self.secrets.remove(read.name.as_str());
        }
    }

    /// Number of different secrets, if they are worth a word: habits are not, and few are not unless by a filter.
    fn worth(&self) -> usize {
        let many = self.secrets.len() >= SECRETS || self.secrets.contains_key(BY_FILTER);
        if many && self.returning * 2 < self.secrets.len() {
            self.secrets.len()
        } else {
            0
        }
    }
}

/// Of reads in rising order, those within the window that are of the most different secrets; habits left out.
fn busiest(reads: &[Read]) -> std::ops::Range<usize> {
    let mut best = (0, 0..0);
    let mut held = Held::default();
    let mut start = 0;
    for (end, read) in reads.iter().enumerate() {
        held.add(read);
        while read.seen.first().since(reads[start].seen.first()) > WINDOW {
            held.drop(&reads[start]);
            start += 1;
        }
        let worth = held.worth();
        let goes_on = worth == best.0 && start == best.1.start;
        if worth > 0 && (worth > best.0 || goes_on) {
            best = (worth, start..end + 1);
        }
    }
    best.1
}

/// The most secrets that were read for the first time within the window, own work left out.
fn harvest(reader: Reader) -> Option<Harvest> {
    let (whole, lists) = reader.whole.foreign(None);
    let mut lists = vec![(None, lists)];
    let mut reads: Vec<Read> = whole.collect();
    for (client, lane) in reader.clients.into_sorted(CLIENT_CAP) {
        let (foreign, listed) = lane.foreign(Some(&client));
        reads.extend(foreign);
        lists.push((Some(client.into_string()), listed));
    }
    reads.sort_by(|one, other| {
        let rank = |read: &Read| read.seen.first_moment();
        rank(one)
            .cmp(&rank(other))
            .then_with(|| one.name.cmp(&other.name))
    });
    let range = busiest(&reads);
    reads.truncate(range.end);
    let burst = reads.split_off(range.start);
    let (first, last) = (burst.first()?.seen.first(), burst.last()?.seen.first());
    let served = burst.iter().filter(|read| read.seen.succeeded > 0);
    let served: BTreeSet<&str> = served.map(|read| read.name.as_str()).collect();
    let mut secrets: Vec<String> = Vec::new();
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for read in &burst {
        if told.insert(&read.name) {
            secrets.push(read.name.clone());
        }
    }
    let clients: BTreeSet<String> = burst.iter().filter_map(|read| read.client.clone()).collect();
    let listed = lists.iter().any(|(client, listed)| {
        client.as_ref().is_none_or(|client| clients.contains(client))
            && (first.plus_millis(-WINDOW)..=last).contains(&listed.first())
    });
    Some(Harvest {
        refused: secrets.len() - served.len(),
        secrets,
        clients,
        reads: burst,
        listed,
        first,
        last,
    })
}

impl Harvest {
    fn severity(&self, principal: &Principal) -> Severity {
        let served = self.secrets.len() - self.refused;
        if served >= HARVEST {
            Severity::High
        } else if caller::has_habits(principal) || self.listed || self.refused > 0 {
            Severity::Medium
        } else {
            // A role that loads a handful of secrets once is mostly a service that starts.
            Severity::Low
        }
    }

    fn summary(&self, principal: &Principal) -> String {
        let refused = if self.refused > 0 {
            format!(" {} of them refused.", self.refused)
        } else {
            String::new()
        };
        let listed = if self.listed {
            " It had listed them just before."
        } else {
            ""
        };
        let mut clients = self.clients.iter();
        let client = match (clients.next(), clients.next()) {
            (Some(one), None) => caller::named_agent(one).to_owned(),
            _ => words::count(self.clients.len(), "different client"),
        };
        if self.secrets.len() == 1 {
            return format!(
                "{} requested all secrets that a filter matches at once, with {client}; how many were returned is not logged.{refused}{listed}",
                principal.name
            );
        }
        format!(
            "{} read {} for the first time within {}, with {client}: {}.{refused}{listed}",
            principal.name,
            words::count(self.secrets.len(), "different secret"),
            words::between(self.first, self.last),
            words::list(&self.secrets, 4),
        )
    }

    /// The cited reads, of single clients or of the principal as a whole.
    fn sample(
        &self,
        principal: &Principal,
        by_client: bool,
        evidence: &Evidence,
        context: &JudgeContext<'_>,
    ) -> Sample {
        let reads = self
            .reads
            .iter()
            .filter(|read| read.client.is_some() == by_client);
        let slots = reads.map(|read| match &read.client {
            Some(client) => slot_of(&[&principal.key, client, &read.name]),
            None => slot_of(&[&principal.key, &read.name]),
        });
        evidence.sample(slots, (self.first, self.last), context.cited_limit)
    }

    /// Number of events of these reads, and how many of them were served.
    fn events(&self) -> (u64, u64) {
        let mut events: BTreeMap<Moment, bool> = BTreeMap::new();
        for read in &self.reads {
            *events.entry(read.seen.first_moment()).or_default() |= read.seen.succeeded > 0;
        }
        let served = events.values().filter(|served| **served).count();
        (events.len() as u64, served as u64)
    }
}

fn tell(principal: Principal, harvest: &Harvest, sample: Sample) -> Found {
    let (count, succeeded) = harvest.events();
    let clients: Vec<&String> = harvest.clients.iter().collect();
    Found {
        severity: harvest.severity(&principal),
        first: harvest.first,
        last: harvest.last,
        count,
        succeeded,
        summary: harvest.summary(&principal),
        facts: vec![
            Fact::target("secrets", &words::list(&harvest.secrets, 12)),
            Fact::new("clients", &words::list(&clients, 4)),
            Fact::new("listed before", if harvest.listed { "yes" } else { "no" }),
        ],
        sample,
        principal,
    }
}

#[cfg(test)]
mod tests;
