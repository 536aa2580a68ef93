//! Analyses for the tests of every format: a whole one, and one in which an attacker wrote every text.

mod assessed;
mod hostile;

use std::collections::BTreeMap;

use stanch_core::coverage::Span;
use stanch_core::event::{IdentityKind, LogKind};
use stanch_core::finding::{DetectionOrigin, Fact};
use stanch_core::source::{Note, NoteKind, ProblemKind, SourceKind};
use stanch_core::verdict::{
    ActivityBar, Analysis, Conclusion, Confidence, InitialAccess, PrincipalSummary, RefusedRule, Step, Story,
    Verdict,
};
use stanch_core::{
    AttackerEvent, Attribution, Coverage, DetectionAbout, DetectionId, EventKey, EventRecord, Finding,
    Location, Outcome, Principal, Problem, Severity, SourceId, SourceReport, Tactic, TechniqueId, Timestamp,
};

pub(crate) use assessed::assessment;
pub(crate) use hostile::{HOSTILE, hostile, hostile_with};

const ACCOUNT: &str = "111122223333";
fn at(text: &str) -> Timestamp {
    Timestamp::parse(&format!("2026-03-{text}Z")).unwrap()
}

fn principal(kind: IdentityKind, path: &str, name: &str) -> Principal {
    Principal {
        key: format!("arn:aws:iam::{ACCOUNT}:{path}"),
        kind,
        name: name.to_owned(),
        account: ACCOUNT.to_owned(),
    }
}

fn ci_deploy() -> Principal {
    principal(IdentityKind::IamUser, "user/ci-deploy", "user ci-deploy")
}

fn backup() -> Principal {
    principal(IdentityKind::IamUser, "user/svc-backup2", "user svc-backup2")
}

fn root() -> Principal {
    principal(IdentityKind::Root, "root", "root of 111122223333")
}

struct Detection {
    id: &'static str,
    title: &'static str,
    severity: Severity,
    tactics: &'static [Tactic],
    technique: &'static str,
}

const DETECTIONS: [Detection; 8] = [
    Detection {
        id: "trail-stopped",
        title: "Trail stopped or deleted",
        severity: Severity::Critical,
        tactics: &[Tactic::DefenseEvasion],
        technique: "T1685.002",
    },
    Detection {
        id: "gpu-instances",
        title: "Many large GPU instances started in a region not used before",
        severity: Severity::Critical,
        tactics: &[Tactic::Impact],
        technique: "T1496.001",
    },
    Detection {
        id: "admin-user-made",
        title: "User made and given administrator rights",
        severity: Severity::High,
        tactics: &[Tactic::Persistence, Tactic::PrivilegeEscalation],
        technique: "T1136.003",
    },
    Detection {
        id: "new-network",
        title: "Long-term key used from a network never seen before",
        severity: Severity::High,
        tactics: &[Tactic::InitialAccess],
        technique: "T1078.004",
    },
    Detection {
        id: "bulk-object-read",
        title: "Objects read in bulk from S3",
        severity: Severity::High,
        tactics: &[Tactic::Collection, Tactic::Exfiltration],
        technique: "T1530",
    },
    Detection {
        id: "root-sign-in",
        title: "Root user signed in without MFA",
        severity: Severity::Medium,
        tactics: &[Tactic::InitialAccess],
        technique: "T1078",
    },
    Detection {
        id: "enumeration",
        title: "Many different list and describe calls in a short time",
        severity: Severity::Low,
        tactics: &[Tactic::Discovery],
        technique: "T1580",
    },
    Detection {
        id: "key-identified",
        title: "A key asked whose it is",
        severity: Severity::Informational,
        tactics: &[Tactic::Discovery],
        technique: "T1087.004",
    },
];

fn about(detection: &Detection) -> DetectionAbout {
    DetectionAbout {
        id: detection.id.into(),
        title: detection.title.to_owned(),
        severity: detection.severity,
        tactics: detection.tactics.to_vec(),
        techniques: vec![TechniqueId::parse(detection.technique).unwrap()],
        why: "Whoever holds stolen credentials does this early, and few people who belong here ever do."
            .to_owned(),
        false_positives: vec!["Planned work by an administrator, announced beforehand.".to_owned()],
        next: vec![
            "Ask the owner of the principal whether it was meant.".to_owned(),
            "If not, deny the principal everything and make its keys inactive.".to_owned(),
        ],
        origin: match detection.severity {
            Severity::Critical => DetectionOrigin::Detector,
            Severity::Low => DetectionOrigin::UserRule,
            _ => DetectionOrigin::Rule,
        },
    }
}

fn finding(place: usize, who: &Principal, times: (&str, &str), counts: (u64, u64), summary: &str) -> Finding {
    let detection = DetectionId::from(DETECTIONS[place].id);
    Finding {
        id: Finding::id_for(&detection, &who.key),
        severity: DETECTIONS[place].severity,
        principal: who.clone(),
        first: at(times.0),
        last: at(times.1),
        count: counts.0,
        succeeded: counts.1,
        summary: summary.to_owned(),
        facts: vec![
            Fact::target("region", "eu-west-1"),
            Fact::new("client", "aws-cli/2.15.30 Python/3.11.8"),
        ],
        events: (0..3)
            .map(|copy| EventKey::of(&[detection.as_str().as_bytes(), &[copy]]))
            .collect(),
        detection,
    }
}

fn findings() -> Vec<Finding> {
    vec![
        finding(
            0,
            &ci_deploy(),
            ("05T14:19:02", "05T14:19:02"),
            (1, 1),
            "Stopped the trail main in eu-west-1.",
        ),
        finding(
            1,
            &backup(),
            ("05T14:22:40", "05T14:31:07"),
            (48, 17),
            "Asked for 48 p4d.24xlarge in sa-east-1 and ap-northeast-3; 31 were refused by a limit.",
        ),
        finding(
            2,
            &ci_deploy(),
            ("05T14:05:30", "05T14:06:02"),
            (3, 3),
            "Made user svc-backup2, attached AdministratorAccess, and made a key for it.",
        ),
        finding(
            3,
            &ci_deploy(),
            ("05T14:02:11", "05T14:19:02"),
            (212, 180),
            "Key AKIAIOSFODNN7EXAMPLE was used from 203.0.113.77 (NL), never seen before in 61 days.",
        ),
        finding(
            4,
            &backup(),
            ("05T14:40:00", "05T16:40:09"),
            (3000, 3000),
            "Read 3,000 objects, 41.2 GB, from customer-exports.",
        ),
        finding(
            5,
            &root(),
            ("03T09:12:44", "03T09:12:44"),
            (1, 1),
            "The root user signed in without MFA.",
        ),
        finding(
            6,
            &ci_deploy(),
            ("05T14:02:15", "05T14:04:50"),
            (209, 178),
            "Made 209 list and describe calls.",
        ),
        finding(
            7,
            &ci_deploy(),
            ("05T14:02:11", "05T14:02:11"),
            (1, 1),
            "Called GetCallerIdentity.",
        ),
    ]
}

fn event(key: EventKey, finding: &Finding, number: u64) -> EventRecord {
    let outcomes = [
        Outcome::Success,
        Outcome::Denied,
        Outcome::Limited,
        Outcome::DryRun,
        Outcome::Failed,
    ];
    let outcome = outcomes[number as usize % outcomes.len()];
    let logs = [
        LogKind::CloudTrail,
        LogKind::S3ServerAccess,
        LogKind::VpcFlow,
        LogKind::GuardDuty,
    ];
    EventRecord {
        key,
        log: logs[number as usize % logs.len()],
        time: finding.first,
        event_id: format!("00000000-0000-4000-8000-{number:012}"),
        source: "iam.amazonaws.com".to_owned(),
        name: "CreateUser".to_owned(),
        region: "eu-west-1".to_owned(),
        account: ACCOUNT.to_owned(),
        principal: finding.principal.key.clone(),
        access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        source_address: "203.0.113.77".to_owned(),
        user_agent: "aws-cli/2.15.30".to_owned(),
        outcome,
        shared_event_id: String::new(),
        error_code: if outcome.succeeded() {
            String::new()
        } else {
            "AccessDenied".to_owned()
        },
        location: Location {
            source: SourceId(number as u32 % 2),
            member: 0,
            offset: 4096 * number,
        },
        raw: format!(r#"{{"eventVersion":"1.11","eventName":"CreateUser","number":{number}}}"#),
    }
}

fn step(finding: &Finding, tactic: Tactic, text: &str, succeeded: bool) -> Step {
    Step {
        tactic,
        text: text.to_owned(),
        first: finding.first,
        last: finding.last,
        succeeded,
        finding: finding.id.clone(),
    }
}

fn story(findings: &[Finding]) -> Story {
    Story {
        principals: vec![ci_deploy(), backup(), principal(IdentityKind::Role, "role/ops-support", "role ops-support")],
        access_keys: vec!["AKIAIOSFODNN7EXAMPLE".to_owned(), "AKIAI44QH8DHBEXAMPLE".to_owned()],
        disabled_keys: vec!["AKIAI44QH8DHBEXAMPLE".to_owned()],
        since: at("05T14:02:11"),
        until: at("05T16:40:09"),
        confidence: Confidence::High,
        access: InitialAccess::LeakedKey,
        how: vec![
            "Most likely a leaked long-term key: no console sign-in and no new session came before it, and the \
             client changed from terraform to aws-cli in the same minute."
                .to_owned(),
            "Not excluded: theft from the build server. Its logs and a key scan would settle it.".to_owned(),
        ],
        did: vec![
            step(&findings[6], Tactic::Discovery, "looked around (209 calls)", true),
            step(&findings[2], Tactic::Persistence, "made user svc-backup2 with administrator rights", true),
            step(&findings[0], Tactic::DefenseEvasion, "stopped trail main", true),
            step(&findings[1], Tactic::Impact, "asked for 48 p4d.24xlarge in sa-east-1 and ap-northeast-3", true),
            step(&findings[1], Tactic::LateralMovement, "assumed role billing-admin", false),
            step(&findings[4], Tactic::Collection, "read 3,000 objects from customer-exports", true),
        ],
        left: vec![
            "user svc-backup2".to_owned(),
            "key AKIAI44QH8DHBEXAMPLE".to_owned(),
            "role ops-support, trusting 999988887777".to_owned(),
            "17 instances in sa-east-1".to_owned(),
        ],
        took: vec![
            "3,000 objects, 41.2 GB, from customer-exports.".to_owned(),
            "Other buckets: cannot be known, their data events were not recorded.".to_owned(),
        ],
        networks: vec!["203.0.113.77 (NL)".to_owned(), "198.51.100.20".to_owned()],
accounts: vec!["111122223333".to_owned()],
        regions: vec!["eu-west-1".to_owned(), "us-east-1".to_owned()],
        events: 36,
        findings: findings[..5].iter().map(|finding| finding.id.clone()).collect(),
    }
}

fn attacker_event() -> AttackerEvent {
    AttackerEvent {
        key: EventKey(0x0123_4567_89ab_cdef),
        event_id: "3f1c2b60-5a51-4c1b-9a7e-6a1f0c1d2e3f".to_owned(),
        time: at("05T14:02:11"),
        account: ACCOUNT.to_owned(),
        region: "eu-west-1".to_owned(),
        source: "sts.amazonaws.com".to_owned(),
        name: "GetCallerIdentity".to_owned(),
        principal: format!("arn:aws:iam::{ACCOUNT}:user/ci-deploy"),
        access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        source_address: "203.0.113.7".to_owned(),
        succeeded: true,
        story: 0,
        reason: Attribution::Network,
        confidence: Confidence::High,
    }
}

fn problem_source() -> SourceReport {
    SourceReport {
        id: SourceId(7),
        path: "logs/eu-west-1/2026/03/05/111122223333_CloudTrail_eu-west-1.json.gz".to_owned(),
        kind: SourceKind::CloudTrail,
        size: 48_211,
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        members: vec!["part-0.json".to_owned()],
        events: 118,
        skipped: 0,
        problem_count: 23,
        problem_kinds: BTreeMap::from([(ProblemKind::Truncated, 1), (ProblemKind::MalformedJson, 22)]),
        problems: vec![Problem {
            kind: ProblemKind::Truncated,
            member: "part-0.json".to_owned(),
            offset: Some(190_433),
            detail: "the compressed stream ends too early".to_owned(),
        }],
        logs: BTreeMap::from([(LogKind::CloudTrail, 118)]),
        notes: Vec::new(),
    }
}

fn coverage() -> Coverage {
    let whole = Span {
        first: at("02T00:00:03"),
        last: at("08T23:59:41"),
        events: 1_003_061,
    };
    let part = Span {
        first: at("05T14:22:40"),
        last: at("05T14:31:07"),
        events: 96,
    };
    let problems = [
        (ProblemKind::Truncated, 9),
        (ProblemKind::CorruptCompression, 3),
        (ProblemKind::MalformedJson, 2),
    ];
    Coverage {
        sources: BTreeMap::from([(SourceKind::CloudTrail, 16_120), (SourceKind::Digest, 15)]),
        events: whole.events,
        duplicates: 2_114,
        shared: 12,
        skipped: 15,
        problems: BTreeMap::from(problems),
        problem_sources: vec![problem_source()],
        problem_source_count: 14,
        regions: BTreeMap::from([
            (
                ACCOUNT.to_owned(),
                BTreeMap::from([("eu-west-1".to_owned(), whole), ("sa-east-1".to_owned(), part)]),
            ),
            (
                "444455556666".to_owned(),
                BTreeMap::from([("us-east-1".to_owned(), whole)]),
            ),
        ]),
        data_events: BTreeMap::from([("s3".to_owned(), 3_000)]),
        span: Some(whole),
        logs: BTreeMap::from([(LogKind::CloudTrail, whole.events), (LogKind::VpcFlow, 212)]),
        notes: vec![Note {
            kind: NoteKind::RecordsInside,
            detail: "result._raw".to_owned(),
            count: 118,
        }],
    }
}

fn summary(principal: Principal, events: u64, findings: &[Finding]) -> PrincipalSummary {
    PrincipalSummary {
        first: at("02T00:00:03"),
        last: at("08T23:59:41"),
        events,
        errors: events / 9,
        writes: events / 4,
        regions: vec!["eu-west-1".to_owned(), "sa-east-1".to_owned()],
        networks: vec!["192.0.2.10 (DE)".to_owned(), "203.0.113.77 (NL)".to_owned()],
        agents: vec!["terraform/1.9".to_owned(), "aws-cli/2.15.30".to_owned()],
        access_keys: vec!["AKIAIOSFODNN7EXAMPLE".to_owned()],
        findings: findings
            .iter()
            .filter(|f| f.principal == principal)
            .map(|f| f.id.clone())
            .collect(),
        principal,
    }
}

fn activity() -> Vec<ActivityBar> {
    let height = |hour: i64| 40 + (hour % 24) * (24 - hour % 24) * 5 + if hour == 86 { 3200 } else { 0 };
    (0..168)
        .map(|hour| ActivityBar {
            start: at("02T00:00:00").plus_millis(hour * 3_600_000),
            events: height(hour) as u64,
            errors: height(hour) as u64 / if hour == 86 { 2 } else { 30 },
        })
        .collect()
}

/// A takeover in an account of which not everything could be read.
pub(crate) fn sample() -> Analysis {
    let findings = findings();
    let mut events = BTreeMap::new();
    for finding in &findings {
        for key in &finding.events {
            let number = events.len() as u64;
            events.insert(*key, event(*key, finding, number));
        }
    }
    let passing = principal(
        IdentityKind::AssumedRole,
        "role/web",
        "role web / i-0abcdef1234567890",
    );
    Analysis {
        schema_version: Analysis::SCHEMA_VERSION,
        stanch_version: "0.1.0".to_owned(),
        now: Some(at("09T08:00:00")),
        country_table: "made-up table, 2026-03-01".to_owned(),
        coverage: coverage(),
        verdict: Verdict {
            conclusion: Conclusion::Compromised,
            stories: vec![story(&findings)],
            beside: vec![findings[5].id.clone()],
            blind: vec![
                "5 Mar 14:19 – 16:40: trail main stopped by ci-deploy in eu-west-1 and us-east-1".to_owned(),
                "All 7 days: S3 data events of 11 of 12 buckets never recorded".to_owned(),
            ],
            unknown: vec!["14 files could not be read whole; what they hold is not judged.".to_owned()],
        },
        detections: DETECTIONS
            .iter()
            .map(|detection| (detection.id.into(), about(detection)))
            .collect(),
        detections_run: 212,
        rules_refused: vec![RefusedRule {
            path: "rules/own/broken.yml".to_owned(),
            reason: "no detection section".to_owned(),
        }],
        events,
        attacker_events: vec![attacker_event()],
        attacker_event_count: 36,
        source_paths: BTreeMap::from([(0, "logs/a.json.gz".to_owned()), (1, "logs/b.json.gz".to_owned())]),
        principals: vec![
            summary(ci_deploy(), 48_112, &findings),
            summary(backup(), 3_112, &findings),
            summary(root(), 1, &findings),
            summary(passing, 812_000, &findings),
        ],
        principal_count: 61,
        activity: activity(),
        activity_bar_millis: 3_600_000,
        findings,
    }
}

/// An analysis in which nothing of medium severity or above was found.
pub(crate) fn quiet() -> Analysis {
    let mut analysis = sample();
    analysis.findings.drain(..6);
    analysis.verdict.conclusion = Conclusion::NothingFound;
    analysis.verdict.stories.clear();
    analysis.verdict.beside.clear();
    analysis
}

/// The sample with its most severe finding alone, and one event behind it.
pub(crate) fn small() -> Analysis {
    let mut analysis = sample();
    analysis.findings.truncate(1);
    for finding in &mut analysis.findings {
        finding.events.truncate(1);
    }
    let cited = analysis
        .findings
        .first()
        .and_then(|finding| finding.events.first())
        .copied();
    analysis.events.retain(|key, _| Some(*key) == cited);
    for story in &mut analysis.verdict.stories {
        story.findings.truncate(1);
        // The sample's event lies before the findings that began the takeover.
        story.since = analysis.findings[0].first;
    }
    analysis
}

/// An analysis of no input at all.
pub(crate) fn empty() -> Analysis {
    let mut analysis = quiet();
    analysis.coverage = Coverage::default();
    analysis.verdict.conclusion = Conclusion::Unknown;
    analysis.verdict.blind.clear();
    analysis.verdict.unknown.clear();
    analysis.findings.clear();
    analysis.events.clear();
    analysis.detections.clear();
    analysis.principals.clear();
    analysis.source_paths.clear();
    analysis.activity.clear();
    analysis.rules_refused.clear();
    analysis.now = None;
    analysis
}
