//! A plan: what will be changed in an account, in which order, how it is checked and how it is undone.
//!
//! Plain data that names every call. Whoever carries it out has no choice but four kinds of parameter: a literal, a part of
//! an earlier reply, the cut-off of sessions at that moment, and a secret that is made then and never kept. It must not know
//! how a plan is made, carried out or shown.

mod change;
mod expectation;
mod impact;
mod param;
mod step;

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, EventKey};
use crate::time::Timestamp;

pub use crate::json_path::{Part, Path};
pub use change::{Change, Order, Restored, Reversibility, Settling, Wave};
pub use expectation::{Expectation, Test, same};
pub use impact::Impact;
pub use param::{CallTemplate, Form, Param, Read, ReadName, Write};
pub use step::{Dependency, Reason, Step, StepNumber};

/// The SHA-256 of a plan's canonical form, as 64 lower-case hex digits: its name everywhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlanDigest(pub String);

impl PlanDigest {
    /// The digest as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first twelve digits: enough for a person to name it by.
    #[must_use]
    pub fn short(&self) -> &str {
        self.0.get(..12).unwrap_or(&self.0)
    }
}

impl std::fmt::Display for PlanDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Responder who will carry the plan out, as AWS named it when it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Responder {
    /// The ARN of the caller.
    pub arn: String,
    /// Until when its credentials work, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
}

/// Something that speaks against somebody or something but not strongly enough to act on it unasked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotFixed {
    /// Subject: an ARN, a key, an address.
    pub what: String,
    /// Why it is mentioned and why it is not touched.
    pub why: String,
}

/// A credential that still works after the plan, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemainingCredential {
    /// The credential.
    pub credential: String,
    /// Owner.
    pub of: String,
    /// The latest moment at which it can still work; none where nothing ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// The step that makes it useless all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denied_by: Option<StepNumber>,
    /// Effect, or what else is known of it, in a sentence.
    pub remark: String,
}

/// An event or finding behind a reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// An event of the logs.
    Event(EventKey),
    /// A finding on the account, by its id.
    Finding(String),
    /// A reading of a snapshot, by its key.
    Reading(EventKey),
    /// Statement of a person on the command line.
    Said(String),
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Version of the schema of this document.
    pub schema_version: u32,
    /// The verb that made it: `contain`, `isolate`.
    pub verb: String,
    /// The account that it changes.
    pub account: AccountId,
    /// The partition of the account, such as `aws`.
    pub partition: String,
    /// The endpoint in place of AWS's own, if there is one. A plan is carried out where it was made for and nowhere else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Responder that made it and will carry it out.
    pub responder: Responder,
    /// When it was made.
    pub made_at: Timestamp,
    /// When the state of the account that it was made from was read.
    pub state_at: Timestamp,
    /// The snapshot that it was made from.
    pub snapshot: String,
    /// True when harm was continuing when it was made, as the responder said.
    pub harm_now: bool,
    /// Principals that nothing in it may touch: the caller's chain and the case's break-glass principals.
    pub exempt: Vec<String>,
    /// True when break-glass principals were declared.
    pub break_glass_declared: bool,
    /// Identities it is meant to cut off, as named or found.
    pub suspects: Vec<String>,
    /// Steps, in the order of their numbers.
    pub steps: Vec<Step>,
    /// Problems that were seen and are not changed.
    #[serde(rename = "left_alone")]
    pub not_fixed: Vec<NotFixed>,
    /// Credentials that still work afterwards.
    #[serde(rename = "survivors")]
    pub remaining_credentials: Vec<RemainingCredential>,
    /// Seconds that it takes under the usual rates of the services.
    pub seconds: u64,
}

impl Plan {
    /// Version of the schema of this document.
    pub const SCHEMA_VERSION: u32 = 2;

    /// The bytes that the digest is of: JSON with the members of every object sorted by name.
    ///
    /// # Errors
    /// When a value can't be written as JSON.
    pub fn canonical(&self) -> Result<String, serde_json::Error> {
        Ok(crate::snapshot::canonical(&serde_json::to_value(self)?))
    }

    /// The step of a number.
    #[must_use]
    pub fn step(&self, number: StepNumber) -> Option<&Step> {
        self.steps.iter().find(|step| step.number == number)
    }
}
