//! `stanch apply`: applies a plan.

use std::path::Path;
use std::sync::Arc;

use stanch_case::{Approval, Case, GroupCommit};
use stanch_core::plan::StepNumber;
use stanch_core::ports::Clock as _;
use stanch_core::text::shown;
use stanch_core::{Plan, PlanDigest, RunLine};
use stanch_engine::{Engine, History, Outcomes, Patience, RunError};

use super::kept::{self, Kept};
use super::run_output::{self, RunOutput, Summary, counted};
use super::{Responder, lint, rights};
use crate::clock::SystemClock;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console, wrapped};
use crate::requests::ApplyRequest;

/// The most characters of an approver's name.
const NAME_LIMIT: usize = 200;

/// Applies a plan.
pub(crate) fn run(request: &ApplyRequest, console: &Console) -> Result<Exit, Failure> {
    let view = Case::open_read_only(&request.case)?;
    let kept = Kept::of(&view, Some(&request.plan))?;
    let responder = Responder::open(&request.access)?;
    responder.fits(&kept.plan)?;
    let (run, continues) = kept::run_of(&view, &kept.digest);
    let history = kept::history(&view, &run)?;
    let complaints = lint::of(&kept, &responder, &request.case)?;
    if let Some(exit) = lint::refused(&complaints, console) {
        return Ok(exit);
    }
    if request.dry_run {
        return rehearse(request, &kept, &responder, history, console);
    }
    let declarations = view.declarations();
    let by = declarations.responder(&responder.caller.arn).unwrap_or_default();
    let approval = approve(request, &kept, by, &responder)?;
    let mut case = Case::open(&request.case, SystemClock::new(None).now())?;
    case.approve(&kept.digest, &approval, SystemClock::new(None).now())?;
    if continues {
        console.say(&format!("Continuing run {run}"));
    }
    console.say(&format!(
        "Applying {}; each is verified until it is stable, about 30 s.",
        counted(kept.plan.steps.len(), "change")
    ));
    let begun = RunLine::Begun {
        plan: kept.digest.clone(),
        caller: responder.caller.arn.clone(),
        approved_by: approval.by,
        second: approval.second,
        undo: false,
        reason: None,
    };
    let run_lines = RunOutput::new(&kept.plan, console);
    let task = Task {
        plan: &kept.plan,
        run: &run,
        history,
        begun,
        back: None,
    };
    let Some(outcomes) = carried_out(case, &responder, &run_lines, task)? else {
        return Ok(interrupted(console, &request.case, &kept.digest));
    };
    finish(&kept.plan, &outcomes, &run, &request.case, console)
}

/// Prints the result and the next commands.
fn finish(
    plan: &Plan,
    outcomes: &Outcomes,
    run: &str,
    case: &Path,
    console: &Console,
) -> Result<Exit, Failure> {
    let case = case.display();
    let next = [
        (
            format!("stanch watch --case {case}"),
            "watches for the attacker: revoked credentials used again, changes reverted".to_owned(),
        ),
        (
            format!("stanch undo {run} --case {case}"),
            "undoes all of it".to_owned(),
        ),
    ];
    let summary = Summary {
        plan,
        outcomes,
        run,
        is_undo: false,
        next: &next,
    };
    if !console.json {
        summary.print(console)?;
    }
    Ok(if run_output::missed(plan, outcomes).is_empty() {
        Exit::Nothing
    } else {
        Exit::NotAllApplied
    })
}

/// A run of the engine.
pub(super) struct Task<'t> {
    pub(super) plan: &'t Plan,
    pub(super) run: &'t str,
    pub(super) history: History,
    pub(super) begun: RunLine,
    /// The steps to undo; none: the plan is applied.
    pub(super) back: Option<Vec<StepNumber>>,
}

/// Runs an engine over a case until it ends or Ctrl-C comes: then what was sent is in the journal, and the same command goes
/// on.
pub(super) fn carried_out(
    case: Case,
    responder: &Responder,
    output: &RunOutput<'_>,
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
        listener: output,
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
            "nothing more was sent; free space or repair the disk, then run the same command: it continues"
        }
        RunError::SessionOver => {
            "sign in again as the same principal, then run the same command: it continues"
        }
        RunError::WrongCall { .. } | RunError::Order(_) => "plan again: stanch contain; please report it",
    };
    Failure::because("the run had to stop", error, next)
}

fn interrupted(console: &Console, case: &Path, digest: &PlanDigest) -> Exit {
    console.say(&format!(
        "Interrupted. What was sent is in the journal. Next: stanch apply {} --case {}    continues",
        digest.short(),
        case.display()
    ));
    Exit::Interrupted
}

/// Asks for approval, or takes it from the command line.
fn approve(
    request: &ApplyRequest,
    kept: &Kept,
    by: &str,
    responder: &Responder,
) -> Result<Approval, Failure> {
    let by = if by.is_empty() { &responder.caller.arn } else { by };
    if let Some(digest) = request
        .approve
        .as_ref()
        .filter(|digest| **digest != kept.digest.0)
    {
        let what = format!(
            "--approve names {}, and the plan is {}",
            shown(digest, 80),
            kept.digest
        );
        return Err(Failure::new(what, "give the whole digest of the plan: stanch plan show").usage());
    }
    if request.approve.is_none() {
        output::data(|out| writeln!(out, "{}", head(kept)))?;
    }
    let typed = typed_account(request.account.as_deref(), request.approve.is_some(), &kept.plan)?;
    let losses: Vec<&str> = kept
        .plan
        .steps
        .iter()
        .filter_map(|step| step.change.loses.as_deref())
        .collect();
    let second = match (&request.second, losses.is_empty()) {
        (_, true) => None,
        (Some(second), false) => Some(second.clone()),
        (None, false) => {
            let question = format!(
                "Can't be undone: {}. Name of the second person who approves: ",
                shown(&losses.join("; "), 500)
            );
            Some(output::ask(
                &question,
                "a second person must approve what can't be undone",
                "--second NAME",
            )?)
        }
    };
    if let Some(second) = second.as_deref().filter(|second| is_same_person(second, by)) {
        let what = format!("{} approves the plan already", shown(second, NAME_LIMIT));
        return Err(Failure::new(
            what,
            "a second person must approve what can't be undone: --second NAME",
        )
        .usage());
    }
    // The case keeps names so, and a run must name those who approved it.
    let kept = |name: &str| stanch_core::text::bounded(name, NAME_LIMIT);
    Ok(Approval {
        by: kept(by),
        second: second.as_deref().map(kept),
        account: typed.as_str().into(),
    })
}

/// Returns true when two names or ARNs are of one person: letters and blanks apart, or the name at the end of an ARN.
fn is_same_person(one: &str, other: &str) -> bool {
    let name = |text: &str| {
        let last = text.trim().rsplit('/').next().unwrap_or_default();
        last.split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase()
    };
    name(one) == name(other)
}

/// Returns the account id, as a person types it.
pub(super) fn typed_account(given: Option<&str>, is_approved: bool, plan: &Plan) -> Result<String, Failure> {
    let typed = match given {
        Some(account) if is_approved => account.to_owned(),
        _ => output::ask(
            &format!(
                "Type the account id to apply ({}): ",
                shown(plan.account.as_str(), 20)
            ),
            "the account id must be typed",
            "--approve with the plan's whole digest, and --account",
        )?,
    };
    if typed != plan.account.as_str() {
        let what = format!("{} is not the account of the plan", shown(&typed, 40));
        return Err(Failure::new(what, "nothing was changed; check the account: stanch whoami").usage());
    }
    Ok(typed)
}

fn head(kept: &Kept) -> String {
    let plan = &kept.plan;
    format!(
        "Plan {}, account {}, {} steps, about {} s. Show each: stanch plan show {}",
        kept.digest.short(),
        shown(plan.account.as_str(), 20),
        plan.steps.len(),
        plan.seconds,
        kept.digest.short()
    )
}

/// Prints what would be sent, after reading the current state. No change is sent.
fn rehearse(
    request: &ApplyRequest,
    kept: &Kept,
    responder: &Responder,
    history: History,
    console: &Console,
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
    let rights = rights::of(&kept.plan, responder);
    output::data(|out| {
        for step in &steps {
            let planned = kept.plan.step(step.step);
            let does = planned.map_or("", |step| step.change.does.as_str());
            let lacks = planned.and_then(|step| rights.lacks(step));
            let would = lacks.map_or_else(|| step.would.clone(), |lacks| format!("{}. {lacks}", step.would));
            let (does, would) = (shown(does, 300), shown(&would, 600));
            if console.json {
                let line = serde_json::json!({"step": step.step, "does": does, "would": would});
                writeln!(out, "{line}")?;
            } else {
                let lead = format!("{:>4}  ", step.step);
                out.write_all(
                    wrapped(&format!("{does}: {would}"), &lead, "      ", console.width).as_bytes(),
                )?;
            }
        }
        if console.json {
            return Ok(());
        }
        writeln!(out, "\nDry run: no change was sent.")?;
        if let Some(why) = rights.unknown() {
            out.write_all(wrapped(why, "", "", console.width).as_bytes())?;
        }
        let (digest, case) = (kept.digest.short(), request.case.display());
        writeln!(out, "Next    stanch apply {digest} --case {case}")
    })?;
    let is_allowed =
        rights.unknown().is_none() && kept.plan.steps.iter().all(|step| rights.lacks(step).is_none());
    Ok(if is_allowed {
        Exit::Nothing
    } else {
        Exit::Incomplete
    })
}

#[cfg(test)]
mod tests {
    use super::is_same_person;

    #[test]
    fn a_person_is_the_same_by_name_and_by_arn() {
        let arn = "arn:aws:sts::111122223333:assumed-role/responder/ana";
        assert!(is_same_person("Ana", arn) && is_same_person(" ana ", "ANA"));
        assert!(is_same_person("Ana  Lopez", "ana lopez"));
        assert!(!is_same_person("ben", arn) && !is_same_person("", "ana"));
    }
}
