//! `stanch undo`: undoes a run.

use serde_json::json;
use stanch_case::Case;
use stanch_core::plan::StepNumber;
use stanch_core::ports::{Clock as _, Silent};
use stanch_core::text::shown;
use stanch_core::{Plan, RunLine};
use stanch_engine::{Drift, Engine, History, NoJournal, Patience};

use super::Responder;
use super::apply::{Task, carried_out, typed_account};
use super::kept::{self, Kept};
use super::run_output::{self, RunOutput, Summary, counted};
use crate::arguments::UndoArguments;
use crate::clock::SystemClock;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console, wrapped};

/// The run and the steps to undo.
struct Back {
    run: String,
    kept: Kept,
    history: History,
    steps: Vec<StepNumber>,
    /// The responder of the case.
    by: String,
}

impl Back {
    fn of(arguments: &UndoArguments) -> Result<Self, Failure> {
        let view = Case::open_read_only(arguments.case.dir())?;
        let run = kept::run_named(&view, &arguments.run)?;
        let plan = view
            .runs()
            .get(&run)
            .map(|run| run.plan.0.clone())
            .unwrap_or_default();
        let kept = Kept::of(&view, Some(&plan))?;
        let history = kept::history(&view, &run)?;
        let steps = chosen(arguments, &history)?;
        Ok(Self {
            run,
            kept,
            history,
            steps,
            by: view.declarations().responder("").unwrap_or_default().to_owned(),
        })
    }

    fn begun(&self, responder: &Responder, reason: Option<String>) -> RunLine {
        let caller = responder.caller.arn.clone();
        let approved_by = if self.by.is_empty() {
            caller.clone()
        } else {
            self.by.clone()
        };
        RunLine::Begun {
            plan: self.kept.digest.clone(),
            caller,
            approved_by,
            second: None,
            undo: true,
            reason,
        }
    }
}

/// Undoes a run.
pub(crate) fn run(arguments: &UndoArguments, console: &Console) -> Result<Exit, Failure> {
    let back = Back::of(arguments)?;
    if back.steps.is_empty() {
        console.say("Nothing of this run is left to undo.");
        if console.json {
            show_json(&back, &[], &[])?;
        }
        return Ok(Exit::Nothing);
    }
    let plan = &back.kept.plan;
    let responder = Responder::open(&arguments.access.meant())?;
    responder.fits(plan)?;
    let drifts = drift(plan, &back.history, &back.steps, &responder)?;
    let freed = freed(plan, &back.steps);
    if console.json {
        show_json(&back, &drifts, &freed)?;
    } else {
        show(plan, &back.steps, &drifts, &freed, console)?;
    }
    if arguments.dry_run {
        console.say("Dry run: no change was sent.");
        return Ok(Exit::Nothing);
    }
    if !drifts.is_empty() && !arguments.despite_drift {
        let next = "check what changed since; to undo it anyway add --despite-drift, or name single steps";
        console.failure(&Failure::new("the account was changed since the run", next));
        return Ok(Exit::NotAllApplied);
    }
    typed_account(arguments.account.as_deref(), arguments.account.is_some(), plan)?;
    let reason = reason(arguments, &freed)?;
    undo(&back, &responder, reason, arguments, console)
}

fn undo(
    back: &Back,
    responder: &Responder,
    reason: Option<String>,
    arguments: &UndoArguments,
    console: &Console,
) -> Result<Exit, Failure> {
    let plan = &back.kept.plan;
    let case = Case::open(arguments.case.dir(), SystemClock::new(None).now())?;
    let run_lines = RunOutput::new(plan, console);
    let task = Task {
        plan,
        run: &back.run,
        history: back.history.clone(),
        begun: back.begun(responder, reason),
        back: Some(back.steps.clone()),
    };
    let dir = arguments.case.dir().display();
    let Some(outcomes) = carried_out(case, responder, &run_lines, task)? else {
        console.say(&format!(
            "Interrupted. Next: stanch undo {} --case {dir}    continues",
            back.run
        ));
        return Ok(Exit::Interrupted);
    };
    if !console.json {
        let next = [(
            format!("stanch collect --case {dir}"),
            "takes a new snapshot, to check the account".to_owned(),
        )];
        let summary = Summary {
            plan,
            outcomes: &outcomes,
            run: &back.run,
            is_undo: true,
            next: &next,
        };
        summary.print(console)?;
    }
    Ok(if run_output::missed(plan, &outcomes).is_empty() {
        Exit::Nothing
    } else {
        Exit::NotAllApplied
    })
}

fn chosen(arguments: &UndoArguments, history: &History) -> Result<Vec<StepNumber>, Failure> {
    let left = history.to_take_back();
    if arguments.steps.is_empty() {
        return Ok(left);
    }
    let wanted: Vec<StepNumber> = arguments.steps.iter().map(|number| StepNumber(*number)).collect();
    if let Some(other) = wanted.iter().find(|step| !left.contains(step)) {
        let what = format!("step {other} has no change that is left to undo");
        return Err(Failure::new(what, "list the steps: stanch plan show").usage());
    }
    Ok(wanted)
}

fn drift(
    plan: &Plan,
    history: &History,
    steps: &[StepNumber],
    responder: &Responder,
) -> Result<Vec<Drift>, Failure> {
    let clock = SystemClock::new(None);
    let client = &responder.session.client;
    let engine = Engine {
        cloud: client,
        journal: &NoJournal,
        clock: &clock,
        catalogue: client.models(),
        listener: &Silent,
        patience: Patience::default(),
    };
    let drift = engine.drift(plan, history.clone(), steps);
    responder
        .session
        .runtime
        .block_on(drift)
        .map_err(|error| Failure::because("the plan can't be undone", &error, "please report it"))
}

/// Returns who gets access again.
fn freed(plan: &Plan, steps: &[StepNumber]) -> Vec<String> {
    let of_steps = plan.steps.iter().filter(|step| steps.contains(&step.number));
    let mut freed: Vec<String> = of_steps
        .filter_map(|step| step.change.undo_reopens.clone())
        .collect();
    freed.sort();
    freed.dedup();
    freed
}

/// Prints, as one line, what would be undone, what was changed since, and who gets access again.
fn show_json(back: &Back, drifts: &[Drift], freed: &[String]) -> Result<(), Failure> {
    let drifts = drifts.iter();
    let drifts: Vec<_> = drifts
        .map(|drift| json!({"step": drift.step, "what": shown(&drift.what, 300)}))
        .collect();
    let freed: Vec<String> = freed.iter().map(|freed| shown(freed, 300)).collect();
    let line = json!({"run": back.run, "steps": back.steps, "drift": drifts, "could_call_again": freed});
    output::data(|out| writeln!(out, "{line}"))
}

fn show(
    plan: &Plan,
    steps: &[StepNumber],
    drifts: &[Drift],
    freed: &[String],
    console: &Console,
) -> Result<(), Failure> {
    output::data(|out| {
        writeln!(
            out,
            "To undo in account {}: {}",
            shown(plan.account.as_str(), 20),
            counted(steps.len(), "change")
        )?;
        for step in plan.steps.iter().filter(|step| steps.contains(&step.number)) {
            let lead = format!("{:>4}  ", step.number);
            out.write_all(
                wrapped(&shown(&step.change.does, 300), &lead, "      ", console.width).as_bytes(),
            )?;
        }
        for drift in drifts {
            let text = format!("CHANGED SINCE, step {}: {}", drift.step, shown(&drift.what, 400));
            out.write_all(wrapped(&text, "", "  ", console.width).as_bytes())?;
        }
        for freed in freed {
            let text = format!("Gets access again: {}", shown(freed, 300));
            out.write_all(wrapped(&text, "", "  ", console.width).as_bytes())?;
        }
        Ok(())
    })
}

fn reason(arguments: &UndoArguments, freed: &[String]) -> Result<Option<String>, Failure> {
    if freed.is_empty() {
        return Ok(arguments.reason.clone());
    }
    let reason = match &arguments.reason {
        Some(reason) => reason.clone(),
        None => output::ask(
            "Reason for giving them access again: ",
            "a reason is required: a compromised principal gets access again",
            "--reason TEXT",
        )?,
    };
    if reason.trim().is_empty() {
        return Err(Failure::new("no reason was given", "nothing was changed; add --reason TEXT").usage());
    }
    Ok(Some(stanch_core::text::bounded(&reason, 1000)))
}
