//! Credentials that end before the plan does: it would stop half way.
//!
//! It must not change the plan.

use stanch_core::Plan;

use crate::lint::{Complaint, LintContext, refuse};

pub(super) fn rule(plan: &Plan, context: &LintContext<'_>) -> Vec<Complaint> {
    let millis = i64::try_from(plan.seconds)
        .unwrap_or(i64::MAX)
        .saturating_mul(1000);
    let end = context.now.plus_millis(millis);
    match context.expires {
        Some(expires) if expires < end => vec![refuse(
            None,
            format!("your credentials work until {expires}, and the plan takes until {end}"),
            "take new credentials, then try again",
        )],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::Weight;
    use crate::lint::sample::sample;

    #[test]
    fn they_must_last_to_the_end() {
        let mut sample = sample();
        sample.expires = Some(crate::lint::sample::NOW.plus_millis(89_999));
        assert_eq!(sample.said(), [("credentials-expire", Weight::Refuse)]);
        sample.expires = Some(crate::lint::sample::NOW.plus_millis(90_000));
        assert_eq!(sample.said(), []);
        sample.plan.seconds = u64::MAX;
        assert_eq!(sample.said(), [("credentials-expire", Weight::Refuse)]);
        sample.expires = None;
        assert_eq!(sample.said(), []);
    }
}
