//! Chores of the repository, run as `cargo xtask <chore>`: one file each under `commands/`.
//!
//! Nothing here is part of the product.

#[cfg(feature = "acceptance")]
mod acceptance;
#[cfg(feature = "acceptance")]
mod bench;
#[cfg(feature = "acceptance")]
mod bench_collect;
mod commands;
mod error;
#[cfg(feature = "acceptance")]
mod hostile;
#[cfg(feature = "models")]
mod models;
#[cfg(feature = "acceptance")]
mod parity;
mod profiles;
#[cfg(feature = "acceptance")]
mod program;
mod root;
#[cfg(feature = "acceptance")]
mod scenarios;
mod words;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let mut out = std::io::stdout().lock();
    match commands::run(&commands::Cli::parse(), &mut out) {
        Ok(commands::Outcome::Good) => ExitCode::SUCCESS,
        Ok(commands::Outcome::Bad) => ExitCode::from(1),
        Err(error) => {
            // A closed standard error leaves nowhere to complain to; the exit code still tells.
            writeln!(std::io::stderr(), "error: {error}").unwrap_or_default();
            ExitCode::from(2)
        }
    }
}
