//! The answer: who was taken over, since when, what they did, what they left, what is not known.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::attack::Tactic;
use crate::attacker::AttackerEvent;
use crate::coverage::Coverage;
use crate::finding::{DetectionAbout, Finding};
use crate::ids::{DetectionId, EventKey, FindingId};
use crate::principal::Principal;
use crate::record::EventRecord;
use crate::time::Timestamp;

/// Confidence in a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// One weak sign.
    Low,
    /// Several signs, each with a harmless reading.
    Medium,
    /// Signs that together have no harmless reading.
    High,
}

/// Conclusion from the whole input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conclusion {
    /// At least one story of a takeover.
    Compromised,
    /// Findings of medium severity or above that make no such story.
    Suspicious,
    /// Nothing of medium severity or above was found in what could be read. Never "clean".
    NothingFound,
    /// Nothing could be read.
    Unknown,
}

/// Initial access: the way in that the earliest event of an attack speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InitialAccess {
    /// A long-term access key leaked or was stolen.
    LeakedKey,
    /// A console password or session of an IAM user was stolen.
    StolenSession,
    /// A password was guessed: failures, then success.
    GuessedPassword,
    /// Credentials of an instance, from the instance or its metadata service.
    InstanceMetadata,
    /// Trust of a role in a build service or another OIDC provider.
    WebIdentity,
    /// Role that an account outside assumes.
    ThirdParty,
    /// Session of IAM Identity Center or another identity provider.
    IdentityCenter,
    /// Root user.
    Root,
    /// Session of a role, with no event that says who opened it.
    RoleSession,
    /// Not known from these logs.
    #[default]
    Unknown,
}

impl InitialAccess {
    /// Name, as in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LeakedKey => "leaked-key",
            Self::StolenSession => "stolen-session",
            Self::GuessedPassword => "guessed-password",
            Self::InstanceMetadata => "instance-metadata",
            Self::WebIdentity => "web-identity",
            Self::ThirdParty => "third-party",
            Self::IdentityCenter => "identity-center",
            Self::Root => "root",
            Self::RoleSession => "role-session",
            Self::Unknown => "unknown",
        }
    }
}

/// One act in a story, in the order of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Tactic of the action.
    pub tactic: Tactic,
    /// In a few words, safe to show.
    pub text: String,
    /// When it began.
    pub first: Timestamp,
    /// When it was last seen.
    pub last: Timestamp,
    /// True when any of it succeeded.
    pub succeeded: bool,
    /// The finding that says so.
    pub finding: FindingId,
}

/// One takeover: principals joined by exact links (a key made, a role assumed), and what they did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Story {
    /// The principal that acted first, then those made or used by it.
    pub principals: Vec<Principal>,
    /// Access keys seen in the hostile events, long-term ones first.
    pub access_keys: Vec<String>,
    /// Access keys among them that the logs show as disabled or deleted since.
    #[serde(default)]
    pub disabled_keys: Vec<String>,
    /// The first hostile event.
    pub since: Timestamp,
    /// The last one.
    pub until: Timestamp,
    /// Confidence.
    pub confidence: Confidence,
    /// Most likely initial access.
    #[serde(default)]
    pub access: InitialAccess,
    /// Most likely way in, what speaks for it, what is not excluded. One sentence each, safe to show.
    pub how: Vec<String>,
    /// Actions of the attacker.
    pub did: Vec<Step>,
    /// Resources that they left and that may still exist: users, keys, roles, functions, instances.
    pub left: Vec<String>,
    /// Data that they took, with amounts, or why the amount can't be known.
    pub took: Vec<String>,
    /// Addresses they came from, with country or network where known.
    pub networks: Vec<String>,
    /// Accounts in whose logs its events are.
    #[serde(default)]
    pub accounts: Vec<String>,
    /// Regions of its events.
    #[serde(default)]
    pub regions: Vec<String>,
    /// Number of events that are attributed to it.
    #[serde(default)]
    pub events: u64,
    /// The findings it is made of.
    pub findings: Vec<FindingId>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// In one word.
    pub conclusion: Conclusion,
    /// Takeovers, the most severe first.
    pub stories: Vec<Story>,
    /// Findings of medium severity or above next to the stories.
    pub beside: Vec<FindingId>,
    /// Times and places where nobody was looking, one sentence each, safe to show.
    pub blind: Vec<String>,
    /// Questions that could not be judged and why, one sentence each, safe to show.
    pub unknown: Vec<String>,
}

/// Activity of one principal, for the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrincipalSummary {
    /// Principal.
    pub principal: Principal,
    /// First event.
    pub first: Timestamp,
    /// Last event.
    pub last: Timestamp,
    /// All events.
    pub events: u64,
    /// Events that did not succeed.
    pub errors: u64,
    /// Successful events that changed something.
    pub writes: u64,
    /// Regions acted in.
    pub regions: Vec<String>,
    /// Networks acted from, with country or owner where known.
    pub networks: Vec<String>,
    /// Clients used (claimed).
    pub agents: Vec<String>,
    /// Access keys used.
    pub access_keys: Vec<String>,
    /// Findings about it.
    pub findings: Vec<FindingId>,
}

/// One bar of the activity histogram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityBar {
    /// Start of the bar.
    pub start: Timestamp,
    /// Events in it.
    pub events: u64,
    /// Of these, not succeeded.
    pub errors: u64,
}

/// Everything a report is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Analysis {
    /// Version of this document's schema.
    pub schema_version: u32,
    /// Version of the program.
    pub stanch_version: String,
    /// The fixed clock (`--now`), when one was given.
    pub now: Option<Timestamp>,
    /// Where the country table comes from and its date.
    pub country_table: String,
    /// Readings.
    pub coverage: Coverage,
    /// The answer.
    pub verdict: Verdict,
    /// Findings, the most severe first, then the earliest, then by id.
    pub findings: Vec<Finding>,
    /// Words of the detections that made findings.
    pub detections: BTreeMap<DetectionId, DetectionAbout>,
    /// Number of detections that ran.
    pub detections_run: u64,
    /// User rules that could not be loaded: file and reason.
    pub rules_refused: Vec<RefusedRule>,
    /// Cited events.
    pub events: BTreeMap<EventKey, EventRecord>,
    /// Events that are attributed to attackers, by story, then time; at most 200,000.
    #[serde(default)]
    pub attacker_events: Vec<AttackerEvent>,
    /// Number of events that are attributed to attackers in all.
    #[serde(default)]
    pub attacker_event_count: u64,
    /// Paths of the sources that cited events lie in, by source number.
    pub source_paths: BTreeMap<u32, String>,
    /// Principals with findings, and the busiest others; at most [`Self::PRINCIPAL_LIMIT`].
    pub principals: Vec<PrincipalSummary>,
    /// Number of principals seen.
    pub principal_count: u64,
    /// Activity over time: at most [`Self::BAR_LIMIT`] bars of equal width.
    pub activity: Vec<ActivityBar>,
    /// Width of a bar in milliseconds.
    pub activity_bar_millis: i64,
}

impl Analysis {
    /// Version of the schema of this document (`docs/report.schema.json`).
    pub const SCHEMA_VERSION: u32 = 1;
    /// Number of principals that are listed.
    pub const PRINCIPAL_LIMIT: usize = 500;
    /// Most bars of the histogram.
    pub const BAR_LIMIT: usize = 240;
}

/// A rule of the user's that could not be loaded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RefusedRule {
    /// Its file, safe to show.
    pub path: String,
    /// Why, safe to show.
    pub reason: String,
}
