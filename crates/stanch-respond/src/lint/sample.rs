//! A plan and what it is held against, for the tests of rules: nothing speaks against it.

use serde_json::{Value, json};
use stanch_core::assessment::Resource;
use stanch_core::plan::{Plan, Responder, Step, StepNumber};
use stanch_core::{AccountId, CallOutcome, Reading, Timestamp};

use super::{Complaint, LintContext, Weight, lint};
use crate::account::Account;
use crate::action::ActionRequest;
use crate::actions;

pub(super) const ACCOUNT: &str = "111122223333";
pub(super) const CALLER: &str = "arn:aws:sts::111122223333:assumed-role/responder/me";
const HOUR: i64 = 3_600_000;
pub(super) const NOW: Timestamp = Timestamp(1_772_800_000_000);

pub(super) fn reading(service: &str, operation: &str, body: Value) -> Reading {
    Reading {
        account: ACCOUNT.into(),
        region: "us-east-1".into(),
        service: service.into(),
        operation: operation.into(),
        params: Value::Null,
        outcome: CallOutcome::Ok,
        code: None,
        message: None,
        items: 1,
        pages: 1,
        sha256s: Vec::new(),
        at: NOW,
        body,
    }
}

/// What is wrong is put in by the tests.
pub(super) struct Sample {
    pub(super) plan: Plan,
    pub(super) readings: Vec<Reading>,
    pub(super) account_id: AccountId,
    pub(super) endpoint: Option<String>,
    pub(super) caller: String,
    pub(super) chain: Vec<String>,
    pub(super) break_glass: Vec<String>,
    pub(super) declared_later: Vec<String>,
    pub(super) expires: Option<Timestamp>,
    pub(super) skew: Option<i64>,
    pub(super) administrators: Option<Vec<String>>,
    pub(super) digest: Option<stanch_core::PlanDigest>,
}

pub(super) fn arn(kind: &str, name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:{kind}/{name}")
}

pub(super) fn account(readings: Vec<Reading>) -> Account {
    Account::new(&ACCOUNT.into(), "aws", &"us-east-1".into(), readings)
}

/// A step of an action that every version has.
pub(super) fn step(number: u32, action: &str, kind: &str, name: &str) -> Step {
    let target = Resource::new(
        kind,
        &arn(kind.trim_start_matches("iam-"), name),
        name,
        &ACCOUNT.into(),
        &"us-east-1".into(),
    );
    let request = ActionRequest::new(target);
    let change = actions::named(action)
        .unwrap()
        .change(&request, &account(Vec::new()))
        .unwrap();
    Step {
        number: StepNumber(number),
        why: Vec::new(),
        after: Vec::new(),
        change,
    }
}

pub(super) fn sample() -> Sample {
    let glass = arn("role", "break-glass");
    Sample {
        plan: Plan {
            schema_version: Plan::SCHEMA_VERSION,
            verb: "contain".to_owned(),
            account: ACCOUNT.into(),
            partition: "aws".to_owned(),
            endpoint: None,
            responder: Responder {
                arn: CALLER.to_owned(),
                expires: None,
            },
            made_at: NOW.plus_millis(-HOUR),
            state_at: NOW.plus_millis(-HOUR),
            snapshot: "s".to_owned(),
            harm_now: true,
            exempt: vec![glass.clone(), arn("role", "responder")],
            break_glass_declared: true,
            suspects: vec![arn("user", "mallory")],
            steps: vec![step(1, "user-deny", "iam-user", "mallory")],
            not_fixed: Vec::new(),
            remaining_credentials: Vec::new(),
            seconds: 90,
        },
        readings: vec![reading("iam", "ListUsers", json!({"Users": []}))],
        account_id: ACCOUNT.into(),
        endpoint: None,
        caller: CALLER.to_owned(),
        chain: vec![arn("role", "responder")],
        break_glass: vec![glass.clone()],
        declared_later: Vec::new(),
        expires: Some(NOW.plus_millis(HOUR)),
        skew: Some(1),
        administrators: Some(vec![glass, arn("user", "mallory")]),
        digest: None,
    }
}

impl Sample {
    pub(super) fn lint(&self) -> Vec<Complaint> {
        let account = account(self.readings.clone());
        let context = LintContext {
            now: NOW,
            account: &account,
            account_id: &self.account_id,
            endpoint: self.endpoint.as_deref(),
            caller: &self.caller,
            chain: &self.chain,
            break_glass: &self.break_glass,
            declared_later: &self.declared_later,
            expires: self.expires,
            skew_seconds: self.skew,
            administrators: self.administrators.as_deref(),
            digest: self.digest.as_ref(),
            hours: 24,
        };
        lint(&self.plan, &context)
    }

    /// Rules and weights, for short.
    pub(super) fn said(&self) -> Vec<(&'static str, Weight)> {
        self.lint()
            .iter()
            .map(|complaint| (complaint.rule, complaint.weight))
            .collect()
    }
}

#[test]
fn complaints_are_sentences() {
    let mut sample = sample();
    sample.administrators = None;
    sample.expires = Some(NOW);
    sample.skew = None;
    sample.break_glass.clear();
    sample.plan.break_glass_declared = false;
    sample.plan.steps[0].change.impact =
        vec![stanch_core::plan::Impact::in_use("its other key keeps working")];
    sample.plan.steps[0].change.loses = Some("evidence.".to_owned());
    let said = sample.lint();
    assert!(said.len() >= 4, "{said:?}");
    for complaint in said {
        for text in [&complaint.what, &complaint.next] {
            assert!(text.ends_with('.') && !text.ends_with(".."), "{text}");
        }
    }
}

#[test]
fn a_sound_plan_is_carried_out() {
    assert_eq!(sample().lint(), []);
}
