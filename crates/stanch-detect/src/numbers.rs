//! Numbers for the texts that come again and again, so that each is hashed and compared once per event and not by
//! every detection.
//!
//! A number means something only within the state that gave it, and only while that state observes: nothing that is
//! saved, merged or judged holds one. It must not know what the texts mean.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use stanch_core::Event;

use stanch_core::caller::agent_family;

/// Texts that get a number, of each kind. What comes after that is looked up by its text.
const TEXT_LIMIT: usize = 1 << 16;
/// Longer texts get none: they hardly come again.
const LENGTH_LIMIT: usize = 512;

/// The number of a text; zero is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Number(u32);

impl Number {
    /// The number, if there is one.
    pub(crate) const fn known(self) -> Option<u32> {
        match self.0 {
            0 => None,
            number => Some(number),
        }
    }
}

/// The numbers of one kind of texts.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    numbers: FxHashMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
}

impl Texts {
    /// The number of a text.
    pub(crate) fn number(&mut self, text: &str) -> Number {
        if let Some(number) = self.numbers.get(text) {
            return Number(*number);
        }
        if self.texts.len() >= TEXT_LIMIT || text.len() > LENGTH_LIMIT {
            return Number::default();
        }
        let text: Arc<str> = text.into();
        self.texts.push(Arc::clone(&text));
        let number = u32::try_from(self.texts.len()).unwrap_or(0);
        self.numbers.insert(text, number);
        Number(number)
    }

    /// The text of a number.
    pub(crate) fn text(&self, number: u32) -> &str {
        let text = (number as usize)
            .checked_sub(1)
            .and_then(|place| self.texts.get(place));
        text.map_or("", |text| text)
    }
}

/// The texts of all kinds that a state has met.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) principals: Texts,
    pub(crate) accounts: Texts,
    pub(crate) regions: Texts,
    pub(crate) sources: Texts,
    pub(crate) names: Texts,
    pub(crate) addresses: Texts,
    pub(crate) agents: Texts,
    pub(crate) families: Texts,
    pub(crate) access_keys: Texts,
}

/// The numbers of one event's texts.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Numbers {
    pub(crate) principal: Number,
    pub(crate) account: Number,
    pub(crate) region: Number,
    pub(crate) source: Number,
    pub(crate) name: Number,
    pub(crate) address: Number,
    pub(crate) agent: Number,
    /// Of the client without its version.
    pub(crate) family: Number,
    pub(crate) access_key: Number,
}

impl Known {
    /// The numbers of an event's texts.
    pub(crate) fn numbers(&mut self, event: &Event<'_>, principal: &str) -> Numbers {
        Numbers {
            principal: self.principals.number(principal),
            account: self.accounts.number(&event.account),
            region: self.regions.number(&event.region),
            source: self.sources.number(&event.source),
            name: self.names.number(&event.name),
            address: self.addresses.number(&event.source_address),
            agent: self.agents.number(&event.user_agent),
            family: self.families.number(agent_family(&event.user_agent)),
            access_key: self.access_keys.number(&event.identity.access_key_id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_number_and_too_many_get_none() {
        let mut texts = Texts::default();
        let first = texts.number("a");
        for other in 0..TEXT_LIMIT {
            texts.number(&other.to_string());
        }
        assert_eq!(texts.number("a"), first);
        assert_eq!(first.known().map(|number| texts.text(number)), Some("a"));
        assert_eq!(texts.number("one more").known(), None);
        assert_eq!(texts.number(&"x".repeat(LENGTH_LIMIT + 1)).known(), None);
        assert_eq!(texts.text(0), "");
    }
}
