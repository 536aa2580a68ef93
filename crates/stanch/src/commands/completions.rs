//! `stanch completions`: completion scripts, derived from the arguments themselves.

use clap::CommandFactory as _;

use crate::arguments::{Arguments, CompletionsArguments};
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};

/// Prints the script.
pub(crate) fn run(arguments: &CompletionsArguments, _console: &Console) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "stanch", &mut script);
    output::data(|out| out.write_all(&script))?;
    Ok(Exit::Nothing)
}
