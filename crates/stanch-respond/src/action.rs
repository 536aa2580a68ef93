//! An action: a way to answer one kind of finding, which makes a change from a request and the account as collected.
//!
//! One action is one file in `actions/`. It must not know its place in a plan, nor send anything.

use std::collections::BTreeMap;

use stanch_core::assessment::Resource;
use stanch_core::plan::{Change, Impact};

use crate::about::About;
use crate::account::Account;

/// A request to an action: its target, and the parameters that it needs beyond it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionRequest {
    /// The target.
    pub target: Resource,
    /// Values by the name of their parameter: [`About::parameters`], and those that only the planner gives.
    pub parameters: BTreeMap<String, Vec<String>>,
    /// Impact of the change that was known when it was requested.
    pub impact: Vec<Impact>,
}

impl ActionRequest {
    /// Returns a request without parameters.
    #[must_use]
    pub const fn new(target: Resource) -> Self {
        Self {
            target,
            parameters: BTreeMap::new(),
            impact: Vec::new(),
        }
    }

    /// Returns it with further values of a parameter.
    #[must_use]
    pub fn with(mut self, name: &str, values: impl IntoIterator<Item = String>) -> Self {
        self.parameters.entry(name.to_owned()).or_default().extend(values);
        self
    }

    /// Returns it with further impact that is known.
    #[must_use]
    pub fn affecting(mut self, impact: impl IntoIterator<Item = Impact>) -> Self {
        self.impact.extend(impact);
        self
    }

    /// Returns the values of a parameter.
    #[must_use]
    pub fn values(&self, name: &str) -> &[String] {
        self.parameters.get(name).map_or(&[], Vec::as_slice)
    }

    /// Returns the first value of a parameter.
    ///
    /// # Errors
    /// When the parameter is missing.
    pub fn value(&self, name: &str) -> Result<&str, Unplannable> {
        self.values(name)
            .first()
            .map(String::as_str)
            .ok_or_else(|| Unplannable::new(format!("{name} is not given")))
    }
}

/// Reason why a request can't be planned. It is always reported to the responder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Unplannable {
    /// In a sentence without its full stop.
    pub why: String,
}

impl Unplannable {
    /// Returns the error with a reason.
    #[must_use]
    pub fn new(why: impl Into<String>) -> Self {
        Self { why: why.into() }
    }
}

/// An action. See the module.
pub trait Action: Sync {
    /// Returns its description.
    fn about(&self) -> &'static About;

    /// Returns the change that fulfils a request in an account.
    ///
    /// # Errors
    /// When it is impossible, or data that it needs was not collected.
    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable>;
}
