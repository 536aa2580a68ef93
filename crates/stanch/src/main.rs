//! Stanch: the whole response to a compromised AWS account, in one program.
//!
//! Only joins the parts: arguments in, an exit code out. This crate prints; the libraries know AWS and file formats.

mod arguments;
mod clock;
mod commands;
mod error;
mod exit;
mod format;
mod output;
mod progress;
mod requests;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use crate::arguments::{Arguments, Command};

/// Parsing makes and drops small values by the million; this allocator spends half the time on them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let command = Arguments::command().term_width(output::width());
    let parsed = command
        .try_get_matches()
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(usage) => return output::usage(&usage),
    };
    let console = output::Console::new(&arguments.console);
    let result = match arguments.command {
        Command::Hunt(arguments) => commands::hunt::run(&arguments.request(console.json), &console),
        Command::Whoami(arguments) => commands::aws::whoami::run(&arguments, &console),
        Command::Collect(arguments) => commands::aws::collect::run(&arguments.request(), &console),
        Command::Assess(arguments) => commands::assess::run(&arguments.request(console.json), &console),
        Command::Who(arguments) => commands::who::run(&arguments, &console),
        Command::ScanKeys(arguments) => commands::scan_keys::run(&arguments, &console),
        Command::ScanSsrf(arguments) => commands::scan_ssrf::run(&arguments, &console),
        Command::Contain(arguments) => commands::respond::contain::run(&arguments.request(), &console),
        Command::Plan(arguments) => commands::respond::plan::run(&arguments, &console),
        Command::Apply(arguments) => commands::respond::apply::run(&arguments.request(), &console),
        Command::Undo(arguments) => commands::respond::undo::run(&arguments, &console),
        Command::Watch(arguments) => commands::respond::watch::run(&arguments.request(), &console),
        Command::Respond(arguments) => commands::respond::walk::run(&arguments, &console),
        Command::Call(arguments) => commands::aws::call::run(&arguments, &console),
        Command::Permissions(arguments) => commands::aws::permissions::run(&arguments, &console),
        Command::Query(arguments) => commands::query::run(&arguments, &console),
        Command::Case(arguments) => commands::case::run(arguments, &console),
        Command::Report(arguments) => commands::report::run(&arguments, &console),
        Command::Rules(arguments) => commands::rules::run(&arguments, &console),
        Command::Demo(arguments) => commands::demo::run(&arguments, &console),
        Command::Completions(arguments) => commands::completions::run(&arguments, &console),
    };
    match result {
        Ok(code) => code.into(),
        Err(failure) => console.failure(&failure),
    }
}
