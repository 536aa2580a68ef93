//! Something a principal had never used before: a network, a country, a client, a region.
//!
//! It finds the newcomers and what speaks for taking them seriously; what they mean is each detector's own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use stanch_core::finding::Fact;
use stanch_core::principal::Principal;
use stanch_core::{Severity, Timestamp};

use super::capped::key_within;
use super::principals::key;
use super::{Bounded, Capped, DAY, Days, Evidence, FirstUse, Principals, caller, slot_of, words};
use crate::detector::{Found, JudgeContext};
use crate::numbers::Number;
use crate::observation::Observation;

/// Days of activity that make a baseline. Public rules look back 5 to 10 days; below three, everything is new.
const BASELINE_DAYS: usize = 3;
/// Events that make a baseline: fewer say little about where somebody usually is.
const BASELINE_EVENTS: u64 = 30;
/// A principal that meets something new on more days than this has no usual place.
const ROAMING_DAYS: usize = 4;
/// Things kept per principal. One that uses more than half of them has no usual one.
const ITEM_CAP: usize = 256;
/// A role that hosts share has a usual place only if it was seen at this few.
const ROLE_PLACES: usize = 3;

/// Writes that turn something new into something to look at now: identities, logs, compute, sharing, secrets.
const SENSITIVE_WRITES: [&str; 48] = [
    "AddPermission",
    "AddRoleToInstanceProfile",
    "AddUserToGroup",
    "AttachGroupPolicy",
    "AttachRolePolicy",
    "AttachUserPolicy",
    "AuthorizeSecurityGroupIngress",
    "CreateAccessKey",
    "CreateFunction",
    "CreateFunctionUrlConfig",
    "CreateKeyPair",
    "CreateLoginProfile",
    "CreatePolicyVersion",
    "CreateRole",
    "CreateUser",
    "DeactivateMFADevice",
    "DeleteBucket",
    "DeleteDetector",
    "DeleteFlowLogs",
    "DeleteObjects",
    "DeleteSnapshot",
    "DeleteTrail",
    "GetFederationToken",
    "ImportKeyPair",
    "LeaveOrganization",
    "ModifyDBSnapshotAttribute",
    "ModifyImageAttribute",
    "ModifyInstanceAttribute",
    "ModifySnapshotAttribute",
    "PutBucketAcl",
    "PutBucketPolicy",
    "PutEventSelectors",
    "PutGroupPolicy",
    "PutKeyPolicy",
    "PutRolePolicy",
    "PutUserPolicy",
    "RegisterTaskDefinition",
    "RequestSpotInstances",
    "RunInstances",
    "ScheduleKeyDeletion",
    "SendCommand",
    "SetDefaultPolicyVersion",
    "StartSession",
    "StopLogging",
    "UpdateAssumeRolePolicy",
    "UpdateFunctionCode",
    "UpdateLoginProfile",
    "UpdateTrail",
];

fn is_sensitive(name: &str) -> bool {
    SENSITIVE_WRITES.binary_search(&name).is_ok()
}

/// What principals used, and when first.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct FirstSeen {
    principals: Principals<History>,
    evidence: Evidence,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct History {
    days: Days,
    items: Capped<Item>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Item {
    seen: FirstUse,
    sensitive: Capped<u32>,
}

/// Sensitive calls kept by name per thing.
const SENSITIVE_CAP: usize = 16;

impl Item {
    fn merge(&mut self, other: Self) {
        self.seen.merge(other.seen);
        self.sensitive.merge(other.sensitive, SENSITIVE_CAP, |sum, more| {
            *sum = sum.saturating_add(more);
        });
    }
}

impl Bounded for FirstSeen {
    fn overflowed(&self) -> bool {
        // Who comes from more places than are remembered has no habit that a new one could break.
        self.principals.left_out()
    }
}

impl FirstSeen {
    /// Notes that the caller used this, which has this number.
    pub(crate) fn observe(&mut self, observation: &Observation<'_, '_>, number: Number, item: &str) {
        let item = key_within(item);
        let item = item.as_ref();
        let event = observation.event;
        let history = self.principals.of(observation);
        history.days.add(event.time);
        let kept = history.items.slot_numbered(number, item, ITEM_CAP);
        let first = kept.seen.add(observation);
        let name = event.base_name();
        let sensitive = observation.outcome().succeeded() && observation.is_sensitive(|| is_sensitive(name));
        if sensitive {
            let count = kept.sensitive.slot(name, SENSITIVE_CAP);
            *count = count.saturating_add(1);
        }
        if first {
            let slot = slot_of(&[key(observation), item, "first"]);
            self.evidence.add(slot, FirstUse::CITED, observation);
        }
        if sensitive {
            let slot = slot_of(&[key(observation), item, "writes"]);
            self.evidence.add(slot, FirstUse::CITED, observation);
        }
    }

    /// Folds another's notes in.
    pub(crate) fn merge(&mut self, other: Self) {
        self.principals.merge(other.principals, |into, from| {
            into.days.merge(from.days);
            into.items.merge(from.items, ITEM_CAP, Item::merge);
        });
        self.evidence.merge(other.evidence, FirstUse::CITED);
    }

    /// The newcomers of every principal for which something new means something. `group` says what a thing counts
    /// as (an address as its network); what it gives no answer for is left out.
    pub(crate) fn newcomers(self, group: impl Fn(&str) -> Option<String>) -> (Vec<Newcomers>, Evidence) {
        let found = self
            .principals
            .into_sorted()
            .filter_map(|(principal, history)| history.newcomers(principal, &group))
            .collect();
        (found, self.evidence)
    }
}

/// What one principal had never used before.
pub(crate) struct Newcomers {
    pub(crate) principal: Principal,
    /// The new groups, in the order in which they came.
    pub(crate) groups: Vec<Group>,
    /// The groups that were usual by then, the most used first.
    pub(crate) usual: Vec<String>,
    /// Days from the principal's first event to the first new group's.
    pub(crate) baseline_days: i32,
    /// Events of the baseline.
    pub(crate) baseline_events: u64,
}

/// Things that count as one.
#[derive(Default)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) items: Vec<String>,
    pub(crate) seen: FirstUse,
    /// Sensitive writes made with it.
    pub(crate) sensitive: BTreeMap<String, u32>,
}

impl History {
    fn newcomers(self, principal: Principal, group: &impl Fn(&str) -> Option<String>) -> Option<Newcomers> {
        let items = self.items.into_sorted(ITEM_CAP);
        if items.len() > ITEM_CAP / 2 {
            return None;
        }
        let groups = grouped(items, group);
        let established = |seen: &FirstUse| {
            self.days.active_before(seen.first()) >= BASELINE_DAYS
                && self.days.events_before(seen.first()) >= BASELINE_EVENTS
        };
        let (new, usual): (Vec<Group>, Vec<Group>) =
            groups.into_iter().partition(|group| established(&group.seen));
        let first_new = new.first()?.seen.first();
        let mut days_of_news: Vec<i32> = new
            .iter()
            .map(|group| super::days::day_of(group.seen.first()))
            .collect();
        days_of_news.dedup();
        let shared = !caller::has_habits(&principal) && usual.len() > ROLE_PLACES;
        if usual.is_empty() || days_of_news.len() > ROAMING_DAYS || shared {
            return None;
        }
        let mut usual: Vec<(u32, String)> = usual
            .into_iter()
            .map(|group| (group.seen.count, group.name))
            .collect();
        usual.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
        Some(Newcomers {
            principal,
            groups: new,
            usual: usual.into_iter().map(|(_, name)| name).collect(),
            baseline_days: self.days.span_before(first_new),
            baseline_events: self.days.events_before(first_new),
        })
    }
}

/// Groups in the order of their first use.
fn grouped(items: Vec<(Box<str>, Item)>, group: &impl Fn(&str) -> Option<String>) -> Vec<Group> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for (item, kept) in items {
        let Some(name) = group(&item) else { continue };
        let place = groups.entry(name).or_default();
        place.items.push(item.into_string());
        place.seen.merge(kept.seen);
        for (call, count) in kept.sensitive.into_sorted(SENSITIVE_CAP) {
            let sum = place.sensitive.entry(call.into_string()).or_default();
            *sum = sum.saturating_add(count);
        }
    }
    let mut groups: Vec<Group> = groups
        .into_iter()
        .map(|(name, group)| Group { name, ..group })
        .collect();
    groups.sort_by_key(|group| group.seen.first_moment());
    groups
}

/// The words in which one kind of newcomer is told.
pub(crate) struct Telling<'t> {
    /// Such as `network`.
    pub(crate) noun: &'t str,
    /// What was done with it, such as `came from`.
    pub(crate) verb: &'t str,
    /// How the rest follows from it, such as `From there`.
    pub(crate) then: &'t str,
    /// How grave when nothing sensitive was written.
    pub(crate) quiet: Severity,
    /// How grave when something was.
    pub(crate) sensitive: Severity,
}

impl Newcomers {
    /// Names of all sensitive writes made with the newcomers.
    pub(crate) fn sensitive_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .groups
            .iter()
            .flat_map(|group| group.sensitive.keys().map(String::as_str))
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The finding, with the newcomers shown by these labels.
    pub(crate) fn tell(
        self,
        telling: &Telling<'_>,
        label: impl Fn(&Group) -> String,
        evidence: &Evidence,
        context: &JudgeContext<'_>,
    ) -> Found {
        let mut whole = FirstUse::default();
        for group in &self.groups {
            whole.merge(group.seen);
        }
        let labels: Vec<String> = self.groups.iter().map(&label).collect();
        let sensitive = self.sensitive_names();
        // Something new that stayed for long without touching anything sensitive has become usual.
        let settled = sensitive.is_empty() && whole.last.since(whole.first()) >= 7 * DAY;
        let severity = match (sensitive.is_empty(), settled) {
            (false, _) => telling.sensitive,
            (true, false) => telling.quiet,
            (true, true) => telling.quiet.min(Severity::Low),
        };
        let summary = self.summary(telling, &labels);
        let facts = self.facts(telling, &labels);
        let slots = self.slots();
        Found {
            severity,
            first: whole.first(),
            last: whole.last,
            count: u64::from(whole.count),
            succeeded: u64::from(whole.succeeded),
            summary,
            facts,
            sample: evidence.sample(
                slots,
                (Timestamp(i64::MIN), Timestamp(i64::MAX)),
                context.cited_limit,
            ),
            principal: self.principal,
        }
    }

    fn summary(&self, telling: &Telling<'_>, labels: &[String]) -> String {
        let sensitive = self.sensitive_names();
        let what = match labels {
            [one] => format!("the {} {one}", telling.noun),
            many => format!(
                "{} ({})",
                words::count(many.len(), &format!("new {}", telling.noun)),
                words::list(many, 4)
            ),
        };
        let then = if sensitive.is_empty() {
            String::new()
        } else {
            format!(
                " {} it made sensitive calls: {}.",
                telling.then,
                words::list(&sensitive, 6)
            )
        };
        format!(
            "{} {} {what}, not seen for it in the {} before ({}).{then}",
            self.principal.name,
            telling.verb,
            words::count(usize::try_from(self.baseline_days).unwrap_or(0), "day"),
            words::count(
                usize::try_from(self.baseline_events).unwrap_or(usize::MAX),
                "event"
            ),
        )
    }

    fn facts(&self, telling: &Telling<'_>, labels: &[String]) -> Vec<Fact> {
        let new = labels.iter().take(8);
        let mut facts: Vec<Fact> = new
            .map(|label| Fact::new(&format!("new {}", telling.noun), label))
            .collect();
        facts.push(Fact::new(
            &format!("usual {}", telling.noun),
            &words::list(&self.usual, 5),
        ));
        let events = words::number(self.baseline_events);
        facts.push(Fact::new(
            "baseline",
            &format!("{} days, {events} events", self.baseline_days),
        ));
        facts
    }

    fn slots(&self) -> Vec<u64> {
        let items = self.groups.iter().flat_map(|group| &group.items);
        items
            .flat_map(|item| ["first", "writes"].map(|what| slot_of(&[&self.principal.key, item, what])))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sensitive_writes_are_sorted_for_the_search() {
        assert!(SENSITIVE_WRITES.is_sorted());
        assert!(is_sensitive("StopLogging"));
        assert!(!is_sensitive("DescribeInstances"));
    }
}
