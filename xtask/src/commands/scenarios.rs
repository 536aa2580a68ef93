//! `cargo xtask scenarios`: hunts through made-up attacks and harmless look-alikes, and compares the answers with the labels.

#[cfg(not(feature = "acceptance"))]
use std::ffi::OsString;
use std::io::Write;

use super::Outcome;
use crate::error::TaskError;

/// Options.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// Number of seeds of each scenario
    #[arg(long, default_value_t = 10)]
    pub(crate) seeds: u64,
    /// First seed
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Only the scenarios whose name contains this
    #[arg(long, value_name = "NAME")]
    pub(crate) only: Option<String>,
    /// Information to leave out of the records: addresses, clients, first-half or data-events
    #[arg(long, value_name = "MASK")]
    pub(crate) mask: Option<String>,
    /// Judge each scenario again without its strongest detection
    #[arg(long)]
    pub(crate) leave_one_out: bool,
    /// Print what was missed, and what was wrongly named
    #[arg(long)]
    pub(crate) explain: bool,
    /// Write the records of the scenarios below this folder as well
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<std::path::PathBuf>,
}

/// Hunts.
#[cfg(feature = "acceptance")]
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, TaskError> {
    crate::scenarios::run(args, out).map(Outcome::when)
}

/// Builds this program with the library and runs that.
#[cfg(not(feature = "acceptance"))]
pub(crate) fn run(args: &Args, _out: &mut dyn Write) -> Result<Outcome, TaskError> {
    let mut arguments: Vec<OsString> = ["scenarios", "--seeds"].map(OsString::from).to_vec();
    arguments.extend([
        args.seeds.to_string().into(),
        "--seed".into(),
        args.seed.to_string().into(),
    ]);
    for (option, value) in [("--only", &args.only), ("--mask", &args.mask)] {
        if let Some(value) = value {
            arguments.extend([option.into(), value.into()]);
        }
    }
    if let Some(keep) = &args.keep {
        arguments.extend(["--keep".into(), keep.into()]);
    }
    for (option, given) in [
        ("--leave-one-out", args.leave_one_out),
        ("--explain", args.explain),
    ] {
        arguments.extend(given.then(|| option.into()));
    }
    let arguments: Vec<&std::ffi::OsStr> = arguments.iter().map(OsString::as_os_str).collect();
    super::library::run_again(&arguments)
}
