//! `stanch plan`: shows, checks and lists the plans of a case.

use stanch_case::CaseView;
use stanch_core::plan::{CallTemplate, PlanDigest};
use stanch_core::text::shown;
use stanch_report::{PlanFrame, TerminalOptions, plan_json, plan_markdown, plan_shell, terminal_plan};
use stanch_respond::equivalent;
use stanch_respond::lint::is_refused;

use super::kept::Kept;
use super::run_output::counted;
use super::{Responder, actions, lint, situation};
use crate::arguments::{
    PlanArguments, PlanCommand, PlanFormat, PlanLintArguments, PlanListArguments, PlanShowArguments,
};
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console, wrapped};

/// Runs a verb of plans.
pub(crate) fn run(arguments: &PlanArguments, console: &Console) -> Result<Exit, Failure> {
    match &arguments.command {
        PlanCommand::Show(arguments) => show(arguments, console),
        PlanCommand::Lint(arguments) => check(arguments, console),
        PlanCommand::List(arguments) => list(arguments, console),
        PlanCommand::Actions(arguments) => actions::run(arguments, console),
    }
}

fn show(arguments: &PlanShowArguments, console: &Console) -> Result<Exit, Failure> {
    let kept = Kept::read(arguments.case.dir(), arguments.plan.as_deref())?;
    write(
        &kept,
        if console.json {
            PlanFormat::Json
        } else {
            arguments.format
        },
        &[],
        &arguments.case.dir().display().to_string(),
        console,
    )?;
    Ok(Exit::Nothing)
}

/// Writes a plan with the objections of the linter.
pub(crate) fn write(
    kept: &Kept,
    format: PlanFormat,
    complaints: &[String],
    case: &str,
    console: &Console,
) -> Result<(), Failure> {
    let command = |call: &CallTemplate| equivalent(call);
    let frame = PlanFrame {
        digest: &kept.digest,
        command: &command,
        complaints,
    };
    let options = TerminalOptions {
        width: console.width,
        colour: console.colour,
        verbose: console.verbose,
        next: next(&kept.digest, case),
        ..TerminalOptions::default()
    };
    output::data(|out| match format {
        PlanFormat::Text => terminal_plan(&kept.plan, &frame, &options, out),
        PlanFormat::Json => plan_json(&kept.plan, &frame, out),
        PlanFormat::Markdown => plan_markdown(&kept.plan, &frame, out),
        PlanFormat::Sh => plan_shell(&kept.plan, &frame, out),
    })
}

fn next(digest: &PlanDigest, case: &str) -> Vec<(String, String)> {
    let short = digest.short();
    vec![
        (
            format!("stanch apply {short} --case {case} --dry-run"),
            "reads the current state, sends no change".to_owned(),
        ),
        (
            format!("stanch apply {short} --case {case}"),
            "applies it, after you approve".to_owned(),
        ),
    ]
}

fn check(arguments: &PlanLintArguments, console: &Console) -> Result<Exit, Failure> {
    let kept = Kept::read(arguments.case.dir(), arguments.plan.as_deref())?;
    let responder = Responder::open(&arguments.access.meant())?;
    let complaints = lint::of(&kept, &responder, arguments.case.dir())?;
    output::data(|out| {
        if console.json {
            serde_json::to_writer_pretty(&mut *out, &complaints)?;
            return writeln!(out);
        }
        writeln!(out, "Plan {}", kept.digest.short())?;
        for sentence in lint::sentences(&complaints) {
            out.write_all(wrapped(&sentence, "  ", "    ", console.width).as_bytes())?;
        }
        if complaints.is_empty() {
            writeln!(out, "  no objections")?;
        }
        Ok(())
    })?;
    Ok(match (is_refused(&complaints), complaints.is_empty()) {
        (true, _) => Exit::Refused,
        (false, true) => Exit::Nothing,
        (false, false) => Exit::Findings,
    })
}

fn list(arguments: &PlanListArguments, console: &Console) -> Result<Exit, Failure> {
    let view = situation::case(arguments.case.dir())?;
    if console.json {
        return list_json(&view, console);
    }
    output::data(|out| {
        if view.plans().is_empty() {
            writeln!(out, "No plan in this case.")?;
        }
        for (digest, state) in view.plans() {
            let kept = Kept::of(&view, Some(digest.as_str()));
            let about = kept.map_or_else(
                |_| "can't be read".to_owned(),
                |kept| {
                    format!(
                        "{}, {}, planned {}",
                        shown(&kept.plan.verb, 40),
                        counted(kept.plan.steps.len(), "change"),
                        kept.plan.made_at
                    )
                },
            );
            writeln!(
                out,
                "{}  {about}, {}",
                digest.short(),
                counted(state.approvals.len(), "approval")
            )?;
            for (id, run) in view.runs().iter().filter(|(_, run)| run.plan == *digest) {
                writeln!(out, "    run {id}: {}", run_word(run.undo, run.running))?;
            }
        }
        Ok(())
    })?;
    Ok(Exit::Nothing)
}

const fn run_word(undo: bool, running: bool) -> &'static str {
    match (undo, running) {
        (false, true) => "applied in part: stanch apply continues",
        (false, false) => "applied",
        (true, true) => "undone in part: stanch undo continues",
        (true, false) => "undone",
    }
}

fn list_json(view: &CaseView, console: &Console) -> Result<Exit, Failure> {
    let mut plans = Vec::new();
    for (digest, state) in view.plans() {
        let plan = Kept::of(view, Some(digest.as_str())).ok().map(|kept| kept.plan);
        let of_plan = view.runs().iter().filter(|(_, run)| run.plan == *digest);
        let runs = of_plan.map(|(id, run)| {
            serde_json::json!({"run": id, "undo": run.undo, "running": run.running, "state": run_word(run.undo, run.running)})
        });
        plans.push(serde_json::json!({
            "digest": digest,
            "verb": plan.as_ref().map(|plan| plan.verb.as_str()),
            "account": plan.as_ref().map(|plan| plan.account.as_str()),
            "steps": plan.as_ref().map(|plan| plan.steps.len()),
            "made_at": plan.as_ref().map(|plan| plan.made_at),
            "approvals": state.approvals.len(),
            "runs": runs.collect::<Vec<_>>(),
        }));
    }
    console.print_json(&plans)?;
    Ok(Exit::Nothing)
}
