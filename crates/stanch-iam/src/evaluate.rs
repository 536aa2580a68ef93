//! Decision of AWS on a request, after its documented logic, and *unknown* where it depends on something not known here.
//!
//! - <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>
//! - <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html>
//! - <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html>
//!
//! Policies of VPC endpoints are not looked at. It must not know where policies come from.

use super::context::{CallerKind, Request, Target};
use super::document::{Policy, Scope};
use super::statement::{Named, concerns, names_caller};
use super::truth::Truth;

/// Decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is allowed.
    Allowed,
    /// Nothing allows it.
    ImplicitlyDenied,
    /// Something denies it.
    ExplicitlyDenied,
    /// It hangs on what is not known.
    Unknown {
        /// The keys and policies that it hangs on.
        why: Vec<String>,
    },
}

impl Decision {
    /// Returns true when it is surely allowed.
    #[must_use]
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed)
    }

    /// Returns true when it may be allowed.
    #[must_use]
    pub const fn may_be_allowed(&self) -> bool {
        matches!(self, Self::Allowed | Self::Unknown { .. })
    }
}

/// The limits that an organization sets, level by level from the root to the account. Every level must allow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Guard {
    /// None apply: no organization, its management account, or the policy type is off.
    #[default]
    None,
    /// The policies of each level.
    Levels(Vec<Vec<Policy>>),
    /// There may be some; they were not read.
    Unknown,
}

/// The policy on a resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum OnResource {
    /// There is none.
    #[default]
    None,
    /// This one: an Allow of it adds to what the caller's own policies allow.
    Policy(Policy),
    /// A trust policy or the policy of a KMS key: without it, nobody gets in.
    Gate(Policy),
    /// There may be one; it was not read.
    Unknown,
}

/// Every policy that applies to a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policies {
    /// Those of the user with its groups, or of the role: inline and attached.
    pub identity: Vec<Policy>,
    /// The permissions boundary.
    pub boundary: Option<Policy>,
    /// Those passed when the session was made; `None` when none were.
    pub session: Option<Vec<Policy>>,
    /// Service control policies over the caller's account.
    pub service_control: Guard,
    /// Resource control policies over the resource's account.
    pub resource_control: Guard,
    /// The policy on the resource.
    pub resource: OnResource,
}

/// Calls that need no permission and that no policy takes away
/// (<https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>,
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html>).
const ALWAYS_ALLOWED: [&str; 2] = ["sts:getcalleridentity", "sts:getsessiontoken"];

/// Decision of a set of policies.
struct Said {
    allows: Truth,
    denies: Truth,
}

/// Decision of the policy on a resource, by the name it has for the caller.
struct SaidByResource {
    directly: Truth,
    by_issuer: Truth,
    by_account: Truth,
    denies: Truth,
}

/// Decides.
#[must_use]
pub fn evaluate(request: &Request, policies: &Policies) -> Decision {
    evaluate_on(request, policies, &policies.resource)
}

/// As [`evaluate`], with another policy on the resource than the one that goes with the caller's.
pub(crate) fn evaluate_on(request: &Request, policies: &Policies, on: &OnResource) -> Decision {
    let caller = &request.caller;
    let signed = !matches!(
        caller.kind,
        CallerKind::Service | CallerKind::Anonymous | CallerKind::WebIdentity
    );
    if signed && ALWAYS_ALLOWED.contains(&request.action.to_ascii_lowercase().as_str()) {
        return Decision::Allowed;
    }
    let within = own(request, policies, signed);
    let resource = of_resource(request, on, policies.boundary.is_some());
    let organization = organization(request, policies, signed);
    let limits = within.boundary.clone().and(within.session.clone());
    let own = within.identity.and(limits.clone());
    let same_account = caller.account == request.resource_account && !caller.account.is_empty();
    let named = resource
        .directly
        .clone()
        .or(resource.by_issuer.clone().and(limits));
    let granted = match (on, same_account) {
        (_, false) if !signed => resource.directly,
        (_, false) => own.and(resource.directly.or(resource.by_issuer).or(resource.by_account)),
        (OnResource::Gate(_), true) => named.or(own.and(resource.by_account)),
        (_, true) => named.or(own),
    };
    let allows = granted.and(organization.allows);
    let denies = within.denies.or(resource.denies).or(organization.denies);
    decide(allows, denies)
}

fn decide(allows: Truth, denies: Truth) -> Decision {
    match (allows, denies) {
        (_, Truth::Yes) => Decision::ExplicitlyDenied,
        (Truth::No, _) => Decision::ImplicitlyDenied,
        (Truth::Yes, Truth::No) => Decision::Allowed,
        (allows, denies) => Decision::Unknown {
            why: allows.and(!denies).reasons(),
        },
    }
}

/// Policies of the caller.
struct Within {
    identity: Truth,
    boundary: Truth,
    session: Truth,
    denies: Truth,
}

fn own(request: &Request, policies: &Policies, signed: bool) -> Within {
    if !signed {
        return Within {
            identity: Truth::No,
            boundary: Truth::Yes,
            session: Truth::Yes,
            denies: Truth::No,
        };
    }
    let kind = request.caller.kind;
    let mut identity = said(&policies.identity, request, false);
    if kind == CallerKind::Root {
        // No policy of an account limits its root user.
        identity.allows = Truth::Yes;
    }
    let boundary = policies
        .boundary
        .as_ref()
        .map_or_else(Said::everything, |policy| {
            said(std::slice::from_ref(policy), request, true)
        });
    let session = match &policies.session {
        Some(passed) => said(passed, request, true),
        // A federated user without a policy has the permissions that resources grant it by name.
        None if kind == CallerKind::Federated => Said::nothing(),
        None => Said::everything(),
    };
    Within {
        identity: identity.allows,
        boundary: boundary.allows,
        session: session.allows,
        denies: identity.denies.or(boundary.denies).or(session.denies),
    }
}

fn organization(request: &Request, policies: &Policies, signed: bool) -> Said {
    if request.caller.is_service_linked() {
        return Said::everything();
    }
    let service_control = if signed {
        guard(&policies.service_control, request)
    } else {
        Said::everything()
    };
    let resource_control = guard(&policies.resource_control, request);
    Said {
        allows: service_control.allows.and(resource_control.allows),
        denies: service_control.denies.or(resource_control.denies),
    }
}

fn guard(guard: &Guard, request: &Request) -> Said {
    match guard {
        Guard::None => Said::everything(),
        Guard::Unknown => Said {
            allows: Truth::maybe("policies of the organization"),
            denies: Truth::maybe("policies of the organization"),
        },
        Guard::Levels(levels) => levels.iter().fold(Said::everything(), |found, level| {
            let level = said(level, request, true);
            Said {
                allows: found.allows.and(level.allows),
                denies: found.denies.or(level.denies),
            }
        }),
    }
}

impl Said {
    const fn everything() -> Self {
        Self {
            allows: Truth::Yes,
            denies: Truth::No,
        }
    }

    const fn nothing() -> Self {
        Self {
            allows: Truth::No,
            denies: Truth::No,
        }
    }
}

/// Decision of policies without principals. `limits`: they only limit what others allow.
fn said(policies: &[Policy], request: &Request, limits: bool) -> Said {
    let mut found = Said::nothing();
    for policy in policies {
        for statement in &policy.statements {
            if statement.resources == Scope::Unsaid {
                continue;
            }
            let concerned = concerns(statement, request, policy.variables);
            if !statement.allows {
                found.denies = found.denies.or(concerned);
            } else if limits && is_part(request, &statement.resources) {
                // Whether the part that is left here is the part that is granted there, is not looked at.
                found.allows = found.allows.or(concerned.and(Truth::maybe("resource")));
            } else {
                found.allows = found.allows.or(concerned);
            }
        }
        if policy.unread {
            found.allows = found
                .allows
                .or(Truth::maybe("a policy that was not read in full"));
            found.denies = found
                .denies
                .or(Truth::maybe("a policy that was not read in full"));
        }
    }
    found
}

/// Returns true when a statement speaks of a part only of what the caller may choose from.
fn is_part(request: &Request, resources: &Scope) -> bool {
    let whole = matches!(resources, Scope::Only(patterns) if patterns.iter().any(|pattern| pattern == "*"));
    matches!(request.target, Target::AnyOf(_)) && !whole
}

fn of_resource(request: &Request, on: &OnResource, bounded: bool) -> SaidByResource {
    let (directly, denies) = match on {
        OnResource::Unknown => (
            Truth::maybe("policy of the resource"),
            Truth::maybe("policy of the resource"),
        ),
        OnResource::Policy(policy) | OnResource::Gate(policy) if policy.unread => {
            let why = "a policy of the resource that was not read in full";
            (Truth::maybe(why), Truth::maybe(why))
        }
        _ => (Truth::No, Truth::No),
    };
    let mut found = SaidByResource {
        directly,
        by_issuer: Truth::No,
        by_account: Truth::No,
        denies,
    };
    if let OnResource::Policy(policy) | OnResource::Gate(policy) = on {
        for statement in &policy.statements {
            let (named, means) = names_caller(statement, &request.caller, bounded);
            if means.is_no() {
                continue;
            }
            let concerned = means.and(concerns(statement, request, policy.variables));
            let place = match (statement.allows, named) {
                (false, _) => &mut found.denies,
                (true, Named::Directly) => &mut found.directly,
                (true, Named::ByIssuer) => &mut found.by_issuer,
                (true, Named::ByAccount) => &mut found.by_account,
            };
            *place = std::mem::replace(place, Truth::No).or(concerned);
        }
    }
    found
}
