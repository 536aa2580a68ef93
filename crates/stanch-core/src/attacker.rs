//! Events that the verdict attributes to an attacker, each with the reason.
//!
//! Plain values; the attribution is made by `stanch-detect`. It must not know how they are shown.

use serde::{Deserialize, Serialize};

use crate::ids::EventKey;
use crate::time::Timestamp;
use crate::verdict::Confidence;

/// Reason why an event is attributed to an attacker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attribution {
    /// Made with a credential that the attacker created or opened.
    DerivedCredential,
    /// Made from a network that this credential was not used from before the attack.
    Network,
    /// Made with a client program that this credential was not used with before the attack, from a network that its
    /// owner uses too.
    Client,
    /// Opened a session that the attacker used; other calls of this credential may be its owner's.
    OpenedSession,
    /// Another account's record of an attributed call.
    SharedEvent,
    /// Close in time to a malicious call, with nothing that tells attacker and owner apart.
    NotSeparable,
}

impl Attribution {
    /// Returns the confidence that the event is the attacker's.
    #[must_use]
    pub const fn confidence(self) -> Confidence {
        match self {
            Self::DerivedCredential | Self::Network | Self::SharedEvent => Confidence::High,
            Self::Client | Self::OpenedSession => Confidence::Medium,
            Self::NotSeparable => Confidence::Low,
        }
    }
}

/// One event of an attacker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttackerEvent {
    /// Stanch's own key of the event.
    pub key: EventKey,
    /// `eventID`; empty for logs without one.
    pub event_id: String,
    /// When.
    pub time: Timestamp,
    /// Account whose log it is.
    pub account: String,
    /// Region.
    pub region: String,
    /// `eventSource`.
    pub source: String,
    /// `eventName`, as logged.
    pub name: String,
    /// Grouping key of the principal.
    pub principal: String,
    /// Access key; empty when the log names none.
    pub access_key_id: String,
    /// `sourceIPAddress`.
    pub source_address: String,
    /// True when the call succeeded.
    pub succeeded: bool,
    /// Number of the story in the verdict, from 0.
    pub story: u32,
    /// Why it is attributed.
    pub reason: Attribution,
    /// Confidence.
    pub confidence: Confidence,
}
