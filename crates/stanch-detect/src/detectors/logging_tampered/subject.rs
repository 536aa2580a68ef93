//! What a change of logging is about: the trail, detector or flow logs, and where they are.
//!
//! It must not judge: it only reads names and places out of one event.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use stanch_core::Arn;
use stanch_core::event::Event;
use stanch_core::text::bounded;

use super::super::support::words;

/// Names remembered of one call.
const NAME_CAP: usize = 32;

/// Members of a request that name one thing; the first that is there counts.
const NAMED_BY: [&str; 9] = [
    "name",
    "trailName",
    "bucketName",
    "detectorId",
    "configurationRecorderName",
    "deliveryChannelName",
    "logGroupName",
    "eventDataStore",
    "resolverQueryLogConfigId",
];

/// The things one call is about.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Subject {
    /// The account that the things are in.
    pub(super) account: String,
    /// The region that the things are in.
    pub(super) region: String,
    /// Without account and region. For a call that makes something, the id it was given.
    names: Vec<String>,
    /// True when the call named more than were kept.
    pub(super) more: bool,
}

impl Subject {
    /// What an event is about.
    pub(super) fn of(event: &Event<'_>) -> Self {
        let mut subject = Self {
            account: bounded(&event.account, 32),
            region: bounded(&event.region, 32),
            ..Self::default()
        };
        let (request, response) = (event.request(), event.response());
        match event.base_name() {
            "CreateDetector" => subject.add(response.get("detectorId")),
            "CreateFlowLogs" => subject.add(response.pointer("/CreateFlowLogsResponse/flowLogIdSet/item")),
            "CreateResolverQueryLogConfig" => subject.add(response.pointer("/resolverQueryLogConfig/id")),
            "DeleteFlowLogs" => subject.add(request.pointer("/DeleteFlowLogsRequest/FlowLogId")),
            _ => {
                let named = NAMED_BY.into_iter().find_map(|member| event.request_text(member));
                subject.add_name(named.unwrap_or(""));
            }
        }
        subject
    }

    /// One name or several; the EC2 service wraps each in an object.
    fn add(&mut self, value: Option<&Value>) {
        match value {
            Some(Value::String(name)) => self.add_name(name),
            Some(Value::Array(several)) => {
                for one in several.iter().take(NAME_CAP + 1) {
                    self.add_name(one.as_str().or_else(|| content(one)).unwrap_or(""));
                }
            }
            Some(one) => self.add_name(content(one).unwrap_or("")),
            None => {}
        }
    }

    fn add_name(&mut self, name: &str) {
        if self.names.len() >= NAME_CAP {
            self.more = true;
            return;
        }
        // An ARN says where the thing is, whatever region the call went to.
        if let Some(arn) = Arn::parse(name) {
            for (place, named) in [(&mut self.region, arn.region), (&mut self.account, arn.account)] {
                if !named.is_empty() {
                    *place = bounded(named, 32);
                }
            }
        }
        self.names
            .push(bounded(name.rsplit('/').next().unwrap_or(name), 128));
    }

    /// The names; empty ones for what was not named.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Returns true when everything is named.
    pub(super) fn is_known(&self) -> bool {
        !self.more && !self.names.is_empty() && self.names.iter().all(|name| !name.is_empty())
    }

    /// The names in a sentence.
    pub(super) fn shown(&self) -> String {
        words::list(&self.names, 3)
    }
}

fn content(value: &Value) -> Option<&str> {
    value.get("content")?.as_str()
}
