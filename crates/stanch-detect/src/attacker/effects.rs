//! Effect of one successful call on an account: what it creates or removes, as a thing with an identity.
//!
//! Calls that responders name are a table; for every other service, the verb and the noun of the call's name decide, since
//! AWS names its operations regularly (`CreateX` / `DeleteX`, `AttachX` / `DetachX`). It must not judge the call.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use stanch_aws_facts::remains::{self, Remains};
use stanch_core::Event;
use stanch_core::text::bounded;

/// A thing that a call makes, changes or removes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Thing {
    /// Service, kind, account, region (empty for global services) and id.
    pub(crate) id: String,
    /// Description for people.
    pub(crate) label: String,
}

/// What a call does to a thing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Effect {
    /// It is there, or changed, afterwards.
    Made(Thing),
    /// It is gone afterwards, with everything whose id begins with its id.
    Removed(String),
    /// A long-term access key works, or no longer works, afterwards.
    Key {
        /// Access key id.
        id: String,
        /// True when it works.
        works: bool,
    },
}

/// The longest id or label that is kept.
const LIMIT: usize = 240;
/// The most things of one call.
const THINGS: usize = 200;

/// Verbs that make something.
const MAKING: [&str; 19] = [
    "Create",
    "Put",
    "Attach",
    "Add",
    "Import",
    "Register",
    "Request",
    "Allocate",
    "Associate",
    "Authorize",
    "Enable",
    "Subscribe",
    "Run",
    "Start",
    "Publish",
    "Invite",
    "Copy",
    "Send",
    "Upload",
];

/// Verbs that take away what another call made.
const UNMAKING: [&str; 14] = [
    "Delete",
    "Remove",
    "Detach",
    "Deregister",
    "Cancel",
    "Release",
    "Disassociate",
    "Revoke",
    "Disable",
    "Unsubscribe",
    "Stop",
    "Terminate",
    "Abort",
    "Purge",
];

/// Verbs that change what is there.
const CHANGES: [&str; 5] = ["Update", "Modify", "Set", "Schedule", "Deactivate"];

/// Services whose calls move data and leave nothing.
fn is_data(event: &Event<'_>) -> bool {
    let name = event.base_name();
    matches!(event.category, stanch_core::event::Category::Data)
        || event.log != stanch_core::LogKind::CloudTrail
        || (event.service() == "s3" && name.contains("Object"))
        || matches!(event.service(), "sts" | "signin" | "sso" | "kms" | "bedrock")
            && !name.starts_with("Create")
            && !name.starts_with("Put")
            && !name.starts_with("Schedule")
            && !name.starts_with("Disable")
}

/// The effects of a successful call; empty for calls that only read or move data.
pub(crate) fn of(event: &Event<'_>) -> Vec<Effect> {
    let (service, name) = (event.service(), event.base_name());
    if event.is_read() {
        return Vec::new();
    }
    if (service, name) == ("ec2", "RunInstances") {
        return instances(event);
    }
    if (service, name) == ("ec2", "TerminateInstances") {
        return terminated(event);
    }
    if let ("iam", "UpdateAccessKey") = (service, name) {
        let id = event.request_text("accessKeyId").unwrap_or_default();
        return vec![Effect::Key {
            id: bounded(id, LIMIT),
            works: event.request_text("status") != Some("Inactive"),
        }];
    }
    if let Some(row) = remains::made(service, name) {
        let parts = parts(event, row);
        let label = filled(row.label, &parts, &event.region);
        return vec![Effect::Made(Thing {
            id: id(event, row.global, row.kind, &parts),
            label,
        })];
    }
    if let Some(row) = remains::removed(service, name) {
        let mut effects = vec![Effect::Removed(id(
            event,
            row.global,
            row.kind,
            &parts(event, row),
        ))];
        if let ("iam", "DeleteAccessKey") = (service, name) {
            effects.push(Effect::Key {
                id: bounded(event.request_text("accessKeyId").unwrap_or_default(), LIMIT),
                works: false,
            });
        }
        return effects;
    }
    if is_data(event) {
        return Vec::new();
    }
    regular(event, name).into_iter().collect()
}

/// What a call of any other service does, by its name.
fn regular(event: &Event<'_>, name: &str) -> Option<Effect> {
    let service = event.service();
    let region = if event.region.is_empty() {
        String::new()
    } else {
        format!(" ({})", event.region)
    };
    if let Some((verb, noun)) = split(name, &MAKING) {
        // A session ends by itself.
        if noun == "Session" {
            return None;
        }
        let subject = subject(event, noun);
        let label = format!("{service} {} {subject}{region}, by {name}", spaced(noun));
        return Some(Effect::Made(Thing {
            id: id(event, false, &format!("{verb}{noun}"), &[subject]),
            label: bounded(&label, LIMIT),
        }));
    }
    if let Some((_, noun)) = split(name, &UNMAKING) {
        let place = format!("{}|{}|{}", event.account, event.region, subject(event, noun));
        return Some(Effect::Removed(format!("{service}|*{noun}|{place}")));
    }
    let (_, changed) = split(name, &CHANGES)?;
    let subject = subject(event, changed);
    Some(Effect::Made(Thing {
        id: id(event, false, name, std::slice::from_ref(&subject)),
        label: bounded(
            &format!("{service}: {name} changed {} {subject}{region}", spaced(changed)),
            LIMIT,
        ),
    }))
}

/// The verb and the noun of a call's name, for a verb of the list.
fn split<'n>(name: &'n str, verbs: &[&'static str]) -> Option<(&'static str, &'n str)> {
    verbs.iter().find_map(|verb| {
        let noun = name.strip_prefix(verb)?;
        noun.chars().next()?.is_ascii_uppercase().then_some((*verb, noun))
    })
}

/// The name or id that a call is about: members named after the noun first.
fn subject(event: &Event<'_>, noun: &str) -> String {
    let mut low = noun.to_owned();
    if let Some(first) = low.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    let single = low.strip_suffix('s').unwrap_or(&low).to_owned();
    let mut names: Vec<String> = Vec::new();
    for stem in [&low, &single] {
        names.extend([
            format!("{stem}Name"),
            format!("{stem}Id"),
            format!("{stem}Identifier"),
            format!("{stem}Arn"),
            (*stem).clone(),
        ]);
    }
    names.extend(
        [
            "name",
            "id",
            "arn",
            "resourceArn",
            "resourceId",
            "userName",
            "roleName",
            "bucketName",
            "topicArn",
            "queueUrl",
            "keyId",
            "groupId",
            "instanceId",
            "modelId",
        ]
        .map(str::to_owned),
    );
    let find = |value: &Value| names.iter().find_map(|name| text(value.get(name)?));
    find(event.request())
        .or_else(|| find(event.response()))
        .map_or_else(|| "(name not logged)".to_owned(), |found| bounded(&found, LIMIT))
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// `EventSourceMapping` as `event source mapping`.
fn spaced(noun: &str) -> String {
    let mut words = String::new();
    let mut previous_low = false;
    for letter in noun.chars() {
        if letter.is_ascii_uppercase() && previous_low {
            words.push(' ');
        }
        previous_low = letter.is_ascii_lowercase();
        words.push(letter.to_ascii_lowercase());
    }
    words
}

fn parts(event: &Event<'_>, row: &Remains) -> Vec<String> {
    row.id
        .iter()
        .map(|member| {
            if member.starts_with('=') {
                return (*member).to_owned();
            }
            let found = match member.strip_prefix('<') {
                Some(path) => event
                    .response()
                    .pointer(&format!("/{path}"))
                    .and_then(text)
                    .or_else(|| {
                        // A key for the caller has no user name in its request.
                        event
                            .request_text(path.rsplit('/').next().unwrap_or(path))
                            .map(str::to_owned)
                    }),
                None => event.request_text(member).map(str::to_owned),
            };
            let found = found.unwrap_or_else(|| {
                if *member == "userName" {
                    event.identity.user_name.to_string()
                } else {
                    String::new()
                }
            });
            // A trail or function may be named by its ARN.
            let short = match found.strip_prefix("arn:") {
                Some(_) if *member == "name" || *member == "functionName" => {
                    found.rsplit(['/', ':']).next().unwrap_or(&found).to_owned()
                }
                _ => found,
            };
            bounded(&short, LIMIT)
        })
        .collect()
}

fn id(event: &Event<'_>, global: bool, kind: &str, parts: &[String]) -> String {
    let region = if global { "" } else { &*event.region };
    bounded(
        &format!(
            "{}|{kind}|{}|{region}|{}",
            event.service(),
            event.account,
            parts.join("|")
        ),
        LIMIT * 2,
    )
}

fn filled(label: &str, parts: &[String], region: &str) -> String {
    let mut text = label.replace("{@}", region);
    for (number, part) in parts.iter().enumerate() {
        let shown = if part.starts_with("arn:aws") {
            part.rsplit('/').next().unwrap_or(part)
        } else {
            part
        };
        text = text.replace(&format!("{{{number}}}"), shown);
    }
    bounded(&text, LIMIT)
}

fn instances(event: &Event<'_>) -> Vec<Effect> {
    let items = event
        .response()
        .pointer("/instancesSet/items")
        .and_then(Value::as_array);
    let made = items.into_iter().flatten().take(THINGS).filter_map(|item| {
        let instance = item.get("instanceId")?.as_str()?;
        let size = item
            .get("instanceType")
            .and_then(Value::as_str)
            .unwrap_or("type not logged");
        Some(Effect::Made(Thing {
            id: id(event, false, "instance", &[instance.to_owned()]),
            label: bounded(&format!("instance {instance} ({size}, {})", event.region), LIMIT),
        }))
    });
    made.collect()
}

fn terminated(event: &Event<'_>) -> Vec<Effect> {
    let items = event
        .request()
        .pointer("/instancesSet/items")
        .and_then(Value::as_array);
    let gone = items.into_iter().flatten().take(THINGS).filter_map(|item| {
        let instance = item.get("instanceId")?.as_str()?;
        Some(Effect::Removed(id(
            event,
            false,
            "instance",
            &[instance.to_owned()],
        )))
    });
    gone.collect()
}

/// True when a removal takes this thing away.
pub(crate) fn removes(removed: &str, thing: &str) -> bool {
    if thing == removed {
        return true;
    }
    if let Some((service, rest)) = removed.split_once("|*") {
        // A removal that is known by the noun alone fits whatever verb made the thing.
        let Some((noun, place)) = rest.split_once('|') else {
            return false;
        };
        let mut parts = thing.splitn(3, '|');
        return parts.next() == Some(service)
            && parts.next().is_some_and(|kind| kind.ends_with(noun))
            && parts.next() == Some(place);
    }
    // A user is gone with its keys and policies.
    thing
        .strip_prefix(removed)
        .is_some_and(|rest| rest.starts_with('|'))
}
