//! Which step may go, by how those that it waits for stand. It must not know what steps do.

use std::collections::BTreeMap;

use stanch_core::Plan;
use stanch_core::plan::{Order, Step, StepNumber};
use stanch_core::run::StepState;
use tokio::sync::watch;

/// How far a step has come, as far as others care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Not tried yet.
    Waiting,
    /// Sent, and it was seen to hold, or was so already.
    InEffect,
    /// Tried, or given up, and it does not hold.
    Missed,
}

/// What a step is told that asks whether it may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Leave {
    Go,
    /// It has come to an end without being tried.
    Ended(StepState),
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Board(BTreeMap<StepNumber, watch::Sender<Status>>);

impl Board {
    pub(crate) fn new(plan: &Plan) -> Self {
        let sender = |step: &Step| (step.number, watch::Sender::new(Status::Waiting));
        Self(plan.steps.iter().map(sender).collect())
    }

    pub(crate) fn note(&self, step: StepNumber, status: Status) {
        if let Some(sender) = self.0.get(&step) {
            // The first answer counts for those who wait: what is lost later is sent again, not given up.
            sender.send_if_modified(|known| {
                let is_new = *known == Status::Waiting;
                if is_new {
                    *known = status;
                }
                is_new
            });
        }
    }

    async fn status(&self, step: StepNumber) -> Status {
        let Some(sender) = self.0.get(&step) else {
            return Status::Missed;
        };
        let mut receiver = sender.subscribe();
        let known = receiver.wait_for(|status| *status != Status::Waiting).await;
        known.map_or(Status::Missed, |status| *status)
    }

    /// Waits for what a step waits for.
    pub(crate) async fn leave(&self, step: &Step) -> Leave {
        for dependency in &step.after {
            let status = self.status(dependency.step).await;
            match (dependency.order, status) {
                (Order::Needs, Status::Missed) => {
                    let why = format!("step {} does not hold", dependency.step);
                    return Leave::Ended(StepState::NotTried { why });
                }
                (Order::Instead, Status::InEffect) => return Leave::Ended(StepState::NotNeeded),
                _ => {}
            }
        }
        Leave::Go
    }
}
