//! The account as checks see it: the answers they need, by operation, and who is known in it.
//!
//! Holds what was observed and nothing else. It must not judge.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use serde_json::Value;
use stanch_core::json_path::{at, crossing, text};
use stanch_core::{AccountId, CallOutcome, EventKey, Reading, RegionName, Timestamp};

use super::known::Known;
use stanch_core::assessment::Citation;
use stanch_iam::policy::Policy;

/// A reading without what no check looks at.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) key: EventKey,
    pub(super) region: RegionName,
    pub(super) service: String,
    pub(super) operation: String,
    pub(super) params: Value,
    pub(super) at: Timestamp,
    pub(super) outcome: CallOutcome,
    pub(super) body: Value,
}

impl Kept {
    pub(super) fn of(reading: &Reading) -> Self {
        Self {
            key: reading.key(),
            region: reading.region.clone(),
            service: reading.service.as_str().to_owned(),
            operation: reading.operation.as_str().to_owned(),
            params: reading.params.clone(),
            at: reading.at,
            outcome: reading.outcome,
            body: reading.body.clone(),
        }
    }
}

/// The readings of one account, by service and operation.
pub(super) type Shelf = FxHashMap<(String, String), Vec<Kept>>;

/// One account, as checks see it.
#[derive(Debug)]
pub struct AccountState<'s> {
    pub(super) id: &'s AccountId,
    pub(super) shelf: &'s Shelf,
    pub(super) known: &'s Known,
    /// Accounts of the snapshot and of its organization.
    pub(super) ours: &'s BTreeSet<String>,
}

/// A thing that an answer lists, and the answer.
#[derive(Debug, Clone, Copy)]
pub struct Item<'s> {
    kept: &'s Kept,
    /// The thing.
    pub value: &'s Value,
}

impl<'s> Item<'s> {
    /// The region that was asked.
    #[must_use]
    pub const fn region(&self) -> &'s RegionName {
        &self.kept.region
    }

    /// A parameter of the call, as text; empty when there is none.
    #[must_use]
    pub fn asked(&self, name: &str) -> &'s str {
        text(&self.kept.params, name)
    }

    /// The parameters of the call.
    #[must_use]
    pub const fn params(&self) -> &'s Value {
        &self.kept.params
    }

    /// A member by its path (`A.B`), as text; empty when there is none.
    #[must_use]
    pub fn text(&self, path: &str) -> &'s str {
        text(self.value, path)
    }

    /// A member by its path; null when there is none.
    #[must_use]
    pub fn at(&self, path: &str) -> &'s Value {
        at(self.value, path)
    }

    /// The elements at a path, lists on the way opened.
    #[must_use]
    pub fn list(&self, path: &str) -> Vec<&'s Value> {
        crossing(self.value, path)
    }

    /// Whether a member is true.
    #[must_use]
    pub fn is(&self, path: &str) -> bool {
        self.at(path) == &Value::Bool(true)
    }

    /// Where it was read.
    #[must_use]
    pub fn citation(&self) -> Citation {
        Citation {
            reading: self.kept.key,
            service: self.kept.service.as_str().into(),
            operation: self.kept.operation.as_str().into(),
            region: self.kept.region.clone(),
            at: self.kept.at,
        }
    }
}

/// What came of a question about one thing.
#[derive(Debug, Clone, Copy)]
pub enum Reply<'s> {
    /// The answer.
    Answer(Item<'s>),
    /// It is known that there is nothing.
    Nothing,
    /// It was refused or got lost.
    Unknown,
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
    /// Its number.
    #[must_use]
    pub const fn id(&self) -> &'s AccountId {
        self.id
    }

    /// The things at a path (`Users`, `Reservations.Instances`; empty for the answer itself) of all answers of an
    /// operation, in the order of the snapshot.
    #[must_use]
    pub fn items(&self, service: &str, operation: &str, path: &str) -> Vec<Item<'s>> {
        let mut items = Vec::new();
        for kept in self.answers(service, operation) {
            let found = crossing(&kept.body, path);
            items.extend(found.into_iter().map(|value| Item { kept, value }));
        }
        items
    }

    /// What came of an operation that was asked about each thing, by the parameter that names the thing. Of a thing that was
    /// asked about in several places, an answer counts before silence.
    #[must_use]
    pub fn replies(&self, service: &str, operation: &str, parameter: &str) -> BTreeMap<&'s str, Reply<'s>> {
        let key = (service.to_owned(), operation.to_owned());
        let mut replies = BTreeMap::new();
        for kept in self.shelf.get(&key).into_iter().flatten() {
            let value = &kept.body;
            let reply = match kept.outcome {
                CallOutcome::Ok if !value.is_null() => Reply::Answer(Item { kept, value }),
                outcome if outcome.is_known() => Reply::Nothing,
                _ => Reply::Unknown,
            };
            let known = replies.entry(text(&kept.params, parameter)).or_insert(reply);
            if !matches!(known, Reply::Answer(_)) && !matches!(reply, Reply::Unknown) {
                *known = reply;
            }
        }
        replies
    }

    /// Regions in which an operation was answered.
    #[must_use]
    pub fn answered(&self, service: &str, operation: &str) -> BTreeSet<&'s RegionName> {
        self.answers(service, operation)
            .map(|kept| &kept.region)
            .collect()
    }

    fn answers(&self, service: &str, operation: &str) -> impl Iterator<Item = &'s Kept> + use<'s> {
        let key = (service.to_owned(), operation.to_owned());
        // A refused call has no body; what was read before a failure on a later page is there all the same.
        self.shelf
            .get(&key)
            .into_iter()
            .flatten()
            .filter(|kept| !kept.body.is_null())
    }

    /// What is known of accounts and things from outside.
    #[must_use]
    pub const fn known(&self) -> &'s Known {
        self.known
    }

    /// Whether an account is this one, in the snapshot, in the organization, or vouched for.
    #[must_use]
    pub fn is_ours(&self, account: &str) -> bool {
        account == self.id.as_str() || self.ours.contains(account) || self.known.vouches_account(account)
    }

    /// Whom a resource policy lets in.
    #[must_use]
    pub fn guests(&self, document: &Value) -> Guests {
        let Some(policy) = Policy::parse(document) else {
            return Guests::default();
        };
        let exposure = policy.exposes(self.id.as_str());
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
