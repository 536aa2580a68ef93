//! The one act that comes next.
//!
//! What lets the attacker act goes first: a leaked key is minutes from harm. What only a person can do comes after
//! the first
//! containment, unless root itself takes part. It must not know how an act is carried out.

use serde::Serialize;

use super::facts::Facts;
use super::guided;

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "act")]
pub enum Act {
    /// Read the account.
    Collect,
    /// Pull the events that CloudTrail keeps and hunt through them.
    Hunt,
    /// Judge the snapshot.
    Assess,
    /// Plan to cut off everybody whom the hunt or the assessment holds for hostile.
    Contain,
    /// Carry a plan out, or continue with it.
    Apply {
        /// The plan.
        plan: String,
    },
    /// Something that only a person can do.
    Guide {
        /// The guided step.
        id: &'static str,
    },
    /// Stay on the account.
    Watch,
}

/// The one recommended act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Next {
    /// What.
    #[serde(flatten)]
    pub act: Act,
    /// The step of the playbook that it belongs to.
    pub step: &'static str,
    /// What to do and why, in a sentence.
    pub why: String,
}

fn to(act: Act, step: &'static str, why: impl Into<String>) -> Next {
    Next {
        act,
        step,
        why: why.into(),
    }
}

/// See the module.
pub(super) fn next(facts: &Facts) -> Next {
    reading(facts)
        .or_else(|| cutting(facts))
        .or_else(|| waiting(facts))
        .unwrap_or_else(|| {
            to(
                Act::Watch,
                "3",
                "stay on it for 72 hours: refused calls are the proof that it holds",
            )
        })
}

fn reading(facts: &Facts) -> Option<Next> {
    if facts.hunt.is_none() && facts.events.is_none() {
        return Some(to(
            Act::Hunt,
            "7",
            "pull the events that CloudTrail keeps: who is compromised, and since when",
        ));
    }
    if facts.hunt.as_ref().is_none_or(|hunt| !hunt.is_finished) {
        return Some(to(
            Act::Hunt,
            "7",
            "the hunt was interrupted: it continues where it was",
        ));
    }
    match facts.snapshot.as_ref().map(|pulled| pulled.is_finished) {
        None => Some(to(
            Act::Collect,
            "8",
            "read the account: who is there, what runs, what was left",
        )),
        Some(false) => Some(to(
            Act::Collect,
            "8",
            "reading the account was interrupted: it continues where it was",
        )),
        Some(true) => None,
    }
}

fn cutting(facts: &Facts) -> Option<Next> {
    let Some(plan) = facts.last_plan() else {
        let takeovers = facts.hunt.as_ref().map_or(0, |hunt| hunt.takeovers);
        let of_last = facts.snapshot.as_ref().map(|pulled| &pulled.id);
        if takeovers == 0 && facts.assessed.as_ref() != of_last {
            return Some(to(
                Act::Assess,
                "12",
                "the hunt tells of no takeover: judge what the account holds",
            ));
        }
        return Some(to(
            Act::Contain,
            "2",
            "plan how to cut them off; nothing is changed by that",
        ));
    };
    let digest = plan.digest.short().to_owned();
    let apply = |why: &str| Some(to(Act::Apply { plan: digest.clone() }, "2", why));
    match facts.run_of(plan) {
        None => apply("the plan is made: look at it, approve it, carry it out"),
        Some(run) if !run.is_finished => apply("carrying out was interrupted: it continues where it was"),
        // What is missed a second time needs a person or another plan; watching must not wait for it.
        Some(run) if run.missed > 0 && run.times < 2 => {
            let why = format!(
                "{} steps did not reach their aim: carry the plan out again, it continues with those",
                run.missed
            );
            apply(&why)
        }
        Some(_) => None,
    }
}

fn waiting(facts: &Facts) -> Option<Next> {
    let mut open = guided::ALL.iter().filter(|guided| {
        guided.is_needed(facts) && !facts.attested.contains_key(guided.id) && !facts.later.contains(guided.id)
    });
    let guided = if facts.watched.is_none() && !is_root_in_it(facts) {
        // Somebody fighting back is to be seen at once; a second person can do what only people can.
        None
    } else {
        open.next()
    };
    if let Some(guided) = guided {
        return Some(to(Act::Guide { id: guided.id }, guided.step, guided.title));
    }
    let of_last = facts.snapshot.as_ref().map(|pulled| &pulled.id);
    if facts.watched.is_some() && facts.assessed.as_ref() != of_last {
        return Some(to(
            Act::Assess,
            "12",
            "judge what the account holds: what did they leave",
        ));
    }
    None
}

fn is_root_in_it(facts: &Facts) -> bool {
    facts.hunt.as_ref().is_some_and(|hunt| hunt.is_root_in_it)
}
