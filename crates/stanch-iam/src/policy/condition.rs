//! Test of whether the conditions of a statement keep external principals out.
//!
//! Only comparisons that fail when the key is missing count: `…IfExists` and `ForAllValues:` let through who does
//! not send the key. It must not know principals.

use super::document::Condition;
use super::principals::account_in;

/// Callers that the conditions of a statement leave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Limits {
    /// Members of an organization.
    pub(super) organization: bool,
    /// These accounts (also by role, source account or source resource).
    pub(super) accounts: Vec<String>,
    /// A place in the network, or another limit that is no identity.
    pub(super) elsewhere: bool,
}

impl Limits {
    /// Reads the conditions of one statement. All of them must hold, so each that limits counts.
    pub(super) fn of(conditions: &[Condition]) -> Self {
        let mut limits = Self::default();
        for condition in conditions.iter().filter(|condition| narrows(condition)) {
            match condition.key.as_str() {
                "aws:principalorgid" | "aws:principalorgpaths" | "aws:sourceorgid" | "aws:sourceorgpaths" => {
                    limits.organization = true;
                }
                "aws:sourceaccount"
                | "aws:sourceowner"
                | "aws:principalaccount"
                | "kms:calleraccount"
                | "aws:sourcearn"
                | "aws:principalarn" => {
                    let accounts: Vec<String> = condition
                        .values
                        .iter()
                        .filter_map(|value| account_in(value))
                        .collect();
                    if accounts.is_empty() {
                        limits.elsewhere = true;
                    }
                    limits.accounts.extend(accounts);
                }
                "aws:sourcevpc"
                | "aws:sourcevpce"
                | "aws:vpcsourceip"
                | "aws:sourceip"
                | "aws:userid"
                | "s3:dataaccesspointaccount"
                | "s3:dataaccesspointarn"
                | "lambda:functionurlauthtype"
                | "sns:endpoint" => limits.elsewhere = true,
                _ => {}
            }
        }
        limits
    }

    /// Returns true when an external principal still gets in.
    pub(super) const fn is_open(&self) -> bool {
        !self.organization && self.accounts.is_empty() && !self.elsewhere
    }
}

/// Returns true when a comparison narrows down who gets in.
pub(super) fn narrows(condition: &Condition) -> bool {
    let operator = condition.operator.as_str();
    if operator.ends_with("ifexists") || operator.starts_with("forallvalues:") {
        return false;
    }
    let operator = operator.strip_prefix("foranyvalue:").unwrap_or(operator);
    let compares = matches!(
        operator,
        "stringequals" | "stringequalsignorecase" | "stringlike" | "arnequals" | "arnlike" | "ipaddress"
    );
    compares && !condition.values.is_empty() && !condition.values.iter().any(|value| is_anything(value))
}

/// A value that every caller has.
fn is_anything(value: &str) -> bool {
    let open = value
        .trim_start_matches("arn:aws")
        .bytes()
        .all(|byte| matches!(byte, b'*' | b':'));
    open || matches!(value, "0.0.0.0/0" | "::/0" | "0.0.0.0/1" | "128.0.0.0/1")
}
