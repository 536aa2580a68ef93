//! What a person asks for by the name of an action and its target: `ACTION:TARGET,NAME=WORD`.
//!
//! For what no finding and no lineage leads to, such as a trail that never was there. Who is exempt stays exempt. It must not put
//! anything in order, but for what one of them needs of another.

use stanch_core::RegionName;
use stanch_core::assessment::Resource;
use stanch_core::plan::{Order, Reason};
use stanch_core::text::shown;

use super::address::{self, service_of};
use super::draft::{Draft, Harm};
use super::error::PlanError;
use super::identities::Drafting;
use super::reach::{Thing, WORDS, add_reason, because};
use super::situation::Seed;
use crate::account::Account;
use crate::action::About;
use crate::actions;
use crate::principal_name::Parts;

/// Names of words that every action takes: the region of the target, and what it is where an action is for several kinds.
const OF_ALL: [&str; 2] = ["kind", "region"];

/// An act in its parts.
#[derive(Debug, PartialEq, Eq)]
struct Asked<'t> {
    action: &'t str,
    target: String,
    words: Vec<(&'t str, String)>,
}

impl<'t> Asked<'t> {
    /// A comma begins a new word only where a name and `=` follow: reasons and ARNs may hold commas.
    fn of(text: &'t str) -> Self {
        let mut pieces = text.split(',');
        let (action, target) = pieces.next().unwrap_or_default().split_once(':').unzip();
        let first = text.split(',').next().unwrap_or_default();
        let mut asked = Self {
            action: action.unwrap_or(first).trim(),
            target: target.unwrap_or_default().trim().to_owned(),
            words: Vec::new(),
        };
        for piece in pieces {
            let named = piece.split_once('=').filter(|(name, _)| is_name(name));
            match (named, asked.words.last_mut()) {
                (Some((name, word)), _) => asked.words.push((name, word.to_owned())),
                (None, Some((_, word))) => {
                    word.push(',');
                    word.push_str(piece);
                }
                (None, None) => {
                    asked.target.push(',');
                    asked.target.push_str(piece);
                }
            }
        }
        asked
    }

    fn word(&self, name: &str) -> Option<&str> {
        let mut words = self.words.iter();
        words
            .find(|(known, _)| *known == name)
            .map(|(_, word)| word.as_str())
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

/// Drafts for what was asked for, in the order of asking; what needs another one waits for it.
pub(super) fn acts(drafting: &mut Drafting<'_, '_>, seeds: &[Seed]) -> Result<(), PlanError> {
    let mut made: Vec<Draft> = Vec::new();
    for seed in seeds {
        let Seed::Act(text) = seed else { continue };
        let mut draft = draft(drafting, seed, &Asked::of(text))?;
        let target = &draft.wish.target;
        if let Some(why) = exempt(drafting, target) {
            let why = format!("NOT DONE although {} was asked for: {why}", draft.action);
            drafting.leave(&target.id.clone(), why);
            continue;
        }
        let is_planned = |one: &&mut Draft| {
            one.action == draft.action && one.wish.target.name == target.name && one.apart == draft.apart
        };
        if let Some(same) = drafting.drafts.iter_mut().find(is_planned) {
            add_reason(&mut same.why, because(REASON.to_owned(), None), usize::MAX);
            continue;
        }
        let needed = made.iter().filter(|before| needs(&draft, before));
        let needed: Vec<_> = needed.map(|before| (before.key(), Order::Needs)).collect();
        draft.after.extend(needed);
        made.push(draft);
    }
    drafting.drafts.extend(made);
    Ok(())
}

/// Why a step that nothing but a person's word leads to is in a plan.
const REASON: &str = "It was asked for by name";

/// Whether one is done to what the other makes: it has the same target, or names it by a word.
fn needs(draft: &Draft, before: &Draft) -> bool {
    let made = &before.wish.target;
    let mut words = draft.wish.details.values().flatten();
    draft.wish.target.id == made.id || words.any(|word| word == &made.name || word == &made.id)
}

fn exempt(drafting: &Drafting<'_, '_>, target: &Resource) -> Option<&'static str> {
    let arn = match target.kind.as_str() {
        "iam-user" => drafting
            .situation
            .account
            .arn("iam", &format!("user/{}", target.name)),
        "iam-role" => drafting
            .situation
            .account
            .arn("iam", &format!("role/{}", target.name)),
        _ => Parts::of(&target.id)?.arn(),
    };
    drafting.exempt.why(&arn)
}

fn draft(drafting: &Drafting<'_, '_>, seed: &Seed, asked: &Asked<'_>) -> Result<Draft, PlanError> {
    let wrong = |why: String| PlanError::Act {
        seed: seed.to_string(),
        why,
    };
    let action = actions::named(asked.action)
        .ok_or_else(|| wrong(format!("there is no action {}", shown(asked.action, WORDS))))?;
    let about = action.about();
    if let Some((name, _)) = asked.words.iter().find(|(name, _)| !takes(about, name)) {
        return Err(wrong(format!("{} takes no {name}", about.name)));
    }
    let kind = kind_of(about, asked).ok_or_else(|| {
        let kinds = about.targets.join(", ");
        wrong(format!("{} is done to {kinds} and nothing else", about.name))
    })?;
    let target = target(drafting.situation.account, about, kind, asked).map_err(wrong)?;
    let why: [Reason; 1] = [because(REASON.to_owned(), None)];
    let mut draft = Draft::new(about.name, target, &why, Harm::of_thing(None));
    let words = asked.words.iter().filter(|(name, _)| !OF_ALL.contains(name));
    for (name, word) in words {
        draft.apart.push_str(&format!("{name} {word} "));
        draft = draft.with(name, [word.clone()]);
    }
    // Now, and not when its turn comes: what a person asks for is made or refused, never left aside.
    let deed = action.deed(&draft.wish, drafting.situation.account);
    deed.map_err(|error| wrong(error.why))?;
    Ok(draft)
}

fn takes(about: &About, name: &str) -> bool {
    OF_ALL.contains(&name) || about.takes.contains(&format!("`{name}`"))
}

fn kind_of(about: &About, asked: &Asked<'_>) -> Option<&'static str> {
    let of_arn = || match Parts::of(&asked.target)?.kind {
        crate::principal_name::Kind::User => Some("iam-user"),
        crate::principal_name::Kind::Role => Some("iam-role"),
        _ => None,
    };
    let mut kinds = about.targets.iter().copied();
    match asked.word("kind").or_else(of_arn) {
        Some(told) => kinds.find(|kind| *kind == told),
        None => kinds.next(),
    }
}

/// The target as the account has it, or as it is told where the account does not list it: it may be made by the action.
fn target(account: &Account, about: &About, kind: &str, asked: &Asked<'_>) -> Result<Resource, String> {
    let told = asked.target.as_str();
    let of_arn = told
        .split(':')
        .nth(3)
        .filter(|part| service_of(told).is_some() && !part.is_empty());
    let region = asked
        .word("region")
        .or(of_arn)
        .map_or_else(|| account.home.clone(), RegionName::from);
    let resource =
        |id: &str, name: &str, region: &RegionName| Resource::new(kind, id, name, &account.id, region);
    match kind {
        "account" => return Ok(resource(account.id.as_str(), account.id.as_str(), &region)),
        "region" if told.is_empty() => return Ok(resource(region.as_str(), region.as_str(), &region)),
        "region" => return Ok(resource(told, told, &RegionName::from(told))),
        _ if told.is_empty() => return Err(format!("{} needs a target: {}:TARGET", about.name, about.name)),
        _ => {}
    }
    let thing = Thing::called(told, &region);
    match address::places(account, about.name, &thing).as_slice() {
        [one] => Ok(resource(&one.id, &one.name, &one.region)),
        [] => {
            let last = told.rsplit(['/', ':']).next().unwrap_or(told);
            let name = if service_of(told).is_some() { last } else { told };
            Ok(resource(told, name, &region))
        }
        several => {
            let names: Vec<String> = several.iter().map(|one| shown(&one.id, WORDS)).collect();
            Err(format!("it may be any of {}", names.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_begins_a_word_only_before_a_name() {
        let asked = Asked::of("access-key-delete:AKIA1,user=eve,proof=unused, as a=b shows,user=x");
        assert_eq!(
            (asked.action, asked.target.as_str()),
            ("access-key-delete", "AKIA1")
        );
        let words: Vec<(&str, &str)> = asked
            .words
            .iter()
            .map(|(name, word)| (*name, word.as_str()))
            .collect();
        assert_eq!(
            words,
            [("user", "eve"), ("proof", "unused, as a=b shows"), ("user", "x")]
        );
        let bare = Asked::of("budget-create,email=a@example.com");
        assert_eq!((bare.action, bare.target.as_str()), ("budget-create", ""));
        assert_eq!(bare.word("email"), Some("a@example.com"));
        assert_eq!(Asked::of("trail-start:arn:aws:x:y,z").target, "arn:aws:x:y,z");
    }
}
