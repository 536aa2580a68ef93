//! Drafts for things that an intruder made or changed: each by the action that answers it, addressed as the account has it.
//!
//! What no action answers, or what an action can't be made for, is told. It must not put anything in order.

use std::collections::BTreeMap;

use stanch_core::Timestamp;
use stanch_core::assessment::Resource;
use stanch_core::dossier::BearerKind;
use stanch_core::plan::Order;
use stanch_core::text::shown;

use super::address::{self, Address};
use super::answers::{CHILDREN, OF_USERS, PARENTS, WHOLE_ARN, action_of};
use super::draft::{Draft, Harm, Key};
use super::identities::Drafting;
use super::left::Unanswered;
use super::reach::{Held, Hold, Thing, add_reason, is_principal};
use super::strangers::{self, Strangers};
use crate::actions;
use crate::principal_name::{Parts, one_name};

/// Everything that was made or changed.
pub(super) fn things(drafting: &mut Drafting<'_, '_>) {
    let reach = drafting.reach;
    let mut unanswered = Unanswered::default();
    let mut unplanned = Vec::new();
    for thing in reach.things.values() {
        let what = thing.names.first().map_or("", String::as_str);
        if let Some(why) = whose(thing).and_then(|arn| drafting.exempt.why(&arn)) {
            drafting.leave(what, format!("NOT CONTAINED: {}; {why}", thing.why.text));
            continue;
        }
        match action_of(thing) {
            Some(action) => match drafts(drafting, thing, action) {
                Ok(drafts) => drafting.drafts.extend(drafts),
                Err(missing) => unplanned.push((thing, action, missing)),
            },
            None if is_denied(drafting, thing) => {}
            None => unanswered.add(thing),
        }
    }
    for (thing, action, missing) in unplanned {
        if !is_answered(drafting, thing, action, &missing) {
            let why = format!("NOT CONTAINED by {action}: {}", missing.why);
            drafting.leave(&missing.what, why);
        }
    }
    drafting.left.extend(unanswered.lines());
}

/// Whether a thing is a right of a user or role that is denied everything: it says nothing more.
fn is_denied(drafting: &Drafting<'_, '_>, thing: &Thing) -> bool {
    let first = thing.names.first().map_or("", String::as_str);
    let mut drafts = drafting.drafts.iter();
    thing.service == "iam"
        && drafts.any(|draft| {
            let target = &draft.wish.target;
            let is_deny = matches!(draft.action, "user-deny" | "role-deny");
            is_deny && (target.name == first || one_name(&target.id) == one_name(first))
        })
}

/// Why a thing has no draft.
struct Missing {
    /// What it is called.
    what: String,
    /// In a sentence without its full stop.
    why: String,
    /// The ids of what would answer it: if all of them are answered anyway, nothing is missing.
    ids: Vec<String>,
}

/// Whether other drafts answer a thing that none could be made for alone; they are given its reason.
fn is_answered(drafting: &mut Drafting<'_, '_>, thing: &Thing, action: &str, missing: &Missing) -> bool {
    let answers = |draft: &Draft, id: &String| draft.action == action && &draft.wish.target.id == id;
    let has_draft = |id: &String| drafting.drafts.iter().any(|draft| answers(draft, id));
    let is_whole = !missing.ids.is_empty() && missing.ids.iter().all(has_draft);
    if is_whole {
        let drafts = drafting.drafts.iter_mut();
        for draft in drafts.filter(|draft| missing.ids.iter().any(|id| answers(draft, id))) {
            add_reason(&mut draft.why, thing.why.clone(), usize::MAX);
        }
    }
    is_whole
}

/// The principal that a thing is, or is part of.
fn whose(thing: &Thing) -> Option<String> {
    thing
        .names
        .iter()
        .find_map(|name| Parts::of(name))
        .map(|parts| parts.arn())
}

/// What answers a thing: mostly one draft, one for each statement or grant where there are several.
fn drafts(drafting: &Drafting<'_, '_>, thing: &Thing, action: &'static str) -> Result<Vec<Draft>, Missing> {
    let address = address(drafting, thing, action)?;
    let of = |address: &Address| draft(drafting, thing, action, address);
    let account = drafting.situation.account;
    let strangers = |checks: &[&str]| Strangers::of(drafting.situation, thing, &address, checks);
    let drafts = match action {
        "lambda-permission-remove" => {
            let strangers = strangers(&["function-shared"]);
            let found = strangers::of_function(account, &address, &strangers, thing);
            let drafts = found.into_iter();
            drafts
                .map(|(qualifier, sid)| permission(of(&address), &qualifier, &sid))
                .collect()
        }
        "bucket-statement-remove" => {
            let strangers = strangers(&["bucket-policy-shared"]);
            let found = strangers::of_bucket(account, &address.name, &strangers);
            let draft = (!found.is_empty()).then(|| of(&address).with("statement", found));
            draft.into_iter().collect()
        }
        "kms-grant-revoke" => {
            let strangers = strangers(&["key-shared"]);
            let found = strangers::grants(account, thing, &address, &strangers);
            found.iter().map(of).collect()
        }
        "trust-policy-tighten" => {
            let strangers = strangers(&["role-trusts-stranger", "role-trusts-any-token"]);
            let whom = shut_out(drafting, thing, &address, &strangers);
            let draft = (!whom.is_empty()).then(|| of(&address).with("principals", whom));
            draft.into_iter().collect()
        }
        _ => vec![of(&address)],
    };
    if drafts.is_empty() {
        return Err(Missing {
            why: lacking(action).to_owned(),
            what: address.name,
            ids: vec![address.id],
        });
    }
    Ok(drafts)
}

/// Takes one statement out of a function's policy, or out of that of a version or alias.
fn permission(draft: Draft, qualifier: &str, sid: &str) -> Draft {
    let qualifiers = (!qualifier.is_empty()).then(|| qualifier.to_owned());
    let mut draft = draft.with("statement", [sid.to_owned()]);
    if let Some(qualifier) = qualifiers {
        draft = draft.with("qualifier", [qualifier]);
    }
    draft.apart = format!("{qualifier} {sid}");
    draft
}

/// What an action lacks where nothing was found that it could be done to.
fn lacking(action: &str) -> &'static str {
    match action {
        "kms-grant-revoke" => {
            "no grant that was read is the one, or is a stranger's; if the key's policy lets strangers in, put the policy back"
        }
        "trust-policy-tighten" => "neither a finding nor the trust policy names anybody to shut out",
        _ => {
            "no statement of its policy that was read lets in whom a finding calls a stranger; compare it with an older one"
        }
    }
}

/// Whom a role is closed to: foreign accounts, whoever changed it, and whom its trust policy names of those who are held whole.
fn shut_out(
    drafting: &Drafting<'_, '_>,
    thing: &Thing,
    address: &Address,
    strangers: &Strangers,
) -> Vec<String> {
    let is_shut = |id: &str, held: &Held| {
        is_principal(held.kind)
            && drafting.may_touch(id)
            && !drafting.is_honest(id, held)
            && (held.kind == BearerKind::User || held.hold >= Hold::Named)
    };
    let held = drafting.reach.held.iter();
    let held: Vec<&String> = held
        .filter(|(id, held)| is_shut(id, held))
        .map(|(id, _)| id)
        .collect();
    let full = |id: &String| drafting.state.full_arn(id).to_owned();
    let all: Vec<String> = held.iter().map(|id| full(id)).collect();
    let mut principals: Vec<String> = strangers.accounts().collect();
    principals.extend(strangers::named_in_trust(
        drafting.situation.account,
        &address.name,
        &all,
    ));
    principals.extend(held.iter().filter(|id| ***id == thing.maker).map(|id| full(id)));
    principals.retain(|principal| principal != &address.id);
    principals.sort();
    principals.dedup();
    principals
}

fn draft(drafting: &Drafting<'_, '_>, thing: &Thing, action: &'static str, address: &Address) -> Draft {
    let kind = actions::named(action).and_then(|action| action.about().targets.first().copied());
    let account = &drafting.situation.account.id;
    let target = Resource::new(
        kind.unwrap_or(&thing.kind),
        &address.id,
        &address.name,
        account,
        &address.region,
    );
    let mut draft = Draft::new(
        action,
        target,
        std::slice::from_ref(&thing.why),
        Harm::of_thing(thing.last),
    );
    let told = address.word.clone().map(|(name, word)| (name, vec![word]));
    match told {
        Some((name, words)) => draft = draft.with(name, words),
        None => {
            for (name, words) in details(drafting, thing, action) {
                draft = draft.with(name, words);
            }
        }
    }
    for fact in &thing.facts {
        draft = draft.with(&fact.label, [fact.value.clone()]);
    }
    draft
}

/// The thing as the account has it, or as it is told where the account does not list it.
fn address(drafting: &Drafting<'_, '_>, thing: &Thing, action: &'static str) -> Result<Address, Missing> {
    let first = thing.names.first().map_or("", String::as_str);
    let missing = |why: String, ids| Missing {
        what: first.to_owned(),
        why,
        ids,
    };
    if let Some((_, kind)) = OF_USERS.iter().find(|(of_users, _)| *of_users == action) {
        let found = address::credential(drafting.state, *kind, thing);
        let (id, user) = found.map_err(|why| missing(why, Vec::new()))?;
        return Ok(Address {
            name: id.clone(),
            id,
            region: drafting.situation.account.home.clone(),
            word: Some(("user", user)),
        });
    }
    let account = drafting.situation.account;
    let mut found = address::places(account, action, thing);
    if found.is_empty() && thing.call == "PutTargets" {
        found = address::rules_with_target(account, thing);
    }
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => {
            let is_other = address::service(action)
                .zip(address::service_of(first))
                .is_some_and(|(own, told)| own != told);
            if is_other && !action.starts_with("kms-") {
                let why = "what is named is another thing, and which one was changed was not read".to_owned();
                return Err(missing(why, Vec::new()));
            }
            let (id, name) = addressed(action, &thing.names);
            Ok(Address {
                id: id.to_owned(),
                name: name.to_owned(),
                region: thing.region.clone(),
                word: None,
            })
        }
        several => {
            let names: Vec<String> = several.iter().map(|one| shown(&one.name, 80)).collect();
            let why = format!("it may be any of {}", names.join(", "));
            Err(missing(why, several.iter().map(|one| one.id.clone()).collect()))
        }
    }
}

/// The id and name by which an action's calls address a thing that the account does not list.
fn addressed<'n>(action: &str, names: &'n [String]) -> (&'n str, &'n str) {
    let first = names.first().map_or("", String::as_str);
    if action == "security-group-rule-revoke" {
        let rule = names.iter().find(|name| name.starts_with("sgr-"));
        let rule = rule.map_or(first, String::as_str);
        return (rule, rule);
    }
    let arn = names
        .iter()
        .find(|name| name.starts_with("arn:"))
        .map_or(first, String::as_str);
    // The name that the service's calls take is mostly the last part of an ARN.
    let last = || first.rsplit(['/', ':']).next().unwrap_or(first);
    let name = if first.starts_with("arn:") && !WHOLE_ARN.contains(&action) {
        last()
    } else {
        first
    };
    (arn, name)
}

/// What an action needs to know beyond its target.
fn details(drafting: &Drafting<'_, '_>, thing: &Thing, action: &str) -> Vec<(&'static str, Vec<String>)> {
    let one = |name, word: Option<&str>| {
        let word = word.filter(|word| !word.is_empty());
        word.map(|word| (name, vec![word.to_owned()]))
            .into_iter()
            .collect()
    };
    let arn = thing
        .names
        .iter()
        .find(|name| name.starts_with("arn:"))
        .map_or("", String::as_str);
    let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
    // `service/cluster/name`, `schedule/group/name`, `rule/bus/name`: the middle.
    let middle = resource
        .split('/')
        .nth(1)
        .filter(|_| resource.matches('/').count() == 2);
    match action {
        "ecs-service-zero" => one(
            "cluster",
            middle.or_else(|| thing.names.get(1).map(String::as_str)),
        ),
        "schedule-disable" => one("group", middle),
        "event-rule-disable" => one("bus", middle),
        "policy-version-restore" => one("version", honest_version(drafting, thing).as_deref()),
        _ => Vec::new(),
    }
}

/// The last version of a managed policy from before an intruder changed it.
fn honest_version(drafting: &Drafting<'_, '_>, thing: &Thing) -> Option<String> {
    let policy = thing.names.iter().find(|name| name.contains(":policy/"))?;
    let changed = thing.last?;
    let listed = drafting
        .state
        .account
        .items("iam", "ListPolicyVersions", "Versions[]");
    let versions = listed.iter().filter(|item| item.asked("PolicyArn") == policy);
    let before = versions.filter_map(|item| {
        let made = Timestamp::parse(item.text("CreateDate"))?;
        (made < changed).then(|| (made, item.text("VersionId").to_owned()))
    });
    before.max().map(|(_, version)| version)
}

/// Several parts of one thing are taken away one after the other: each undo compares the whole thing with what it was before its
/// own part went.
pub(super) fn part_by_part(drafts: &mut [Draft]) {
    let mut last: BTreeMap<(&'static str, String), Key> = BTreeMap::new();
    for draft in drafts {
        let whole = match draft.action {
            "lambda-permission-remove" => draft.wish.target.id.clone(),
            "kms-grant-revoke" => draft.wish.words("key").join(" "),
            _ => continue,
        };
        if let Some(before) = last.insert((draft.action, whole), draft.key()) {
            draft.after.push((before, Order::After));
        }
    }
}

/// Parents go before children.
pub(super) fn parents_first(drafts: &mut [Draft]) {
    let parents: Vec<_> = drafts
        .iter()
        .filter(|draft| PARENTS.contains(&draft.action))
        .map(Draft::key)
        .collect();
    for draft in drafts.iter_mut().filter(|draft| CHILDREN.contains(&draft.action)) {
        draft
            .after
            .extend(parents.iter().map(|parent| (parent.clone(), Order::After)));
    }
}
