//! The seeds that a person named, looked up in the snapshot and the logs: one that is unknown or of another account is an error
//! and is never ignored.
//!
//! It must not follow links.

use std::collections::BTreeSet;

use stanch_core::arn::{PrincipalArn, PrincipalKind, one_name};
use stanch_core::assessment::AccountFinding;
use stanch_core::dossier::{Subject, SubjectKind};
use stanch_core::plan::{Evidence, Reason};
use stanch_core::{AccountId, unique_id};

use super::closure::Closure;
use super::created::{is_key, of_finding};
use super::{Basis, CompromisedIdentity};
use crate::planner::error::PlanError;
use crate::planner::situation::Seed;

impl Closure<'_, '_> {
    /// Adds what was named.
    pub(in crate::planner) fn seed(&mut self, seed: &Seed) -> Result<(), PlanError> {
        match seed {
            Seed::Key(id) | Seed::Session(id) if id.starts_with("AKIA") || id.starts_with("ASIA") => {
                self.key(seed, id)
            }
            Seed::Key(_) => Err(not_one(seed, "access key id (AKIA… or ASIA…)")),
            Seed::User(word) => self.principal(seed, word, PrincipalKind::User),
            Seed::Role(word) => self.principal(seed, word, PrincipalKind::Role),
            Seed::Session(arn) => self.session(seed, arn),
            Seed::Instance(id) => self.instance(seed, id),
            Seed::Ip(address) => self.address(seed, address),
            Seed::Finding(id) => self.finding(seed, id),
            // It says nothing about who is compromised.
            Seed::Act(_) => Ok(()),
        }
    }

    fn subjects(&self, asked: &str) -> Vec<Subject> {
        (self.situation.who)(asked).map_or_else(Vec::new, |dossier| dossier.subjects)
    }

    fn of_this_account(&self, seed: &Seed, account: Option<AccountId>) -> Result<(), PlanError> {
        let planned = &self.situation.account.id;
        match account.filter(|account| account != planned) {
            Some(account) => Err(PlanError::OtherAccount {
                seed: seed.to_string(),
                account,
                planned: planned.clone(),
            }),
            None => Ok(()),
        }
    }

    fn key(&mut self, seed: &Seed, id: &str) -> Result<(), PlanError> {
        let subject = self.subjects(id).into_iter().find(|subject| subject.id == id);
        let is_read = self.inventory.owners.contains_key(id);
        if !is_read {
            let account = subject.as_ref().and_then(|subject| subject.account.clone());
            self.of_this_account(seed, account.or_else(|| unique_id::account_of_key(id)))?;
        }
        if !is_read && subject.is_none() {
            return Err(unknown(seed));
        }
        let kind = if is_key(id) {
            SubjectKind::LongTermKey
        } else {
            SubjectKind::Session
        };
        self.add(id, CompromisedIdentity::new(kind, Basis::Named, named(seed)));
        Ok(())
    }

    fn principal(&mut self, seed: &Seed, word: &str, kind: PrincipalKind) -> Result<(), PlanError> {
        let wanted = if kind == PrincipalKind::User {
            "user"
        } else {
            "role"
        };
        let arn = match PrincipalArn::parse(word) {
            Some(parts) if parts.kind == kind => {
                self.of_this_account(seed, Some(AccountId::from(parts.account)))?;
                parts.arn()
            }
            None if !word.contains(':') && !word.is_empty() => match kind {
                PrincipalKind::User => self.inventory.user_arn(word),
                _ => self.inventory.role_arn(word),
            },
            _ => return Err(not_one(seed, wanted)),
        };
        let is_logged = self
            .subjects(&arn)
            .iter()
            .any(|subject| one_name(&subject.id) == arn);
        if !self.inventory.principals.contains_key(&arn) && !is_logged {
            return Err(unknown(seed));
        }
        let identity = if kind == PrincipalKind::User {
            SubjectKind::User
        } else {
            SubjectKind::Role
        };
        self.add(
            &arn,
            CompromisedIdentity::new(identity, Basis::Named, named(seed)),
        );
        Ok(())
    }

    /// Adds a session by its ARN: the credentials that logs know of it, and its role as their owner.
    fn session(&mut self, seed: &Seed, arn: &str) -> Result<(), PlanError> {
        let parts = PrincipalArn::parse(arn).filter(|parts| !parts.session.is_empty());
        let parts =
            parts.ok_or_else(|| not_one(seed, "session: give its access key id or its assumed-role ARN"))?;
        self.of_this_account(seed, Some(AccountId::from(parts.account)))?;
        let subjects = self.subjects(arn);
        let role = parts.arn();
        if subjects.is_empty() && !self.inventory.principals.contains_key(&role) {
            return Err(unknown(seed));
        }
        for subject in subjects
            .iter()
            .filter(|subject| subject.kind == SubjectKind::Session)
        {
            let mut identity = CompromisedIdentity::new(SubjectKind::Session, Basis::Named, named(seed));
            identity.owner = Some(role.clone());
            self.add(&subject.id, identity);
        }
        let mut identity = CompromisedIdentity::new(SubjectKind::Role, Basis::Owner, named(seed));
        identity.sessions = BTreeSet::from([parts.session.to_owned()]);
        self.add(&role, identity);
        Ok(())
    }

    fn instance(&mut self, seed: &Seed, id: &str) -> Result<(), PlanError> {
        if !stanch_core::principal::is_instance_id(id) {
            return Err(not_one(seed, "instance id"));
        }
        let path = "Reservations[].Instances[]";
        let is_read = self
            .situation
            .account
            .named(("ec2", "DescribeInstances", path), "InstanceId", id)
            .is_some();
        if !is_read && !self.subjects(id).iter().any(|subject| subject.id == id) {
            return Err(unknown(seed));
        }
        self.add(
            id,
            CompromisedIdentity::new(SubjectKind::Instance, Basis::Named, named(seed)),
        );
        Ok(())
    }

    fn address(&mut self, seed: &Seed, address: &str) -> Result<(), PlanError> {
        if address.parse::<std::net::IpAddr>().is_err() {
            return Err(not_one(seed, "address"));
        }
        let dossier = (self.situation.who)(address).filter(|dossier| !dossier.subjects.is_empty());
        let dossier = dossier.ok_or_else(|| unknown(seed))?;
        if dossier.left_out > 0 {
            let why = format!(
                "{} more identities called from it than are listed; plan again after these are contained",
                dossier.left_out
            );
            self.scope.mention(address, why);
        }
        for subject in dossier.subjects {
            self.add(
                &subject.id,
                CompromisedIdentity::new(subject.kind, Basis::Named, named(seed)),
            );
        }
        Ok(())
    }

    fn finding(&mut self, seed: &Seed, id: &str) -> Result<(), PlanError> {
        let assessment = self.situation.assessment;
        let findings = assessment.into_iter().flat_map(|assessment| &assessment.findings);
        if let Some(finding) = findings.into_iter().find(|finding| finding.id == id) {
            return self.of_account(seed, finding);
        }
        let mut detections = self.situation.detections.iter();
        let Some(finding) = detections.find(|finding| finding.id.0 == id) else {
            return Err(unknown(seed));
        };
        let evidence = finding.events.iter().take(4).copied().map(Evidence::Event);
        let key = finding.principal.key.clone();
        let Some(parts) = PrincipalArn::parse(&key) else {
            return Err(not_one(
                seed,
                "finding about a user or role that can be contained",
            ));
        };
        self.of_this_account(seed, Some(AccountId::from(parts.account)))?;
        if !parts.session.is_empty() {
            return self.session(seed, &key);
        }
        let mut why = named(seed);
        why.evidence.extend(evidence);
        self.add(
            &key,
            CompromisedIdentity::new(identity(parts.kind), Basis::Named, why),
        );
        Ok(())
    }

    fn of_account(&mut self, seed: &Seed, finding: &AccountFinding) -> Result<(), PlanError> {
        let resource = &finding.resource;
        self.of_this_account(seed, Some(resource.account.clone()))?;
        let mut why = named(seed);
        why.evidence.push(Evidence::Finding(finding.id.clone()));
        let parts = PrincipalArn::parse(&resource.id);
        match (resource.kind.as_str(), parts) {
            // A key that a user should not have: the key is compromised, the user only as its owner.
            ("iam-user" | "access-key", _) if is_key(&resource.id) => {
                self.add(
                    &resource.id,
                    CompromisedIdentity::new(SubjectKind::LongTermKey, Basis::Named, why),
                );
            }
            ("iam-user", Some(parts)) => {
                self.add(
                    &parts.arn(),
                    CompromisedIdentity::new(SubjectKind::User, Basis::Named, why),
                );
            }
            ("instance", _) => {
                self.add(
                    &resource.id,
                    CompromisedIdentity::new(SubjectKind::Instance, Basis::Named, why),
                );
            }
            _ => {
                let event = match &finding.made_by {
                    stanch_core::assessment::MadeBy::Event(event) => Some(event),
                    _ => None,
                };
                let mut affected = of_finding(finding, event);
                affected.why.evidence.push(Evidence::Said(seed.to_string()));
                self.affected(affected);
            }
        }
        Ok(())
    }
}

const fn identity(kind: PrincipalKind) -> SubjectKind {
    match kind {
        PrincipalKind::Root => SubjectKind::Root,
        PrincipalKind::User => SubjectKind::User,
        PrincipalKind::Role => SubjectKind::Role,
        PrincipalKind::FederatedUser => SubjectKind::FederatedUser,
    }
}

fn named(seed: &Seed) -> Reason {
    Reason {
        text: "named as compromised".to_owned(),
        evidence: vec![Evidence::Said(seed.to_string())],
    }
}

fn unknown(seed: &Seed) -> PlanError {
    PlanError::Unknown {
        seed: seed.to_string(),
    }
}

fn not_one(seed: &Seed, wanted: &'static str) -> PlanError {
    PlanError::NotOne {
        seed: seed.to_string(),
        wanted,
    }
}
