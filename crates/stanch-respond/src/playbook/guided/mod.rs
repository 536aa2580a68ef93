//! What only a person can do: what to click, why, what to watch for, and how it is checked. One file each.
//!
//! It must not ask AWS: checks are data, evaluated by `checks`.

use stanch_core::plan::{Expectation, Path, Test};
use stanch_core::{AccountId, Call, RegionName, Timestamp};

use super::checks::{Check, Proof};
use super::facts::Facts;

/// Where checks are sent.
#[derive(Debug, Clone)]
pub struct Place {
    /// The account.
    pub account: AccountId,
    /// Its partition.
    pub partition: String,
    /// The region of what has no region.
    pub home: RegionName,
    /// When the case was opened.
    pub opened_at: Timestamp,
}

impl Place {
    fn call(&self, service: &str, operation: &str, params: serde_json::Value) -> Call {
        Call {
            account: Some(self.account.clone()),
            region: self.home.clone(),
            service: service.into(),
            operation: operation.into(),
            params,
        }
    }

    /// A figure of the account's summary
    /// (<https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html>).
    fn summary(&self, figure: &'static str, is: u64, says: &'static str) -> Check {
        Check::Reply {
            call: self.call("iam", "GetAccountSummary", serde_json::Value::Null),
            holds: vec![Expectation::new("summary", Path::of(figure), Test::Is(is.into()))],
            says,
            proof: Proof::Needed,
        }
    }
}

/// A step that only a person can do.
#[derive(Debug, Clone, Copy)]
pub struct Guided {
    /// Its id.
    pub id: &'static str,
    /// The step of the playbook that it belongs to.
    pub step: &'static str,
    /// What is done, in a line.
    pub title: &'static str,
    /// Why.
    pub why: &'static str,
    /// What to click, in order.
    pub clicks: &'static [&'static str],
    /// What to watch for.
    pub watch_for: &'static [&'static str],
    /// Where this is written.
    pub sources: &'static [&'static str],
    /// How it is checked; nothing: a person vouches for it.
    pub checks: fn(&Place) -> Vec<Check>,
    /// True when it is asked for.
    pub needed: fn(&Facts) -> bool,
    /// Text to send, made from facts.
    pub text: Option<fn(&Facts) -> String>,
}

impl Guided {
    /// Returns true when it is asked for.
    #[must_use]
    pub fn is_needed(&self, facts: &Facts) -> bool {
        (self.needed)(facts)
    }
}

const fn always(_: &Facts) -> bool {
    true
}

const fn nothing(_: &Place) -> Vec<Check> {
    Vec::new()
}

// <index>
mod member_root;
mod payment_method;
mod portal_sessions;
mod root_held;
mod root_keys;
mod root_mailbox;
mod root_mfa;
mod root_password;
mod support_case;

/// All guided steps, in the order in which they are done: the mailbox before the password that can be reset
/// through it. A line can be moved by hand; a new one is added at the end.
pub const ALL: &[&Guided] = &[
    &root_held::STEP,
    &root_mailbox::STEP,
    &root_password::STEP,
    &root_mfa::STEP,
    &root_keys::STEP,
    &support_case::STEP,
    &payment_method::STEP,
    &portal_sessions::STEP,
    &member_root::STEP,
];
// </index>

/// A guided step by its id.
#[must_use]
pub fn about(id: &str) -> Option<&'static Guided> {
    ALL.iter().copied().find(|guided| guided.id == id)
}
