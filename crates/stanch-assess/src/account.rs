//! The account as checks see it: the answers they need, by operation, and who is known in it.
//!
//! Holds what was observed and nothing else. It must not judge.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use stanch_core::account::Account;
use stanch_core::json_path::text;
use stanch_core::{AccountId, RegionName};

use super::known::Known;
use stanch_iam::policy::Policy;

pub use stanch_core::account::{Item, Reply};

/// One account, as checks see it.
#[derive(Debug)]
pub struct AccountState<'s> {
    pub(super) account: &'s Account,
    pub(super) known: &'s Known,
    /// Accounts of the snapshot and of its organization.
    pub(super) ours: &'s BTreeSet<String>,
}

/// Whom a document or a list lets in, as seen from an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guests {
    /// Everybody.
    pub public: bool,
    /// Accounts that are neither ours nor a vendor's.
    pub foreign: Vec<String>,
    /// Vendors, by name.
    pub vendors: Vec<String>,
    /// Somebody in another account whose number is not known.
    pub somebody: bool,
}

impl Guests {
    /// Whether anybody unknown is let in.
    #[must_use]
    pub const fn any(&self) -> bool {
        self.public || self.somebody || !self.foreign.is_empty()
    }

    /// In words: `everybody`, `account 123456789012`.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = Vec::new();
        if self.public {
            words.push("everybody".to_owned());
        }
        if self.somebody {
            words.push("somebody in another account".to_owned());
        }
        words.extend(self.foreign.iter().take(5).map(|id| format!("account {id}")));
        if self.foreign.len() > 5 {
            words.push(format!("{} more accounts", self.foreign.len() - 5));
        }
        words.join(" and ")
    }
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

    /// Returns the replies of an operation that was asked about each resource: see [`Account::replies`].
    #[must_use]
    pub fn replies(&self, service: &str, operation: &str, parameter: &str) -> BTreeMap<&'s str, Reply<'s>> {
        self.account.replies(service, operation, parameter)
    }

    /// Returns the regions in which an operation was answered.
    #[must_use]
    pub fn answered(&self, service: &str, operation: &str) -> BTreeSet<&'s RegionName> {
        self.account.answered(service, operation)
    }

    /// What is known of accounts and things from outside.
    #[must_use]
    pub const fn known(&self) -> &'s Known {
        self.known
    }

    /// Whether an account is this one, in the snapshot, in the organization, or vouched for.
    #[must_use]
    pub fn is_ours(&self, account: &str) -> bool {
        account == self.account.id.as_str()
            || self.ours.contains(account)
            || self.known.vouches_account(account)
    }

    /// Whom a resource policy lets in.
    #[must_use]
    pub fn guests(&self, document: &Value) -> Guests {
        let Some(policy) = Policy::parse(document) else {
            return Guests::default();
        };
        let exposure = policy.exposes(self.account.id.as_str());
        let mut guests = self.guests_among(&exposure.accounts);
        guests.public = exposure.words.contains(&"public");
        guests.somebody = exposure.words.contains(&"external-account") && exposure.accounts.is_empty();
        guests
    }

    /// Whom a list of accounts lets in: numbers, ARNs, or `all`.
    #[must_use]
    pub fn guests_among<S: AsRef<str>>(&self, names: &[S]) -> Guests {
        let mut guests = Guests::default();
        for name in names {
            let name = name.as_ref();
            if name == "all" || name == "*" {
                guests.public = true;
                continue;
            }
            let Some(account) = stanch_iam::policy::account_in(name) else {
                continue;
            };
            if self.is_ours(&account) {
                continue;
            }
            match self.known.vendor(&account) {
                Some(vendor) => guests.vendors.push(vendor.to_owned()),
                None if guests.foreign.contains(&account) => {}
                None => guests.foreign.push(account),
            }
        }
        guests
    }
}

/// Names of tags that infrastructure as code leaves: context for a reader, no pardon.
const STACK_TAGS: [&str; 5] = [
    "aws:cloudformation:stack-name",
    "aws:servicecatalog:provisioningPrincipal",
    "aws:cdk:path",
    "terraform",
    "managed-by",
];

/// What the tags of a thing say of infrastructure as code; empty when nothing.
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
