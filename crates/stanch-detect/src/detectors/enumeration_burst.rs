//! Many different questions to many services within minutes: somebody finds out where they are.
//!
//! Counted are the names of read calls that a principal makes for the first time. What it asked before is habit,
//! so a nightly inventory makes a burst on its first night at most.

use serde::{Deserialize, Serialize};
use stanch_core::finding::{DetectionAbout, Fact};
use stanch_core::principal::Principal;
use stanch_core::{Outcome, Severity, Tactic, Timestamp};

use super::support::{
    About, Bounded, Capped, Days, Evidence, FirstUse, MINUTE, Principals, caller, principals, slot_of,
    window, words,
};
use crate::detector::{Detector, Found, Interest, JudgeContext};
use crate::observation::Observation;
use stanch_core::event::Category;

/// The stretch in which questions are counted. Public rules look at 10 seconds (more than 5 names), a minute (3
/// names) or a day (30 % of a list); five minutes also hold somebody who types.
const WINDOW: i64 = 5 * MINUTE;
/// Different read calls that make a burst; a person at work in one console page asks fewer of several services.
const NAMES: usize = 12;
/// Services among them.
const SERVICES: usize = 4;
/// Days of activity before the burst from which "never asked before" means something.
const BASELINE_DAYS: usize = 3;
/// Different refused questions that show somebody who does not know what they may do.
const REFUSED: usize = 3;
/// Different calls remembered per principal.
const CALL_CAP: usize = 1_024;

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EnumerationBurst;

/// The first uses of every call by principal.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct EnumerationState {
    principals: Principals<Asked>,
    evidence: Evidence,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Asked {
    days: Days,
    calls: Capped<Call>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Call {
    seen: FirstUse,
    /// Of the first event.
    first: Traits,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Traits {
    service: Box<str>,
    read: bool,
    refused: bool,
    long_term_key: bool,
}

impl Bounded for Call {}

impl Bounded for Asked {
    fn overflowed(&self) -> bool {
        self.days.overflowed() || self.calls.overflowed()
    }
}

impl Detector for EnumerationBurst {
    type State = EnumerationState;

    fn about(&self) -> DetectionAbout {
        About {
            id: "enumeration-burst",
            title: "Identity enumerated many services within minutes",
            severity: Severity::Medium,
            tactics: &[Tactic::Discovery],
            techniques: &["T1526", "T1580", "T1087.004"],
            why: "Whoever steals a credential first has to find out what it opens. That shows as a burst of many \
                  different list, describe and get calls to many services by an identity that never made them \
                  before.",
            false_positives: &[
                "Terraform and similar tools on their first run",
                "A person who opens many console pages for the first time",
                "A security scanner or inventory that was just introduced",
            ],
            next: &[
                "Ask the owner of the identity whether they ran an inventory",
                "Look at what the identity did in the hour after",
                "Check whether the network or client changed at the same time",
            ],
        }
        .build()
    }

    fn interest(&self) -> Interest {
        Interest::Every
    }

    fn observe(&self, state: &mut Self::State, observation: &Observation<'_, '_>) {
        let event = observation.event;
        if event.category != Category::Management || !observation.is_call_by_someone() {
            return;
        }
        let asked = state.principals.of(observation);
        asked.days.add(event.time);
        let name = event.base_name();
        let call = asked
            .calls
            .slot_numbered(observation.numbers.name, name, CALL_CAP);
        let first = call.seen.is_first(observation);
        call.seen.add(observation);
        if first {
            call.first = Traits {
                service: event.service().into(),
                read: event.is_read(),
                refused: observation.outcome() == Outcome::Denied,
                long_term_key: caller::is_long_term_key(&event.identity.access_key_id),
            };
        }
        if first && event.is_read() {
            let slot = slot_of(&[principals::key(observation), name]);
            state.evidence.add(slot, FirstUse::FIRST, observation);
        }
    }

    fn merge(&self, into: &mut Self::State, from: Self::State, _cited_limit: usize) {
        into.principals.merge(from.principals, |into, from| {
            into.days.merge(from.days);
            into.calls.merge(from.calls, CALL_CAP, |into, from| {
                if from.seen.first_moment() < into.seen.first_moment() {
                    into.first = from.first;
                }
                into.seen.merge(from.seen);
            });
        });
        into.evidence.merge(from.evidence, FirstUse::FIRST);
    }

    fn overflowed(&self, state: &Self::State) -> bool {
        state.principals.overflowed() || state.evidence.overflowed()
    }

    fn judge(&self, state: Self::State, context: &JudgeContext<'_>) -> Vec<Found> {
        let evidence = state.evidence;
        state
            .principals
            .into_sorted()
            .filter_map(|(principal, asked)| burst(principal, asked, &evidence, context))
            .collect()
    }
}

/// What a burst was made of.
struct Burst {
    names: Vec<String>,
    services: Vec<String>,
    refused: usize,
    /// Names of writes first made while it continued.
    writes: usize,
    long_term_key: bool,
    baseline_days: usize,
    first: Timestamp,
    last: Timestamp,
}

fn burst(
    principal: Principal,
    asked: Asked,
    evidence: &Evidence,
    context: &JudgeContext<'_>,
) -> Option<Found> {
    let (mut reads, writes): (Vec<_>, Vec<_>) = asked
        .calls
        .into_sorted(CALL_CAP)
        .into_iter()
        .partition(|(_, call)| call.first.read);
    reads.sort_by_key(|(_, call)| call.seen.first_moment());
    let moments: Vec<Timestamp> = reads.iter().map(|(_, call)| call.seen.first()).collect();
    let burst = reads.get(window::busiest(&moments, WINDOW))?;
    let (first, last) = (burst.first()?.1.seen.first(), burst.last()?.1.seen.first());
    let returning = burst.iter().filter(|(_, call)| call.seen.came_back()).count();
    let mut services: Vec<String> = burst
        .iter()
        .map(|(_, call)| call.first.service.to_string())
        .collect();
    services.sort();
    services.dedup();
    if burst.len() < NAMES || services.len() < SERVICES || returning * 2 >= burst.len() {
        return None;
    }
    let during = first..=last.plus_millis(WINDOW);
    let facts = Burst {
        names: burst.iter().map(|(name, _)| name.to_string()).collect(),
        services,
        refused: burst.iter().filter(|(_, call)| call.first.refused).count(),
        writes: writes
            .iter()
            .filter(|(_, call)| during.contains(&call.seen.first()))
            .count(),
        long_term_key: burst.iter().all(|(_, call)| call.first.long_term_key),
        baseline_days: asked.days.active_before(first),
        first,
        last,
    };
    Some(facts.tell(principal, evidence, context))
}

impl Burst {
    /// A tool that builds asks and writes in turn; an attacker asks first.
    const fn builds(&self) -> bool {
        self.writes * 4 >= self.names.len()
    }

    const fn severity(&self) -> Severity {
        let known = self.baseline_days >= BASELINE_DAYS;
        if self.builds() {
            Severity::Low
        } else if known || self.refused >= REFUSED || self.long_term_key {
            Severity::Medium
        } else {
            Severity::Low
        }
    }

    fn tell(self, principal: Principal, evidence: &Evidence, context: &JudgeContext<'_>) -> Found {
        let history = match self.baseline_days {
            0 => "there is no earlier day in these logs to compare with".to_owned(),
            days => format!(
                "none of them on the {} of activity before",
                words::count(days, "day")
            ),
        };
        let summary = format!(
            "{} made {} for the first time within {}, of {}; {history}. {} refused.",
            principal.name,
            words::count(self.names.len(), "different read call"),
            words::between(self.first, self.last),
            words::count(self.services.len(), "service"),
            if self.refused == 1 {
                "1 was".to_owned()
            } else {
                format!("{} were", self.refused)
            },
        );
        let slots = self.names.iter().map(|name| slot_of(&[&principal.key, name]));
        Found {
            severity: self.severity(),
            first: self.first,
            last: self.last,
            count: self.names.len() as u64,
            succeeded: (self.names.len() - self.refused) as u64,
            summary,
            facts: vec![
                Fact::new("calls", &words::list(&self.names, 12)),
                Fact::new("services", &words::list(&self.services, 12)),
                Fact::new("new writes meanwhile", &self.writes.to_string()),
                Fact::new("baseline", &words::count(self.baseline_days, "active day")),
            ],
            sample: evidence.sample(slots, (self.first, self.last), context.cited_limit),
            principal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::contract::{self, call, judged, series};
    use super::*;

    fn questions(times: usize) -> Vec<contract::Call> {
        series(&call("2026-03-06T14:02:00Z", ""), times, 5, |call, index| {
            call.named(&format!(
                "List{}",
                char::from(b'A' + u8::try_from(index).unwrap())
            ))
            .to(["iam", "s3", "ec2", "lambda", "ses"][index % 5])
        })
    }

    fn history() -> Vec<contract::Call> {
        series(
            &call("2026-03-01T08:00:00Z", "PutObject"),
            5,
            86_400,
            |call, _| call,
        )
    }

    #[test]
    fn a_burst_after_quiet_days_is_medium() {
        let calls = [history(), questions(20)].concat();
        let found = judged(EnumerationBurst, &calls);
        assert_eq!((found[0].severity, found[0].count), (Severity::Medium, 20));
        insta::assert_snapshot!(found[0].summary, @"user ci-deploy made 20 different read calls for the first time within 95 seconds, of 5 services; none of them on the 5 days of activity before. 0 were refused.");
    }

    #[test]
    fn too_few_names_or_services_are_no_burst() {
        assert!(judged(EnumerationBurst, &[history(), questions(11)].concat()).is_empty());
        let one_service: Vec<_> = questions(20).into_iter().map(|call| call.to("ec2")).collect();
        assert!(judged(EnumerationBurst, &one_service).is_empty());
        let slow = series(&call("2026-03-06T14:02:00Z", ""), 20, 60, |call, index| {
            call.named(&format!("List{index}"))
                .to(["iam", "s3", "ec2", "lambda"][index % 4])
        });
        assert!(judged(EnumerationBurst, &slow).is_empty());
    }

    #[test]
    fn a_tool_that_builds_stays_low() {
        let mut calls = [history(), questions(20)].concat();
        calls.extend(series(&call("2026-03-06T14:02:01Z", ""), 8, 10, |call, index| {
            call.named(&format!(
                "Create{}",
                [
                    "Vpc", "Subnet", "Role", "Bucket", "Key", "Tags", "Route", "Policy"
                ][index]
            ))
        }));
        assert_eq!(judged(EnumerationBurst, &calls)[0].severity, Severity::Low);
    }

    #[test]
    fn a_daily_inventory_is_a_habit() {
        let calls: Vec<_> = (0..4)
            .flat_map(|day| {
                questions(20)
                    .into_iter()
                    .map(move |call| call.later(day * 86_400))
            })
            .collect();
        assert!(judged(EnumerationBurst, &calls).is_empty());
    }

    #[test]
    fn a_short_log_is_judged_by_refusals_and_kind_of_key() {
        let session = |calls: Vec<contract::Call>| -> Vec<contract::Call> {
            calls
                .into_iter()
                .map(|call| call.by_role("web", "worker"))
                .collect()
        };
        assert_eq!(
            judged(EnumerationBurst, &questions(20))[0].severity,
            Severity::Medium
        );
        assert_eq!(
            judged(EnumerationBurst, &session(questions(20)))[0].severity,
            Severity::Low
        );
        let refused: Vec<_> = questions(20)
            .into_iter()
            .map(|call| call.error("AccessDenied"))
            .collect();
        let found = judged(EnumerationBurst, &session(refused));
        assert_eq!((found[0].severity, found[0].succeeded), (Severity::Medium, 0));
    }

    #[test]
    fn services_at_work_are_left_out() {
        let calls: Vec<_> = questions(20)
            .into_iter()
            .map(|call| call.by_service("config"))
            .collect();
        assert!(judged(EnumerationBurst, &calls).is_empty());
    }
}
