//! `stanch respond`: the whole playbook at a terminal; leave and continue at any time.
//!
//! It calls the other verbs and keeps nothing of its own: where the response stands is read from the case each time. It must
//! not decide what comes next: `stanch_respond::playbook` does.

mod acts;
mod begin;
mod facts;
mod guide;
mod keys;
mod screen;

use std::fmt::Write as _;
use std::path::PathBuf;

use stanch_core::text::shown;
use stanch_respond::playbook::guided::{self, Guided};
use stanch_respond::playbook::{Act, Progress, StepStatus, state};

use keys::{Key, Keys};

use crate::arguments::RespondArguments;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};

/// A walk through a response.
struct Walk<'w> {
    arguments: &'w RespondArguments,
    console: &'w Console,
    keys: Keys,
    /// Logs that were named in this sitting.
    logs: Vec<PathBuf>,
}

/// Walks, or prints where the response stands.
pub(crate) fn run(arguments: &RespondArguments, console: &Console) -> Result<Exit, Failure> {
    if console.json {
        let progress = state(&facts::of(&arguments.case)?);
        output::data(|out| {
            serde_json::to_writer_pretty(&mut *out, &progress)?;
            writeln!(out)
        })?;
        return Ok(Exit::Nothing);
    }
    let mut walk = Walk {
        arguments,
        console,
        keys: Keys::new(arguments.plain),
        logs: Vec::new(),
    };
    if !arguments.case.exists() {
        begin::case(&mut walk)?;
    }
    walk.walk()?;
    Ok(Exit::Nothing)
}

impl Walk<'_> {
    fn walk(&mut self) -> Result<(), Failure> {
        let mut remark = None;
        loop {
            let known = facts::of(&self.arguments.case)?;
            let progress = state(&known);
            self.draw(&progress, remark.take())?;
            let Some(key) = self.keys.key()? else {
                return self.leave();
            };
            let done = match key {
                Key::Leave => return self.leave(),
                Key::Next => self.act(&progress.next.act, &known),
                Key::Plan => self.act(&Act::Contain, &known),
                Key::Open(name) => with(&progress, &name, |guided| self.open(guided, &known)),
                Key::Done(name) => with(&progress, &name, |guided| self.check(guided, &known)),
                Key::Later(name) => with(&progress, &name, |guided| self.put_off(guided)),
                Key::Other(text) => {
                    remark = Some(format!("unknown key: {}", shown(&text, 40)));
                    continue;
                }
            };
            // An error is shown, and the walk continues: nothing of it is lost.
            if let Err(failure) = done {
                self.console.failure(&failure);
            }
            // A new screen would wipe the text.
            self.keys.wait()?;
        }
    }

    fn draw(&self, progress: &Progress, remark: Option<String>) -> Result<(), Failure> {
        let mut text = String::new();
        if self.keys.is_screen() {
            text.push_str("\u{1b}[2J\u{1b}[H");
        }
        text.push_str(&screen::page(progress, self.console.width, self.console.verbose));
        if let Some(remark) = remark {
            let _ = writeln!(text, "\n {remark}");
        }
        output::data(|out| out.write_all(text.as_bytes()))
    }

    fn leave(&self) -> Result<(), Failure> {
        let case = self.arguments.case.display();
        output::data(|out| {
            writeln!(out, "\nEverything is in {case}.")?;
            writeln!(out, "Next    stanch respond --case {case}    continues")
        })
    }
}

/// The guided step that is meant: the one that is named, or the one that comes next, or the first that waits.
fn with(
    progress: &Progress,
    name: &str,
    act: impl FnOnce(&'static Guided) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let waiting = || {
        let steps = progress.phases.iter().flat_map(|phase| &phase.steps);
        let mut guided = steps.flat_map(|step| &step.guided);
        guided
            .find(|guided| guided.status == StepStatus::Waits)
            .map(|guided| guided.id)
    };
    let id = match (&progress.next.act, name) {
        (Act::Guide { id }, "") => Some(*id),
        (_, "") => waiting(),
        (_, name) => Some(name),
    };
    let found = id.and_then(guided::about);
    let Some(found) = found else {
        let names: Vec<&str> = guided::ALL.iter().map(|guided| guided.id).collect();
        return Err(Failure::new(
            format!("there is no manual step {}", shown(name, 60)),
            format!("name one of {}", names.join(", ")),
        ));
    };
    act(found)
}
