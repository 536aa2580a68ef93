//! What several actions are built of: documents that deny, and short ways to write calls.
//!
//! It must not hold anything that only one action needs.

use serde_json::{Value, json};
use stanch_core::plan::{CallTemplate, Param};

use crate::account::Account;

/// The name of every policy that Stanch adds, so that a person and an undo know them.
pub(crate) const POLICY_NAME: &str = "StanchDeny";

/// Seconds added to the moment of a cut-off: clocks differ, and a session that is being made counts as made before. Tokens
/// issued within them must be asked for again, which the AWS command line and SDKs do by themselves.
pub(crate) const SKEW: i64 = 30;

/// A document that denies everything.
pub(crate) fn deny_all() -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{"Sid": "StanchDenyAll", "Effect": "Deny", "Action": "*", "Resource": "*"}],
    })
}

/// A document that is put in as JSON text.
pub(crate) fn document(value: &Value) -> Param {
    Param::Literal(Value::String(value.to_string()))
}

/// The ARN of AWS's own policy that denies everything.
pub(crate) fn aws_deny_all(account: &Account) -> String {
    format!("arn:{}:iam::aws:policy/AWSDenyAll", account.partition)
}

/// A call to IAM.
pub(crate) fn iam<const N: usize>(
    account: &Account,
    operation: &str,
    params: [(&str, Param); N],
) -> CallTemplate {
    CallTemplate::new(&account.home, "iam", operation, Param::object(params))
}

/// A text as a parameter.
pub(crate) fn text(value: &str) -> Param {
    Param::literal(value)
}
