//! What a plan is held against: who is about to carry it out, when, where, and the account as it was read.
//!
//! Plain data. It must not know how it was got.

use stanch_core::arn::one_name;
use stanch_core::plan::{Param, Plan, PlanDigest, Step, Wave, Write};
use stanch_core::{AccountId, Timestamp};

use crate::account::Account;

/// See the module.
#[derive(Debug, Clone, Copy)]
pub struct LintContext<'a> {
    /// Now.
    pub now: Timestamp,
    /// The account as it was read.
    pub account: &'a Account,
    /// The account that calls would go to.
    pub account_id: &'a AccountId,
    /// The endpoint that calls would go to, in place of AWS's own.
    pub endpoint: Option<&'a str>,
    /// The ARN of the caller.
    pub caller: &'a str,
    /// What the caller's credentials came out of, as ARNs.
    pub chain: &'a [String],
    /// The case's break-glass principals, as ARNs.
    pub break_glass: &'a [String],
    /// Ids of vendors and known-good entries that the case declares since it kept the plan.
    pub declared_later: &'a [String],
    /// Until when the caller's credentials work; none where they have no end.
    pub expires: Option<Timestamp>,
    /// By how many seconds this machine's clock differs from AWS's; none where it was not measured.
    pub skew_seconds: Option<i64>,
    /// Who may do everything in the account, as ARNs; none where it was not reckoned.
    pub administrators: Option<&'a [String]>,
    /// The digest under which the plan was kept and shown.
    pub digest: Option<&'a PlanDigest>,
    /// The most hours that a plan may be old.
    pub hours: i64,
}

impl LintContext<'_> {
    /// Whom nothing may touch: by the context, and by the plan itself.
    pub(super) fn exempt(&self, plan: &Plan) -> Vec<String> {
        let named = self.chain.iter().chain(self.break_glass).chain(&plan.exempt);
        let mut exempt: Vec<String> = named.map(|arn| one_name(arn)).collect();
        exempt.extend([one_name(self.caller), one_name(&plan.responder.arn)]);
        exempt.sort();
        exempt.dedup();
        exempt
    }
}

/// The users and roles, as ARNs without path, whose rights or credentials a step's changes touch: by what is sent.
pub(super) fn touched(step: &Step, plan: &Plan) -> Vec<String> {
    let mut touched: Vec<String> = step
        .change
        .writes
        .iter()
        .filter(|write| write.call.service.as_str() == "iam")
        .flat_map(|write| {
            let named = |member: &str, kind: &str| {
                let name = literal(&write.call.params, member)?;
                Some(format!(
                    "arn:{}:iam::{}:{kind}/{name}",
                    plan.partition, plan.account
                ))
            };
            [named("UserName", "user"), named("RoleName", "role")]
                .into_iter()
                .flatten()
        })
        .collect();
    touched.sort();
    touched.dedup();
    touched
}

/// A member of parameters that is a plain text.
pub(super) fn literal<'p>(params: &'p Param, member: &str) -> Option<&'p str> {
    match params {
        Param::Object(members) => match members.get(member)? {
            Param::Literal(value) => value.as_str(),
            _ => None,
        },
        Param::Literal(value) => value.get(member)?.as_str(),
        _ => None,
    }
}

/// Whether a step takes everything from those it touches, or a way in: not only what some of their sessions may do.
pub(super) fn denies(step: &Step) -> bool {
    let is_early = matches!(
        step.change.wave,
        Wave::Deny | Wave::Organization | Wave::Credential
    );
    let is_conditional = |write: &Write| match &write.call.params {
        Param::Object(members) => members.get("PolicyDocument").is_some_and(has_condition),
        _ => false,
    };
    is_early && !step.change.writes.iter().all(is_conditional)
}

fn has_condition(document: &Param) -> bool {
    match document {
        Param::Literal(value) => value.as_str().is_some_and(|text| text.contains("\"Condition\"")),
        Param::Text(parts) => parts.iter().any(has_condition),
        _ => false,
    }
}

/// What a step is, for a sentence.
pub(super) fn named(step: &Step) -> String {
    let target = stanch_core::text::shown(&step.change.target.name, 120);
    format!("{} of {target}", step.change.action)
}
