//! A plan that is not the one that was kept and shown.
//!
//! It must not change the plan.

use stanch_core::Plan;

use crate::digest;
use crate::lint::{Complaint, LintContext, refuse};

pub(super) fn rule(plan: &Plan, context: &LintContext<'_>) -> Vec<Complaint> {
    let mut said = Vec::new();
    let now = digest(plan).ok();
    if let Some(kept) = context.digest
        && now.as_ref() != Some(kept)
    {
        let now = now.as_ref().map_or("none", |digest| digest.short());
        said.push(refuse(
            None,
            format!(
                "the plan was kept as {} and is {now} now: it was edited",
                kept.short()
            ),
            "plan again; a plan is never edited by hand",
        ));
    }
    if plan.schema_version != Plan::SCHEMA_VERSION {
        said.push(refuse(
            None,
            format!(
                "the plan is of version {} and this is Stanch for version {}",
                plan.schema_version,
                Plan::SCHEMA_VERSION
            ),
            "use the version of Stanch that made it, or plan again",
        ));
    }
    let counted = (1..).zip(&plan.steps);
    for (number, step) in counted.filter(|(number, step)| {
        step.number.0 != *number || step.after.iter().any(|after| after.step >= step.number)
    }) {
        said.push(refuse(
            Some(step.number),
            format!(
                "step {} stands at place {number}, or waits for one that comes later",
                step.number
            ),
            "plan again; a plan is never edited by hand",
        ));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::Weight;
    use crate::lint::sample::sample;

    #[test]
    fn any_change_is_seen() {
        let mut sample = sample();
        sample.digest = digest(&sample.plan).ok();
        assert_eq!(sample.said(), []);
        sample.plan.seconds += 1;
        assert_eq!(sample.said(), [("edited", Weight::Refuse)]);
        sample.digest = None;
        sample.plan.steps[0].number.0 = 2;
        assert_eq!(sample.said(), [("edited", Weight::Refuse)]);
        sample.plan.steps[0].number.0 = 1;
        sample.plan.schema_version = 9;
        assert_eq!(sample.said(), [("edited", Weight::Refuse)]);
    }
}
