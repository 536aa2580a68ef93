//! Steps that a person requests by an action and its target: `ACTION:TARGET,NAME=VALUE`.
//!
//! For what no finding and no lineage leads to, such as a trail that never existed. Exempt principals stay exempt. It must not put
//! anything in order, except what one requested step needs of another.

use stanch_core::Arn;
use stanch_core::RegionName;
use stanch_core::arn::{PrincipalArn, PrincipalKind};
use stanch_core::assessment::Resource;
use stanch_core::plan::Order;
use stanch_core::text::shown;

use super::action_argument::ActionArgument;
use super::address::{self, Address, service_of};
use super::draft::{Draft, Harm, Key};
use super::drafting::Drafting;
use crate::about::{About, AddressedBy, Derived, Stage};
use crate::account::Account;
use crate::actions;
use crate::planner::error::PlanError;
use crate::planner::scope::{WORDS, add_reason, because};
use crate::planner::situation::Seed;

/// The reason of a step that is in the plan only because a person requested it.
const REASON: &str = "requested by --act";

/// Drafts the requested steps; a step on a resource that another one creates waits for it.
pub(in crate::planner) fn steps(drafting: &mut Drafting<'_, '_>, seeds: &[Seed]) -> Result<(), PlanError> {
    let mut made: Vec<Draft> = Vec::new();
    for seed in seeds {
        let Seed::Act(text) = seed else { continue };
        let argument = ActionArgument::of(text);
        let mut draft = draft(drafting, seed, &argument)?;
        let target = &draft.request.target;
        if let Some(why) = exempt(drafting, target) {
            let why = format!("{} was requested, but the target is exempt: {why}", draft.action);
            drafting.not_contained(&target.id.clone(), why);
            continue;
        }
        let mut planned = drafting.drafts.iter_mut().chain(&mut made);
        if let Some(same) = planned.find(|one| is_same(one, &draft, &argument)) {
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

/// Returns whether a draft already does what is requested.
fn is_same(known: &Draft, draft: &Draft, argument: &ActionArgument<'_>) -> bool {
    let (one, other) = (&known.request.target, &draft.request.target);
    known.action == draft.action
        && (&one.name, &one.region, &one.kind) == (&other.name, &other.region, &other.kind)
        && argument
            .own_parameters()
            .all(|(name, word)| known.request.values(name).contains(word))
}

/// Returns the order of a step after one that was requested before it: it needs what that one creates, and comes after a step on
/// the same resource.
fn order(draft: &Draft, before: &Draft) -> Option<(Key, Order)> {
    let (ours, theirs) = (&draft.request.target, &before.request.target);
    let is_named = || {
        let mut words = draft.request.parameters.values().flatten();
        words.any(|word| word == &theirs.name || word == &theirs.id)
    };
    if is_creator(before.action) && (ours.id == theirs.id || is_named()) {
        return Some((before.key(), Order::Needs));
    }
    let is_same = (&ours.id, &ours.region) == (&theirs.id, &theirs.region);
    let is_same_resource = is_same && !matches!(ours.kind.as_str(), "account" | "region");
    is_same_resource.then(|| (before.key(), Order::After))
}

/// Returns whether an action creates the targets of others.
fn is_creator(action: &str) -> bool {
    actions::named(action).is_some_and(|action| action.about().stage == Stage::Creator)
}

fn exempt(drafting: &Drafting<'_, '_>, target: &Resource) -> Option<&'static str> {
    let account = drafting.situation.account;
    let arn = match target.kind.as_str() {
        "iam-user" => account.arn("iam", &format!("user/{}", target.name)),
        "iam-role" => account.arn("iam", &format!("role/{}", target.name)),
        _ => PrincipalArn::parse(&target.id)?.arn(),
    };
    drafting.exempt.why(&arn)
}

/// Returns the draft of one request. It is refused here if it can't be planned, not dropped later.
fn draft(
    drafting: &Drafting<'_, '_>,
    seed: &Seed,
    argument: &ActionArgument<'_>,
) -> Result<Draft, PlanError> {
    let made = drafted(drafting, argument);
    made.map_err(|why| PlanError::Act {
        seed: seed.to_string(),
        why,
    })
}

fn drafted(drafting: &Drafting<'_, '_>, argument: &ActionArgument<'_>) -> Result<Draft, String> {
    let account = drafting.situation.account;
    let action = actions::named(argument.action)
        .ok_or_else(|| format!("there is no action {}", shown(argument.action, WORDS)))?;
    let about = action.about();
    if about.stage == Stage::Part {
        return Err(format!(
            "{} is part of containing a principal or an instance: name it with --user, --role or --instance",
            about.name
        ));
    }
    argument.check(about)?;
    let kind = kind_of(about, argument).ok_or_else(|| {
        let kinds = about.targets.join(", ");
        format!("{} takes only these kinds of target: {kinds}", about.name)
    })?;
    let regions = drafting.situation.regions;
    let (target, given) = target(account, about, kind, argument, regions)?;
    let mut draft = Draft::new(
        about.name,
        target,
        &[because(REASON.to_owned(), None)],
        Harm::of_resource(None),
    );
    draft.apart = format!("request {kind} {} ", draft.request.target.region);
    for (name, word) in argument.own_parameters() {
        draft.apart.push_str(&format!("{name} {word} "));
        draft = draft.with(name, [word.clone()]);
    }
    if let Some((name, word)) = given.filter(|(name, _)| argument.parameter(name).is_none()) {
        draft = draft.with(name, [word]);
    }
    if about.parameter("exempt").is_some() {
        // Exempt principals and the responder must keep their access.
        draft = draft
            .with("responder", [drafting.situation.responder.arn.clone()])
            .with("exempt", drafting.exempt_patterns());
    }
    action
        .change(&draft.request, account)
        .map_err(|error| error.why)?;
    Ok(draft)
}

fn kind_of(about: &About, argument: &ActionArgument<'_>) -> Option<&'static str> {
    let of_arn = || match PrincipalArn::parse(&argument.target)?.kind {
        PrincipalKind::User => Some("iam-user"),
        PrincipalKind::Role => Some("iam-role"),
        _ => None,
    };
    let mut kinds = about.targets.iter().copied();
    match argument.parameter("kind").or_else(of_arn) {
        Some(given) => kinds.find(|kind| *kind == given),
        None => kinds.next(),
    }
}

/// A parameter that the account lists with a target: the event bus of a rule, the group of a schedule.
type ListedParameter = Option<(&'static str, String)>;

/// Returns the target as the account lists it, else as given: another action of the plan may create it.
fn target(
    account: &Account,
    about: &About,
    kind: &str,
    argument: &ActionArgument<'_>,
    regions: &[RegionName],
) -> Result<(Resource, ListedParameter), String> {
    let given = argument.target.as_str();
    let part = |place: usize| {
        let part = given.split(':').nth(place).filter(|part| !part.is_empty());
        part.filter(|_| service_of(given).is_some())
    };
    if let Some(other) = part(4).filter(|other| *other != account.id.as_str()) {
        return Err(format!(
            "it is in account {}, and this plan is for account {}",
            shown(other, 40),
            account.id
        ));
    }
    let given_region = argument
        .parameter("region")
        .or_else(|| part(3))
        .map(RegionName::from);
    let of_command = || match regions {
        [one] => Some(one.clone()),
        _ => None,
    };
    let wanted = given_region.or_else(of_command);
    let region = wanted.clone().unwrap_or_else(|| account.home.clone());
    let resource =
        |id: &str, name: &str, region: &RegionName| Resource::new(kind, id, name, &account.id, region);
    match kind {
        "account" if given.is_empty() || given == account.id.as_str() => {
            return Ok((resource(account.id.as_str(), account.id.as_str(), &region), None));
        }
        "account" => return Err(format!("its target is account {}", account.id)),
        "region" => {
            let named = [given, argument.parameter("region").unwrap_or_default()];
            let mut named = named.into_iter().filter(|name| !name.is_empty());
            return match (named.next(), named.next()) {
                (Some(one), None) => Ok((resource(one, one, &one.into()), None)),
                (None, None) if wanted.is_some() => {
                    Ok((resource(region.as_str(), region.as_str(), &region), None))
                }
                _ => Err(format!("name one region: {}:REGION", about.name)),
            };
        }
        _ if given.is_empty() => return Err(format!("{} needs a target: {}:TARGET", about.name, about.name)),
        _ => {}
    }
    match listed(account, about, argument, wanted.as_ref()).as_slice() {
        [one] => Ok((resource(&one.id, &one.name, &one.region), one.word.clone())),
        [] => {
            let name = plain(about, given)
                .ok_or("it was not read: collect the account again, or give its name alone")?;
            Ok((resource(given, name, &region), None))
        }
        several => {
            let names: Vec<String> = several.iter().map(in_region).collect();
            Err(format!(
                "the name fits several resources: {}. Name one by its ARN, or add region=REGION",
                names.join(", ")
            ))
        }
    }
}

/// Returns the id of a resource with its region, where the id does not have it.
fn in_region(address: &Address) -> String {
    let id = shown(&address.id, WORDS);
    if address.id.contains(address.region.as_str()) {
        id
    } else {
        format!("{id} ({})", address.region)
    }
}

/// Returns what the account lists under the given name, in a region or in all of them: the exact one if there is one, else all
/// that it fits.
fn listed(
    account: &Account,
    about: &About,
    argument: &ActionArgument<'_>,
    region: Option<&RegionName>,
) -> Vec<Address> {
    let mut found = address::places(account, about, std::slice::from_ref(&argument.target), region);
    found.retain(|one| {
        let given = one.word.as_ref();
        given.is_none_or(|(name, word)| argument.parameter(name).is_none_or(|argument| argument == word))
    });
    let mut exact = found.iter().filter(|one| one.id == argument.target);
    match (exact.next(), exact.next()) {
        (Some(one), None) => vec![one.clone()],
        _ => found,
    }
}

/// Returns the name by which an action's calls address what an ARN names; none where the name alone is ambiguous.
fn plain<'t>(about: &About, given: &'t str) -> Option<&'t str> {
    if let Some(parts) = PrincipalArn::parse(given) {
        return Some(parts.name);
    }
    if service_of(given).is_none() || about.addressed_by == AddressedBy::Arn {
        return Some(given);
    }
    let resource = Arn::parse(given)?.resource;
    let holds_more = resource.matches(['/', ':']).count() > 1;
    let is_in_container = matches!(about.derives, Some(Derived::Container { .. }));
    (!holds_more || !is_in_container).then(|| resource.rsplit(['/', ':']).next().unwrap_or(resource))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_is_cut_to_a_name_only_where_the_name_is_enough() {
        let rule = "arn:aws:events:us-east-1:111122223333:rule/custom/nightly";
        let provider = "arn:aws:iam::111122223333:oidc-provider/example.com/path";
        for (action, given, name) in [
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
            let about = actions::named(action).unwrap().about();
            assert_eq!(plain(about, given), name, "{given}");
        }
    }
}
