//! What an action is: a way to answer one kind of thing, that makes a change of a request and the account as it was read.
//!
//! One action is one file in `actions/`. It must not know its place in a plan, nor send anything.

use std::collections::BTreeMap;

use stanch_core::assessment::Resource;
use stanch_core::plan::{Change, Impact};

use crate::account::Account;

/// What is known of an action without a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About {
    /// Its name, such as `user-deny`: the file's name in kebab case, in plans, findings and on the command line.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub does: &'static str,
    /// Kinds of resources that it can be done to, such as `iam-user`.
    pub targets: &'static [&'static str],
    /// What must be told beyond the target, word by word; empty where the target is enough.
    pub takes: &'static str,
    /// What a responder should know: when it is right, what it leaves open, what it breaks.
    pub notes: &'static str,
    /// Where the facts are from: AWS pages, by their addresses.
    pub sources: &'static [&'static str],
}

/// What is wanted: a thing, and what an action needs to know beyond it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionRequest {
    /// The thing.
    pub target: Resource,
    /// Further words, by name: [`About::takes`].
    pub details: BTreeMap<String, Vec<String>>,
    /// Impact of the change that was known when it was requested.
    pub impact: Vec<Impact>,
}

impl ActionRequest {
    /// A request without further words.
    #[must_use]
    pub const fn new(target: Resource) -> Self {
        Self {
            target,
            details: BTreeMap::new(),
            impact: Vec::new(),
        }
    }

    /// The same, with further words.
    #[must_use]
    pub fn with(mut self, name: &str, words: impl IntoIterator<Item = String>) -> Self {
        self.details.entry(name.to_owned()).or_default().extend(words);
        self
    }

    /// Adds impact that is known.
    #[must_use]
    pub fn affecting(mut self, impact: impl IntoIterator<Item = Impact>) -> Self {
        self.impact.extend(impact);
        self
    }

    /// The words of a name.
    #[must_use]
    pub fn words(&self, name: &str) -> &[String] {
        self.details.get(name).map_or(&[], Vec::as_slice)
    }

    /// The one word of a name.
    ///
    /// # Errors
    /// When there is none.
    pub fn word(&self, name: &str) -> Result<&str, Unplannable> {
        self.words(name)
            .first()
            .map(String::as_str)
            .ok_or_else(|| Unplannable::new(format!("{name} is not given")))
    }
}

/// Why there is no change for a request. It is told to the responder and never passed over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Unplannable {
    /// In a sentence without its full stop.
    pub why: String,
}

impl Unplannable {
    /// A reason.
    #[must_use]
    pub fn new(why: impl Into<String>) -> Self {
        Self { why: why.into() }
    }
}

/// See the module.
pub trait Action: Sync {
    /// What is known of it.
    fn about(&self) -> &'static About;

    /// The change that fulfils a request in an account.
    ///
    /// # Errors
    /// When it can't be done, or what it needs was not read.
    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable>;
}
