//! The users, roles and groups of an account, as its readings show them.
//!
//! Built of the answers of `GetAccountAuthorizationDetails` and of policies that were read one by one. What was not read is
//! unknown, never empty. It must not say what anybody may do.

use std::collections::BTreeMap;

use serde_json::Value;
use stanch_core::Arn;
use stanch_core::json_path::{elements, text};

use super::context::{Caller, Context, account_of};
use super::document::Policy;
use super::evaluate::{Guard, OnResource, Policies};

/// Number of users, roles, groups or policies taken of one account.
const LIMIT: usize = 50_000;
/// The managed policy that allows everything; its document has been this since it exists
/// (<https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html>).
const ADMINISTRATOR_ACCESS: &str = ":iam::aws:policy/AdministratorAccess";

/// A user or a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// True when it is a role.
    pub is_role: bool,
    /// Its unique id.
    pub id: String,
    /// The groups of a user.
    pub groups: Vec<String>,
    /// ARNs of the policies attached to it.
    pub attached: Vec<String>,
    /// ARN of its permissions boundary.
    pub boundary: Option<String>,
    /// Principals that may assume a role.
    pub trust: OnResource,
    inline: Vec<Policy>,
    tags: Vec<(String, String)>,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its ARN.
    pub arn: String,
    /// ARNs of the policies attached to it.
    pub attached: Vec<String>,
    inline: Vec<Policy>,
}

/// A managed policy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Managed {
    /// The version in force.
    pub(crate) default: Option<Policy>,
    /// The others, by their id.
    pub(crate) older: BTreeMap<String, Policy>,
}

/// Something that runs as a role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Workload {
    /// Kind: `lambda`, `ec2`, `codebuild`.
    pub kind: String,
    /// Its ARN.
    pub arn: String,
    /// The ARN of the role.
    pub role: String,
}

/// The principals of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Principals {
    pub(crate) account: String,
    pub(crate) partition: String,
    pub(crate) people: BTreeMap<String, Principal>,
    pub(crate) groups: BTreeMap<String, Group>,
    pub(crate) managed: BTreeMap<String, Managed>,
    pub(crate) workloads: Vec<Workload>,
    profiles: BTreeMap<String, String>,
    guard: Guard,
    applying: BTreeMap<String, Policies>,
}

impl Principals {
    /// Of an account, without anybody yet.
    #[must_use]
    pub fn of(account: &str) -> Self {
        Self {
            account: account.to_owned(),
            partition: "aws".to_owned(),
            ..Self::default()
        }
    }

    /// Takes an answer of `GetAccountAuthorizationDetails`, or a page of it.
    pub fn add_details(&mut self, body: &Value) {
        for policy in members(body, "Policies") {
            let versions = members(policy, "PolicyVersionList");
            for version in versions {
                self.add_version(text(policy, "Arn"), version);
            }
        }
        for group in members(body, "GroupDetailList") {
            let found = Group {
                arn: text(group, "Arn").to_owned(),
                attached: attached(group),
                inline: inline(group, "GroupPolicyList"),
            };
            if self.groups.len() < LIMIT {
                self.groups.insert(text(group, "GroupName").to_owned(), found);
            }
        }
        for (list, is_role) in [("UserDetailList", false), ("RoleDetailList", true)] {
            for detail in members(body, list) {
                self.add_principal(detail, is_role);
            }
        }
    }

    /// Takes a version of a managed policy, as `GetPolicyVersion` or the details give it.
    pub fn add_version(&mut self, arn: &str, version: &Value) {
        if self.managed.len() >= LIMIT || arn.is_empty() {
            return;
        }
        let managed = self.managed.entry(arn.to_owned()).or_default();
        let document = version.get("Document").map_or_else(Policy::unseen, Policy::read);
        if version.get("IsDefaultVersion") == Some(&Value::Bool(true)) {
            managed.default = Some(document);
        } else if managed.older.len() < LIMIT {
            managed
                .older
                .insert(text(version, "VersionId").to_owned(), document);
        }
    }

    /// Takes something that runs as a role. A role may be named by its instance profile.
    pub fn add_workload(&mut self, kind: &str, arn: &str, role: &str) {
        if self.workloads.len() < LIMIT && !role.is_empty() {
            self.workloads.push(Workload {
                kind: kind.to_owned(),
                arn: arn.to_owned(),
                role: role.to_owned(),
            });
        }
    }

    /// Sets what the organization limits. Without it, nothing is said of an organization: what is allowed is allowed within
    /// its limits.
    pub fn set_guard(&mut self, guard: Guard) {
        self.guard = guard;
    }

    /// Puts together what applies to which principals. To be called once everything was taken.
    #[must_use]
    pub fn finished(mut self) -> Self {
        for workload in &mut self.workloads {
            if let Some(role) = self.profiles.get(&workload.role) {
                workload.role.clone_from(role);
            }
        }
        self.workloads.sort();
        self.workloads.dedup();
        self.applying = self
            .people
            .values()
            .map(|principal| (principal.arn.clone(), self.gathered(principal)))
            .collect();
        self
    }

    fn add_principal(&mut self, detail: &Value, is_role: bool) {
        let arn = text(detail, "Arn");
        if self.people.len() >= LIMIT || account_of(arn) != self.account {
            return;
        }
        if let Some(arn) = Arn::parse(arn) {
            arn.partition.clone_into(&mut self.partition);
        }
        for profile in members(detail, "InstanceProfileList") {
            self.profiles
                .insert(text(profile, "Arn").to_owned(), arn.to_owned());
        }
        let lists = if is_role {
            ("RoleName", "RoleId", "RolePolicyList")
        } else {
            ("UserName", "UserId", "UserPolicyList")
        };
        let boundary = detail.get("PermissionsBoundary");
        let trust = detail.get("AssumeRolePolicyDocument");
        let principal = Principal {
            arn: arn.to_owned(),
            name: text(detail, lists.0).to_owned(),
            is_role,
            id: text(detail, lists.1).to_owned(),
            groups: texts(detail, "GroupList"),
            attached: attached(detail),
            boundary: boundary.map(|boundary| text(boundary, "PermissionsBoundaryArn").to_owned()),
            trust: trust.map_or(OnResource::Unknown, |trust| OnResource::Gate(Policy::read(trust))),
            inline: inline(detail, lists.2),
            tags: members(detail, "Tags")
                .map(|tag| (text(tag, "Key").to_owned(), text(tag, "Value").to_owned()))
                .collect(),
        };
        self.people.insert(arn.to_owned(), principal);
    }

    fn gathered(&self, principal: &Principal) -> Policies {
        let mut identity = principal.inline.clone();
        identity.extend(principal.attached.iter().map(|arn| self.in_force(arn)));
        for name in &principal.groups {
            match self.groups.get(name) {
                Some(group) => identity.extend(self.of_group(group)),
                None => identity.push(Policy::unseen()),
            }
        }
        Policies {
            identity,
            boundary: principal.boundary.as_deref().map(|arn| self.in_force(arn)),
            service_control: self.guard.clone(),
            ..Policies::default()
        }
    }

    /// The policies of a group.
    pub(crate) fn of_group(&self, group: &Group) -> Vec<Policy> {
        let attached = group.attached.iter().map(|arn| self.in_force(arn));
        group.inline.iter().cloned().chain(attached).collect()
    }

    /// The version of a managed policy that is in force.
    fn in_force(&self, arn: &str) -> Policy {
        let known = self.managed.get(arn).and_then(|managed| managed.default.clone());
        known.unwrap_or_else(|| {
            if arn.starts_with("arn:aws") && arn.ends_with(ADMINISTRATOR_ACCESS) {
                let everything = serde_json::json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
                return Policy::read(&serde_json::json!({ "Statement": everything }));
            }
            Policy::unseen()
        })
    }

    /// Users and roles, in order of their ARNs.
    pub fn iter(&self) -> impl Iterator<Item = &Principal> {
        self.people.values()
    }

    /// A user or role.
    #[must_use]
    pub fn get(&self, arn: &str) -> Option<&Principal> {
        self.people.get(arn)
    }

    /// Policies of a user or role.
    pub(crate) fn policies(&self, arn: &str) -> Option<&Policies> {
        self.applying.get(arn)
    }
}

impl Principal {
    /// As it asks: a user with its long-term key, a role by a session of any name.
    #[must_use]
    pub fn caller(&self) -> Caller {
        if self.is_role {
            Caller::session(&self.arn, "")
        } else {
            Caller::user(&self.arn)
        }
    }

    /// Returns true when it is a role of a service of AWS, which nobody else can use or change
    /// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html>).
    #[must_use]
    pub fn is_service_linked(&self) -> bool {
        self.arn.contains(":role/aws-service-role/")
    }

    /// The keys of a request that are known of it. A role can be assumed again at any time: its session is a fresh one.
    #[must_use]
    pub fn context(&self) -> Context {
        let account = account_of(&self.arn);
        let mut context = Context::open()
            .with("aws:PrincipalArn", &self.arn)
            .with("aws:PrincipalAccount", &account)
            .with("aws:PrincipalIsAWSService", "false")
            .with("aws:ViaAWSService", "false")
            .with("aws:SecureTransport", "true");
        for (key, value) in &self.tags {
            context = context.with(&format!("aws:PrincipalTag/{key}"), value);
        }
        if self.is_role {
            return context
                .with("aws:PrincipalType", "AssumedRole")
                .with("aws:TokenIssueTime", "9999-01-01T00:00:00Z")
                .without("aws:username");
        }
        context
            .with("aws:PrincipalType", "User")
            .with("aws:username", &self.name)
            .with("aws:userid", &self.id)
            .without("aws:TokenIssueTime")
    }
}

fn members<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    elements(value, name).take(LIMIT)
}

fn texts(value: &Value, name: &str) -> Vec<String> {
    members(value, name)
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

fn attached(value: &Value) -> Vec<String> {
    members(value, "AttachedManagedPolicies")
        .map(|policy| text(policy, "PolicyArn").to_owned())
        .collect()
}

fn inline(value: &Value, list: &str) -> Vec<Policy> {
    members(value, list)
        .map(|policy| {
            policy
                .get("PolicyDocument")
                .map_or_else(Policy::unseen, Policy::read)
        })
        .collect()
}
