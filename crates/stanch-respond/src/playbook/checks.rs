//! How a guided step is checked: by a reply, by what root did, or by a person's eyes.
//!
//! Evaluating is pure: replies and events come in. It must not ask AWS.

use serde_json::Value;
use stanch_core::event::IdentityKind;
use stanch_core::plan::Expectation;
use stanch_core::text::bounded;
use stanch_core::{Answer, Call, CallOutcome, Event, Timestamp};

/// What a check proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// The step is not done unless it holds.
    Needed,
    /// Better so; the step can be done without.
    Advised,
    /// Nothing by itself: a person must look at what comes.
    Shown,
}

/// A way to check a guided step.
#[derive(Debug, Clone, PartialEq)]
pub enum Check {
    /// A reply of which something must hold.
    Reply {
        /// What is asked; a call that only reads.
        call: Call,
        /// What must hold of the reply.
        holds: Vec<Expectation>,
        /// What that means, in a sentence.
        says: &'static str,
        /// What it proves.
        proof: Proof,
    },
    /// What root did since the case was opened.
    Root {
        /// One of these events must be there, and no later one from another address.
        wanted: &'static [&'static str],
        /// What that means, in a sentence.
        says: &'static str,
    },
}

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// It holds.
    Holds(String),
    /// It does not, and why.
    DoesNot(String),
    /// It is not known, and why.
    Unknown(String),
}

/// What root did, as CloudTrail has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RootAct {
    /// When.
    pub at: Timestamp,
    /// What.
    pub name: String,
    /// From where.
    pub address: String,
}

impl RootAct {
    /// What an event says of root: nothing when it is not root's, was refused, or a service did it for root.
    #[must_use]
    pub fn of(event: &Event<'_>) -> Option<Self> {
        let is_root = event.identity.kind == IdentityKind::Root && event.outcome().succeeded();
        let by_service = event.source_address.ends_with(".amazonaws.com");
        (is_root && !by_service).then(|| Self {
            at: event.time,
            name: bounded(&event.name, 100),
            address: bounded(&event.source_address, 100),
        })
    }
}

/// Whether a reply is as it must be.
#[must_use]
pub fn reply_holds(answer: &Answer, holds: &[Expectation], says: &str) -> Checked {
    let body: Option<&Value> = match answer.outcome {
        CallOutcome::Ok => Some(&answer.body),
        CallOutcome::DoesNotExist => None,
        outcome => {
            let code = answer.code.as_deref().unwrap_or("no code");
            return Checked::Unknown(format!("{says}: {outcome} ({})", bounded(code, 100)));
        }
    };
    if holds
        .iter()
        .all(|expectation| expectation.is_met(body, Timestamp::default()))
    {
        Checked::Holds(says.to_owned())
    } else {
        Checked::DoesNot(format!("not so: {says}"))
    }
}

/// Whether root did what was wanted, and nobody used root from elsewhere since. `is_whole`: every region could be read.
///
/// Events come up to a quarter of an hour late, so that "not yet" is all that silence says.
#[must_use]
pub fn judge_root(acts: &[RootAct], wanted: &[&str], says: &str, is_whole: bool) -> Checked {
    let done = acts
        .iter()
        .filter(|act| wanted.contains(&act.name.as_str()))
        .max();
    let Some(done) = done else {
        let why = format!(
            "no {} by root since the case was opened (events come up to 15 minutes late)",
            wanted.join(" or ")
        );
        return if is_whole {
            Checked::DoesNot(why)
        } else {
            Checked::Unknown(format!("{why}, and not every region could be read"))
        };
    };
    let mut later = acts.iter().filter(|act| act.at >= done.at);
    if let Some(other) = later.find(|act| act.address != done.address) {
        return Checked::DoesNot(format!(
            "root was used from {} at {} ({}), after {} from {}",
            other.address, other.at, other.name, done.name, done.address
        ));
    }
    if is_whole {
        Checked::Holds(format!(
            "{says}: {} at {} from {}",
            done.name, done.at, done.address
        ))
    } else {
        Checked::Unknown(format!(
            "{} at {}, but not every region could be read: root may be in use elsewhere",
            done.name, done.at
        ))
    }
}
