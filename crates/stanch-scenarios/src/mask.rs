//! Records with a part of their information missing.

use crate::Made;

/// Information that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mask {
    /// Every caller of the internet has the same address.
    Addresses,
    /// Every caller has the same client.
    Clients,
    /// The first half of the logs is missing, by time.
    FirstHalf,
    /// No data events were recorded.
    DataEvents,
}

impl Mask {
    /// Name in kebab case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Addresses => "addresses",
            Self::Clients => "clients",
            Self::FirstHalf => "first-half",
            Self::DataEvents => "data-events",
        }
    }

    /// The mask of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Addresses, Self::Clients, Self::FirstHalf, Self::DataEvents]
            .into_iter()
            .find(|mask| mask.name() == name)
    }

    /// Takes the information away.
    pub fn apply(self, made: &mut Made) {
        let records = &mut made.records;
        match self {
            Self::Addresses => records.iter_mut().for_each(|record| {
                if record["sourceIPAddress"].as_str().is_some_and(is_of_the_internet) {
                    record["sourceIPAddress"] = "198.51.100.1".into();
                }
            }),
            Self::Clients => records.iter_mut().for_each(|record| {
                let agent = record["userAgent"].as_str().unwrap_or_default();
                if !agent.ends_with(".amazonaws.com") {
                    record["userAgent"] = "aws-cli/2.22.6".into();
                }
            }),
            Self::FirstHalf => {
                records.drain(..records.len() / 2);
            }
            Self::DataEvents => records.retain(|record| record["managementEvent"] != false),
        }
        let events = &mut made.labels.events;
        let ids: std::collections::BTreeSet<&str> = records
            .iter()
            .filter_map(|record| record["eventID"].as_str())
            .collect();
        events.retain(|id| ids.contains(id.as_str()));
    }
}

fn is_of_the_internet(address: &str) -> bool {
    !address.starts_with("10.") && address.chars().next().is_some_and(|first| first.is_ascii_digit())
}
