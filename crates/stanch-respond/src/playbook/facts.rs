//! What is known of a response: out of the case's journal and report alone. It must not know the playbook.

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::plan::PlanDigest;
use stanch_core::{AccountId, Timestamp};

/// A snapshot that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// Its id.
    pub id: String,
    /// True when it came to its end.
    pub is_finished: bool,
}

/// What a hunt came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HuntFacts {
    /// True when it came to its end.
    pub is_finished: bool,
    /// Takeovers that it found.
    pub takeovers: usize,
    /// True when root takes part in one of them.
    pub is_root_in_it: bool,
    /// What could not be judged.
    pub unknown: usize,
    /// When the first hostile event was.
    pub since: Option<Timestamp>,
    /// Whom it holds for taken over: names, safe to show.
    pub principals: Vec<String>,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanFacts {
    /// Its digest.
    pub digest: PlanDigest,
    /// Number of steps.
    pub steps: usize,
    /// The names of its actions.
    pub actions: BTreeSet<String>,
    /// The snapshot that it was made from.
    pub snapshot: String,
}

/// A run that was not undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunFacts {
    /// Its id.
    pub id: String,
    /// The plan.
    pub plan: PlanDigest,
    /// True when it came to its end.
    pub is_finished: bool,
    /// Steps that did not reach their aim.
    pub missed: u32,
    /// Number of times it has come to its end: what was missed twice is not reached by a third time.
    pub times: u32,
    /// When it last continued.
    pub at: Timestamp,
    /// True when somebody reverted it.
    pub is_reverted: bool,
}

/// What a person vouched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    /// The person.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What was found or said.
    pub text: String,
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// The name of the case.
    pub title: String,
    /// When the case was opened.
    pub opened_at: Timestamp,
    /// Now.
    pub now: Timestamp,
    /// The account, once it is known.
    pub account: Option<AccountId>,
    /// The last snapshot of the account's state.
    pub snapshot: Option<Pulled>,
    /// The last pull of events.
    pub events: Option<Pulled>,
    /// The last hunt.
    pub hunt: Option<HuntFacts>,
    /// The last snapshot that was judged and shown.
    pub assessed: Option<String>,
    /// Repositories were searched for leaked keys; false where part of them was not read.
    pub keys_scanned: Option<bool>,
    /// Every plan, the last made last.
    pub plans: Vec<PlanFacts>,
    /// Runs that were not undone.
    pub runs: Vec<RunFacts>,
    /// When a watch last began, ended or told something.
    pub watched: Option<Timestamp>,
    /// Guided steps that are done, by their ids.
    pub attested: BTreeMap<String, Attestation>,
    /// Guided steps that were put off.
    pub later: BTreeSet<String>,
}

impl Facts {
    /// The plan that was made last.
    #[must_use]
    pub fn last_plan(&self) -> Option<&PlanFacts> {
        self.plans.last()
    }

    /// The run of a plan.
    #[must_use]
    pub fn run_of(&self, plan: &PlanFacts) -> Option<&RunFacts> {
        self.runs.iter().rfind(|run| run.plan == plan.digest)
    }

    /// Actions of plans whose runs came to their end with every step at its aim.
    #[must_use]
    pub fn holding(&self) -> BTreeSet<&str> {
        let whole = self.plans.iter().filter(|plan| {
            self.run_of(plan)
                .is_some_and(|run| run.is_finished && run.missed == 0)
        });
        whole
            .flat_map(|plan| plan.actions.iter().map(String::as_str))
            .collect()
    }

    /// Since when the first run holds.
    #[must_use]
    pub fn contained_at(&self) -> Option<Timestamp> {
        self.runs
            .iter()
            .filter(|run| run.is_finished)
            .map(|run| run.at)
            .min()
    }
}
