//! Account as checks read it: the collected account, and the accounts that are not external.
//!
//! It must not judge.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use stanch_core::account::Account;
use stanch_core::finding::Exposure;
use stanch_core::json_path::text;
use stanch_core::{AccountId, CallOutcome, RegionName};

use super::known::Known;
use stanch_iam::policy::Policy;

pub use stanch_core::account::{Item, Reply};

/// Account as checks read it.
#[derive(Debug)]
pub struct AccountState<'s> {
    pub(super) account: &'s Account,
    pub(super) known: &'s Known,
    /// Accounts of the snapshot and of its organization.
    pub(super) ours: &'s BTreeSet<String>,
}

impl<'s> AccountState<'s> {
    /// Returns its account id.
    #[must_use]
    pub const fn id(&self) -> &'s AccountId {
        &self.account.id
    }

    /// Returns the resources at a path of all replies of an operation: see [`Account::items`].
    #[must_use]
    pub fn items(&self, service: &str, operation: &str, path: &str) -> Vec<Item<'s>> {
        self.account.items(service, operation, path)
    }

    /// Returns the replies of an operation that is asked about each resource of a type whose names are unique in all
    /// regions: see [`Account::replies`].
    #[must_use]
    pub fn replies(&self, service: &str, operation: &str, parameter: &str) -> BTreeMap<&'s str, Reply<'s>> {
        self.account.replies(service, operation, parameter)
    }

    /// Returns the replies of an operation that is asked about each resource, by region and by the parameter that names
    /// the resource: the same name in another region is another resource.
    #[must_use]
    pub fn replies_in_regions(
        &self,
        service: &str,
        operation: &str,
        parameter: &str,
    ) -> BTreeMap<(&'s RegionName, &'s str), Reply<'s>> {
        let mut replies = BTreeMap::new();
        for reading in self.account.readings(service, operation) {
            let value = &reading.body;
            let reply = match reading.outcome {
                CallOutcome::Ok if !value.is_null() => Reply::Answer(Item { reading, value }),
                outcome if outcome.is_known() => Reply::Nothing,
                _ => Reply::Unknown,
            };
            let place = (&reading.region, text(&reading.params, parameter));
            let known = replies.entry(place).or_insert(reply);
            if !matches!(known, Reply::Answer(_)) && !matches!(reply, Reply::Unknown) {
                *known = reply;
            }
        }
        replies
    }

    /// Returns the regions in which an operation was answered, and answered in full.
    #[must_use]
    pub fn answered(&self, service: &str, operation: &str) -> BTreeSet<&'s RegionName> {
        let mut regions = self.account.answered(service, operation);
        for reading in self.account.readings(service, operation) {
            if !reading.outcome.is_known() {
                regions.remove(&reading.region);
            }
        }
        regions
    }

    /// Returns true if an operation was asked and every answer is complete: see [`Account::is_known`].
    #[must_use]
    pub fn is_answered(&self, service: &str, operation: &str) -> bool {
        self.account.is_known(service, operation)
    }

    /// Returns the vendors and the known-good list.
    #[must_use]
    pub const fn known(&self) -> &'s Known {
        self.known
    }

    /// Returns true if an account is this one, in the snapshot, in the organization, or vouched for.
    #[must_use]
    pub fn is_ours(&self, account: &str) -> bool {
        account == self.account.id.as_str()
            || self.ours.contains(account)
            || self.known.vouches_account(account)
    }

    /// Returns the external principals to which a resource policy grants access.
    #[must_use]
    pub fn exposure(&self, document: &Value) -> Exposure {
        let Some(policy) = Policy::parse(document) else {
            return Exposure::default();
        };
        let granted = policy.exposes(self.account.id.as_str());
        let mut exposure = self.exposure_among(&granted.accounts);
        exposure.public = granted.words.contains(&"public");
        exposure.unknown_account = granted.words.contains(&"external-account") && granted.accounts.is_empty();
        exposure
    }

    /// Returns the external principals in a list of account numbers, ARNs, or `all`.
    #[must_use]
    pub fn exposure_among<S: AsRef<str>>(&self, names: &[S]) -> Exposure {
        let mut exposure = Exposure::default();
        for name in names {
            let name = name.as_ref();
            if name == "all" || name == "*" {
                exposure.public = true;
                continue;
            }
            let Some(account) = stanch_iam::policy::account_in(name) else {
                continue;
            };
            if self.is_ours(&account) {
                continue;
            }
            match self.known.vendor(&account) {
                Some(vendor) if exposure.vendors.iter().any(|known| known == vendor) => {}
                Some(vendor) => exposure.vendors.push(vendor.to_owned()),
                None => exposure.add_account(&account),
            }
        }
        exposure
    }
}

/// Tags that infrastructure as code sets: context for a reader, no proof of legitimacy.
const STACK_TAGS: [&str; 5] = [
    "aws:cloudformation:stack-name",
    "aws:servicecatalog:provisioningPrincipal",
    "aws:cdk:path",
    "terraform",
    "managed-by",
];

/// Returns the tag of infrastructure as code; empty when there is none.
#[must_use]
pub(super) fn stack_of(tags: &Value) -> String {
    let either = |tag: &'_ Value, upper: &str, lower: &str| {
        let found = text(tag, upper);
        if found.is_empty() { text(tag, lower) } else { found }.to_owned()
    };
    let pairs: BTreeMap<String, String> = match tags {
        Value::Array(list) => list
            .iter()
            .map(|tag| (either(tag, "Key", "key"), either(tag, "Value", "value")))
            .collect(),
        Value::Object(members) => members
            .iter()
            .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
            .collect(),
        _ => BTreeMap::new(),
    };
    let is_known = |key: &str| STACK_TAGS.iter().any(|known| known.eq_ignore_ascii_case(key));
    let stack = pairs.iter().find(|(key, _)| is_known(key));
    stack
        .map(|(key, value)| format!("{key} {value}"))
        .unwrap_or_default()
}
