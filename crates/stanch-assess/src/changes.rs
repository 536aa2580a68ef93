//! Changes in logs: which resource an event created, changed or removed, by the names the resource is known by.
//!
//! Names are the identifiers of the resource that the request addresses and those that the response returns, not resources
//! that a request refers to (roles, networks, KMS keys). It must not judge.

use serde_json::Value;
use stanch_aws_facts::{members, services};
use stanch_core::assessment::MakingEvent;
use stanch_core::text::bounded;
use stanch_core::{AccountId, Event, LogKind, Outcome, Principal, RegionName, ServiceName, Timestamp};

use stanch_core::caller::is_aws_itself;

/// Maximum names of one resource.
const NAMES_LIMIT: usize = 24;
/// Maximum bytes of a name.
const NAME_LIMIT: usize = 300;
/// Maximum changes; more count as logs that were not read in full.
const CHANGES_LIMIT: usize = 500_000;

/// Successful API call that created, changed or removed a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedChange {
    /// Account.
    pub account: AccountId,
    /// Region.
    pub region: RegionName,
    /// Service, as in a snapshot: `iam`.
    pub service: ServiceName,
    /// Name of the API call without its version.
    pub kind: String,
    /// Names of the resource in the event, the most exact first.
    pub names: Vec<String>,
    /// True where the call removed the resource.
    pub removed: bool,
    /// Event.
    pub event: MakingEvent,
}

/// Changes in logs.
#[derive(Debug, Clone, Default)]
pub struct LoggedChanges {
    /// Begin of the logs.
    pub begin: Option<Timestamp>,
    /// Changes in order of time.
    pub changes: Vec<LoggedChange>,
    /// Number of changes over the limit.
    pub left_out: u64,
}

impl LoggedChanges {
    /// Adds an event: the begin of the logs, and the change that it made.
    pub fn observe(&mut self, event: &Event<'_>) {
        if event.log != LogKind::CloudTrail || event.time == Timestamp(0) {
            return;
        }
        self.begin = Some(self.begin.map_or(event.time, |begin| begin.min(event.time)));
        if event.is_read() || event.outcome() != Outcome::Success || is_aws_itself(event) {
            return;
        }
        if self.changes.len() >= CHANGES_LIMIT {
            self.left_out += 1;
            return;
        }
        let names = names_of(event);
        if !names.is_empty() {
            self.changes.push(change(event, names));
        }
    }

    /// Sorts the changes, each once, so that their order does not depend on the order of reading.
    pub fn finish(&mut self) {
        self.changes.sort_by(|one, other| {
            (one.event.time, one.event.event, &one.names).cmp(&(
                other.event.time,
                other.event.event,
                &other.names,
            ))
        });
        self.changes
            .dedup_by(|one, other| one.event.event == other.event.event);
    }
}

fn change(event: &Event<'_>, names: Vec<String>) -> LoggedChange {
    let some = |text: &str| (!text.is_empty()).then(|| bounded(text, 120));
    let base = event.base_name();
    let account = if event.account.is_empty() {
        &event.identity.account_id
    } else {
        &event.account
    };
    LoggedChange {
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
    let created = stanch_aws_facts::fact(event.service(), base).filter(|fact| !fact.named_by.is_empty());
    let wanted = |member: &str| match created {
        Some(fact) => fact.named_by.contains(&member),
        None => members::names_resource(member, base),
    };
    let mut names = Vec::new();
    if created.is_none() || !base.starts_with("Run") && !base.starts_with("Request") {
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

    fn observed(name: &str, source: &str, request: &Value, response: &Value) -> LoggedChanges {
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
        let mut changes = LoggedChanges::default();
        changes.observe(&event);
        changes.observe(&event);
        changes.finish();
        changes
    }

    #[test]
    fn a_launch_creates_its_instances_and_not_the_resources_they_use() {
        let logged = observed(
            "RunInstances",
            "ec2.amazonaws.com",
            &json!({"imageId": "ami-1", "keyName": "k", "securityGroupIds": ["sg-1"]}),
            &json!({"instancesSet": {"items": [{"instanceId": "i-1", "imageId": "ami-1", "groupSet": {"items": [{"groupId": "sg-1"}]}}]}}),
        );
        assert_eq!(logged.changes.len(), 1, "the same event counts once");
        assert_eq!(logged.changes[0].names, ["i-1"]);
    }

    #[test]
    fn a_key_is_named_by_its_id_and_its_user() {
        let logged = observed(
            "CreateAccessKey",
            "iam.amazonaws.com",
            &json!({"userName": "u"}),
            &json!({"accessKey": {"userName": "u", "accessKeyId": "AKIA1", "status": "Active"}}),
        );
        // One letter is no name.
        assert_eq!(logged.changes[0].names, ["AKIA1"]);
        assert_eq!(logged.changes[0].event.address.as_deref(), Some("203.0.113.9"));
    }

    #[test]
    fn the_name_of_an_endpoint_gives_its_service() {
        for source in ["ecr.amazonaws.com", "api.ecr.amazonaws.com"] {
            let request = json!({"repositoryName": "base"});
            let logged = observed("CreateRepository", source, &request, &json!({}));
            assert_eq!(logged.changes[0].service.as_str(), "ecr");
        }
    }

    #[test]
    fn a_read_call_changes_nothing_and_counts_for_the_begin_of_the_logs() {
        let logged = observed(
            "GetCallerIdentity",
            "sts.amazonaws.com",
            &Value::Null,
            &Value::Null,
        );
        assert!(logged.changes.is_empty() && logged.begin.is_some());
    }
}
