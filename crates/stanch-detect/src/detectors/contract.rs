//! What every detector must keep to, and the made-up events to try it with.
//!
//! [`judged`] runs a detector over the same events in many orders and splits, with saving and loading between,
//! and insists on one result. It must not know any detector.

pub(super) mod mixture;

use std::collections::BTreeSet;

use serde_json::Value;
use stanch_core::event::{Category, Identity, IdentityKind};
use stanch_core::finding::Finding;
use stanch_core::{Event, EventKey, LogKind, Timestamp};

use crate::activity::{ObjectLogs, Recorded};
use crate::cited::Keep;
use crate::detector::{Detector, ErasedDetector, Found, JudgeContext};
use crate::network::Networks;
use crate::observation::Observation;

/// The account of all made-up events.
pub(super) const ACCOUNT: &str = "111122223333";

/// One made-up event.
#[derive(Clone)]
pub(super) struct Call {
    time: Timestamp,
    name: String,
    log: LogKind,
    service: String,
    region: String,
    kind: IdentityKind,
    arn: String,
    issuer: String,
    key: String,
    invoked_by: String,
    address: String,
    agent: String,
    error: String,
    request: Option<Value>,
    response: Option<Value>,
    additional: Option<Value>,
    raw: Option<Value>,
    endpoint: String,
    id: Option<String>,
}

/// A successful call by user `ci-deploy` from its usual place.
pub(super) fn call(time: &str, name: &str) -> Call {
    Call {
        time: Timestamp::parse(time).expect("a time"),
        name: name.to_owned(),
        log: LogKind::CloudTrail,
        service: "ec2".to_owned(),
        region: "eu-west-1".to_owned(),
        kind: IdentityKind::IamUser,
        arn: format!("arn:aws:iam::{ACCOUNT}:user/ci-deploy"),
        issuer: String::new(),
        key: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        invoked_by: String::new(),
        address: "198.51.100.7".to_owned(),
        agent: "Boto3/1.34".to_owned(),
        error: String::new(),
        request: None,
        response: None,
        additional: None,
        raw: None,
        endpoint: String::new(),
        id: None,
    }
}

impl Call {
    pub(super) fn later(mut self, seconds: i64) -> Self {
        self.time = self.time.plus_millis(seconds * 1_000);
        self
    }
    pub(super) fn named(mut self, name: &str) -> Self {
        self.name = name.to_owned();
        self
    }
    pub(super) fn to(mut self, service: &str) -> Self {
        self.service = service.to_owned();
        self
    }
    pub(super) fn region(mut self, region: &str) -> Self {
        self.region = region.to_owned();
        self
    }
    pub(super) fn by_user(mut self, name: &str) -> Self {
        self.kind = IdentityKind::IamUser;
        self.arn = format!("arn:aws:iam::{ACCOUNT}:user/{name}");
        self
    }
    pub(super) fn by_root(mut self) -> Self {
        self.kind = IdentityKind::Root;
        self.arn = format!("arn:aws:iam::{ACCOUNT}:root");
        self
    }
    pub(super) fn by_role(mut self, role: &str, session: &str) -> Self {
        self.kind = IdentityKind::AssumedRole;
        self.arn = format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}");
        self.issuer = format!("arn:aws:iam::{ACCOUNT}:role/{role}");
        self.key = "ASIAIOSFODNN7EXAMPLE".to_owned();
        self
    }
    pub(super) fn by_service(mut self, service: &str) -> Self {
        self.kind = IdentityKind::AwsService;
        self.arn = String::new();
        self.key = String::new();
        self.invoked_by = format!("{service}.amazonaws.com");
        self.address = format!("{service}.amazonaws.com");
        self
    }
    pub(super) fn key(mut self, key: &str) -> Self {
        self.key = key.to_owned();
        self
    }
    pub(super) fn from(mut self, address: &str) -> Self {
        self.address = address.to_owned();
        self
    }
    pub(super) fn agent(mut self, agent: &str) -> Self {
        self.agent = agent.to_owned();
        self
    }
    pub(super) fn error(mut self, code: &str) -> Self {
        self.error = code.to_owned();
        self
    }
    pub(super) fn request(mut self, request: Value) -> Self {
        self.request = Some(request);
        self
    }
    pub(super) fn response(mut self, response: Value) -> Self {
        self.response = Some(response);
        self
    }
    pub(super) fn additional(mut self, additional: Value) -> Self {
        self.additional = Some(additional);
        self
    }
    pub(super) fn through_endpoint(mut self, id: &str) -> Self {
        self.endpoint = id.to_owned();
        self
    }
    pub(super) fn id(mut self, id: &str) -> Self {
        self.id = Some(id.to_owned());
        self
    }
    pub(super) fn of_log(mut self, log: LogKind, raw: Value) -> Self {
        self.log = log;
        self.raw = Some(raw);
        self
    }

    fn event(&self, index: usize) -> Event<'static> {
        let json = |value: &Option<Value>| value.as_ref().map(Value::to_string).unwrap_or_default().into();
        Event {
            key: EventKey::of(&[&index.to_le_bytes(), self.name.as_bytes()]),
            log: self.log,
            category: Category::Management,
            time: self.time,
            event_id: self.id.clone().unwrap_or_else(|| format!("event-{index}")).into(),
            source: format!("{}.amazonaws.com", self.service).into(),
            name: self.name.clone().into(),
            region: self.region.clone().into(),
            account: ACCOUNT.into(),
            identity: Identity {
                kind: self.kind,
                arn: self.arn.clone().into(),
                account_id: ACCOUNT.into(),
                access_key_id: self.key.clone().into(),
                user_name: self.arn.rsplit('/').next().unwrap_or("").to_owned().into(),
                invoked_by: self.invoked_by.clone().into(),
                issuer_arn: self.issuer.clone().into(),
                ..Identity::default()
            },
            source_address: self.address.clone().into(),
            user_agent: self.agent.clone().into(),
            error_code: self.error.clone().into(),
            vpc_endpoint_id: self.endpoint.clone().into(),
            request_json: json(&self.request),
            response_json: json(&self.response),
            additional_json: json(&self.additional),
            raw: json(&self.raw),
            ..Event::default()
        }
    }
}

/// The same call many times, this many seconds apart, each shaped by its number.
pub(super) fn series(
    first: &Call,
    times: usize,
    apart: i64,
    shape: impl Fn(Call, usize) -> Call,
) -> Vec<Call> {
    (0..times)
        .map(|index| shape(first.clone().later(apart * i64::try_from(index).unwrap()), index))
        .collect()
}

/// Judges events with the bundled tables.
pub(super) fn judged<D: Detector + Copy>(detector: D, calls: &[Call]) -> Vec<Found> {
    judged_with(detector, &Networks::new(), calls)
}

/// Judges events in many orders and splits, and insists on one result.
pub(super) fn judged_with<D: Detector + Copy>(
    detector: D,
    networks: &Networks,
    calls: &[Call],
) -> Vec<Found> {
    agreed(&detector, networks, calls)
}

/// [`judged_with`] for a detector whose type is hidden.
pub(super) fn agreed(detector: &dyn ErasedDetector, networks: &Networks, calls: &[Call]) -> Vec<Found> {
    let order: Vec<usize> = (0..calls.len()).collect();
    let (expected, overflowed) = run(detector, networks, calls, &order, 1);
    let mut backward = order.clone();
    backward.reverse();
    let orders = [order.clone(), backward, shuffled(&order, 1), shuffled(&order, 2)];
    for (turn, order) in orders.iter().enumerate() {
        for parts in 1..=3 {
            let (found, over) = run(detector, networks, calls, order, parts);
            let id = detector.about().id;
            assert_eq!(found, expected, "{id}, order {turn} in {parts} parts");
            assert_eq!(over, overflowed, "{id}, order {turn} in {parts} parts");
        }
    }
    check_findings(&expected);
    expected
}

/// Splits the events over as many states, sends each through bytes, merges them from the last to the first.
fn run(
    detector: &dyn ErasedDetector,
    networks: &Networks,
    calls: &[Call],
    order: &[usize],
    parts: usize,
) -> (Vec<Found>, bool) {
    let mut object_logs = ObjectLogs::default();
    let mut recorded = Recorded::default();
    for (index, call) in calls.iter().enumerate() {
        let event = call.event(index);
        object_logs.observe(&event);
        if Recorded::is_of(&event) {
            recorded.add(&event.account, &event.region, event.time);
        }
    }
    let mut states: Vec<_> = (0..parts).map(|_| detector.new_state()).collect();
    for (turn, index) in order.iter().enumerate() {
        let event = calls[*index].event(*index);
        let wanted = match detector.interest() {
            crate::Interest::Every => true,
            crate::Interest::Names(names) => names.contains(&event.base_name()),
        };
        if wanted {
            let observation = Observation::new(&event, networks, Finding::CITED_LIMIT, Keep::Place);
            detector.observe(&mut states[turn % parts], &observation);
        }
    }
    let mut whole = detector.new_state();
    while let Some(state) = states.pop() {
        let bytes = detector.save(&state).expect("a state can be saved");
        let state = detector.load(&bytes).expect("a saved state can be loaded");
        detector.merge(&mut whole, state, Finding::CITED_LIMIT);
    }
    let times = || calls.iter().map(|call| call.time);
    let context = JudgeContext {
        networks,
        object_logs: &object_logs,
        recorded: &recorded,
        first: times().min().unwrap_or_default(),
        last: times().max().unwrap_or_default(),
        cited_limit: Finding::CITED_LIMIT,
    };
    let overflowed = detector.overflowed(&whole);
    (detector.judge(whole, &context), overflowed)
}

/// Returns true when a detector says that it left something out of these events.
pub(super) fn overflowed(detector: &dyn ErasedDetector, calls: &[Call]) -> bool {
    let order: Vec<usize> = (0..calls.len()).collect();
    run(detector, &Networks::new(), calls, &order, 2).1
}

/// An order that looks random and is always the same.
fn shuffled(order: &[usize], seed: u64) -> Vec<usize> {
    let mut order = order.to_vec();
    order.sort_by_key(|index| EventKey::of(&[&seed.to_le_bytes(), &index.to_le_bytes()]));
    order
}

fn check_findings(findings: &[Found]) {
    let principals: BTreeSet<&str> = findings
        .iter()
        .map(|found| found.principal.key.as_str())
        .collect();
    assert_eq!(
        principals.len(),
        findings.len(),
        "at most one finding per principal"
    );
    for found in findings {
        let summary = &found.summary;
        assert!(found.first <= found.last, "{summary}");
        assert!(found.count > 0 && found.succeeded <= found.count, "{summary}");
        assert!(!found.sample.is_empty(), "a finding cites its events: {summary}");
        assert!(found.sample.len() <= Finding::CITED_LIMIT, "{summary}");
        assert!(found.sample.len() as u64 <= found.count, "{summary}");
        assert!(summary.ends_with('.') && !summary.contains("  "), "{summary}");
        assert!(!summary.contains('!'), "{summary}");
        for cited in found.sample.events() {
            assert!(found.first <= cited.time && cited.time <= found.last, "{summary}");
        }
    }
}
