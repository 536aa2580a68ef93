//! The order of a plan: drafts become numbered steps, sorted by the harm that they end, with what each waits for.
//!
//! It must not decide what is done.

pub(super) mod duration;

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::plan::{Change, Dependency, Order, Step, StepNumber, Wave};
use stanch_core::text::shown;

use super::error::PlanError;
use super::explain::not_fixed::{Omission, OmissionKind};
use super::scope::WORDS;
use super::steps::draft::{Draft, Harm, Key};
use crate::account::Account;
use crate::actions;

/// The sort key of a step: its wave, its part of the wave, the harm, and what makes the order total.
type SortKey = (Wave, u8, Harm, String, &'static str, usize);

/// A draft and the change that its action makes of it.
struct Planned {
    draft: Draft,
    change: Change,
}

/// The steps in order, and the number of each draft.
#[derive(Debug)]
pub(super) struct Ordered {
    pub(super) steps: Vec<Step>,
    pub(super) numbers: BTreeMap<Key, StepNumber>,
}

/// Returns the steps in order; records drafts that can't be planned.
pub(super) fn steps(
    drafts: Vec<Draft>,
    account: &Account,
    omitted: &mut Vec<Omission>,
) -> Result<Ordered, PlanError> {
    let made = needed(changes(drafts, account, omitted), omitted);
    let mut places: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    for (place, one) in made.iter().enumerate() {
        places.entry(one.draft.key()).or_default().push(place);
    }
    let waits: Vec<Vec<(usize, Order)>> = made
        .iter()
        .map(|one| {
            let after = one.draft.after.iter();
            let of = after.flat_map(|(key, order)| {
                let places = places.get(key).into_iter().flatten();
                places.map(move |place| (*place, *order))
            });
            of.collect()
        })
        .collect();
    let order = in_order(&made, &waits)?;
    let number = |place: usize| StepNumber(u32::try_from(place + 1).unwrap_or(u32::MAX));
    let numbers: BTreeMap<usize, StepNumber> = order
        .iter()
        .enumerate()
        .map(|(place, made)| (*made, number(place)))
        .collect();
    let of_key = |key: &Key| numbers.get(places.get(key)?.first()?).copied();
    let made = numbered(made, account, &of_key)?;
    let mut steps: Vec<Step> = made
        .into_iter()
        .zip(&waits)
        .enumerate()
        .filter_map(|(place, (made, waits))| {
            let depend = |(on, order): &(usize, Order)| {
                let step = *numbers.get(on)?;
                Some(Dependency { step, order: *order })
            };
            let after: BTreeSet<Dependency> = waits.iter().filter_map(depend).collect();
            Some(Step {
                number: *numbers.get(&place)?,
                why: made.draft.why,
                after: after.into_iter().collect(),
                change: made.change,
            })
        })
        .collect();
    steps.sort_by_key(|step| step.number);
    let numbers = places.keys().filter_map(|key| Some((key.clone(), of_key(key)?)));
    let numbers = numbers.collect();
    Ok(Ordered { steps, numbers })
}

/// Makes the changes that refer to other steps again, with the numbers of those steps.
fn numbered(
    mut made: Vec<Planned>,
    account: &Account,
    of_key: &dyn Fn(&Key) -> Option<StepNumber>,
) -> Result<Vec<Planned>, PlanError> {
    for one in made.iter_mut().filter(|one| !one.draft.numbers.is_empty()) {
        let mut request = one.draft.request.clone();
        for (name, key) in &one.draft.numbers {
            let number = of_key(key).ok_or(PlanError::Circle(1))?;
            request = request.with(name, [number.to_string()]);
        }
        let change = actions::named(one.draft.action).map(|action| action.change(&request, account));
        one.change = change.and_then(Result::ok).ok_or(PlanError::Circle(1))?;
    }
    Ok(made)
}

/// Returns the changes of the drafts; records drafts that can't be planned.
fn changes(drafts: Vec<Draft>, account: &Account, omitted: &mut Vec<Omission>) -> Vec<Planned> {
    let mut made = Vec::new();
    for draft in drafts {
        // The numbers of other steps are known when all are in order: until then any number will do.
        let numbers = draft.numbers.iter();
        let request = numbers.fold(draft.request.clone(), |request, (name, _)| {
            request.with(name, ["1".to_owned()])
        });
        let change = match actions::named(draft.action) {
            Some(action) => action.change(&request, account).map_err(|error| error.why),
            None => Err(format!("this version of Stanch has no action {}", draft.action)),
        };
        match change {
            Ok(change) => made.push(Planned { draft, change }),
            Err(why) => omitted.push(unplanned(&draft, &shown(&why, 400))),
        }
    }
    made
}

/// Drops drafts that need a step that can't be planned.
fn needed(mut made: Vec<Planned>, omitted: &mut Vec<Omission>) -> Vec<Planned> {
    loop {
        let there: BTreeSet<Key> = made.iter().map(|one| one.draft.key()).collect();
        let lacks = |one: &Planned| {
            let mut after = one.draft.after.iter();
            after.any(|(key, order)| *order == Order::Needs && !there.contains(key))
        };
        let (without, with): (Vec<Planned>, Vec<Planned>) = made.into_iter().partition(lacks);
        omitted.extend(
            without
                .iter()
                .map(|one| unplanned(&one.draft, "a step that it needs can't be planned")),
        );
        made = with;
        if without.is_empty() {
            return made;
        }
    }
}

/// Returns the positions sorted by key, but never before a step that one waits for.
fn in_order(made: &[Planned], waits: &[Vec<(usize, Order)>]) -> Result<Vec<usize>, PlanError> {
    let mut open: Vec<usize> = waits.iter().map(Vec::len).collect();
    let mut frees: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, waits) in waits.iter().enumerate() {
        for (on, _) in waits {
            frees.entry(*on).or_default().push(place);
        }
    }
    let ready = made.iter().enumerate().zip(&open).filter(|(_, open)| **open == 0);
    let mut ready: BTreeSet<SortKey> = ready.map(|((place, one), _)| sort_key(place, one)).collect();
    let mut order = Vec::with_capacity(made.len());
    while let Some(first) = ready.pop_first() {
        let place = first.5;
        order.push(place);
        for freed in frees.get(&place).into_iter().flatten() {
            if let (Some(open), Some(one)) = (open.get_mut(*freed), made.get(*freed)) {
                *open = open.saturating_sub(1);
                if *open == 0 {
                    ready.insert(sort_key(*freed, one));
                }
            }
        }
    }
    if order.len() == made.len() {
        Ok(order)
    } else {
        Err(PlanError::Circle(made.len() - order.len()))
    }
}

/// Returns the sort key. Within the wave of denies: inline policies first, since they cost one call; what replaces them; access
/// keys; permissions boundaries.
fn sort_key(place: usize, made: &Planned) -> SortKey {
    let draft = &made.draft;
    let rank = actions::named(draft.action).map_or(0, |action| action.about().rank);
    let part = if draft.with_denies { 0 } else { rank };
    let wave = if draft.with_denies {
        Wave::Deny
    } else {
        made.change.wave
    };
    let id = format!("{} {}", draft.request.target.id, draft.apart);
    (wave, part, draft.harm, id, draft.action, place)
}

fn unplanned(draft: &Draft, why: &str) -> Omission {
    Omission {
        what: shown(&draft.request.target.id, WORDS),
        kind: OmissionKind::NotContained,
        why: format!("{} can't be planned: {why}", draft.action),
    }
}
