//! The input of the planner: the account as it was read, the responder, the assessment and the logs.
//!
//! Plain data, and one question to the logs. It must not know how any of it was read.

use std::collections::BTreeMap;
use std::fmt;

use stanch_core::assessment::Trace;
use stanch_core::plan::Responder;
use stanch_core::verdict::Story;
use stanch_core::{Assessment, Dossier, Finding, RegionName, Timestamp};

use crate::account::Account;

/// The input of the planner.
#[derive(Clone, Copy)]
pub struct Situation<'a> {
    /// The verb that plans: `contain`, `isolate`.
    pub verb: &'a str,
    /// The account as it was read.
    pub account: &'a Account,
    /// The responder who will apply the plan.
    pub responder: &'a Responder,
    /// The ARNs of what the responder's credentials are derived from: its user or role and everything before that.
    pub chain: &'a [String],
    /// The case's break-glass principals, as ARNs.
    pub break_glass: &'a [String],
    /// Regions that the responder named: one alone is the region of requested actions that name none.
    pub regions: &'a [RegionName],
    /// Steps that a person leaves out: `ACTION` or `ACTION:TARGET`.
    pub without: &'a [String],
    /// The endpoint used instead of AWS's own.
    pub endpoint: Option<&'a str>,
    /// The snapshot that the account is read from.
    pub snapshot: &'a str,
    /// When the account was read.
    pub state_at: Timestamp,
    /// Now.
    pub made_at: Timestamp,
    /// True when harm is continuing, as the responder says.
    pub harm_now: bool,
    /// The assessment of the account, if there is one.
    pub assessment: Option<&'a Assessment>,
    /// Findings in the logs, which may be named as seeds.
    pub detections: &'a [Finding],
    /// What the logs show of an identity or an IP address; `None` where there are no logs.
    pub who: &'a dyn Fn(&str) -> Option<Dossier>,
    /// Resources that an access key, or a principal by its ARN without path, created or changed by the logs.
    pub made: &'a dyn Fn(&str) -> Vec<Trace>,
    /// Attacks that the hunt found: what their principals did long before is not the attacker's.
    pub stories: &'a [Story],
    /// The request rates of services.
    pub rates: &'a Rates,
}

impl fmt::Debug for Situation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Situation")
            .field("verb", &self.verb)
            .field("account", &self.account.id)
            .field("snapshot", &self.snapshot)
            .finish_non_exhaustive()
    }
}

/// What a person names as compromised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seed {
    /// A long-term access key.
    Key(String),
    /// A user, by name or ARN.
    User(String),
    /// A role, by name or ARN.
    Role(String),
    /// A session: the id of its temporary key, or its ARN.
    Session(String),
    /// An EC2 instance.
    Instance(String),
    /// An IP address: every credential that called from it.
    Ip(String),
    /// A finding, by its id.
    Finding(String),
    /// An action and its target: `ACTION:TARGET,NAME=VALUE`.
    Act(String),
}

impl Seed {
    /// Returns the option and its value.
    #[must_use]
    pub const fn parts(&self) -> (&'static str, &String) {
        match self {
            Self::Key(text) => ("--key", text),
            Self::User(text) => ("--user", text),
            Self::Role(text) => ("--role", text),
            Self::Session(text) => ("--session", text),
            Self::Instance(text) => ("--instance", text),
            Self::Ip(text) => ("--ip", text),
            Self::Finding(text) => ("--finding", text),
            Self::Act(text) => ("--act", text),
        }
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (option, word) = self.parts();
        write!(f, "{option} {}", stanch_core::text::shown(word, 200))
    }
}

/// Everything that was named.
pub type Seeds = [Seed];

/// The calls per second that services accept before they throttle. AWS publishes no rate for IAM; for services that are not named,
/// the planner assumes fifteen changes per second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rates {
    /// Changes per second by service.
    pub writes: BTreeMap<String, u32>,
    /// Changes per second of other services.
    pub other_writes: u32,
    /// Reads per second of any service.
    pub reads: u32,
    /// Seconds until the last check of a change.
    pub last_look: u32,
}

impl Default for Rates {
    fn default() -> Self {
        // Organizations accepts one change of a policy's targets at a time (AWS, "Quotas for AWS Organizations").
        let writes = [("iam", 15), ("organizations", 1), ("ec2", 10), ("sso-admin", 5)];
        Self {
            writes: writes.map(|(service, rate)| (service.to_owned(), rate)).into(),
            other_writes: 15,
            reads: 20,
            last_look: 30,
        }
    }
}
