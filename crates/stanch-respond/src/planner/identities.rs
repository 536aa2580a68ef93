//! What is done about users, roles, their credentials and machines that are in an intruder's hands.
//!
//! Honest principals lose what was stolen and are denied; what an intruder made is shut altogether. It must not put anything
//! in order.

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::assessment::{Alive, Resource};
use stanch_core::dossier::BearerKind;
use stanch_core::plan::{LeftAlone, Order, Reason};
use stanch_core::text::shown;

use super::PUT_BACK;
use super::consumers::Consumers;
use super::draft::{Draft, Harm};
use super::exempt::Exempt;
use super::honest;
use super::machines;
use super::reach::{Held, Hold, Reach, WORDS, add_reason, is_principal};
use super::situation::Situation;
use super::state::{Extra, State};
use crate::principal_name::{Kind, Parts, one_name};

/// What is being written.
pub(super) struct Drafting<'p, 'a> {
    pub(super) situation: &'p Situation<'a>,
    pub(super) state: &'p State<'a>,
    pub(super) reach: &'p Reach,
    pub(super) exempt: &'p Exempt,
    pub(super) consumers: Consumers,
    pub(super) drafts: Vec<Draft>,
    pub(super) left: Vec<LeftAlone>,
}

impl<'p, 'a> Drafting<'p, 'a> {
    pub(super) fn new(
        situation: &'p Situation<'a>,
        state: &'p State<'a>,
        reach: &'p Reach,
        exempt: &'p Exempt,
    ) -> Self {
        let roles = reach
            .held
            .iter()
            .filter(|(_, held)| held.kind == BearerKind::Role);
        let roles: BTreeSet<String> = roles.map(|(id, _)| id.clone()).collect();
        Self {
            situation,
            state,
            reach,
            exempt,
            consumers: Consumers::of(state, &roles),
            drafts: Vec::new(),
            left: Vec::new(),
        }
    }

    /// Everybody who is held.
    pub(super) fn everybody(&mut self) {
        for (id, held) in &self.reach.held {
            match held.kind {
                BearerKind::User => self.user(id, held),
                BearerKind::Role => self.role(id, held),
                BearerKind::LongTermKey => self.key(id, held),
                BearerKind::Password => self.password(id, held),
                BearerKind::Instance => machines::instance(self, id, held),
                BearerKind::Function => self.function(id, held),
                BearerKind::Root => self.leave(id, "it is the root user, whom no policy of IAM can change: change its password, \
                     remove its keys and second factors by hand; in a member account a service control policy denies it"),
                BearerKind::Outside => self.leave(id, "it is no identity of this account: what it may enter by is answered \
                     where it is found, in trust policies and resource policies"),
                // Denied with their users and roles.
                BearerKind::Session | BearerKind::FederatedUser => {}
            }
        }
    }

    pub(super) fn leave(&mut self, what: &str, why: impl Into<String>) {
        self.left.push(LeftAlone {
            what: shown(what, WORDS),
            why: why.into(),
        });
    }

    pub(super) fn harm(&self, id: &str, held: &Held) -> Harm {
        Harm::of(
            id,
            held,
            self.state,
            self.situation.made_at,
            self.situation.harm_now,
        )
    }

    pub(super) fn resource(&self, kind: &str, id: &str, name: &str) -> Resource {
        Resource::new(
            kind,
            id,
            name,
            &self.situation.account.id,
            &self.situation.account.home,
        )
    }

    /// Whether nothing may be done to somebody; then it is said why.
    pub(super) fn is_untouchable(&mut self, id: &str) -> bool {
        if let Some(why) = self.exempt.why(id) {
            self.leave(
                id,
                format!("NOT CONTAINED although it is in an intruder's hands: {why}. Call with other credentials and plan again"),
            );
            return true;
        }
        if let Some(parts) = Parts::of(id).filter(|parts| parts.account != self.situation.account.id.as_str())
        {
            self.leave(
                id,
                format!(
                    "NOT CONTAINED: it is of account {}: plan there",
                    shown(parts.account, 20)
                ),
            );
            return true;
        }
        let path_is_known = self
            .state
            .principals
            .get(id)
            .is_some_and(|known| !known.arn.is_empty());
        if let Some(why) = Exempt::why_not_in_iam(self.state.full_arn(id), path_is_known) {
            self.leave(id, format!("NOT CONTAINED: {why}"));
            return true;
        }
        if self.state.is_gone(id) && Parts::of(id).is_some() {
            self.leave(
                id,
                "it is no longer in the account: there is nothing to deny, and its credentials went with it",
            );
            return true;
        }
        false
    }

    /// Sentences about what a step on somebody breaks.
    fn breaks(&self, id: &str, held: &Held) -> Vec<String> {
        let mut said = Vec::new();
        let known = self.state.principals.get(id);
        if held.hold == Hold::Made {
            return said;
        }
        if held.kind == BearerKind::Role {
            said.extend(self.consumers.sentences(id));
            if let Some(last) = known.and_then(|known| known.last_used.as_deref()) {
                said.push(format!("the role was last used at {}", shown(last, 40)));
            }
        } else {
            let other = known.into_iter().flat_map(|known| &known.keys);
            let other = other.filter(|(key, known)| known.is_active && !self.reach.holds(key));
            for (key, known) in other {
                let used = known.last_used.as_deref().map_or_else(
                    || "no use of it is known".to_owned(),
                    |last| format!("last used at {}", shown(last, 40)),
                );
                said.push(format!(
                    "its other key {} is denied as well; {used}",
                    shown(key, 40)
                ));
            }
            if known.is_some_and(|known| known.extras.iter().any(|(kind, _)| *kind == Extra::Password)) {
                said.push("whoever signs in to the console as this user is denied".to_owned());
            }
        }
        if let Some(stack) = known.and_then(|known| known.stack.as_ref()) {
            said.push(format!("made by {stack}{PUT_BACK}"));
        }
        said
    }

    /// Whether a user loses what was stolen of it and nothing else.
    pub(super) fn is_honest(&self, id: &str, held: &Held) -> bool {
        honest::is_honest(id, held, self.situation, self.state, self.reach)
    }

    fn user(&mut self, id: &str, held: &Held) {
        if self.is_untouchable(id) {
            return;
        }
        let name = name_of(id);
        let target = self.resource("iam-user", self.state.full_arn(id), name);
        let harm = self.harm(id, held);
        let draft = |action| Draft::new(action, target.clone(), &held.why, harm);
        if self.is_honest(id, held) {
            let breaks = honest::breaks(id, self.state, self.reach);
            self.drafts
                .push(draft("user-sessions-revoke").with("breaks", breaks));
            return;
        }
        // What it breaks is said once, at the first of the steps that do the same.
        let first = draft("user-deny").with("breaks", self.breaks(id, held));
        let key = first.key();
        let steps = [
            first,
            draft("user-deny-attached").after(key, Order::Instead),
            draft("user-deny-boundary"),
        ];
        self.drafts.extend(steps);
        if held.hold >= Hold::Named {
            self.extras(id, name, held);
        }
    }

    /// What else a user that is held as a whole can sign in with.
    fn extras(&mut self, id: &str, name: &str, held: &Held) {
        let extras = self.state.principals.get(id).map(|known| known.extras.clone());
        let extras = extras.unwrap_or_default();
        let has_password = extras.iter().any(|(kind, _)| *kind == Extra::Password);
        let may_have =
            !self.state.account.is_known("iam", "GetLoginProfile") && !self.state.has_no_password(name);
        if has_password || may_have {
            self.password_of(id, held, &held.why);
        }
        for (kind, credential) in extras {
            let (action, of_kind) = match kind {
                Extra::Service => ("service-credential-deactivate", "service-specific-credential"),
                Extra::Ssh => ("ssh-key-deactivate", "ssh-public-key"),
                Extra::Certificate => ("signing-certificate-deactivate", "signing-certificate"),
                // A second factor opens nothing by itself, and taking it away can't be taken back.
                Extra::Password | Extra::Mfa => continue,
            };
            let target = self.resource(of_kind, &credential, &credential);
            let draft =
                Draft::new(action, target, &held.why, self.harm(id, held)).with("user", [name.to_owned()]);
            self.drafts.push(draft);
        }
    }

    fn password_of(&mut self, user: &str, held: &Held, why: &[Reason]) {
        let target = self.resource("iam-user", self.state.full_arn(user), name_of(user));
        let harm = self.harm(user, held);
        self.drafts
            .push(Draft::new("login-profile-remove", target, why, harm));
    }

    fn password(&mut self, id: &str, held: &Held) {
        let user = id.strip_prefix("password of ").map(one_name);
        if let Some(user) = user.filter(|user| self.may_touch(user))
            && self
                .reach
                .held
                .get(&user)
                .is_none_or(|user| user.hold < Hold::Named)
        {
            self.password_of(&user, held, &held.why);
        }
    }

    /// Like the user it is of, who says why not.
    pub(super) fn may_touch(&self, owner: &str) -> bool {
        let parts = Parts::of(owner);
        let is_here = parts.is_some_and(|parts| parts.account == self.situation.account.id.as_str());
        is_here && self.exempt.why(owner).is_none() && !self.state.is_gone(owner)
    }

    fn key(&mut self, id: &str, held: &Held) {
        let owner = held.owner.clone().or_else(|| self.state.owners.get(id).cloned());
        let Some(owner) = owner else {
            self.leave(
                id,
                "NOT CONTAINED: it is not known whose key it is; collect the users of the account anew",
            );
            return;
        };
        if !self.may_touch(&owner) {
            return;
        }
        if Parts::of(&owner).is_none_or(|parts| parts.kind != Kind::User) {
            self.leave(
                id,
                "it is a key of the root user: sign in as root and remove it by hand",
            );
            return;
        }
        let known = self
            .state
            .principals
            .get(&owner)
            .and_then(|known| known.keys.get(id));
        if held.presence == Alive::Gone && known.is_none() {
            self.leave(
                id,
                "the key was deleted; sessions that it opened are denied with its user",
            );
            return;
        }
        if known.is_some_and(|known| !known.is_active) {
            self.leave(
                id,
                "the key is inactive already; sessions that it opened are denied with its user",
            );
            return;
        }
        let target = self.resource("access-key", id, id);
        let mut breaks = Vec::new();
        let is_made = self
            .reach
            .held
            .get(&owner)
            .is_some_and(|owner| owner.hold == Hold::Made);
        if let Some(last) = known
            .and_then(|known| known.last_used.as_deref())
            .filter(|_| !is_made)
        {
            breaks.push(format!("the key was last used at {}", shown(last, 40)));
        }
        let owner_held = self.reach.held.get(&owner).unwrap_or(held);
        let draft = Draft::new(
            "access-key-deactivate",
            target,
            &held.why,
            self.harm(&owner, owner_held),
        )
        .with("user", [name_of(&owner).to_owned()])
        .with("breaks", breaks);
        self.drafts.push(draft);
    }

    fn role(&mut self, id: &str, held: &Held) {
        if self.is_untouchable(id) {
            return;
        }
        let name = name_of(id);
        let target = self.resource("iam-role", self.state.full_arn(id), name);
        let harm = self.harm(id, held);
        let breaks = self.breaks(id, held);
        let draft = |action| Draft::new(action, target.clone(), &held.why, harm);
        if held.hold == Hold::Made {
            let first = draft("role-deny").with("breaks", breaks);
            let key = first.key();
            let steps = [
                first,
                draft("role-deny-attached").after(key, Order::Instead),
                draft("role-deny-boundary"),
            ];
            self.drafts.extend(steps);
            return;
        }
        let machines = self.machines_of(id);
        if held.hold == Hold::Owner && held.sessions.is_empty() && machines.is_some() {
            for machine in machines.into_iter().flatten() {
                let draft = Draft::new("instance-sessions-deny", target.clone(), &held.why, harm)
                    .apart("instance", &machine)
                    .with(
                        "breaks",
                        [format!(
                            "what runs on {} can no longer call AWS",
                            shown(&machine, 40)
                        )],
                    );
                self.drafts.push(draft);
            }
            return;
        }
        self.shared_role(id, held, &draft, &breaks);
    }

    /// A role that honest workloads use: its older sessions are denied, and it is closed to who came in by it.
    fn shared_role(
        &mut self,
        id: &str,
        held: &Held,
        draft: &dyn Fn(&'static str) -> Draft,
        breaks: &[String],
    ) {
        for session in &held.sessions {
            self.drafts.push(draft("session-deny").apart("session", session));
        }
        let circle = self.circle(id);
        let who = self.who_came_in(id, &circle);
        let mut revoke = draft("role-sessions-revoke").with("breaks", breaks.to_vec());
        if !who.is_empty() {
            let put_back = breaks.iter().filter(|said| said.contains(PUT_BACK)).cloned();
            let mut trust = draft("trust-policy-tighten")
                .with("principals", who)
                .with("breaks", put_back);
            if !circle.is_empty() {
                // Whoever may still assume it gets a new session, which no cut-off ends.
                trust.with_denies = true;
                revoke = revoke.after(trust.key(), Order::After);
            }
            self.drafts.push(trust);
        }
        self.drafts.push(revoke);
    }

    /// The machines whose sessions of a role are held, if all held sessions of it are of machines.
    fn machines_of(&self, role: &str) -> Option<BTreeSet<String>> {
        let sessions = self
            .reach
            .held
            .values()
            .filter(|held| held.owner.as_deref() == Some(role));
        let machines: Option<BTreeSet<String>> = sessions.map(|held| held.machine.clone()).collect();
        machines.filter(|machines| !machines.is_empty())
    }

    /// The roles that a role can be assumed from and can assume, itself left out.
    fn circle(&self, role: &str) -> BTreeSet<String> {
        let subjects = (self.situation.who)(role).map_or_else(Vec::new, |dossier| dossier.subjects);
        let subject = subjects.into_iter().find(|subject| one_name(&subject.id) == role);
        let circle = subject.map_or_else(Vec::new, |subject| subject.cycle);
        let others = circle.iter().map(|other| one_name(other));
        others.filter(|other| other != role).collect()
    }

    /// Principals in an intruder's hands who opened sessions of a role: users, whoever was named or made, the roles of its
    /// circle. Honest roles and users beside it go on assuming it.
    fn who_came_in(&self, role: &str, circle: &BTreeSet<String>) -> Vec<String> {
        let of_role = self
            .reach
            .held
            .values()
            .filter(|held| held.owner.as_deref() == Some(role));
        let by = of_role
            .flat_map(|session| &session.came_of)
            .map(|by| one_name(by));
        let principals: BTreeSet<String> = by
            .map(|by| {
                self.reach
                    .held
                    .get(&by)
                    .and_then(|held| held.owner.clone())
                    .unwrap_or(by)
            })
            .chain(circle.iter().cloned())
            .collect();
        let is_shut_out = |id: &&String| {
            self.reach.held.get(*id).is_some_and(|held| {
                let may = held.kind == BearerKind::User || held.hold >= Hold::Named || circle.contains(*id);
                let may = may && is_principal(held.kind) && id.as_str() != role && self.may_touch(id);
                may && !self.is_honest(id, held)
            })
        };
        let names = principals.iter().filter(is_shut_out);
        names.map(|id| self.state.full_arn(id).to_owned()).collect()
    }

    fn function(&mut self, id: &str, held: &Held) {
        // Named by account and name in the logs, since no session of it has its ARN.
        let name = id.rsplit(':').next().unwrap_or(id);
        let path = "Functions[]";
        let item = self
            .state
            .account
            .named(("lambda", "ListFunctions", path), "FunctionName", name);
        let Some(item) = item else {
            self.leave(
                id,
                "it was made by an intruder and no snapshot of a region lists it: collect its region",
            );
            return;
        };
        let account = &self.situation.account.id;
        let target = Resource::new(
            "lambda-function",
            item.text("FunctionArn"),
            name,
            account,
            item.region(),
        );
        self.drafts
            .push(Draft::new("lambda-stop", target, &held.why, self.harm(id, held)));
    }

    /// The drafts, each once, and what was left out.
    pub(super) fn finish(self) -> (Vec<Draft>, Vec<LeftAlone>) {
        let mut by_key: BTreeMap<_, Draft> = BTreeMap::new();
        for draft in self.drafts {
            let key = draft.key();
            match by_key.get_mut(&key) {
                Some(known) => {
                    for why in draft.why {
                        add_reason(&mut known.why, why, usize::MAX);
                    }
                    known.harm = known.harm.min(draft.harm);
                    for (name, words) in draft.wish.details {
                        let known = known.wish.details.entry(name).or_default();
                        known.extend(words);
                        known.sort();
                        known.dedup();
                    }
                    known.after.extend(draft.after);
                }
                None => {
                    by_key.insert(key, draft);
                }
            }
        }
        (by_key.into_values().collect(), self.left)
    }
}

pub(super) fn name_of(arn: &str) -> &str {
    Parts::of(arn).map_or(arn, |parts| parts.name)
}
