//! The second pass: folds the events of those who are followed into a list that can be attributed.
//!
//! An event is kept as numbers of texts, with what it left or took. Lists of several threads are merged; the result does
//! not depend on their order. It must not attribute.

use rustc_hash::FxHashMap;
use stanch_core::caller::{agent_family, is_aws_itself};
use stanch_core::text::bounded;
use stanch_core::{AddressKind, Event, EventKey, Location, LogKind, Timestamp};

use super::effects::{self, Effect};
use super::taken::{self, Taken};
use super::{Following, holder};
use crate::network::Networks;

/// Number of events that are kept.
const EVENT_LIMIT: usize = 1_500_000;
/// Number of removals by others that are kept.
const REMOVED_LIMIT: usize = 200_000;

/// Texts by number.
#[derive(Debug, Default)]
pub(crate) struct Words {
    index: FxHashMap<Box<str>, u32>,
    texts: Vec<Box<str>>,
}

impl Words {
    pub(crate) fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.index.get(text) {
            return *number;
        }
        let kept: Box<str> = bounded(text, 512).into();
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.index.insert(kept.clone(), number);
        self.texts.push(kept);
        number
    }

    pub(crate) fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", |text| text)
    }

    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        self.index.get(text).copied()
    }
}

/// One event of somebody who is followed. Texts are numbers of [`Words`].
#[derive(Debug, Clone)]
pub(crate) struct Act {
    pub(crate) key: EventKey,
    pub(crate) time: Timestamp,
    pub(crate) location: Location,
    pub(crate) event_id: Box<str>,
    pub(crate) shared_id: u32,
    pub(crate) account: u32,
    pub(crate) region: u32,
    pub(crate) source: u32,
    pub(crate) name: u32,
    pub(crate) principal: u32,
    pub(crate) owner: u32,
    pub(crate) holder: u32,
    pub(crate) access_key: u32,
    pub(crate) address: u32,
    pub(crate) network: u32,
    pub(crate) agent: u32,
    pub(crate) instance: u32,
    /// The address is one of the internet.
    pub(crate) external: bool,
    /// AWS made the call, for the caller or for itself.
    pub(crate) by_aws: bool,
    pub(crate) from_console: bool,
    pub(crate) access_log: bool,
    pub(crate) succeeded: bool,
    pub(crate) detail: Option<Box<Detail>>,
}

/// What a successful call did.
#[derive(Debug, Clone, Default)]
pub(crate) struct Detail {
    pub(crate) effects: Vec<Effect>,
    pub(crate) taken: Option<Taken>,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Tracker {
    pub(crate) words: Words,
    pub(crate) acts: FxHashMap<EventKey, Act>,
    /// Removals, and keys disabled, by anybody: when, and what.
    pub(crate) removed: FxHashMap<EventKey, (Timestamp, Vec<Effect>)>,
    pub(crate) overflowed: bool,
}

impl Tracker {
    /// Takes one event, if it is of somebody who is followed, or removes something.
    pub fn observe(&mut self, following: &Following, networks: &Networks, event: &Event<'_>) {
        self.overflowed |= following.overflowed();
        if following.concerns(event) {
            self.take(networks, event);
        } else if event.log == LogKind::CloudTrail && may_remove(event) && event.outcome().succeeded() {
            self.note_removal(event);
        }
    }

    fn note_removal(&mut self, event: &Event<'_>) {
        let mut effects = effects::of(event);
        effects.retain(|effect| !matches!(effect, Effect::Made(_)));
        if effects.is_empty() {
            return;
        }
        if self.removed.len() >= REMOVED_LIMIT {
            self.overflowed = true;
            return;
        }
        self.removed.insert(event.key, (event.time, effects));
    }

    /// Takes one event, whoever made it.
    pub(crate) fn take(&mut self, networks: &Networks, event: &Event<'_>) {
        if let Some(known) = self.acts.get_mut(&event.key) {
            // Of several copies the earliest in the order of inputs is cited.
            known.location = known.location.min(event.location);
            return;
        }
        if self.acts.len() >= EVENT_LIMIT {
            self.overflowed = true;
            return;
        }
        let succeeded = event.outcome().succeeded();
        let kind = AddressKind::of(&event.source_address);
        let network = networks.network_key(&event.source_address);
        let owner = stanch_lineage::owner(event).unwrap_or_default();
        let words = &mut self.words;
        let detail = succeeded.then(|| Detail {
            effects: effects::of(event),
            taken: taken::of(event),
        });
        let act = Act {
            key: event.key,
            time: event.time,
            location: event.location,
            event_id: bounded(&event.event_id, 128).into(),
            shared_id: words.number(&event.shared_event_id),
            account: words.number(&event.account),
            region: words.number(&event.region),
            source: words.number(&event.source),
            name: words.number(&event.name),
            principal: words.number(event.principal_key()),
            owner: words.number(&owner),
            holder: words.number(&holder::of(event)),
            access_key: words.number(&event.identity.access_key_id),
            address: words.number(&event.source_address),
            network: words.number(&network),
            agent: words.number(agent_family(&event.user_agent)),
            instance: words.number(holder::instance_of(&event.identity.arn)),
            external: kind.is_external(),
            by_aws: is_aws_itself(event),
            from_console: event.is_from_console() || event.name == "ConsoleLogin",
            access_log: event.log == LogKind::S3ServerAccess,
            succeeded,
            detail: detail
                .filter(|detail| !detail.effects.is_empty() || detail.taken.is_some())
                .map(Box::new),
        };
        self.acts.insert(event.key, act);
    }

    /// Numbers the texts in their own order, so that nothing depends on the order of reading. To be called once, before the
    /// events are attributed.
    pub(crate) fn settle(&mut self) {
        let mut order: Vec<u32> = (0..).take(self.words.texts.len()).collect();
        order.sort_unstable_by_key(|number| self.words.text(*number));
        let mut settled = Words::default();
        let mut numbers = vec![0; order.len()];
        for old in order {
            numbers[old as usize] = settled.number(self.words.text(old));
        }
        let word = |number: u32| numbers.get(number as usize).copied().unwrap_or(number);
        self.acts = std::mem::take(&mut self.acts)
            .into_iter()
            .map(|(key, act)| (key, act.translated(word)))
            .collect();
        self.words = settled;
    }

    /// True when there was more than is kept.
    #[must_use]
    pub const fn overflowed(&self) -> bool {
        self.overflowed
    }

    /// Adds what another thread has seen.
    pub fn merge(&mut self, other: Self) {
        self.overflowed |= other.overflowed;
        for (key, removed) in other.removed {
            if self.removed.len() >= REMOVED_LIMIT {
                self.overflowed = true;
                break;
            }
            self.removed.insert(key, removed);
        }
        let words: Vec<u32> = other
            .words
            .texts
            .iter()
            .map(|text| self.words.number(text))
            .collect();
        let word = |number: u32| words.get(number as usize).copied().unwrap_or(number);
        for (key, act) in other.acts {
            if let Some(known) = self.acts.get_mut(&key) {
                known.location = known.location.min(act.location);
                continue;
            }
            if self.acts.len() >= EVENT_LIMIT {
                self.overflowed = true;
                break;
            }
            self.acts.insert(key, act.translated(word));
        }
    }
}

impl Act {
    fn translated(self, word: impl Fn(u32) -> u32) -> Self {
        Self {
            shared_id: word(self.shared_id),
            account: word(self.account),
            region: word(self.region),
            source: word(self.source),
            name: word(self.name),
            principal: word(self.principal),
            owner: word(self.owner),
            holder: word(self.holder),
            access_key: word(self.access_key),
            address: word(self.address),
            network: word(self.network),
            agent: word(self.agent),
            instance: word(self.instance),
            ..self
        }
    }
}

/// Calls that may take away what an attacker made.
fn may_remove(event: &Event<'_>) -> bool {
    const VERBS: [&str; 12] = [
        "Delete",
        "Remove",
        "Detach",
        "Terminate",
        "Start",
        "Revoke",
        "Disable",
        "Deregister",
        "Cancel",
        "Stop",
        "Release",
        "Disassociate",
    ];
    let is_of = |verb: &&str| event.name.starts_with(*verb);
    event.service() != "s3"
        && !event.is_read()
        && (VERBS.iter().any(is_of) || event.name == "UpdateAccessKey")
}
