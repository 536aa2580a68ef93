//! Calls that switch a log off, narrow it, delete its files or switch it on again.
//!
//! It must not know when another call undid one, or whether events are missing.

use serde_json::Value;
use stanch_core::{AccountId, Event, RegionName, Timestamp};

use super::GapKind;
use crate::name::{FileKind, file_kind};

/// Way in which a call affects a log; a call of the same way on the same resource ends a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Means {
    Logging,
    ManagementSelector,
    ExcludedSources,
    DataSelector,
    MultiRegion,
    GlobalEvents,
    Validation,
    Retention,
    LogObject,
    Delivery,
    FlowLogs,
    Recorder,
    Detector,
    DnsLogs,
    ModelLogs,
    RegionOptIn,
}

/// Effect of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// Stops recording from this time on.
    Opens(GapKind),
    /// Records again.
    Closes,
    /// May be the cause of a gap that begins now, by itself none.
    Possible,
    /// Deletes a log file of this account, region and time.
    Deletes(AccountId, RegionName, Timestamp),
}

/// One effect with its resource (hostile).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Effect {
    pub(super) means: Means,
    pub(super) subject: String,
    pub(super) change: Change,
}

/// Bytes of a resource name that are kept.
const NAME: usize = 256;

fn effect(means: Means, subject: &str, change: Change) -> Effect {
    Effect {
        means,
        subject: subject.chars().take(NAME).collect(),
        change,
    }
}

/// Returns the effects of a successful call.
pub(super) fn effects(event: &Event<'_>) -> Vec<Effect> {
    match event.service() {
        "cloudtrail" => trail(event),
        "s3" => bucket(event),
        "ec2" | "config" | "guardduty" | "route53resolver" | "bedrock" | "account" => service(event),
        _ => Vec::new(),
    }
}

/// Returns a member of the request, whose first letter some services write large.
fn member<'e>(event: &'e Event<'_>, names: &[&str]) -> Option<&'e Value> {
    names.iter().find_map(|name| event.request().get(name))
}

fn text<'e>(event: &'e Event<'_>, names: &[&str]) -> &'e str {
    member(event, names).and_then(Value::as_str).unwrap_or("")
}

/// Returns the name of a trail, which a request may give as its ARN.
fn trail_name<'e>(event: &'e Event<'_>) -> &'e str {
    let name = text(event, &["name", "Name", "trailName", "TrailName"]);
    name.rsplit('/').next().unwrap_or(name)
}

fn trail(event: &Event<'_>) -> Vec<Effect> {
    let name = trail_name(event);
    let opens = |means, kind| vec![effect(means, name, Change::Opens(kind))];
    match event.base_name() {
        "StopLogging" | "DeleteTrail" => opens(Means::Logging, GapKind::AllEvents),
        "StartLogging" => vec![effect(Means::Logging, name, Change::Closes)],
        "PutEventSelectors" => selectors(event, name),
        "UpdateTrail" => update(event, name),
        _ => Vec::new(),
    }
}

fn update(event: &Event<'_>, name: &str) -> Vec<Effect> {
    let switches: [(&[&str], Means, GapKind); 3] = [
        (
            &["isMultiRegionTrail", "IsMultiRegionTrail"],
            Means::MultiRegion,
            GapKind::OtherRegions,
        ),
        (
            &["includeGlobalServiceEvents", "IncludeGlobalServiceEvents"],
            Means::GlobalEvents,
            GapKind::GlobalServiceEvents,
        ),
        (
            &["enableLogFileValidation", "EnableLogFileValidation"],
            Means::Validation,
            GapKind::Digests,
        ),
    ];
    let mut found: Vec<Effect> = switches
        .into_iter()
        .filter_map(|(names, means, kind)| {
            let on = member(event, names)?.as_bool()?;
            let change = if on { Change::Closes } else { Change::Opens(kind) };
            Some(effect(means, name, change))
        })
        .collect();
    if member(event, &["s3BucketName", "kmsKeyId", "s3KeyPrefix"]).is_some() {
        found.push(effect(Means::Delivery, name, Change::Possible));
    }
    found
}

/// Compares selectors with what a trail records by default: all management events.
fn selectors(event: &Event<'_>, name: &str) -> Vec<Effect> {
    let recorded = basic(event).or_else(|| advanced(event));
    let Some(recorded) = recorded else {
        return Vec::new();
    };
    let management = match (recorded.reads, recorded.writes) {
        (true, true) => Change::Closes,
        (false, true) => Change::Opens(GapKind::ReadEvents),
        (true, false) => Change::Opens(GapKind::WriteEvents),
        (false, false) => Change::Opens(GapKind::ManagementEvents),
    };
    let excluded = if recorded.excludes {
        Change::Opens(GapKind::ExcludedServices)
    } else {
        Change::Closes
    };
    let data = if recorded.data {
        Change::Closes
    } else {
        Change::Opens(GapKind::DataEvents)
    };
    vec![
        effect(Means::ManagementSelector, name, management),
        effect(Means::ExcludedSources, name, excluded),
        effect(Means::DataSelector, name, data),
    ]
}

#[derive(Default)]
struct Recorded {
    reads: bool,
    writes: bool,
    excludes: bool,
    data: bool,
}

fn has_items(value: Option<&Value>) -> bool {
    value
        .and_then(Value::as_array)
        .is_some_and(|items| !items.is_empty())
}

fn basic(event: &Event<'_>) -> Option<Recorded> {
    let all = member(event, &["eventSelectors", "EventSelectors"])?.as_array()?;
    let mut recorded = Recorded::default();
    for selector in all {
        let get = |small: &str, large: &str| selector.get(small).or_else(|| selector.get(large));
        let management = get("includeManagementEvents", "IncludeManagementEvents");
        if management.and_then(Value::as_bool).unwrap_or(true) {
            let kind = get("readWriteType", "ReadWriteType").and_then(Value::as_str);
            recorded.reads |= kind != Some("WriteOnly");
            recorded.writes |= kind != Some("ReadOnly");
        }
        recorded.excludes |= has_items(get(
            "excludeManagementEventSources",
            "ExcludeManagementEventSources",
        ));
        recorded.data |= has_items(get("dataResources", "DataResources"));
    }
    Some(recorded)
}

fn advanced(event: &Event<'_>) -> Option<Recorded> {
    let all = member(event, &["advancedEventSelectors", "AdvancedEventSelectors"])?.as_array()?;
    let mut recorded = Recorded::default();
    for selector in all {
        let fields = selector
            .get("fieldSelectors")
            .or_else(|| selector.get("FieldSelectors"))
            .and_then(Value::as_array);
        let fields: Vec<&Value> = fields.into_iter().flatten().collect();
        let of = |name: &str| {
            fields
                .iter()
                .find(|field| field.get("field").or_else(|| field.get("Field")) == Some(&Value::from(name)))
        };
        let equals = |name: &str| {
            let field = of(name)?;
            field
                .get("equals")
                .or_else(|| field.get("Equals"))?
                .get(0)?
                .as_str()
        };
        if equals("eventCategory") == Some("Management") {
            recorded.reads |= equals("readOnly") != Some("false");
            recorded.writes |= equals("readOnly") != Some("true");
            recorded.excludes |= ["eventSource", "eventName", "userIdentity.arn"]
                .iter()
                .any(|name| of(name).is_some());
        }
        recorded.data |= equals("eventCategory") == Some("Data");
    }
    Some(recorded)
}

fn bucket(event: &Event<'_>) -> Vec<Effect> {
    let name = text(event, &["bucketName"]);
    let change = match event.base_name() {
        "PutBucketLifecycle" | "PutBucketLifecycleConfiguration" => {
            if event.request_json.contains("Expiration") {
                Change::Opens(GapKind::Retention)
            } else {
                Change::Closes
            }
        }
        "DeleteBucketLifecycle" => Change::Closes,
        "DeleteObject" => {
            return match file_kind(text(event, &["key"])) {
                FileKind::Log(account, region, time) => {
                    vec![effect(
                        Means::LogObject,
                        text(event, &["key"]),
                        Change::Deletes(account, region, time),
                    )]
                }
                _ => Vec::new(),
            };
        }
        "PutBucketPolicy"
        | "DeleteBucketPolicy"
        | "DeleteBucket"
        | "PutBucketEncryption"
        | "PutBucketVersioning"
        | "DeleteObjects" => {
            return vec![effect(Means::Delivery, name, Change::Possible)];
        }
        _ => return Vec::new(),
    };
    vec![effect(Means::Retention, name, change)]
}

fn service(event: &Event<'_>) -> Vec<Effect> {
    let region = event.region.as_ref();
    let (means, subject, change) = match event.base_name() {
        "DeleteFlowLogs" => (Means::FlowLogs, region, Change::Opens(GapKind::FlowLogs)),
        "CreateFlowLogs" => (Means::FlowLogs, region, Change::Closes),
        "StopConfigurationRecorder" | "DeleteConfigurationRecorder" | "DeleteDeliveryChannel" => {
            (Means::Recorder, region, Change::Opens(GapKind::ConfigHistory))
        }
        "StartConfigurationRecorder" => (Means::Recorder, region, Change::Closes),
        "DeleteDetector" => (Means::Detector, region, Change::Opens(GapKind::GuardDuty)),
        "UpdateDetector" if member(event, &["enable"]).and_then(Value::as_bool) == Some(false) => {
            (Means::Detector, region, Change::Opens(GapKind::GuardDuty))
        }
        "CreateDetector" | "UpdateDetector" => (Means::Detector, region, Change::Closes),
        "DeleteResolverQueryLogConfig" | "DisassociateResolverQueryLogConfig" => {
            (Means::DnsLogs, region, Change::Opens(GapKind::DnsQueries))
        }
        "AssociateResolverQueryLogConfig" => (Means::DnsLogs, region, Change::Closes),
        "DeleteModelInvocationLoggingConfiguration" => {
            (Means::ModelLogs, region, Change::Opens(GapKind::ModelInvocations))
        }
        "PutModelInvocationLoggingConfiguration" => (Means::ModelLogs, region, Change::Closes),
        "DisableRegion" => (
            Means::RegionOptIn,
            text(event, &["regionName", "RegionName"]),
            Change::Opens(GapKind::RegionDisabled),
        ),
        "EnableRegion" => (
            Means::RegionOptIn,
            text(event, &["regionName", "RegionName"]),
            Change::Closes,
        ),
        _ => return Vec::new(),
    };
    vec![effect(means, subject, change)]
}
