//! Logs and watchmen switched off: trails, flow logs, GuardDuty, Config, Security Hub.
//!
//! One story per principal, with the time from the stop of each trail to its next start, by anyone.

mod subject;

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use stanch_aws_facts::{self as aws, Logging};
use stanch_core::event::Event;
use stanch_core::finding::{DetectionAbout, Fact, FactKind};
use stanch_core::principal::Principal;
use stanch_core::text::bounded;
use stanch_core::{Severity, Tactic, Timestamp};

use self::subject::Subject;
use super::support::first_use::Moment;
use super::support::selectors::sees_all_management;
use super::support::{About, Bounded, Latest, words};
use crate::cited::Cited;
use crate::detector::{Detector, Found, Interest, JudgeContext};
use crate::observation::Observation;
use crate::sample::Sample;

/// Changes remembered of one kind: the latest ones. They are rare everywhere.
const CHANGE_CAP: usize = 2_048;
/// Windows without logs that are listed per principal.
const BLIND_CAP: usize = 20;

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

impl From<Logging> for Effect {
    fn from(logging: Logging) -> Self {
        match logging {
            Logging::TrailStopped => Self::TrailStopped,
            Logging::TrailDeleted => Self::TrailDeleted,
            Logging::TrailStarted => Self::TrailRestored,
            Logging::TrailCreated => Self::TrailCreated,
            Logging::AccountOff => Self::WatchOff,
            Logging::PartOff => Self::LogOff,
            Logging::Minor => Self::Minor,
            Logging::Created => Self::Created,
        }
    }
}

/// Calls whose effect depends on their parameters.
const BY_PARAMETERS: [&str; 4] = [
    "PutBucketLogging",
    "PutEventSelectors",
    "UpdateDetector",
    "UpdateTrail",
];

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LoggingTampered;

/// Every change to logging, by what it does and whether it succeeded: each kind has a limit of its own, so that a
/// flood of everyday changes or of vain attempts never pushes out a grave one.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct TamperState {
    changes: BTreeMap<(Effect, bool), Latest<Moment, Change, CHANGE_CAP>>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Change {
    principal: Principal,
    call: String,
    effect: Effect,
    subject: Subject,
    succeeded: bool,
    cited: Cited,
}

impl Bounded for Change {
    fn overflowed(&self) -> bool {
        self.subject.more
    }
}

impl Detector for LoggingTampered {
    type State = TamperState;

    fn about(&self) -> DetectionAbout {
        About {
            id: "logging-tampered",
            title: "CloudTrail, GuardDuty or other logging stopped or reduced",
            severity: Severity::High,
            tactics: &[Tactic::DefenseEvasion],
            techniques: &["T1562.008", "T1562.001"],
            why: "Attackers stop logging to hide what they do next. What happened without logs can't be known or \
                  ruled out.",
            false_positives: &[
                "A change of the logging itself that was planned, such as a move to another trail",
                "A test environment that is taken down with its trail",
            ],
            next: &[
                "Turn logging on again, and watch that it stays on",
                "Look for other logs of that time: other trails, event history, S3 access logs, billing",
                "Assume that the identity used everything it could access in that time",
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
        let Some(effect) = effect_of(event) else { return };
        let succeeded = observation.outcome().succeeded();
        let change = Change {
            principal: observation.principal().clone(),
            call: bounded(event.base_name(), 80),
            effect,
            subject: Subject::of(event),
            succeeded,
            cited: observation.cited(),
        };
        let changes = state.changes.entry((effect, succeeded)).or_default();
        changes.insert((event.time, event.key), change);
    }

    fn merge(&self, into: &mut Self::State, from: Self::State, _cited_limit: usize) {
        for (kind, changes) in from.changes {
            into.changes.entry(kind).or_default().extend(changes);
        }
    }

    fn overflowed(&self, state: &Self::State) -> bool {
        state.changes.values().any(Bounded::overflowed)
    }

    fn judge(&self, state: Self::State, context: &JudgeContext<'_>) -> Vec<Found> {
        let changes: BTreeMap<Moment, Change> = state
            .changes
            .into_values()
            .flat_map(Latest::into_sorted)
            .collect();
        let history = History::of(&changes);
        let mut stories: BTreeMap<&str, Vec<Tampering<'_>>> = BTreeMap::new();
        for (moment, change) in &changes {
            if let Some(severity) = weigh(change, history.is_own(*moment, change)) {
                let tampering = Tampering {
                    moment: *moment,
                    change,
                    severity,
                    gap: history.gap(*moment, change, context),
                };
                stories.entry(&change.principal.key).or_default().push(tampering);
            }
        }
        stories
            .into_values()
            .filter_map(|story| tell(&story, context))
            .collect()
    }
}

/// Every call with an effect on logging, and those whose effect depends on their parameters.
static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let facts = aws::all().filter(|fact| fact.logging.is_some());
    facts.map(|fact| fact.call).chain(BY_PARAMETERS).collect()
});

fn effect_of(event: &Event<'_>) -> Option<Effect> {
    let name = event.base_name();
    if let Some(logging) = aws::named(name).find_map(|fact| fact.logging) {
        return Some(logging.into());
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

/// One harmful change, weighed.
struct Tampering<'c> {
    moment: Moment,
    change: &'c Change,
    severity: Severity,
    gap: Option<String>,
}

/// How grave a change is; `None` for those that harm nothing.
fn weigh(change: &Change, own: bool) -> Option<Severity> {
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

/// What was made or restored, by which call (where that matters), where, and its name.
type Thing<'c> = (Effect, &'c str, &'c str, &'c str, &'c str);

/// When each thing was made or restored, and by which principal.
struct History<'c>(BTreeMap<Thing<'c>, BTreeMap<Moment, &'c str>>);

impl<'c> History<'c> {
    fn of(changes: &'c BTreeMap<Moment, Change>) -> Self {
        let mut history: BTreeMap<Thing<'c>, BTreeMap<Moment, &'c str>> = BTreeMap::new();
        for (moment, change) in changes {
            let call = match change.effect {
                Effect::Created => change.call.as_str(),
                Effect::TrailCreated | Effect::TrailRestored => "",
                _ => continue,
            };
            if !change.succeeded {
                continue;
            }
            let subject = &change.subject;
            for name in subject.names() {
                let thing = (
                    change.effect,
                    call,
                    subject.account.as_str(),
                    subject.region.as_str(),
                    name,
                );
                history
                    .entry(thing)
                    .or_default()
                    .insert(*moment, &change.principal.key);
            }
        }
        Self(history)
    }

    fn moments<'s>(
        &'s self,
        effect: Effect,
        call: &'s str,
        of: &'s Subject,
        name: &'s str,
    ) -> Option<&'s BTreeMap<Moment, &'s str>> {
        self.0
            .get(&(effect, call, of.account.as_str(), of.region.as_str(), name))
    }

    /// Returns true when a principal takes away only what it made itself, and that nobody made again since. What is not
    /// named is nobody's own.
    fn is_own(&self, moment: Moment, change: &Change) -> bool {
        let (effect, maker) = match change.effect {
            Effect::TrailDeleted => (Effect::TrailCreated, ""),
            _ => {
                let mut undone = aws::undone_by(&change.call);
                match undone.find(|fact| fact.logging == Some(Logging::Created)) {
                    Some(fact) => (Effect::Created, fact.call),
                    None => return false,
                }
            }
        };
        let made = |name: &str| {
            self.moments(effect, maker, &change.subject, name)
                .and_then(|moments| moments.range(..moment).next_back())
                .is_some_and(|(_, principal)| *principal == change.principal.key)
        };
        change.subject.is_known() && change.subject.names().all(made)
    }

    /// Returns the window in which a trail logged nothing or less, in words. For a trail that stays off it says until when other logs
    /// record the region.
    fn gap(&self, moment: Moment, change: &Change, context: &JudgeContext<'_>) -> Option<String> {
        let restorer = match change.effect {
            Effect::TrailStopped | Effect::TrailNarrowed => Effect::TrailRestored,
            Effect::TrailDeleted => Effect::TrailCreated,
            _ => return None,
        };
        if !change.succeeded {
            return None;
        }
        let subject = &change.subject;
        let name = subject.names().next().unwrap_or("");
        let end = self
            .moments(restorer, "", subject, name)
            .and_then(|moments| moments.range((Excluded(moment), Unbounded)).next());
        let (logs, how) = match change.effect {
            Effect::TrailNarrowed => ("Fewer logs", "reduced"),
            Effect::TrailDeleted => ("No logs", "deleted"),
            _ => ("No logs", "stopped"),
        };
        let trail = format!("{logs} from trail {} ({})", last_part(name), subject.region);
        let start = words::moment(moment.0);
        Some(match end {
            Some(((end, _), _)) => format!("{trail} between {start} and {}: {how}", words::moment(*end)),
            None => match recorded_after(moment.0, subject, context) {
                Some(until) => format!(
                    "{trail} after {start}, other logs record {} until {}: {how}",
                    subject.region,
                    words::moment(until)
                ),
                None => format!("{trail} after {start}: {how}"),
            },
        })
    }
}

/// Milliseconds within which events of a stopped trail may still be its own: CloudTrail delivers about every 5 minutes.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html>
const DELIVERY: i64 = 5 * 60_000;

/// The last management event of the region, if it came so long after a change that another log must have recorded it.
fn recorded_after(change: Timestamp, of: &Subject, context: &JudgeContext<'_>) -> Option<Timestamp> {
    let until = context.recorded.until(&of.account, &of.region)?;
    (until.since(change) > DELIVERY).then_some(until)
}

fn tell(story: &[Tampering<'_>], context: &JudgeContext<'_>) -> Option<Found> {
    let worst = story.iter().map(|tampering| tampering.severity).max()?;
    // Next to something grave, the everyday changes of the same principal would only blur the story. What left
    // a gap is never everyday.
    let told: Vec<&Tampering<'_>> = story
        .iter()
        .filter(|tampering| {
            worst <= Severity::Low || tampering.severity > Severity::Low || tampering.gap.is_some()
        })
        .collect();
    let (first, last) = (told.first()?.moment.0, told.last()?.moment.0);
    let succeeded = told.iter().filter(|tampering| tampering.change.succeeded).count();
    let mut acts: Vec<String> = told
        .iter()
        .map(|tampering| {
            let change = tampering.change;
            let failed = if change.succeeded { "" } else { " (failed)" };
            format!("{} {}{failed}", change.call, change.subject.shown())
                .replace("  ", " ")
                .trim_end()
                .to_owned()
        })
        .collect();
    acts.dedup();
    let gaps: Vec<String> = told
        .iter()
        .filter_map(|tampering| tampering.gap.clone())
        .collect();
    let gap = match gaps.as_slice() {
        [] => String::new(),
        [one] => format!(" {one}."),
        [first, rest @ ..] => format!(" {first}, and {}.", words::count(rest.len(), "more gap")),
    };
    let principal = told.first()?.change.principal.clone();
    let mut facts: Vec<Fact> = gaps
        .iter()
        .take(BLIND_CAP)
        .map(|gap| Fact::new("not logged", gap).of_kind(FactKind::NotLogged))
        .collect();
    facts.push(Fact::new("changes", &words::list(&acts, 12)));
    let events = told.iter().map(|tampering| &tampering.change.cited);
    Some(Found {
        severity: worst,
        first,
        last,
        count: told.len() as u64,
        succeeded: succeeded as u64,
        summary: format!(
            "{} stopped or reduced logging ({}, {succeeded} succeeded): {}.{gap}",
            principal.name,
            words::count(told.len(), "call"),
            words::list(&acts, 5),
        ),
        facts,
        sample: Sample::of(events, context.cited_limit),
        principal,
    })
}

/// The name in the ARN of a trail; anything else as it is.
fn last_part(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

#[cfg(test)]
mod tests;
