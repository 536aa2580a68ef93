//! Production use: what is known to use a target breaks with the step.
//!
//! It must not change the plan.

use stanch_core::Plan;
use stanch_core::text::shown;

use crate::lint::context::named;
use crate::lint::{Complaint, LintContext, warn};

pub(super) fn rule(plan: &Plan, _: &LintContext<'_>) -> Vec<Complaint> {
    let steps = plan
        .steps
        .iter()
        .flat_map(|step| step.change.impact.iter().map(move |impact| (step, impact)));
    steps
        .filter(|(_, impact)| !impact.is_restored())
        .map(|(step, impact)| {
            warn(
                Some(step.number),
                format!("{}: {}", named(step), shown(&impact.to_string(), 400)),
                "tell whoever runs it before you continue",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use stanch_core::plan::Impact;

    use crate::lint::Weight;
    use crate::lint::sample::sample;

    #[test]
    fn each_use_is_told() {
        let mut sample = sample();
        sample.plan.steps[0].change.impact = vec![Impact::in_use("3 functions use this role")];
        assert_eq!(sample.said(), [("in-use", Weight::Warn)]);
    }
}
