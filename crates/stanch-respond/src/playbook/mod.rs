//! The playbook as data, and where a response stands in it.
//!
//! Phases and steps, what Stanch does of each, what only a person can do and how it is checked; and a pure function from facts
//! to what is done, what waits, and the one act that comes next. It must not ask AWS, read a case or print.

mod checks;
mod facts;
pub mod guided;
mod next;
mod progress;
mod steps;
#[cfg(test)]
mod tests;

pub use checks::{Check, Checked, Proof, RootAct, judge_root, reply_holds};
pub use facts::{Attestation, Facts, HuntFacts, PlanFacts, Pulled, RunFacts};
pub use next::{Act, Next};
pub use progress::{GuidedProgress, PhaseProgress, Progress, StepProgress, StepStatus, state};
pub use steps::{How, PHASES, Phase, Step};
