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

use crate::arguments::Arguments;

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
    match commands::run(arguments.command, &console) {
        Ok(code) => code.into(),
        Err(failure) => console.failure(&failure),
    }
}
