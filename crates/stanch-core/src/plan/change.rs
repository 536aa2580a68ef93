//! Change that an action makes to one resource: what is read before, what is sent, how it is verified, how it is undone.
//!
//! It must not know its place in a plan.

use serde::{Deserialize, Serialize};

use super::expectation::Expectation;
use super::impact::Impact;
use super::param::{Read, ReadName, Write};
use crate::assessment::Resource;
use crate::json_path::Path;

/// Order of changes: by the harm that they end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wave {
    /// A clock is stopped: something would be lost for good by itself.
    #[serde(rename = "clock")]
    Deadline,
    /// Denied from above, where the attacker can't see or remove it.
    Organization,
    /// Identities are denied and their keys made inactive.
    Deny,
    /// Other ways to sign in are closed.
    Credential,
    /// Ways back to an identity are closed: trust, providers, policies.
    WayBack,
    /// Whatever launches instances and jobs is stopped.
    Spending,
    /// Machines, functions and jobs themselves.
    #[serde(rename = "machine")]
    Workload,
    /// Exposed resources are closed.
    Exposure,
    /// Logging and detection are switched on.
    Watching,
}

/// Relation of a change to one that comes before it, beyond the order of the waves.
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

/// Reversibility of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "undo")]
pub enum Reversibility {
    /// The state is then what it was.
    Exact,
    /// Not all of it.
    Partial {
        /// Remainder, in a sentence.
        remains: String,
    },
    /// It can't be undone.
    None {
        /// Remainder, in a sentence.
        remains: String,
    },
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The action, by its name.
    pub action: String,
    /// Target.
    pub target: Resource,
    /// Effect, in a sentence for people.
    pub does: String,
    /// When it goes.
    pub wave: Wave,
    /// Impact on those who use the target; empty when nothing is known to use it. Plans of schema version 1 have sentences.
    #[serde(alias = "breaks", default, skip_serializing_if = "Vec::is_empty")]
    pub impact: Vec<Impact>,
    /// Reads just before: kept as evidence, and what undo restores.
    pub before: Vec<Read>,
    /// Conditions on these replies; otherwise nothing is sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<Expectation>,
    /// Calls that are sent, in order.
    pub writes: Vec<Write>,
    /// True when sending it twice would do it twice, as where something is created: then it is never sent again for not being
    /// seen yet.
    #[serde(default)]
    pub once: bool,
    /// Reads that verify it.
    pub after: Vec<Read>,
    /// Conditions that verify it. If they are met before anything is sent, nothing is sent.
    #[serde(rename = "holds")]
    pub verified_by: Vec<Expectation>,
    /// Time that AWS takes for it, and how to see that it ended badly; none where the reply to the call is the end of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settles: Option<Settling>,
    /// Calls that undo it, in order.
    pub undo: Vec<Write>,
    /// Parts that must be the same after undo as before.
    pub restores: Vec<Restored>,
    /// Reversibility.
    pub reversibility: Reversibility,
    /// Permanent loss, if there is one: then a second person must approve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loses: Option<String>,
    /// True when undoing it lets somebody call again who was cut off.
    #[serde(rename = "undo_frees", default, skip_serializing_if = "Option::is_none")]
    pub undo_reopens: Option<String>,
}

/// Work that AWS does after it accepted a call, such as copying a volume. Until it is done, no step that needs the change is tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settling {
    /// Seconds to wait for it at most; then the change is not verified, and a later run continues.
    pub seconds: u32,
    /// Conditions of which any one says that it failed and never ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed_if: Vec<Expectation>,
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
