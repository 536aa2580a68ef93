//! Description of a case: `case.json`. It must not know its folder.

use serde::{Deserialize, Serialize};
use stanch_core::text::bounded;
use stanch_core::{AccountId, Timestamp};

use crate::declaration::Declaration;
use crate::digest::Digest;
use crate::error::CaseError;

/// The version of the case format that this program writes, and the newest it reads.
pub const FORMAT_VERSION: u32 = 2;

/// Facts that a person gives when they open a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCase {
    /// Name of the incident.
    pub title: String,
    /// The accounts concerned, as far as known.
    pub accounts: Vec<AccountId>,
    /// The first responder: ARN or name.
    pub responder: String,
    /// Break-glass principals: ARNs.
    pub break_glass: Vec<String>,
    /// Recipient that original replies are sealed to, if they are kept.
    pub seal_to: Option<String>,
    /// When the case is opened.
    pub opened_at: Timestamp,
}

/// `case.json`: written once, when the case is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseInfo {
    /// The day it was opened and eight digits over all that was said then.
    pub id: String,
    /// Name of the incident. Escape it where it is shown.
    pub title: String,
    /// The accounts concerned.
    pub accounts: Vec<AccountId>,
    /// The first responder, as declared when the case was opened.
    pub(crate) responder: String,
    /// Break-glass principals, as declared when the case was opened.
    pub(crate) break_glass: Vec<String>,
    /// The age recipient (a public key) whom replies of AWS are sealed to, if they are kept as they came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal_to: Option<String>,
    /// When the case was opened.
    pub opened_at: Timestamp,
    /// The version of the case format.
    pub format_version: u32,
}

impl NewCase {
    /// Checks responder and break-glass principals.
    pub(crate) fn check(&self) -> Result<(), CaseError> {
        let responder = Declaration::Responder {
            principal: self.responder.clone(),
        };
        let break_glass = self.break_glass.iter().map(|name| Declaration::BreakGlass {
            principal: name.clone(),
        });
        std::iter::once(responder)
            .chain(break_glass)
            .try_for_each(|declaration| declaration.normal().check())
    }
}

impl CaseInfo {
    const NAME_LIMIT: usize = 200;
    const PRINCIPAL_LIMIT: usize = 2048;

    /// Bounds what was said and gives the case its id, which is the same for the same words and moment.
    pub(crate) fn new(new: &NewCase) -> Self {
        let mut info = Self {
            id: String::new(),
            title: bounded(&new.title, Self::NAME_LIMIT),
            accounts: new
                .accounts
                .iter()
                .map(|id| AccountId(bounded(id.as_str(), Self::NAME_LIMIT)))
                .collect(),
            responder: bounded(new.responder.trim(), Self::PRINCIPAL_LIMIT),
            break_glass: new
                .break_glass
                .iter()
                .map(|name| bounded(name.trim(), Self::PRINCIPAL_LIMIT))
                .collect(),
            seal_to: new
                .seal_to
                .as_deref()
                .map(|key| bounded(key, Self::PRINCIPAL_LIMIT)),
            opened_at: new.opened_at,
            format_version: FORMAT_VERSION,
        };
        let said = Digest::of(&info.to_bytes());
        let day: String = info.opened_at.to_string().chars().take(10).collect();
        info.id = format!("{day}-{}", &said.as_str()[..8]);
        info
    }

    /// The bytes of `case.json`.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }
}

/// The one field of `case.json` that every version of the format has.
#[derive(Deserialize)]
pub(crate) struct FormatVersion {
    pub(crate) format_version: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_bounded_and_the_id_is_repeatable() {
        let new = NewCase {
            title: "x".repeat(10_000),
            accounts: vec![AccountId::from("111122223333")],
            responder: "y".repeat(10_000),
            break_glass: vec!["z".repeat(10_000)],
            seal_to: None,
            opened_at: Timestamp(1_772_719_331_000),
        };
        let info = CaseInfo::new(&new);
        assert!(info.to_bytes().len() < 6000);
        assert_eq!(info, CaseInfo::new(&new));
        assert!(info.id.starts_with("2026-03-05-"), "{}", info.id);
        let later = NewCase {
            opened_at: Timestamp(1_772_719_331_001),
            ..new
        };
        assert_ne!(CaseInfo::new(&later).id, info.id);
    }
}
