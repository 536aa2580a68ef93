//! Production use: what is known to use a target breaks with the step.
//!
//! It must not change the plan.

use stanch_core::Plan;
use stanch_core::text::shown;

use crate::lint::context::named;
use crate::lint::{Complaint, LintContext, warn};
use crate::planner::PUT_BACK;

pub(super) fn rule(plan: &Plan, _: &LintContext<'_>) -> Vec<Complaint> {
    let steps = plan
        .steps
        .iter()
        .flat_map(|step| step.change.breaks.iter().map(move |breaks| (step, breaks)));
    steps
        .filter(|(_, breaks)| !breaks.contains(PUT_BACK))
        .map(|(step, breaks)| {
            warn(
                Some(step.number),
                format!("{}: {}", named(step), shown(breaks, 400)),
                "tell whoever runs it before you go on",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::Weight;
    use crate::lint::sample::sample;

    #[test]
    fn each_use_is_told() {
        let mut sample = sample();
        sample.plan.steps[0].change.breaks = vec!["3 functions use this role".to_owned()];
        assert_eq!(sample.said(), [("in-use", Weight::Warn)]);
    }
}
