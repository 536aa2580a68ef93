//! Assessment of an account: findings with their evidence, and questions without an answer.
//!
//! Plain values, serialised as they are. They must not know how they are rendered; every text of the account in them is
//! bounded, and an attacker may have written it: reports escape it.

use serde::{Deserialize, Serialize};

use crate::finding::{Exposure, Fact, Handle};
use crate::ids::{AccountId, EventKey, OperationName, RegionName, ServiceName};
use crate::principal::Principal;
use crate::severity::Severity;
use crate::text::bounded;
use crate::time::Timestamp;

/// Maximum characters of an id, a name or a summary.
const TEXT_LIMIT: usize = 300;

/// Verdict on a resource: the evidence against it, not the harm that it can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingVerdict {
    /// Misconfiguration: useful to an attacker, but no sign of compromise by itself.
    #[serde(alias = "weak")]
    Misconfiguration,
    /// Typical of attackers, though an owner may have intended it.
    Suspicious,
    /// Malicious by itself, or linked to a principal that is.
    #[serde(alias = "hostile")]
    Malicious,
}

impl FindingVerdict {
    /// Returns the serialized word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Misconfiguration => "misconfiguration",
            Self::Suspicious => "suspicious",
            Self::Malicious => "malicious",
        }
    }
}

/// Reason for which a finding exists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingBasis {
    /// A check found it in the collected answers.
    #[default]
    Check,
    /// A suspect created or changed the resource and it still exists; no check speaks of it.
    StillExists,
}

/// Resource in an account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Resource {
    /// Resource type: `iam-user`, `bucket`, `instance`.
    pub kind: String,
    /// ARN where there is one, otherwise the service's identifier.
    pub id: String,
    /// Name, or the id where it has no other.
    pub name: String,
    /// Account.
    pub account: AccountId,
    /// Region; for global services, the one in which they were asked.
    pub region: RegionName,
}

impl Resource {
    /// Returns a resource; an empty name is replaced by the id.
    #[must_use]
    pub fn new(kind: &str, id: &str, name: &str, account: &AccountId, region: &RegionName) -> Self {
        let name = if name.is_empty() { id } else { name };
        Self {
            kind: kind.to_owned(),
            id: bounded(id, TEXT_LIMIT),
            name: bounded(name, TEXT_LIMIT),
            account: account.clone(),
            region: region.clone(),
        }
    }
}

/// Reading in which a finding was seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Citation {
    /// Key of the reading (`Reading::key`).
    pub reading: EventKey,
    /// Service that was asked.
    pub service: ServiceName,
    /// Operation.
    pub operation: OperationName,
    /// Region.
    pub region: RegionName,
    /// Time at which the answer had arrived.
    pub at: Timestamp,
}

/// Event that created or changed a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MakingEvent {
    /// Event.
    pub event: EventKey,
    /// Name of the API call.
    pub name: String,
    /// Time.
    pub time: Timestamp,
    /// Principal.
    pub principal: Principal,
    /// Access key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_key: Option<String>,
    /// Source address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// Creator of a resource, or the principal that changed it last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "known")]
pub enum MadeBy {
    /// Last event that created or changed it.
    Event(MakingEvent),
    /// Unchanged since before the logs begin.
    BeforeLogs {
        /// Begin of the logs.
        begin: Timestamp,
    },
    /// A responder vouched for it (known-good list).
    KnownGood {
        /// Line of the list.
        line: String,
    },
    /// Not known.
    Unknown {
        /// Reason.
        why: String,
    },
}

impl MakingEvent {
    /// Returns an event without key and address.
    #[must_use]
    pub fn new(event: EventKey, name: &str, time: Timestamp, principal: Principal) -> Self {
        Self {
            event,
            name: bounded(name, TEXT_LIMIT),
            time,
            principal,
            access_key: None,
            address: None,
        }
    }
}

impl MadeBy {
    /// Returns an unknown creator with the reason.
    #[must_use]
    pub fn unknown(why: &str) -> Self {
        Self::Unknown { why: why.to_owned() }
    }
}

/// Finding on one resource of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountFinding {
    /// Stable id over check, resource and the part of the resource.
    pub id: String,
    /// Id of the check.
    pub check: String,
    /// Reason for which it exists.
    #[serde(default, skip_serializing_if = "is_by_check")]
    pub basis: FindingBasis,
    /// Severity.
    pub severity: Severity,
    /// Verdict.
    #[serde(alias = "standing")]
    pub verdict: FindingVerdict,
    /// Resource.
    pub resource: Resource,
    /// Sentence for people.
    pub summary: String,
    /// Facts for people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
    /// Reasons, for people, for a verdict that is worse than the check's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<String>,
    /// External principals that get access or data.
    #[serde(
        default,
        alias = "foreign",
        deserialize_with = "exposure",
        skip_serializing_if = "Exposure::is_empty"
    )]
    pub exposure: Exposure,
    /// Parts of the resource, as an action can be given them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handles: Vec<Handle>,
    /// Harm that occurs without further action, and when.
    #[serde(default, alias = "clock", skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Deadline>,
    /// Answers in which it was read.
    pub evidence: Vec<Citation>,
    /// Principal that changed it last, by the last event that names it; the creator where nobody changed it.
    pub made_by: MadeBy,
    /// Event that created it, where the logs have it and someone changed it later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<MakingEvent>,
    /// Next step for a person.
    pub action: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_by_check(basis: &FindingBasis) -> bool {
    matches!(basis, FindingBasis::Check)
}

/// Reads an exposure, or the list of accounts that documents of schema 1 have in its place.
fn exposure<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Exposure, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Accounts(Vec<AccountId>),
        Exposure(Exposure),
    }
    Ok(match Written::deserialize(deserializer)? {
        Written::Exposure(exposure) => exposure,
        Written::Accounts(accounts) => Exposure {
            accounts,
            ..Exposure::default()
        },
    })
}

impl AccountFinding {
    /// Returns the events that created it and changed it last, the creation first.
    pub fn makers(&self) -> impl Iterator<Item = &MakingEvent> {
        let last = match &self.made_by {
            MadeBy::Event(event) => Some(event),
            _ => None,
        };
        self.created_by.iter().chain(last)
    }

    /// Returns the external accounts that get access or data without a condition.
    #[must_use]
    pub fn external_accounts(&self) -> &[AccountId] {
        self.exposure.unconditional_accounts()
    }
}

/// Harm that occurs without further action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// Data that is lost.
    pub loses: String,
    /// Time, where the service tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

/// Question of a check without an answer: unknown, never the same as nothing found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NotJudged {
    /// The account.
    pub account: AccountId,
    /// Check.
    pub check: String,
    /// Service that was asked.
    pub service: ServiceName,
    /// Operation.
    pub operation: OperationName,
    /// Reason: the outcome's word, or `not-collected`.
    pub why: String,
    /// Regions; empty when it was asked in none.
    pub regions: Vec<RegionName>,
}

/// Presence of a resource in the snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// It still exists.
    #[serde(alias = "alive")]
    Exists,
    /// Every listing that would show it was read in full, and it is not in them.
    Gone,
    /// A listing that would show it was not collected, or was denied.
    Unknown,
}

impl Presence {
    /// Returns the serialized word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exists => "exists",
            Self::Gone => "gone",
            Self::Unknown => "unknown",
        }
    }
}

/// Resource that a suspect created or changed, and its presence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// Resource as the event names it.
    pub resource: Resource,
    /// Last event that changed it.
    pub made_by: MakingEvent,
    /// Presence in the snapshot.
    #[serde(alias = "alive")]
    pub presence: Presence,
    /// Identifiers of the resource in the event.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
}

/// Principal with evidence against it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspect {
    /// Principal.
    pub principal: Principal,
    /// First action that is evidence.
    pub since: Timestamp,
    /// Reason for people.
    pub why: String,
}

/// Assessment of all accounts of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// Version of the schema of this document.
    pub schema_version: u32,
    /// Accounts.
    pub accounts: Vec<AccountId>,
    /// Number of checks.
    pub checks_run: u64,
    /// Number of readings.
    pub readings: u64,
    /// Begin of the logs; none without logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logs_begin: Option<Timestamp>,
    /// Findings: deadlines first, then by verdict, severity, check and resource.
    pub findings: Vec<AccountFinding>,
    /// Principals with evidence against them.
    pub suspects: Vec<Suspect>,
    /// Resources that suspects created or changed.
    pub traces: Vec<Trace>,
    /// Questions without an answer.
    pub not_judged: Vec<NotJudged>,
}

impl Assessment {
    /// Version of the schema of this document.
    pub const SCHEMA_VERSION: u32 = 2;

    /// Returns true if every question of every check has an answer.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.not_judged.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_of_schema_1_are_read() {
        let written = r#"{"id":"1","check":"queue-shared","severity":"high","standing":"hostile",
            "resource":{"kind":"queue","id":"q","name":"q","account":"111122223333","region":"us-east-1"},
            "summary":"queue q lets in account 999988887777","foreign":["999988887777"],
            "clock":{"loses":"everything","at":"2026-03-14"},"evidence":[],
            "made_by":{"known":"unknown","why":"no logs were given"},"action":"set the policy back"}"#;
        let finding: AccountFinding = serde_json::from_str(written).unwrap();
        assert_eq!(finding.verdict, FindingVerdict::Malicious);
        assert_eq!(finding.basis, FindingBasis::Check);
        assert_eq!(finding.external_accounts(), ["999988887777".into()]);
        assert_eq!(finding.deadline.as_ref().unwrap().loses, "everything");
        let again = serde_json::to_string(&finding).unwrap();
        assert!(
            again.contains(r#""verdict":"malicious""#) && !again.contains("foreign"),
            "{again}"
        );
        assert_eq!(serde_json::from_str::<AccountFinding>(&again).unwrap(), finding);
        let weak = serde_json::from_str::<FindingVerdict>("\"weak\"").unwrap();
        assert_eq!(weak, FindingVerdict::Misconfiguration);
    }
}
