//! The principals that a plan must not touch: the caller and everything its credentials are derived from, the break-glass
//! principals, and roles that IAM lets nobody change.
//!
//! It must not know what would have been done.

use stanch_core::arn::{is_reserved_sso_role, is_service_linked_role, one_name};
use std::collections::BTreeMap;

/// See the module.
#[derive(Debug, Clone, Default)]
pub(in crate::planner) struct Exempt {
    by: BTreeMap<String, &'static str>,
}

impl Exempt {
    pub(in crate::planner) fn of(caller: &str, chain: &[String], break_glass: &[String]) -> Self {
        let mut by = BTreeMap::new();
        for arn in break_glass {
            by.insert(one_name(arn), "it is a break-glass principal of this case");
        }
        for arn in chain {
            by.insert(one_name(arn), "your own credentials are derived from it");
        }
        by.insert(one_name(caller), "you are signed in with it");
        Self { by }
    }

    /// Returns the ARNs of all exempt principals, sorted.
    pub(in crate::planner) fn names(&self) -> Vec<String> {
        self.by.keys().cloned().collect()
    }

    /// Returns why a principal is exempt.
    pub(in crate::planner) fn why(&self, id: &str) -> Option<&'static str> {
        self.by.get(&one_name(id)).copied()
    }

    /// Returns why IAM refuses changes to a role.
    pub(in crate::planner) fn why_not_in_iam(arn: &str, path_is_known: bool) -> Option<&'static str> {
        if is_service_linked_role(arn, path_is_known) {
            Some(
                "it is a service-linked role, which nobody can change. Stop what makes its service act instead",
            )
        } else if is_reserved_sso_role(arn, path_is_known) {
            Some(
                "it is a role of IAM Identity Center, which restores it after a change. Change its permission set or assignment instead",
            )
        } else {
            None
        }
    }
}
