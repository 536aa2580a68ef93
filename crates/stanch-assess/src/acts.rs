//! What an event made, changed or took away: the names by which the thing is known.
//!
//! Names are what the request addresses and what the response says was made; what a request merely refers to (roles,
//! networks, keys of encryption) is none. It must not judge.

use serde_json::Value;
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

/// Endings of members that name a thing, in lower case.
const NAMING: [&str; 12] = [
    "name",
    "id",
    "arn",
    "url",
    "identifier",
    "bucket",
    "serialnumber",
    "identity",
    "family",
    "number",
    "ids",
    "names",
];

/// Members that refer to another thing, or are no name at all, in lower case.
const REFERRING: [&str; 31] = [
    "rolearn",
    "role",
    "principalarn",
    "requestid",
    "clientrequesttoken",
    "imageid",
    "subnetid",
    "vpcid",
    "subnetids",
    "vpcids",
    "kmskeyid",
    "ownerid",
    "reservationid",
    "securitygroupids",
    "groupids",
    "volumeid",
    "networkinterfaceid",
    "attributename",
    "sourcearn",
    "targetarn",
    "accountid",
    "principalid",
    "devicename",
    "zoneid",
    "availabilityzone",
    "regionname",
    "owningaccountid",
    "statementid",
    "sid",
    "servicename",
    "servicelinkedrolename",
];

/// What EC2's calls make: of their long answers, only these members name it.
const EC2_MADE: [(&str, &[&str]); 14] = [
    ("RunInstances", &["instanceid"]),
    ("RequestSpotInstances", &["spotinstancerequestid", "instanceid"]),
    ("CreateSecurityGroup", &["groupid", "groupname"]),
    (
        "AuthorizeSecurityGroupIngress",
        &["groupid", "securitygroupruleid"],
    ),
    ("CreateSnapshot", &["snapshotid"]),
    ("CreateImage", &["imageid"]),
    ("ModifyImageAttribute", &["imageid"]),
    ("CopyImage", &["imageid"]),
    (
        "CreateLaunchTemplate",
        &["launchtemplateid", "launchtemplatename"],
    ),
    ("CreateVpc", &["vpcid"]),
    ("CreateVpcPeeringConnection", &["vpcpeeringconnectionid"]),
    ("AllocateAddress", &["allocationid"]),
    ("ImportKeyPair", &["keypairid", "keyname"]),
    ("CreateKeyPair", &["keypairid", "keyname"]),
];

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
        service: service(source(event)).into(),
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

/// The service in the source of an event. Some records have the name of the endpoint there: `api.ecr.amazonaws.com`.
fn source<'e>(event: &'e Event<'_>) -> &'e str {
    match event.service() {
        "api" => event.source.split('.').nth(1).unwrap_or("api"),
        other => other,
    }
}

/// The service as a snapshot names it.
fn service(source: &str) -> &str {
    match source {
        "monitoring" => "cloudwatch",
        "states" => "stepfunctions",
        "email" => "ses",
        "s3-control" => "s3",
        other => other,
    }
}

fn names_of(event: &Event<'_>) -> Vec<String> {
    let base = event.base_name();
    let made = EC2_MADE
        .iter()
        .find(|(name, _)| *name == base && event.service() == "ec2");
    let mut names = Vec::new();
    let wanted = |member: &str| match made {
        Some((_, members)) => members.contains(&member),
        None => {
            NAMING.iter().any(|ending| member.ends_with(ending)) && !REFERRING.contains(&member)
                || matches!(member, "name" | "emailaddress")
                || matches!(
                    (member, base),
                    ("regionname", "EnableRegion")
                        | ("principalarn", "CreateAccessEntry")
                        | ("alternatecontacttype", "PutAlternateContact")
                )
        }
    };
    if made.is_none_or(|(name, _)| !name.starts_with("Run") && !name.starts_with("Request")) {
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
