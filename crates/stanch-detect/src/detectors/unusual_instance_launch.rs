//! Machines that miners like: accelerated, very large, very many, or in many regions at once.
//!
//! Attempts count as much as successes: a new account's limits stop most miners at first.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use stanch_core::event::Event;
use stanch_core::finding::{DetectionAbout, Fact};
use stanch_core::principal::Principal;
use stanch_core::text::bounded;
use stanch_core::{Outcome, Severity, Tactic, Timestamp};

use super::support::evidence::Choice;
use super::support::first_use::Moment;
use super::support::{About, Bounded, DAY, Evidence, Latest, MINUTE, Principals, principals, slot_of, words};
use crate::detector::{Detector, Found, Interest, JudgeContext};
use crate::observation::Observation;

/// Instance families with accelerators, by the letters before the generation.
const ACCELERATED: [&str; 9] = ["dl", "f", "g", "gr", "hpc", "inf", "p", "trn", "vt"];
/// From this many times `xlarge` a host is large: 32 processors or more.
const LARGE: u32 = 8;
/// Machines asked for at once that are many.
const MANY: u32 = 10;
/// Accelerated hosts that no experiment needs.
const SEVERAL_ACCELERATED: u32 = 4;
/// Regions within [`TOGETHER`] that nobody opens by hand.
const REGIONS: usize = 3;
const TOGETHER: i64 = 10 * MINUTE;
/// Launches remembered per principal: the latest ones.
const LAUNCH_CAP: usize = 2_000;
/// Instance types remembered per launch; fleets name dozens.
const TYPE_CAP: usize = 8;
const CITED: Choice = Choice::Earliest(4);

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UnusualInstanceLaunch;

/// Launches by principal.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct LaunchState {
    principals: Principals<Latest<Moment, Launch, LAUNCH_CAP>>,
    evidence: Evidence,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Launch {
    types: Vec<String>,
    /// True when it named more types than are kept.
    more_types: bool,
    count: u32,
    region: String,
    outcome: Outcome,
}

impl Bounded for Launch {
    fn overflowed(&self) -> bool {
        self.more_types
    }
}

impl Detector for UnusualInstanceLaunch {
    type State = LaunchState;

    fn about(&self) -> DetectionAbout {
        About {
            id: "unusual-instance-launch",
            title: "GPU or many large EC2 instances started, typical of crypto-mining",
            severity: Severity::Medium,
            tactics: &[Tactic::Impact],
            techniques: &["T1496", "T1578.002"],
            why: "Stolen credentials are turned into money by mining: as many instances as possible, with \
                  accelerators or many processors, in as many regions as possible. It costs thousands a day.",
            false_positives: &[
                "A team that begins to train models or render",
                "A load test or a batch of computation that somebody planned",
            ],
            next: &[
                "Check every region for running instances, and stop those nobody knows",
                "Snapshot a volume of one of them before it is terminated",
                "Deny the identity that started them, and look for other identities",
            ],
        }
        .build()
    }

    fn interest(&self) -> Interest {
        Interest::Names(&[
            "CreateFleet",
            "RequestSpotFleet",
            "RequestSpotInstances",
            "RunInstances",
        ])
    }

    fn observe(&self, state: &mut Self::State, observation: &Observation<'_, '_>) {
        let event = observation.event;
        if !observation.is_call_by_someone() {
            return;
        }
        let launch = Launch::of(event, observation.outcome());
        let slot = slot_of(&[principals::key(observation), &launch.region, &kind_of(&launch)]);
        let launches = state.principals.of(observation);
        launches.insert((event.time, event.key), launch);
        state.evidence.add(slot, CITED, observation);
    }

    fn merge(&self, into: &mut Self::State, from: Self::State, _cited_limit: usize) {
        into.principals.merge(from.principals, Latest::extend);
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
            .filter_map(|(principal, launches)| unusual(principal, &launches, &evidence, context))
            .collect()
    }
}

/// Launches that are cited together: the same types on the same day of the principal's history don't each need one.
fn kind_of(launch: &Launch) -> String {
    format!("{}:{}", launch.types.join(","), launch.count >= MANY)
}

impl Launch {
    fn of(event: &Event<'_>, outcome: Outcome) -> Self {
        let mut asked = Asked::default();
        asked.read(event.request(), 0);
        Self {
            types: asked.types.into_iter().collect(),
            more_types: asked.more_types,
            count: asked.count.max(1),
            region: bounded(&event.region, 40),
            outcome,
        }
    }

    fn accelerated(&self) -> bool {
        self.types.iter().any(|name| {
            let family = name.split('.').next().unwrap_or("");
            let letters = family.find(|character: char| character.is_ascii_digit());
            letters.is_some_and(|end| ACCELERATED.contains(&&family[..end]))
        })
    }

    fn large(&self) -> bool {
        self.types.iter().any(|name| {
            let size = name.split('.').nth(1).unwrap_or("");
            let times = size
                .strip_suffix("xlarge")
                .and_then(|times| times.parse::<u32>().ok());
            size.starts_with("metal") || times.is_some_and(|times| times >= LARGE)
        })
    }

    fn families(&self) -> impl Iterator<Item = &str> {
        self.types
            .iter()
            .map(|name| name.split('.').next().unwrap_or(name))
    }

    fn is_notable(&self) -> bool {
        self.accelerated() || self.large() || self.count >= MANY
    }
}

/// What a launch request asks for, wherever its shape puts it.
#[derive(Default)]
struct Asked {
    types: BTreeSet<String>,
    more_types: bool,
    count: u32,
}

impl Asked {
    /// The deepest request known nests six levels.
    const DEPTH: usize = 10;

    fn read(&mut self, value: &Value, depth: usize) {
        if depth > Self::DEPTH {
            return;
        }
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    self.member(name, value);
                    self.read(value, depth + 1);
                }
            }
            Value::Array(items) => items.iter().take(100).for_each(|item| self.read(item, depth + 1)),
            _ => {}
        }
    }

    fn member(&mut self, name: &str, value: &Value) {
        match name {
            "instanceType" | "InstanceType" => {
                if let Some(text) = value.as_str() {
                    self.types.insert(bounded(text, 40).to_ascii_lowercase());
                    if self.types.len() > TYPE_CAP {
                        self.types.pop_last();
                        self.more_types = true;
                    }
                }
            }
            "maxCount"
            | "instanceCount"
            | "targetCapacity"
            | "totalTargetCapacity"
            | "TotalTargetCapacity" => {
                let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
                let number = number.and_then(|number| u32::try_from(number).ok()).unwrap_or(0);
                self.count = self.count.max(number);
            }
            _ => {}
        }
    }
}

/// The notable launches that are no habit: of families this principal had not started a day before.
fn news(launches: &BTreeMap<Moment, Launch>) -> Vec<(Moment, &Launch)> {
    let mut firsts: BTreeMap<&str, Timestamp> = BTreeMap::new();
    let mut many_before: Option<Timestamp> = None;
    let mut news = Vec::new();
    for (moment, launch) in launches {
        let time = &moment.0;
        for family in launch.families() {
            firsts.entry(family).or_insert(*time);
        }
        if launch.count >= MANY {
            many_before.get_or_insert(*time);
        }
        let old = |first: &Timestamp| time.since(*first) >= DAY;
        let known_family = launch
            .families()
            .all(|family| firsts.get(family).is_some_and(old));
        let known_number = launch.count < MANY || many_before.as_ref().is_some_and(old);
        if launch.is_notable() && !(known_family && known_number && !launch.types.is_empty()) {
            news.push((*moment, launch));
        }
    }
    news
}

/// The most regions in which hosts were asked for within minutes.
fn regions_together(launches: &BTreeMap<Moment, Launch>) -> Vec<(Moment, &Launch)> {
    let all: Vec<(Moment, &Launch)> = launches
        .iter()
        .map(|(moment, launch)| (*moment, launch))
        .collect();
    let mut best: &[(Moment, &Launch)] = &[];
    let mut most = REGIONS - 1;
    let mut start = 0;
    for end in 0..all.len() {
        while all[end].0.0.since(all[start].0.0) > TOGETHER {
            start += 1;
        }
        let regions: BTreeSet<&str> = all[start..=end]
            .iter()
            .map(|(_, launch)| launch.region.as_str())
            .collect();
        if regions.len() > most {
            most = regions.len();
            best = &all[start..=end];
        }
    }
    best.to_vec()
}

fn severity(launches: &[(Moment, &Launch)], regions: usize) -> Severity {
    let any = |test: &dyn Fn(&Launch) -> bool| launches.iter().any(|(_, launch)| test(launch));
    let hindered = |launch: &Launch| {
        matches!(
            launch.outcome,
            Outcome::Limited | Outcome::DryRun | Outcome::Denied
        )
    };
    let asked = launches
        .iter()
        .map(|(_, launch)| launch.count)
        .fold(0, u32::saturating_add);
    if any(&Launch::accelerated) {
        if any(&hindered) || asked >= SEVERAL_ACCELERATED || regions > 1 {
            Severity::High
        } else {
            Severity::Medium
        }
    } else if regions >= REGIONS && any(&Launch::large) {
        Severity::High
    } else if regions >= REGIONS
        || any(&|launch| launch.count >= MANY)
        || any(&|launch| launch.large() && hindered(launch))
    {
        Severity::Medium
    } else {
        Severity::Low
    }
}

fn sorted<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<&'t str> {
    texts.collect::<BTreeSet<_>>().into_iter().collect()
}

fn unusual(
    principal: Principal,
    launches: &BTreeMap<Moment, Launch>,
    evidence: &Evidence,
    context: &JudgeContext<'_>,
) -> Option<Found> {
    let mut notable = news(launches);
    if notable.is_empty() {
        notable = regions_together(launches);
    }
    let (first, last) = (notable.first()?.0.0, notable.last()?.0.0);
    let regions = sorted(notable.iter().map(|(_, launch)| launch.region.as_str()));
    let types = sorted(
        notable
            .iter()
            .flat_map(|(_, launch)| &launch.types)
            .map(String::as_str),
    );
    let asked: usize = notable.iter().map(|(_, launch)| launch.count as usize).sum();
    let with = |outcome: Outcome| {
        notable
            .iter()
            .filter(|(_, launch)| launch.outcome == outcome)
            .count()
    };
    let (succeeded, limited) = (with(Outcome::Success), with(Outcome::Limited));
    let limits = if limited > 0 {
        let calls = words::count(limited, "call");
        format!(" {calls} refused by service quotas.")
    } else {
        String::new()
    };
    let slots: BTreeSet<u64> = notable
        .iter()
        .map(|(_, launch)| slot_of(&[&principal.key, &launch.region, &kind_of(launch)]))
        .collect();
    let cited = notable.iter().map(|((_, key), _)| *key).collect();
    Some(Found {
        severity: severity(&notable, regions.len()),
        first,
        last,
        count: notable.len() as u64,
        succeeded: succeeded as u64,
        summary: format!(
            "{} requested up to {} of type {} in {} ({}); {} of {} succeeded.{limits}",
            principal.name,
            words::count(asked, "instance"),
            words::list(if types.is_empty() { &["not logged"] } else { &types }, 4),
            words::list(&regions, 4),
            words::count(regions.len(), "region"),
            succeeded,
            words::count(notable.len(), "call"),
        ),
        facts: vec![
            Fact::target("instance types", &words::list(&types, 12)),
            Fact::new("regions", &words::list(&regions, 20)),
            Fact::new("instances requested", &asked.to_string()),
            Fact::new("refused by quotas", &limited.to_string()),
        ],
        sample: evidence.exactly(slots, &cited, context.cited_limit),
        principal,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::contract::{Call, call, judged, series};
    use super::*;

    fn launch(kind: &str, count: u32) -> Call {
        call("2026-03-06T14:00:00Z", "RunInstances").request(json!({
            "instanceType": kind,
            "instancesSet": {"items": [{"imageId": "ami-0", "minCount": 1, "maxCount": count}]}
        }))
    }

    fn severity_of(calls: &[Call]) -> Option<Severity> {
        judged(UnusualInstanceLaunch, calls)
            .first()
            .map(|found| found.severity)
    }

    #[test]
    fn accelerated_machines_stopped_by_limits_are_high() {
        let calls = [launch("p2.xlarge", 10).error("Client.VcpuLimitExceeded")];
        let found = judged(UnusualInstanceLaunch, &calls);
        assert_eq!((found[0].severity, found[0].succeeded), (Severity::High, 0));
        insta::assert_snapshot!(found[0].summary, @"user ci-deploy requested up to 10 instances of type p2.xlarge in eu-west-1 (1 region); 0 of 1 call succeeded. 1 call refused by service quotas.");
    }

    #[test]
    fn kinds_and_numbers_are_weighed() {
        assert_eq!(severity_of(&[launch("g4dn.xlarge", 1)]), Some(Severity::Medium));
        assert_eq!(severity_of(&[launch("c5a.24xlarge", 1)]), Some(Severity::Low));
        assert_eq!(
            severity_of(&[launch("m5.metal", 1).error("Client.VcpuLimitExceeded")]),
            Some(Severity::Medium)
        );
        assert_eq!(severity_of(&[launch("t3.micro", 20)]), Some(Severity::Medium));
        for plain in [
            "t3.micro",
            "c6g.4xlarge",
            "m5.xlarge",
            "",
            "fancy",
            "xlarge",
            ".",
            "r5.banana",
        ] {
            assert_eq!(severity_of(&[launch(plain, 1)]), None, "{plain}");
        }
    }

    #[test]
    fn many_regions_within_minutes_are_told_whatever_the_type() {
        let regions = ["sa-east-1", "ap-northeast-3", "eu-north-1", "af-south-1"];
        let calls = |apart| {
            series(&launch("t3.micro", 1), 4, apart, |call, index| {
                call.region(regions[index])
            })
        };
        assert_eq!(severity_of(&calls(60)), Some(Severity::Medium));
        assert_eq!(severity_of(&calls(3_600)), None);
    }

    #[test]
    fn what_a_team_starts_every_day_is_a_habit() {
        let daily = series(&launch("g5.2xlarge", 2), 5, 86_400, |call, _| call);
        let found = judged(UnusualInstanceLaunch, &daily);
        assert_eq!((found[0].count, found[0].severity), (1, Severity::Medium));
        let service = launch("p4d.24xlarge", 8).by_service("autoscaling");
        assert_eq!(severity_of(&[service]), None);
    }

    #[test]
    fn fleets_and_spot_requests_are_read_wherever_they_keep_the_type() {
        let spot = call("2026-03-06T14:00:00Z", "RequestSpotInstances").request(json!({
            "instanceCount": "16", "launchSpecification": {"instanceType": "p3.16xlarge"}
        }));
        assert_eq!(severity_of(&[spot]), Some(Severity::High));
        let fleet = call("2026-03-06T14:00:00Z", "CreateFleet").request(json!({"CreateFleetRequest": {
            "LaunchTemplateConfigs": {"Overrides": [{"InstanceType": "inf2.48xlarge"}]},
            "TargetCapacitySpecification": {"TotalTargetCapacity": 4}
        }}));
        assert_eq!(severity_of(&[fleet]), Some(Severity::High));
    }
}
