//! An account as it was read at a moment: single readings, what frames them, and what is not in them.
//!
//! A snapshot is judged offline, so everything a judge needs to tell "nothing there" from "not seen" is in it. It must
//! not know where it lies on disk or how it was asked for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::call::Call;
use crate::ids::{AccountId, EventKey, OperationName, RegionName, ServiceName};
use crate::reply::{Answer, CallOutcome};
use crate::time::Timestamp;

/// One call and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The account that was asked.
    pub account: AccountId,
    /// The region that was asked.
    pub region: RegionName,
    /// The service.
    pub service: ServiceName,
    /// The operation.
    pub operation: OperationName,
    /// The parameters of the call, without secrets: members sorted by name.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub params: Value,
    /// Outcome.
    pub outcome: CallOutcome,
    /// The service's error code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Message of the service about the error, bounded and safe to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Number of resources that the body lists; 1 for a body that is no list.
    pub items: u64,
    /// Pages read.
    pub pages: u32,
    /// SHA-256 of each page as received.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sha256s: Vec<String>,
    /// When the answer had arrived.
    pub at: Timestamp,
    /// The answer, all pages joined, without secrets; partial when the outcome is not ok.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub body: Value,
}

impl Reading {
    /// Returns the key that distinguishes this reading from every other: the call itself.
    #[must_use]
    pub fn key(&self) -> EventKey {
        call_key(
            &self.account,
            &self.region,
            &self.service,
            &self.operation,
            &self.params,
        )
    }
}

/// The key of a call: equal for calls that ask the same of the same.
#[must_use]
pub fn call_key(
    account: &AccountId,
    region: &RegionName,
    service: &ServiceName,
    operation: &OperationName,
    params: &Value,
) -> EventKey {
    EventKey::of(&[
        account.0.as_bytes(),
        region.0.as_bytes(),
        service.0.as_bytes(),
        operation.0.as_bytes(),
        canonical(params).as_bytes(),
    ])
}

/// Caller that asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collector {
    /// The account of the identity.
    pub account: AccountId,
    /// Its ARN.
    pub arn: String,
    /// Its unique id, with the session's name behind a colon.
    pub user_id: String,
}

/// An account and the regions that were asked for in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountScope {
    /// The account.
    pub account: AccountId,
    /// The partition, such as `aws` or `aws-us-gov`.
    pub partition: String,
    /// The region that services without regions are asked in.
    pub home: RegionName,
    /// The regions that are asked, sorted.
    pub regions: Vec<RegionName>,
    /// Regions that exist but are not enabled for the account: they are named, not asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disabled: Vec<RegionName>,
}

/// A part of an organization that was not read: nothing is known of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NotRead {
    /// The account.
    pub account: AccountId,
    /// The region; none for the whole account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<RegionName>,
    /// Reason.
    pub why: NotReadReason,
}

/// Reason why a part of an organization was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotReadReason {
    /// Organizations says that the account is suspended or being closed: credentials in it may still work.
    NotActive,
    /// Its regions could not be listed: the role could not be assumed, or lacks the permission.
    NotOpened,
    /// The region is enabled and was not selected.
    NotSelected,
}

impl NotReadReason {
    /// Returns the reason in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotActive => "the account is suspended or being closed",
            Self::NotOpened => "its regions could not be listed",
            Self::NotSelected => "not selected by --region",
        }
    }
}

/// Scope of what was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotScope {
    /// Accounts with their regions.
    pub accounts: Vec<AccountScope>,
    /// Names of the collectors.
    pub collectors: Vec<String>,
    /// True when every operation that lists or describes was asked for.
    #[serde(default)]
    pub everything: bool,
    /// Accounts and regions that exist and are not asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_read: Vec<NotRead>,
    /// For what is read by time, such as events: the moment from which on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

/// Frame of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotManifest {
    /// Its id, which is also the name of its folder.
    pub id: String,
    /// The version of the layout on disk.
    pub format: u32,
    /// When collecting began. Computed parameters (windows of time) refer to it, also after an interruption.
    pub started: Timestamp,
    /// When everything asked for was answered or given up; none while work continues or after it was killed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
    /// Caller that asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Collector>,
    /// The endpoint, when it is not AWS's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Request.
    pub scope: SnapshotScope,
    /// The version of Stanch that wrote it.
    pub tool: String,
}

/// Effort of collecting. It differs from run to run, so it stands in the journal and not in the snapshot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effort {
    /// Calls made; those that an earlier run had answered are not among them.
    pub calls: u64,
    /// Requests sent for them: one for each page, and those that had to be sent again.
    pub requests: u64,
    /// Requests that had to be sent again (throttled, cut off, refused for expired credentials), by service.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub repeated: BTreeMap<ServiceName, u64>,
}

impl Effort {
    /// Counts an answered call. A call that did not end well has spent one request more than it brought pages.
    pub fn count(&mut self, service: &ServiceName, answer: &Answer) {
        self.calls += 1;
        self.requests += u64::from(answer.attempts);
        let needed = answer.pages + u32::from(answer.outcome != CallOutcome::Ok);
        let repeated = answer.attempts.saturating_sub(needed);
        if repeated > 0 {
            *self.repeated.entry(service.clone()).or_default() += u64::from(repeated);
        }
    }
}

/// Outcomes of the calls of one operation in one account and region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CoverageRow {
    /// The account.
    pub account: AccountId,
    /// The region.
    pub region: RegionName,
    /// The service.
    pub service: ServiceName,
    /// The operation.
    pub operation: OperationName,
    /// Number of calls by outcome.
    pub outcomes: BTreeMap<CallOutcome, u64>,
    /// Number of resources that the answers listed.
    pub items: u64,
    /// An error code and message met, as an example: those of the first call in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
}

impl CoverageRow {
    /// The one word for the row: the most severe outcome, or `empty` when all is well and nothing is there.
    #[must_use]
    pub fn word(&self) -> &'static str {
        const MOST_SEVERE_FIRST: [CallOutcome; 10] = [
            CallOutcome::Denied,
            CallOutcome::Failed,
            CallOutcome::Malformed,
            CallOutcome::Throttled,
            CallOutcome::Skipped,
            CallOutcome::NotSupported,
            CallOutcome::Ok,
            CallOutcome::NotSubscribed,
            CallOutcome::NotInRegion,
            CallOutcome::DoesNotExist,
        ];
        let most_severe = MOST_SEVERE_FIRST
            .into_iter()
            .find(|outcome| self.outcomes.contains_key(outcome));
        match most_severe {
            Some(CallOutcome::Ok) if self.items == 0 => "empty",
            Some(outcome) => outcome.name(),
            None => CallOutcome::Skipped.name(),
        }
    }

    /// Returns true when every call of the row is answered.
    #[must_use]
    pub fn is_known(&self) -> bool {
        !self.outcomes.is_empty() && self.outcomes.keys().all(|outcome| outcome.is_known())
    }
}

/// Coverage of a snapshot: every account, region, service and operation that was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectCoverage {
    /// One row per account, region, service and operation, sorted.
    pub rows: Vec<CoverageRow>,
    /// Calls by outcome over all rows.
    pub totals: BTreeMap<CallOutcome, u64>,
    /// Regions that were not asked because they are not enabled, by account.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub disabled_regions: BTreeMap<AccountId, Vec<RegionName>>,
    /// Accounts and regions that exist and were not asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_read: Vec<NotRead>,
}

impl CollectCoverage {
    /// Returns true when everything is known: nothing denied, throttled, failed or left out, and no account or region unread.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.not_read.is_empty() && self.rows.iter().all(CoverageRow::is_known)
    }
}

/// JSON text that is the same for equal values: members sorted by name, at any depth.
#[must_use]
pub fn canonical(value: &Value) -> String {
    sorted(value).to_string()
}

/// A value with its members sorted by name, at any depth.
#[must_use]
pub fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let ordered: BTreeMap<_, _> = members
                .iter()
                .map(|(name, member)| (name.clone(), sorted(member)))
                .collect();
            Value::Object(ordered.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

/// The key of a call as asked; an account that the call leaves open is given next to it.
#[must_use]
pub fn key_of(call: &Call, account: &AccountId) -> EventKey {
    call_key(
        account,
        &call.region,
        &call.service,
        &call.operation,
        &call.params,
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_order_of_parameters_makes_no_other_call() {
        let call = |params| Call {
            account: None,
            region: "eu-west-1".into(),
            service: "ec2".into(),
            operation: "DescribeImages".into(),
            params,
        };
        let account = AccountId::from("123456789012");
        let one = call(json!({"Owners": ["self"], "A": {"y": 1, "x": 2}}));
        let other = call(json!({"A": {"x": 2, "y": 1}, "Owners": ["self"]}));
        assert_eq!(key_of(&one, &account), key_of(&other, &account));
        assert_eq!(canonical(&one.params), r#"{"A":{"x":2,"y":1},"Owners":["self"]}"#);
        assert_ne!(key_of(&one, &account), key_of(&call(Value::Null), &account));
    }

    #[test]
    fn what_had_to_be_sent_again_is_counted() {
        let mut effort = Effort::default();
        let service = ServiceName::from("iam");
        effort.count(&service, &Answer::ok(Value::Null));
        assert!(effort.repeated.is_empty());
        let paged = Answer {
            pages: 3,
            attempts: 5,
            ..Answer::ok(Value::Null)
        };
        effort.count(&service, &paged);
        let refused = Answer {
            pages: 1,
            attempts: 4,
            ..Answer::refused(CallOutcome::Throttled, None, None)
        };
        effort.count(&service, &refused);
        assert_eq!((effort.calls, effort.requests), (3, 10));
        assert_eq!(effort.repeated[&service], 4);
    }

    #[test]
    fn the_gravest_outcome_names_the_row() {
        let row = |outcomes: &[CallOutcome], items| CoverageRow {
            account: "1".into(),
            region: "r".into(),
            service: "s".into(),
            operation: "o".into(),
            outcomes: outcomes.iter().map(|outcome| (*outcome, 1)).collect(),
            items,
            example: None,
        };
        assert_eq!(row(&[CallOutcome::Ok], 0).word(), "empty");
        assert_eq!(row(&[CallOutcome::Ok], 2).word(), "ok");
        assert_eq!(row(&[CallOutcome::Ok, CallOutcome::DoesNotExist], 2).word(), "ok");
        assert_eq!(row(&[CallOutcome::Ok, CallOutcome::Denied], 2).word(), "denied");
        assert_eq!(row(&[], 0).word(), "skipped");
        assert!(!row(&[CallOutcome::Ok, CallOutcome::Skipped], 2).is_known());
        assert!(!row(&[], 0).is_known());
    }
}
