//! Assessment of an account: findings with their evidence, and what could not be judged.
//!
//! Plain values, serialised as they are. They must not know how they are shown; every text of the account in them is
//! bounded, and hostile until a report escapes it.

use serde::{Deserialize, Serialize};

use crate::finding::{Exposure, Fact, Handle};
use crate::ids::{AccountId, EventKey, OperationName, RegionName, ServiceName};
use crate::principal::Principal;
use crate::severity::Severity;
use crate::text::bounded;
use crate::time::Timestamp;

/// The most characters of an id, a name or a summary that are kept.
const TEXT_LIMIT: usize = 300;

/// Verdict on a resource: how strong the signs of an attack are, not how much harm it can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingVerdict {
    /// A misconfiguration: it helps an attacker, and is no sign of one.
    #[serde(alias = "weak")]
    Misconfiguration,
    /// Something that attackers leave behind, though the owner may have meant it.
    Suspicious,
    /// Malicious in itself, or linked to a compromised identity.
    #[serde(alias = "hostile")]
    Malicious,
}

impl FindingVerdict {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Misconfiguration => "misconfiguration",
            Self::Suspicious => "suspicious",
            Self::Malicious => "malicious",
        }
    }
}

/// A thing in an account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Resource {
    /// The kind, in the field's words: `iam-user`, `bucket`, `instance`.
    pub kind: String,
    /// Its id: the ARN where there is one, else what the service names it by.
    pub id: String,
    /// Its name, which is the id where it has no other.
    pub name: String,
    /// The account.
    pub account: AccountId,
    /// The region; for services without regions, the one they are asked in.
    pub region: RegionName,
}

impl Resource {
    /// A thing; an empty name is replaced by the id.
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

/// The reading that a finding was seen in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Citation {
    /// The key of the reading (`Reading::key`).
    pub reading: EventKey,
    /// The service that was asked.
    pub service: ServiceName,
    /// The operation.
    pub operation: OperationName,
    /// The region.
    pub region: RegionName,
    /// When the answer had arrived.
    pub at: Timestamp,
}

/// An event that made or changed a thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MakingEvent {
    /// The event.
    pub event: EventKey,
    /// Its name.
    pub name: String,
    /// When.
    pub time: Timestamp,
    /// Principal.
    pub principal: Principal,
    /// With which key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_key: Option<String>,
    /// From where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// Creator of a resource, or who changed it last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "known")]
pub enum MadeBy {
    /// By this event, the last that did.
    Event(MakingEvent),
    /// It was there, as it is, before the logs begin.
    BeforeLogs {
        /// When the logs begin.
        begin: Timestamp,
    },
    /// Somebody vouches for it (`--known-good`).
    KnownGood {
        /// The line that does.
        line: String,
    },
    /// Not known.
    Unknown {
        /// Why not.
        why: String,
    },
}

impl MakingEvent {
    /// An event by its parts; key and address may be added.
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
    /// Not known, and why.
    #[must_use]
    pub fn unknown(why: &str) -> Self {
        Self::Unknown { why: why.to_owned() }
    }
}

/// One thing of an account that a check speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountFinding {
    /// Stable id over check, resource and what sets two findings of one check on one resource apart.
    pub id: String,
    /// The check.
    pub check: String,
    /// Severity.
    pub severity: Severity,
    /// Verdict on the resource.
    #[serde(alias = "standing")]
    pub verdict: FindingVerdict,
    /// The thing.
    pub resource: Resource,
    /// Summary, one sentence.
    pub summary: String,
    /// Facts behind it. For people only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
    /// Access that the resource grants to external accounts and the public.
    #[serde(default, skip_serializing_if = "Exposure::is_empty")]
    pub exposure: Exposure,
    /// Exact parts of the resource that the finding is about, for actions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handles: Vec<Handle>,
    /// Why it stands graver than the check alone would have it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<String>,
    /// External accounts that are not known and that it grants access to or sends data to.
    #[serde(alias = "foreign", default, skip_serializing_if = "Vec::is_empty")]
    pub external_accounts: Vec<AccountId>,
    /// Deadline by which something is lost, for a time-critical finding.
    #[serde(alias = "clock", default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Deadline>,
    /// Where it was read.
    pub evidence: Vec<Citation>,
    /// Creator.
    pub made_by: MadeBy,
    /// The action that answers it.
    pub action: String,
}

/// Loss that occurs at a time unless someone stops it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// Loss.
    pub loses: String,
    /// When, where the service says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

/// A question of a check that has no answer: never the same as nothing found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NotJudged {
    /// The account.
    pub account: AccountId,
    /// The check.
    pub check: String,
    /// The service that would have answered.
    pub service: ServiceName,
    /// The operation.
    pub operation: OperationName,
    /// Why not: the outcome's word, or `not-collected`.
    pub why: String,
    /// In which regions; empty when it was asked nowhere.
    pub regions: Vec<RegionName>,
}

/// Presence of a resource in the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// It still exists.
    #[serde(alias = "alive")]
    Exists,
    /// All that would show it was read, and it is not there.
    Gone,
    /// The readings that would show it were not collected, or were denied.
    Unknown,
}

impl Presence {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exists => "exists",
            Self::Gone => "gone",
            Self::Unknown => "unknown",
        }
    }
}

/// A thing that somebody suspect made or changed, and whether it is still there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// The thing, as the event names it.
    pub resource: Resource,
    /// The last event that changed it.
    pub made_by: MakingEvent,
    /// Presence in the account.
    #[serde(alias = "alive")]
    pub presence: Presence,
    /// All names that the event gives it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
}

/// Somebody whose doings speak against them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspect {
    /// Principal.
    pub principal: Principal,
    /// The first act that speaks against them.
    pub since: Timestamp,
    /// Why.
    pub why: String,
}

/// All that was judged of the accounts of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// Version of the schema of this document.
    pub schema_version: u32,
    /// The accounts.
    pub accounts: Vec<AccountId>,
    /// Number of checks that ran.
    pub checks_run: u64,
    /// Number of readings they looked at.
    pub readings: u64,
    /// When the logs that were joined begin; none when there were none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logs_begin: Option<Timestamp>,
    /// The findings: time-critical ones first, then by verdict, severity, check and resource.
    pub findings: Vec<AccountFinding>,
    /// Principals that are suspect by what they created.
    pub suspects: Vec<Suspect>,
    /// Resources that suspects created.
    pub traces: Vec<Trace>,
    /// Questions that could not be judged.
    pub not_judged: Vec<NotJudged>,
}

impl Assessment {
    /// Version of the schema of this document.
    pub const SCHEMA_VERSION: u32 = 1;

    /// Returns true when every question of every check has an answer.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.not_judged.is_empty()
    }
}
