//! `stanch case`: open a case, show it, verify that nobody changed it.

mod declarations;
mod diff;
mod names;

use std::fmt::Write as _;

use stanch_case::{Case, CaseView, CheckOutcome, Declaration, DeclarationKind, NewCase, Verification};
use stanch_collect::{CollectError, Recipient};
use stanch_core::ports::Clock as _;
use stanch_core::text::shown;
use stanch_core::verdict::Analysis;
use stanch_core::{AccountId, Timestamp};

use super::hunt::ANALYSIS;
use crate::arguments::{
    CaseArguments, CaseCommand, CaseNewArguments, CaseShowArguments, CaseVerifyArguments,
};
use crate::clock::SystemClock;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};

/// Runs a verb of cases.
pub(crate) fn run(arguments: CaseArguments, console: &Console) -> Result<Exit, Failure> {
    match arguments.command {
        CaseCommand::New(arguments) => new(arguments, console),
        CaseCommand::Show(arguments) => show(&arguments, console),
        CaseCommand::Verify(arguments) => verify(&arguments, console),
        CaseCommand::Diff(arguments) => diff::run(&arguments, console),
        CaseCommand::Responder(arguments) => {
            declarations::run(DeclarationKind::Responder, &arguments, console)
        }
        CaseCommand::BreakGlass(arguments) => {
            declarations::run(DeclarationKind::BreakGlass, &arguments, console)
        }
        CaseCommand::KnownGood(arguments) => {
            declarations::run(DeclarationKind::KnownGood, &arguments, console)
        }
        CaseCommand::Vendors(arguments) => declarations::vendors(&arguments, console),
    }
}

fn new(arguments: CaseNewArguments, console: &Console) -> Result<Exit, Failure> {
    for account in &arguments.accounts {
        if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Failure::new(
                format!("{account} is not an account id"),
                "give the 12 digits of the account",
            )
            .usage());
        }
    }
    let responder = match arguments.responder {
        Some(responder) => responder,
        None => output::ask(
            "Your own principal (ARN or name; it is never cut off): ",
            "a case needs a responder, who is never locked out",
            "--responder ARN",
        )?,
    };
    let account = arguments.accounts.first().map_or("", String::as_str);
    let break_glass = break_glass(arguments.break_glass, arguments.no_break_glass)?;
    let break_glass = break_glass
        .iter()
        .map(|typed| Declaration::break_glass(typed, account).id().to_owned())
        .collect();
    let break_glass = names::resolved(break_glass)?;
    let seal_to = arguments
        .seal_to
        .as_deref()
        .map(recipient)
        .transpose()
        .map_err(Failure::usage)?;
    let dir = arguments.case.or(arguments.dir.as_deref()).to_owned();
    let title = arguments
        .title
        .or_else(|| dir.file_name().map(|name| name.to_string_lossy().into_owned()));
    let new = NewCase {
        title: title.unwrap_or_else(|| "incident".to_owned()),
        accounts: arguments.accounts.into_iter().map(AccountId).collect(),
        responder,
        break_glass,
        seal_to: seal_to.map(|key| key.to_string()),
        opened_at: SystemClock::new(None).now(),
    };
    let no_break_glass = new.break_glass.is_empty();
    let case = Case::create(&dir, &new)?;
    let info = case.info();
    if console.json {
        console.print_json(info)?;
    }
    console.say(&format!(
        "Case {} opened in {}",
        shown(&info.title, 80),
        dir.display()
    ));
    if no_break_glass {
        console.say(
            "No break-glass principal is declared: only you and the last administrator are exempt.\nAdd one: stanch case break-glass add ARN",
        );
    }
    console.say(&format!("Next    stanch hunt LOGS --case {}", dir.display()));
    Ok(Exit::Nothing)
}

/// Returns the break-glass principals that were named, or asks for them.
fn break_glass(named: Vec<String>, are_none: bool) -> Result<Vec<String>, Failure> {
    if !named.is_empty() || are_none {
        return Ok(named);
    }
    let answer = output::ask(
        "Break-glass principals (ARNs separated by commas; empty: none): ",
        "a case needs the principals that must never be locked out",
        "--break-glass ARN or --no-break-glass",
    )?;
    let names = answer.split(',').map(str::trim).filter(|name| !name.is_empty());
    Ok(names.map(str::to_owned).collect())
}

/// Reads the age public key that replies are encrypted to.
pub(crate) fn recipient(text: &str) -> Result<Recipient, Failure> {
    text.parse().map_err(|error: CollectError| {
        Failure::because(
            "replies can't be encrypted",
            &error,
            "make a key with age-keygen on another computer, and give its public key (age1…)",
        )
    })
}

fn show(arguments: &CaseShowArguments, console: &Console) -> Result<Exit, Failure> {
    let dir = arguments.case.or(arguments.dir.as_deref());
    let view = Case::open_read_only(dir)?;
    let bytes = view.read_document(ANALYSIS);
    let analysis: Option<Analysis> = match &bytes {
        Ok(bytes) => Some(serde_json::from_slice(bytes).map_err(|error| {
            Failure::because(
                "the case's report can't be read",
                &error,
                "find out what is damaged: stanch case verify",
            )
        })?),
        Err(_) => None,
    };
    let heading = heading(&view);
    if console.json {
        let verdict = analysis.as_ref().map(|analysis| &analysis.verdict);
        let coverage = analysis.as_ref().map(|analysis| &analysis.coverage);
        console.print_json(
            &serde_json::json!({"case": view.info(), "verdict": verdict, "coverage": coverage}),
        )?;
        return Ok(analysis.as_ref().map_or(Exit::Nothing, Exit::of));
    }
    let page = dir.join("report/index.html").display().to_string();
    let dir = dir.display();
    let options = stanch_report::TerminalOptions {
        width: console.width,
        colour: console.colour,
        verbose: console.verbose,
        elapsed: None,
        urgent: Vec::new(),
        clock: None,
        next: vec![(
            format!("stanch case verify --case {dir}"),
            "verifies that nobody changed the case".to_owned(),
        )],
        report_path: Some(page),
    };
    output::data(|out| {
        out.write_all(heading.as_bytes())?;
        match &analysis {
            Some(analysis) if arguments.problems => stanch_report::terminal_problems(analysis, &options, out),
            Some(analysis) => stanch_report::terminal(analysis, &options, out),
            None => writeln!(
                out,
                "No logs were read yet.\n\nNext    stanch hunt LOGS --case {dir}"
            ),
        }
    })?;
    Ok(analysis.as_ref().map_or(Exit::Nothing, Exit::of))
}

fn heading(view: &CaseView) -> String {
    let (info, declared) = (view.info(), view.declarations());
    let mut text = String::new();
    let _ = writeln!(text, "Case {}", shown(&info.title, 200));
    let opened = Timestamp::from_seconds(info.opened_at.seconds());
    let _ = writeln!(text, "  opened       {opened}");
    if !info.accounts.is_empty() {
        let accounts: Vec<&str> = info.accounts.iter().map(AccountId::as_str).collect();
        let _ = writeln!(text, "  accounts     {}", shown(&accounts.join(", "), 400));
    }
    let responders: Vec<&str> = declared.responders().collect();
    let _ = writeln!(text, "  responder    {}", shown(&responders.join(", "), 300));
    let break_glass: Vec<&str> = declared.break_glass().collect();
    let glass = if break_glass.is_empty() {
        "none declared".to_owned()
    } else {
        break_glass.join(", ")
    };
    let _ = writeln!(text, "  break-glass  {}", shown(&glass, 400));
    let vendors = declared
        .vendors()
        .map(|(account, name)| format!("{account} {name}"));
    let lists = [
        ("vendors", vendors.collect::<Vec<_>>()),
        ("known-good", declared.known_good().map(str::to_owned).collect()),
    ];
    for (label, list) in lists.iter().filter(|(_, list)| !list.is_empty()) {
        let _ = writeln!(text, "  {label:<11}  {}", shown(&list.join(", "), 400));
    }
    if let Some(key) = &info.seal_to {
        let _ = writeln!(text, "  sealed to    {}", shown(key, 100));
    }
    text.push('\n');
    text
}

fn verify(arguments: &CaseVerifyArguments, console: &Console) -> Result<Exit, Failure> {
    let verification = stanch_case::verify(arguments.case.or(arguments.dir.as_deref()))?;
    if console.json {
        console.print_json(&as_json(&verification))?;
        return outcome(&verification, console);
    }
    let mut text = String::new();
    for check in &verification.checks {
        let mark = outcome_word(check.outcome);
        let _ = writeln!(text, "{mark:10}  {} ({} checked)", check.subject, check.examined);
        for problem in &check.problems {
            let _ = writeln!(text, "            {}", shown(problem, 300));
        }
    }
    let _ = writeln!(
        text,
        "\n{} journal lines, the last with hash\n{}",
        verification.lines, verification.head
    );
    output::data(|out| out.write_all(text.as_bytes()))?;
    outcome(&verification, console)
}

const fn outcome_word(outcome: CheckOutcome) -> &'static str {
    match outcome {
        CheckOutcome::Passed => "ok",
        CheckOutcome::Unfinished => "unfinished",
        CheckOutcome::Failed => "FAILED",
    }
}

fn as_json(verification: &Verification) -> serde_json::Value {
    let checks = verification.checks.iter().map(|check| {
        serde_json::json!({
            "subject": check.subject,
            "outcome": outcome_word(check.outcome).to_lowercase(),
            "checked": check.examined,
            "problems": check.problems,
        })
    });
    serde_json::json!({
        "outcome": outcome_word(verification.outcome()).to_lowercase(),
        "checks": checks.collect::<Vec<_>>(),
        "journal_lines": verification.lines,
        "last_hash": verification.head.to_string(),
    })
}

fn outcome(verification: &Verification, console: &Console) -> Result<Exit, Failure> {
    match verification.outcome() {
        CheckOutcome::Passed => {
            console.say("The case is unchanged. Write the last hash down elsewhere, to prove it later.");
            return Ok(Exit::Nothing);
        }
        CheckOutcome::Unfinished => {
            console.say(
                "The case is unchanged; a hunt or collect was interrupted in it. The next one continues.",
            );
            return Ok(Exit::Incomplete);
        }
        CheckOutcome::Failed => {}
    }
    Err(Failure::new(
        "the case was changed or is damaged",
        "keep this folder as it is, work on a copy, and find out who had access to it",
    ))
}
