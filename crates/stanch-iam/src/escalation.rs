//! Steps by which one principal becomes another, or an administrator.
//!
//! Each step names the calls and is as sure as their permissions are. It must not follow more than one step.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use super::access::Grade;
use super::context::{Caller, Context, Request, Target};
use super::evaluate::{OnResource, Policies, evaluate_on};
use super::paths::{ASSUME, ENTERS, GRANTS, Grants, JOIN, NEW_ROLE, NEW_USER, OPENS_USER, PASSES, RETRUST};
use super::principals::{Principal, Principals, Workload};

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
    /// True when it surely works, or hangs on what is not known.
    pub grade: Grade,
}

/// Index for all principals: which services a role trusts, and what runs as it.
pub(crate) struct Index<'p> {
    /// In the order of [`PASSES`].
    trusted: BTreeMap<&'p str, Vec<Grade>>,
    workloads: BTreeMap<&'p str, Vec<&'p Workload>>,
}

impl<'p> Index<'p> {
    pub(crate) fn of(all: &'p Principals) -> Self {
        let mut workloads: BTreeMap<&str, Vec<&Workload>> = BTreeMap::new();
        for workload in &all.workloads {
            workloads.entry(&workload.role).or_default().push(workload);
        }
        let trusted = all.iter().filter(|principal| principal.is_role).map(|role| {
            let mut known: BTreeMap<&str, Grade> = BTreeMap::new();
            let grades = PASSES.iter().map(|pass| {
                let ask = || trusts_service(all, role, pass.service);
                *known.entry(pass.service).or_insert_with(ask)
            });
            (role.arn.as_str(), grades.collect())
        });
        Self {
            trusted: trusted.collect(),
            workloads,
        }
    }
}

/// Steps of one principal towards others.
pub(crate) struct Climber<'p> {
    all: &'p Principals,
    index: &'p Index<'p>,
    pub(crate) who: &'p Principal,
    context: Context,
    /// Actions that it may do on any resource, and on every resource.
    known: RefCell<BTreeMap<&'static str, (Grade, Grade)>>,
    least: Cell<Grade>,
}

impl<'p> Climber<'p> {
    pub(crate) fn new(all: &'p Principals, index: &'p Index<'p>, who: &'p Principal) -> Self {
        Self {
            all,
            index,
            who,
            context: who.context(),
            known: RefCell::default(),
            least: Cell::new(Grade::Possible),
        }
    }

    /// From here on, only steps that are at least so sure are looked for: most are ruled out by what it may do at all.
    pub(crate) fn look_for(&self, least: Grade) {
        self.least.set(least);
    }

    /// The steps that make it an administrator with nobody else's power: permissions for itself, for somebody new, or for
    /// somebody it can then be. Each is looked for when it is asked for.
    pub(crate) fn alone(&self) -> impl Iterator<Item = Step> + '_ {
        let own = self
            .grants(self.who)
            .into_iter()
            .filter_map(|(path, call, on, grade)| self.step(None, path, &[call], &on, grade));
        let groups = std::iter::once_with(|| self.join_a_group()).flatten();
        let new = std::iter::once_with(|| self.make_somebody_new()).flatten();
        let can_grant = GRANTS.iter().any(|(_, call, _)| self.at_all(call));
        let others = self
            .all
            .iter()
            .filter(move |whom| can_grant && whom.arn != self.who.arn && !whom.is_service_linked());
        own.chain(groups)
            .chain(new)
            .chain(others.flat_map(|whom| self.grant_and_become(whom)))
    }

    /// The steps by which it becomes somebody else.
    pub(crate) fn toward(&self, whom: &Principal) -> Vec<Step> {
        if whom.arn == self.who.arn || whom.is_service_linked() {
            return Vec::new();
        }
        let mut steps: Vec<Step> = self
            .openings(whom)
            .into_iter()
            .filter_map(|(path, call, grade)| self.step(Some(&whom.arn), path, &[call], "", grade))
            .collect();
        if whom.is_role {
            steps.extend(self.pass(whom));
            steps.extend(self.enter(whom));
        }
        steps
    }

    fn step(
        &self,
        to: Option<&str>,
        path: &str,
        calls: &[&str],
        through: &str,
        grade: Grade,
    ) -> Option<Step> {
        (grade > Grade::No).then(|| Step {
            from: self.who.arn.clone(),
            to: to.map(str::to_owned),
            path: path.to_owned(),
            calls: calls.iter().map(|call| (*call).to_owned()).collect(),
            through: through.to_owned(),
            grade,
        })
    }

    fn scope(&self, action: &'static str) -> (Grade, Grade) {
        if let Some(known) = self.known.borrow().get(action) {
            return *known;
        }
        let service = || action.split(':').next().unwrap_or("").to_owned();
        let asked = |target: &Target| {
            let context = self.context.clone();
            Grade::from(
                &self
                    .all
                    .asked(self.who, action, target, &OnResource::None, context),
            )
        };
        let any = asked(&Target::AnyOf(service()));
        let every = if any == Grade::Certain {
            asked(&Target::EveryOf(service()))
        } else {
            Grade::No
        };
        self.known.borrow_mut().insert(action, (any, every));
        (any, every)
    }

    fn at_all(&self, action: &'static str) -> bool {
        self.scope(action).0 >= self.least.get()
    }

    fn may(&self, action: &'static str, resource: &str) -> Grade {
        self.may_with(action, resource, &|context| context)
    }

    fn may_with(&self, action: &'static str, resource: &str, more: &dyn Fn(Context) -> Context) -> Grade {
        match self.scope(action) {
            (any, _) if any < self.least.get() => Grade::No,
            (_, Grade::Certain) => Grade::Certain,
            _ => {
                let target = Target::This(resource.to_owned());
                let context = more(self.context.clone());
                Grade::from(
                    &self
                        .all
                        .asked(self.who, action, &target, &OnResource::None, context),
                )
            }
        }
    }

    /// Decision for a principal that was granted everything: nothing that its boundary leaves out, unless the
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
        let mut found = Vec::new();
        for (path, call, kind) in GRANTS {
            if !self.at_all(call) {
                continue;
            }
            for on in self.granted_on(whom, kind, call) {
                let grade = self.may(call, &on).min(self.unbound(whom));
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

    /// Returns true when an older version of a policy would make somebody an administrator.
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

    fn join_a_group(&self) -> Vec<Step> {
        let (path, call) = JOIN;
        let policies = self.all.policies(&self.who.arn);
        let Some(policies) = policies.filter(|_| !self.who.is_role && self.at_all(call)) else {
            return Vec::new();
        };
        let others = self
            .all
            .groups
            .iter()
            .filter(|(name, _)| !self.who.groups.contains(name));
        let joined = others.filter_map(|(_, group)| {
            let mut more = policies.clone();
            more.identity.extend(self.all.of_group(group));
            let gained = self.all.administration_with(self.who, &more);
            let grade = self.may(call, &group.arn).min(gained);
            self.step(None, path, &[call], &group.arn, grade)
        });
        joined.collect()
    }

    fn make_somebody_new(&self) -> Vec<Step> {
        let made =
            [(NEW_USER, "user"), (NEW_ROLE, "role")]
                .into_iter()
                .filter_map(|((path, calls), kind)| {
                    let arn = format!(
                        "arn:{}:iam::{}:{kind}/{NEW}",
                        self.all.partition, self.all.account
                    );
                    let grades = calls.iter().map(|call| self.may(call, &arn));
                    self.step(None, path, calls, "", grades.min().unwrap_or(Grade::No))
                });
        made.collect()
    }

    /// The calls that make it somebody else.
    fn openings(&self, whom: &Principal) -> Vec<(&'static str, &'static str, Grade)> {
        if whom.is_role {
            let assumes = if self.is_named_by(whom) {
                self.assumes(whom)
            } else {
                Grade::No
            };
            return vec![
                (ASSUME.0, ASSUME.1, assumes),
                (RETRUST.0, RETRUST.1, self.may(RETRUST.1, &whom.arn)),
            ];
        }
        let opens = OPENS_USER.into_iter();
        opens
            .map(|(path, call)| (path, call, self.may(call, &whom.arn)))
            .collect()
    }

    /// `iam-014` to `iam-021`: a permission more for somebody, and then to be them.
    fn grant_and_become(&self, whom: &Principal) -> Vec<Step> {
        let mut steps = Vec::new();
        for (_, opening, opens) in self.openings(whom) {
            if opens == Grade::No {
                continue;
            }
            for (path, call, _, grade) in self.grants(whom) {
                let path = format!("{path}+");
                steps.extend(self.step(None, &path, &[call, opening], &whom.arn, grade.min(opens)));
            }
        }
        steps
    }

    /// Returns true when the trust policy of a role names the principal in any way.
    fn is_named_by(&self, role: &Principal) -> bool {
        match &role.trust {
            OnResource::Gate(policy) => policy.may_name(&self.who.caller()),
            OnResource::Unknown => true,
            OnResource::None | OnResource::Policy(_) => false,
        }
    }

    fn assumes(&self, role: &Principal) -> Grade {
        let context = self.context.clone();
        let target = Target::This(role.arn.clone());
        Grade::from(&self.all.asked(self.who, ASSUME.1, &target, &role.trust, context))
    }

    fn pass(&self, role: &Principal) -> Vec<Step> {
        let call = "iam:PassRole";
        let Some(trusted) = self
            .index
            .trusted
            .get(role.arn.as_str())
            .filter(|_| self.at_all(call))
        else {
            return Vec::new();
        };
        let mut steps = Vec::new();
        for (pass, trusted) in PASSES.iter().zip(trusted) {
            let makes = pass.calls.iter().map(|call| self.scope(call).0).min();
            let makes = makes.unwrap_or(Grade::No).min(*trusted);
            if makes == Grade::No {
                continue;
            }
            let passes = self.may_with(call, &role.arn, &|context| {
                context.with("iam:PassedToService", pass.service)
            });
            let calls: Vec<&str> = std::iter::once(call).chain(pass.calls.iter().copied()).collect();
            steps.extend(self.step(Some(&role.arn), pass.id, &calls, "", passes.min(makes)));
        }
        steps
    }

    fn enter(&self, role: &Principal) -> Vec<Step> {
        let mut steps = Vec::new();
        for workload in self.index.workloads.get(role.arn.as_str()).into_iter().flatten() {
            for way in ENTERS.iter().filter(|way| way.kind == workload.kind) {
                let grades = way.calls.iter().map(|call| self.may(call, &workload.arn));
                let grade = grades.min().unwrap_or(Grade::No);
                steps.extend(self.step(Some(&role.arn), way.id, way.calls, &workload.arn, grade));
            }
        }
        steps
    }
}

/// Decision whether a service may take on a role, for what belongs to this account.
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
