//! Whom nothing in a plan may touch: the caller and all it came out of, the break-glass principals, and roles that IAM lets
//! nobody change.
//!
//! It must not know what would have been done.

use std::collections::BTreeMap;

use crate::principal_name::{is_reserved_sso, is_service_linked, one_name};

/// See the module.
#[derive(Debug, Clone, Default)]
pub(super) struct Exempt {
    by: BTreeMap<String, &'static str>,
}

impl Exempt {
    pub(super) fn of(caller: &str, chain: &[String], break_glass: &[String]) -> Self {
        let mut by = BTreeMap::new();
        for arn in break_glass {
            by.insert(one_name(arn), "it is a break-glass principal of this case");
        }
        for arn in chain {
            by.insert(one_name(arn), "your own credentials came out of it");
        }
        by.insert(one_name(caller), "you are calling with it yourself");
        Self { by }
    }

    /// All of them, sorted.
    pub(super) fn names(&self) -> Vec<String> {
        self.by.keys().cloned().collect()
    }

    /// Why somebody is exempt.
    pub(super) fn why(&self, id: &str) -> Option<&'static str> {
        self.by.get(&one_name(id)).copied()
    }

    /// Why IAM would not let anybody change a role.
    pub(super) fn why_not_in_iam(arn: &str, path_is_known: bool) -> Option<&'static str> {
        if is_service_linked(arn, path_is_known) {
            Some(
                "it is a service-linked role: nobody can change it; what makes its service act is to be answered",
            )
        } else if is_reserved_sso(arn, path_is_known) {
            Some(
                "it is a role of IAM Identity Center, which puts it back: its permission set or assignment is to be answered",
            )
        } else {
            None
        }
    }
}
