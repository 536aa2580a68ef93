//! The planner: from the identities that a person named, to the steps that contain the attack, in order.
//!
//! Pure: the same situation gives the same plan. Whether harm is continuing changes no step, only the order: then
//! identities that
//! called within the last hour are denied first; otherwise the most powerful are, and the plan says to scope first, because a
//! quiet attacker who sees half of the containment uses another way in. It must not send anything, read a clock, or take a weak
//! link for an exact one.

mod containment;
mod error;
mod exemptions;
mod explain;
mod order;
mod scope;
mod situation;
mod steps;
#[cfg(test)]
mod tests;
mod without;

use std::collections::BTreeSet;

use stanch_core::Plan;
use stanch_core::plan::NotFixed;

use explain::not_fixed::{self, Omission, OmissionKind};
use explain::remaining_credentials;
use order::{Ordered, duration};
use scope::Scope;
use scope::closure::Closure;
use scope::exempt::Exempt;
use scope::inventory::Inventory;
use steps::drafting::Drafting;
use steps::{organization, requested, resources};

pub use containment::{Containment, compromised, first_seeds};
pub use error::PlanError;
pub use exemptions::{principals, responder_chain};
pub use situation::{Rates, Seed, Seeds, Situation};

/// Plans the containment of everything derived from the seeds.
///
/// # Errors
/// When nothing is named, or what is named is not known or not of this account.
pub fn plan(situation: &Situation<'_>, seeds: &Seeds) -> Result<Plan, PlanError> {
    if seeds.is_empty() {
        return Err(PlanError::Nobody);
    }
    let inventory = Inventory::of(situation.account);
    let exempt = Exempt::of(&situation.responder.arn, situation.chain, situation.break_glass);
    let mut closure = Closure::new(situation, &inventory);
    for seed in seeds.iter().collect::<BTreeSet<_>>() {
        closure.seed(seed)?;
    }
    let scope = closure.finish();
    let mut drafting = Drafting::new(situation, &inventory, &scope, &exempt);
    organization::quarantine(&mut drafting);
    drafting.identities();
    resources::steps(&mut drafting);
    requested::steps(&mut drafting, seeds)?;
    let (mut drafts, mut omitted) = drafting.finish();
    without::leave_out(&mut drafts, situation.without, &mut omitted)?;
    resources::parents_first(&mut drafts);
    resources::one_part_at_a_time(&mut drafts);
    let Ordered { steps, numbers } = order::steps(drafts, situation.account, &mut omitted)?;
    omitted.extend(related(&scope));
    let mut not_fixed = not_fixed::merged(omitted);
    not_fixed.extend(limits(situation));
    Ok(Plan {
        schema_version: Plan::SCHEMA_VERSION,
        verb: situation.verb.to_owned(),
        account: situation.account.id.clone(),
        partition: situation.account.partition.clone(),
        endpoint: situation.endpoint.map(str::to_owned),
        responder: situation.responder.clone(),
        made_at: situation.made_at,
        state_at: situation.state_at,
        snapshot: situation.snapshot.to_owned(),
        harm_now: situation.harm_now,
        exempt: exempt.names(),
        break_glass_declared: !situation.break_glass.is_empty(),
        suspects: suspects(&scope, &exempt),
        remaining_credentials: remaining_credentials::remaining(&scope, &numbers, &exempt, situation.made_at),
        seconds: duration::seconds(&steps, situation.rates),
        not_fixed,
        steps,
    })
}

/// Returns the compromised identities that the plan is meant to contain: all but the exempt ones.
fn suspects(scope: &Scope, exempt: &Exempt) -> Vec<String> {
    let identities = scope.identities.iter().filter(|(id, identity)| {
        let owner = identity.owner.as_deref().unwrap_or(id);
        exempt.why(id).is_none() && exempt.why(owner).is_none()
    });
    identities
        .map(|(id, _)| stanch_core::text::shown(id, scope::WORDS))
        .collect()
}

/// Returns what is related to the attack and not touched.
fn related(scope: &Scope) -> impl Iterator<Item = Omission> {
    scope.related.iter().flat_map(|(what, reasons)| {
        reasons.iter().map(|related| Omission {
            what: what.clone(),
            kind: if related.is_malicious {
                OmissionKind::Malicious
            } else {
                OmissionKind::Note
            },
            why: related.why.clone(),
        })
    })
}

/// Returns the limits of the plan as a whole.
fn limits(situation: &Situation<'_>) -> Vec<NotFixed> {
    let mut limits = Vec::new();
    let mut limit = |why: String| {
        limits.push(NotFixed {
            what: "the rest of the account".to_owned(),
            why,
        });
    };
    if !situation.harm_now {
        limit(
            "you said that the attack is not active now: scope first, then evict in one go. Collect and plan again until the plan stops \
             growing, then apply it"
                .to_owned(),
        );
    }
    match situation.assessment {
        None => limit(
            "the account was not assessed: resources that the attacker created are not in this plan"
                .to_owned(),
        ),
        Some(assessment) if assessment.logs_begin.is_none() => {
            limit("the account was assessed without logs: it is not known who created what".to_owned());
        }
        Some(assessment) if !assessment.is_complete() => limit(format!(
            "{} questions of the assessment have no answer: what they would show is not in this plan",
            assessment.not_judged.len()
        )),
        Some(_) => {}
    }
    limits
}
