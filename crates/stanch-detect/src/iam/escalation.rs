//! How one principal becomes another, or an administrator: one step each.
//!
//! Each step names the calls and is as sure as their permissions are. It must not follow more than one step.

use super::access::Grade;
use super::context::{Caller, Request, Target};
use super::evaluate::{OnResource, Policies, evaluate_on};
use super::paths::{
    ASSUME, ENTERS, Enter, GRANTS, Grants, JOIN, NEW_ROLE, NEW_USER, OPENS_USER, PASSES, Pass, RETRUST,
};
use super::principals::{Principal, Principals};

/// The name of a user or role that does not exist yet.
const NEW: &str = "new-one";

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// The ARN of who takes it.
    pub from: String,
    /// The ARN of whom they become; `None`: an administrator.
    pub to: Option<String>,
    /// The name of the way.
    pub path: String,
    /// The calls it takes.
    pub calls: Vec<String>,
    /// On what, where that is not whom they become.
    pub through: String,
    /// Whether it surely works, or hangs on what is not known.
    pub grade: Grade,
}

/// What one principal can do towards others.
pub(crate) struct Climber<'p> {
    all: &'p Principals,
    who: &'p Principal,
    steps: Vec<Step>,
}

impl<'p> Climber<'p> {
    /// Every step that a principal can take.
    pub(crate) fn steps(all: &'p Principals, who: &'p Principal) -> Vec<Step> {
        let mut climber = Self {
            all,
            who,
            steps: Vec::new(),
        };
        climber.grant_oneself();
        climber.join_a_group();
        climber.make_somebody_new();
        climber.become_others();
        climber.pass_roles();
        climber.enter_workloads();
        climber.steps.sort();
        climber.steps.dedup();
        climber.steps
    }

    fn add(&mut self, to: Option<&str>, path: &str, calls: &[&str], through: &str, grade: Grade) {
        if grade > Grade::No {
            self.steps.push(Step {
                from: self.who.arn.clone(),
                to: to.map(str::to_owned),
                path: path.to_owned(),
                calls: calls.iter().map(|call| (*call).to_owned()).collect(),
                through: through.to_owned(),
                grade,
            });
        }
    }

    fn may(&self, action: &str, resource: &str) -> Grade {
        self.all.may(self.who, action, resource)
    }

    /// What a principal that was granted everything could use of it: nothing that its boundary leaves out, unless the
    /// boundary can be taken away.
    fn unbound(&self, whom: &Principal) -> Grade {
        if whom.boundary.is_none() {
            return Grade::Certain;
        }
        let call = if whom.is_role {
            "iam:DeleteRolePermissionsBoundary"
        } else {
            "iam:DeleteUserPermissionsBoundary"
        };
        self.may(call, &whom.arn)
    }

    /// The ways to give somebody every permission.
    fn grants(&self, whom: &Principal) -> Vec<(&'static str, &'static str, String, Grade)> {
        let bound = self.unbound(whom);
        let mut found = Vec::new();
        for (path, call, kind) in GRANTS {
            if self.all.may_at_all(self.who, call) == Grade::No {
                continue;
            }
            for on in self.granted_on(whom, kind, call) {
                let grade = self.may(call, &on).min(bound);
                if grade > Grade::No {
                    found.push((path, call, on, grade));
                }
            }
        }
        found
    }

    fn granted_on(&self, whom: &Principal, kind: Grants, call: &str) -> Vec<String> {
        let groups = || whom.groups.iter().filter_map(|name| self.all.groups.get(name));
        match kind {
            Grants::User | Grants::Role if (kind == Grants::Role) == whom.is_role => vec![whom.arn.clone()],
            Grants::User | Grants::Role => Vec::new(),
            Grants::Group => groups().map(|group| group.arn.clone()).collect(),
            Grants::Policy => {
                let of_groups = groups().flat_map(|group| &group.attached);
                let attached = whom.attached.iter().chain(of_groups);
                let own = attached.filter(|arn| !arn.contains(":iam::aws:"));
                own.filter(|arn| call != "iam:SetDefaultPolicyVersion" || self.has_stronger(whom, arn))
                    .cloned()
                    .collect()
            }
        }
    }

    /// Whether an older version of a policy would make somebody an administrator.
    fn has_stronger(&self, whom: &Principal, arn: &str) -> bool {
        let older = self.all.managed.get(arn).map(|managed| &managed.older);
        older.into_iter().flatten().any(|(_, version)| {
            let alone = Policies {
                identity: vec![version.clone()],
                ..Policies::default()
            };
            self.all.administration_with(whom, &alone) == Grade::Certain
        })
    }

    fn grant_oneself(&mut self) {
        for (path, call, on, grade) in self.grants(self.who) {
            self.add(None, path, &[call], &on, grade);
        }
    }

    fn join_a_group(&mut self) {
        let (path, call) = JOIN;
        if self.who.is_role || self.all.may_at_all(self.who, call) == Grade::No {
            return;
        }
        let Some(policies) = self.all.policies(&self.who.arn) else {
            return;
        };
        for (name, group) in &self.all.groups {
            if self.who.groups.contains(name) {
                continue;
            }
            let mut more = policies.clone();
            more.identity.extend(self.all.of_group(group));
            let gained = self.all.administration_with(self.who, &more);
            let grade = self.may(call, &group.arn).min(gained);
            self.add(None, path, &[call], &group.arn, grade);
        }
    }

    fn make_somebody_new(&mut self) {
        for ((path, calls), kind) in [(NEW_USER, "user"), (NEW_ROLE, "role")] {
            let arn = format!(
                "arn:{}:iam::{}:{kind}/{NEW}",
                self.all.partition, self.all.account
            );
            let grades = calls.iter().map(|call| self.may(call, &arn));
            let grade = grades.min().unwrap_or(Grade::No);
            self.add(None, path, calls, "", grade);
        }
    }

    /// Takes others over; who can also give them permissions is an administrator through them.
    fn become_others(&mut self) {
        let users = OPENS_USER.map(|(_, call)| self.all.may_at_all(self.who, call));
        let opens_users = users.iter().any(|grade| *grade > Grade::No);
        let retrusts = self.all.may_at_all(self.who, RETRUST.1) > Grade::No;
        let all = self.all;
        for whom in all.iter().filter(|whom| whom.arn != self.who.arn) {
            if whom.is_role && (retrusts || self.is_named_by(whom)) {
                self.become_role(whom);
            } else if !whom.is_role && opens_users {
                self.become_user(whom);
            }
        }
    }

    fn become_user(&mut self, whom: &Principal) {
        for (path, call) in OPENS_USER {
            let opens = self.may(call, &whom.arn);
            self.add(Some(&whom.arn), path, &[call], "", opens);
            self.grant_and_become(whom, &[call], opens);
        }
    }

    fn become_role(&mut self, whom: &Principal) {
        let assumes = self.assumes(whom);
        self.add(Some(&whom.arn), ASSUME.0, &[ASSUME.1], "", assumes);
        self.grant_and_become(whom, &[ASSUME.1], assumes);
        let retrusts = self.may(RETRUST.1, &whom.arn);
        self.add(Some(&whom.arn), RETRUST.0, &[RETRUST.1], "", retrusts);
        self.grant_and_become(whom, &[RETRUST.1], retrusts);
    }

    /// `iam-014` to `iam-021`: a permission more for somebody, and then to be them.
    fn grant_and_become(&mut self, whom: &Principal, opening: &[&str], opens: Grade) {
        if opens == Grade::No {
            return;
        }
        for (path, call, _, grade) in self.grants(whom) {
            let calls: Vec<&str> = std::iter::once(call).chain(opening.iter().copied()).collect();
            self.add(None, &format!("{path}+"), &calls, &whom.arn, grade.min(opens));
        }
    }

    /// Whether the trust policy of a role names the principal in any way.
    fn is_named_by(&self, role: &Principal) -> bool {
        match &role.trust {
            OnResource::Gate(policy) => policy.may_name(&self.who.caller()),
            OnResource::Unknown => true,
            OnResource::None | OnResource::Policy(_) => false,
        }
    }

    fn assumes(&self, role: &Principal) -> Grade {
        let context = self.who.context();
        let target = Target::This(role.arn.clone());
        Grade::from(&self.all.asked(self.who, ASSUME.1, &target, &role.trust, context))
    }

    fn pass_roles(&mut self) {
        let call = "iam:PassRole";
        if self.all.may_at_all(self.who, call) == Grade::No {
            return;
        }
        let all = self.all;
        let makes: Vec<(Pass, Grade)> = PASSES
            .into_iter()
            .map(|pass| {
                let grades = pass.calls.iter().map(|call| all.may_at_all(self.who, call));
                (pass, grades.min().unwrap_or(Grade::No))
            })
            .filter(|(_, grade)| *grade > Grade::No)
            .collect();
        for role in all.iter().filter(|role| role.is_role && role.arn != self.who.arn) {
            for (pass, makes) in &makes {
                let trusted = trusts_service(all, role, pass.service);
                if trusted == Grade::No {
                    continue;
                }
                let context = self.who.context().with("iam:PassedToService", pass.service);
                let target = Target::This(role.arn.clone());
                let passes = Grade::from(&all.asked(self.who, call, &target, &OnResource::None, context));
                let calls: Vec<&str> = std::iter::once(call).chain(pass.calls.iter().copied()).collect();
                self.add(
                    Some(&role.arn),
                    pass.id,
                    &calls,
                    "",
                    passes.min(*makes).min(trusted),
                );
            }
        }
    }

    fn enter_workloads(&mut self) {
        let all = self.all;
        let ways: Vec<Enter> = ENTERS
            .into_iter()
            .filter(|way| {
                way.calls
                    .iter()
                    .all(|call| all.may_at_all(self.who, call) > Grade::No)
            })
            .collect();
        for workload in &all.workloads {
            if workload.role == self.who.arn || all.get(&workload.role).is_none() {
                continue;
            }
            for way in ways.iter().filter(|way| way.kind == workload.kind) {
                let grades = way.calls.iter().map(|call| self.may(call, &workload.arn));
                let grade = grades.min().unwrap_or(Grade::No);
                self.add(Some(&workload.role), way.id, way.calls, &workload.arn, grade);
            }
        }
    }
}

/// Whether a service may take on a role, for what belongs to this account.
fn trusts_service(all: &Principals, role: &Principal, service: &str) -> Grade {
    let request = Request {
        caller: Caller::service(service),
        action: ASSUME.1.to_owned(),
        target: Target::This(role.arn.clone()),
        resource_account: all.account.clone(),
        context: super::context::Context::open().with("aws:SourceAccount", &all.account),
    };
    Grade::from(&evaluate_on(&request, &Policies::default(), &role.trust))
}
