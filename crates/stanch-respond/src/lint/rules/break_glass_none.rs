//! No break-glass principals: then only the caller's chain and the last administrator are safe from the plan.
//!
//! It must not change the plan.

use stanch_core::Plan;

use crate::lint::{Complaint, LintContext, warn};

pub(super) fn rule(plan: &Plan, context: &LintContext<'_>) -> Vec<Complaint> {
    if plan.break_glass_declared && !context.break_glass.is_empty() {
        return Vec::new();
    }
    vec![warn(
        None,
        "NO BREAK-GLASS PRINCIPAL IS DECLARED: only the chain of your own credentials and the last administrator are exempt".to_owned(),
        "declare in the case who must never be locked out, and try that they can sign in, before you continue",
    )]
}

#[cfg(test)]
mod tests {
    use crate::lint::Weight;
    use crate::lint::sample::sample;

    #[test]
    fn it_is_said_loudly() {
        let mut sample = sample();
        sample.plan.break_glass_declared = false;
        assert_eq!(sample.said(), [("break-glass-none", Weight::Warn)]);
        assert!(sample.lint()[0].what.starts_with("NO BREAK-GLASS"));
    }
}
