//! What an event made, changed or took away: the names by which the thing is known.
//!
//! Names are what the request addresses and what the response says was made; what a request merely refers to (roles,
//! networks, keys of encryption) is none. It must not judge.

use serde_json::Value;
use stanch_aws_facts::{members, services};
use stanch_core::assessment::MakingEvent;
use stanch_core::text::bounded;
use stanch_core::{Event, LogKind, Outcome, Principal, Timestamp};

use super::join::{Act, Acts};
use stanch_core::caller::is_aws_itself;

/// How many names of one thing are kept.
const NAMES_LIMIT: usize = 24;
/// A longer text is no name.
const NAME_LIMIT: usize = 300;
/// How many acts are kept; what is over is told as logs that were not read in full.
const ACTS_LIMIT: usize = 500_000;

impl Acts {
    /// Notes when the logs begin, and what an event changed.
    pub fn observe(&mut self, event: &Event<'_>) {
        if event.log != LogKind::CloudTrail || event.time == Timestamp(0) {
            return;
        }
        self.begin = Some(self.begin.map_or(event.time, |begin| begin.min(event.time)));
        if event.is_read() || event.outcome() != Outcome::Success || is_aws_itself(event) {
            return;
        }
        if self.acts.len() >= ACTS_LIMIT {
            self.left_out += 1;
            return;
        }
        let names = names_of(event);
        if !names.is_empty() {
            self.acts.push(act(event, names));
        }
    }

    /// Puts the acts in an order that does not depend on the order of reading, each once.
    pub fn finish(&mut self) {
        self.acts.sort_by(|one, other| {
            (one.event.time, one.event.event, &one.names).cmp(&(
                other.event.time,
                other.event.event,
                &other.names,
            ))
        });
        self.acts
            .dedup_by(|one, other| one.event.event == other.event.event);
    }
}

fn act(event: &Event<'_>, names: Vec<String>) -> Act {
    let some = |text: &str| (!text.is_empty()).then(|| bounded(text, 120));
    let base = event.base_name();
    let account = if event.account.is_empty() {
        &event.identity.account_id
    } else {
        &event.account
    };
    Act {
        account: account.as_ref().into(),
        region: event.region.as_ref().into(),
        service: services::canonical(services::of_source(&event.source)).into(),
        kind: bounded(base, 80),
        names,
        removed: [
            "Delete",
            "Remove",
            "Detach",
            "Terminate",
            "Deregister",
            "Disassociate",
        ]
        .iter()
        .any(|start| base.starts_with(start)),
        event: MakingEvent {
            access_key: some(&event.identity.access_key_id),
            address: some(&event.source_address),
            ..MakingEvent::new(
                event.key,
                base,
                event.time,
                Principal::from_key(event.principal_key()),
            )
        },
    }
}

fn names_of(event: &Event<'_>) -> Vec<String> {
    let base = event.base_name();
    // Long answers name other resources as well: then only some members count.
    let made = stanch_aws_facts::fact(event.service(), base).filter(|fact| !fact.named_by.is_empty());
    let wanted = |member: &str| match made {
        Some(fact) => fact.named_by.contains(&member),
        None => members::names_resource(member, base),
    };
    let mut names = Vec::new();
    if made.is_none() || !base.starts_with("Run") && !base.starts_with("Request") {
        collect(event.request(), "", &wanted, 0, &mut names);
    }
    collect(event.response(), "", &wanted, 0, &mut names);
    names
}

fn collect(
    value: &Value,
    member: &str,
    wanted: &impl Fn(&str) -> bool,
    depth: usize,
    names: &mut Vec<String>,
) {
    if names.len() >= NAMES_LIMIT || depth > 6 {
        return;
    }
    match value {
        Value::String(text) => {
            let fits = (2..=NAME_LIMIT).contains(&text.len()) && wanted(member);
            if fits && !names.contains(text) {
                names.push(text.clone());
            }
        }
        Value::Array(elements) => {
            elements
                .iter()
                .for_each(|element| collect(element, member, wanted, depth + 1, names));
        }
        Value::Object(members) => {
            for (name, value) in members {
                collect(value, &name.to_ascii_lowercase(), wanted, depth + 1, names);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use stanch_core::EventKey;

    use super::*;

    fn heard(name: &str, source: &str, request: &Value, response: &Value) -> Acts {
        let event = Event {
            key: EventKey(7),
            time: Timestamp(1_772_800_000_000),
            name: name.into(),
            source: source.into(),
            region: "us-east-1".into(),
            account: "111122223333".into(),
            source_address: "203.0.113.9".into(),
            request_json: request.to_string().into(),
            response_json: response.to_string().into(),
            ..Event::default()
        };
        let mut acts = Acts::default();
        acts.observe(&event);
        acts.observe(&event);
        acts.finish();
        acts
    }

    #[test]
    fn a_launch_makes_its_instances_and_not_what_they_use() {
        let acts = heard(
            "RunInstances",
            "ec2.amazonaws.com",
            &json!({"imageId": "ami-1", "keyName": "k", "securityGroupIds": ["sg-1"]}),
            &json!({"instancesSet": {"items": [{"instanceId": "i-1", "imageId": "ami-1", "groupSet": {"items": [{"groupId": "sg-1"}]}}]}}),
        );
        assert_eq!(acts.acts.len(), 1, "the same event counts once");
        assert_eq!(acts.acts[0].names, ["i-1"]);
    }

    #[test]
    fn a_key_is_named_by_its_id_and_its_user() {
        let acts = heard(
            "CreateAccessKey",
            "iam.amazonaws.com",
            &json!({"userName": "u"}),
            &json!({"accessKey": {"userName": "u", "accessKeyId": "AKIA1", "status": "Active"}}),
        );
        // One letter is no name.
        assert_eq!(acts.acts[0].names, ["AKIA1"]);
        assert_eq!(acts.acts[0].event.address.as_deref(), Some("203.0.113.9"));
    }

    #[test]
    fn the_name_of_an_endpoint_is_no_service() {
        for source in ["ecr.amazonaws.com", "api.ecr.amazonaws.com"] {
            let request = json!({"repositoryName": "base"});
            let acts = heard("CreateRepository", source, &request, &json!({}));
            assert_eq!(acts.acts[0].service.as_str(), "ecr");
        }
    }

    #[test]
    fn what_only_reads_makes_nothing_and_still_says_when_logs_begin() {
        let acts = heard(
            "GetCallerIdentity",
            "sts.amazonaws.com",
            &Value::Null,
            &Value::Null,
        );
        assert!(acts.acts.is_empty() && acts.begin.is_some());
    }
}
