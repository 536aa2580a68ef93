//! A role that takes on another role: into an external account for the first time, or round in a circle.
//!
//! Chaining roles is everyday work. Going round in a circle outlives the revoking of a session, and a new way
//! into another account is how an attacker moves on.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use stanch_core::PrincipalArn;
use stanch_core::event::IdentityKind;
use stanch_core::finding::{DetectionAbout, Fact};
use stanch_core::principal::Principal;
use stanch_core::{Severity, Tactic};

use super::support::{
    About, Bounded, Capped, Days, Evidence, FirstUse, HOUR, Principals, principals, slot_of, words,
};
use crate::detector::{Detector, Found, Interest, JudgeContext};
use crate::observation::Observation;

/// Days of activity before a way counts as new. Public rules look back ten days; three is what a short log allows.
const BASELINE_DAYS: usize = 3;
/// Roles that one role takes on before none of them is remarkable.
const USUAL_TARGETS: usize = 20;
/// A circle that continues longer than a chained session lives (one hour) is kept alive on purpose.
const KEPT_ALIVE: i64 = HOUR;
/// Times a role takes on itself that are no accident.
const ROUNDS: u32 = 3;
/// Roles remembered per principal.
const TARGET_CAP: usize = 128;

/// Milliseconds of log below which no habit can be known.
const SHORT_LOG: i64 = 2 * 24 * 3_600_000;

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RoleChain;

/// Roles taken on, by the principal that was a role already.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct ChainState {
    principals: Principals<Ways>,
    evidence: Evidence,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Ways {
    days: Days,
    targets: Capped<FirstUse>,
}

impl Bounded for Ways {
    fn overflowed(&self) -> bool {
        self.days.overflowed() || self.targets.overflowed()
    }
}

impl Detector for RoleChain {
    type State = ChainState;

    fn about(&self) -> DetectionAbout {
        About {
            id: "role-chain",
            title: "Role assumed another role in a new or circular way",
            severity: Severity::Low,
            tactics: &[Tactic::LateralMovement, Tactic::Persistence],
            techniques: &["T1550.001", "T1098.003"],
            why: "From one role an attacker moves to the next, into further accounts. Two roles that take on each \
                  other in turn give ever fresh sessions, which outlive the revoking of older ones.",
            false_positives: &[
                "A deployment that reaches a new account for the first time",
                "Older code in which a role assumes itself",
            ],
            next: &[
                "Check what was done with the assumed role",
                "Remove the trust between the roles if nobody needs it",
            ],
        }
        .build()
    }

    fn interest(&self) -> Interest {
        Interest::Names(&["AssumeRole"])
    }

    fn observe(&self, state: &mut Self::State, observation: &Observation<'_, '_>) {
        let event = observation.event;
        let chained = event.identity.kind == IdentityKind::AssumedRole && observation.outcome().succeeded();
        if !chained || !observation.is_call_by_someone() {
            return;
        }
        let Some(target) = event.request_text("roleArn") else {
            return;
        };
        let ways = state.principals.of(observation);
        ways.days.add(event.time);
        if ways.targets.slot(target, TARGET_CAP).add(observation) {
            let slot = slot_of(&[principals::key(observation), target]);
            state.evidence.add(slot, FirstUse::CITED, observation);
        }
    }

    fn merge(&self, into: &mut Self::State, from: Self::State, _cited_limit: usize) {
        into.principals.merge(from.principals, |into, from| {
            into.days.merge(from.days);
            into.targets.merge(from.targets, TARGET_CAP, FirstUse::merge);
        });
        into.evidence.merge(from.evidence, FirstUse::CITED);
    }

    fn overflowed(&self, state: &Self::State) -> bool {
        state.principals.overflowed() || state.evidence.overflowed()
    }

    fn judge(&self, state: Self::State, context: &JudgeContext<'_>) -> Vec<Found> {
        let evidence = state.evidence;
        let all: Vec<Walker> = state
            .principals
            .into_sorted()
            .map(|(principal, ways)| Walker {
                principal,
                days: ways.days,
                targets: ways.targets.into_sorted(TARGET_CAP),
            })
            .collect();
        let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for walker in &all {
            let to = graph.entry(role_of(&walker.principal.key)).or_default();
            to.extend(walker.targets.iter().map(|(target, _)| role_of(target)));
        }
        // A short log has no habits: what it shows is taken as new.
        let is_short = context.last.since(context.first) < SHORT_LOG;
        all.iter()
            .filter_map(|walker| {
                tell(
                    &walker.principal,
                    &walker.remarkable(&graph, is_short),
                    &evidence,
                    context,
                )
            })
            .collect()
    }
}

/// A role as `account:name`, from its own ARN or a session's. A session's ARN doesn't hold the path, so it is
/// left out of both.
fn role_of(arn: &str) -> String {
    match PrincipalArn::parse(arn) {
        Some(role) => format!("{}:{}", role.account, role.name),
        None => format!(":{}", arn.rsplit('/').next().unwrap_or(arn)),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Remark {
    /// Into another account, never before.
    NewAccount,
    /// The role takes on itself, again and again.
    Itself,
    /// Two roles take on each other, as they always did or as roles do that take on many.
    UsualCircle,
    /// Two roles that had other habits take on each other.
    Circle,
}

/// A principal that took on roles.
struct Walker {
    principal: Principal,
    days: Days,
    targets: Vec<(Box<str>, FirstUse)>,
}

impl Walker {
    fn remarkable(
        &self,
        graph: &BTreeMap<String, BTreeSet<String>>,
        is_short: bool,
    ) -> Vec<(Remark, &str, FirstUse)> {
        let own = role_of(&self.principal.key);
        let mut ways = Vec::new();
        for (target, seen) in &self.targets {
            let role = role_of(target);
            let kept_alive = seen.last.since(seen.first()) >= KEPT_ALIVE;
            let remark = if role == own {
                (seen.count >= ROUNDS && kept_alive).then_some(Remark::Itself)
            } else if graph.get(&role).is_some_and(|back| back.contains(&own)) {
                let known = self.days.active_before(seen.first()) >= BASELINE_DAYS;
                let settled = self.targets.len() <= USUAL_TARGETS && (known || is_short);
                Some(if settled {
                    Remark::Circle
                } else {
                    Remark::UsualCircle
                })
            } else {
                let foreign = role.split(':').next() != own.split(':').next();
                let known = self.days.active_before(seen.first()) >= BASELINE_DAYS;
                (foreign && known && self.targets.len() <= USUAL_TARGETS).then_some(Remark::NewAccount)
            };
            ways.extend(remark.map(|remark| (remark, target.as_ref(), *seen)));
        }
        ways
    }
}

fn tell(
    principal: &Principal,
    ways: &[(Remark, &str, FirstUse)],
    evidence: &Evidence,
    context: &JudgeContext<'_>,
) -> Option<Found> {
    let worst = ways.iter().map(|(remark, _, _)| *remark).max()?;
    let told: Vec<&(Remark, &str, FirstUse)> =
        ways.iter().filter(|(remark, _, _)| *remark == worst).collect();
    let mut whole = FirstUse::default();
    for (_, _, seen) in &told {
        whole.merge(*seen);
    }
    let targets: Vec<&str> = told.iter().map(|(_, target, _)| *target).collect();
    let listed = words::list(&targets, 3);
    let times = words::count(whole.count as usize, "time");
    let act = match worst {
        Remark::NewAccount => format!("assumed {listed} in another account, for the first time in this log"),
        Remark::Itself => format!(
            "assumed itself {times} within {}",
            words::between(whole.first(), whole.last)
        ),
        Remark::UsualCircle | Remark::Circle => {
            format!("assumed {listed}, which assumes this role in turn, {times}")
        }
    };
    let slots = told
        .iter()
        .map(|(_, target, _)| slot_of(&[&principal.key, target]));
    Some(Found {
        severity: if worst == Remark::Circle {
            Severity::Medium
        } else {
            Severity::Low
        },
        first: whole.first(),
        last: whole.last,
        count: u64::from(whole.count),
        succeeded: u64::from(whole.succeeded),
        summary: format!("{} {act}.", principal.name),
        facts: vec![Fact::target("assumed roles", &words::list(&targets, 8))],
        sample: evidence.sample(slots, (whole.first(), whole.last), context.cited_limit),
        principal: principal.clone(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::contract::{Call, call, judged, series};
    use super::*;

    fn assume(from: &str, account: &str, to: &str) -> Call {
        call("2026-03-05T14:00:00Z", "AssumeRole")
            .to("sts")
            .by_role(from, "session")
            .request(json!({"roleArn": format!("arn:aws:iam::{account}:role/path/{to}")}))
    }

    #[test]
    fn two_roles_that_take_on_each_other_are_medium() {
        let calls = [
            assume("a", "111122223333", "b"),
            assume("b", "111122223333", "a").later(1_800),
        ];
        let found = judged(RoleChain, &calls);
        assert_eq!((found.len(), found[0].severity), (2, Severity::Medium));
        insta::assert_snapshot!(found[0].summary, @"role a assumed arn:aws:iam::111122223333:role/path/b, which assumes this role in turn, 1 time.");
    }

    #[test]
    fn roles_that_took_on_each_other_from_the_first_day_are_low() {
        let circle = |day: i64| {
            [
                assume("a", "111122223333", "b").later(day * 86_400),
                assume("b", "111122223333", "a").later(day * 86_400 + 1_800),
            ]
        };
        let calls: Vec<Call> = (0..6).flat_map(circle).collect();
        let found = judged(RoleChain, &calls);
        assert_eq!(found[0].severity, Severity::Low);
    }

    #[test]
    fn a_role_that_renews_itself_for_hours_is_low() {
        let calls = series(&assume("a", "111122223333", "a"), 4, 1_800, |call, _| call);
        let found = judged(RoleChain, &calls);
        assert_eq!(found[0].severity, Severity::Low);
        insta::assert_snapshot!(found[0].summary, @"role a assumed itself 4 times within 90 minutes.");
        assert!(judged(RoleChain, &calls[..2]).is_empty());
    }

    #[test]
    fn a_new_way_into_another_account_needs_a_history() {
        let mut calls = vec![assume("ci", "999988887777", "x").later(5 * 86_400)];
        assert!(judged(RoleChain, &calls).is_empty());
        calls.extend(series(
            &assume("ci", "111122223333", "deploy"),
            5,
            86_400,
            |call, _| call,
        ));
        let found = judged(RoleChain, &calls);
        assert_eq!(
            (found.len(), found[0].severity, found[0].count),
            (1, Severity::Low, 1)
        );
        insta::assert_snapshot!(found[0].summary, @"role ci assumed arn:aws:iam::999988887777:role/path/x in another account, for the first time in this log.");
    }

    #[test]
    fn users_services_and_refusals_are_no_chain() {
        let circle = |shape: &dyn Fn(Call) -> Call| {
            let calls = [assume("a", "111122223333", "b"), assume("b", "111122223333", "a")];
            judged(RoleChain, &calls.map(shape)).len()
        };
        assert_eq!(circle(&|call| call.error("AccessDenied")), 0);
        assert_eq!(circle(&|call| call.by_service("lambda")), 0);
        assert_eq!(circle(&|call| call.by_user("ann")), 0);
    }
}
