//! An assessed account in which one text stands wherever an attacker could have put it.

use stanch_core::assessment::{
    AccountFinding, Assessment, Citation, Deadline, FindingBasis, FindingVerdict, MadeBy, MakingEvent,
    NotJudged, Presence, Resource, Suspect, Trace,
};
use stanch_core::event::IdentityKind;
use stanch_core::finding::{Exposure, Fact, Handle};
use stanch_core::{EventKey, Principal, Severity};

use super::{ACCOUNT, at, principal};

/// One finding with a deadline, one without; a suspect, and something whose fate is not known.
pub(crate) fn assessment(text: &str) -> Assessment {
    let finding = finding(text);
    let with_deadline = AccountFinding {
        id: "2".to_owned(),
        deadline: Some(Deadline {
            loses: "everything encrypted with it".to_owned(),
            at: Some(text.to_owned()),
        }),
        made_by: MadeBy::Event(making("ScheduleKeyDeletion", text)),
        ..finding.clone()
    };
    Assessment {
        schema_version: Assessment::SCHEMA_VERSION,
        accounts: vec![ACCOUNT.into()],
        checks_run: 1,
        readings: 2,
        logs_begin: Some(at("01T00:00:00")),
        findings: vec![with_deadline, finding],
        suspects: vec![Suspect {
            principal: mallory(text),
            since: at("06T12:00:00"),
            why: format!("is behind this: {text}"),
        }],
        traces: vec![Trace {
            resource: Resource::new("iam CreateUser", text, "", &ACCOUNT.into(), &"us-east-1".into()),
            made_by: making("CreateUser", text),
            presence: Presence::Unknown,
            names: vec![text.to_owned()],
        }],
        not_judged: vec![NotJudged {
            account: ACCOUNT.into(),
            check: "key-shared".to_owned(),
            service: "kms".into(),
            operation: "ListGrants".into(),
            why: "denied".to_owned(),
            regions: vec!["eu-west-1".into()],
        }],
    }
}

fn mallory(text: &str) -> Principal {
    principal(
        IdentityKind::IamUser,
        "user/mallory",
        &format!("user mallory{}", tail(text)),
    )
}

fn making(name: &str, text: &str) -> MakingEvent {
    MakingEvent {
        address: Some("203.0.113.9".to_owned()),
        access_key: Some(text.to_owned()),
        ..MakingEvent::new(EventKey(7), name, at("06T13:00:00"), mallory(text))
    }
}

fn finding(text: &str) -> AccountFinding {
    AccountFinding {
        id: "1".to_owned(),
        check: "key-pending-deletion".to_owned(),
        severity: Severity::Critical,
        verdict: FindingVerdict::Suspicious,
        resource: Resource::new("kms-key", text, "", &ACCOUNT.into(), &"eu-west-1".into()),
        summary: format!("KMS key {text} is going to be deleted"),
        facts: vec![Fact::new("State", text)],
        because: vec![text.to_owned()],
        exposure: Exposure {
            accounts: vec![text.into()],
            ..Exposure::default()
        },
        handles: vec![Handle::AccessKey {
            key: text.to_owned(),
            user: text.to_owned(),
        }],
        basis: FindingBasis::Check,
        deadline: None,
        evidence: vec![Citation {
            reading: EventKey(9),
            service: "kms".into(),
            operation: "DescribeKey".into(),
            region: "eu-west-1".into(),
            at: at("06T14:00:00"),
        }],
        made_by: MadeBy::unknown(text),
        created_by: None,
        action: "kms cancel-key-deletion".to_owned(),
    }
}

/// Digits are no part of a person's name; anything else is put there too.
fn tail(text: &str) -> &str {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        ""
    } else {
        text
    }
}
