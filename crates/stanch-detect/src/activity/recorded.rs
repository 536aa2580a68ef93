//! Recorded management events: until when CloudTrail recorded them, by account and region.
//!
//! It must not judge.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use stanch_core::event::Category;
use stanch_core::{Event, LogKind, Timestamp};

use super::{clipped, cut_names};

/// See the module. At most as many accounts and regions as there are names kept elsewhere.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Recorded(BTreeMap<String, BTreeMap<String, Timestamp>>);

impl Recorded {
    /// Returns true for events of CloudTrail's management log, which trails write unless told otherwise.
    pub(crate) fn is_of(event: &Event<'_>) -> bool {
        event.log == LogKind::CloudTrail && event.category == Category::Management
    }

    /// Notes that an event was recorded.
    pub(crate) fn add(&mut self, account: &str, region: &str, at: Timestamp) {
        let (account, region) = (clipped(account), clipped(region));
        let regions = match self.0.get_mut(account) {
            Some(regions) => regions,
            None => self.0.entry(account.to_owned()).or_default(),
        };
        match regions.get_mut(region) {
            Some(last) => *last = at.max(*last),
            None => {
                regions.insert(region.to_owned(), at);
                cut_names(regions);
            }
        }
        cut_names(&mut self.0);
    }

    pub(super) fn merge(&mut self, other: Self) {
        for (account, regions) in other.0 {
            for (region, at) in regions {
                self.add(&account, &region, at);
            }
        }
    }

    /// The time of the last management event of a region.
    pub(crate) fn until(&self, account: &str, region: &str) -> Option<Timestamp> {
        self.0.get(clipped(account))?.get(clipped(region)).copied()
    }
}
