//! The action that answers what an attacker created or changed, by what the actions say of themselves.
//!
//! It must not know any resource.

use crate::about::{About, Answer};
use crate::actions;
use crate::planner::scope::AffectedResource;

/// Returns the action that answers a resource: by the call that created it, otherwise by the check that found it.
pub(in crate::planner) fn action_of(affected: &AffectedResource) -> Option<&'static About> {
    let is_call = |answer: &Answer| matches!(answer, Answer::Call { service, call } if *service == affected.service && *call == affected.call);
    let is_check = |answer: &Answer| matches!(answer, Answer::Check { check, kind } if *check == affected.check && *kind == affected.kind);
    let about = answering(is_call).or_else(|| answering(is_check))?;
    // Access by the key policy is not a grant, though CreateGrant may be the last call that changed the key.
    let has_handle =
        |kind| affected.check.is_empty() || affected.handles.iter().any(|handle| handle.kind() == kind);
    about.handle.is_none_or(has_handle).then_some(about)
}

fn answering(is_it: impl Fn(&Answer) -> bool) -> Option<&'static About> {
    let mut all = actions::ALL.iter().map(|action| action.about());
    all.find(|about| about.answers.iter().any(&is_it))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_call_and_each_finding_has_one_answer() {
        let mut seen = BTreeSet::new();
        for action in actions::ALL {
            for answer in action.about().answers {
                assert!(seen.insert(*answer), "{answer:?} has two answers");
            }
        }
        assert!(!seen.is_empty());
    }
}
