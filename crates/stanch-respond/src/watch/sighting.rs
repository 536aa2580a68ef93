//! What was seen after containment. It must not know how it was found.

use serde::{Deserialize, Serialize};
use stanch_core::{EventKey, Timestamp};

/// What a sighting means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SightingKind {
    /// A burned credential or principal was used, and refused: the containment holds.
    Refused,
    /// A burned credential or principal was used, and its call was carried out: it does not hold.
    GotThrough,
    /// A deny that Stanch wrote was taken away, or a key was made active again.
    Stripped,
    /// Somebody suspect made or was given a credential.
    NewCredential,
    /// A call came from an address of the attacker, by somebody who is not burned.
    KnownAddress,
}

impl SightingKind {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::GotThrough => "GOT THROUGH",
            Self::Stripped => "STRIPPED",
            Self::NewCredential => "NEW CREDENTIAL",
            Self::KnownAddress => "known address",
        }
    }

    /// Returns true when somebody must act on it now.
    #[must_use]
    pub const fn is_alarm(self) -> bool {
        matches!(self, Self::GotThrough | Self::Stripped | Self::NewCredential)
    }
}

/// One event that matters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// The event.
    pub event: EventKey,
    /// When.
    pub time: Timestamp,
    /// What it means.
    pub kind: SightingKind,
    /// Who called.
    pub who: String,
    /// With which key; empty when none is logged.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// From where.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// In which region.
    pub region: String,
    /// Service and operation.
    pub call: String,
    /// Why it matters, in a sentence.
    pub why: String,
}
