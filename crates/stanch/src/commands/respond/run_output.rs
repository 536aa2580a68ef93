//! Output of a run: a line for each step that ends or that someone reverts, and the summary.

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
use crate::output::{self, Console, wrapped};

/// Longest sentence that is shown.
const SENTENCE: usize = 300;
/// Number of problems and credentials that are listed unless `verbose`.
const LISTED: usize = 5;

/// Listener that prints the progress of a run.
pub(crate) struct RunOutput<'t> {
    plan: &'t Plan,
    console: &'t Console,
    held: RefCell<BTreeSet<StepNumber>>,
}

impl<'t> RunOutput<'t> {
    pub(crate) fn new(plan: &'t Plan, console: &'t Console) -> Self {
        Self {
            plan,
            console,
            held: RefCell::default(),
        }
    }

    fn does(&self, step: StepNumber) -> String {
        does(self.plan, step)
    }

    fn line(&self, step: StepNumber, mark: &str, what: &str) {
        if self.console.quiet {
            return;
        }
        let now = SystemClock::new(None).now().to_string();
        let time = now.get(11..19).unwrap_or_default();
        let text = format!("{}: {what}", self.does(step));
        let lead = format!(" {mark} {step:>3}  {time}  ");
        let text = wrapped(&text, &lead, &" ".repeat(17), self.console.width);
        drop(write!(std::io::stderr(), "{text}"));
    }

    fn json(&self, step: StepNumber, what: &serde_json::Value) {
        let line =
            json!({"at": SystemClock::new(None).now(), "step": step, "does": self.does(step), "heard": what});
        drop(writeln!(std::io::stdout(), "{line}"));
    }
}

impl RunListener for RunOutput<'_> {
    fn hear(&self, step: StepNumber, heard: &Heard<'_>) {
        if self.console.json {
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
                if self.held.borrow_mut().insert(step) && self.console.verbose {
                    self.line(
                        step,
                        "·",
                        &format!("changed, in effect after {seconds} s; verifying"),
                    );
                }
            }
            Heard::Reverted { again } => {
                self.held.borrow_mut().remove(&step);
                self.line(step, "!", &format!("reverted by someone; re-applied ({again})"));
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

/// Returns the state of a step in words.
pub(crate) fn words(state: &StepState) -> String {
    match state {
        StepState::Done => "verified".to_owned(),
        StepState::AlreadySo => "already so".to_owned(),
        StepState::NotNeeded => "not needed".to_owned(),
        StepState::Stale { why } => format!(
            "NOT SENT, the account changed since the plan: {}",
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
            format!("NOT IN EFFECT: someone keeps reverting it (re-applied {again} times)")
        }
        StepState::Undone => "undone".to_owned(),
        StepState::Kept { remains } => format!("can't be undone: {}", shown(remains, SENTENCE)),
        StepState::UndoFailed { why } => format!("NOT UNDONE: {}", shown(why, SENTENCE)),
    }
}

/// Returns the steps that failed, or that can't be undone, and that no other step stands in for.
pub(crate) fn missed(plan: &Plan, outcomes: &Outcomes) -> Vec<StepNumber> {
    let misses = |(number, state): (&StepNumber, &StepState)| {
        let is_reached = state.is_in_effect() || matches!(state, StepState::Undone);
        (!is_reached && !stands_in(plan, outcomes, *number)).then_some(*number)
    };
    outcomes.iter().filter_map(misses).collect()
}

/// Result of a run to print.
pub(crate) struct Summary<'s> {
    pub(crate) plan: &'s Plan,
    pub(crate) outcomes: &'s Outcomes,
    pub(crate) run: &'s str,
    /// True if it was an undo.
    pub(crate) is_undo: bool,
    /// Commands and what they do.
    pub(crate) next: &'s [(String, String)],
}

impl Summary<'_> {
    /// Prints what was changed and verified, what failed, what the plan does not fix, and the next commands.
    pub(crate) fn print(&self, console: &Console) -> Result<(), Failure> {
        let width = console.width;
        let mut text = String::new();
        self.result(&mut text, width);
        if !self.is_undo {
            self.not_fixed(&mut text, console);
            self.still_valid(&mut text, width);
        }
        text.push('\n');
        for (place, (command, does)) in self.next.iter().enumerate() {
            let label = if place == 0 { "Next    " } else { "        " };
            // A command is never broken: it is there to be copied.
            text.push_str(&format!("{label}{command}\n"));
            text.push_str(&wrapped(does, "            ", "            ", width));
        }
        output::data(|out| out.write_all(text.as_bytes()))
    }

    fn result(&self, text: &mut String, width: usize) {
        let missed = missed(self.plan, self.outcomes);
        let reached = self.outcomes.len() - missed.len();
        let done = if self.is_undo {
            "undone"
        } else {
            "made and verified"
        };
        let changes = counted(self.outcomes.len(), "change");
        let of = if missed.is_empty() {
            changes
        } else {
            format!("{reached} of {changes}")
        };
        text.push_str(&wrapped(
            &format!("{of} {done} (run {}).", self.run),
            "",
            "",
            width,
        ));
        if missed.is_empty() {
            return;
        }
        let head = if self.is_undo { "NOT undone" } else { "NOT applied" };
        text.push_str(&format!("\n{head}: {}\n", counted(missed.len(), "change")));
        for number in &missed {
            let state = self.outcomes.get(number).map(words).unwrap_or_default();
            let line = format!("{}: {state}", does(self.plan, *number));
            text.push_str(&wrapped(&line, &format!("  {number:>3}  "), "       ", width));
        }
    }

    fn not_fixed(&self, text: &mut String, console: &Console) {
        let left = &self.plan.not_fixed;
        if left.is_empty() {
            return;
        }
        let limit = if console.verbose { usize::MAX } else { LISTED };
        text.push_str(&format!(
            "\nNOT fixed by this plan: {}\n",
            counted(left.len(), "problem")
        ));
        for left in left.iter().take(limit) {
            let line = format!("{}: {}", shown(&left.what, 200), shown(&left.why, SENTENCE));
            text.push_str(&wrapped(&line, "  - ", "    ", console.width));
        }
        if left.len() > limit {
            text.push_str(&format!("  and {} more: stanch plan show\n", left.len() - limit));
        }
    }

    fn still_valid(&self, text: &mut String, width: usize) {
        let survivors = &self.plan.remaining_credentials;
        if survivors.is_empty() {
            return;
        }
        text.push_str(&format!(
            "\nStill valid: {}\n",
            counted(survivors.len(), "credential")
        ));
        for survivor in survivors.iter().take(LISTED) {
            let until = survivor
                .until
                .map_or_else(|| "no known expiry".to_owned(), |at| format!("until {at}"));
            let denied = survivor.denied_by.map_or_else(
                || "NOT DENIED".to_owned(),
                |step| format!("denied by step {step}"),
            );
            let line = format!(
                "{} of {}, {until}, {denied}",
                shown(&survivor.credential, 200),
                shown(&survivor.of, 200)
            );
            text.push_str(&wrapped(&line, "  - ", "    ", width));
        }
        if survivors.len() > LISTED {
            text.push_str(&format!(
                "  and {} more: stanch plan show\n",
                survivors.len() - LISTED
            ));
        }
    }
}

/// Returns a number and its noun.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

fn does(plan: &Plan, number: StepNumber) -> String {
    let step = plan.step(number);
    step.map_or_else(String::new, |step| shown(&step.change.does, SENTENCE))
}
