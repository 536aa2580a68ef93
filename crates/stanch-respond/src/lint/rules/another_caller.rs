//! A plan that somebody else made: whom it leaves alone was decided for another caller.
//!
//! It must not change the plan.

use stanch_core::Plan;
use stanch_core::arn::one_name;
use stanch_core::text::shown;

use crate::lint::{Complaint, LintContext, warn};

pub(super) fn rule(plan: &Plan, context: &LintContext<'_>) -> Vec<Complaint> {
    if one_name(&plan.responder.arn) == one_name(context.caller) {
        return Vec::new();
    }
    vec![warn(
        None,
        format!(
            "{} made the plan, and {} would carry it out",
            shown(&plan.responder.arn, 160),
            shown(context.caller, 160)
        ),
        "make sure that the plan touches nobody that you need; planning again leaves your own chain alone",
    )]
}

#[cfg(test)]
mod tests {
    use crate::lint::Weight;
    use crate::lint::sample::sample;

    #[test]
    fn somebody_else_may_carry_it_out_and_is_told() {
        let mut sample = sample();
        sample.caller = "arn:aws:sts::111122223333:assumed-role/responder/other".to_owned();
        assert_eq!(sample.said(), []);
        sample.caller = "arn:aws:iam::111122223333:user/other".to_owned();
        assert_eq!(sample.said(), [("another-caller", Weight::Warn)]);
    }
}
