//! A step that can't be taken back, or not in full.
//!
//! It must not change the plan.

use stanch_core::Plan;
use stanch_core::plan::Reversibility;
use stanch_core::text::shown;

use crate::lint::context::named;
use crate::lint::{Complaint, LintContext, refuse, warn};

pub(super) fn rule(plan: &Plan, _: &LintContext<'_>) -> Vec<Complaint> {
    let mut said = Vec::new();
    for step in &plan.steps {
        let deed = &step.deed;
        match &deed.reversibility {
            Reversibility::Exact if deed.undo.is_empty() => said.push(refuse(
                Some(step.number),
                format!(
                    "{} says that it can be taken back, and holds no call that does",
                    named(step)
                ),
                "plan anew; a plan is never edited by hand",
            )),
            Reversibility::Exact => {}
            Reversibility::Partial { remains } => said.push(warn(
                Some(step.number),
                format!(
                    "{} can be taken back in part: {}",
                    named(step),
                    shown(remains, 300)
                ),
                "make sure that you can live with what remains",
            )),
            Reversibility::None { remains } => said.push(warn(
                Some(step.number),
                format!("{} CAN'T BE TAKEN BACK: {}", named(step), shown(remains, 300)),
                "take a reversible step first where there is one",
            )),
        }
        if let Some(loses) = &deed.loses {
            said.push(warn(
                Some(step.number),
                format!("{} loses for good: {}", named(step), shown(loses, 300)),
                "a second person must approve it",
            ));
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::Weight;
    use crate::lint::sample::sample;

    #[test]
    fn what_remains_is_told() {
        let remains = || "the password".to_owned();
        let mut sample = sample();
        sample.plan.steps[0].deed.reversibility = Reversibility::Partial { remains: remains() };
        assert_eq!(sample.said(), [("undo-missing", Weight::Warn)]);
        sample.plan.steps[0].deed.reversibility = Reversibility::None { remains: remains() };
        sample.plan.steps[0].deed.loses = Some("evidence".to_owned());
        assert_eq!(
            sample.said(),
            [("undo-missing", Weight::Warn), ("undo-missing", Weight::Warn)]
        );
        sample.plan.steps[0].deed.loses = None;
        sample.plan.steps[0].deed.reversibility = Reversibility::Exact;
        sample.plan.steps[0].deed.undo.clear();
        assert_eq!(sample.said(), [("undo-missing", Weight::Refuse)]);
    }
}
