//! Resources that each principal and credential created or changed, whether or not the assessment suspects it.
//!
//! A plan follows it for every identity that it contains. It must not judge.

use rustc_hash::FxHashMap;
use stanch_core::arn::one_name;
use stanch_core::assessment::Trace;

use super::presence::{Identifiers, Listings};
use super::traces;
use crate::changes::LoggedChanges;

/// See the module.
#[derive(Debug, Default)]
pub struct Made {
    logged: LoggedChanges,
    identifiers: Identifiers,
    listings: Listings,
    /// Places of changes by access key id, and by the ARN without path of the caller.
    by: FxHashMap<String, Vec<usize>>,
}

impl Made {
    pub(crate) fn new(logged: LoggedChanges, identifiers: Identifiers, listings: Listings) -> Self {
        let mut by: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (place, change) in logged.changes.iter().enumerate() {
            if let Some(key) = &change.event.access_key {
                by.entry(key.clone()).or_default().push(place);
            }
            by.entry(one_name(&change.event.principal.key))
                .or_default()
                .push(place);
        }
        Self {
            logged,
            identifiers,
            listings,
            by,
        }
    }

    /// Returns what an access key, or a principal by its ARN without path, created or changed: each resource once for each call,
    /// by the last change.
    #[must_use]
    pub fn by(&self, id: &str) -> Vec<Trace> {
        let places = self.by.get(id).into_iter().flatten();
        let changes = places.filter_map(|place| self.logged.changes.get(*place));
        traces::last_of_each(changes)
            .into_iter()
            .map(|change| traces::trace(change, &self.identifiers, &self.listings))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use stanch_core::assessment::{MakingEvent, Presence};
    use stanch_core::{EventKey, Principal, Timestamp};

    use super::*;
    use crate::changes::LoggedChange;

    fn change(kind: &str, name: &str, region: &str, key: &str, at: i64) -> LoggedChange {
        let user = Principal::from_key("arn:aws:iam::111122223333:user/ops/ci");
        LoggedChange {
            account: "111122223333".into(),
            region: region.into(),
            service: "lambda".into(),
            kind: kind.to_owned(),
            names: vec![name.to_owned()],
            removed: kind.starts_with("Delete"),
            event: MakingEvent {
                access_key: Some(key.to_owned()),
                ..MakingEvent::new(EventKey(at.unsigned_abs().into()), kind, Timestamp(at), user)
            },
        }
    }

    #[test]
    fn every_change_of_a_credential_is_returned_and_that_of_others_is_not() {
        let logged = LoggedChanges {
            changes: vec![
                change("CreateFunction", "f", "us-east-1", "AKIA1", 1),
                change("CreateFunction", "f", "eu-west-1", "AKIA1", 2),
                change("UpdateFunctionCode", "f", "us-east-1", "AKIA1", 3),
                change("UpdateFunctionCode", "f", "us-east-1", "AKIA1", 4),
                change("DeleteFunction", "f", "us-east-1", "AKIA1", 5),
                change("CreateFunction", "g", "us-east-1", "AKIA2", 6),
            ],
            ..LoggedChanges::default()
        };
        let made = Made::new(logged, Identifiers::default(), Listings::default());
        let told = |id: &str| {
            let mut told: Vec<_> = made
                .by(id)
                .into_iter()
                .map(|trace| (trace.made_by.name, trace.resource.region.0, trace.made_by.time.0))
                .collect();
            told.sort();
            told
        };
        let call = |name: &str, region: &str, at: i64| (name.to_owned(), region.to_owned(), at);
        assert_eq!(
            told("AKIA1"),
            [
                call("CreateFunction", "eu-west-1", 2),
                call("CreateFunction", "us-east-1", 1),
                call("UpdateFunctionCode", "us-east-1", 4),
            ],
            "one name in two regions is two functions; a change is no creation; what was deleted is gone"
        );
        assert_eq!(
            told("arn:aws:iam::111122223333:user/ci").len(),
            4,
            "the path does not count"
        );
        assert!(made.by("AKIA3").is_empty());
        assert_eq!(made.by("AKIA2")[0].presence, Presence::Unknown);
    }
}
