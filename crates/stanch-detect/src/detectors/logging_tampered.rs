//! Logs and watchmen switched off: trails, flow logs, GuardDuty, Config, Security Hub.
//!
//! One story per principal, with the time each trail was blind from its stop to its next start, by whomever.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use stanch_core::event::Event;
use stanch_core::finding::{DetectionAbout, Fact};
use stanch_core::principal::Principal;
use stanch_core::text::bounded;
use stanch_core::{EventKey, Severity, Tactic, Timestamp};

use super::support::evidence::Choice;
use super::support::selectors::sees_all_management;
use super::support::{About, Evidence, caller, slot_of, words};
use crate::detector::{Detector, Found, Interest, JudgeContext};
use crate::observation::Observation;

/// Changes remembered: the latest ones. They are rare everywhere.
const CHANGE_CAP: usize = 8_192;
/// Blind times told per principal.
const BLIND_CAP: usize = 20;
const CITED: Choice = Choice::Earliest(1);

/// What a change does to what can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Effect {
    /// A trail stops writing.
    TrailStopped,
    /// A trail is gone.
    TrailDeleted,
    /// A trail sees less than before.
    TrailNarrowed,
    /// A trail writes again, or sees everything again.
    TrailRestored,
    /// A trail is made.
    TrailCreated,
    /// A watchman over the whole account is gone.
    WatchOff,
    /// A log of one part is gone.
    LogOff,
    /// Logs of a program, or an alarm: often everyday work.
    Minor,
    /// Makes what [`Self::LogOff`] or [`Self::WatchOff`] takes away.
    Created,
}

/// Calls whose effect doesn't depend on what they ask for.
const EFFECTS: [(&str, Effect); 29] = [
    ("CreateConfigurationRecorder", Effect::Created),
    ("CreateDetector", Effect::Created),
    ("CreateFlowLogs", Effect::Created),
    ("CreateResolverQueryLogConfig", Effect::Created),
    ("CreateTrail", Effect::TrailCreated),
    ("DeleteAlarms", Effect::Minor),
    ("DeleteAnalyzer", Effect::LogOff),
    ("DeleteConfigurationRecorder", Effect::WatchOff),
    ("DeleteDeliveryChannel", Effect::WatchOff),
    ("DeleteDetector", Effect::WatchOff),
    ("DeleteEventDataStore", Effect::WatchOff),
    ("DeleteFlowLogs", Effect::LogOff),
    ("DeleteLogGroup", Effect::Minor),
    ("DeleteLogStream", Effect::Minor),
    ("DeleteModelInvocationLoggingConfiguration", Effect::LogOff),
    ("DeleteResolverQueryLogConfig", Effect::LogOff),
    ("DeleteTrail", Effect::TrailDeleted),
    ("DisableAlarmActions", Effect::Minor),
    ("DisableMacie", Effect::WatchOff),
    ("DisableSecurityHub", Effect::WatchOff),
    ("DisassociateFromAdministratorAccount", Effect::WatchOff),
    ("DisassociateFromMasterAccount", Effect::WatchOff),
    ("DisassociateMembers", Effect::WatchOff),
    ("DisassociateResolverQueryLogConfig", Effect::LogOff),
    ("LeaveOrganization", Effect::WatchOff),
    ("StartLogging", Effect::TrailRestored),
    ("StopConfigurationRecorder", Effect::WatchOff),
    ("StopEventDataStoreIngestion", Effect::WatchOff),
    ("StopLogging", Effect::TrailStopped),
];

/// What takes away what was made, by service: enough to tell a test that is cleaned up from an attack.
const MAKERS: [(&str, &str); 6] = [
    ("DeleteConfigurationRecorder", "CreateConfigurationRecorder"),
    ("DeleteDetector", "CreateDetector"),
    ("DeleteFlowLogs", "CreateFlowLogs"),
    ("DeleteResolverQueryLogConfig", "CreateResolverQueryLogConfig"),
    (
        "DisassociateResolverQueryLogConfig",
        "CreateResolverQueryLogConfig",
    ),
    ("StopConfigurationRecorder", "CreateConfigurationRecorder"),
];

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LoggingTampered;

/// Every change to logging, in the order of time.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct TamperState {
    changes: BTreeMap<(Timestamp, EventKey), Change>,
    evidence: Evidence,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Change {
    principal: Principal,
    call: String,
    effect: Effect,
    /// The trail or other thing, without account and region.
    subject: String,
    account: String,
    region: String,
    succeeded: bool,
}

impl Detector for LoggingTampered {
    type State = TamperState;

    fn about(&self) -> DetectionAbout {
        About {
            id: "logging-tampered",
            title: "Logging or monitoring was switched off or narrowed",
            severity: Severity::High,
            tactics: &[Tactic::DefenseEvasion],
            techniques: &["T1562.008", "T1562.001"],
            why: "Whoever switches off the logs wants to do something unseen. What happened in the blind time is \
                  not in this log and can't be excluded.",
            false_positives: &[
                "A change of the logging itself that was planned, such as a move to another trail",
                "A test environment that is taken down with its trail",
            ],
            next: &[
                "Switch the logging on again, and watch that it stays on",
                "Look for other records of the blind time: other trails, event history, S3 access logs, billing",
                "Treat everything the identity could reach in that time as reached",
            ],
        }
        .build()
    }

    fn interest(&self) -> Interest {
        Interest::Names(&NAMES)
    }

    fn observe(&self, state: &mut Self::State, observation: &Observation<'_, '_>) {
        let event = observation.event;
        if caller::is_aws_itself(event) {
            return;
        }
        let Some(effect) = effect_of(event) else { return };
        let moment = (event.time, event.key);
        let change = Change {
            principal: observation.principal().clone(),
            call: bounded(event.base_name(), 80),
            effect,
            subject: subject_of(event),
            account: bounded(&event.account, 32),
            region: bounded(&event.region, 32),
            succeeded: observation.outcome().succeeded(),
        };
        state.changes.insert(moment, change);
        cut(&mut state.changes);
        state.evidence.add(slot(moment), CITED, observation);
    }

    fn merge(&self, into: &mut Self::State, from: Self::State, _cited_limit: usize) {
        into.changes.extend(from.changes);
        cut(&mut into.changes);
        into.evidence.merge(from.evidence, CITED);
    }

    fn judge(&self, state: Self::State, context: &JudgeContext<'_>) -> Vec<Found> {
        let changes: Vec<((Timestamp, EventKey), Change)> = state.changes.into_iter().collect();
        let mut stories: BTreeMap<&str, Vec<Tampering<'_>>> = BTreeMap::new();
        for (index, (moment, change)) in changes.iter().enumerate() {
            if let Some(severity) = weigh(change, &changes[..index]) {
                let tampering = Tampering {
                    moment: *moment,
                    change,
                    severity,
                    blind: blind(change, severity, &changes[index + 1..]),
                };
                stories.entry(&change.principal.key).or_default().push(tampering);
            }
        }
        stories
            .into_values()
            .filter_map(|story| tell(&story, &state.evidence, context))
            .collect()
    }
}

/// Every call above and those whose effect depends on what they ask for.
const NAMES: [&str; 33] = names();

const fn names() -> [&'static str; 33] {
    let mut names = ["PutBucketLogging"; 33];
    names[1] = "PutEventSelectors";
    names[2] = "UpdateDetector";
    names[3] = "UpdateTrail";
    let mut index = 0;
    while index < EFFECTS.len() {
        names[index + 4] = EFFECTS[index].0;
        index += 1;
    }
    names
}

fn cut(changes: &mut BTreeMap<(Timestamp, EventKey), Change>) {
    while changes.len() > CHANGE_CAP {
        changes.pop_first();
    }
}

fn slot(moment: (Timestamp, EventKey)) -> u64 {
    slot_of(&[&moment.1.to_string()])
}

fn effect_of(event: &Event<'_>) -> Option<Effect> {
    let name = event.base_name();
    if let Ok(index) = EFFECTS.binary_search_by(|(call, _)| (*call).cmp(name)) {
        return Some(EFFECTS[index].1);
    }
    let request = event.request();
    let is_false = |member: &str| match request.get(member) {
        Some(Value::Bool(value)) => !value,
        Some(Value::String(text)) => text.eq_ignore_ascii_case("false"),
        _ => false,
    };
    match name {
        "UpdateTrail" => {
            let narrowed = [
                "isMultiRegionTrail",
                "includeGlobalServiceEvents",
                "enableLogFileValidation",
            ];
            narrowed
                .into_iter()
                .any(is_false)
                .then_some(Effect::TrailNarrowed)
        }
        "PutEventSelectors" if sees_all_management(request) => Some(Effect::TrailRestored),
        "PutEventSelectors" => Some(Effect::TrailNarrowed),
        "UpdateDetector" => is_false("enable").then_some(Effect::WatchOff),
        "PutBucketLogging" => {
            let enabled = request.pointer("/BucketLoggingStatus/LoggingEnabled");
            enabled.is_none_or(Value::is_null).then_some(Effect::LogOff)
        }
        _ => None,
    }
}

/// What is changed: the trail by its name, other things by the first name the request gives.
fn subject_of(event: &Event<'_>) -> String {
    let members = [
        "name",
        "trailName",
        "bucketName",
        "detectorId",
        "configurationRecorderName",
        "deliveryChannelName",
        "logGroupName",
        "eventDataStore",
        "resolverQueryLogConfigId",
        "DeleteFlowLogsRequest/FlowLogId/content",
    ];
    let named = members.into_iter().find_map(|member| event.request_text(member));
    let name = named.unwrap_or("");
    bounded(name.rsplit('/').next().unwrap_or(name), 128)
}

/// One harmful change, weighed.
struct Tampering<'c> {
    moment: (Timestamp, EventKey),
    change: &'c Change,
    severity: Severity,
    blind: Option<String>,
}

/// How grave a change is, given what came before it; `None` for those that harm nothing.
fn weigh(change: &Change, before: &[((Timestamp, EventKey), Change)]) -> Option<Severity> {
    let made_itself = |is_maker: &dyn Fn(&Change) -> bool| {
        before.iter().any(|(_, earlier)| {
            earlier.succeeded
                && earlier.principal.key == change.principal.key
                && earlier.account == change.account
                && is_maker(earlier)
        })
    };
    let own = match change.effect {
        Effect::TrailDeleted => made_itself(&|earlier| {
            earlier.effect == Effect::TrailCreated && earlier.subject == change.subject
        }),
        _ => MAKERS
            .iter()
            .find(|(call, _)| *call == change.call)
            .is_some_and(|(_, maker)| made_itself(&|earlier| earlier.call == *maker)),
    };
    let severity = match change.effect {
        Effect::TrailStopped | Effect::TrailDeleted | Effect::TrailNarrowed | Effect::WatchOff => {
            Severity::High
        }
        Effect::LogOff => Severity::Medium,
        Effect::Minor => Severity::Low,
        Effect::TrailRestored | Effect::TrailCreated | Effect::Created => return None,
    };
    Some(match (own, change.succeeded) {
        (true, _) => severity.min(Severity::Low),
        (false, true) => severity,
        (false, false) => severity.min(Severity::Medium),
    })
}

/// From when to when a trail saw nothing or less, as `<start> – <end or end of input> <region> <trail>`.
fn blind(change: &Change, severity: Severity, after: &[((Timestamp, EventKey), Change)]) -> Option<String> {
    let stopped = matches!(
        change.effect,
        Effect::TrailStopped | Effect::TrailDeleted | Effect::TrailNarrowed
    );
    if !stopped || !change.succeeded || severity <= Severity::Low {
        return None;
    }
    let ends = |later: &Change| {
        let restores = match change.effect {
            Effect::TrailDeleted => later.effect == Effect::TrailCreated,
            _ => later.effect == Effect::TrailRestored,
        };
        restores && later.succeeded && later.account == change.account && later.subject == change.subject
    };
    let end = after
        .iter()
        .find(|(_, later)| ends(later))
        .map(|((time, _), _)| *time);
    Some(match end {
        Some(end) => format!("{end} {} {}", change.region, change.subject),
        None => format!("end of input {} {}", change.region, change.subject),
    })
}

fn tell(story: &[Tampering<'_>], evidence: &Evidence, context: &JudgeContext<'_>) -> Option<Found> {
    let worst = story.iter().map(|tampering| tampering.severity).max()?;
    // Beside something grave, the everyday changes of the same principal would only blur the story.
    let told: Vec<&Tampering<'_>> = story
        .iter()
        .filter(|tampering| worst <= Severity::Low || tampering.severity > Severity::Low)
        .collect();
    let (first, last) = (told.first()?.moment.0, told.last()?.moment.0);
    let succeeded = told.iter().filter(|tampering| tampering.change.succeeded).count();
    let mut acts: Vec<String> = told
        .iter()
        .map(|tampering| {
            let change = tampering.change;
            let failed = if change.succeeded { "" } else { " (failed)" };
            format!("{} {}{failed}", change.call, change.subject)
                .replace("  ", " ")
                .trim_end()
                .to_owned()
        })
        .collect();
    acts.dedup();
    let blinds: Vec<String> = told
        .iter()
        .filter_map(|tampering| Some(format!("{} – {}", tampering.moment.0, tampering.blind.as_ref()?)))
        .collect();
    let blind = match blinds.first() {
        Some(first) => format!(
            " Blind: {first}{}.",
            if blinds.len() > 1 {
                format!(" and {} more times", blinds.len() - 1)
            } else {
                String::new()
            }
        ),
        None => String::new(),
    };
    let principal = told.first()?.change.principal.clone();
    let mut facts: Vec<Fact> = blinds
        .iter()
        .take(BLIND_CAP)
        .map(|blind| Fact::new("blind", blind))
        .collect();
    facts.push(Fact::new("changes", &words::list(&acts, 12)));
    let slots: Vec<u64> = told.iter().map(|tampering| slot(tampering.moment)).collect();
    Some(Found {
        severity: worst,
        first,
        last,
        count: told.len() as u64,
        succeeded: succeeded as u64,
        summary: format!(
            "{} switched off or narrowed logging ({}, {succeeded} succeeded): {}.{blind}",
            principal.name,
            words::count(told.len(), "call"),
            words::list(&acts, 5),
        ),
        facts,
        sample: evidence.sample(slots, (first, last), context.cited_limit),
        principal,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::contract::{Call, call, judged};
    use super::*;

    fn trail(time: &str, name: &str) -> Call {
        call(time, name).to("cloudtrail").request(json!({"name": "main"}))
    }

    fn blinds(found: &Found) -> Vec<&str> {
        let facts = found.facts.iter().filter(|fact| fact.label == "blind");
        facts.map(|fact| fact.value.as_str()).collect()
    }

    #[test]
    fn the_table_is_sorted_and_its_names_are_all_wanted() {
        assert!(EFFECTS.is_sorted_by_key(|(name, _)| *name));
        assert!(NAMES.contains(&"UpdateTrail") && NAMES.contains(&"StopLogging"));
    }

    #[test]
    fn a_stopped_trail_is_blind_until_anybody_starts_it() {
        let mut calls = vec![trail("2026-03-05T14:19:00Z", "StopLogging")];
        let found = judged(LoggingTampered, &calls);
        assert_eq!(found[0].severity, Severity::High);
        assert_eq!(
            blinds(&found[0]),
            ["2026-03-05T14:19:00Z – end of input eu-west-1 main"]
        );
        let arn = "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main";
        calls.push(
            trail("2026-03-05T16:40:00Z", "StartLogging")
                .request(json!({"name": arn}))
                .by_user("admin"),
        );
        let found = judged(LoggingTampered, &calls);
        assert_eq!(
            blinds(&found[0]),
            ["2026-03-05T14:19:00Z – 2026-03-05T16:40:00Z eu-west-1 main"]
        );
        insta::assert_snapshot!(found[0].summary, @"user ci-deploy switched off or narrowed logging (1 call, 1 succeeded): StopLogging main. Blind: 2026-03-05T14:19:00Z – 2026-03-05T16:40:00Z eu-west-1 main.");
    }

    #[test]
    fn another_trail_or_a_failed_start_ends_nothing() {
        let calls = [
            trail("2026-03-05T14:19:00Z", "StopLogging"),
            trail("2026-03-05T15:00:00Z", "StartLogging").request(json!({"name": "other"})),
            trail("2026-03-05T16:00:00Z", "StartLogging").error("AccessDenied"),
        ];
        assert!(blinds(&judged(LoggingTampered, &calls)[0])[0].contains("end of input"));
    }

    #[test]
    fn attempts_are_medium_and_leave_nothing_blind() {
        let calls = [trail("2026-03-05T14:19:00Z", "StopLogging").error("TrailNotFoundException")];
        let found = judged(LoggingTampered, &calls);
        assert_eq!((found[0].severity, found[0].succeeded), (Severity::Medium, 0));
        assert!(blinds(&found[0]).is_empty());
    }

    #[test]
    fn selectors_that_narrow_are_told_from_those_that_do_not() {
        let put = |kinds: &str| {
            let selectors = json!({"trailName": "main", "eventSelectors": [{"readWriteType": kinds}]});
            judged(
                LoggingTampered,
                &[call("2026-03-05T14:19:00Z", "PutEventSelectors").request(selectors)],
            )
            .len()
        };
        assert_eq!((put("All"), put("ReadOnly")), (0, 1));
    }

    #[test]
    fn updates_that_take_nothing_away_are_nothing() {
        let update = |name: &str, request: Value| {
            judged(
                LoggingTampered,
                &[call("2026-03-05T14:19:00Z", name).request(request)],
            )
            .len()
        };
        assert_eq!(
            update("UpdateTrail", json!({"name": "main", "isMultiRegionTrail": true})),
            0
        );
        assert_eq!(
            update(
                "UpdateTrail",
                json!({"name": "main", "isMultiRegionTrail": false})
            ),
            1
        );
        assert_eq!(
            update("UpdateDetector", json!({"detectorId": "d", "enable": true})),
            0
        );
        assert_eq!(
            update("UpdateDetector", json!({"detectorId": "d", "enable": "false"})),
            1
        );
        let status = |status: Value| json!({"bucketName": "b", "BucketLoggingStatus": status});
        assert_eq!(
            update(
                "PutBucketLogging",
                status(json!({"LoggingEnabled": {"TargetBucket": "logs"}}))
            ),
            0
        );
        assert_eq!(update("PutBucketLogging", status(json!({"xmlns": "x"}))), 1);
    }

    #[test]
    fn taking_down_ones_own_test_trail_is_low() {
        let mut calls = vec![
            trail("2026-03-05T14:00:00Z", "CreateTrail"),
            trail("2026-03-05T14:10:00Z", "DeleteTrail"),
            call("2026-03-05T14:00:00Z", "CreateFlowLogs"),
            call("2026-03-05T14:10:00Z", "DeleteFlowLogs"),
            call("2026-03-05T14:11:00Z", "DeleteLogGroup").request(json!({"logGroupName": "/aws/lambda/f"})),
        ];
        let found = judged(LoggingTampered, &calls);
        assert_eq!((found[0].severity, found[0].count), (Severity::Low, 3));
        calls.push(trail("2026-03-05T14:12:00Z", "DeleteTrail").request(json!({"name": "audit"})));
        let found = judged(LoggingTampered, &calls);
        assert_eq!((found[0].severity, found[0].count), (Severity::High, 1));
        assert_eq!(
            blinds(&found[0]),
            ["2026-03-05T14:12:00Z – end of input eu-west-1 audit"]
        );
    }

    #[test]
    fn a_deleted_detector_is_high_and_flow_logs_medium() {
        let one = |name: &str| judged(LoggingTampered, &[call("2026-03-05T14:19:00Z", name)])[0].severity;
        assert_eq!(one("DeleteDetector"), Severity::High);
        assert_eq!(one("DeleteFlowLogs"), Severity::Medium);
        assert_eq!(one("DeleteLogGroup"), Severity::Low);
    }
}
