//! Small cases for the tests of this crate.

use std::path::Path;

use stanch_core::call::Call;
use stanch_core::plan::{PlanDigest, StepNumber};
use stanch_core::reply::CallOutcome;
use stanch_core::run::{RunLine, Stage, StepState};
use stanch_core::source::SourceKind;
use stanch_core::{AccountId, SourceId, SourceReport, Timestamp};

use crate::atomic;
use crate::digest::Digest;
use crate::{Approval, Case, CaseError, ListedInput, NewCase};

pub(crate) fn time(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_772_719_331 + seconds)
}

pub(crate) fn new() -> NewCase {
    NewCase {
        title: "Odd bills".to_owned(),
        accounts: vec![AccountId::from("111122223333")],
        responder: "ana".to_owned(),
        break_glass: vec!["arn:aws:iam::111122223333:user/break-glass".to_owned()],
        seal_to: None,
        opened_at: time(0),
    }
}

pub(crate) fn new_case(dir: &Path) -> Case {
    Case::create(dir, &new()).unwrap()
}

pub(crate) fn input(path: &str, size: u64) -> ListedInput {
    ListedInput {
        path: path.to_owned(),
        size,
        modified: Some(time(-60)),
    }
}

/// Files of a snapshot, written as something else than this crate would: nothing but bytes below a folder.
pub(crate) fn write_snapshot(folder: &Path, files: &[(&str, &str)]) -> Result<(), CaseError> {
    atomic::make_folder(folder)?;
    for (path, bytes) in files {
        let parts: Vec<&str> = path.split('/').collect();
        for depth in 1..parts.len() {
            atomic::make_folder(&folder.join(parts[..depth].join("/")))?;
        }
        atomic::write_new(&folder.join(path), &[bytes.as_bytes()], atomic::PRIVATE)?;
    }
    Ok(())
}

pub(crate) fn report(id: u32, path: &str) -> SourceReport {
    SourceReport {
        size: 1,
        sha256: Digest::of(path.as_bytes()).to_string(),
        events: 3,
        ..SourceReport::new(SourceId(id), path.to_owned(), SourceKind::CloudTrail)
    }
}

/// A small plan in canonical form.
pub(crate) fn plan(number: u32) -> String {
    format!("{{\"account\":\"111122223333\",\"steps\":[{number}]}}")
}

pub(crate) fn approval(by: &str) -> Approval {
    Approval {
        by: by.to_owned(),
        second: None,
        account: AccountId::from("111122223333"),
    }
}

pub(crate) fn begun(plan: &PlanDigest, undo: bool) -> RunLine {
    RunLine::Begun {
        plan: plan.clone(),
        caller: "arn:aws:iam::111122223333:user/ana".to_owned(),
        approved_by: "ana".to_owned(),
        second: None,
        undo,
        reason: undo.then(|| "it was a benign job".to_owned()),
    }
}

pub(crate) fn intended(step: u32, write: u32) -> RunLine {
    RunLine::Intended {
        step: StepNumber(step),
        stage: Stage::Do,
        write,
        call: Call {
            account: None,
            region: "us-east-1".into(),
            service: "iam".into(),
            operation: "UpdateAccessKey".into(),
            params: serde_json::json!({"Status": "Inactive", "AccessKeyId": "AKIAEXAMPLE"}),
        },
    }
}

pub(crate) fn answered(step: u32, write: u32) -> RunLine {
    RunLine::Answered {
        step: StepNumber(step),
        stage: Stage::Do,
        write,
        outcome: CallOutcome::Ok,
        code: None,
        message: None,
        sha256s: Vec::new(),
    }
}

pub(crate) const fn ended(step: u32) -> RunLine {
    RunLine::Ended {
        step: StepNumber(step),
        state: StepState::Done,
    }
}

pub(crate) const fn finished(undo: bool) -> RunLine {
    RunLine::Finished {
        undo,
        reached: 1,
        missed: 0,
    }
}
