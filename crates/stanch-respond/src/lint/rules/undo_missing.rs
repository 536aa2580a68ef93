//! A step that can't be undone, or not in full.
//!
//! It must not change the plan.

use stanch_core::Plan;
use stanch_core::plan::Reversibility;
use stanch_core::text::shown;

use crate::lint::context::named;
use crate::lint::{Complaint, LintContext, refuse, warn};

pub(super) fn rule(plan: &Plan, _: &LintContext<'_>) -> Vec<Complaint> {
    let mut said = Vec::new();
    let mut in_part = Vec::new();
    for step in &plan.steps {
        let change = &step.change;
        match &change.reversibility {
            Reversibility::Exact if change.undo.is_empty() && !change.writes.is_empty() => said.push(refuse(
                Some(step.number),
                format!(
                    "{} says that it can be undone, and holds no call that does",
                    named(step)
                ),
                "plan again; a plan is never edited by hand",
            )),
            Reversibility::Exact => {}
            Reversibility::Partial { .. } => in_part.push(step.number.to_string()),
            Reversibility::None { remains } => said.push(warn(
                Some(step.number),
                format!("{} CAN'T BE UNDONE: {}", named(step), shown(remains, 300)),
                "take a reversible step first where there is one",
            )),
        }
        if let Some(loses) = &change.loses {
            said.push(warn(
                Some(step.number),
                format!("{} loses for good: {}", named(step), shown(loses, 300)),
                "a second person must approve it",
            ));
        }
    }
    said.extend(partial(&in_part));
    said
}

/// All steps that can be undone in part, in one sentence: each says for itself what remains.
fn partial(steps: &[String]) -> Option<Complaint> {
    let (last, before) = steps.split_last()?;
    let what = if before.is_empty() {
        format!("step {last} can be undone in part only")
    } else {
        format!(
            "steps {} and {last} can be undone in part only",
            before.join(", ")
        )
    };
    Some(warn(
        None,
        what,
        "read what remains of each, and make sure that you can live with it",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::Weight;
    use crate::lint::sample::sample;

    #[test]
    fn steps_that_are_taken_back_in_part_are_told_once() {
        let mut sample = sample();
        let remains = "the password".to_owned();
        sample.plan.steps[0].change.reversibility = Reversibility::Partial { remains };
        for number in [2, 3] {
            let mut step = sample.plan.steps[0].clone();
            step.number = stanch_core::plan::StepNumber(number);
            sample.plan.steps.push(step);
        }
        let said = sample.lint();
        assert_eq!(said.len(), 1, "{said:?}");
        assert_eq!(said[0].what, "steps 1, 2 and 3 can be undone in part only.");
        assert_eq!(said[0].step, None);
    }

    #[test]
    fn what_remains_is_told() {
        let remains = || "the password".to_owned();
        let mut sample = sample();
        sample.plan.steps[0].change.reversibility = Reversibility::Partial { remains: remains() };
        assert_eq!(sample.said(), [("undo-missing", Weight::Warn)]);
        sample.plan.steps[0].change.reversibility = Reversibility::None { remains: remains() };
        sample.plan.steps[0].change.loses = Some("evidence".to_owned());
        assert_eq!(
            sample.said(),
            [("undo-missing", Weight::Warn), ("undo-missing", Weight::Warn)]
        );
        sample.plan.steps[0].change.loses = None;
        sample.plan.steps[0].change.reversibility = Reversibility::Exact;
        sample.plan.steps[0].change.undo.clear();
        assert_eq!(sample.said(), [("undo-missing", Weight::Refuse)]);
        // What only reads leaves nothing to undo.
        sample.plan.steps[0].change.writes.clear();
        let said = sample.said();
        assert!(said.iter().all(|(rule, _)| *rule != "undo-missing"), "{said:?}");
    }
}
