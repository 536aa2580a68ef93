//! Newtypes for identifiers, so that one kind can't be passed for another.
//!
//! They carry text as it was received. They must not know how the text is shown or where it came from.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The text of the id.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}

text_id! {
    /// A 12-digit AWS account number, as logged.
    AccountId
}
text_id! {
    /// A region's code, such as `eu-central-1`, or `aws-global` for a service without regions.
    RegionName
}
text_id! {
    /// A service as its model is named, such as `iam` or `cognito-idp`.
    ServiceName
}
text_id! {
    /// An operation as its model names it, such as `ListUsers`.
    OperationName
}
text_id! {
    /// The stable id of a detection: a Sigma rule's id or a coded detector's name.
    DetectionId
}
text_id! {
    /// The id of a finding: the same for the same detection and principal over the same input.
    FindingId
}

impl AccountId {
    /// Returns true for a text that can be an account id: 12 digits.
    #[must_use]
    pub fn is_valid(text: &str) -> bool {
        text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
    }
}

/// The place of a source in the sorted list of inputs of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceId(pub u32);

/// Stanch's own key of an event: 128 bits over what makes it this event and no other.
///
/// `eventID` alone is no key: one trail's copy and another's carry the same id, and fixtures reuse ids.
/// Two records with equal keys are copies of one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct EventKey(pub u128);

impl EventKey {
    /// Hashes length-prefixed parts, so that moving a byte from one part to the next gives another key.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hash = xxhash_rust::xxh3::Xxh3::new();
        for part in parts {
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Self(hash.digest128())
    }

    /// Joins what names an event, which every copy and extract of it has, with a hash over all of it: the upper half is
    /// equal for every form in which the event comes, the lower one for every whole copy.
    #[must_use]
    pub fn named(name: &[u8], content: Self) -> Self {
        let name = u128::from(xxhash_rust::xxh3::xxh3_64(name));
        Self(name << 64 | content.0 & u128::from(u64::MAX))
    }

    /// Returns the upper half, see [`Self::named`].
    #[must_use]
    pub const fn name_half(self) -> u64 {
        (self.0 >> 64) as u64
    }

    /// Returns the lower half, see [`Self::named`].
    #[must_use]
    pub const fn content_half(self) -> u64 {
        self.0 as u64
    }

    /// The same of one part that has its length before it, as eight bytes with the lowest first.
    #[must_use]
    pub fn of_framed(part: &[u8]) -> Self {
        Self(xxhash_rust::xxh3::xxh3_128(part))
    }
}

impl fmt::Display for EventKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl Serialize for EventKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for EventKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return u128::deserialize(deserializer).map(Self);
        }
        let text = String::deserialize(deserializer)?;
        u128::from_str_radix(&text, 16)
            .map(Self)
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_depends_on_where_one_part_ends() {
        assert_ne!(EventKey::of(&[b"ab", b"c"]), EventKey::of(&[b"a", b"bc"]));
        assert_eq!(EventKey::of(&[b"ab", b"c"]), EventKey::of(&[b"ab", b"c"]));
    }

    #[test]
    fn a_key_survives_json() {
        let key = EventKey::of(&[b"x"]);
        let text = serde_json::to_string(&key).unwrap();
        assert_eq!(text.len(), 34);
        assert_eq!(serde_json::from_str::<EventKey>(&text).unwrap(), key);
    }
}
