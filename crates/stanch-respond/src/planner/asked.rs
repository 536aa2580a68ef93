//! What a person asks for by the name of an action and its target: `ACTION:TARGET,NAME=WORD`.
//!
//! For what no finding and no lineage leads to, such as a trail that never was there. Who is exempt stays exempt. It must not put
//! anything in order, but for what one of them needs of another.

use stanch_core::RegionName;
use stanch_core::assessment::Resource;
use stanch_core::plan::Order;
use stanch_core::text::shown;

use super::act::{Act, takes};
use super::address::{self, Address, service_of};
use super::answers::WHOLE_ARN;
use super::draft::{Draft, Harm};
use super::error::PlanError;
use super::identities::Drafting;
use super::reach::{Thing, WORDS, add_reason, because};
use super::situation::Seed;
use crate::account::Account;
use crate::action::About;
use crate::actions;
use crate::principal_name::{Kind, Parts};

/// Actions that are parts of a larger plan and do harm or nothing without the rest of it.
const PARTS_OF_A_PLAN: [&str; 6] = [
    "interface-close",
    "interface-open",
    "isolation-group-create",
    "isolation-group-rules",
    "scp-quarantine-attach",
    "scp-quarantine-create",
];
/// Actions that make what others may be done to.
const MAKERS: [&str; 2] = ["trail-bucket-create", "trail-create"];
/// Actions on what has its name within a bus, group or cluster.
const IN_A_GROUP: [&str; 3] = ["ecs-service-zero", "event-rule-disable", "schedule-disable"];
/// Why a step that nothing but a person's word leads to is in a plan.
const REASON: &str = "It was asked for by name";

/// Drafts for what was asked for; what is done to what another one makes waits for it.
pub(super) fn acts(drafting: &mut Drafting<'_, '_>, seeds: &[Seed]) -> Result<(), PlanError> {
    let mut made: Vec<Draft> = Vec::new();
    for seed in seeds {
        let Seed::Act(text) = seed else { continue };
        let asked = Act::of(text);
        let mut draft = draft(drafting, seed, &asked)?;
        let target = &draft.wish.target;
        if let Some(why) = exempt(drafting, target) {
            let why = format!("NOT DONE although {} was asked for: {why}", draft.action);
            drafting.leave(&target.id.clone(), why);
            continue;
        }
        let mut planned = drafting.drafts.iter_mut().chain(&mut made);
        if let Some(same) = planned.find(|one| is_same(one, &draft, &asked)) {
            add_reason(&mut same.why, because(REASON.to_owned(), None), usize::MAX);
            continue;
        }
        let after: Vec<_> = made.iter().filter_map(|before| order(&draft, before)).collect();
        draft.after.extend(after);
        made.push(draft);
    }
    drafting.drafts.extend(made);
    Ok(())
}

/// Whether a draft does already what is asked for.
fn is_same(known: &Draft, draft: &Draft, asked: &Act<'_>) -> bool {
    let (one, other) = (&known.wish.target, &draft.wish.target);
    known.action == draft.action
        && (&one.name, &one.region, &one.kind) == (&other.name, &other.region, &other.kind)
        && asked
            .own_words()
            .all(|(name, word)| known.wish.words(name).contains(word))
}

/// How a step stands to one that was asked for before it: it needs what that one makes, and comes after what is done to the same
/// thing.
fn order(draft: &Draft, before: &Draft) -> Option<(super::draft::Key, Order)> {
    let (ours, theirs) = (&draft.wish.target, &before.wish.target);
    let is_named = || {
        let mut words = draft.wish.details.values().flatten();
        words.any(|word| word == &theirs.name || word == &theirs.id)
    };
    if MAKERS.contains(&before.action) && (ours.id == theirs.id || is_named()) {
        return Some((before.key(), Order::Needs));
    }
    let is_one_thing = ours.id == theirs.id && !matches!(ours.kind.as_str(), "account" | "region");
    is_one_thing.then(|| (before.key(), Order::After))
}

fn exempt(drafting: &Drafting<'_, '_>, target: &Resource) -> Option<&'static str> {
    let account = drafting.situation.account;
    let arn = match target.kind.as_str() {
        "iam-user" => account.arn("iam", &format!("user/{}", target.name)),
        "iam-role" => account.arn("iam", &format!("role/{}", target.name)),
        _ => Parts::of(&target.id)?.arn(),
    };
    drafting.exempt.why(&arn)
}

/// The draft of one act. It is made or refused now, and not left aside when its turn comes.
fn draft(drafting: &Drafting<'_, '_>, seed: &Seed, asked: &Act<'_>) -> Result<Draft, PlanError> {
    let made = drafted(drafting, asked);
    made.map_err(|why| PlanError::Act {
        seed: seed.to_string(),
        why,
    })
}

fn drafted(drafting: &Drafting<'_, '_>, asked: &Act<'_>) -> Result<Draft, String> {
    let account = drafting.situation.account;
    let action = actions::named(asked.action)
        .ok_or_else(|| format!("there is no action {}", shown(asked.action, WORDS)))?;
    let about = action.about();
    if PARTS_OF_A_PLAN.contains(&about.name) {
        return Err(format!(
            "{} is a part of containing somebody: name whom, with --user, --role or --instance",
            about.name
        ));
    }
    asked.check(about)?;
    let kind = kind_of(about, asked).ok_or_else(|| {
        let kinds = about.targets.join(", ");
        format!("{} is done to {kinds} and nothing else", about.name)
    })?;
    let (target, told) = target(account, about, kind, asked)?;
    let mut draft = Draft::new(
        about.name,
        target,
        &[because(REASON.to_owned(), None)],
        Harm::of_thing(None),
    );
    draft.apart = format!("asked {kind} {} ", draft.wish.target.region);
    for (name, word) in asked.own_words() {
        draft.apart.push_str(&format!("{name} {word} "));
        draft = draft.with(name, [word.clone()]);
    }
    if let Some((name, word)) = told.filter(|(name, _)| asked.word(name).is_none()) {
        draft = draft.with(name, [word]);
    }
    if takes(about, "exempt") {
        // Whoever nothing may touch, and who carries the plan out, must go on.
        draft = draft
            .with("responder", [drafting.situation.responder.arn.clone()])
            .with("exempt", drafting.exempt.names());
    }
    action.deed(&draft.wish, account).map_err(|error| error.why)?;
    Ok(draft)
}

fn kind_of(about: &About, asked: &Act<'_>) -> Option<&'static str> {
    let of_arn = || match Parts::of(&asked.target)?.kind {
        Kind::User => Some("iam-user"),
        Kind::Role => Some("iam-role"),
        _ => None,
    };
    let mut kinds = about.targets.iter().copied();
    match asked.word("kind").or_else(of_arn) {
        Some(told) => kinds.find(|kind| *kind == told),
        None => kinds.next(),
    }
}

/// A word that the account tells of a target: the bus of a rule, the group of a schedule.
type Told = Option<(&'static str, String)>;

/// The target as the account has it, or as it is told where the account does not list it: it may be made by another action.
fn target(account: &Account, about: &About, kind: &str, asked: &Act<'_>) -> Result<(Resource, Told), String> {
    let told = asked.target.as_str();
    let part = |place: usize| {
        let part = told.split(':').nth(place).filter(|part| !part.is_empty());
        part.filter(|_| service_of(told).is_some())
    };
    if let Some(other) = part(4).filter(|other| *other != account.id.as_str()) {
        return Err(format!(
            "it is of account {}, and this is a plan for account {}",
            shown(other, 40),
            account.id
        ));
    }
    let region = asked.word("region").or_else(|| part(3));
    let region = region.map_or_else(|| account.home.clone(), RegionName::from);
    let resource =
        |id: &str, name: &str, region: &RegionName| Resource::new(kind, id, name, &account.id, region);
    match kind {
        "account" if told.is_empty() || told == account.id.as_str() => {
            return Ok((resource(account.id.as_str(), account.id.as_str(), &region), None));
        }
        "account" => return Err(format!("it is done to account {} as a whole", account.id)),
        "region" => {
            let named = [told, asked.word("region").unwrap_or_default()];
            let mut named = named.into_iter().filter(|name| !name.is_empty());
            return match (named.next(), named.next()) {
                (Some(one), None) => Ok((resource(one, one, &one.into()), None)),
                _ => Err(format!("name one region: {}:REGION", about.name)),
            };
        }
        _ if told.is_empty() => return Err(format!("{} needs a target: {}:TARGET", about.name, about.name)),
        _ => {}
    }
    match listed(account, about, asked, &region).as_slice() {
        [one] => Ok((resource(&one.id, &one.name, &one.region), one.word.clone())),
        [] => {
            let name = plain(about.name, told)
                .ok_or("it was not read: collect the account anew, or name it by its name alone")?;
            Ok((resource(told, name, &region), None))
        }
        several => {
            let names: Vec<String> = several.iter().map(|one| shown(&one.id, WORDS)).collect();
            Err(format!("it may be any of {}", names.join(", ")))
        }
    }
}

/// What the account lists under the name that is told: the very one where the name is exact, else all that it fits.
fn listed(account: &Account, about: &About, asked: &Act<'_>, region: &RegionName) -> Vec<Address> {
    let mut found = address::places(account, about.name, &Thing::called(&asked.target, region));
    found.retain(|one| {
        let told = one.word.as_ref();
        told.is_none_or(|(name, word)| asked.word(name).is_none_or(|asked| asked == word))
    });
    match found.iter().find(|one| one.id == asked.target) {
        Some(exact) => vec![exact.clone()],
        None => found,
    }
}

/// The name by which an action's calls address what an ARN names; none where a name alone would be another thing.
fn plain<'t>(action: &str, told: &'t str) -> Option<&'t str> {
    if let Some(parts) = Parts::of(told) {
        return Some(parts.name);
    }
    if service_of(told).is_none() || WHOLE_ARN.contains(&action) {
        return Some(told);
    }
    let resource = told.splitn(6, ':').nth(5)?;
    let holds_more = resource.matches(['/', ':']).count() > 1;
    (!holds_more || !IN_A_GROUP.contains(&action))
        .then(|| resource.rsplit(['/', ':']).next().unwrap_or(resource))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_is_cut_to_a_name_only_where_the_name_is_enough() {
        let rule = "arn:aws:events:us-east-1:111122223333:rule/custom/nightly";
        let provider = "arn:aws:iam::111122223333:oidc-provider/example.com/path";
        for (action, told, name) in [
            ("event-rule-disable", rule, None),
            (
                "event-rule-disable",
                "arn:aws:events:us-east-1:111122223333:rule/nightly",
                Some("nightly"),
            ),
            ("oidc-provider-remove", provider, Some(provider)),
            (
                "identity-center-deny",
                "arn:aws:sso:::permissionSet/ssoins-1/ps-2",
                Some("ps-2"),
            ),
            (
                "role-deny",
                "arn:aws:sts::111122223333:assumed-role/Admin/me",
                Some("Admin"),
            ),
            ("lambda-stop", "helper", Some("helper")),
        ] {
            assert_eq!(plain(action, told), name, "{told}");
        }
    }
}
