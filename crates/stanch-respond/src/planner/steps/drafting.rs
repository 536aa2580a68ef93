//! The drafts of one plan while they are made: what they are made from, the drafts so far, and what no draft fixes.
//!
//! It must not know what is done about anything; the other files of this folder do.

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::arn::{PrincipalArn, PrincipalKind, is_reserved_sso_role};
use stanch_core::assessment::Resource;
use stanch_core::dossier::SubjectKind;
use stanch_core::text::shown;

use super::draft::{Draft, Harm};
use crate::planner::explain::not_fixed::{Omission, OmissionKind};
use crate::planner::scope::exempt::Exempt;
use crate::planner::scope::inventory::Inventory;
use crate::planner::scope::role_use::RoleUse;
use crate::planner::scope::{CompromisedIdentity, Scope, WORDS, add_reason, legitimate};
use crate::planner::situation::Situation;

/// See the module.
pub(in crate::planner) struct Drafting<'p, 'a> {
    pub(in crate::planner) situation: &'p Situation<'a>,
    pub(in crate::planner) inventory: &'p Inventory<'a>,
    pub(in crate::planner) scope: &'p Scope,
    pub(in crate::planner) exempt: &'p Exempt,
    pub(super) role_use: RoleUse,
    pub(super) drafts: Vec<Draft>,
    pub(super) omitted: Vec<Omission>,
}

impl<'p, 'a> Drafting<'p, 'a> {
    pub(in crate::planner) fn new(
        situation: &'p Situation<'a>,
        inventory: &'p Inventory<'a>,
        scope: &'p Scope,
        exempt: &'p Exempt,
    ) -> Self {
        let identities = scope.identities.iter();
        let roles = identities.filter(|(_, identity)| identity.kind == SubjectKind::Role);
        let roles: BTreeSet<String> = roles.map(|(id, _)| id.clone()).collect();
        Self {
            situation,
            inventory,
            scope,
            exempt,
            role_use: RoleUse::of(inventory, &roles),
            drafts: Vec::new(),
            omitted: Vec::new(),
        }
    }

    /// Records something that the plan does not fix, and why.
    pub(super) fn omit(&mut self, kind: OmissionKind, what: &str, why: impl Into<String>) {
        self.omitted.push(Omission {
            what: shown(what, WORDS),
            kind,
            why: why.into(),
        });
    }

    /// Records something that is the attacker's, or that the attacker can use, and that the plan does not contain.
    pub(super) fn not_contained(&mut self, what: &str, why: impl Into<String>) {
        self.omit(OmissionKind::NotContained, what, why);
    }

    /// Records something that needs no step, and why.
    pub(super) fn note(&mut self, what: &str, why: impl Into<String>) {
        self.omit(OmissionKind::Note, what, why);
    }

    pub(super) fn harm(&self, id: &str, identity: &CompromisedIdentity) -> Harm {
        Harm::of(
            id,
            identity,
            self.inventory,
            self.situation.made_at,
            self.situation.harm_now,
        )
    }

    pub(super) fn resource(&self, kind: &str, id: &str, name: &str) -> Resource {
        let account = self.situation.account;
        Resource::new(kind, id, name, &account.id, &account.home)
    }

    /// Returns whether no step may change a principal; records why.
    pub(super) fn is_untouchable(&mut self, id: &str) -> bool {
        if let Some(why) = self.exempt.why(id) {
            let why = format!(
                "it is compromised, but exempt: {why}. Sign in with other credentials and plan again"
            );
            self.not_contained(id, why);
            return true;
        }
        let parts = PrincipalArn::parse(id);
        if let Some(parts) = parts.filter(|parts| parts.account != self.situation.account.id.as_str()) {
            let account = shown(parts.account, 20);
            self.not_contained(
                id,
                format!("it is in account {account}. Make a plan for that account"),
            );
            return true;
        }
        let record = self.inventory.principals.get(id);
        let path_is_known = record.is_some_and(|record| !record.arn.is_empty());
        let arn = self.inventory.full_arn(id);
        if let Some(why) = Exempt::why_not_in_iam(arn, path_is_known) {
            let why = if is_reserved_sso_role(arn, path_is_known) {
                format!("{why}. {}", self.where_identity_center_is(id))
            } else {
                why.to_owned()
            };
            self.not_contained(id, why);
            return true;
        }
        if self.inventory.is_gone(id) && parts.is_some() {
            self.note(
                id,
                "it no longer exists in the account: its credentials were deleted with it, and there is nothing to deny",
            );
            return true;
        }
        false
    }

    /// Returns the sentence on who can end sessions of a role of IAM Identity Center: the account that has its instance.
    fn where_identity_center_is(&self, role: &str) -> String {
        let account = self.situation.account;
        let set = name_of(role).strip_prefix("AWSReservedSSO_").unwrap_or_default();
        let set = shown(set.rsplit_once('_').map_or(set, |(set, _)| set), 100);
        let instances = account.items("sso-admin", "ListInstances", "Instances[]");
        let mut own = instances
            .iter()
            .filter(|item| item.text("OwnerAccountId") == account.id.as_str());
        if own.next().is_some() {
            return format!("This account has the instance: stanch contain --act identity-center-deny:{set}");
        }
        let organizations = account.items("organizations", "DescribeOrganization", "Organization");
        let above = organizations.iter().find_map(|item| {
            let id = item.text("MasterAccountId");
            (!id.is_empty()).then(|| format!(" {}", shown(id, 20)))
        });
        format!(
            "Plan in the management account{} or the delegated administrator of IAM Identity Center: stanch contain --act \
             identity-center-deny:{set}. Until then open sessions stay valid; a service control policy on this account ends them",
            above.unwrap_or_default()
        )
    }

    /// Returns the ARNs of exempt users, roles and root users, with the path that the account shows: `aws:PrincipalArn` has it.
    /// Other names are of persons, which no document can name.
    pub(super) fn exempt_arns(&self) -> Vec<String> {
        let names = self.exempt.names();
        let arns = names.iter().filter(|name| PrincipalArn::parse(name).is_some());
        arns.map(|name| self.inventory.full_arn(name).to_owned())
            .collect()
    }

    /// Returns the same, and where the path is not known, a pattern for any path.
    pub(super) fn exempt_patterns(&self) -> Vec<String> {
        let mut patterns = self.exempt_arns();
        for name in self.exempt.names() {
            let Some(parts) = PrincipalArn::parse(&name) else {
                continue;
            };
            let kind = match parts.kind {
                PrincipalKind::User => "user",
                PrincipalKind::Role => "role",
                PrincipalKind::Root | PrincipalKind::FederatedUser => continue,
            };
            if !self.inventory.principals.contains_key(&name) {
                let (partition, account) = (parts.partition, parts.account);
                patterns.push(format!("arn:{partition}:iam::{account}:{kind}/*/{}", parts.name));
            }
        }
        patterns
    }

    /// Returns whether a credential's owner may be changed; `is_untouchable` of the owner records why not.
    pub(super) fn may_touch(&self, owner: &str) -> bool {
        let parts = PrincipalArn::parse(owner);
        let is_here = parts.is_some_and(|parts| parts.account == self.situation.account.id.as_str());
        is_here && self.exempt.why(owner).is_none() && !self.inventory.is_gone(owner)
    }

    /// Returns whether a user loses the stolen credentials and nothing else.
    pub(super) fn is_legitimate(&self, id: &str, identity: &CompromisedIdentity) -> bool {
        legitimate::is_legitimate(id, identity, self.situation, self.inventory, self.scope)
    }

    /// Returns the drafts, each once, and what they do not fix.
    pub(in crate::planner) fn finish(self) -> (Vec<Draft>, Vec<Omission>) {
        let mut by_key: BTreeMap<_, Draft> = BTreeMap::new();
        for draft in self.drafts {
            let key = draft.key();
            match by_key.get_mut(&key) {
                Some(known) => merge(known, draft),
                None => {
                    by_key.insert(key, draft);
                }
            }
        }
        (by_key.into_values().collect(), self.omitted)
    }
}

/// Adds the reasons, parameters and order of a draft to another of the same key.
fn merge(known: &mut Draft, draft: Draft) {
    for why in draft.why {
        add_reason(&mut known.why, why, usize::MAX);
    }
    known.harm = known.harm.min(draft.harm);
    for (name, words) in draft.request.parameters {
        let known = known.request.parameters.entry(name).or_default();
        known.extend(words);
        known.sort();
        known.dedup();
    }
    known.after.extend(draft.after);
}

pub(super) fn name_of(arn: &str) -> &str {
    PrincipalArn::parse(arn).map_or(arn, |parts| parts.name)
}
