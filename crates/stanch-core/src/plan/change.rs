//! What an action does to one thing: what is read before, what is sent, how it is checked, how it is taken back.
//!
//! It must not know its place in a plan.

use serde::{Deserialize, Serialize};

use super::expectation::Expectation;
use super::impact::Impact;
use super::param::{Read, ReadName, Write};
use crate::assessment::Resource;
use crate::json_path::Path;

/// Which changes go first. The order is that of the harm they end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wave {
    /// A clock is stopped: something would be lost for good by itself.
    #[serde(rename = "clock")]
    Deadline,
    /// Denied from above, where the intruder can't see or remove it.
    Organization,
    /// Identities are denied and their keys made inactive.
    Deny,
    /// Other ways to sign in are closed.
    Credential,
    /// Ways back to an identity are closed: trust, providers, policies.
    WayBack,
    /// What starts machines and jobs is stopped.
    Spending,
    /// Machines, functions and jobs themselves.
    #[serde(rename = "machine")]
    Workload,
    /// What lies open is closed.
    Exposure,
    /// What watches is switched on.
    Watching,
}

/// What a change has to do with one that comes before it, beyond the order of the waves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// It waits until the other was tried.
    After,
    /// It is not done unless the other was done.
    Needs,
    /// It is done only if the other was tried and does not hold, as where a quota stands in the way.
    Instead,
}

/// How far a change can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "undo")]
pub enum Reversibility {
    /// The state is then what it was.
    Exact,
    /// Not all of it.
    Partial {
        /// What remains, in a sentence.
        remains: String,
    },
    /// It can't be taken back.
    None {
        /// What remains, in a sentence.
        remains: String,
    },
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The action, by its name.
    pub action: String,
    /// What it is done to.
    pub target: Resource,
    /// What it does, in a sentence for people.
    pub does: String,
    /// When it goes.
    pub wave: Wave,
    /// Impact on those who use the target; empty when nothing is known to use it. Plans of schema version 1 have sentences.
    #[serde(alias = "breaks", default, skip_serializing_if = "Vec::is_empty")]
    pub impact: Vec<Impact>,
    /// What is read just before: kept as evidence, and what undo restores.
    pub before: Vec<Read>,
    /// What must hold of that, or nothing is sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<Expectation>,
    /// What is sent, in order.
    pub writes: Vec<Write>,
    /// Whether sending it twice would do it twice, as where something is created: then it is never sent again for not being
    /// seen yet.
    #[serde(default)]
    pub once: bool,
    /// What is read to see whether it holds.
    pub after: Vec<Read>,
    /// What must hold of that. If it holds before anything is sent, nothing is sent.
    #[serde(rename = "holds")]
    pub verified_by: Vec<Expectation>,
    /// What takes it back, in order.
    pub undo: Vec<Write>,
    /// What must be as it was once it was taken back.
    pub restores: Vec<Restored>,
    /// How far it can be taken back.
    pub reversibility: Reversibility,
    /// What is lost for good, if something is: then a second person must approve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loses: Option<String>,
    /// Whether undoing it lets somebody call again who was cut off.
    #[serde(rename = "undo_frees", default, skip_serializing_if = "Option::is_none")]
    pub undo_reopens: Option<String>,
}

/// A part of a reply that must be the same after undo as it was before the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// Which of the replies read before.
    pub read: ReadName,
    /// Where in it.
    pub path: Path,
}

impl Restored {
    /// A part by its reply and path.
    #[must_use]
    pub fn new(read: &str, path: Path) -> Self {
        Self {
            read: read.into(),
            path,
        }
    }
}
