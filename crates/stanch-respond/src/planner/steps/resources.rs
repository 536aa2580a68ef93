//! Steps on resources that compromised identities created or changed: each by the action that answers it, addressed as the
//! account lists it.
//!
//! A resource without an action, or one that the action can't be planned for, is recorded. It must not put anything in order.

use std::collections::BTreeMap;

use stanch_core::Arn;
use stanch_core::Timestamp;
use stanch_core::arn::{PrincipalArn, one_name};
use stanch_core::assessment::Resource;
use stanch_core::dossier::SubjectKind;
use stanch_core::finding::Handle;
use stanch_core::plan::Order;
use stanch_core::text::shown;

use super::address::{self, Address};
use super::answers::action_of;
use super::draft::{Draft, Harm, Key};
use super::drafting::Drafting;
use crate::about::{About, AddressedBy, Derived, Scope, Stage, Whole};
use crate::actions;
use crate::planner::explain::not_fixed::Unanswered;
use crate::planner::scope::external_access::{self, ExternalAccess};
use crate::planner::scope::{AffectedResource, Basis, CompromisedIdentity, add_reason, is_principal};

/// Drafts the steps on every affected resource.
pub(in crate::planner) fn steps(drafting: &mut Drafting<'_, '_>) {
    let scope = drafting.scope;
    let mut unanswered = Unanswered::default();
    let mut unplanned = Vec::new();
    let mut without_action = Vec::new();
    for affected in scope.resources.values() {
        let what = affected.names.first().map_or("", String::as_str);
        if let Some(why) = principal_of(affected).and_then(|arn| drafting.exempt.why(&arn)) {
            drafting.not_contained(what, format!("{}; {why}", affected.why.text));
            continue;
        }
        match action_of(affected) {
            Some(about) => match drafts(drafting, affected, about) {
                Ok(drafts) => drafting.drafts.extend(drafts),
                Err(missing) => unplanned.push((affected, about.name, missing)),
            },
            None if is_denied(drafting, affected) => {}
            None => without_action.push(affected),
        }
    }
    // Once every draft is known: a change of something that is stopped needs no other answer.
    for affected in without_action {
        if !is_stopped(drafting, affected) {
            unanswered.add(affected);
        }
    }
    for (affected, action, missing) in unplanned {
        if !is_answered(drafting, affected, action, &missing) {
            drafting.not_contained(
                &missing.what,
                format!("{action} can't be planned: {}", missing.why),
            );
        }
    }
    drafting.omitted.extend(unanswered.lines());
}

/// Returns whether a resource is a permission of a user or role that is denied everything: then nothing more is to do.
fn is_denied(drafting: &Drafting<'_, '_>, affected: &AffectedResource) -> bool {
    let first = affected.names.first().map_or("", String::as_str);
    let mut drafts = drafting.drafts.iter();
    affected.service == "iam"
        && drafts.any(|draft| {
            let target = &draft.request.target;
            let is_deny = about_of(draft).is_some_and(|about| about.denies_everything);
            is_deny && (target.name == first || one_name(&target.id) == one_name(first))
        })
}

/// Returns whether a step stops the instance, function, service or group that a call changed.
fn is_stopped(drafting: &Drafting<'_, '_>, affected: &AffectedResource) -> bool {
    let mut drafts = drafting.drafts.iter();
    drafts.any(|draft| {
        let target = &draft.request.target;
        let stops = about_of(draft).is_some_and(|about| matches!(about.stage, Stage::Parent | Stage::Child));
        let mut names = affected.names.iter();
        stops
            && target.region == affected.region
            && names.any(|name| *name == target.id || *name == target.name)
    })
}

/// Returns the description of a draft's action.
fn about_of(draft: &Draft) -> Option<&'static About> {
    actions::named(draft.action).map(crate::action::Action::about)
}

/// Why no draft can be made for a resource.
struct Missing {
    /// The name of the resource.
    what: String,
    /// A sentence without its full stop.
    why: String,
    /// The ids of the resources that it may be: if there are drafts for all of them, nothing is missing.
    ids: Vec<String>,
}

/// Returns whether other drafts answer a resource for which none could be made alone; gives them its reason.
fn is_answered(
    drafting: &mut Drafting<'_, '_>,
    affected: &AffectedResource,
    action: &str,
    missing: &Missing,
) -> bool {
    let answers = |draft: &Draft, id: &String| draft.action == action && &draft.request.target.id == id;
    let has_draft = |id: &String| drafting.drafts.iter().any(|draft| answers(draft, id));
    let is_complete = !missing.ids.is_empty() && missing.ids.iter().all(has_draft);
    if is_complete {
        let drafts = drafting.drafts.iter_mut();
        for draft in drafts.filter(|draft| missing.ids.iter().any(|id| answers(draft, id))) {
            add_reason(&mut draft.why, affected.why.clone(), usize::MAX);
        }
    }
    is_complete
}

/// Returns the principal that a resource is, or is part of.
fn principal_of(affected: &AffectedResource) -> Option<String> {
    affected
        .names
        .iter()
        .find_map(|name| PrincipalArn::parse(name))
        .map(|parts| parts.arn())
}

/// Returns the drafts for a resource: mostly one, or one for each statement or grant.
fn drafts(
    drafting: &Drafting<'_, '_>,
    affected: &AffectedResource,
    about: &'static About,
) -> Result<Vec<Draft>, Missing> {
    let address = address(drafting, affected, about)?;
    let of = |address: &Address| draft(drafting, affected, about, address);
    let account = drafting.situation.account;
    let external = |checks: &[&str]| ExternalAccess::of(drafting.situation, affected, &address, checks);
    let drafts = match about.scope {
        Scope::FunctionStatements(checks) => {
            let external = external(checks);
            let found = external_access::of_function(account, &address, &external, affected);
            let drafts = found.into_iter();
            drafts
                .map(|(qualifier, sid)| permission(of(&address), &qualifier, &sid))
                .collect()
        }
        Scope::BucketStatements(checks) => {
            let external = external(checks);
            let found = external_access::of_bucket(account, &address.name, &external);
            let draft = (!found.is_empty()).then(|| of(&address).with("statement", found));
            draft.into_iter().collect()
        }
        Scope::Grants(checks) => {
            let external = external(checks);
            let found = external_access::grants(account, affected, &address, &external);
            found.iter().map(of).collect()
        }
        Scope::TrustedPrincipals(checks) => {
            let external = external(checks);
            let principals = principals_to_remove(drafting, affected, &address, &external);
            let draft = (!principals.is_empty()).then(|| of(&address).with("principals", principals));
            draft.into_iter().collect()
        }
        Scope::Whole => vec![of(&address)],
    };
    if drafts.is_empty() {
        return Err(Missing {
            why: lacking(about.scope).to_owned(),
            what: address.name,
            ids: vec![address.id],
        });
    }
    Ok(drafts)
}

/// Completes a draft that removes one statement from a function's policy, or from that of a version or alias.
fn permission(draft: Draft, qualifier: &str, sid: &str) -> Draft {
    let qualifiers = (!qualifier.is_empty()).then(|| qualifier.to_owned());
    let mut draft = draft.with("statement", [sid.to_owned()]);
    if let Some(qualifier) = qualifiers {
        draft = draft.with("qualifier", [qualifier]);
    }
    draft.apart = format!("{qualifier} {sid}");
    draft
}

/// Returns what an action lacks where nothing was found to apply it to.
const fn lacking(scope: Scope) -> &'static str {
    match scope {
        Scope::Grants(_) => {
            "no KMS grant that was read is the one in question or gives access to an external account. If the key policy gives access, \
             restore the key policy"
        }
        Scope::TrustedPrincipals(_) => "neither a finding nor the trust policy names a principal to remove",
        _ => {
            "no statement that was read gives access to an external account that a finding names. Compare the policy with an older \
             version"
        }
    }
}

/// Returns the principals to remove from a role's trust policy: external accounts, whoever changed it, and the compromised
/// principals that it names.
fn principals_to_remove(
    drafting: &Drafting<'_, '_>,
    affected: &AffectedResource,
    address: &Address,
    external: &ExternalAccess,
) -> Vec<String> {
    let is_removed = |id: &str, identity: &CompromisedIdentity| {
        is_principal(identity.kind)
            && drafting.may_touch(id)
            && !drafting.is_legitimate(id, identity)
            && (identity.kind == SubjectKind::User || identity.basis >= Basis::Named)
    };
    let identity = drafting.scope.identities.iter();
    let identity: Vec<&String> = identity
        .filter(|(id, identity)| is_removed(id, identity))
        .map(|(id, _)| id)
        .collect();
    let full = |id: &String| drafting.inventory.full_arn(id).to_owned();
    let all: Vec<String> = identity.iter().map(|id| full(id)).collect();
    let mut principals: Vec<String> = external.accounts().collect();
    principals.extend(external_access::named_in_trust(
        drafting.situation.account,
        &address.name,
        &all,
    ));
    principals.extend(
        identity
            .iter()
            .filter(|id| ***id == affected.creator)
            .map(|id| full(id)),
    );
    principals.retain(|principal| principal != &address.id);
    principals.sort();
    principals.dedup();
    principals
}

fn draft(
    drafting: &Drafting<'_, '_>,
    affected: &AffectedResource,
    about: &'static About,
    address: &Address,
) -> Draft {
    let kind = about.targets.first().copied();
    let account = &drafting.situation.account.id;
    let target = Resource::new(
        kind.unwrap_or(&affected.kind),
        &address.id,
        &address.name,
        account,
        &address.region,
    );
    let mut draft = Draft::new(
        about.name,
        target,
        std::slice::from_ref(&affected.why),
        Harm::of_resource(affected.last),
    );
    let listed = address.word.clone().map(|(name, word)| (name, vec![word]));
    match listed {
        Some((name, words)) => draft = draft.with(name, words),
        None => {
            let takes = |name: &str| about.parameters.iter().any(|parameter| parameter.name == name);
            let handles = affected.handles.iter().filter_map(parameter);
            let mut values: Vec<(&'static str, String)> = handles
                .filter(|(name, _)| takes(name))
                .map(|(name, value)| (name, value.to_owned()))
                .collect();
            if values.is_empty() {
                values.extend(derived(drafting, affected, about));
            }
            for (name, value) in values {
                draft = draft.with(name, [value]);
            }
        }
    }
    draft
}

/// Returns the parameter that a handle is for an action that takes it. The other handles name the target itself.
fn parameter(handle: &Handle) -> Option<(&'static str, &str)> {
    match handle {
        Handle::LifecycleRule { rule } => Some(("rule", rule)),
        Handle::EcsCluster { cluster } => Some(("cluster", cluster)),
        Handle::ScheduleGroup { group } => Some(("group", group)),
        Handle::EventBus { bus } => Some(("bus", bus)),
        _ => None,
    }
}

/// Returns the resource as the account lists it, else by its own names.
fn address(
    drafting: &Drafting<'_, '_>,
    affected: &AffectedResource,
    about: &About,
) -> Result<Address, Missing> {
    let first = affected.names.first().map_or("", String::as_str);
    let missing = |why: String, ids| Missing {
        what: first.to_owned(),
        why,
        ids,
    };
    if let AddressedBy::Credential(kind) = about.addressed_by {
        let found = address::credential(drafting.inventory, kind, affected);
        let (id, user) = found.map_err(|why| missing(why, Vec::new()))?;
        return Ok(Address {
            name: id.clone(),
            id,
            region: drafting.situation.account.home.clone(),
            word: Some(("user", user)),
        });
    }
    let account = drafting.situation.account;
    let mut found = address::places(account, about, &affected.names, Some(&affected.region));
    if found.is_empty() && affected.call == "PutTargets" {
        found = address::rules_with_target(account, affected);
    }
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => {
            let named = about.listing.zip(address::service_of(first));
            let is_other =
                named.is_some_and(|(listing, service)| listing.at.0 != service && !listing.has_foreign_names);
            if is_other {
                let why = "the call names another resource, and the resource that it changed was not read"
                    .to_owned();
                return Err(missing(why, Vec::new()));
            }
            let (id, name) = addressed(about.addressed_by, &affected.names);
            Ok(Address {
                id: id.to_owned(),
                name: name.to_owned(),
                region: affected.region.clone(),
                word: None,
            })
        }
        several => {
            let names: Vec<String> = several.iter().map(|one| shown(&one.name, 80)).collect();
            let why = format!("the name fits several resources: {}", names.join(", "));
            Err(missing(why, several.iter().map(|one| one.id.clone()).collect()))
        }
    }
}

/// Returns the id and name by which an action's calls address a resource that the account does not list.
fn addressed(by: AddressedBy, names: &[String]) -> (&str, &str) {
    let first = names.first().map_or("", String::as_str);
    if let AddressedBy::Prefix(prefix) = by {
        let named = names.iter().find(|name| name.starts_with(prefix));
        let named = named.map_or(first, String::as_str);
        return (named, named);
    }
    let arn = names
        .iter()
        .find(|name| name.starts_with("arn:"))
        .map_or(first, String::as_str);
    // The name that the service's calls take is mostly the last part of an ARN.
    let last = || first.rsplit(['/', ':']).next().unwrap_or(first);
    let name = if first.starts_with("arn:") && by != AddressedBy::Arn {
        last()
    } else {
        first
    };
    (arn, name)
}

/// Returns the parameter that follows from the names of the target.
fn derived(
    drafting: &Drafting<'_, '_>,
    affected: &AffectedResource,
    about: &About,
) -> Option<(&'static str, String)> {
    let derived = about.derives?;
    let value = match derived {
        Derived::Container { or_second_name, .. } => {
            let second = || affected.names.get(1).filter(|_| or_second_name).cloned();
            container(&affected.names).map(str::to_owned).or_else(second)
        }
        Derived::EarlierPolicyVersion { .. } => version_before(drafting, affected),
    };
    let value = value.filter(|value| !value.is_empty())?;
    Some((derived.parameter(), value))
}

/// Returns the middle of `service/cluster/name`, `schedule/group/name` or `rule/bus/name` in the first ARN.
fn container(names: &[String]) -> Option<&str> {
    let arn = names.iter().find(|name| name.starts_with("arn:"))?;
    let resource = Arn::parse(arn)?.resource;
    let middle = resource.split('/').nth(1);
    middle.filter(|_| resource.matches('/').count() == 2)
}

/// Returns the last version of a managed policy from before the attacker changed it.
fn version_before(drafting: &Drafting<'_, '_>, affected: &AffectedResource) -> Option<String> {
    let policy = affected.names.iter().find(|name| name.contains(":policy/"))?;
    let changed = affected.last?;
    let listed = drafting
        .inventory
        .account
        .items("iam", "ListPolicyVersions", "Versions[]");
    let versions = listed.iter().filter(|item| item.asked("PolicyArn") == policy);
    let before = versions.filter_map(|item| {
        let made = Timestamp::parse(item.text("CreateDate"))?;
        (made < changed).then(|| (made, item.text("VersionId").to_owned()))
    });
    before.max().map(|(_, version)| version)
}

/// Orders the removal of several parts of one resource: each undo compares the whole resource with its state before its own part
/// was removed.
pub(in crate::planner) fn one_part_at_a_time(drafts: &mut [Draft]) {
    let mut last: BTreeMap<(&'static str, String), Key> = BTreeMap::new();
    for draft in drafts {
        let whole = match about_of(draft).and_then(|about| about.in_turn) {
            Some(Whole::Target) => draft.request.target.id.clone(),
            Some(Whole::Parameter(name)) => draft.request.values(name).join(" "),
            None => continue,
        };
        let whole = format!("{} {whole}", draft.request.target.region);
        if let Some(before) = last.insert((draft.action, whole), draft.key()) {
            draft.after.push((before, Order::After));
        }
    }
}

/// Orders what launches instances and jobs before the instances and jobs.
pub(in crate::planner) fn parents_first(drafts: &mut [Draft]) {
    let is = |draft: &Draft, stage| about_of(draft).is_some_and(|about| about.stage == stage);
    let parents: Vec<_> = drafts
        .iter()
        .filter(|draft| is(draft, Stage::Parent))
        .map(Draft::key)
        .collect();
    for draft in drafts.iter_mut().filter(|draft| is(draft, Stage::Child)) {
        draft
            .after
            .extend(parents.iter().map(|parent| (parent.clone(), Order::After)));
    }
}
