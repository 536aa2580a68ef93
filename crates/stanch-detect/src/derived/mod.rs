//! The `stanch.*` fields: what a rule can ask of an event next to what was logged.
//!
//! They answer questions about one event; they must not remember other events. `docs/rule-fields.md` is the list.

mod address;
mod agent;
mod caller;
mod instances;
mod objects;
mod outcome;
mod policies;
mod security_group;
mod sharing;
mod sign_in;
mod tree;

use std::cell::OnceCell;

use stanch_core::{Event, Outcome};

use crate::observation::Observation;
use instances::Instances;
use stanch_iam::policy::{Exposure, Trust};

/// The value of a derived field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field<'f> {
    /// One text.
    Text(&'f str),
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(u64),
    /// A list of our own words.
    Words(&'f [&'static str]),
    /// A list of texts from the event.
    Texts(&'f [String]),
}

/// Derived fields of one event that cost something, each computed when first asked for.
#[derive(Debug, Default)]
pub struct Derived {
    country: OnceCell<Option<String>>,
    grants: OnceCell<Vec<&'static str>>,
    trusts: OnceCell<Trust>,
    exposes: OnceCell<Exposure>,
    opens: OnceCell<Vec<&'static str>>,
    instances: OnceCell<Instances>,
}

/// The field `stanch.<name>` of an event; `None` when it does not apply to the event.
#[must_use]
pub fn field<'o>(observation: &'o Observation<'_, '_>, name: &str) -> Option<Field<'o>> {
    let event = observation.event;
    let derived = observation.derived();
    let trusts = || derived.trusts.get_or_init(|| policies::trusts(event));
    let exposes = || derived.exposes.get_or_init(|| sharing::exposes(event));
    let instances = || derived.instances.get_or_init(|| Instances::of(event));
    match name {
        "name" => text(event.base_name()),
        "service" => text(event.service()),
        "outcome" => text(outcome::word(observation.outcome())),
        "caller.kind" => text(caller::kind(event.identity.kind)),
        "caller.is_service" => Some(Field::Flag(caller::is_service(event))),
        "caller.is_temporary" => caller::is_temporary(event).map(Field::Flag),
        "caller.is_instance" => Some(Field::Flag(caller::is_instance(event))),
        "target.is_caller" => caller::is_target(event).map(Field::Flag),
        "agent" => agent::claims(&event.user_agent).map(Field::Text),
        "address.kind" => text(address::kind(observation)),
        "address.country" => {
            let country = derived
                .country
                .get_or_init(|| observation.networks.country(&event.source_address));
            country.as_deref().and_then(text)
        }
        "mfa" => sign_in::mfa(event).map(Field::Flag),
        "sign_in.federated" => sign_in::federated(event).map(Field::Flag),
        "grants" => words(derived.grants.get_or_init(|| policies::grants(event))),
        "attached" => policies::attached(event).map(Field::Text),
        "trusts" => words(&trusts().words),
        "trusts.accounts" => texts(&trusts().accounts),
        "exposes" => words(&exposes().words),
        "exposes.accounts" => texts(&exposes().accounts),
        "opens" => words(derived.opens.get_or_init(|| security_group::opens(event))),
        "kms.external" => objects::foreign_key(event).map(Field::Flag),
        "copy.in_place" => objects::in_place(event).map(Field::Flag),
        "instances.class" => instances().class.map(Field::Text),
        "instances.count" => instances().count.map(Field::Number),
        _ => None,
    }
}

/// `stanch.caller.kind`, which every event has.
pub(crate) fn caller_kind(event: &Event<'_>) -> &'static str {
    caller::kind(event.identity.kind)
}

/// `stanch.outcome`, which every event has.
pub(crate) const fn outcome_word(outcome: Outcome) -> &'static str {
    outcome::word(outcome)
}

/// The names of all fields, without `stanch.`.
pub const NAMES: [&str; 24] = [
    "name",
    "service",
    "outcome",
    "caller.kind",
    "caller.is_service",
    "caller.is_temporary",
    "caller.is_instance",
    "target.is_caller",
    "agent",
    "address.kind",
    "address.country",
    "mfa",
    "sign_in.federated",
    "grants",
    "attached",
    "trusts",
    "trusts.accounts",
    "exposes",
    "exposes.accounts",
    "opens",
    "instances.class",
    "instances.count",
    "kms.external",
    "copy.in_place",
];

fn text(text: &str) -> Option<Field<'_>> {
    (!text.is_empty()).then_some(Field::Text(text))
}

fn words<'w>(words: &'w [&'static str]) -> Option<Field<'w>> {
    (!words.is_empty()).then_some(Field::Words(words))
}

fn texts(texts: &[String]) -> Option<Field<'_>> {
    (!texts.is_empty()).then_some(Field::Texts(texts))
}

#[cfg(test)]
mod tests;
