//! A clock that differs: sessions are cut off by the moment they were made, and signatures are refused after five minutes.
//!
//! It must not change the plan.

use stanch_core::Plan;

use crate::lint::{Complaint, LintContext, refuse, warn};

/// Seconds that a clock may differ.
const MOST: u64 = 60;

pub(super) fn rule(_: &Plan, context: &LintContext<'_>) -> Vec<Complaint> {
    match context.skew_seconds {
        Some(skew) if skew.unsigned_abs() > MOST => vec![refuse(
            None,
            format!(
                "the clock of this machine differs from AWS's by {skew} seconds: sessions would be cut off at the wrong moment"
            ),
            "set the clock (timedatectl set-ntp true), then try again",
        )],
        Some(_) => Vec::new(),
        None => vec![warn(
            None,
            "it was not measured whether this machine's clock is right, and sessions are cut off by it"
                .to_owned(),
            "compare the clock with AWS's: the Date of any of its replies",
        )],
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::Weight;
    use crate::lint::sample::sample;

    #[test]
    fn a_minute_is_borne_and_no_more() {
        for (skew, said) in [
            (Some(60), vec![]),
            (Some(-61), vec![("clock-skew", Weight::Refuse)]),
            (Some(i64::MIN), vec![("clock-skew", Weight::Refuse)]),
            (None, vec![("clock-skew", Weight::Warn)]),
        ] {
            let mut sample = sample();
            sample.skew = skew;
            assert_eq!(sample.said(), said);
        }
    }
}
