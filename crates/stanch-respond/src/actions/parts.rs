//! Parts of several actions: policy documents that deny, and short ways to write calls.
//!
//! It must not hold anything that only one action needs.

use serde_json::{Value, json};
use stanch_core::Reading;
use stanch_core::assessment::Resource;
use stanch_core::plan::{CallTemplate, Change, Param, Reversibility, Wave};

use crate::about::About;
use crate::account::Account;
use crate::action::{ActionRequest, Unplannable};

/// Name of every policy that Stanch adds, so that a person and undo recognise it.
pub(crate) const POLICY_NAME: &str = "StanchDeny";

/// Seconds added to the moment of a cut-off: clocks differ, and IAM takes some seconds to propagate a change, during which a key
/// that was just disabled may still open a session. Tokens issued during them must be requested again; they are over by the last
/// check of a run.
pub(crate) const SKEW: i64 = 30;

/// Returns a document that denies everything.
pub(crate) fn deny_all() -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{"Sid": "StanchDenyAll", "Effect": "Deny", "Action": "*", "Resource": "*"}],
    })
}

/// Returns a document that denies everything to sessions from before it is sent, as the console button writes it.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html>
pub(crate) fn older_sessions() -> Param {
    let head = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["*"],"Resource":["*"],"Condition":{"DateLessThan":{"aws:TokenIssueTime":""#;
    Param::Text(vec![
        text(head),
        Param::Cutoff { seconds: SKEW },
        text(r#""}}}]}"#),
    ])
}

/// Returns a document as JSON text.
pub(crate) fn document(value: &Value) -> Param {
    Param::Literal(Value::String(value.to_string()))
}

/// Returns the ARN of AWSDenyAll.
pub(crate) fn aws_deny_all(account: &Account) -> String {
    format!("arn:{}:iam::aws:policy/AWSDenyAll", account.partition)
}

/// Returns a call to IAM.
pub(crate) fn iam<const N: usize>(
    account: &Account,
    operation: &str,
    params: [(&str, Param); N],
) -> CallTemplate {
    CallTemplate::new(&account.home, "iam", operation, Param::object(params))
}

/// Returns a text as a parameter.
pub(crate) fn text(value: &str) -> Param {
    Param::literal(value)
}

/// Returns a call in the region of a resource.
pub(crate) fn near<const N: usize>(
    target: &Resource,
    service: &str,
    operation: &str,
    params: [(&str, Param); N],
) -> CallTemplate {
    CallTemplate::new(&target.region, service, operation, Param::object(params))
}

/// Returns a change without calls and with exact undo, which most actions complete.
pub(crate) fn blank(about: &About, request: &ActionRequest, wave: Wave, does: String) -> Change {
    Change {
        action: about.name.to_owned(),
        target: request.target.clone(),
        does,
        wave,
        impact: request.impact.clone(),
        before: Vec::new(),
        requires: Vec::new(),
        writes: Vec::new(),
        once: false,
        after: Vec::new(),
        verified_by: Vec::new(),
        settles: None,
        undo: Vec::new(),
        restores: Vec::new(),
        reversibility: Reversibility::Exact,
        loses: None,
        undo_reopens: None,
    }
}

/// Returns the reply about one resource: the one that was requested with this parameter.
///
/// # Errors
/// When it was not collected: that is never taken for "does not exist".
pub(crate) fn reading<'a>(
    account: &'a Account,
    (service, operation): (&str, &str),
    param: &str,
    is: &str,
) -> Result<&'a Reading, Unplannable> {
    let mut replies = account.readings(service, operation);
    replies
        .find(|reply| reply.params.get(param).and_then(Value::as_str) == Some(is) && reply.outcome.is_known())
        .ok_or_else(|| Unplannable::new(format!("{service}:{operation} of {is} was not collected")))
}

/// Returns the reply about the target of a request, from the region of the target: names of other regions are other resources.
///
/// # Errors
/// When it was not collected: that is never taken for "does not exist".
pub(crate) fn reading_near<'a>(
    request: &ActionRequest,
    account: &'a Account,
    (service, operation): (&str, &str),
    param: &str,
    is: &str,
) -> Result<&'a Reading, Unplannable> {
    let region = &request.target.region;
    let mut replies = account.readings(service, operation);
    let is_it = |reply: &&Reading| {
        &reply.region == region && reply.params.get(param).and_then(Value::as_str) == Some(is)
    };
    replies
        .find(|reply| is_it(reply) && reply.outcome.is_known())
        .ok_or_else(|| {
            Unplannable::new(format!(
                "{service}:{operation} of {is} was not collected in {region}"
            ))
        })
}

/// Returns the policy of a bucket as collected; none if it has none.
///
/// # Errors
/// When it was not collected, or is not a policy document.
pub(crate) fn bucket_policy(account: &Account, bucket: &str) -> Result<Option<Value>, Unplannable> {
    let reply = reading(account, ("s3", "GetBucketPolicy"), "Bucket", bucket)?;
    let Some(policy) = reply.body.get("Policy").filter(|policy| !policy.is_null()) else {
        return Ok(None);
    };
    let document = match policy {
        Value::String(text) => serde_json::from_str(text).ok(),
        other => Some(other.clone()),
    };
    document
        .filter(Value::is_object)
        .map(Some)
        .ok_or_else(|| Unplannable::new(format!("the policy of bucket {bucket} is not a policy document")))
}

/// Returns the statements of a document: a single one may stand without a list.
pub(crate) fn statements(document: &Value) -> Vec<Value> {
    match document.get("Statement") {
        Some(Value::Array(statements)) => statements.clone(),
        Some(Value::Null) | None => Vec::new(),
        Some(one) => vec![one.clone()],
    }
}
