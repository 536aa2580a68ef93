//! From what a person named to all that came of it: credentials, what they made, what that made, until nothing new comes.
//!
//! Only exact links are followed: what an event says by an identifier. A credential's principal is held as its owner alone:
//! what else an honest owner has is not the intruder's. Everything weaker is mentioned and goes no further.

use std::collections::BTreeSet;

use stanch_core::Timestamp;
use stanch_core::assessment::{AccountFinding, Alive, MadeBy, MakingEvent, Standing};
use stanch_core::dossier::{BearerKind, Derivation, Kin, Subject};
use stanch_core::plan::{Evidence, Reason};
use stanch_core::text::shown;

use super::children;
use super::reach::{Held, Hold, Reach, Thing, WORDS, because, is_principal, made_by};
use super::situation::Situation;
use super::state::State;
use crate::principal_name::{Parts, one_name};

/// How many neighbours at one address are mentioned.
const NEIGHBOURS: usize = 20;
/// How many addresses are looked at in all.
const ADDRESSES: usize = 50;
/// Acts this long before the first that speaks against somebody count as theirs, as `assess` has it.
const BEFORE_MILLIS: i64 = 3_600_000;

/// The closure at work.
pub(super) struct Closure<'s, 'a> {
    pub(super) situation: &'s Situation<'a>,
    pub(super) state: &'s State<'a>,
    pub(super) reach: Reach,
    /// What is left to look at.
    queue: BTreeSet<String>,
    addresses: BTreeSet<String>,
}

impl<'s, 'a> Closure<'s, 'a> {
    pub(super) fn new(situation: &'s Situation<'a>, state: &'s State<'a>) -> Self {
        Self {
            situation,
            state,
            reach: Reach::default(),
            queue: BTreeSet::new(),
            addresses: BTreeSet::new(),
        }
    }

    pub(super) fn add(&mut self, id: &str, held: Held) {
        let id = one_name(id);
        if self.reach.add(&id, held) {
            self.queue.insert(id);
        }
    }

    /// Follows everything up. What came of it is in the reach.
    pub(super) fn finish(mut self) -> Reach {
        loop {
            while let Some(id) = self.queue.pop_first() {
                self.follow(&id);
            }
            self.made();
            if self.queue.is_empty() {
                break;
            }
        }
        self.neighbours();
        self.hostile_beside();
        // Who was mentioned first and held later is held.
        let held: BTreeSet<String> = self.reach.held.keys().map(|id| shown(id, WORDS)).collect();
        self.reach.weak.retain(|what, _| !held.contains(what));
        self.reach
    }

    fn follow(&mut self, id: &str) {
        let Some(held) = self.reach.held.get(id).cloned() else {
            return;
        };
        self.own_credentials(id, &held);
        let Some(subject) = self.subject(id) else {
            self.owner_as_read(id, &held);
            return;
        };
        for other in subject.cycle.iter().filter(|other| one_name(other) != id) {
            if held.kind == BearerKind::Role {
                let text = format!(
                    "it can be assumed from {} and the other way round, so that sessions go on for ever",
                    shown(id, WORDS)
                );
                self.add(
                    other,
                    Held::new(BearerKind::Role, Hold::Owner, because(text, None)),
                );
            }
        }
        if held.hold == Hold::Owner {
            return;
        }
        // Before its owner is held: the owner is as recent as what was stolen of it.
        self.take_usage(id, &subject);
        if !is_principal(held.kind) {
            self.owner(id, &held, &subject);
        }
        for kin in subject.descendants.iter().filter(|kin| kin.how.descends()) {
            self.descendant(kin);
        }
        for kin in &subject.opened {
            let why = format!(
                "what it may do, or who may use it, was changed by {}: the change is answered where it was found, its other \
                 sessions are not touched",
                shown(id, WORDS)
            );
            self.mention(&kin.id, why);
        }
        let is_seed = held.hold == Hold::Named;
        for kin in subject.ancestors.iter().filter(|_| is_seed) {
            if kin.how != Derivation::Belongs || kin.depth > 1 {
                let why = format!(
                    "{} came of it: it may be where the intruder came in, and is not touched unless it is named",
                    shown(id, WORDS)
                );
                self.mention(&kin.id, why);
            }
        }
    }

    fn mention(&mut self, what: &str, why: String) {
        if !self.reach.held.contains_key(&one_name(what)) {
            self.reach.mention(&one_name(what), why);
        }
    }

    /// The subject of a dossier that is this very bearer.
    fn subject(&self, id: &str) -> Option<Subject> {
        let dossier = (self.situation.who)(id)?;
        dossier
            .subjects
            .into_iter()
            .find(|subject| one_name(&subject.id) == id)
    }

    fn take_usage(&mut self, id: &str, subject: &Subject) {
        if let Some(held) = self.reach.held.get_mut(id) {
            held.until = held.until.max(subject.until);
            held.last = held.last.max(subject.usage.last);
            held.calls = held.calls.max(subject.usage.calls);
            if held.presence == Alive::Unknown {
                held.presence = subject.presence;
            }
        }
        let addresses = subject.usage.addresses.iter().map(|(address, _)| address.clone());
        self.addresses
            .extend(addresses.filter(|address| is_address(address)));
    }

    /// A user that is held as a whole has keys that no log may name.
    fn own_credentials(&mut self, id: &str, held: &Held) {
        if held.kind != BearerKind::User || held.hold < Hold::Named {
            return;
        }
        let keys = self.state.principals.get(id).map(|known| known.keys.clone());
        for (key, known) in keys.unwrap_or_default() {
            let why = Reason {
                text: format!("it is a key of {}", shown(id, WORDS)),
                evidence: known.reading.map(Evidence::Reading).into_iter().collect(),
            };
            let mut credential = Held::new(BearerKind::LongTermKey, Hold::Held, why);
            credential.presence = Alive::Alive;
            credential.owner = Some(id.to_owned());
            self.add(&key, credential);
        }
    }

    fn owner(&mut self, id: &str, held: &Held, subject: &Subject) {
        let above = |how| move |kin: &&Kin| kin.depth == 1 && kin.how == how;
        let machine = subject
            .ancestors
            .iter()
            .find(|kin| kin.depth == 1 && kin.how == Derivation::RunsAs && kin.kind == BearerKind::Instance);
        let opened_with = subject.ancestors.iter().filter(above(Derivation::Assumed));
        if let Some(held) = self.reach.held.get_mut(id) {
            held.came_of.extend(opened_with.map(|kin| kin.id.clone()));
            held.machine = machine.map(|kin| kin.id.clone()).or(held.machine.take());
        }
        let mut owners = subject.ancestors.iter().filter(above(Derivation::Belongs));
        match owners.find(|kin| is_principal(kin.kind)) {
            Some(kin) => self.owned(id, &kin.id, kin.kind),
            None => self.owner_as_read(id, held),
        }
    }

    fn owner_as_read(&mut self, id: &str, held: &Held) {
        let known = held.owner.clone().or_else(|| self.state.owners.get(id).cloned());
        if let Some(owner) = known {
            let is_user =
                Parts::of(&owner).is_some_and(|parts| parts.kind == crate::principal_name::Kind::User);
            let kind = if is_user {
                BearerKind::User
            } else {
                BearerKind::Role
            };
            self.owned(id, &owner, kind);
        }
    }

    fn owned(&mut self, id: &str, owner: &str, kind: BearerKind) {
        let owner = one_name(owner);
        let (last, calls, event) = self.reach.held.get_mut(id).map_or((None, 0, None), |held| {
            held.owner = Some(owner.clone());
            (held.last, held.calls, held.why.first().and_then(first_event))
        });
        let text = format!("its credential {} is in an intruder's hands", shown(id, WORDS));
        let mut held = Held::new(kind, Hold::Owner, because(text, event));
        held.last = last;
        held.calls = calls;
        self.add(&owner, held);
    }

    fn descendant(&mut self, kin: &Kin) {
        let is_made = kin.how == Derivation::Created
            && (is_principal(kin.kind) || matches!(kin.kind, BearerKind::Instance | BearerKind::Function));
        let hold = if is_made { Hold::Made } else { Hold::Held };
        let text = format!("it came of {}: {}", shown(&kin.of, WORDS), words(kin.how));
        self.add(&kin.id, Held::of_kin(kin, hold, because(text, kin.event)));
    }

    /// Takes what was made or changed by somebody held.
    fn made(&mut self) {
        let Some(assessment) = self.situation.assessment else {
            return;
        };
        for finding in &assessment.findings {
            if let MadeBy::Event(event) = &finding.made_by
                && finding.standing >= Standing::Suspicious
                && finding.resource.account == self.situation.account.id
                && self.is_by_held(event, &finding.resource.id)
            {
                self.thing(of_finding(finding, Some(event)));
            }
        }
        for trace in &assessment.traces {
            if trace.alive != Alive::Gone
                && trace.resource.account == self.situation.account.id
                && self.is_by_held(&trace.made_by, &trace.resource.id)
            {
                let (service, _) = trace
                    .resource
                    .kind
                    .split_once(' ')
                    .unwrap_or((&trace.resource.kind, ""));
                self.thing(Thing {
                    service: service.to_owned(),
                    call: trace.made_by.name.clone(),
                    check: String::new(),
                    kind: trace.resource.kind.clone(),
                    names: trace.names.clone(),
                    facts: Vec::new(),
                    foreign: Vec::new(),
                    region: trace.resource.region.clone(),
                    why: because(made_by(&trace.made_by), Some(trace.made_by.event)),
                    last: Some(trace.made_by.time),
                    maker: one_name(&trace.made_by.principal.key),
                });
            }
        }
    }

    /// Whether an event is of somebody held. What an honest principal did before the first act that speaks against it is
    /// not the intruder's.
    fn is_by_held(&mut self, event: &MakingEvent, what: &str) -> bool {
        let maker = one_name(&event.principal.key);
        let key = event.access_key.as_deref().unwrap_or_default();
        let by = [key, maker.as_str()].into_iter().find(|id| self.reach.holds(id));
        let Some(by) = by else {
            if self.reach.held.contains_key(&maker) {
                let why = format!(
                    "{}: with a credential that is not known to be an intruder's",
                    made_by(event)
                );
                self.mention(what, why);
            }
            return false;
        };
        let is_made = self
            .reach
            .held
            .get(by)
            .is_some_and(|held| held.hold == Hold::Made);
        if is_made || event.time >= self.since(&maker) {
            return true;
        }
        let why = format!(
            "{}: before the first act that speaks against its maker",
            made_by(event)
        );
        self.mention(what, why);
        false
    }

    fn since(&self, maker: &str) -> Timestamp {
        let suspects = self
            .situation
            .assessment
            .into_iter()
            .flat_map(|assessment| &assessment.suspects);
        let mut since = suspects
            .filter(|suspect| one_name(&suspect.principal.key) == maker)
            .map(|suspect| suspect.since.plus_millis(-BEFORE_MILLIS));
        since.next().unwrap_or(Timestamp(i64::MIN))
    }

    /// Takes a thing: whoever acts is held, everything else is listed.
    pub(super) fn thing(&mut self, thing: Thing) {
        if self.bearers(&thing) {
            return;
        }
        for machine in children::machines(self.state, &thing) {
            let why = thing.why.clone();
            self.add(&machine, Held::new(BearerKind::Instance, Hold::Made, why));
        }
        let key = (
            thing.service.clone(),
            thing.call.clone(),
            thing.check.clone(),
            thing.names.clone(),
        );
        self.reach.things.entry(key).or_insert(thing);
    }

    /// Whether a thing is somebody who acts, or a credential.
    fn bearers(&mut self, thing: &Thing) -> bool {
        let name = thing.names.first().cloned().unwrap_or_default();
        let name = name.rsplit('/').next().unwrap_or_default().to_owned();
        let why = || thing.why.clone();
        match (thing.service.as_str(), thing.call.as_str()) {
            ("iam", "CreateUser") => {
                let arn = self.state.user_arn(&name);
                self.add(&arn, Held::new(BearerKind::User, Hold::Made, why()));
            }
            ("iam", "CreateRole") => {
                let arn = self.state.role_arn(&name);
                self.add(&arn, Held::new(BearerKind::Role, Hold::Made, why()));
            }
            ("iam", "CreateAccessKey") => {
                let keys: Vec<String> = thing.names.iter().filter(|name| is_key(name)).cloned().collect();
                for key in &keys {
                    self.add(key, Held::new(BearerKind::LongTermKey, Hold::Held, why()));
                }
                return !keys.is_empty();
            }
            ("iam", "CreateLoginProfile" | "UpdateLoginProfile") => {
                let user = self.state.user_arn(&name);
                let mut password = Held::new(BearerKind::Password, Hold::Held, why());
                password.owner = Some(user.clone());
                self.add(&format!("password of {user}"), password);
            }
            ("ec2", "RunInstances") => {
                let machines: Vec<String> = thing
                    .names
                    .iter()
                    .filter(|name| name.starts_with("i-"))
                    .cloned()
                    .collect();
                for machine in &machines {
                    self.add(machine, Held::new(BearerKind::Instance, Hold::Made, why()));
                }
                return !machines.is_empty();
            }
            _ => return false,
        }
        !name.is_empty()
    }

    /// Others at the addresses that held credentials called from.
    fn neighbours(&mut self) {
        for address in std::mem::take(&mut self.addresses).into_iter().take(ADDRESSES) {
            let Some(dossier) = (self.situation.who)(&address) else {
                continue;
            };
            for subject in dossier.subjects.into_iter().take(NEIGHBOURS) {
                let owner = subject
                    .ancestors
                    .iter()
                    .find(|kin| kin.how == Derivation::Belongs);
                let is_known = owner.is_some_and(|owner| self.reach.holds(&one_name(&owner.id)));
                if !is_known {
                    let why = format!(
                        "it called from {}, as a credential in an intruder's hands did: many may share an address",
                        shown(&address, 60)
                    );
                    self.mention(&subject.id, why);
                }
            }
        }
    }

    /// What is hostile by itself and joined to nobody who is held.
    fn hostile_beside(&mut self) {
        let findings = self
            .situation
            .assessment
            .into_iter()
            .flat_map(|assessment| &assessment.findings);
        let beside: Vec<(String, String)> = findings
            .filter(|finding| finding.standing == Standing::Hostile)
            .filter(|finding| finding.resource.account == self.situation.account.id)
            .filter(|finding| match &finding.made_by {
                MadeBy::Event(event) => {
                    let by = event
                        .access_key
                        .as_deref()
                        .is_some_and(|key| self.reach.holds(key));
                    !by && !self.reach.holds(&one_name(&event.principal.key))
                }
                _ => true,
            })
            .filter(|finding| !self.is_named(finding))
            .map(|finding| {
                let why = format!(
                    "hostile, and no exact link leads to it; to answer it, name it: --finding {} ({})",
                    shown(&finding.id, 40),
                    shown(&finding.summary, WORDS)
                );
                (finding.resource.id.clone(), why)
            })
            .collect();
        for (what, why) in beside {
            self.mention(&what, why);
        }
    }

    fn is_named(&self, finding: &AccountFinding) -> bool {
        let evidence = Evidence::Finding(finding.id.clone());
        self.reach
            .things
            .values()
            .any(|thing| thing.why.evidence.contains(&evidence))
    }
}

/// The thing that a finding speaks of.
pub(super) fn of_finding(finding: &AccountFinding, event: Option<&MakingEvent>) -> Thing {
    let resource = &finding.resource;
    let service = finding
        .evidence
        .first()
        .map(|citation| citation.service.0.clone());
    let of_kind = resource
        .kind
        .split_once(' ')
        .map(|(service, _)| service.to_owned());
    let mut names = vec![resource.id.clone()];
    let facts = finding.facts.iter().map(|fact| &fact.value);
    for name in std::iter::once(&resource.name).chain(facts) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let made = event.map_or_else(String::new, |event| format!("; {}", made_by(event)));
    let mut evidence = vec![Evidence::Finding(finding.id.clone())];
    evidence.extend(event.map(|event| Evidence::Event(event.event)));
    evidence.extend(
        finding
            .evidence
            .iter()
            .take(4)
            .map(|citation| Evidence::Reading(citation.reading)),
    );
    Thing {
        service: service.or(of_kind).unwrap_or_default(),
        call: event.map_or_else(String::new, |event| event.name.clone()),
        check: finding.check.clone(),
        kind: resource.kind.clone(),
        names,
        facts: finding.facts.clone(),
        foreign: finding.foreign.iter().map(|account| account.0.clone()).collect(),
        region: resource.region.clone(),
        why: Reason {
            text: format!("{}{made}", shown(&finding.summary, 300)),
            evidence,
        },
        last: event.map(|event| event.time),
        maker: event.map_or_else(String::new, |event| one_name(&event.principal.key)),
    }
}

fn first_event(why: &Reason) -> Option<stanch_core::EventKey> {
    why.evidence.iter().find_map(|evidence| match evidence {
        Evidence::Event(key) => Some(*key),
        _ => None,
    })
}

pub(super) fn is_key(text: &str) -> bool {
    text.starts_with("AKIA") && text.len() >= 16 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Addresses of services and of the console say nothing of who called.
fn is_address(text: &str) -> bool {
    text.parse::<std::net::IpAddr>().is_ok()
}

const fn words(how: Derivation) -> &'static str {
    match how {
        Derivation::Assumed => "a role was assumed with it",
        Derivation::SessionToken => "GetSessionToken",
        Derivation::Federated => "GetFederationToken",
        Derivation::Console => "a console session was opened with it",
        Derivation::Created => "it was made with it",
        Derivation::RunsAs => "it runs with it",
        Derivation::Belongs => "it is a credential of it",
        Derivation::Opened => "its rights were changed with it",
    }
}
