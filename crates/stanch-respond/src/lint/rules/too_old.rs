//! A plan, or the state it was made from, that is too old: the account has continued since.
//!
//! It must not change the plan.

use stanch_core::{Plan, Timestamp};

use crate::lint::{Complaint, LintContext, refuse, warn};

const HOUR_MILLIS: i64 = 3_600_000;

pub(super) fn rule(plan: &Plan, context: &LintContext<'_>) -> Vec<Complaint> {
    let limit = context.hours.saturating_mul(HOUR_MILLIS);
    let is_old = |time: Timestamp| context.now.since(time) > limit;
    if is_old(plan.made_at) {
        return vec![refuse(
            None,
            format!(
                "the plan was made at {}, more than {} hours ago",
                plan.made_at, context.hours
            ),
            "collect the account and plan again",
        )];
    }
    if plan.made_at > context.now.plus_millis(HOUR_MILLIS) {
        return vec![refuse(
            None,
            format!("the plan was made at {}, which is yet to come", plan.made_at),
            "set the clock right, or plan again",
        )];
    }
    if is_old(plan.state_at) {
        return vec![warn(
            None,
            format!(
                "the account was read at {}, more than {} hours ago: what an attacker made since is not in the plan",
                plan.state_at, context.hours
            ),
            "collect the account and plan again",
        )];
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::Weight;
    use crate::lint::sample::sample;

    use crate::lint::sample::NOW;

    #[test]
    fn a_day_is_borne_and_no_more() {
        let mut sample = sample();
        sample.plan.made_at = NOW.plus_millis(-24 * HOUR_MILLIS);
        sample.plan.state_at = sample.plan.made_at;
        assert_eq!(sample.said(), []);
        sample.plan.state_at = NOW.plus_millis(-25 * HOUR_MILLIS);
        assert_eq!(sample.said(), [("too-old", Weight::Warn)]);
        sample.plan.made_at = NOW.plus_millis(-24 * HOUR_MILLIS - 1);
        assert_eq!(sample.said(), [("too-old", Weight::Refuse)]);
        sample.plan.made_at = NOW.plus_millis(2 * HOUR_MILLIS);
        assert_eq!(sample.said(), [("too-old", Weight::Refuse)]);
    }
}
