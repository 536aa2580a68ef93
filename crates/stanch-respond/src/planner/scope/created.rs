//! The resources that compromised identities created or changed, by findings and by traces of an assessment.
//!
//! What a legitimate principal did before the first act that speaks against it is not the attacker's. It must not judge a
//! resource: the assessment does.

use stanch_core::CredentialId;
use stanch_core::Timestamp;
use stanch_core::arn::one_name;
use stanch_core::assessment::{AccountFinding, FindingBasis, FindingVerdict, MakingEvent, Presence, Trace};
use stanch_core::dossier::SubjectKind;
use stanch_core::finding::{Exposure, Handle};
use stanch_core::plan::{Evidence, Reason};
use stanch_core::text::shown;
use stanch_core::verdict::Story;

use super::closure::Closure;
use super::{AffectedResource, Basis, CompromisedIdentity, because, launched, made_by};

/// Acts up to this long before the first that speaks against a principal count as the attacker's, as in `assess`.
const BEFORE_MILLIS: i64 = 3_600_000;

impl Closure<'_, '_> {
    /// Adds every resource that a compromised identity created or changed.
    pub(super) fn created(&mut self) {
        let Some(assessment) = self.situation.assessment else {
            return;
        };
        for finding in &assessment.findings {
            if finding.verdict < FindingVerdict::Suspicious
                || finding.resource.account != self.situation.account.id
            {
                continue;
            }
            // The creator first: what was created is contained otherwise than what was only changed.
            let mut makers = finding.makers();
            if let Some(event) = makers.find(|event| self.is_by_compromised(event, &finding.resource.id)) {
                self.affected(of_finding(finding, Some(event)));
            }
        }
        for trace in &assessment.traces {
            if trace.presence != Presence::Gone
                && trace.resource.account == self.situation.account.id
                && self.is_by_compromised(&trace.made_by, &trace.resource.id)
            {
                self.affected(of_trace(trace));
            }
        }
    }

    /// Adds everything that a compromised identity created or changed by the logs, whatever the assessment says of it.
    pub(super) fn made(&mut self, id: &str) {
        let issues_credentials = |trace: &Trace| {
            let mut services = ["sts ", "signin "].iter();
            services.any(|service| trace.resource.kind.starts_with(service))
        };
        for trace in (self.situation.made)(id) {
            // Sessions are followed by their lineage.
            if !issues_credentials(&trace)
                && trace.presence != Presence::Gone
                && trace.resource.account == self.situation.account.id
                && self.is_by_compromised(&trace.made_by, &trace.resource.id)
            {
                self.affected(of_trace(&trace));
            }
        }
    }

    /// Returns whether a compromised identity called it; lists the resource as related where that is in doubt.
    fn is_by_compromised(&mut self, event: &MakingEvent, what: &str) -> bool {
        let creator = one_name(&event.principal.key);
        let key = event.access_key.as_deref().unwrap_or_default();
        let mut ids = [key, creator.as_str()].into_iter();
        let Some(by) = ids.find(|id| self.scope.is_compromised(id)) else {
            if self.scope.identities.contains_key(&creator) {
                let why = format!(
                    "{}: this credential is not known to be compromised",
                    made_by(event)
                );
                self.mention(what, why);
            }
            return false;
        };
        let identity = self.scope.identities.get(by);
        let is_created = identity.is_some_and(|identity| identity.basis == Basis::Created);
        if is_created || event.time >= self.since(&creator, key) {
            return true;
        }
        let why = format!(
            "{}: before the first suspicious act of this principal; to contain it, name it",
            made_by(event)
        );
        self.mention(what, why);
        false
    }

    /// Returns the begin of what counts as the attacker's among the acts of a principal or access key: all of them where neither
    /// the assessment nor the hunt says since when it is compromised.
    fn since(&self, creator: &str, key: &str) -> Timestamp {
        let assessment = self.situation.assessment.into_iter();
        let suspects = assessment.flat_map(|assessment| &assessment.suspects);
        let suspects = suspects
            .filter(|suspect| one_name(&suspect.principal.key) == creator)
            .map(|suspect| suspect.since);
        let is_in = |story: &&Story| {
            let mut principals = story.principals.iter();
            story.access_keys.iter().any(|known| known == key)
                || principals.any(|principal| one_name(&principal.key) == creator)
        };
        let stories = self.situation.stories.iter().filter(is_in);
        let first = suspects.chain(stories.map(|story| story.since)).min();
        first.map_or(Timestamp(i64::MIN), |since| since.plus_millis(-BEFORE_MILLIS))
    }

    /// Adds a resource: as identities where it is principals or credentials, else to the resources.
    pub(super) fn affected(&mut self, affected: AffectedResource) {
        if self.identities_of(&affected) {
            return;
        }
        for instance in launched::instances(self.inventory, &affected) {
            let why = affected.why.clone();
            let identity = CompromisedIdentity::new(SubjectKind::Instance, Basis::Created, why);
            self.add(&instance, identity);
        }
        let key = (
            affected.region.clone(),
            affected.service.clone(),
            affected.call.clone(),
            affected.check.clone(),
            affected.names.clone(),
        );
        self.scope.resources.entry(key).or_insert(affected);
    }

    /// Adds the principals or credentials that a call created; returns whether there are any.
    fn identities_of(&mut self, affected: &AffectedResource) -> bool {
        let first = affected.names.first().map_or("", String::as_str);
        let name = first.rsplit('/').next().unwrap_or_default().to_owned();
        let new = |kind, basis| CompromisedIdentity::new(kind, basis, affected.why.clone());
        match (affected.service.as_str(), affected.call.as_str()) {
            ("iam", "CreateUser") => {
                let arn = self.inventory.user_arn(&name);
                self.add(&arn, new(SubjectKind::User, Basis::Created));
            }
            ("iam", "CreateRole") => {
                let arn = self.inventory.role_arn(&name);
                self.add(&arn, new(SubjectKind::Role, Basis::Created));
            }
            ("iam", "CreateAccessKey") => {
                let mut keys = affected.names.iter().filter(|name| is_key(name)).peekable();
                let any = keys.peek().is_some();
                for key in keys {
                    self.add(key, new(SubjectKind::LongTermKey, Basis::Derived));
                }
                return any;
            }
            ("iam", "CreateLoginProfile" | "UpdateLoginProfile") => {
                let user = self.inventory.user_arn(&name);
                let mut password = new(SubjectKind::Password, Basis::Derived);
                password.owner = Some(user.clone());
                self.add(&CredentialId::password(&user).to_string(), password);
            }
            // A finding about an instance that a Spot request or a fleet started; the request itself is a resource.
            ("ec2", "RunInstances" | "RequestSpotInstances" | "RequestSpotFleet" | "CreateFleet")
                if affected.call == "RunInstances" || affected.kind == "instance" =>
            {
                let is_instance = |name: &&String| name.starts_with("i-");
                let mut instances = affected.names.iter().filter(is_instance).peekable();
                let any = instances.peek().is_some();
                for instance in instances {
                    self.add(instance, new(SubjectKind::Instance, Basis::Created));
                }
                return any;
            }
            _ => return false,
        }
        !name.is_empty()
    }
}

/// Returns the resource that a finding is about.
pub(super) fn of_finding(finding: &AccountFinding, event: Option<&MakingEvent>) -> AffectedResource {
    let resource = &finding.resource;
    let cited = finding.evidence.first();
    let service = cited.map(|citation| citation.service.0.clone());
    let of_kind = resource.kind.split_once(' ');
    let of_kind = of_kind.map(|(service, _)| service.to_owned());
    let mut names = vec![resource.id.clone()];
    let parts = finding.handles.iter().filter(|handle| handle.is_unique());
    let handles = parts.map(Handle::id);
    for name in std::iter::once(resource.name.as_str()).chain(handles) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    let made = event.map_or_else(String::new, |event| format!("; {}", made_by(event)));
    let mut evidence = vec![Evidence::Finding(finding.id.clone())];
    evidence.extend(event.map(|event| Evidence::Event(event.event)));
    let readings = finding.evidence.iter().take(4);
    evidence.extend(readings.map(|citation| Evidence::Reading(citation.reading)));
    AffectedResource {
        service: service.or(of_kind).unwrap_or_default(),
        call: event.map_or_else(String::new, |event| event.name.clone()),
        check: finding.check.clone(),
        kind: resource.kind.clone(),
        names,
        summary: (finding.basis == FindingBasis::Check).then(|| shown(&finding.summary, 300)),
        handles: finding.handles.clone(),
        exposure: finding.exposure.clone(),
        region: resource.region.clone(),
        why: Reason {
            text: format!("{}{made}", shown(&finding.summary, 300)),
            evidence,
        },
        last: event.map(|event| event.time),
        creator: event.map_or_else(String::new, |event| one_name(&event.principal.key)),
    }
}

fn of_trace(trace: &Trace) -> AffectedResource {
    let kind = &trace.resource.kind;
    let (service, _) = kind.split_once(' ').unwrap_or((kind, ""));
    AffectedResource {
        service: service.to_owned(),
        call: trace.made_by.name.clone(),
        check: String::new(),
        kind: kind.clone(),
        names: trace.names.clone(),
        summary: None,
        handles: Vec::new(),
        exposure: Exposure::default(),
        region: trace.resource.region.clone(),
        why: because(made_by(&trace.made_by), Some(trace.made_by.event)),
        last: Some(trace.made_by.time),
        creator: one_name(&trace.made_by.principal.key),
    }
}

/// Returns whether a text is the id of a long-term access key.
pub(super) fn is_key(text: &str) -> bool {
    text.starts_with("AKIA") && text.len() >= 16 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
