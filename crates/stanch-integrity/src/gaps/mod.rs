//! Times and kinds of events that were not recorded, or whose record was deleted.
//!
//! Joins five sources: calls that change a log, the timeline of digests, log files that a digest names and that are not
//! there, silent intervals against each region's own rhythm, and the collected status of trails. What no source can explain has no cause: it is said so.
//! It must not read a file, print, or decide whether an event is hostile.

mod control;
mod find;
mod never;
mod observed;
mod rhythm;
mod status;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::Serialize;
use stanch_core::{AccountId, RegionName, Timestamp};

pub use never::Never;
pub use observed::Recorded;

/// Events or files that a gap lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapKind {
    /// All events of a trail.
    AllEvents,
    /// All management events.
    ManagementEvents,
    /// Read-only management events.
    ReadEvents,
    /// Write management events.
    WriteEvents,
    /// Management events of some services or callers.
    ExcludedServices,
    /// Data events that were recorded before.
    DataEvents,
    /// Events of all Regions but the trail's own.
    OtherRegions,
    /// Events of IAM, STS and CloudFront.
    GlobalServiceEvents,
    /// Digest files: log files can't be validated.
    Digests,
    /// Log files that were deleted.
    LogFiles,
    /// Log files that a lifecycle rule deletes after some days.
    Retention,
    /// VPC flow logs.
    FlowLogs,
    /// Configuration history of AWS Config.
    ConfigHistory,
    /// GuardDuty findings.
    GuardDuty,
    /// DNS queries of Route 53 Resolver.
    DnsQueries,
    /// Invocations of Bedrock models.
    ModelInvocations,
    /// A Region that was disabled.
    RegionDisabled,
}

/// Sign of a gap other than a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    /// The chain of digests begins again.
    DigestRestart,
    /// Digests are not there, or leave out a time.
    DigestMissing,
    /// The chain of digests ends before those of other regions of the trail.
    DigestsEnd,
    /// A log file that a digest names is not there.
    LogMissing,
    /// No event in hours that have events on other days.
    Silence,
    /// The collected status of the trail says that it is stopped.
    TrailStopped,
    /// The collected status of the trail has a delivery error.
    DeliveryError,
}

/// The call that caused a gap.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Cause {
    /// Time of the call.
    pub time: Timestamp,
    /// Event name (hostile).
    pub name: String,
    /// Event id (hostile).
    pub event_id: String,
    /// Caller (hostile).
    pub principal: String,
    /// Source address (hostile).
    pub source_address: String,
    /// Trail, bucket, object or Region that it named (hostile).
    pub resource: String,
    /// False when the call may only have led to the gap.
    pub certain: bool,
}

/// One gap.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Gap {
    /// From.
    pub from: Timestamp,
    /// Until; `None` when it lasts to the end of the input.
    pub to: Option<Timestamp>,
    /// Account.
    pub account: AccountId,
    /// Regions.
    pub regions: BTreeSet<RegionName>,
    /// Kind.
    pub kind: GapKind,
    /// Cause, when a call of the input explains it.
    pub cause: Option<Cause>,
    /// Signs in the files.
    pub signs: BTreeSet<Sign>,
    /// Number of events of the account and these regions that are in the input nevertheless, in whole hours of the gap.
    pub events_within: u64,
}

/// All gaps of an input.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Gaps {
    /// Gaps, the earliest first.
    pub gaps: Vec<Gap>,
    /// Kinds of events that were not recorded at any time of the input.
    pub never: Vec<Never>,
    /// The input had more hours or calls than are kept: the list may lack gaps.
    pub is_cut: bool,
}
