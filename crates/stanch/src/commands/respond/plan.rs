//! `stanch plan`: plans of a case, looked at.

use stanch_core::plan::{CallTemplate, PlanDigest};
use stanch_core::text::shown;
use stanch_report::{PlanFrame, TerminalOptions, plan_json, plan_markdown, plan_shell, terminal_plan};
use stanch_respond::equivalent;
use stanch_respond::lint::is_refused;

use super::kept::Kept;
use super::{Responder, actions, lint, situation};
use crate::arguments::{
    PlanArguments, PlanCommand, PlanFormat, PlanLintArguments, PlanListArguments, PlanShowArguments,
};
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};

/// Looks at plans.
pub(crate) fn run(arguments: &PlanArguments, console: &Console) -> Result<Exit, Failure> {
    match &arguments.command {
        PlanCommand::Show(arguments) => show(arguments, console),
        PlanCommand::Lint(arguments) => check(arguments),
        PlanCommand::List(arguments) => list(arguments),
        PlanCommand::Actions(arguments) => actions::run(arguments, console),
    }
}

fn show(arguments: &PlanShowArguments, console: &Console) -> Result<Exit, Failure> {
    let kept = Kept::read(&arguments.case, arguments.plan.as_deref())?;
    write(
        &kept,
        arguments.format,
        &[],
        &arguments.case.display().to_string(),
        console,
    )?;
    Ok(Exit::Nothing)
}

/// Writes a plan with what speaks against it.
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
            "reads what is there now, and sends nothing".to_owned(),
        ),
        (
            format!("stanch apply {short} --case {case}"),
            "carries it out".to_owned(),
        ),
    ]
}

fn check(arguments: &PlanLintArguments) -> Result<Exit, Failure> {
    let kept = Kept::read(&arguments.case, arguments.plan.as_deref())?;
    let responder = Responder::open(&arguments.access)?;
    let complaints = lint::of(&kept, &responder, &arguments.case)?;
    output::data(|out| {
        if arguments.json {
            serde_json::to_writer_pretty(&mut *out, &complaints)?;
            return writeln!(out);
        }
        writeln!(out, "Plan {}", kept.digest.short())?;
        for sentence in lint::sentences(&complaints) {
            writeln!(out, "  {sentence}")?;
        }
        if complaints.is_empty() {
            writeln!(out, "  nothing speaks against it")?;
        }
        Ok(())
    })?;
    Ok(match (is_refused(&complaints), complaints.is_empty()) {
        (true, _) => Exit::Refused,
        (false, true) => Exit::Nothing,
        (false, false) => Exit::Findings,
    })
}

fn list(arguments: &PlanListArguments) -> Result<Exit, Failure> {
    let view = situation::case(&arguments.case)?;
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
                        "{}, {} steps, made {}",
                        shown(&kept.plan.verb, 40),
                        kept.plan.steps.len(),
                        kept.plan.made_at
                    )
                },
            );
            writeln!(
                out,
                "{}  {about}, approved {} times",
                digest.short(),
                state.approvals.len()
            )?;
            for (id, run) in view.runs().iter().filter(|(_, run)| run.plan == *digest) {
                let word = match (run.undo, run.running) {
                    (false, true) => "carried out in part: apply goes on",
                    (false, false) => "carried out",
                    (true, true) => "taken back in part: undo goes on",
                    (true, false) => "taken back",
                };
                writeln!(out, "    run {id}: {word}")?;
            }
        }
        Ok(())
    })?;
    Ok(Exit::Nothing)
}
