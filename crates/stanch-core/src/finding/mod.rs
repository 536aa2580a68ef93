//! Finding: one detection that applies to one principal, with the events behind it.
//!
//! A finding is a group, never one line per event. It must not know how it is shown.

mod exposure;
mod handle;

use serde::{Deserialize, Serialize};

use crate::attack::{Tactic, TechniqueId};
use crate::ids::{DetectionId, EventKey, FindingId};
use crate::principal::Principal;
use crate::severity::Severity;
use crate::time::Timestamp;

pub use exposure::Exposure;
pub use handle::Handle;

/// Where a detection comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DetectionOrigin {
    /// A Sigma rule that Stanch carries.
    Rule,
    /// A Sigma rule of the user's (`--rules`).
    UserRule,
    /// Code of Stanch.
    Detector,
}

/// Description of a detection: the same for every finding it makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DetectionAbout {
    /// Stable id, in kebab case for ours: file name and id are the same word.
    pub id: DetectionId,
    /// One line, without a full stop.
    pub title: String,
    /// Severity of a hit.
    pub severity: Severity,
    /// ATT&CK tactics.
    pub tactics: Vec<Tactic>,
    /// ATT&CK techniques.
    pub techniques: Vec<TechniqueId>,
    /// Why it matters, in plain words.
    pub why: String,
    /// When it is harmless.
    pub false_positives: Vec<String>,
    /// Next actions, the first first.
    pub next: Vec<String>,
    /// Rule or code.
    pub origin: DetectionOrigin,
}

/// Fact of a finding: a label and its value, both bounded. For people only: decisions rest on [`Exposure`] and [`Handle`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Fact {
    /// Label, such as `bucket` or `new key`.
    pub label: String,
    /// Its value, as logged (hostile).
    pub value: String,
    /// Meaning for code; label and value are for people.
    #[serde(default)]
    pub kind: FactKind,
}

/// Meaning of a fact.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactKind {
    /// Anything else.
    #[default]
    Detail,
    /// The value is a principal, credential or resource that the events made, changed or used.
    Target,
    /// The value is a window in which nothing was logged.
    NotLogged,
}

impl Fact {
    /// A fact with its value cut at 300 characters.
    #[must_use]
    pub fn new(label: &str, value: &str) -> Self {
        Self {
            label: label.to_owned(),
            value: crate::text::bounded(value, 300),
            kind: FactKind::Detail,
        }
    }

    /// The same fact with its meaning.
    #[must_use]
    pub fn of_kind(mut self, kind: FactKind) -> Self {
        self.kind = kind;
        self
    }

    /// A principal, credential or resource that the events made, changed or used.
    #[must_use]
    pub fn target(label: &str, value: &str) -> Self {
        Self::new(label, value).of_kind(FactKind::Target)
    }
}

/// A detection that holds for a principal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable id over detection and principal.
    pub id: FindingId,
    /// Which detection; its words are in [`crate::verdict::Analysis::detections`].
    pub detection: DetectionId,
    /// Severity here: a detection may raise or lower its own severity by what it saw.
    pub severity: Severity,
    /// Principal.
    pub principal: Principal,
    /// First event.
    pub first: Timestamp,
    /// Last event.
    pub last: Timestamp,
    /// Number of events behind it.
    pub count: u64,
    /// Number of them that succeeded; the rest were attempts.
    pub succeeded: u64,
    /// Summary, one or two plain sentences with names and numbers, safe to show.
    pub summary: String,
    /// The facts behind the summary.
    pub facts: Vec<Fact>,
    /// Cited events, earliest first, at most [`Self::CITED_LIMIT`].
    pub events: Vec<EventKey>,
}

impl Finding {
    /// Number of events that one finding cites. `count` is the number of all.
    pub const CITED_LIMIT: usize = 40;

    /// The id for a detection and principal.
    #[must_use]
    pub fn id_for(detection: &DetectionId, principal_key: &str) -> FindingId {
        let key = EventKey::of(&[detection.as_str().as_bytes(), principal_key.as_bytes()]);
        FindingId(format!("{:016x}", (key.0 >> 64) as u64))
    }
}
