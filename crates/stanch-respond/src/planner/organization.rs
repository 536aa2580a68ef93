//! Denied from above: whether a service control policy can be put on the account by this caller, and for whom.
//!
//! Such a policy has no effect on the management account and on service-linked roles, holds 5,120 characters, and five can be
//! attached to one target (AWS, "Quotas for AWS Organizations" and "SCP effects on permissions"). It must not plan anything
//! else.

use stanch_core::assessment::Resource;
use stanch_core::dossier::BearerKind;
use stanch_core::plan::{Order, Reason};

use super::draft::{Draft, Harm};
use super::identities::Drafting;
use super::reach::{Hold, is_principal};
use crate::principal_name::Parts;

/// Characters of a quarantine that names may take; the rest is its frame.
const CHARACTERS: usize = 4_700;

/// What stands in the way, if an organization was read.
enum Above {
    No,
    Can { id: String },
    Cannot { why: &'static str },
}

/// The quarantine, if there can be one.
pub(super) fn quarantine(drafting: &mut Drafting<'_, '_>) {
    let account = drafting.situation.account.id.clone();
    match above(drafting) {
        Above::No => {}
        Above::Cannot { why } => drafting.leave(&format!("the organization of account {account}"), why),
        Above::Can { id } => put(drafting, &id),
    }
}

fn above(drafting: &Drafting<'_, '_>) -> Above {
    let account = drafting.state.account;
    let Some(item) = account
        .items("organizations", "DescribeOrganization", "Organization")
        .into_iter()
        .next()
    else {
        return Above::No;
    };
    let manager = item.text("MasterAccountId");
    if manager == account.id.as_str() {
        return Above::Cannot {
            why: "this is the management account, which no service control policy limits: denies in IAM are all there is",
        };
    }
    let caller = Parts::of(&drafting.situation.responder.arn).map_or("", |parts| parts.account);
    let delegates = account.items(
        "organizations",
        "ListDelegatedAdministrators",
        "DelegatedAdministrators[]",
    );
    let is_delegate = delegates.iter().any(|item| item.text("Id") == caller);
    if caller != manager && !is_delegate {
        return Above::Cannot {
            why: "a service control policy would hold where an intruder can neither see nor remove it, but you are not calling \
                  from the management account or a delegated administrator: ask whoever can",
        };
    }
    Above::Can {
        id: item.text("Id").to_owned(),
    }
}

fn put(drafting: &mut Drafting<'_, '_>, organization: &str) {
    let held = drafting.reach.held.iter().filter(|(id, held)| {
        let is_whole =
            held.hold == Hold::Made || matches!(held.kind, BearerKind::User | BearerKind::FederatedUser);
        let is_here =
            Parts::of(id).is_some_and(|parts| parts.account == drafting.situation.account.id.as_str());
        is_principal(held.kind) && is_whole && is_here && drafting.exempt.why(id).is_none()
    });
    let held: Vec<_> = held.collect();
    let Some(harm) = held.iter().map(|(id, held)| drafting.harm(id, held)).min() else {
        return;
    };
    let mut ranked: Vec<_> = held
        .iter()
        .map(|(id, held)| (drafting.harm(id, held), *id))
        .collect();
    ranked.sort();
    let (names, over) = that_fit(drafting, &ranked);
    let account = &drafting.situation.account.id;
    let why = Reason {
        text: "who is denied from above can't take it back, whatever else they may do in the account"
            .to_owned(),
        evidence: held
            .iter()
            .filter_map(|(_, held)| held.why.first()?.evidence.first().cloned())
            .take(8)
            .collect(),
    };
    let region = &drafting.situation.account.home;
    let target = Resource::new("account", account.as_str(), account.as_str(), account, region);
    let exempt = drafting.exempt.names();
    let draft = |action| {
        Draft::new(action, target.clone(), std::slice::from_ref(&why), harm)
            .with("principals", names.clone())
            .with("exempt", exempt.clone())
            .with("organization", [organization.to_owned()])
    };
    let create = draft("scp-quarantine-create");
    let number = account.as_str().to_owned();
    let attach = draft("scp-quarantine-attach")
        .with("account", [number])
        .after(create.key(), Order::Needs);
    let what = format!("the organization of account {account}");
    drafting.drafts.extend([create, attach]);
    if over > 0 {
        drafting.leave(
            &what,
            format!("the least harmful {over} don't fit into the quarantine and are denied in IAM alone"),
        );
    }
}

/// The ARNs of the most harmful, as many as fit into one policy, and how many don't.
fn that_fit(drafting: &Drafting<'_, '_>, ranked: &[(Harm, &String)]) -> (Vec<String>, usize) {
    // Quotes and a comma around each.
    let length = |name: &str| name.len() + 3;
    let exempt: usize = drafting.exempt.names().iter().map(|name| length(name)).sum();
    let mut room = CHARACTERS.saturating_sub(exempt);
    let mut names = Vec::new();
    for (_, id) in ranked {
        let name = drafting.state.full_arn(id);
        let Some(left) = room.checked_sub(length(name)) else {
            break;
        };
        room = left;
        names.push(name.to_owned());
    }
    let over = ranked.len() - names.len();
    (names, over)
}
