//! A plan of another account: its steps name things that are not here, or worse, things of the same name.
//!
//! It must not change the plan.

use stanch_core::Plan;

use crate::lint::{Complaint, LintContext, refuse};

pub(super) fn rule(plan: &Plan, context: &LintContext<'_>) -> Vec<Complaint> {
    let mut said = Vec::new();
    if &plan.account != context.account_id {
        said.push(refuse(
            None,
            format!(
                "the plan is for account {}, and your credentials are of {}",
                plan.account, context.account_id
            ),
            "use credentials of the plan's account, or plan again for this one",
        ));
    }
    for step in plan
        .steps
        .iter()
        .filter(|step| step.change.target.account != plan.account)
    {
        said.push(refuse(
            Some(step.number),
            format!(
                "its target is of account {}, not of the plan's",
                step.change.target.account
            ),
            "plan again: no plan of Stanch holds this",
        ));
    }
    said
}

#[cfg(test)]
mod tests {
    use crate::lint::Weight;
    use crate::lint::sample::sample;

    #[test]
    fn a_plan_is_for_one_account() {
        let mut sample = sample();
        sample.account_id = "444455556666".into();
        assert_eq!(sample.said(), [("another-account", Weight::Refuse)]);
        let mut sample = crate::lint::sample::sample();
        sample.plan.steps[0].change.target.account = "444455556666".into();
        assert_eq!(sample.said(), [("another-account", Weight::Refuse)]);
    }
}
