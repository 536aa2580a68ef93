//! Effective access in an account: of a principal, to a resource, and of administrators.
//!
//! Answers are those of [`evaluate`](super::evaluate), with the keys of the request that are known of the principal; the
//! rest is unknown. It must not judge whether anybody should.

use super::context::{Context, Request, Target};
use super::document::Policy;
use super::evaluate::{Decision, OnResource, Policies, evaluate_on};
use super::principals::{Principal, Principals};
use super::statement::names_caller;

/// Confidence in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Surely not.
    No,
    /// It hangs on what is not known.
    Possible,
    /// Surely.
    Certain,
}

impl From<&Decision> for Grade {
    fn from(decision: &Decision) -> Self {
        match decision {
            Decision::Allowed => Self::Certain,
            Decision::Unknown { .. } => Self::Possible,
            Decision::ImplicitlyDenied | Decision::ExplicitlyDenied => Self::No,
        }
    }
}

/// Users and roles with all permissions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Administrators {
    /// ARNs of those who surely are.
    pub certain: Vec<String>,
    /// ARNs of those who are unless something not known here limits them.
    pub possible: Vec<String>,
}

/// Probe for an administrator: an action of a service that does not exist, which only a star allows, and what is taken
/// away first from those who may do nearly everything.
const ADMINISTRATION: [(&str, &str); 8] = [
    ("any-service:AnyAction", "any-service"),
    ("iam:CreateUser", "iam"),
    ("iam:AttachRolePolicy", "iam"),
    ("iam:PutUserPolicy", "iam"),
    ("iam:CreatePolicyVersion", "iam"),
    ("sts:AssumeRole", "sts"),
    ("ec2:TerminateInstances", "ec2"),
    ("s3:DeleteBucket", "s3"),
];

impl Principals {
    /// Decision for a user or role on a resource of the account that has no policy, or whose policy adds nothing.
    #[must_use]
    pub fn access(&self, arn: &str, action: &str, target: &Target) -> Decision {
        self.access_on(arn, action, target, &OnResource::None)
    }

    /// Decision for a user or role on a resource of the account under the policy on it.
    #[must_use]
    pub fn access_on(&self, arn: &str, action: &str, target: &Target, on: &OnResource) -> Decision {
        self.get(arn).map_or_else(unknown, |principal| {
            self.asked(principal, action, target, on, principal.context())
        })
    }

    /// Every user and role who may do something to a resource, with what is decided; in order of their ARNs.
    #[must_use]
    pub fn who_can(&self, action: &str, target: &Target, on: &OnResource) -> Vec<(&Principal, Decision)> {
        self.iter()
            .map(|principal| {
                let context = principal.context();
                (principal, self.asked(principal, action, target, on, context))
            })
            .filter(|(_, decision)| decision.may_be_allowed())
            .collect()
    }

    /// Finds the principals that have all permissions, within the limits of the organization.
    #[must_use]
    pub fn administrators(&self) -> Administrators {
        let mut found = Administrators::default();
        for principal in self.iter() {
            match self.administration(principal) {
                Grade::Certain => found.certain.push(principal.arn.clone()),
                Grade::Possible => found.possible.push(principal.arn.clone()),
                Grade::No => {}
            }
        }
        found
    }

    /// Decision whether nobody else is left to administer the account once a user or role is gone: no other user, and no role that a
    /// person may take on (a role for services alone is no way back in). The root user is not counted: whether somebody can
    /// sign in with it is not in any reading.
    #[must_use]
    pub fn is_last_administrator(&self, arn: &str) -> Grade {
        let administrators = self.administrators();
        let others = |found: &[String]| {
            found
                .iter()
                .filter(|other| *other != arn)
                .filter_map(|other| self.get(other))
                .any(|principal| !principal.is_role || principal.lets_in_people())
        };
        let is_one = |found: &[String]| found.iter().any(|other| other == arn);
        if others(&administrators.certain)
            || !(is_one(&administrators.certain) || is_one(&administrators.possible))
        {
            Grade::No
        } else if others(&administrators.possible) || !is_one(&administrators.certain) {
            Grade::Possible
        } else {
            Grade::Certain
        }
    }

    pub(crate) fn administration(&self, principal: &Principal) -> Grade {
        self.policies(&principal.arn).map_or(Grade::Possible, |policies| {
            self.administration_with(principal, policies)
        })
    }

    /// Decision whether a principal would be an administrator with other policies.
    pub(crate) fn administration_with(&self, principal: &Principal, policies: &Policies) -> Grade {
        let graded = |(action, service): &(&str, &str)| {
            let request = self.request(
                principal,
                action,
                &Target::AnyOf((*service).to_owned()),
                principal.context(),
            );
            Grade::from(&evaluate_on(&request, policies, &OnResource::None))
        };
        // The first is what most fail.
        let mut grade = Grade::Certain;
        for probe in &ADMINISTRATION {
            grade = grade.min(graded(probe));
            if grade == Grade::No {
                break;
            }
        }
        grade
    }

    pub(crate) fn asked(
        &self,
        principal: &Principal,
        action: &str,
        target: &Target,
        on: &OnResource,
        context: Context,
    ) -> Decision {
        let request = self.request(principal, action, target, context);
        self.policies(&principal.arn)
            .map_or_else(unknown, |policies| evaluate_on(&request, policies, on))
    }

    fn request(&self, principal: &Principal, action: &str, target: &Target, context: Context) -> Request {
        Request {
            caller: principal.caller(),
            action: action.to_owned(),
            target: target.clone(),
            resource_account: self.account.clone(),
            context,
        }
    }
}

impl Principal {
    /// Returns true when the trust policy of a role names anybody who is no service of AWS.
    #[must_use]
    pub fn lets_in_people(&self) -> bool {
        match &self.trust {
            OnResource::Gate(policy) => policy.unread || policy.lets_in_people(),
            OnResource::Policy(_) | OnResource::Unknown => true,
            OnResource::None => false,
        }
    }
}

impl Policy {
    fn lets_in_people(&self) -> bool {
        let is_service = |kind: &str| kind.eq_ignore_ascii_case("Service");
        self.statements
            .iter()
            .filter(|statement| statement.allows)
            .any(|statement| {
                statement.all_but_principals || statement.principals.iter().any(|(kind, _)| !is_service(kind))
            })
    }

    /// Returns true when a trust policy names a caller by any name at all, whatever else it asks.
    pub(crate) fn may_name(&self, caller: &super::context::Caller) -> bool {
        self.unread
            || self
                .statements
                .iter()
                .filter(|statement| statement.allows)
                .any(|statement| !names_caller(statement, caller, false).1.is_no())
    }
}

fn unknown() -> Decision {
    Decision::Unknown {
        why: vec!["a principal that was not read".to_owned()],
    }
}
