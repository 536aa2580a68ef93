//! Removes the last administrator: then nobody can put anything right but the root user.
//!
//! It must not change the plan.

use std::collections::BTreeSet;

use stanch_core::Plan;
use stanch_core::arn::{PrincipalArn, PrincipalKind, one_name};
use stanch_core::text::shown;

use crate::lint::context::{denies, touched};
use crate::lint::{Complaint, LintContext, refuse, warn};

pub(super) fn rule(plan: &Plan, context: &LintContext<'_>) -> Vec<Complaint> {
    let Some(administrators) = context.administrators else {
        return vec![warn(
            None,
            "it is not known who may do everything in this account, so whether the plan leaves an administrator is not known either".to_owned(),
            "collect the account's identities (iam-account) and try again, or make sure yourself that somebody else can sign in",
        )];
    };
    let all: BTreeSet<String> = administrators.iter().map(|arn| one_name(arn)).collect();
    let mut left = all.clone();
    let mut last = None;
    for step in plan.steps.iter().filter(|step| denies(step)) {
        for arn in touched(step, plan) {
            if left.remove(&arn) && left.is_empty() {
                last = Some((step.number, arn));
            }
        }
    }
    // What the attacker has is no administrator that is left, and the root user needs none.
    let suspects: BTreeSet<String> = plan.suspects.iter().map(|arn| one_name(arn)).collect();
    let is_denied = left.len() < all.len();
    if last.is_none() && is_denied && left.is_subset(&suspects) {
        let first = plan
            .steps
            .iter()
            .find(|step| denies(step) && !touched(step, plan).is_empty());
        last = first
            .zip(left.first().cloned())
            .map(|(step, arn)| (step.number, arn));
    }
    let is_root =
        PrincipalArn::parse(context.caller).is_some_and(|caller| caller.kind == PrincipalKind::Root);
    match last {
        Some((step, _)) if is_root => vec![warn(
            Some(step),
            "the plan denies every administrator: only the root user, which you are, is left".to_owned(),
            "create an administrator of your own before you sign out of the root user",
        )],
        Some((step, arn)) => vec![refuse(
            Some(step),
            format!("{} is the last of {} administrators, and the plan denies them all", shown(&arn, 160), all.len()),
            "make a new administrator from outside first, or leave this step out",
        )],
        None if all.is_empty() => vec![warn(
            None,
            "nobody in this account may do everything, as it was read: only the root user can put right what goes wrong".to_owned(),
            "make sure that somebody can sign in as root before you continue",
        )],
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::Weight;
    use crate::lint::sample::sample;

    use crate::lint::sample::arn;

    #[test]
    fn who_only_loses_older_sessions_is_still_an_administrator() {
        let mut sample = sample();
        sample.plan.steps = vec![crate::lint::sample::step(
            1,
            "role-sessions-revoke",
            "iam-role",
            "admin",
        )];
        sample.administrators = Some(vec![arn("role", "admin")]);
        assert_eq!(sample.said(), []);
    }

    #[test]
    fn one_administrator_must_be_left() {
        let mut sample = sample();
        sample.administrators = Some(vec![arn("user", "ops/mallory")]);
        assert_eq!(sample.said(), [("administrators-last", Weight::Refuse)]);
        sample.administrators = Some(vec![arn("user", "mallory"), arn("user", "ann")]);
        assert_eq!(sample.said(), []);
        sample.administrators = Some(Vec::new());
        assert_eq!(sample.said(), [("administrators-last", Weight::Warn)]);
        sample.administrators = None;
        assert_eq!(sample.said(), [("administrators-last", Weight::Warn)]);
    }

    #[test]
    fn an_administrator_of_the_attacker_is_none_and_the_root_user_needs_none() {
        let mut sample = sample();
        sample.administrators = Some(vec![arn("user", "mallory"), arn("user", "backup-admin")]);
        assert_eq!(sample.said(), []);
        sample.plan.suspects.push(arn("user", "backup-admin"));
        assert_eq!(sample.said(), [("administrators-last", Weight::Refuse)]);
        let root = "arn:aws:iam::111122223333:root";
        root.clone_into(&mut sample.caller);
        root.clone_into(&mut sample.plan.responder.arn);
        assert_eq!(sample.said(), [("administrators-last", Weight::Warn)]);
    }
}
