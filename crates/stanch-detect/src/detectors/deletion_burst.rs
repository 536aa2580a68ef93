//! Many things deleted within minutes, told apart from the taking down of what one built oneself.
//!
//! A tool that takes an environment down deletes what it made, and the roads and rules between. Somebody who
//! destroys deletes what others need: backups, data, hosts, objects.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use stanch_aws_facts::{self as aws, Loss};
use stanch_core::event::Event;
use stanch_core::finding::{DetectionAbout, Fact};
use stanch_core::principal::Principal;
use stanch_core::{Severity, Tactic, Timestamp};

use super::support::evidence::Choice;
use super::support::{
    About, Bounded, Capped, Evidence, Latest, MINUTE, Principals, days, principals, slot_of, window, words,
};
use crate::detector::{Detector, Found, Interest, JudgeContext};
use crate::observation::Observation;

/// Half of the ten minutes in which deletions are counted.
const STRETCH: i64 = 5 * MINUTE;
/// Resources that make a burst.
const RESOURCES: u32 = 10;
/// Backups or stores of data that make a burst: a few are already much.
const GRAVE: u32 = 3;
/// Single objects, and batches of up to a thousand objects, that make a burst.
const OBJECTS: u32 = 20;
const BATCHES: u32 = 3;
/// Objects from which it is a mass whatever the habit.
const MASS: u32 = 1_000;
/// Kinds of roads and rules deleted along from which an environment is being taken down.
const PLUMBING_KINDS: usize = 5;
/// Days with a burst from which it is a clean-up that runs by itself.
const HABITUAL_DAYS: usize = 3;
/// Stretches remembered per principal: the latest ones.
const STRETCH_CAP: usize = 2_048;
/// Enough for every call named below.
const NAME_CAP: usize = 64;
const CITED: Choice = Choice::Spread(10);

/// Returns the loss that a call of this name causes.
fn loss_of(call: &str) -> Option<(&'static str, Loss)> {
    aws::named(call).find_map(|fact| Some((fact.call, fact.loss?)))
}

/// Returns the deletion that undoes a call of this name.
fn undone_by(call: &str) -> Option<&'static str> {
    let mut undoing = aws::named(call).flat_map(|fact| fact.undone_by);
    undoing.find_map(|undo| Some(loss_of(undo)?.0))
}

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DeletionBurst;

/// Deletions by principal and time, and what each principal made.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct DeletionState {
    principals: Principals<Changes>,
    evidence: Evidence,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Changes {
    stretches: Latest<i32, Stretch, STRETCH_CAP>,
    /// Number of things of a kind it made, by the call that would delete them.
    made: Capped<u32>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Stretch {
    first: Timestamp,
    last: Timestamp,
    calls: u32,
    succeeded: u32,
    /// Things deleted, by call.
    deleted: Capped<u32>,
}

impl Default for Stretch {
    fn default() -> Self {
        Self {
            first: Timestamp(i64::MAX),
            last: Timestamp(i64::MIN),
            calls: 0,
            succeeded: 0,
            deleted: Capped::default(),
        }
    }
}

fn add(sum: &mut u32, more: u32) {
    *sum = sum.saturating_add(more);
}

impl Stretch {
    fn merge(&mut self, other: Self) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        add(&mut self.calls, other.calls);
        add(&mut self.succeeded, other.succeeded);
        self.deleted.merge(other.deleted, NAME_CAP, add);
    }
}

impl Bounded for Stretch {
    fn overflowed(&self) -> bool {
        self.deleted.overflowed()
    }
}

impl Bounded for Changes {
    fn overflowed(&self) -> bool {
        self.stretches.overflowed() || self.made.overflowed()
    }
}

impl Detector for DeletionBurst {
    type State = DeletionState;

    fn about(&self) -> DetectionAbout {
        About {
            id: "deletion-burst",
            title: "Many resources deleted within ten minutes",
            severity: Severity::Medium,
            tactics: &[Tactic::Impact],
            techniques: &["T1485", "T1490", "T1578.003"],
            why: "Extortion and revenge show as deletion: first the backups, then the data and the instances. The \
                  sooner it is stopped, the more is left.",
            false_positives: &[
                "Terraform or CloudFormation taking an environment down",
                "A clean-up that someone ordered or that runs every night",
            ],
            next: &[
                "Deny the identity now; ask questions later",
                "Check what can still be restored: versions of objects, keys awaiting deletion, final snapshots",
                "Copy the remaining backups to an account that the identity can't reach",
            ],
        }
        .build()
    }

    fn interest(&self) -> Interest {
        Interest::Names(&NAMES)
    }

    fn observe(&self, state: &mut Self::State, observation: &Observation<'_, '_>) {
        let event = observation.event;
        if observation.is_by_aws() {
            return;
        }
        let name = event.base_name();
        let succeeded = observation.outcome().succeeded();
        let changes = state.principals.of(observation);
        let Some((name, _)) = loss_of(name) else {
            if let (Some(deletion), true) = (undone_by(name), succeeded) {
                add(changes.made.slot(deletion, NAME_CAP), things(event));
            }
            return;
        };
        let bucket = window::bucket(event.time, STRETCH);
        changes.stretches.change(bucket, |stretch| {
            stretch.first = stretch.first.min(event.time);
            stretch.last = stretch.last.max(event.time);
            add(&mut stretch.calls, 1);
            add(&mut stretch.succeeded, u32::from(succeeded));
            add(stretch.deleted.slot(name, NAME_CAP), things(event));
        });
        let slot = slot_of(&[principals::key(observation), &bucket.to_string()]);
        state.evidence.add(slot, CITED, observation);
    }

    fn merge(&self, into: &mut Self::State, from: Self::State, _cited_limit: usize) {
        into.principals.merge(from.principals, |into, from| {
            into.stretches.merge(from.stretches, Stretch::merge);
            into.made.merge(from.made, NAME_CAP, add);
        });
        into.evidence.merge(from.evidence, CITED);
    }

    fn overflowed(&self, state: &Self::State) -> bool {
        state.principals.overflowed() || state.evidence.overflowed()
    }

    fn judge(&self, state: Self::State, context: &JudgeContext<'_>) -> Vec<Found> {
        let evidence = state.evidence;
        state
            .principals
            .into_sorted()
            .filter_map(|(principal, changes)| worst(principal, &changes, &evidence, context))
            .collect()
    }
}

/// Every deletion that loses something, then every call that one of them undoes.
static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let names = |is_wanted: &dyn Fn(&aws::CallFact) -> bool| -> BTreeSet<&'static str> {
        let facts = aws::all().filter(|fact| is_wanted(fact));
        facts.map(|fact| fact.call).collect()
    };
    let deletions = names(&|fact| fact.loss.is_some());
    let makers = names(&|fact| undone_by(fact.call).is_some());
    deletions.into_iter().chain(makers).collect()
});

/// Number of things one call is about: the instances it lists, else one.
fn things(event: &Event<'_>) -> u32 {
    if !matches!(event.base_name(), "TerminateInstances" | "RunInstances") {
        return 1;
    }
    let made = event.response().pointer("/instancesSet/items");
    let named = event.request().pointer("/instancesSet/items");
    let many = made.or(named).and_then(Value::as_array).map_or(1, Vec::len);
    u32::try_from(many).unwrap_or(u32::MAX).max(1)
}

/// Ten minutes of deletions, sorted by what they destroy.
#[derive(Debug)]
struct Burst {
    buckets: [i32; 2],
    span: (Timestamp, Timestamp),
    calls: u32,
    succeeded: u32,
    /// Things by call, the most first.
    deleted: Vec<(String, u32)>,
    backups: u32,
    data: u32,
    objects: u32,
    batches: u32,
    resources: u32,
    /// Of all, those that the principal had not made itself.
    foreign: u32,
    plumbing_kinds: usize,
}

fn burst(bucket: i32, changes: &Changes) -> Option<Burst> {
    let next = bucket.saturating_add(1);
    let mut whole = changes.stretches.get(&bucket)?.clone();
    if let Some(stretch) = changes.stretches.get(&next) {
        whole.merge(stretch.clone());
    }
    let mut deleted: Vec<(String, u32)> = whole
        .deleted
        .into_sorted(NAME_CAP)
        .into_iter()
        .map(|(name, count)| (name.into_string(), count))
        .collect();
    deleted.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    let foreign = |name: &str, count: u32| count.saturating_sub(changes.made.get(name).copied().unwrap_or(0));
    let sum = |wanted: Loss, foreign_only: bool| {
        let of_kind = deleted
            .iter()
            .filter(|(name, _)| loss_of(name).is_some_and(|(_, loss)| loss == wanted));
        of_kind
            .map(|(name, count)| {
                if foreign_only {
                    foreign(name, *count)
                } else {
                    *count
                }
            })
            .fold(0, u32::saturating_add)
    };
    let plumbing = deleted
        .iter()
        .filter(|(name, _)| loss_of(name).is_some_and(|(_, loss)| loss == Loss::Plumbing));
    let kinds = [Loss::Backup, Loss::Data, Loss::Workload, Loss::Plumbing];
    let burst = Burst {
        buckets: [bucket, next],
        span: (whole.first, whole.last),
        calls: whole.calls,
        succeeded: whole.succeeded,
        backups: sum(Loss::Backup, true),
        data: sum(Loss::Data, true),
        objects: sum(Loss::Object, true),
        batches: sum(Loss::Batch, true),
        resources: kinds
            .map(|kind| sum(kind, false))
            .into_iter()
            .fold(0, u32::saturating_add),
        foreign: deleted
            .iter()
            .map(|(name, count)| foreign(name, *count))
            .fold(0, u32::saturating_add),
        plumbing_kinds: plumbing.count(),
        deleted,
    };
    burst.is_one().then_some(burst)
}

impl Burst {
    const fn is_one(&self) -> bool {
        self.resources >= RESOURCES
            || self.backups >= GRAVE
            || self.data >= GRAVE
            || self.objects >= OBJECTS
            || self.batches >= BATCHES
    }

    /// Roads and rules go down with the rest and no backup is touched: an environment is taken down.
    const fn takes_down(&self) -> bool {
        self.plumbing_kinds >= PLUMBING_KINDS && self.backups < GRAVE
    }

    fn severity(&self, habitual: bool) -> Severity {
        let mass = self.objects >= MASS;
        let severity = if mass || self.backups >= GRAVE || (self.data >= GRAVE && !self.takes_down()) {
            Severity::High
        } else if self.takes_down() || self.foreign == 0 {
            Severity::Low
        } else if self.foreign >= RESOURCES || self.batches >= BATCHES {
            Severity::Medium
        } else {
            Severity::Low
        };
        match (habitual && !mass, self.succeeded) {
            (true, _) => Severity::Low,
            (false, 0) => severity.min(Severity::Medium),
            (false, _) => severity,
        }
    }
}

impl Burst {
    /// What speaks for a harmless reading.
    fn reading(&self, habitual_days: Option<usize>) -> String {
        match habitual_days {
            Some(days) => format!(" The same happened on {}.", words::count(days, "day")),
            None if self.foreign == 0 => " It had created all of it itself.".to_owned(),
            None if self.takes_down() => " It looks like an environment being taken down.".to_owned(),
            None => String::new(),
        }
    }
}

fn worst(
    principal: Principal,
    changes: &Changes,
    evidence: &Evidence,
    context: &JudgeContext<'_>,
) -> Option<Found> {
    let bursts: Vec<Burst> = changes
        .stretches
        .keys()
        .filter_map(|bucket| burst(*bucket, changes))
        .collect();
    let mut days: Vec<i32> = bursts.iter().map(|burst| days::day_of(burst.span.0)).collect();
    days.dedup();
    let habitual = days.len() >= HABITUAL_DAYS;
    let rank = |burst: &Burst| (burst.severity(habitual), burst.calls);
    let burst = bursts
        .into_iter()
        .reduce(|best, next| if rank(&next) > rank(&best) { next } else { best })?;
    let severity = burst.severity(habitual);
    let calls: Vec<String> = burst
        .deleted
        .iter()
        .map(|(name, count)| format!("{} × {name}", words::number(u64::from(*count))))
        .collect();
    let total = burst.deleted.iter().map(|(_, count)| *count as usize).sum();
    let reading = burst.reading(habitual.then_some(days.len()));
    let failed = burst.calls - burst.succeeded.min(burst.calls);
    let refused = if failed > 0 {
        format!(" {} failed.", words::count(failed as usize, "call"))
    } else {
        String::new()
    };
    let slots = burst
        .buckets
        .map(|bucket| slot_of(&[&principal.key, &bucket.to_string()]));
    Some(Found {
        severity,
        first: burst.span.0,
        last: burst.span.1,
        count: u64::from(burst.calls),
        succeeded: u64::from(burst.succeeded),
        summary: format!(
            "{} {} {} within {}: {}.{reading}{refused}",
            principal.name,
            if burst.succeeded == 0 {
                "tried to delete"
            } else {
                "deleted"
            },
            words::count(total, "thing"),
            words::between(burst.span.0, burst.span.1),
            words::list(&calls, 5),
        ),
        facts: vec![
            Fact::new("deleted", &words::list(&calls, 12)),
            Fact::new(
                "not created by the identity in this log",
                &burst.foreign.to_string(),
            ),
            Fact::new("backups among them", &burst.backups.to_string()),
        ],
        sample: evidence.sample(slots, burst.span, context.cited_limit),
        principal,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::contract::{Call, call, judged, series};
    use super::*;

    fn deletions(name: &str, times: usize) -> Vec<Call> {
        series(&call("2026-03-06T14:01:00Z", name), times, 5, |call, _| call)
    }

    fn environment(make: bool) -> Vec<Call> {
        let kinds = [
            "Vpc",
            "Subnet",
            "RouteTable",
            "SecurityGroup",
            "InternetGateway",
            "Role",
            "Bucket",
            "Secret",
        ];
        series(&call("2026-03-06T13:01:00Z", ""), 32, 3, |call, index| {
            let verb = if make { "Create" } else { "Delete" };
            call.named(&format!("{verb}{}", kinds[index % 8]))
                .later(if make { 0 } else { 3_600 })
        })
    }

    #[test]
    fn deletions_and_what_they_undo_are_wanted() {
        for name in [
            "DeleteSnapshot",
            "CreateSnapshot",
            "TerminateInstances",
            "RunInstances",
        ] {
            assert!(NAMES.contains(&name), "{name}");
        }
        assert!(!NAMES.contains(&"StopLogging") && NAMES.len() >= 82);
        assert_eq!(undone_by("CreateImage"), Some("DeregisterImage"));
    }

    #[test]
    fn deleted_backups_are_high() {
        let found = judged(DeletionBurst, &deletions("DeleteSnapshot", 5));
        assert_eq!((found[0].severity, found[0].count), (Severity::High, 5));
        insta::assert_snapshot!(found[0].summary, @"user ci-deploy deleted 5 things within 20 seconds: 5 × DeleteSnapshot.");
    }

    #[test]
    fn terminated_machines_are_counted_one_by_one() {
        let items: Vec<Value> = (0..12)
            .map(|id| json!({"instanceId": format!("i-{id}")}))
            .collect();
        let calls = [call("2026-03-06T14:01:00Z", "TerminateInstances")
            .request(json!({"instancesSet": {"items": items}}))];
        let found = judged(DeletionBurst, &calls);
        assert_eq!(found[0].severity, Severity::Medium);
        insta::assert_snapshot!(found[0].summary, @"user ci-deploy deleted 12 things within 1 second: 12 × TerminateInstances.");
    }

    #[test]
    fn objects_need_many_and_batches_few() {
        assert!(judged(DeletionBurst, &deletions("DeleteObject", 19)).is_empty());
        assert_eq!(
            judged(DeletionBurst, &deletions("DeleteObject", 25))[0].severity,
            Severity::Medium
        );
        assert!(judged(DeletionBurst, &deletions("DeleteObjects", 2)).is_empty());
        assert_eq!(
            judged(DeletionBurst, &deletions("DeleteObjects", 3))[0].severity,
            Severity::Medium
        );
    }

    #[test]
    fn taking_down_what_one_built_is_low() {
        let found = judged(DeletionBurst, &[environment(true), environment(false)].concat());
        assert_eq!(found[0].severity, Severity::Low);
        insta::assert_snapshot!(found[0].summary, @"user ci-deploy deleted 32 things within 93 seconds: 4 × DeleteBucket, 4 × DeleteInternetGateway, 4 × DeleteRole, 4 × DeleteRouteTable, 4 × DeleteSecret and 3 more. It had created all of it itself.");
    }

    #[test]
    fn taking_down_an_older_environment_is_low_unless_backups_go_too() {
        let mut calls = environment(false);
        assert_eq!(judged(DeletionBurst, &calls)[0].severity, Severity::Low);
        calls.extend(deletions("DeleteDBSnapshot", 4));
        assert_eq!(judged(DeletionBurst, &calls)[0].severity, Severity::High);
    }

    #[test]
    fn a_nightly_clean_up_is_low_and_a_few_deletions_nothing() {
        let nightly: Vec<Call> = (0..3)
            .flat_map(|day| {
                deletions("DeleteSnapshot", 5)
                    .into_iter()
                    .map(move |call| call.later(day * 86_400))
            })
            .collect();
        assert_eq!(judged(DeletionBurst, &nightly)[0].severity, Severity::Low);
        assert!(judged(DeletionBurst, &deletions("DeleteSecurityGroup", 9)).is_empty());
        assert!(judged(DeletionBurst, &deletions("DeleteSnapshot", 2)).is_empty());
        let service: Vec<Call> = deletions("DeleteSnapshot", 9)
            .into_iter()
            .map(|call| call.by_service("dlm"))
            .collect();
        assert!(judged(DeletionBurst, &service).is_empty());
    }

    #[test]
    fn attempts_that_all_failed_are_medium() {
        let calls: Vec<Call> = deletions("DeleteSnapshot", 5)
            .into_iter()
            .map(|call| call.error("AccessDenied"))
            .collect();
        let found = judged(DeletionBurst, &calls);
        assert_eq!((found[0].severity, found[0].succeeded), (Severity::Medium, 0));
    }
}
