//! Which step may go, by how those that it waits for stand. It must not know what steps do.

use std::collections::BTreeMap;

use stanch_core::Plan;
use stanch_core::plan::{Order, Step, StepNumber};
use stanch_core::run::StepState;
use tokio::sync::watch;

/// How far a step has come, as far as others care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Not tried yet.
    Waiting,
    /// Sent, and it was seen to hold, or was so already.
    Holds,
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
pub(crate) struct Board(BTreeMap<StepNumber, watch::Sender<Standing>>);

impl Board {
    pub(crate) fn new(plan: &Plan) -> Self {
        let sender = |step: &Step| (step.number, watch::Sender::new(Standing::Waiting));
        Self(plan.steps.iter().map(sender).collect())
    }

    pub(crate) fn note(&self, step: StepNumber, standing: Standing) {
        if let Some(sender) = self.0.get(&step) {
            // The first answer counts for those who wait: what is lost later is sent again, not given up.
            sender.send_if_modified(|known| {
                let is_new = *known == Standing::Waiting;
                if is_new {
                    *known = standing;
                }
                is_new
            });
        }
    }

    async fn standing(&self, step: StepNumber) -> Standing {
        let Some(sender) = self.0.get(&step) else {
            return Standing::Missed;
        };
        let mut receiver = sender.subscribe();
        let known = receiver.wait_for(|standing| *standing != Standing::Waiting).await;
        known.map_or(Standing::Missed, |standing| *standing)
    }

    /// Waits for what a step waits for.
    pub(crate) async fn leave(&self, step: &Step) -> Leave {
        for dependency in &step.after {
            let standing = self.standing(dependency.step).await;
            match (dependency.order, standing) {
                (Order::Needs, Standing::Missed) => {
                    let why = format!("step {} does not hold", dependency.step);
                    return Leave::Ended(StepState::NotTried { why });
                }
                (Order::Instead, Standing::Holds) => return Leave::Ended(StepState::NotNeeded),
                _ => {}
            }
        }
        Leave::Go
    }
}
