//! One account on the stand-in, for one case: nothing that happens in it is seen by another.
//!
//! It makes what an action needs, and keeps what was read as the account that a plan is made from. Where a recording is replayed,
//! it is given what was read then.

use std::cell::RefCell;
use std::sync::Arc;

use serde_json::{Value, json};
use stanch_aws::client::{Access, Client, Reach};
use stanch_aws::model::Models;
use stanch_core::assessment::Resource;
use stanch_core::plan::{Reason, Responder, Step, StepNumber};
use stanch_core::ports::Cloud as _;
use stanch_core::{AccountId, Answer, Call, CallOutcome, Plan, Reading, RegionName, Timestamp};
use stanch_engine::History;
use stanch_respond::{Account, ActionRequest, actions};

use crate::session::settled;
use crate::wire::{Lines, Trouble, Wire, begun, engine};

/// Moment that every case begins at, and ends at.
pub(crate) const BEGIN: i64 = 1_772_719_331_000;
/// Services whose calls go to one region.
const GLOBAL: [&str; 6] = ["iam", "organizations", "budgets", "ce", "s3control", "sts"];

/// See the module.
pub(crate) struct World {
    /// The stand-in; none where a recording is replayed.
    client: Option<Arc<Client>>,
    pub(crate) account: AccountId,
    /// The region of things that have one.
    pub(crate) region: RegionName,
    /// The region of things that have none.
    pub(crate) home: RegionName,
    readings: RefCell<Vec<Reading>>,
}

/// The number of the account.
const ACCOUNT: &str = "100000000000";

/// The models of AWS's services.
pub(crate) fn models() -> Option<&'static Models> {
    Models::embedded().ok()
}

/// A client that speaks for the account, as a role of it.
pub(crate) async fn client(endpoint: &str) -> Result<Arc<Client>, String> {
    let access = Access {
        region: Some("us-east-1".to_owned()),
        endpoint_url: Some(endpoint.to_owned()),
        ..Access::default()
    };
    let client = Client::new(&access, Reach::Loopback).await;
    let mut client = client.map_err(|error| error.to_string())?;
    client.hurry();
    let role = format!("arn:aws:iam::{ACCOUNT}:role/responder");
    client.add_account(ACCOUNT.into(), &role, None).await;
    Ok(Arc::new(client))
}

impl World {
    /// The account, with what was read of it.
    pub(crate) fn new(client: Option<Arc<Client>>, readings: Vec<Reading>) -> Self {
        Self {
            client,
            account: ACCOUNT.into(),
            region: "eu-west-1".into(),
            home: "us-east-1".into(),
            readings: RefCell::new(readings),
        }
    }

    /// What was read so far.
    pub(crate) fn readings(&self) -> Vec<Reading> {
        self.readings.borrow().clone()
    }

    async fn ask(&self, call: &Call) -> Result<Answer, String> {
        let client = self.client.as_ref().ok_or("there is no stand-in")?;
        let mut answer = client.ask(call).await;
        settled(&mut answer);
        Ok(answer)
    }

    /// A name that no other case uses.
    pub(crate) fn name(&self, word: &str) -> String {
        format!("{word}-{}", self.account)
    }

    /// An ARN in this account; an empty region is that of services without one.
    pub(crate) fn arn(&self, service: &str, region: &str, rest: &str) -> String {
        format!("arn:aws:{service}:{region}:{}:{rest}", self.account)
    }

    fn call(&self, service: &str, operation: &str, params: Value) -> Call {
        let region = if GLOBAL.contains(&service) {
            &self.home
        } else {
            &self.region
        };
        Call {
            account: Some(self.account.clone()),
            region: region.clone(),
            service: service.into(),
            operation: operation.into(),
            params,
        }
    }

    /// Sends a call that the seed needs.
    pub(crate) async fn send(&self, service: &str, operation: &str, params: Value) -> Result<Value, String> {
        self.send_to(self.call(service, operation, params)).await
    }

    async fn send_to(&self, call: Call) -> Result<Value, String> {
        let answer = self.ask(&call).await?;
        if answer.outcome == CallOutcome::Ok {
            return Ok(answer.body);
        }
        let (code, message) = (
            answer.code.unwrap_or_default(),
            answer.message.unwrap_or_default(),
        );
        Err(format!("{}:{}: {code} {message}", call.service, call.operation))
    }

    /// Asks for a reply that the plan is made from; that a thing does not exist is one too.
    pub(crate) async fn read(&self, service: &str, operation: &str, params: Value) -> Result<Value, String> {
        let call = self.call(service, operation, params);
        let answer = self.ask(&call).await?;
        if !answer.outcome.is_known() {
            let code = answer.code.unwrap_or_default();
            return Err(format!("{service}:{operation} can't be read: {code}"));
        }
        let body = answer.body.clone();
        self.readings.borrow_mut().push(Reading {
            account: self.account.clone(),
            region: call.region,
            service: call.service,
            operation: call.operation,
            params: call.params,
            outcome: answer.outcome,
            code: answer.code,
            message: answer.message,
            items: 1,
            pages: answer.pages,
            sha256s: answer.sha256s,
            at: Timestamp(BEGIN),
            body: answer.body,
        });
        Ok(body)
    }

    /// A request for a thing of a region.
    pub(crate) fn request(&self, kind: &str, id: &str, name: &str) -> ActionRequest {
        ActionRequest::new(Resource::new(kind, id, name, &self.account, &self.region))
    }

    /// A request for a thing without a region.
    pub(crate) fn global(&self, kind: &str, id: &str, name: &str) -> ActionRequest {
        ActionRequest::new(Resource::new(kind, id, name, &self.account, &self.home))
    }

    /// Does one thing that the action in trial rests on.
    pub(crate) async fn do_first(&self, action: &str, request: &ActionRequest) -> Result<(), String> {
        let plan = self.plan(action, request)?;
        let lines = Lines::new(Vec::new(), usize::MAX);
        let client = self.client.as_ref().ok_or("there is no stand-in")?;
        let wire = Wire::new(client.as_ref(), client.models(), Trouble::None);
        let engine = engine(client.models(), &wire, &lines);
        let outcomes = engine.apply(&plan, History::default(), begun(false)).await;
        let outcomes = outcomes.map_err(|error| error.to_string())?;
        match outcomes.values().find(|state| !state.is_in_effect()) {
            Some(state) => Err(format!("{action} ends as {state:?}")),
            None => Ok(()),
        }
    }

    /// The plan that does one thing.
    pub(crate) fn plan(&self, action: &str, request: &ActionRequest) -> Result<Plan, String> {
        let readings = self.readings.borrow().clone();
        let account = Account::new(&self.account, "aws", &self.home, readings);
        let found = actions::named(action).ok_or("there is no such action")?;
        let change = found
            .change(request, &account)
            .map_err(|error| error.to_string())?;
        Ok(Plan {
            schema_version: Plan::SCHEMA_VERSION,
            verb: "contain".to_owned(),
            account: self.account.clone(),
            partition: "aws".to_owned(),
            endpoint: None,
            responder: Responder {
                arn: format!("arn:aws:iam::{}:role/responder", self.account),
                expires: None,
            },
            made_at: Timestamp(BEGIN),
            state_at: Timestamp(BEGIN),
            snapshot: "contract".to_owned(),
            harm_now: true,
            exempt: Vec::new(),
            break_glass_declared: true,
            suspects: Vec::new(),
            steps: vec![Step {
                number: StepNumber(1),
                why: vec![Reason {
                    text: "said".to_owned(),
                    evidence: Vec::new(),
                }],
                after: Vec::new(),
                change,
            }],
            not_fixed: Vec::new(),
            remaining_credentials: Vec::new(),
            seconds: 1,
        })
    }
}

/// A member of a reply as text, by its path of names.
pub(crate) fn text(reply: &Value, pointer: &str) -> Result<String, String> {
    let found = reply.pointer(pointer).and_then(Value::as_str);
    found
        .map(str::to_owned)
        .ok_or_else(|| format!("nothing at {pointer} of {reply}"))
}

/// A trust policy that lets accounts or services in.
pub(crate) fn trust(principal: &Value) -> String {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]})
        .to_string()
}

/// A clock that stands still at the moment that every case begins at.
pub(crate) struct Still;

impl stanch_core::ports::Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp(BEGIN)
    }
}

/// The clock on the wall, by which the stand-in goes.
pub(crate) struct Wall;

impl stanch_core::ports::Clock for Wall {
    #[expect(
        clippy::disallowed_methods,
        reason = "the stand-in's replies are of this moment, and are moved to that of the case"
    )]
    fn now(&self) -> Timestamp {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Timestamp(now.map_or(0, |now| i64::try_from(now.as_millis()).unwrap_or(i64::MAX)))
    }
}
