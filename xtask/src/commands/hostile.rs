//! `cargo xtask hostile`: hunts through files made to break the program, gigabytes of them, and holds it to its
//! bounds: no crash, no hang, little memory, and nothing passed over in silence.
//!
//! The light ones are read in every test run; this reads the heavy ones too, each alone and all together.

#[cfg(not(feature = "acceptance"))]
use std::ffi::OsStr;
use std::io::Write;
use std::path::PathBuf;

use super::Outcome;
use crate::error::TaskError;

/// How to run it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only the inputs whose name contains this
    #[arg(long, value_name = "NAME")]
    pub(crate) only: Option<String>,
    /// The program to hold to the bounds [default: built in release mode]
    #[arg(long, value_name = "FILE")]
    pub(crate) stanch: Option<PathBuf>,
    /// Mebibytes that it may take at most
    #[arg(long, default_value_t = 400)]
    pub(crate) megabytes: u64,
    /// Seconds that one input may take at most
    #[arg(long, default_value_t = 120)]
    pub(crate) seconds: u64,
}

/// Hunts.
#[cfg(feature = "acceptance")]
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, TaskError> {
    crate::hostile::run(args, out).map(Outcome::when)
}

/// Builds this program with the library and runs that.
#[cfg(not(feature = "acceptance"))]
pub(crate) fn run(args: &Args, _out: &mut dyn Write) -> Result<Outcome, TaskError> {
    let (megabytes, seconds) = (args.megabytes.to_string(), args.seconds.to_string());
    let mut arguments: Vec<&OsStr> = ["hostile", "--megabytes", &megabytes, "--seconds", &seconds]
        .map(OsStr::new)
        .to_vec();
    if let Some(only) = &args.only {
        arguments.extend([OsStr::new("--only"), OsStr::new(only)]);
    }
    if let Some(stanch) = &args.stanch {
        arguments.extend([OsStr::new("--stanch"), stanch.as_os_str()]);
    }
    super::library::run_again(&arguments)
}
