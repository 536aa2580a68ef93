//! A vendor or a known-good entry that the case declares since the plan was kept: the plan was made without it.
//!
//! It must not judge what the plan would do to it: planning again does.

use stanch_core::Plan;

use crate::lint::{Complaint, LintContext, refuse};

pub(super) fn rule(_: &Plan, context: &LintContext<'_>) -> Vec<Complaint> {
    let shown = |name: &String| stanch_core::text::shown(name, 120);
    let names: Vec<String> = context.declared_later.iter().map(shown).collect();
    if names.is_empty() {
        return Vec::new();
    }
    vec![refuse(
        None,
        format!(
            "the case declares as a vendor or known good since the plan was made: {}",
            names.join(", ")
        ),
        "plan again: the new plan leaves alone what is declared",
    )]
}

#[cfg(test)]
mod tests {
    use crate::lint::Weight;
    use crate::lint::sample::sample;

    #[test]
    fn an_entry_declared_since_the_plan_is_named() {
        let mut sample = sample();
        sample.declared_later = vec!["210987654321".to_owned()];
        assert_eq!(sample.said(), [("declared-later", Weight::Refuse)]);
        assert!(sample.lint()[0].what.contains("210987654321"));
    }
}
