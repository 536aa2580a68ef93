//! `stanch undo`: a run, taken back.

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
use super::teller::{self, Teller};
use crate::arguments::UndoArguments;
use crate::clock::SystemClock;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};

/// What is to be taken back.
struct Back {
    run: String,
    kept: Kept,
    history: History,
    steps: Vec<StepNumber>,
    /// Who responds, as the case has it.
    by: String,
}

impl Back {
    fn of(arguments: &UndoArguments) -> Result<Self, Failure> {
        let view = Case::open_read_only(&arguments.case)?;
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

/// Takes a run back.
pub(crate) fn run(arguments: &UndoArguments, console: &Console) -> Result<Exit, Failure> {
    let back = Back::of(arguments)?;
    if back.steps.is_empty() {
        console.say("Nothing of this run is left to take back.");
        if arguments.json {
            show_json(&back, &[], &[])?;
        }
        return Ok(Exit::Nothing);
    }
    let plan = &back.kept.plan;
    let responder = Responder::open(&arguments.access)?;
    responder.fits(plan)?;
    let drifts = drift(plan, &back.history, &back.steps, &responder)?;
    let freed = freed(plan, &back.steps);
    if arguments.json {
        show_json(&back, &drifts, &freed)?;
    } else {
        show(plan, &back.steps, &drifts, &freed)?;
    }
    if arguments.dry_run {
        console.say("Dry run: nothing was sent.");
        return Ok(Exit::Nothing);
    }
    if !drifts.is_empty() && !arguments.despite_drift {
        let next =
            "look at what changed since; --despite-drift takes it back all the same, or name single steps";
        console.failure(&Failure::new("the account is no longer as the run left it", next));
        return Ok(Exit::NotAllApplied);
    }
    typed_account(arguments.account.as_deref(), arguments.account.is_some(), plan)?;
    let reason = reason(arguments, &freed)?;
    take_back(&back, &responder, reason, arguments, console)
}

fn take_back(
    back: &Back,
    responder: &Responder,
    reason: Option<String>,
    arguments: &UndoArguments,
    console: &Console,
) -> Result<Exit, Failure> {
    let plan = &back.kept.plan;
    let case = Case::open(&arguments.case, SystemClock::new(None).now())?;
    let teller = Teller::new(plan, arguments.json, console.quiet);
    let task = Task {
        plan,
        run: &back.run,
        history: back.history.clone(),
        begun: back.begun(responder, reason),
        back: Some(back.steps.clone()),
    };
    let dir = arguments.case.display();
    let Some(outcomes) = carried_out(case, responder, &teller, task)? else {
        console.say(&format!(
            "Interrupted. Next: stanch undo {} --case {dir} goes on where it was",
            back.run
        ));
        return Ok(Exit::Interrupted);
    };
    if !arguments.json {
        let next = [format!(
            "stanch collect --case {dir}      see that all is as it was"
        )];
        teller::summary(plan, &outcomes, &back.run, "Taken back", &next)?;
    }
    Ok(if teller::missed(plan, &outcomes).is_empty() {
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
        let what = format!("step {other} changed nothing that is left to take back");
        return Err(Failure::new(what, "stanch plan show names the steps"));
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
        .map_err(|error| Failure::because("the plan can't be taken back", &error, "please report it"))
}

/// Who could call again.
fn freed(plan: &Plan, steps: &[StepNumber]) -> Vec<String> {
    let of_steps = plan.steps.iter().filter(|step| steps.contains(&step.number));
    let mut freed: Vec<String> = of_steps
        .filter_map(|step| step.change.undo_reopens.clone())
        .collect();
    freed.sort();
    freed.dedup();
    freed
}

/// As one line: what would be taken back, what is no longer as the run left it, who could call again.
fn show_json(back: &Back, drifts: &[Drift], freed: &[String]) -> Result<(), Failure> {
    let drifts = drifts.iter();
    let drifts: Vec<_> = drifts
        .map(|drift| json!({"step": drift.step, "what": shown(&drift.what, 300)}))
        .collect();
    let freed: Vec<String> = freed.iter().map(|freed| shown(freed, 300)).collect();
    let line = json!({"run": back.run, "steps": back.steps, "drift": drifts, "could_call_again": freed});
    output::data(|out| writeln!(out, "{line}"))
}

fn show(plan: &Plan, steps: &[StepNumber], drifts: &[Drift], freed: &[String]) -> Result<(), Failure> {
    output::data(|out| {
        writeln!(
            out,
            "To be taken back: {} steps in account {}",
            steps.len(),
            shown(plan.account.as_str(), 20)
        )?;
        for step in plan.steps.iter().filter(|step| steps.contains(&step.number)) {
            writeln!(out, "{:>4}  {}", step.number, shown(&step.change.does, 300))?;
        }
        for drift in drifts {
            writeln!(
                out,
                "CHANGED SINCE, step {}: {}",
                drift.step,
                shown(&drift.what, 400)
            )?;
        }
        for freed in freed {
            writeln!(out, "COULD CALL AGAIN: {}", shown(freed, 300))?;
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
            "Why may they call again? ",
            "a reason is needed, since somebody suspect could call again",
            "--reason TEXT",
        )?,
    };
    if reason.trim().is_empty() {
        return Err(Failure::new(
            "no reason was given",
            "nothing was changed; say why with --reason",
        ));
    }
    Ok(Some(stanch_core::text::bounded(&reason, 1000)))
}
