//! From drafts to numbered steps: deeds are made, put in the order of the harm they end, and told what they wait for.
//!
//! It must not decide what is done.

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::plan::{Deed, Dependency, LeftAlone, Order, Step, StepNumber, Wave};
use stanch_core::text::shown;

use super::draft::{Draft, Harm, Key};
use super::error::PlanError;
use super::reach::WORDS;
use crate::account::Account;
use crate::actions;

/// Where a step stands: its wave, its part of the wave, whose harm, and what makes the order complete.
type Place = (Wave, u8, Harm, String, &'static str, usize);

struct Made {
    draft: Draft,
    deed: Deed,
}

/// Steps in order, and the number that each draft got.
#[derive(Debug)]
pub(super) struct Ordered {
    pub(super) steps: Vec<Step>,
    pub(super) numbers: BTreeMap<Key, StepNumber>,
}

/// The steps; what could not be planned is told.
pub(super) fn steps(
    drafts: Vec<Draft>,
    account: &Account,
    left: &mut Vec<LeftAlone>,
) -> Result<Ordered, PlanError> {
    let made = needed(deeds(drafts, account, left), left);
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
                deed: made.deed,
            })
        })
        .collect();
    steps.sort_by_key(|step| step.number);
    let numbers = places.keys().filter_map(|key| Some((key.clone(), of_key(key)?)));
    let numbers = numbers.collect();
    Ok(Ordered { steps, numbers })
}

/// Deeds that name other steps, made anew with their numbers.
fn numbered(
    mut made: Vec<Made>,
    account: &Account,
    of_key: &dyn Fn(&Key) -> Option<StepNumber>,
) -> Result<Vec<Made>, PlanError> {
    for one in made.iter_mut().filter(|one| !one.draft.numbers.is_empty()) {
        let mut wish = one.draft.wish.clone();
        for (name, key) in &one.draft.numbers {
            let number = of_key(key).ok_or(PlanError::Circle(1))?;
            wish = wish.with(name, [number.to_string()]);
        }
        let deed = actions::named(one.draft.action).map(|action| action.deed(&wish, account));
        one.deed = deed.and_then(Result::ok).ok_or(PlanError::Circle(1))?;
    }
    Ok(made)
}

/// The deeds of the drafts; what can't be done is told.
fn deeds(drafts: Vec<Draft>, account: &Account, left: &mut Vec<LeftAlone>) -> Vec<Made> {
    let mut made = Vec::new();
    for draft in drafts {
        // Which numbers other steps have is known once all of them are in order: until then any number will do.
        let numbers = draft.numbers.iter();
        let wish = numbers.fold(draft.wish.clone(), |wish, (name, _)| {
            wish.with(name, ["1".to_owned()])
        });
        let deed = match actions::named(draft.action) {
            Some(action) => action.deed(&wish, account).map_err(|error| error.why),
            None => Err(format!("this version of Stanch has no action {}", draft.action)),
        };
        match deed {
            Ok(deed) => made.push(Made { draft, deed }),
            Err(why) => left.push(LeftAlone {
                what: shown(&draft.wish.target.id, WORDS),
                why: format!("NOT CONTAINED by {}: {}", draft.action, shown(&why, 400)),
            }),
        }
    }
    made
}

/// Without those that need what can't be done.
fn needed(mut made: Vec<Made>, left: &mut Vec<LeftAlone>) -> Vec<Made> {
    loop {
        let there: BTreeSet<Key> = made.iter().map(|one| one.draft.key()).collect();
        let lacks = |one: &Made| {
            let mut after = one.draft.after.iter();
            after.any(|(key, order)| *order == Order::Needs && !there.contains(key))
        };
        let (without, with): (Vec<Made>, Vec<Made>) = made.into_iter().partition(lacks);
        left.extend(without.iter().map(|one| LeftAlone {
            what: shown(&one.draft.wish.target.id, WORDS),
            why: format!(
                "NOT CONTAINED by {}: a step that it needs can't be planned",
                one.draft.action
            ),
        }));
        made = with;
        if without.is_empty() {
            return made;
        }
    }
}

/// By place, but never before what a step waits for.
fn in_order(made: &[Made], waits: &[Vec<(usize, Order)>]) -> Result<Vec<usize>, PlanError> {
    let mut open: Vec<usize> = waits.iter().map(Vec::len).collect();
    let mut frees: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, waits) in waits.iter().enumerate() {
        for (on, _) in waits {
            frees.entry(*on).or_default().push(place);
        }
    }
    let ready = made.iter().enumerate().zip(&open).filter(|(_, open)| **open == 0);
    let mut ready: BTreeSet<Place> = ready.map(|((place, one), _)| place_of(place, one)).collect();
    let mut order = Vec::with_capacity(made.len());
    while let Some(first) = ready.pop_first() {
        let place = first.5;
        order.push(place);
        for freed in frees.get(&place).into_iter().flatten() {
            if let (Some(open), Some(one)) = (open.get_mut(*freed), made.get(*freed)) {
                *open = open.saturating_sub(1);
                if *open == 0 {
                    ready.insert(place_of(*freed, one));
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

/// Within the wave of denies: inline first, for it costs one call; what stands in for it; keys; boundaries.
fn place_of(place: usize, made: &Made) -> Place {
    let draft = &made.draft;
    let part = match draft.action {
        _ if draft.with_denies => 0,
        "access-key-deactivate" => 2,
        action if action.ends_with("-attached") => 1,
        action if action.ends_with("-boundary") => 3,
        _ => 0,
    };
    let wave = if draft.with_denies {
        Wave::Deny
    } else {
        made.deed.wave
    };
    let id = format!("{} {}", draft.wish.target.id, draft.apart);
    (wave, part, draft.harm, id, draft.action, place)
}
