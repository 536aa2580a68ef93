//! The attacker's resources, uses and principals, from events as plain values.
//!
//! It must not know where events come from, or read a bill.

mod made;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;
use stanch_core::{EventKey, Timestamp};

use crate::resource::{resource_key, tail};

/// Hours, in milliseconds.
pub(crate) const HOUR: i64 = 3_600_000;
/// Resources, uses or names that are kept.
const KEPT: usize = 500_000;

/// Event that a statement rests on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct EventRef {
    /// When.
    pub time: Timestamp,
    /// `eventID`; empty for logs without one. Escape it where it is shown.
    pub event_id: String,
    /// `eventName` without an API date.
    pub name: String,
    /// Stanch's own key of the event.
    pub key: EventKey,
}

/// Caller of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// The attacker, with high confidence.
    Attacker,
    /// Probably the attacker: what they create is likely, never proven.
    Probable,
    /// Close to the attacker's calls, and not separable from the owner's.
    Unclear,
    /// Anybody else.
    Other,
}

/// One successful call.
#[derive(Debug, Clone)]
pub struct Act<'a> {
    /// Stanch's own key of the event.
    pub key: EventKey,
    /// `eventID`.
    pub event_id: &'a str,
    /// When.
    pub time: Timestamp,
    /// Account whose log it is.
    pub account: &'a str,
    /// Region.
    pub region: &'a str,
    /// Service, as in `eventSource` without its domain: `ec2`.
    pub service: &'a str,
    /// `eventName` without an API date.
    pub name: &'a str,
    /// Who.
    pub actor: Actor,
    /// `requestParameters`.
    pub request: &'a Value,
    /// `responseElements`.
    pub response: &'a Value,
    /// `additionalEventData`.
    pub additional: &'a Value,
}

impl Act<'_> {
    fn event(&self) -> EventRef {
        EventRef {
            time: self.time,
            event_id: stanch_core::text::bounded(self.event_id, 64),
            name: stanch_core::text::bounded(self.name, 128),
            key: self.key,
        }
    }
}

/// Relation of a resource to the attacker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Relation {
    /// The attacker created or bought it.
    Created,
    /// It belongs to something that the attacker created.
    Part,
    /// Probably the attacker created it.
    Probable,
    /// It existed; the attacker started or changed it.
    Changed,
}

impl Relation {
    /// Returns whether its charges are the attacker's without doubt.
    pub(crate) const fn is_proven(self) -> bool {
        matches!(self, Self::Created | Self::Part)
    }
}

/// Use of a service in one hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Use {
    pub(crate) calls: u64,
    pub(crate) bytes: u64,
    pub(crate) event: EventRef,
}

/// Account, region, service, begin of the hour, operation, last part of the resource's name.
pub(crate) type UseKey = (String, String, String, i64, String, String);

/// AWS's tags of an instance that a group or stack started, ids in the reply, event.
type Child = (Vec<(String, String)>, Vec<String>, EventRef);

/// The attacker's side of a case, as far as a bill can show it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attack {
    pub(crate) first: Option<Timestamp>,
    pub(crate) last: Option<Timestamp>,
    pub(crate) accounts: BTreeSet<String>,
    pub(crate) logged: BTreeSet<String>,
    pub(crate) resources: BTreeMap<String, (Relation, EventRef)>,
    pub(crate) of_others: BTreeMap<String, EventRef>,
    pub(crate) uses: BTreeMap<UseKey, Use>,
    /// First creation of something billable, by account and region.
    pub(crate) launches: BTreeMap<(String, String), EventRef>,
    /// Groups and stacks of the attacker: key of AWS's tag and its value.
    pub(crate) groups: BTreeMap<(String, String), EventRef>,
    /// Instances that a group or stack started.
    children: Vec<Child>,
    /// Agreements accepted in AWS Marketplace, by account.
    pub(crate) agreements: BTreeMap<String, EventRef>,
    /// Principals that the attacker created or compromised.
    pub(crate) principals: BTreeMap<String, (bool, Timestamp)>,
    /// True when there was more than is kept.
    pub(crate) is_cut: bool,
}

impl Attack {
    /// Adds an account whose logs the case has.
    pub fn logged_account(&mut self, account: &str) {
        self.logged.insert(account.to_owned());
    }

    /// Adds a principal that the attacker used from a moment on: created by the attacker, or compromised.
    pub fn principal(&mut self, arn: &str, is_created: bool, since: Timestamp) {
        if self.principals.len() < KEPT {
            let entry = self
                .principals
                .entry(arn.to_owned())
                .or_insert((is_created, since));
            *entry = (entry.0 || is_created, entry.1.min(since));
        }
    }

    /// Adds an event of the attacker, successful or not: it tells from when to when they acted, and where.
    pub fn acted(&mut self, account: &str, at: Timestamp) {
        self.accounts.insert(account.to_owned());
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.last = Some(self.last.map_or(at, |last| last.max(at)));
    }

    /// Adds a successful call. Calls may come in any order; call [`Self::settle`] after the last.
    pub fn observe(&mut self, act: &Act<'_>) {
        match act.actor {
            Actor::Unclear => {}
            Actor::Probable => {
                for id in made::created(act) {
                    self.relate(&resource_key(&id), Relation::Probable, act.event());
                }
            }
            Actor::Other => {
                if self.of_others.len() < KEPT {
                    for id in made::created(act) {
                        earliest(&mut self.of_others, resource_key(&id), act.event());
                    }
                }
                let tags = made::tags(act);
                if !tags.is_empty() && self.children.len() < KEPT {
                    self.children.push((tags, made::created(act), act.event()));
                }
            }
            Actor::Attacker => self.attackers(act),
        }
    }

    fn attackers(&mut self, act: &Act<'_>) {
        if self.resources.len() >= KEPT || self.uses.len() >= KEPT {
            self.is_cut = true;
            return;
        }
        if let Some(arn) = made::principal(act) {
            self.principal(&arn, true, act.time);
        }
        let ids = made::created(act);
        if !ids.is_empty() {
            let place = (act.account.to_owned(), act.region.to_owned());
            earliest(&mut self.launches, place, act.event());
        }
        for id in ids {
            self.relate(&resource_key(&id), Relation::Created, act.event());
        }
        for id in made::changed(act) {
            self.relate(&resource_key(&id), Relation::Changed, act.event());
        }
        for group in made::groups(act) {
            earliest(&mut self.groups, group, act.event());
        }
        if made::is_agreement(act) {
            earliest(&mut self.agreements, act.account.to_owned(), act.event());
        }
        let resource = made::used(act);
        let hour = act.time.0.div_euclid(HOUR) * HOUR;
        let key = (
            act.account.to_owned(),
            act.region.to_owned(),
            act.service.to_owned(),
            hour,
            act.name.to_owned(),
            tail(&resource).to_owned(),
        );
        let bytes = act
            .additional
            .get("bytesTransferredOut")
            .and_then(Value::as_f64)
            .unwrap_or(0.0);
        let event = act.event();
        let entry = self.uses.entry(key).or_insert_with(|| Use {
            calls: 0,
            bytes: 0,
            event: event.clone(),
        });
        entry.calls += 1;
        entry.bytes = entry.bytes.saturating_add(bytes.max(0.0) as u64);
        entry.event = entry.event.clone().min(event);
    }

    fn relate(&mut self, key: &str, relation: Relation, event: EventRef) {
        let entry = self
            .resources
            .entry(key.to_owned())
            .or_insert((relation, event.clone()));
        if (relation, &event) < (entry.0, &entry.1) {
            *entry = (relation, event);
        }
    }

    /// Adds that one resource belongs to another, as a snapshot of the account says: a volume of an instance.
    pub fn belongs(&mut self, child: &str, parent: &str) {
        let parent = self.resources.get(&resource_key(parent)).cloned();
        if let Some((relation, event)) = parent
            && relation.is_proven()
        {
            self.relate(&resource_key(child), Relation::Part, event);
        }
    }

    /// Joins the instances that the attacker's groups and stacks started. Call it once, after all calls, before [`Self::belongs`].
    pub fn settle(&mut self) {
        for (tags, ids, event) in std::mem::take(&mut self.children) {
            if tags.iter().any(|tag| self.groups.contains_key(tag)) {
                for id in ids {
                    self.relate(&resource_key(&id), Relation::Part, event.clone());
                }
            }
        }
        for key in self.resources.keys() {
            self.of_others.remove(key);
        }
    }

    /// Returns whether there is no event of an attacker.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// Returns the first and the last event of the attacker.
    #[must_use]
    pub fn period(&self) -> Option<(Timestamp, Timestamp)> {
        self.first.zip(self.last)
    }

    /// Returns whether there was more than is kept: charges may be missing.
    #[must_use]
    pub const fn is_cut(&self) -> bool {
        self.is_cut
    }
}

fn earliest<K: Ord>(map: &mut BTreeMap<K, EventRef>, key: K, event: EventRef) {
    let entry = map.entry(key).or_insert_with(|| event.clone());
    if event < *entry {
        *entry = event;
    }
}
