//! A target that infrastructure-as-code made, and will restored.
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
        .filter(|(_, impact)| impact.is_restored())
        .map(|(step, impact)| {
            warn(
                Some(step.number),
                format!("{}: {}", named(step), shown(&impact.to_string(), 400)),
                "stop its next deployment, or change it there as well",
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
    fn whoever_puts_it_back_is_named() {
        let mut sample = sample();
        sample.plan.steps[0].change.impact = vec![Impact::restored_by("stack web")];
        assert_eq!(sample.said(), [("put-back", Weight::Warn)]);
        assert!(sample.lint()[0].what.contains("stack web"));
    }
}
