//! GuardDuty's own findings among the logs, shown with GuardDuty's own weight.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use stanch_core::finding::{DetectionAbout, Fact};
use stanch_core::principal::Principal;
use stanch_core::text::bounded;
use stanch_core::{LogKind, Severity, Tactic, Timestamp};

use super::support::{About, Bounded, Capped, Evidence, FirstUse, Principals, principals, slot_of, words};
use crate::detector::{Detector, Found, Interest, JudgeContext};
use crate::observation::Observation;

/// Types of finding remembered per principal.
const TYPE_CAP: usize = 128;
/// Findings of one type remembered per principal.
const ID_CAP: usize = 1024;

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GuarddutyFinding;

/// Findings by principal and type.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct GuardDutyState {
    principals: Principals<Capped<Kind>>,
    evidence: Evidence,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Kind {
    seen: FirstUse,
    /// GuardDuty's severity in tenths.
    tenths: u32,
    title: String,
    /// Findings by id: GuardDuty exports one again each time it happens again.
    ids: Capped<()>,
    /// Latest time at which GuardDuty saw it.
    last_seen: Option<Timestamp>,
    /// Updates of findings that are archived.
    archived: u32,
}

impl Kind {
    /// Keeps the graver; among equals the title that sorts first.
    fn weigh(&mut self, tenths: u32, title: &str) {
        if self.title.is_empty()
            || tenths > self.tenths
            || (tenths == self.tenths && title < self.title.as_str())
        {
            self.tenths = tenths;
            title.clone_into(&mut self.title);
        }
    }
}

impl Bounded for Kind {
    fn overflowed(&self) -> bool {
        self.ids.overflowed()
    }
}

impl Detector for GuarddutyFinding {
    type State = GuardDutyState;

    fn about(&self) -> DetectionAbout {
        About {
            id: "guardduty-finding",
            title: "GuardDuty reported this identity or resource",
            severity: Severity::Medium,
            tactics: &[Tactic::InitialAccess],
            techniques: &["T1078.004"],
            why: "GuardDuty watches calls, network flows and DNS with lists and models that are not in these logs. \
                  What it reported in the same time belongs into the story.",
            false_positives: &[
                "A new office network, a penetration test or a scanner of your own",
                "An anomaly that was only a new way of working",
            ],
            next: &[
                "Open the finding in GuardDuty and read its details",
                "Check whether other findings concern the same identity or time",
            ],
        }
        .build()
    }

    fn interest(&self) -> Interest {
        Interest::Every
    }

    fn observe(&self, state: &mut Self::State, observation: &Observation<'_, '_>) {
        let event = observation.event;
        if event.log != LogKind::GuardDuty {
            return;
        }
        let finding = event.record();
        if is_sample(finding, event.additional()) {
            return;
        }
        let tenths = either(finding, "severity", "Severity")
            .and_then(Value::as_f64)
            .unwrap_or(0.0)
            * 10.0;
        let title = either(finding, "title", "Title")
            .and_then(Value::as_str)
            .unwrap_or("");
        let kind = state.principals.of(observation).slot(&event.name, TYPE_CAP);
        kind.weigh(tenths.clamp(0.0, 100.0) as u32, &bounded(title, 200));
        let id = if event.event_id.is_empty() {
            event.key.to_string()
        } else {
            event.event_id.to_string()
        };
        kind.ids.slot(&id, ID_CAP);
        let service = event.additional();
        let last = either(service, "eventLastSeen", "EventLastSeen").and_then(Value::as_str);
        kind.last_seen = kind.last_seen.max(last.and_then(Timestamp::parse));
        let archived = either(service, "archived", "Archived") == Some(&Value::Bool(true));
        kind.archived = kind.archived.saturating_add(u32::from(archived));
        if kind.seen.add(observation) {
            let slot = slot_of(&[principals::key(observation), &event.name]);
            state.evidence.add(slot, FirstUse::CITED, observation);
        }
    }

    fn merge(&self, into: &mut Self::State, from: Self::State, _cited_limit: usize) {
        into.principals.merge(from.principals, |into, from| {
            into.merge(from, TYPE_CAP, |into, from| {
                into.weigh(from.tenths, &from.title);
                into.seen.merge(from.seen);
                into.ids.merge(from.ids, ID_CAP, |_, ()| {});
                into.last_seen = into.last_seen.max(from.last_seen);
                into.archived = into.archived.saturating_add(from.archived);
            });
        });
        into.evidence.merge(from.evidence, FirstUse::CITED);
    }

    fn overflowed(&self, state: &Self::State) -> bool {
        state.principals.overflowed() || state.evidence.overflowed()
    }

    fn judge(&self, state: Self::State, context: &JudgeContext<'_>) -> Vec<Found> {
        let evidence = state.evidence;
        state
            .principals
            .into_sorted()
            .filter_map(|(principal, kinds)| tell(principal, kinds, &evidence, context))
            .collect()
    }
}

/// A member in the spelling of the event form or of the API.
fn either<'v>(value: &'v Value, lower: &str, upper: &str) -> Option<&'v Value> {
    value.get(lower).or_else(|| value.get(upper))
}

/// GuardDuty's made-up findings, by which it can be tried out.
fn is_sample(finding: &Value, service: &Value) -> bool {
    let title = either(finding, "title", "Title")
        .and_then(Value::as_str)
        .unwrap_or("");
    let more = either(service, "additionalInfo", "AdditionalInfo");
    let marked = more.and_then(|more| either(more, "sample", "Sample"));
    title.starts_with("[SAMPLE]") || marked == Some(&Value::Bool(true))
}

/// GuardDuty's own steps: 1 to 3.9 low, to 6.9 medium, to 8.9 high, above that critical.
const fn severity(tenths: u32) -> Severity {
    match tenths {
        90.. => Severity::Critical,
        70..90 => Severity::High,
        40..70 => Severity::Medium,
        1..40 => Severity::Low,
        0 => Severity::Informational,
    }
}

fn tell(
    principal: Principal,
    kinds: Capped<Kind>,
    evidence: &Evidence,
    context: &JudgeContext<'_>,
) -> Option<Found> {
    let mut kinds = kinds.into_sorted(TYPE_CAP);
    kinds.sort_by(|one, other| {
        other
            .1
            .tenths
            .cmp(&one.1.tenths)
            .then_with(|| one.0.cmp(&other.0))
    });
    let (worst_type, worst) = kinds.first()?;
    let mut whole = FirstUse::default();
    let (mut findings, mut archived) = (0, 0_u32);
    for (_, kind) in &kinds {
        whole.merge(kind.seen);
        findings += kind.ids.len();
        archived = archived.saturating_add(kind.archived);
    }
    let last = kinds
        .iter()
        .filter_map(|(_, kind)| kind.last_seen)
        .fold(whole.last, Timestamp::max);
    let archived = match archived {
        0 => "",
        all if all >= whole.count => " All were archived, which hides them in the console.",
        _ => " Some were archived, which hides them in the console.",
    };
    let types: Vec<String> = kinds
        .iter()
        .map(|(name, kind)| format!("{name} ({}.{})", kind.tenths / 10, kind.tenths % 10))
        .collect();
    let slots: Vec<u64> = kinds
        .iter()
        .map(|(name, _)| slot_of(&[&principal.key, name]))
        .collect();
    let title = if worst.title.is_empty() {
        worst_type.as_ref()
    } else {
        worst.title.trim_end_matches('.')
    };
    Some(Found {
        severity: severity(worst.tenths),
        first: whole.first(),
        last,
        count: u64::from(whole.count),
        succeeded: u64::from(whole.succeeded),
        summary: format!(
            "GuardDuty reported {} on {}, the most severe: {title} ({worst_type}, severity {}.{} of 10).{archived}",
            words::count(findings, "finding"),
            principal.name,
            worst.tenths / 10,
            worst.tenths % 10,
        ),
        facts: vec![Fact::new("types", &words::list(&types, 8))],
        sample: evidence.sample(slots, (whole.first(), whole.last), context.cited_limit),
        principal,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::contract::{Call, call, judged};
    use super::*;

    fn finding(name: &str, severity: f64) -> Call {
        call("2026-03-05T14:00:00Z", name).of_log(
            LogKind::GuardDuty,
            json!({"type": name, "severity": severity, "title": format!("Title of {name}.")}),
        )
    }

    #[test]
    fn findings_are_joined_under_the_gravest() {
        let calls = [
            finding("Recon:IAMUser/MaliciousIPCaller", 5.0),
            finding("PrivilegeEscalation:IAMUser/AdministrativePermissions", 8.0).later(60),
            finding("Recon:IAMUser/MaliciousIPCaller", 5.0).later(90),
        ];
        let found = judged(GuarddutyFinding, &calls);
        assert_eq!(
            (found.len(), found[0].severity, found[0].count),
            (1, Severity::High, 3)
        );
        insta::assert_snapshot!(found[0].summary, @"GuardDuty reported 3 findings on user ci-deploy, the most severe: Title of PrivilegeEscalation:IAMUser/AdministrativePermissions (PrivilegeEscalation:IAMUser/AdministrativePermissions, severity 8.0 of 10).");
    }

    #[test]
    fn a_finding_that_is_updated_is_one_and_lasts_until_it_was_seen_last() {
        let update = |minutes: i64, last: &str| {
            let call = finding("Recon:IAMUser/MaliciousIPCaller", 5.0)
                .later(minutes * 60)
                .id("f-1");
            call.additional(json!({"eventLastSeen": last, "archived": true}))
        };
        let found = judged(
            GuarddutyFinding,
            &[
                update(0, "2026-03-05T14:00:00Z"),
                update(5, "2026-03-05T18:00:00Z"),
                update(9, "2026-03-05T16:00:00Z"),
            ],
        );
        assert_eq!(
            (found[0].count, found[0].last.to_string().as_str()),
            (3, "2026-03-05T18:00:00Z")
        );
        assert!(
            found[0].summary.contains("GuardDuty reported 1 finding on"),
            "{}",
            found[0].summary
        );
        assert!(
            found[0]
                .summary
                .ends_with("All were archived, which hides them in the console.")
        );
    }

    #[test]
    fn severities_are_guardduty_s_own() {
        for (given, expected) in [
            (2.0, Severity::Low),
            (3.9, Severity::Low),
            (4.0, Severity::Medium),
            (6.9, Severity::Medium),
            (8.9, Severity::High),
            (9.5, Severity::Critical),
            (-3.0, Severity::Informational),
        ] {
            assert_eq!(
                judged(GuarddutyFinding, &[finding("A:B/C", given)])[0].severity,
                expected,
                "{given}"
            );
        }
    }

    #[test]
    fn samples_and_other_logs_are_left_out() {
        let sample = call("2026-03-05T14:00:00Z", "A:B/C")
            .of_log(LogKind::GuardDuty, json!({"severity": 8, "title": "x"}))
            .additional(json!({"additionalInfo": {"sample": true}}));
        let titled =
            finding("A:B/C", 8.0).of_log(LogKind::GuardDuty, json!({"Severity": 8, "Title": "[SAMPLE] x"}));
        let other = call("2026-03-05T14:00:00Z", "ListBuckets");
        assert!(judged(GuarddutyFinding, &[sample, titled, other]).is_empty());
    }
}
