//! The vocabulary of Stanch: what the crates say to each other.
//!
//! Every other library crate depends on this one and on no other, so this is the only place where two of
//! them can agree on a word. It holds plain values and the ports (traits) through which the binary joins the
//! crates. It must never do I/O, read a clock, start a thread or know a file format.

pub mod account;
pub mod address;
pub mod arn;
pub mod assessment;
pub mod attack;
pub mod attacker;
pub mod call;
pub mod caller;
pub mod catalogue;
pub mod coverage;
pub mod credential;
pub mod dossier;
pub mod event;
pub mod finding;
pub mod ids;
mod json;
pub mod json_path;
mod numbers;
pub mod outcome;
pub mod plan;
pub mod ports;
pub mod principal;
pub mod record;
pub mod redact;
pub mod reply;
pub mod run;
pub mod severity;
pub mod snapshot;
pub mod source;
pub mod text;
pub mod time;
pub mod unique_id;
pub mod verdict;

pub use address::AddressKind;
pub use arn::{Arn, PrincipalArn, SessionArn};
pub use assessment::Assessment;
pub use attack::{Tactic, TechniqueId};
pub use attacker::{AttackerEvent, Attribution};
pub use call::Call;
pub use catalogue::OperationAbout;
pub use coverage::Coverage;
pub use credential::CredentialId;
pub use dossier::Dossier;
pub use event::{Event, Identity, LogKind};
pub use finding::{DetectionAbout, Finding};
pub use ids::{
    AccountId, DetectionId, EventKey, FindingId, OperationName, RegionName, ServiceName, SourceId,
};
pub use outcome::Outcome;
pub use plan::{Plan, PlanDigest};
pub use principal::Principal;
pub use record::{EventRecord, Location};
pub use reply::{Answer, CallOutcome};
pub use run::RunLine;
pub use severity::Severity;
pub use snapshot::{CollectCoverage, Reading, SnapshotManifest};
pub use source::{Problem, ProblemKind, SourceReport};
pub use time::Timestamp;
pub use verdict::{Analysis, Verdict};
