//! The quarantine by a service control policy (SCP): whether this caller can attach one to the account, and for which principals.
//!
//! An SCP has no effect on the management account and on service-linked roles, holds 5,120 characters, and five can be attached
//! to one target (AWS, "Quotas for AWS Organizations" and "SCP effects on permissions"). It must not plan anything else.

use stanch_core::arn::PrincipalArn;
use stanch_core::assessment::Resource;
use stanch_core::dossier::SubjectKind;
use stanch_core::plan::{Order, Reason};

use super::draft::{Draft, Harm};
use super::drafting::Drafting;
use crate::planner::scope::{Basis, is_principal};

/// The most characters that principal ARNs may take in the policy; the rest is its frame.
const CHARACTERS: usize = 4_700;

/// Whether a service control policy can be attached.
enum Above {
    NoOrganization,
    Possible { id: String },
    Impossible { why: &'static str },
}

/// Drafts the quarantine, if there can be one.
pub(in crate::planner) fn quarantine(drafting: &mut Drafting<'_, '_>) {
    let account = drafting.situation.account.id.clone();
    match above(drafting) {
        Above::NoOrganization => {}
        Above::Impossible { why } => drafting.note(&organization_of(&account), why),
        Above::Possible { id } => draft_policy(drafting, &id),
    }
}

fn above(drafting: &Drafting<'_, '_>) -> Above {
    let account = drafting.inventory.account;
    let Some(item) = account
        .items("organizations", "DescribeOrganization", "Organization")
        .into_iter()
        .next()
    else {
        return Above::NoOrganization;
    };
    let manager = item.text("MasterAccountId");
    if manager == account.id.as_str() {
        return Above::Impossible {
            why: "this is the management account, which no service control policy restricts: principals are denied in IAM alone",
        };
    }
    let caller = PrincipalArn::parse(&drafting.situation.responder.arn).map_or("", |parts| parts.account);
    let delegates = account.items(
        "organizations",
        "ListDelegatedAdministrators",
        "DelegatedAdministrators[]",
    );
    let is_delegate = delegates.iter().any(|item| item.text("Id") == caller);
    if caller != manager && !is_delegate {
        return Above::Impossible {
            why: "you are not signed in to the management account or a delegated administrator. A service control policy attached there \
                  denies principals where the attacker can neither see nor remove it: ask the owner of the organization",
        };
    }
    Above::Possible {
        id: item.text("Id").to_owned(),
    }
}

fn draft_policy(drafting: &mut Drafting<'_, '_>, organization: &str) {
    let identities = drafting.scope.identities.iter().filter(|(id, identity)| {
        let is_whole = identity.basis == Basis::Created
            || matches!(identity.kind, SubjectKind::User | SubjectKind::FederatedUser);
        let is_here = PrincipalArn::parse(id)
            .is_some_and(|parts| parts.account == drafting.situation.account.id.as_str());
        is_principal(identity.kind) && is_whole && is_here && drafting.exempt.why(id).is_none()
    });
    let identities: Vec<_> = identities.collect();
    let Some(harm) = identities
        .iter()
        .map(|(id, identity)| drafting.harm(id, identity))
        .min()
    else {
        return;
    };
    let mut ranked: Vec<_> = identities
        .iter()
        .map(|(id, identity)| (drafting.harm(id, identity), *id))
        .collect();
    ranked.sort();
    let (names, over) = that_fit(drafting, &ranked);
    let account = &drafting.situation.account.id;
    let why = Reason {
        text: "principals of the account can't remove a service control policy, whatever their permissions"
            .to_owned(),
        evidence: identities
            .iter()
            .filter_map(|(_, identity)| identity.why.first()?.evidence.first().cloned())
            .take(8)
            .collect(),
    };
    let region = &drafting.situation.account.home;
    let target = Resource::new("account", account.as_str(), account.as_str(), account, region);
    let exempt = drafting.exempt_arns();
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
    let what = organization_of(account);
    drafting.drafts.extend([create, attach]);
    if over > 0 {
        drafting.note(
            &what,
            format!("{over} principals, those with the least permissions, don't fit into the service control policy and are denied in IAM alone"),
        );
    }
}

/// Returns the ARNs of the most harmful principals, as many as fit into one policy, and how many don't.
fn that_fit(drafting: &Drafting<'_, '_>, ranked: &[(Harm, &String)]) -> (Vec<String>, usize) {
    // Quotes and a comma around each.
    let length = |name: &str| name.len() + 3;
    let exempt: usize = drafting.exempt_arns().iter().map(|name| length(name)).sum();
    let mut room = CHARACTERS.saturating_sub(exempt);
    let mut names = Vec::new();
    for (_, id) in ranked {
        let name = drafting.inventory.full_arn(id);
        let Some(left) = room.checked_sub(length(name)) else {
            break;
        };
        room = left;
        names.push(name.to_owned());
    }
    let over = ranked.len() - names.len();
    (names, over)
}

fn organization_of(account: &stanch_core::AccountId) -> String {
    format!("the organization of account {account}")
}
