//! GuardDuty findings, in the API's form (`Type`, `Service`) and the event form (`type`, `service`).
//!
//! A finding is an event named by its type; the resource is in `requestParameters`, the service part (with
//! the action seen) in `additionalEventData`.

use std::borrow::Cow;

use serde_json::Value;
use stanch_core::event::{Identity, IdentityKind};
use stanch_core::{Event, EventKey, LogKind};

use crate::record::Shallow;

/// Returns whether an object is a finding.
pub(crate) fn is_finding(members: &Shallow<'_>) -> bool {
    let all = |names: [&str; 3]| {
        names.iter().all(|name| members.has(name))
            && members.get(names[1]).is_some_and(|raw| raw.starts_with('{'))
    };
    all(["type", "service", "severity"]) || all(["Type", "Service", "Severity"])
}

/// Returns GuardDuty's type in one of Security Hub: `TTPs/Initial Access/UnauthorizedAccess:IAMUser-MaliciousIPCaller`.
pub(crate) fn type_of(text: &str) -> String {
    let colon = text.find(':');
    let Some(colon) = colon else {
        return String::new();
    };
    let start = text[..colon].rfind('/').map_or(0, |slash| slash + 1);
    let kind = &text[start..];
    if kind[colon - start..].contains('/') {
        kind.to_owned()
    } else {
        kind.replacen('-', "/", 1)
    }
}

/// Returns an event that borrows from nothing.
pub(crate) fn owned(event: Event<'_>) -> Event<'static> {
    let own = |text: Cow<'_, str>| Cow::Owned::<'static, str>(text.into_owned());
    Event {
        key: event.key,
        log: event.log,
        time: event.time,
        event_id: own(event.event_id),
        source: own(event.source),
        name: own(event.name),
        region: own(event.region),
        account: own(event.account),
        identity: Identity {
            kind: event.identity.kind,
            type_name: own(event.identity.type_name),
            principal_id: own(event.identity.principal_id),
            arn: own(event.identity.arn),
            account_id: own(event.identity.account_id),
            access_key_id: own(event.identity.access_key_id),
            user_name: own(event.identity.user_name),
            ..Identity::default()
        },
        source_address: own(event.source_address),
        request_json: own(event.request_json),
        additional_json: own(event.additional_json),
        raw: own(event.raw),
        ..Event::default()
    }
}

/// A member in either form's spelling.
fn get<'v>(value: &'v Value, name: &str) -> &'v Value {
    let given = &value[name];
    if given.is_null() {
        let mut upper = name.to_owned();
        upper[..1].make_ascii_uppercase();
        &value[upper.as_str()]
    } else {
        given
    }
}

fn text(value: &Value, name: &str) -> Cow<'static, str> {
    match get(value, name) {
        Value::String(text) => text.clone().into(),
        Value::Number(number) => number.to_string().into(),
        _ => Cow::Borrowed(""),
    }
}

/// Makes an event of a finding; `None` when it has no time.
pub(crate) fn event(raw: &str) -> Option<Event<'_>> {
    let finding: Value = serde_json::from_str(raw).ok()?;
    let service = get(&finding, "service");
    let times = [
        text(service, "eventFirstSeen"),
        text(&finding, "updatedAt"),
        text(&finding, "createdAt"),
    ];
    let time = times.iter().find_map(|time| crate::times::time(time))?;
    let resource = get(&finding, "resource");
    let key_details = get(resource, "accessKeyDetails");
    let account = text(&finding, "accountId");
    let region = text(&finding, "region");
    let user_type = text(key_details, "userType");
    let mut identity = Identity {
        kind: IdentityKind::parse(&user_type),
        type_name: user_type,
        principal_id: text(key_details, "principalId"),
        account_id: account.clone(),
        access_key_id: text(key_details, "accessKeyId"),
        user_name: text(key_details, "userName"),
        ..Identity::default()
    };
    let names_caller = !identity.access_key_id.is_empty()
        || !identity.principal_id.is_empty()
        || !identity.user_name.is_empty();
    if !names_caller || identity.access_key_id == "GeneratedFindingAccessKeyId" {
        identity.arn = resource_arn(resource, &account, &region, &text(&finding, "partition")).into();
    } else if identity.kind == IdentityKind::AssumedRole {
        identity.issuer_name = std::mem::take(&mut identity.user_name);
    }
    let part = |name: &str| match get(&finding, name) {
        Value::Null => Cow::Borrowed(""),
        value => value.to_string().into(),
    };
    Some(Event {
        key: EventKey::of(&[b"guardduty", finding.to_string().as_bytes()]),
        log: LogKind::GuardDuty,
        time,
        event_id: text(&finding, "id"),
        source: Cow::Borrowed("guardduty.amazonaws.com"),
        name: text(&finding, "type"),
        region,
        account,
        identity,
        source_address: remote_address(service),
        request_json: part("resource"),
        additional_json: part("service"),
        raw: Cow::Borrowed(raw),
        ..Event::default()
    })
}

/// Returns the ARN of the resource that the finding is about.
fn resource_arn(resource: &Value, account: &str, region: &str, partition: &str) -> String {
    let partition = if partition.is_empty() { "aws" } else { partition };
    let given = text(resource, "arn");
    if given.starts_with("arn:") {
        return given.into_owned();
    }
    let instance = text(get(resource, "instanceDetails"), "instanceId");
    if !instance.is_empty() {
        return format!("arn:{partition}:ec2:{region}:{account}:instance/{instance}");
    }
    // Every other resource brings its own ARN.
    let holders = [
        ("eksClusterDetails", "arn"),
        ("ecsClusterDetails", "arn"),
        ("lambdaDetails", "functionArn"),
        ("rdsDbInstanceDetails", "dbInstanceArn"),
        ("rdsLimitlessDbDetails", "dbShardGroupArn"),
        ("containerDetails", "arn"),
    ];
    let arn = holders
        .iter()
        .map(|(holder, name)| text(get(resource, holder), name))
        .find(|arn| !arn.is_empty());
    let bucket = || text(&get(resource, "s3BucketDetails")[0], "arn");
    arn.unwrap_or_else(bucket).into_owned()
}

/// Returns the first address that the action came from, whatever kind of action it was.
fn remote_address(service: &Value) -> Cow<'static, str> {
    let action = get(service, "action");
    let kinds = [
        "awsApiCallAction",
        "networkConnectionAction",
        "kubernetesApiCallAction",
        "rdsLoginAttemptAction",
    ];
    let address_of = |details: &Value| {
        let addresses = ["ipAddressV4", "ipAddressV6"].map(|name| text(details, name));
        addresses.into_iter().find(|address| !address.is_empty())
    };
    let details = kinds
        .iter()
        .find_map(|kind| address_of(get(get(action, kind), "remoteIpDetails")));
    let probe = || {
        let probes = get(get(action, "portProbeAction"), "portProbeDetails").as_array()?;
        probes
            .iter()
            .find_map(|probe| address_of(get(probe, "remoteIpDetails")))
    };
    let kubernetes = || {
        let sources = get(get(action, "kubernetesApiCallAction"), "sourceIPs").as_array()?;
        Some(Cow::Owned(sources.first()?.as_str()?.to_owned()))
    };
    let sequence = || {
        let endpoints = get(get(get(service, "detection"), "sequence"), "endpoints").as_array()?;
        let addresses = endpoints.iter().map(|endpoint| text(endpoint, "ip"));
        addresses.into_iter().find(|address| !address.is_empty())
    };
    details
        .or_else(probe)
        .or_else(kubernetes)
        .or_else(sequence)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT_FORM: &str = r#"{"schemaVersion":"2.0","accountId":"111122223333","region":"eu-west-1","id":"f1",
        "type":"UnauthorizedAccess:IAMUser/MaliciousIPCaller","severity":5,"updatedAt":"2024-05-01T11:00:00.000Z",
        "resource":{"accessKeyDetails":{"accessKeyId":"AKIAEXAMPLE","userName":"ann","userType":"IAMUser"}},
        "service":{"eventFirstSeen":"2024-05-01T10:00:00Z","action":{"awsApiCallAction":{"api":"ListBuckets",
        "remoteIpDetails":{"ipAddressV4":"203.0.113.9"}}}}}"#;

    #[test]
    fn a_finding_is_read_in_both_forms() {
        let api_form = EVENT_FORM
            .replace("\"type\"", "\"Type\"")
            .replace("\"severity\"", "\"Severity\"")
            .replace("\"service\"", "\"Service\"")
            .replace("\"accessKeyDetails\"", "\"AccessKeyDetails\"")
            .replace("\"eventFirstSeen\"", "\"EventFirstSeen\"");
        for text in [EVENT_FORM, &api_form] {
            assert!(is_finding(&Shallow::of(text)));
            let event = event(text).unwrap();
            assert_eq!(event.name, "UnauthorizedAccess:IAMUser/MaliciousIPCaller");
            assert_eq!(event.time.to_string(), "2024-05-01T10:00:00Z");
            assert_eq!(event.identity.access_key_id, "AKIAEXAMPLE");
            assert_eq!(event.source_address, "203.0.113.9");
            assert_eq!(event.account, "111122223333");
        }
    }

    #[test]
    fn the_address_is_found_in_every_kind_of_action() {
        for (service, address) in [
            (
                r#"{"action":{"portProbeAction":{"portProbeDetails":[{"remoteIpDetails":{"ipAddressV4":"192.0.2.1"}}]}}}"#,
                "192.0.2.1",
            ),
            (
                r#"{"action":{"networkConnectionAction":{"remoteIpDetails":{"ipAddressV6":"2001:db8::1"}}}}"#,
                "2001:db8::1",
            ),
            (
                r#"{"action":{"kubernetesApiCallAction":{"sourceIPs":["192.0.2.2"]}}}"#,
                "192.0.2.2",
            ),
            (
                r#"{"detection":{"sequence":{"endpoints":[{"id":"x"},{"ip":"192.0.2.3"}]}}}"#,
                "192.0.2.3",
            ),
            (r#"{"action":{"dnsRequestAction":{"domain":"x"}}}"#, ""),
        ] {
            let service: Value = serde_json::from_str(service).unwrap();
            assert_eq!(remote_address(&service), address);
        }
    }

    #[test]
    fn a_resource_without_a_caller_is_named_by_its_arn() {
        let text = EVENT_FORM.replace(
            r#""accessKeyDetails":{"accessKeyId":"AKIAEXAMPLE","userName":"ann","userType":"IAMUser"}"#,
            r#""instanceDetails":{"instanceId":"i-0abcdef1234567890"}"#,
        );
        let event = event(&text).unwrap();
        assert_eq!(
            event.identity.arn,
            "arn:aws:ec2:eu-west-1:111122223333:instance/i-0abcdef1234567890"
        );
    }

    #[test]
    fn types_are_read_as_security_hub_spells_them() {
        assert_eq!(
            type_of("TTPs/Discovery/Recon:IAMUser-TorIPCaller"),
            "Recon:IAMUser/TorIPCaller"
        );
        assert_eq!(type_of("Recon:EC2/Portscan"), "Recon:EC2/Portscan");
        assert_eq!(type_of("Software and Configuration Checks"), "");
    }

    #[test]
    fn a_finding_without_a_time_is_none() {
        assert!(event(r#"{"type":"a","service":{},"severity":1}"#).is_none());
    }
}
