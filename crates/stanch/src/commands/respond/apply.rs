//! `stanch apply`: a plan, carried out.

use std::path::Path;
use std::sync::Arc;

use stanch_case::{Approval, Case, GroupCommit};
use stanch_core::plan::StepNumber;
use stanch_core::ports::Clock as _;
use stanch_core::text::shown;
use stanch_core::{Plan, PlanDigest, RunLine};
use stanch_engine::{Engine, History, Outcomes, Patience, RunError};

use super::kept::{self, Kept};
use super::teller::{self, Teller};
use super::{Responder, lint};
use crate::arguments::ApplyArguments;
use crate::clock::SystemClock;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};

/// The most characters of an approver's name.
const NAME_LIMIT: usize = 200;

/// Carries a plan out.
pub(crate) fn run(arguments: &ApplyArguments, console: &Console) -> Result<Exit, Failure> {
    let view = Case::open_read_only(&arguments.case)?;
    let kept = Kept::of(&view, Some(&arguments.plan))?;
    let responder = Responder::open(&arguments.access)?;
    responder.fits(&kept.plan)?;
    let (run, goes_on) = kept::run_of(&view, &kept.digest);
    let history = kept::history(&view, &run)?;
    let complaints = lint::of(&kept, &responder, &arguments.case)?;
    if let Some(exit) = lint::refused(&complaints, console) {
        return Ok(exit);
    }
    if arguments.dry_run {
        return rehearse(arguments, &kept, &responder, history);
    }
    let declarations = view.declarations();
    let by = declarations.responder(&responder.caller.arn).unwrap_or_default();
    let approval = approve(arguments, &kept, by, &responder)?;
    let mut case = Case::open(&arguments.case, SystemClock::new(None).now())?;
    case.approve(&kept.digest, &approval, SystemClock::new(None).now())?;
    if goes_on {
        console.say(&format!("Going on with run {run}"));
    }
    let begun = RunLine::Begun {
        plan: kept.digest.clone(),
        caller: responder.caller.arn.clone(),
        approved_by: approval.by,
        second: approval.second,
        undo: false,
        reason: None,
    };
    let teller = Teller::new(&kept.plan, arguments.json, console.quiet);
    let task = Task {
        plan: &kept.plan,
        run: &run,
        history,
        begun,
        back: None,
    };
    let Some(outcomes) = carried_out(case, &responder, &teller, task)? else {
        return Ok(interrupted(console, &arguments.case, &kept.digest));
    };
    let case = arguments.case.display();
    let next = [
        format!("stanch watch --case {case}      stay on it for 72 hours"),
        format!("stanch undo {run} --case {case}      take it all back"),
    ];
    if !arguments.json {
        teller::summary(&kept.plan, &outcomes, &run, "Holds", &next)?;
    }
    Ok(if teller::missed(&kept.plan, &outcomes).is_empty() {
        Exit::Nothing
    } else {
        Exit::NotAllApplied
    })
}

/// What an engine is asked to do.
pub(super) struct Task<'t> {
    pub(super) plan: &'t Plan,
    pub(super) run: &'t str,
    pub(super) history: History,
    pub(super) begun: RunLine,
    /// The steps to take back; none: the plan is carried out.
    pub(super) back: Option<Vec<StepNumber>>,
}

/// Runs an engine over a case until it ends or Ctrl-C comes: then what was sent is in the journal, and the same command goes
/// on.
pub(super) fn carried_out(
    case: Case,
    responder: &Responder,
    teller: &Teller<'_>,
    task: Task<'_>,
) -> Result<Option<Outcomes>, Failure> {
    let clock = SystemClock::new(None);
    let commit = GroupCommit::start(case, Arc::new(clock))?;
    let journal = commit.writer(task.run);
    let client = &responder.session.client;
    let engine = Engine {
        cloud: client,
        journal: &journal,
        clock: &clock,
        catalogue: client.models(),
        listener: teller,
        patience: Patience::default(),
    };
    let ended = responder.session.runtime.block_on(async {
        let act = async {
            match &task.back {
                None => engine.apply(task.plan, task.history, task.begun).await,
                Some(steps) => engine.undo(task.plan, task.history, steps, task.begun).await,
            }
        };
        tokio::select! {
            ended = act => Some(ended),
            _ = tokio::signal::ctrl_c() => None,
        }
    });
    commit.finish()?;
    ended.transpose().map_err(|error| failed(&error))
}

fn failed(error: &RunError) -> Failure {
    let next = match error {
        RunError::Journal(_) => {
            "nothing more was sent; free space or mend the disk, then run the same command: it goes on where it was"
        }
        RunError::WrongCall { .. } | RunError::Order(_) => "plan anew: stanch contain; please report it",
    };
    Failure::because("the run had to end", error, next)
}

fn interrupted(console: &Console, case: &Path, digest: &PlanDigest) -> Exit {
    console.say(&format!(
        "Interrupted. What was sent is in the journal. Next: stanch apply {} --case {} goes on where it was",
        digest.short(),
        case.display()
    ));
    Exit::Interrupted
}

/// Asks for approval, or takes it from the command line.
fn approve(
    arguments: &ApplyArguments,
    kept: &Kept,
    by: &str,
    responder: &Responder,
) -> Result<Approval, Failure> {
    let by = if by.is_empty() { &responder.caller.arn } else { by };
    if let Some(digest) = arguments
        .approve
        .as_ref()
        .filter(|digest| **digest != kept.digest.0)
    {
        let what = format!(
            "--approve names {}, and the plan is {}",
            shown(digest, 80),
            kept.digest
        );
        return Err(Failure::new(
            what,
            "look at the plan (stanch plan show) and give its whole digest",
        ));
    }
    if arguments.approve.is_none() {
        output::data(|out| writeln!(out, "{}", head(kept)))?;
    }
    let typed = typed_account(
        arguments.account.as_deref(),
        arguments.approve.is_some(),
        &kept.plan,
    )?;
    let losses: Vec<&str> = kept
        .plan
        .steps
        .iter()
        .filter_map(|step| step.change.loses.as_deref())
        .collect();
    let second = match (&arguments.second, losses.is_empty()) {
        (_, true) => None,
        (Some(second), false) => Some(second.clone()),
        (None, false) => {
            let question = format!(
                "Lost for good: {}. Name of the second person who approves: ",
                shown(&losses.join("; "), 500)
            );
            Some(output::ask(
                &question,
                "a second person must approve what can't be taken back",
                "--second NAME",
            )?)
        }
    };
    // The case keeps names so, and a run must name those who approved it.
    let kept = |name: &str| stanch_core::text::bounded(name, NAME_LIMIT);
    Ok(Approval {
        by: kept(by),
        second: second.as_deref().map(kept),
        account: typed.as_str().into(),
    })
}

/// The account's number, as a person types it.
pub(super) fn typed_account(given: Option<&str>, is_approved: bool, plan: &Plan) -> Result<String, Failure> {
    let typed = match given {
        Some(account) if is_approved => account.to_owned(),
        _ => output::ask(
            &format!(
                "Type the account's number to go on ({}): ",
                shown(plan.account.as_str(), 20)
            ),
            "the account's number must be typed",
            "--approve with the plan's whole digest, and --account",
        )?,
    };
    if typed != plan.account.as_str() {
        let what = format!("{} is not the account of the plan", shown(&typed, 40));
        return Err(Failure::new(
            what,
            "nothing was changed; check which account you mean (stanch whoami)",
        ));
    }
    Ok(typed)
}

fn head(kept: &Kept) -> String {
    let plan = &kept.plan;
    format!(
        "Plan {}  account {}  {} steps, about {} s. stanch plan show {} tells each.",
        kept.digest.short(),
        shown(plan.account.as_str(), 20),
        plan.steps.len(),
        plan.seconds,
        kept.digest.short()
    )
}

/// Says what would be sent, after reading what is there. Nothing is sent.
fn rehearse(
    arguments: &ApplyArguments,
    kept: &Kept,
    responder: &Responder,
    history: History,
) -> Result<Exit, Failure> {
    let clock = SystemClock::new(None);
    let client = &responder.session.client;
    let engine = Engine {
        cloud: client,
        journal: &stanch_engine::NoJournal,
        clock: &clock,
        catalogue: client.models(),
        listener: &stanch_core::ports::Silent,
        patience: Patience::default(),
    };
    let rehearsed = responder
        .session
        .runtime
        .block_on(engine.rehearse(&kept.plan, history));
    let steps = rehearsed.map_err(|error| failed(&error))?;
    output::data(|out| {
        for step in &steps {
            let planned = kept.plan.step(step.step);
            let does = planned.map_or("", |step| step.change.does.as_str());
            let (does, would) = (shown(does, 300), shown(&step.would, 400));
            if arguments.json {
                let line = serde_json::json!({"step": step.step, "does": does, "would": would});
                writeln!(out, "{line}")?;
            } else {
                writeln!(out, "{:>4}  {does}: {would}", step.step)?;
            }
        }
        if arguments.json {
            return Ok(());
        }
        writeln!(out, "\nDry run: nothing was sent.")?;
        let (digest, case) = (kept.digest.short(), arguments.case.display());
        writeln!(out, "Next    stanch apply {digest} --case {case}")
    })?;
    Ok(Exit::Nothing)
}
