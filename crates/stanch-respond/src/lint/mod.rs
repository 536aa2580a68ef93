//! What speaks against carrying a plan out: it is refused, or a person is warned, before anything is sent.
//!
//! One rule is one file under `rules/`. Rules look at what a plan would really send, not at what it says of itself, since it
//! may have been edited. They must not send anything, read a clock, or change the plan.

mod context;
mod rules;
#[cfg(test)]
mod sample;

use serde::Serialize;
use stanch_core::Plan;
use stanch_core::plan::StepNumber;

pub use context::LintContext;

/// How much a complaint weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// The plan is not carried out.
    Refuse,
    /// A person should know it.
    Warn,
}

/// What a rule says of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Complaint {
    /// The rule: the name of its file in kebab case.
    pub rule: &'static str,
    /// How much it weighs.
    pub weight: Weight,
    /// The step it is about; none for the plan as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<StepNumber>,
    /// What is wrong, in a sentence.
    pub what: String,
    /// What to do about it, in a sentence.
    pub next: String,
}

/// A rule: looks at a plan and adds what speaks against it.
type Rule = fn(&Plan, &LintContext<'_>) -> Vec<Complaint>;

/// All that speaks against a plan: refusals first, then by step.
#[must_use]
pub fn lint(plan: &Plan, context: &LintContext<'_>) -> Vec<Complaint> {
    let mut complaints: Vec<Complaint> = rules::ALL
        .iter()
        .flat_map(|(name, rule)| {
            let mut said = rule(plan, context);
            for complaint in &mut said {
                complaint.rule = name;
            }
            said
        })
        .collect();
    complaints.sort_by(|one, other| {
        let key = |complaint: &Complaint| (complaint.weight, complaint.step, complaint.rule);
        (key(one), &one.what).cmp(&(key(other), &other.what))
    });
    complaints
}

/// Returns true when a plan must not be carried out.
#[must_use]
pub fn is_refused(complaints: &[Complaint]) -> bool {
    complaints
        .iter()
        .any(|complaint| complaint.weight == Weight::Refuse)
}

fn complaint(weight: Weight, step: Option<StepNumber>, what: String, next: &str) -> Complaint {
    Complaint {
        rule: "",
        weight,
        step,
        what: sentence(what),
        next: sentence(next.to_owned()),
    }
}

/// With its full stop.
fn sentence(mut text: String) -> String {
    if !text.ends_with('.') {
        text.push('.');
    }
    text
}

fn refuse(step: Option<StepNumber>, what: String, next: &str) -> Complaint {
    complaint(Weight::Refuse, step, what, next)
}

fn warn(step: Option<StepNumber>, what: String, next: &str) -> Complaint {
    complaint(Weight::Warn, step, what, next)
}
