//! The attacker's side of a case as a bill can show it: attributed events, creations, snapshots of the account.

use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;
use stanch_bill::{Act, Actor, Attack};
use stanch_collect::snapshot::Wanted;
use stanch_collect::{CollectError, Snapshot};
use stanch_core::event::service_of;
use stanch_core::verdict::Confidence;
use stanch_core::{Analysis, EventKey, Timestamp};
use stanch_store::{ReadError, Reader, Row, Selection};

use crate::commands::query::input::Store;
use crate::commands::snapshots;
use crate::error::Failure;

/// Verbs of calls that create something: of anybody, so that the owner's resources are known as such.
const CREATING: [&str; 8] = [
    "Create", "Run", "Allocate", "Copy", "Import", "Request", "Purchase", "Register",
];

/// An attack, and what is not known of it.
pub(super) struct Found {
    pub(super) attack: Attack,
    /// Gaps of the attack, one sentence each.
    pub(super) gaps: Vec<String>,
    /// Gaps of the logs in the case, one sentence each.
    pub(super) unread: Vec<String>,
}

/// Reads the case.
pub(super) fn of_case(case: &Path, analysis: &Analysis) -> Result<Found, Failure> {
    let store = Store::open(case)?;
    let unread = store.gaps.clone();
    let mut gaps = Vec::new();
    let mut attack = Attack::default();
    for account in analysis.coverage.regions.keys() {
        attack.logged_account(account);
    }
    let mut actors: HashMap<u128, Actor> = HashMap::new();
    for event in &analysis.attacker_events {
        let actor = match event.confidence {
            Confidence::High => Actor::Attacker,
            Confidence::Medium => Actor::Probable,
            Confidence::Low => Actor::Unclear,
        };
        actors.insert(event.key.0, actor);
        if actor != Actor::Unclear {
            attack.acted(&event.account, event.time);
            attack.principal(&event.principal, false, event.time);
        }
    }
    if analysis.attacker_events.is_empty() {
        gaps.push("No attacker in the case: nothing on the bill can be attributed. Read the logs of the attack: stanch hunt LOGS".to_owned());
    }
    if analysis.attacker_event_count > analysis.attacker_events.len() as u64 {
        gaps.push(format!(
            "{} events of the attacker are not in the report of the case: charges of their resources may be missing.",
            analysis.attacker_event_count - analysis.attacker_events.len() as u64
        ));
    }
    let cut = events(store.parts, actors, &mut attack)?;
    if cut > 0 {
        gaps.push(format!(
            "{cut} events have replies that were too large to keep whole: resources in them are not known."
        ));
    }
    attack.settle();
    for snapshot in snapshots::all(case)
        .iter()
        .filter(|snapshot| !snapshots::is_events(snapshot))
    {
        if parts_of_instances(snapshot, &mut attack).is_err() {
            gaps.push("A snapshot of the account could not be read in full: volumes and addresses of the attacker's instances may be missing.".to_owned());
        }
    }
    Ok(Found { attack, gaps, unread })
}

/// Adds the calls; returns how many have a request or reply that was cut.
fn events(
    parts: Vec<std::path::PathBuf>,
    actors: HashMap<u128, Actor>,
    attack: &mut Attack,
) -> Result<u64, Failure> {
    let unreadable = |error: &ReadError| {
        Failure::because(
            "the events of the case can't be read",
            error,
            "find out what is damaged: stanch case verify",
        )
    };
    let reader = Reader::open(parts).map_err(|error| unreadable(&error))?;
    let actors = std::sync::Arc::new(actors);
    let key = |row: &Row<'_>| u128::from_str_radix(row.text("key"), 16).unwrap_or_default();
    let selection = selection(std::sync::Arc::clone(&actors));
    let mut cut = 0;
    let read = reader.select(selection, |row| {
        let key = key(row);
        let actor = actors.get(&key).copied().unwrap_or(Actor::Other);
        let mut parse = |column: &str| {
            let text = row.text(column);
            let value = serde_json::from_str::<Value>(text);
            cut += u64::from(value.is_err() && !text.is_empty() && actor == Actor::Attacker);
            value.unwrap_or_default()
        };
        let (request, response, additional) = (parse("request"), parse("response"), parse("additional"));
        attack.observe(&Act {
            key: EventKey(key),
            event_id: row.text("event_id"),
            time: Timestamp(row.time()),
            account: row.text("account"),
            region: row.text("region"),
            service: service_of(row.text("source")),
            name: row.text("base_name"),
            actor,
            request: &request,
            response: &response,
            additional: &additional,
        });
        Ok::<(), ReadError>(())
    });
    read.map_err(|error| unreadable(&error))?;
    Ok(cut)
}

/// The calls that matter: the attacker's, and creations by anybody.
fn selection(known: std::sync::Arc<HashMap<u128, Actor>>) -> Selection {
    Selection {
        narrow: vec!["log", "outcome", "key", "base_name", "is_read"],
        keep: Box::new(move |row| {
            let is_creation = row.flag("is_read") != Some(true)
                && CREATING
                    .iter()
                    .any(|verb| row.text("base_name").starts_with(verb));
            row.text("log") == "cloud-trail"
                && row.text("outcome") == "success"
                && (is_creation
                    || u128::from_str_radix(row.text("key"), 16).is_ok_and(|key| known.contains_key(&key)))
        }),
        columns: vec![
            "time",
            "key",
            "event_id",
            "account",
            "region",
            "source",
            "base_name",
            "request",
            "response",
            "additional",
        ],
    }
}

/// Adds volumes, interfaces and addresses of instances, as a snapshot of the account lists them.
fn parts_of_instances(snapshot: &Snapshot, attack: &mut Attack) -> Result<(), CollectError> {
    // Addresses may be of interfaces, which are of instances: in this order.
    for (operation, list, child, parents) in [
        (
            "DescribeVolumes",
            "Volumes",
            "VolumeId",
            &["/Attachments/0/InstanceId"][..],
        ),
        (
            "DescribeNetworkInterfaces",
            "NetworkInterfaces",
            "NetworkInterfaceId",
            &["/Attachment/InstanceId"],
        ),
        (
            "DescribeAddresses",
            "Addresses",
            "AllocationId",
            &["/InstanceId", "/NetworkInterfaceId"],
        ),
    ] {
        snapshot.each(&Wanted::of("ec2", operation), |reading| {
            let items = reading.body.get(list).and_then(Value::as_array);
            for item in items.into_iter().flatten() {
                for parent in parents {
                    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
                    if let (Some(child), Some(parent)) = (text(item.get(child)), text(item.pointer(parent))) {
                        attack.belongs(&child, &parent);
                    }
                }
            }
            Ok::<(), CollectError>(())
        })?;
    }
    Ok(())
}
