//! An account and its logs for the tests of the planner: readings, and dossiers made from plain edges.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use stanch_core::CredentialId;
use stanch_core::assessment::{
    AccountFinding, Assessment, FindingBasis, FindingVerdict, MadeBy, MakingEvent, Presence, Resource,
    Suspect, Trace,
};
use stanch_core::dossier::{Derivation, Relative, Subject, SubjectKind, Usage};
use stanch_core::plan::{NotFixed, Plan, Responder, Step};
use stanch_core::{CallOutcome, Dossier, EventKey, Principal, Reading, Severity, Timestamp};

use crate::account::Account;
use crate::planner::{PlanError, Rates, Seed, Situation, plan};

pub(super) const ACCOUNT: &str = "111122223333";
pub(super) const NOW: Timestamp = Timestamp(1_772_800_000_000);
pub(super) const HOUR: i64 = 3_600_000;
pub(super) const KEY: &str = "AKIA0000000000000001";

pub(super) fn arn(kind: &str, name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:{kind}/{name}")
}

pub(super) fn reading(service: &str, operation: &str, params: Value, body: Value) -> Reading {
    Reading {
        account: ACCOUNT.into(),
        region: "us-east-1".into(),
        service: service.into(),
        operation: operation.into(),
        params,
        outcome: CallOutcome::Ok,
        code: None,
        message: None,
        items: 1,
        pages: 1,
        sha256s: Vec::new(),
        at: NOW,
        body,
    }
}

/// An identity as the logs tell it.
#[derive(Clone)]
struct Node {
    kind: SubjectKind,
    last: Option<Timestamp>,
    until: Option<Timestamp>,
    address: Option<String>,
}

/// See the module.
#[derive(Default)]
pub(super) struct SampleAccount {
    users: Vec<Value>,
    roles: Vec<Value>,
    pub(super) readings: Vec<Reading>,
    nodes: BTreeMap<String, Node>,
    edges: Vec<(String, String, Derivation)>,
    cycle: Vec<String>,
    pub(super) findings: Vec<AccountFinding>,
    pub(super) traces: Vec<Trace>,
    pub(super) suspects: Vec<Suspect>,
    pub(super) chain: Vec<String>,
    pub(super) break_glass: Vec<String>,
    pub(super) responder: Option<String>,
    pub(super) quiet: bool,
    /// Logged changes that the assessment does not suspect.
    pub(super) logged: Vec<Trace>,
    pub(super) without: Vec<String>,
    pub(super) regions: Vec<stanch_core::RegionName>,
    pub(super) stories: Vec<stanch_core::verdict::Story>,
}

impl SampleAccount {
    pub(super) fn user(&mut self, name: &str, more: Value) -> String {
        self.users.push(merged(
            json!({"UserName": name, "Arn": arn("user", name), "Path": "/", "UserId": "AIDA"}),
            more,
        ));
        self.readings.push(reading(
            "iam",
            "GetLoginProfile",
            json!({"UserName": name}),
            json!({"LoginProfile": {"UserName": name}}),
        ));
        arn("user", name)
    }

    pub(super) fn role(&mut self, name: &str, more: Value) -> String {
        let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": format!("arn:aws:iam::{ACCOUNT}:root")}, "Action": "sts:AssumeRole"}]});
        let role = json!({"RoleName": name, "Arn": arn("role", name), "Path": "/", "RoleId": "AROAEXAMPLE0000000001", "AssumeRolePolicyDocument": trust});
        self.roles.push(merged(role, more));
        arn("role", name)
    }

    pub(super) fn key(&mut self, user: &str, id: &str) {
        let body = json!({"AccessKeyMetadata": [{"UserName": user, "AccessKeyId": id, "Status": "Active"}]});
        self.readings.push(reading(
            "iam",
            "ListAccessKeys",
            json!({"UserName": user, "for": id}),
            body,
        ));
        self.edge(
            &arn("user", user),
            SubjectKind::User,
            id,
            SubjectKind::LongTermKey,
            Derivation::Belongs,
        );
    }

    pub(super) fn edge(&mut self, from: &str, kind: SubjectKind, to: &str, of: SubjectKind, how: Derivation) {
        for (id, kind) in [(from, kind), (to, of)] {
            self.nodes.entry(id.to_owned()).or_insert(Node {
                kind,
                last: None,
                until: (kind == SubjectKind::Session).then(|| NOW.plus_millis(HOUR)),
                address: None,
            });
        }
        self.edges.push((from.to_owned(), to.to_owned(), how));
    }

    /// A session of a role that was opened with a credential.
    pub(super) fn assumed(&mut self, by: &str, role: &str, session: &str) {
        let kind = self.nodes.get(by).map_or(SubjectKind::Session, |node| node.kind);
        self.edge(by, kind, session, SubjectKind::Session, Derivation::Assumed);
        self.edge(
            role,
            SubjectKind::Role,
            session,
            SubjectKind::Session,
            Derivation::Belongs,
        );
    }

    pub(super) fn used(&mut self, id: &str, last: Timestamp, address: &str) {
        let node = self.nodes.get_mut(id).unwrap();
        node.last = Some(last);
        node.address = Some(address.to_owned());
    }

    pub(super) fn circle(&mut self, roles: &[&str]) {
        self.cycle = roles.iter().map(|role| (*role).to_owned()).collect();
        for role in roles {
            self.edge(
                role,
                SubjectKind::Role,
                "ASIA00000000000CIRCLE",
                SubjectKind::Session,
                Derivation::Opened,
            );
        }
    }

    /// Something that a principal made with a key.
    pub(super) fn made(&mut self, service: &str, call: &str, names: &[&str], key: &str) {
        let by = MakingEvent {
            access_key: Some(key.to_owned()),
            ..MakingEvent::new(
                EventKey(names.len() as u128),
                call,
                NOW,
                Principal::from_key(&arn("user", "eve")),
            )
        };
        let id = names[0];
        self.traces.push(Trace {
            resource: Resource::new(
                &format!("{service} {call}"),
                id,
                "",
                &ACCOUNT.into(),
                &"us-east-1".into(),
            ),
            made_by: by,
            presence: Presence::Exists,
            names: names.iter().map(|name| (*name).to_owned()).collect(),
        });
    }

    /// A change as the logs have it, in a region, by a key of eve: no finding and no suspect speaks of it.
    pub(super) fn logged(&mut self, service: &str, call: &str, names: &[&str], region: &str, key: &str) {
        self.made(service, call, names, key);
        if let Some(mut trace) = self.traces.pop() {
            trace.resource.region = region.into();
            self.logged.push(trace);
        }
    }

    fn made_by(&self, id: &str) -> Vec<Trace> {
        let is_by = |trace: &&Trace| {
            let event = &trace.made_by;
            event.access_key.as_deref() == Some(id) || event.principal.key == id
        };
        self.logged.iter().filter(is_by).cloned().collect()
    }

    pub(super) fn finding(&mut self, check: &str, kind: &str, id: &str, verdict: FindingVerdict) -> String {
        let finding = format!("{:016x}", self.findings.len() + 1);
        self.findings.push(AccountFinding {
            id: finding.clone(),
            check: check.to_owned(),
            severity: Severity::High,
            verdict,
            resource: Resource::new(kind, id, id, &ACCOUNT.into(), &"us-east-1".into()),
            summary: format!("{check} on {id}"),
            facts: Vec::new(),
            exposure: stanch_core::finding::Exposure::default(),
            handles: Vec::new(),
            because: Vec::new(),
            basis: FindingBasis::Check,
            deadline: None,
            evidence: Vec::new(),
            made_by: MadeBy::unknown("no event"),
            created_by: None,
            action: String::new(),
        });
        finding
    }

    fn subject(&self, id: &str) -> Option<Subject> {
        let node = self.nodes.get(id)?;
        let mut usage = Usage {
            last: node.last,
            ..Usage::default()
        };
        usage
            .addresses
            .extend(node.address.iter().map(|address| (address.clone(), 1)));
        let opened = self
            .edges
            .iter()
            .filter(|(from, _, how)| from == id && *how == Derivation::Opened);
        Some(Subject {
            id: id.to_owned(),
            credential: credential(id, node.kind),
            kind: node.kind,
            account: None,
            until: node.until,
            source_identities: Vec::new(),
            presence: Presence::Unknown,
            usage,
            ancestors: self.relative(id, true),
            descendants: self.relative(id, false),
            opened: opened
                .map(|(from, to, how)| self.one(to, from, *how, 1))
                .collect(),
            cycle: if self.cycle.iter().any(|role| role == id) {
                self.cycle.clone()
            } else {
                Vec::new()
            },
        })
    }

    fn one(&self, id: &str, of: &str, how: Derivation, depth: u32) -> Relative {
        let node = &self.nodes[id];
        Relative {
            id: id.to_owned(),
            credential: credential(id, node.kind),
            kind: node.kind,
            depth,
            of: of.to_owned(),
            how,
            time: Some(NOW),
            event: Some(EventKey(u128::from(depth))),
            until: node.until,
            calls: 1,
            last: node.last,
            presence: Presence::Unknown,
        }
    }

    fn relative(&self, id: &str, is_up: bool) -> Vec<Relative> {
        let mut seen = BTreeSet::from([id.to_owned()]);
        let (mut level, mut found) = (vec![id.to_owned()], Vec::new());
        for depth in 1.. {
            let mut next = Vec::new();
            for (from, to, how) in self.edges.iter().filter(|(_, _, how)| how.descends()) {
                let (here, there) = if is_up { (to, from) } else { (from, to) };
                if level.contains(here) && seen.insert(there.clone()) {
                    found.push(self.one(there, here, *how, depth));
                    next.push(there.clone());
                }
            }
            if next.is_empty() {
                break;
            }
            level = next;
        }
        found
    }

    fn who(&self, asked: &str) -> Dossier {
        let at_address = self
            .nodes
            .iter()
            .filter(|(_, node)| node.address.as_deref() == Some(asked));
        let ids: Vec<&String> = match self.nodes.get_key_value(asked) {
            Some((id, _)) => vec![id],
            None => at_address.map(|(id, _)| id).collect(),
        };
        Dossier {
            asked: asked.to_owned(),
            meaning: None,
            account: None,
            at: NOW,
            subjects: ids.into_iter().filter_map(|id| self.subject(id)).collect(),
            left_out: 0,
        }
    }

    pub(super) fn all_readings(&self) -> Vec<Reading> {
        let body = json!({"UserDetailList": self.users, "RoleDetailList": self.roles, "Policies": [], "GroupDetailList": []});
        let mut readings = self.readings.clone();
        readings.push(reading(
            "iam",
            "GetAccountAuthorizationDetails",
            Value::Null,
            body,
        ));
        readings
    }

    pub(super) fn try_plan(&self, seeds: &[Seed]) -> Result<Plan, PlanError> {
        self.plan_of(self.all_readings(), seeds)
    }

    pub(super) fn plan_of(&self, readings: Vec<Reading>, seeds: &[Seed]) -> Result<Plan, PlanError> {
        let account = Account::new(&ACCOUNT.into(), "aws", &"us-east-1".into(), readings);
        let assessment = Assessment {
            schema_version: Assessment::SCHEMA_VERSION,
            accounts: vec![ACCOUNT.into()],
            checks_run: 1,
            readings: 1,
            logs_begin: Some(NOW),
            findings: self.findings.clone(),
            suspects: self.suspects.clone(),
            traces: self.traces.clone(),
            not_judged: Vec::new(),
        };
        let ours = format!("arn:aws:sts::{ACCOUNT}:assumed-role/responder/me");
        let situation = Situation {
            verb: "contain",
            account: &account,
            responder: &Responder {
                arn: self.responder.clone().unwrap_or(ours),
                expires: None,
            },
            chain: &self.chain,
            break_glass: &self.break_glass,
            regions: &self.regions,
            without: &self.without,
            endpoint: None,
            snapshot: "s",
            state_at: NOW,
            made_at: NOW,
            harm_now: !self.quiet,
            assessment: Some(&assessment),
            detections: &[],
            who: &|asked| Some(self.who(asked)),
            made: &|id| self.made_by(id),
            stories: &self.stories,
            rates: &Rates::default(),
        };
        plan(&situation, seeds)
    }

    pub(super) fn plan(&self, seeds: &[Seed]) -> Plan {
        self.try_plan(seeds).unwrap()
    }
}

fn merged(mut one: Value, more: Value) -> Value {
    if let (Some(one), Value::Object(more)) = (one.as_object_mut(), more) {
        one.extend(more);
    }
    one
}

/// Actions and targets, in order.
pub(super) fn told(plan: &Plan) -> Vec<String> {
    plan.steps
        .iter()
        .map(|step| format!("{} {}", step.change.action, step.change.target.name))
        .collect()
}

pub(super) fn step<'p>(plan: &'p Plan, action: &str, name: &str) -> &'p Step {
    let found = plan
        .steps
        .iter()
        .find(|step| step.change.action == action && step.change.target.name == name);
    found.unwrap_or_else(|| panic!("no {action} {name} in {:#?} {:#?}", told(plan), plan.not_fixed))
}

pub(super) fn left<'p>(plan: &'p Plan, what: &str) -> Vec<&'p str> {
    let fits = |left: &&NotFixed| left.what.ends_with(what);
    plan.not_fixed
        .iter()
        .filter(fits)
        .map(|left| left.why.as_str())
        .collect()
}

pub(super) fn key_seed() -> Vec<Seed> {
    vec![Seed::Key(KEY.to_owned())]
}

/// Returns the sentences of impacts.
pub(super) fn sentences(impact: &[stanch_core::plan::Impact]) -> Vec<String> {
    impact.iter().map(ToString::to_string).collect()
}

/// Returns the credential that an id is of. A password of the sample is written as lineage writes it.
fn credential(id: &str, kind: SubjectKind) -> Option<CredentialId> {
    match kind {
        SubjectKind::LongTermKey | SubjectKind::Session => Some(CredentialId::key(id)),
        SubjectKind::Password => id.strip_prefix("password of ").map(CredentialId::password),
        _ => None,
    }
}
