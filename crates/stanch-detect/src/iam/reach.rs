//! Whom a principal can become in any number of steps, and the shortest way to an administrator.
//!
//! It must not know how a step is taken.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::access::{Administrators, Grade};
use super::escalation::{Climber, Step};
use super::principals::Principals;

/// Every step between the principals of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Escalations {
    steps: BTreeMap<String, Vec<Step>>,
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
    /// Every step that those can take who are not administrators already.
    #[must_use]
    pub fn escalations(&self) -> Escalations {
        let administrators = self.administrators();
        let certain: BTreeSet<&String> = administrators.certain.iter().collect();
        let climbers = self.iter().filter(|principal| !certain.contains(&principal.arn));
        let steps = climbers
            .map(|principal| (principal.arn.clone(), Climber::steps(self, principal)))
            .filter(|(_, steps)| !steps.is_empty())
            .collect();
        Escalations {
            steps,
            administrators,
        }
    }
}

impl Escalations {
    /// The steps that a principal can take itself.
    #[must_use]
    pub fn steps(&self, from: &str) -> &[Step] {
        self.steps.get(from).map_or(&[], Vec::as_slice)
    }

    /// Who is an administrator already.
    #[must_use]
    pub const fn administrators(&self) -> &Administrators {
        &self.administrators
    }

    /// The shortest way of a principal to an administrator: a sure one, else one that is possible.
    #[must_use]
    pub fn way_up(&self, from: &str) -> Option<Way<'_>> {
        [Grade::Certain, Grade::Possible]
            .into_iter()
            .find_map(|least| self.shortest(from, least))
    }

    /// Everybody whom a principal can become, itself not counted; in order of their ARNs. An administrator can become
    /// anybody, which is not listed.
    #[must_use]
    pub fn reach(&self, from: &str, least: Grade) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            let steps = self.steps(at).iter().filter(|step| step.grade >= least);
            for to in steps.filter_map(|step| step.to.as_deref()) {
                if to != from && found.insert(to) {
                    open.push(to);
                }
            }
        }
        found
    }

    fn shortest(&self, from: &str, least: Grade) -> Option<Way<'_>> {
        let mut came: BTreeMap<&str, &Step> = BTreeMap::new();
        let mut open = VecDeque::from([from]);
        while let Some(at) = open.pop_front() {
            for step in self.steps(at).iter().filter(|step| step.grade >= least) {
                let Some(to) = step.to.as_deref() else {
                    return Some(self.traced(from, step, &came));
                };
                if self.is_administrator(to, least) {
                    return Some(self.traced(from, step, &came));
                }
                if to != from && !came.contains_key(to) {
                    came.insert(to, step);
                    open.push_back(to);
                }
            }
        }
        None
    }

    fn is_administrator(&self, arn: &str, least: Grade) -> bool {
        let is_in = |list: &[String]| list.binary_search_by(|known| known.as_str().cmp(arn)).is_ok();
        is_in(&self.administrators.certain)
            || (least < Grade::Certain && is_in(&self.administrators.possible))
    }

    fn traced<'e>(&'e self, from: &str, last: &'e Step, came: &BTreeMap<&str, &'e Step>) -> Way<'e> {
        let mut steps = vec![last];
        let mut at = last.from.as_str();
        while at != from {
            let Some(step) = came.get(at) else { break };
            steps.push(step);
            at = &step.from;
        }
        steps.reverse();
        let sure = |step: &&&Step| {
            step.to
                .as_deref()
                .is_none_or(|to| self.is_administrator(to, Grade::Certain))
        };
        let end = if steps.last().as_ref().is_some_and(sure) {
            Grade::Certain
        } else {
            Grade::Possible
        };
        let grade = steps
            .iter()
            .map(|step| step.grade)
            .min()
            .unwrap_or(Grade::No)
            .min(end);
        Way { steps, grade }
    }
}
