//! Steps on users, roles, their credentials and Lambda functions that are compromised.
//!
//! Legitimate principals lose the stolen credentials and sessions; what the attacker created is denied altogether. It must not
//! put anything in order.

use std::collections::BTreeSet;

use stanch_core::Arn;
use stanch_core::arn::{PrincipalArn, PrincipalKind, one_name};
use stanch_core::assessment::{Presence, Resource};
use stanch_core::dossier::SubjectKind;
use stanch_core::plan::{Impact, Order, Reason};
use stanch_core::text::shown;

use super::draft::Draft;
use super::drafting::{Drafting, name_of};
use super::instances;
use crate::about::OtherCredential;
use crate::planner::scope::{Basis, CompromisedIdentity, is_principal, legitimate};

impl Drafting<'_, '_> {
    /// Drafts the steps on every compromised identity.
    pub(in crate::planner) fn identities(&mut self) {
        for (id, identity) in &self.scope.identities {
            match identity.kind {
                SubjectKind::User => self.user(id, identity),
                SubjectKind::Role => self.role(id, identity),
                SubjectKind::LongTermKey => self.key(id, identity),
                SubjectKind::Password => self.password(identity),
                SubjectKind::Instance => instances::instance(self, id, identity),
                SubjectKind::Function => self.function(id, identity),
                SubjectKind::Root => self.not_contained(
                    id,
                    "it is the root user, which no IAM policy can deny. Sign in as root, change the password, delete its access \
                     keys and replace its MFA devices; in a member account, deny it by a service control policy",
                ),
                SubjectKind::Outside => self.note(
                    id,
                    "it is not an identity of this account: access by it is listed under the trust policies and resource policies \
                     that grant it",
                ),
                // Denied with their users and roles.
                SubjectKind::Session | SubjectKind::FederatedUser => {}
            }
        }
    }

    /// Returns the impact of a step on a principal.
    fn impact(&self, id: &str, identity: &CompromisedIdentity) -> Vec<Impact> {
        let mut impact = Vec::new();
        let record = self.inventory.principals.get(id);
        if identity.basis == Basis::Created {
            return impact;
        }
        if identity.kind == SubjectKind::Role {
            impact.extend(self.role_use.sentences(id).into_iter().map(Impact::in_use));
            if let Some(last) = record.and_then(|record| record.last_used.as_deref()) {
                impact.push(Impact::in_use(format!(
                    "The role was last used at {}",
                    shown(last, 40)
                )));
            }
        } else {
            for (key, used) in legitimate::other_keys(id, self.inventory, self.scope) {
                let used = used.map_or_else(
                    || "no use of it is known".to_owned(),
                    |last| format!("last used at {}", shown(last, 40)),
                );
                impact.push(Impact::in_use(format!(
                    "Its other access key {} is denied as well; {used}",
                    shown(key, 40)
                )));
            }
            if record.is_some_and(|record| record.has(OtherCredential::Password)) {
                impact.push(Impact::in_use(
                    "People who sign in to the console as this user are denied",
                ));
            }
        }
        if let Some(manager) = record.and_then(|record| record.managed_by.as_ref()) {
            impact.push(Impact::restored_by(manager.as_str()));
        }
        impact
    }

    fn user(&mut self, id: &str, identity: &CompromisedIdentity) {
        if self.is_untouchable(id) {
            return;
        }
        let name = name_of(id);
        let target = self.resource("iam-user", self.inventory.full_arn(id), name);
        let harm = self.harm(id, identity);
        let draft = |action| Draft::new(action, target.clone(), &identity.why, harm);
        if self.is_legitimate(id, identity) {
            let impact = legitimate::impact(id, self.inventory, self.scope);
            self.drafts.push(draft("user-sessions-revoke").affecting(impact));
            return;
        }
        // The impact stands once, at the first of the steps that do the same.
        let first = draft("user-deny").affecting(self.impact(id, identity));
        let key = first.key();
        let steps = [
            first,
            draft("user-deny-attached").after(key, Order::Instead),
            draft("user-deny-boundary"),
        ];
        self.drafts.extend(steps);
        if identity.basis >= Basis::Named {
            self.other_credentials(id, name, identity);
        }
    }

    /// Drafts the steps on all other credentials of a user that is compromised as a whole.
    fn other_credentials(&mut self, id: &str, name: &str, identity: &CompromisedIdentity) {
        let record = self.inventory.principals.get(id);
        let credentials = record.map(|record| record.other_credentials.clone());
        let credentials = credentials.unwrap_or_default();
        let has_password = record.is_some_and(|record| record.has(OtherCredential::Password));
        let is_password_read = self.inventory.account.is_known("iam", "GetLoginProfile");
        let may_have_password = !is_password_read && !self.inventory.has_no_password(name);
        if has_password || may_have_password {
            self.password_of(id, identity, &identity.why);
        }
        for (kind, credential) in credentials {
            let (action, of_kind) = match kind {
                OtherCredential::ServiceSpecific => {
                    ("service-credential-deactivate", "service-specific-credential")
                }
                OtherCredential::SshKey => ("ssh-key-deactivate", "ssh-public-key"),
                OtherCredential::SigningCertificate => {
                    ("signing-certificate-deactivate", "signing-certificate")
                }
                // An MFA device gives no access by itself, and deactivating it can't be undone.
                OtherCredential::Password | OtherCredential::MfaDevice => continue,
            };
            let target = self.resource(of_kind, &credential, &credential);
            let harm = self.harm(id, identity);
            let draft = Draft::new(action, target, &identity.why, harm).with("user", [name.to_owned()]);
            self.drafts.push(draft);
        }
    }

    fn password_of(&mut self, user: &str, identity: &CompromisedIdentity, why: &[Reason]) {
        let target = self.resource("iam-user", self.inventory.full_arn(user), name_of(user));
        let harm = self.harm(user, identity);
        self.drafts
            .push(Draft::new("login-profile-remove", target, why, harm));
    }

    fn password(&mut self, identity: &CompromisedIdentity) {
        let user = identity.owner.clone();
        if let Some(user) = user.filter(|user| self.may_touch(user))
            && self
                .scope
                .identities
                .get(&user)
                .is_none_or(|user| user.basis < Basis::Named)
        {
            self.password_of(&user, identity, &identity.why);
        }
    }

    fn key(&mut self, id: &str, identity: &CompromisedIdentity) {
        let owner = identity.owner.clone();
        let Some(owner) = owner.or_else(|| self.inventory.owners.get(id).cloned()) else {
            self.not_contained(
                id,
                "the owner of this access key is not known. Collect the users of the account again",
            );
            return;
        };
        if !self.may_touch(&owner) {
            return;
        }
        if PrincipalArn::parse(&owner).is_none_or(|parts| parts.kind != PrincipalKind::User) {
            self.not_contained(
                id,
                "it is an access key of the root user. Sign in as root and delete it",
            );
            return;
        }
        let record = self.inventory.principals.get(&owner);
        let record = record.and_then(|record| record.keys.get(id));
        if identity.presence == Presence::Gone && record.is_none() {
            self.note(
                id,
                "the access key was deleted; sessions that it opened are denied with its user",
            );
            return;
        }
        if record.is_some_and(|record| !record.is_active) {
            self.note(
                id,
                "the access key is already inactive; sessions that it opened are denied with its user",
            );
            return;
        }
        let owner_identity = self.scope.identities.get(&owner);
        let is_created = owner_identity.is_some_and(|owner| owner.basis == Basis::Created);
        let last = record.and_then(|record| record.last_used.as_deref());
        let impact = last
            .filter(|_| !is_created)
            .map(|last| Impact::in_use(format!("The access key was last used at {}", shown(last, 40))));
        let harm = self.harm(&owner, owner_identity.unwrap_or(identity));
        let target = self.resource("access-key", id, id);
        let draft = Draft::new("access-key-deactivate", target, &identity.why, harm)
            .with("user", [name_of(&owner).to_owned()])
            .affecting(impact);
        self.drafts.push(draft);
    }

    fn role(&mut self, id: &str, identity: &CompromisedIdentity) {
        if self.is_untouchable(id) {
            return;
        }
        let target = self.resource("iam-role", self.inventory.full_arn(id), name_of(id));
        let harm = self.harm(id, identity);
        let impact = self.impact(id, identity);
        let draft = |action| Draft::new(action, target.clone(), &identity.why, harm);
        if identity.basis == Basis::Created {
            let first = draft("role-deny").affecting(impact);
            let key = first.key();
            let steps = [
                first,
                draft("role-deny-attached").after(key, Order::Instead),
                draft("role-deny-boundary"),
            ];
            self.drafts.extend(steps);
            return;
        }
        let is_owner_alone = identity.basis == Basis::Owner && identity.sessions.is_empty();
        match self.instances_of(id).filter(|_| is_owner_alone) {
            Some(instances) => {
                let drafts = instances.iter().map(|instance| {
                    let impact = format!("Workloads on {} can no longer call AWS", shown(instance, 40));
                    draft("instance-sessions-deny")
                        .apart("instance", instance)
                        .affecting([Impact::in_use(impact)])
                });
                self.drafts.extend(drafts);
            }
            None => self.shared_role(id, identity, &draft, &impact),
        }
    }

    /// Drafts the steps on a role that legitimate workloads use: its older sessions are denied, and the attacker's principals
    /// are removed from its trust policy.
    fn shared_role(
        &mut self,
        id: &str,
        identity: &CompromisedIdentity,
        draft: &dyn Fn(&'static str) -> Draft,
        impact: &[Impact],
    ) {
        for session in &identity.sessions {
            self.drafts.push(draft("session-deny").apart("session", session));
        }
        let cycle = self.cycle(id);
        let principals = self.attackers_of(id, &cycle);
        let mut revoke = draft("role-sessions-revoke").affecting(impact.to_vec());
        if !principals.is_empty() {
            let restored = impact.iter().filter(|impact| impact.is_restored()).cloned();
            let mut trust = draft("trust-policy-tighten")
                .with("principals", principals)
                .affecting(restored);
            if !cycle.is_empty() {
                // A role that can still assume it gets a new session, which no cut-off ends.
                trust.with_denies = true;
                revoke = revoke.after(trust.key(), Order::After);
            }
            self.drafts.push(trust);
        }
        // Only where AWS refuses the inline policy, as for a full quota.
        let attached = draft("role-sessions-revoke-attached").after(revoke.key(), Order::Instead);
        self.drafts.extend([revoke, attached]);
    }

    /// Returns the instances whose sessions of a role are compromised, if all compromised sessions of it are of instances.
    fn instances_of(&self, role: &str) -> Option<BTreeSet<String>> {
        let identities = self.scope.identities.values();
        let sessions = identities.filter(|identity| identity.owner.as_deref() == Some(role));
        let instances: Option<BTreeSet<String>> =
            sessions.map(|identity| identity.instance.clone()).collect();
        instances.filter(|instances| !instances.is_empty())
    }

    /// Returns the other roles that a role can be assumed from and can assume.
    fn cycle(&self, role: &str) -> BTreeSet<String> {
        let subjects = (self.situation.who)(role).map_or_else(Vec::new, |dossier| dossier.subjects);
        let subject = subjects.into_iter().find(|subject| one_name(&subject.id) == role);
        let cycle = subject.map_or_else(Vec::new, |subject| subject.cycle);
        let others = cycle.iter().map(|other| one_name(other));
        others.filter(|other| other != role).collect()
    }

    /// Returns the compromised principals that opened sessions of a role: users, principals that were named or that the attacker
    /// created, and the roles of its cycle. Legitimate roles and users keep the right to assume it.
    fn attackers_of(&self, role: &str, cycle: &BTreeSet<String>) -> Vec<String> {
        let identities = self.scope.identities.values();
        let of_role = identities.filter(|identity| identity.owner.as_deref() == Some(role));
        let opened_with = of_role
            .flat_map(|session| &session.opened_with)
            .map(|by| one_name(by));
        let owner_of = |by: String| {
            let identity = self.scope.identities.get(&by);
            identity.and_then(|identity| identity.owner.clone()).unwrap_or(by)
        };
        let principals: BTreeSet<String> = opened_with.map(owner_of).chain(cycle.iter().cloned()).collect();
        let is_removed = |id: &&String| {
            self.scope.identities.get(*id).is_some_and(|identity| {
                let is_attackers = identity.kind == SubjectKind::User
                    || identity.basis >= Basis::Named
                    || cycle.contains(*id);
                is_attackers
                    && is_principal(identity.kind)
                    && id.as_str() != role
                    && self.may_touch(id)
                    && !self.is_legitimate(id, identity)
            })
        };
        let removed = principals.iter().filter(is_removed);
        removed.map(|id| self.inventory.full_arn(id).to_owned()).collect()
    }

    fn function(&mut self, id: &str, identity: &CompromisedIdentity) {
        let list = ("lambda", "ListFunctions", "Functions[]");
        // By its ARN: a function of the same name in another region is another function.
        let Some(item) = self.inventory.account.named(list, "FunctionArn", id) else {
            let region = Arn::parse(id).map_or("its region", |arn| arn.region);
            let why = format!(
                "the attacker created this Lambda function, and the snapshot does not list it: collect {} and plan again",
                shown(region, 40)
            );
            self.not_contained(id, why);
            return;
        };
        let account = &self.situation.account.id;
        let (arn, name) = (item.text("FunctionArn"), item.text("FunctionName"));
        let target = Resource::new("lambda-function", arn, name, account, item.region());
        let harm = self.harm(id, identity);
        self.drafts
            .push(Draft::new("lambda-stop", target, &identity.why, harm));
    }
}
