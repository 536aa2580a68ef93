//! Tells how a run goes, while it goes: a line for each step that ends, or that somebody fights.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::Write as _;

use serde_json::json;
use stanch_core::Plan;
use stanch_core::plan::StepNumber;
use stanch_core::ports::Clock as _;
use stanch_core::run::StepState;
use stanch_core::text::shown;
use stanch_engine::{Heard, Outcomes, RunListener, stands_in};

use crate::clock::SystemClock;
use crate::error::Failure;
use crate::output;

/// The longest sentence that is shown.
const SENTENCE: usize = 300;

/// Listens to a run.
pub(crate) struct Teller<'t> {
    plan: &'t Plan,
    json: bool,
    quiet: bool,
    held: RefCell<BTreeSet<StepNumber>>,
}

impl<'t> Teller<'t> {
    pub(crate) fn new(plan: &'t Plan, json: bool, quiet: bool) -> Self {
        Self {
            plan,
            json,
            quiet,
            held: RefCell::default(),
        }
    }

    fn does(&self, step: StepNumber) -> String {
        let step = self.plan.step(step);
        step.map_or_else(String::new, |step| shown(&step.change.does, SENTENCE))
    }

    fn line(&self, step: StepNumber, mark: &str, what: &str) {
        if self.quiet {
            return;
        }
        let now = SystemClock::new(None).now().to_string();
        let time = now.get(11..19).unwrap_or_default();
        let text = format!(" {mark} {step:>3}  {time}  {}: {what}", self.does(step));
        drop(writeln!(std::io::stderr(), "{text}"));
    }

    fn json(&self, step: StepNumber, what: &serde_json::Value) {
        let line =
            json!({"at": SystemClock::new(None).now(), "step": step, "does": self.does(step), "heard": what});
        drop(writeln!(std::io::stdout(), "{line}"));
    }
}

impl RunListener for Teller<'_> {
    fn hear(&self, step: StepNumber, heard: &Heard<'_>) {
        if self.json {
            let what = match heard {
                Heard::Sent => json!("sent"),
                Heard::Holds { seconds } => json!({"holds-after-seconds": seconds}),
                Heard::Reverted { again } => json!({"sent-again": again}),
                Heard::Ended(state) => json!({"ended": state}),
            };
            self.json(step, &what);
            return;
        }
        match heard {
            Heard::Sent => {}
            Heard::Holds { seconds } => {
                if self.held.borrow_mut().insert(step) {
                    self.line(step, "·", &format!("sent, holds after {seconds} s; looking on"));
                }
            }
            Heard::Reverted { again } => {
                self.held.borrow_mut().remove(&step);
                self.line(step, "!", &format!("somebody took it back; sent again ({again})"));
            }
            Heard::Ended(state) => self.line(step, mark(state), &words(state)),
        }
    }
}

pub(crate) const fn mark(state: &StepState) -> &'static str {
    match state {
        StepState::Done | StepState::AlreadySo | StepState::Undone => "✓",
        StepState::NotNeeded | StepState::Kept { .. } => "–",
        _ => "✗",
    }
}

/// How a step stands, in words.
pub(crate) fn words(state: &StepState) -> String {
    match state {
        StepState::Done => "holds".to_owned(),
        StepState::AlreadySo => "was so already".to_owned(),
        StepState::NotNeeded => "not needed".to_owned(),
        StepState::Stale { why } => format!(
            "NOT SENT, the account is no longer as planned: {}",
            shown(why, SENTENCE)
        ),
        StepState::NotTried { why } => format!("NOT SENT: {}", shown(why, SENTENCE)),
        StepState::Failed { why, remains } if remains.is_empty() => {
            format!("FAILED: {}", shown(why, SENTENCE))
        }
        StepState::Failed { why, remains } => {
            format!("FAILED: {}; {}", shown(why, SENTENCE), shown(remains, SENTENCE))
        }
        StepState::Reverted { again } => {
            format!("DOES NOT HOLD: somebody keeps taking it back (sent again {again} times)")
        }
        StepState::Undone => "taken back".to_owned(),
        StepState::Kept { remains } => format!("stays: {}", shown(remains, SENTENCE)),
        StepState::UndoFailed { why } => format!("NOT TAKEN BACK: {}", shown(why, SENTENCE)),
    }
}

/// Steps that miss their aim, and whose aim no other step reaches in their place.
pub(crate) fn missed(plan: &Plan, outcomes: &Outcomes) -> Vec<StepNumber> {
    let misses = |(number, state): (&StepNumber, &StepState)| {
        let is_reached = state.is_in_effect() || matches!(state, StepState::Undone | StepState::Kept { .. });
        (!is_reached && !stands_in(plan, outcomes, *number)).then_some(*number)
    };
    outcomes.iter().filter_map(misses).collect()
}

/// Tells what a run came to.
pub(crate) fn summary(
    plan: &Plan,
    outcomes: &Outcomes,
    run: &str,
    verb: &str,
    next: &[String],
) -> Result<(), Failure> {
    let missed = missed(plan, outcomes);
    output::data(|out| {
        let reached = outcomes.len() - missed.len();
        writeln!(out, "{verb}: {reached} of {} steps (run {run}).", outcomes.len())?;
        for number in &missed {
            let state = outcomes.get(number).map(words).unwrap_or_default();
            writeln!(out, "  {number:>3}  {}: {state}", missing(plan, *number))?;
        }
        writeln!(out)?;
        for (place, command) in next.iter().enumerate() {
            let label = if place == 0 { "Next" } else { "" };
            writeln!(out, "{label:<8}{command}")?;
        }
        Ok(())
    })
}

fn missing(plan: &Plan, number: StepNumber) -> String {
    let step = plan.step(number);
    step.map_or_else(String::new, |step| shown(&step.change.does, SENTENCE))
}
