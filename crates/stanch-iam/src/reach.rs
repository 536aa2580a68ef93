//! Principals that a principal can become in any number of steps, and the shortest path to an administrator.
//!
//! It must not know how a step is taken.

use std::collections::{BTreeMap, BTreeSet};

use super::access::{Administrators, Grade};
use super::escalation::{Climber, Index, Step};
use super::principals::{Principal, Principals};

/// For each principal that can become an administrator, its next step on the shortest way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Escalations {
    next: BTreeMap<String, Step>,
    administrators: Administrators,
}

/// A way to an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way<'e> {
    /// Its steps, in order.
    pub steps: Vec<&'e Step>,
    /// As sure as its least sure step.
    pub grade: Grade,
}

impl Principals {
    /// Finds the principals that can become an administrator, from the administrators backwards: one step, then two; sure
    /// ways first, then those that are possible.
    #[must_use]
    pub fn escalations(&self) -> Escalations {
        let index = Index::of(self);
        let mut found = Escalations {
            next: BTreeMap::new(),
            administrators: self.administrators(),
        };
        let certain: BTreeSet<&str> = found.administrators.certain.iter().map(String::as_str).collect();
        let climbers: Vec<Climber<'_>> = self
            .iter()
            .filter(|principal| !certain.contains(principal.arn.as_str()) && !principal.is_service_linked())
            .map(|principal| Climber::new(self, &index, principal))
            .collect();
        for least in [Grade::Certain, Grade::Possible] {
            for climber in &climbers {
                climber.look_for(least);
                if !found.next.contains_key(&climber.who.arn)
                    && let Some(step) = climber.alone().find(|step| step.grade >= least)
                {
                    found.next.insert(climber.who.arn.clone(), step);
                }
            }
            found.climb(self, &climbers, least);
        }
        found
    }

    /// Every step that a principal can take.
    #[must_use]
    pub fn steps(&self, from: &str) -> Vec<Step> {
        self.steps_with(&Index::of(self), from)
    }

    fn steps_with(&self, index: &Index<'_>, from: &str) -> Vec<Step> {
        let Some(principal) = self.get(from) else {
            return Vec::new();
        };
        let climber = Climber::new(self, index, principal);
        let mut steps: Vec<Step> = climber.alone().collect();
        steps.extend(self.iter().flat_map(|whom| climber.toward(whom)));
        steps.sort();
        steps.dedup();
        steps
    }

    /// Everybody whom a principal can become, itself not counted; in order of their ARNs. What an administrator can
    /// become is everybody, and not followed.
    #[must_use]
    pub fn reach(&self, from: &str, least: Grade) -> BTreeSet<String> {
        let index = Index::of(self);
        let administrators: BTreeSet<String> = self.administrators().certain.into_iter().collect();
        let mut found = BTreeSet::new();
        let mut open = vec![from.to_owned()];
        while let Some(at) = open.pop() {
            if administrators.contains(&at) {
                continue;
            }
            let steps = self
                .steps_with(&index, &at)
                .into_iter()
                .filter(|step| step.grade >= least);
            for to in steps.filter_map(|step| step.to) {
                if to != from && found.insert(to.clone()) {
                    open.push(to);
                }
            }
        }
        found
    }
}

impl Escalations {
    /// Principals that are administrators already.
    #[must_use]
    pub const fn administrators(&self) -> &Administrators {
        &self.administrators
    }

    /// The shortest way of a principal to an administrator: a sure one, else one that is possible.
    #[must_use]
    pub fn way_up(&self, from: &str) -> Option<Way<'_>> {
        let mut steps = vec![self.next.get(from)?];
        let mut grade = Grade::Certain;
        while let Some(step) = steps.last().copied() {
            grade = grade.min(step.grade);
            let Some(to) = step.to.as_deref() else { break };
            match self.next.get(to) {
                Some(next) if !self.is_administrator(to) => steps.push(next),
                _ => {
                    // Who only may be an administrator makes the whole way a possible one.
                    if !self.is_certain(to) {
                        grade = grade.min(Grade::Possible);
                    }
                    break;
                }
            }
        }
        Some(Way { steps, grade })
    }

    /// Rounds: who becomes one of those found in the round before.
    fn climb(&mut self, all: &Principals, climbers: &[Climber<'_>], least: Grade) {
        let known = self.next.keys().chain(&self.administrators.certain);
        let mut goals: BTreeSet<String> = known.cloned().collect();
        if least < Grade::Certain {
            goals.extend(self.administrators.possible.iter().cloned());
        }
        while !goals.is_empty() {
            let targets: Vec<&Principal> = goals.iter().filter_map(|arn| all.get(arn)).collect();
            let mut reached = BTreeSet::new();
            for climber in climbers {
                let arn = &climber.who.arn;
                if self.next.contains_key(arn) {
                    continue;
                }
                let mut steps = targets.iter().flat_map(|whom| climber.toward(whom));
                if let Some(step) = steps.find(|step| step.grade >= least) {
                    self.next.insert(arn.clone(), step);
                    reached.insert(arn.clone());
                }
            }
            goals = reached;
        }
    }

    fn is_certain(&self, arn: &str) -> bool {
        is_in(&self.administrators.certain, arn)
    }

    fn is_administrator(&self, arn: &str) -> bool {
        self.is_certain(arn) || is_in(&self.administrators.possible, arn)
    }
}

fn is_in(list: &[String], arn: &str) -> bool {
    list.binary_search_by(|known| known.as_str().cmp(arn)).is_ok()
}
