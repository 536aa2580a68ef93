//! A plan made at another endpoint: what was tried at a stand-in says nothing of the real account, and the other way round.
//!
//! It must not change the plan.

use stanch_core::Plan;
use stanch_core::text::shown;

use crate::lint::{Complaint, LintContext, refuse};

pub(super) fn rule(plan: &Plan, context: &LintContext<'_>) -> Vec<Complaint> {
    let words =
        |endpoint: Option<&str>| endpoint.map_or_else(|| "AWS itself".to_owned(), |text| shown(text, 160));
    if plan.endpoint.as_deref() == context.endpoint {
        return Vec::new();
    }
    vec![refuse(
        None,
        format!(
            "the plan was made at {}, and you are calling {}",
            words(plan.endpoint.as_deref()),
            words(context.endpoint)
        ),
        "carry it out where it was made, or plan again here",
    )]
}

#[cfg(test)]
mod tests {
    use crate::lint::Weight;
    use crate::lint::sample::sample;

    #[test]
    fn a_plan_is_for_one_endpoint() {
        let mut sample = sample();
        sample.endpoint = Some("http://localhost:5000".to_owned());
        assert_eq!(sample.said(), [("another-endpoint", Weight::Refuse)]);
        sample.plan.endpoint = Some("http://localhost:5000".to_owned());
        assert_eq!(sample.said(), []);
    }
}
