//! From what a person named to a plan: what is in an intruder's hands, what is done about each, in which order.
//!
//! Pure: the same situation gives the same plan. Whether harm is going on changes no step, only the order: then whoever called
//! within the last hour is denied first; otherwise whoever can do most is, and the plan says that scoping comes first, since
//! a quiet intruder who sees half of it come takes another way in. It must not send anything, read a clock, or take a weak
//! link for an exact one.

mod act;
mod address;
mod answers;
mod asked;
mod children;
mod closure;
mod consumers;
mod draft;
mod error;
mod eta;
mod exempt;
mod honest;
mod identities;
mod left;
mod machines;
mod order;
mod organization;
mod reach;
mod seeds;
mod situation;
mod state;
mod strangers;
mod survivors;
#[cfg(test)]
mod tests;
mod things;

use std::collections::BTreeSet;

use stanch_core::Plan;
use stanch_core::plan::LeftAlone;

use closure::Closure;
use exempt::Exempt;
use identities::Drafting;
use order::Ordered;
use reach::Reach;
use state::State;

pub use error::PlanError;
pub use situation::{Rates, Seed, Seeds, Situation};

/// How every sentence ends that names who puts a thing back: the linter knows it by this.
pub(crate) const PUT_BACK: &str = ", which may put it back";

/// Plans what cuts off everything that came of what was named.
///
/// # Errors
/// When nobody is named, or what is named is not known or not of this account.
pub fn plan(situation: &Situation<'_>, seeds: &Seeds) -> Result<Plan, PlanError> {
    if seeds.is_empty() {
        return Err(PlanError::Nobody);
    }
    let state = State::of(situation.account);
    let exempt = Exempt::of(&situation.responder.arn, situation.chain, situation.break_glass);
    let mut closure = Closure::new(situation, &state);
    for seed in seeds.iter().collect::<BTreeSet<_>>() {
        closure.seed(seed)?;
    }
    let reach = closure.finish();
    let mut drafting = Drafting::new(situation, &state, &reach, &exempt);
    organization::quarantine(&mut drafting);
    drafting.everybody();
    things::things(&mut drafting);
    asked::acts(&mut drafting, seeds)?;
    let (mut drafts, mut left) = drafting.finish();
    things::parents_first(&mut drafts);
    things::part_by_part(&mut drafts);
    let Ordered { steps, numbers } = order::steps(drafts, situation.account, &mut left)?;
    left.extend(weak(&reach));
    let mut left = left::merged(left);
    left.extend(scope(situation));
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
        suspects: suspects(&reach, &exempt),
        survivors: survivors::survivors(&reach, &numbers, &exempt, situation.made_at),
        seconds: eta::seconds(&steps, situation.rates),
        left_alone: left,
        steps,
    })
}

/// Who is meant to be cut off: all that is held, but for whom nothing may touch.
fn suspects(reach: &Reach, exempt: &Exempt) -> Vec<String> {
    let held = reach.held.iter().filter(|(id, held)| {
        let owner = held.owner.as_deref().unwrap_or(id);
        exempt.why(id).is_none() && exempt.why(owner).is_none()
    });
    held.map(|(id, _)| stanch_core::text::shown(id, reach::WORDS))
        .collect()
}

fn weak(reach: &Reach) -> impl Iterator<Item = LeftAlone> {
    reach.weak.iter().flat_map(|(what, reasons)| {
        reasons.iter().map(|why| LeftAlone {
            what: what.clone(),
            why: why.clone(),
        })
    })
}

/// What a responder must know of the plan as a whole.
fn scope(situation: &Situation<'_>) -> Vec<LeftAlone> {
    let mut left = Vec::new();
    let mut say = |why: String| {
        left.push(LeftAlone {
            what: "the rest of the account".to_owned(),
            why,
        });
    };
    if !situation.harm_now {
        say("no harm is going on, as was said: scope first, and evict at once. Collect and plan again until the plan no longer \
             grows, and carry it out then"
            .to_owned());
    }
    match situation.assessment {
        None => {
            say(
                "it was not assessed: what an intruder made beyond identities is not in this plan".to_owned(),
            );
        }
        Some(assessment) if assessment.logs_begin.is_none() => {
            say("it was assessed without logs: who made what is not known".to_owned());
        }
        Some(assessment) if !assessment.is_complete() => say(format!(
            "{} questions of its assessment have no answer: what they would show is not in this plan",
            assessment.not_judged.len()
        )),
        Some(_) => {}
    }
    left
}
