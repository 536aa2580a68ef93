//! Match of a statement with a request: its action, its resource, its conditions, its principal.
//!
//! It must not weigh statements against each other.

use super::condition::holds;
use super::context::{Caller, CallerKind, Request, Target};
use super::document::{Scope, Statement};
use super::pattern::{is_every_resource, matches};
use super::template::Template;
use super::truth::Truth;
use stanch_core::arn::{PrincipalArn, PrincipalKind};

/// By which name a resource policy means the caller. What the others limit depends on it
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    /// Itself, or everybody: the user, the session, the service, `*`.
    Directly,
    /// The role of the session, or the user who federated.
    ByIssuer,
    /// Its account, which may pass the permission on.
    ByAccount,
}

/// Decision whether a statement of a policy speaks of a request, whoever asks.
pub(crate) fn concerns(statement: &Statement, request: &Request, variables: bool) -> Truth {
    if !names_action(&statement.actions, &request.action) {
        return Truth::No;
    }
    let resource = names_target(statement, request, variables);
    if resource.is_no() {
        return Truth::No;
    }
    statement.conditions.iter().fold(resource, |found, condition| {
        if found.is_no() {
            return found;
        }
        found.and(holds(condition, &request.context, variables))
    })
}

/// Actions have no case.
fn names_action(actions: &Scope, action: &str) -> bool {
    let any = |patterns: &[String]| patterns.iter().any(|pattern| matches(pattern, action));
    match actions {
        Scope::Unsaid => false,
        Scope::Only(patterns) => any(patterns),
        Scope::AllBut(patterns) => !any(patterns),
    }
}

fn names_target(statement: &Statement, request: &Request, variables: bool) -> Truth {
    let patterns = match &statement.resources {
        // Trust policies have no resource: they speak of the role they are on.
        Scope::Unsaid => return Truth::Yes,
        Scope::Only(patterns) | Scope::AllBut(patterns) => patterns,
    };
    let any = match &request.target {
        Target::This(arn) => patterns.iter().fold(Truth::No, |found, pattern| {
            found.or(names_resource(pattern, arn, request, variables))
        }),
        Target::AnyOf(service) => return names_of_service(statement, patterns, service, !statement.allows),
        Target::EveryOf(service) => return names_of_service(statement, patterns, service, statement.allows),
    };
    match &statement.resources {
        Scope::AllBut(_) => !any,
        Scope::Only(_) | Scope::Unsaid => any,
    }
}

fn names_resource(pattern: &str, arn: &str, request: &Request, variables: bool) -> Truth {
    if pattern == "*" {
        return Truth::Yes;
    }
    Template::read(pattern, &request.context, variables, true).fits(|filled| filled.matches_arn(arn, true))
}

/// Decision whether a statement speaks of anything of a service, or with `whole` of all of it.
fn names_of_service(statement: &Statement, patterns: &[String], service: &str, whole: bool) -> Truth {
    let of_service = |pattern: &&String| {
        let part = pattern.split(':').nth(2).unwrap_or("*");
        pattern.starts_with('*') || matches(part, service)
    };
    let covers = |pattern: &String| {
        let rest = pattern.splitn(6, ':').skip(3);
        let all = rest.clone().all(|part| part.trim_matches('*').is_empty()) && rest.count() > 0;
        is_every_resource(pattern) || (pattern.starts_with("arn:") && all && of_service(&pattern))
    };
    let all_but = matches!(statement.resources, Scope::AllBut(_));
    let everything = patterns.iter().any(covers);
    Truth::of(match (whole, all_but) {
        (false, false) => patterns.iter().any(|pattern| of_service(&pattern)),
        (false, true) => !everything,
        (true, false) => everything,
        (true, true) => !patterns.iter().any(|pattern| of_service(&pattern)),
    })
}

/// By which name a statement of a resource policy means the caller, and whether it does.
///
/// `bounded`: the caller has a permissions boundary, which `NotPrincipal` with Deny never exempts
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>).
pub(crate) fn names_caller(statement: &Statement, caller: &Caller, bounded: bool) -> (Named, Truth) {
    let found: Vec<Named> = statement
        .principals
        .iter()
        .filter_map(|(kind, name)| named(kind, name.trim(), caller))
        .collect();
    if statement.all_but_principals {
        return (Named::Directly, is_not_exempt(statement, caller, bounded, &found));
    }
    let first = [Named::Directly, Named::ByIssuer, Named::ByAccount]
        .into_iter()
        .find(|named| found.contains(named));
    first.map_or((Named::Directly, Truth::No), |named| (named, Truth::Yes))
}

/// `NotPrincipal` exempts who is listed with every name: itself, for a session its role too, and the account. The account
/// alone exempts nobody but its root user.
fn is_not_exempt(statement: &Statement, caller: &Caller, bounded: bool, found: &[Named]) -> Truth {
    let listed = found.contains(&Named::Directly) || found.contains(&Named::ByIssuer);
    if !listed || (bounded && !statement.allows) {
        return Truth::Yes;
    }
    let needs_account = matches!(
        caller.kind,
        CallerKind::User | CallerKind::RoleSession | CallerKind::Federated
    );
    let whole = found.contains(&Named::Directly)
        && (!needs_account || found.contains(&Named::ByAccount))
        && (caller.issuer.is_none() || found.contains(&Named::ByIssuer));
    if whole {
        Truth::No
    } else {
        Truth::maybe("NotPrincipal that lists only some names of the caller")
    }
}

fn named(kind: &str, name: &str, caller: &Caller) -> Option<Named> {
    let star = !name.is_empty() && name.bytes().all(|byte| byte == b'*');
    match kind.to_ascii_lowercase().as_str() {
        "*" if star => Some(Named::Directly),
        "aws" if star => (!matches!(caller.kind, CallerKind::Service)).then_some(Named::Directly),
        "service" => {
            (caller.kind == CallerKind::Service && (star || name == caller.arn)).then_some(Named::Directly)
        }
        "federated" => {
            (caller.kind == CallerKind::WebIdentity && name == caller.arn).then_some(Named::Directly)
        }
        "aws" | "*" if !caller.account.is_empty() => {
            if name == caller.arn {
                Some(Named::Directly)
            } else if Some(name) == caller.issuer.as_deref() {
                Some(Named::ByIssuer)
            } else if name == caller.account || is_root_of(name, &caller.account) {
                Some(if caller.kind == CallerKind::Root {
                    Named::Directly
                } else {
                    Named::ByAccount
                })
            } else {
                None
            }
        }
        // A canonical user is some account whose number is not known here.
        _ => None,
    }
}

fn is_root_of(name: &str, account: &str) -> bool {
    PrincipalArn::parse(name).is_some_and(|root| root.kind == PrincipalKind::Root && root.account == account)
}
