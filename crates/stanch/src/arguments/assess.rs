//! What can be typed after `assess`.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::error::Failure;

/// Judge a collected account: what ticks, what is hostile, what is suspicious, what is merely weak
///
/// Reads a snapshot that `stanch collect` made, and changes nothing. With logs, each finding says who made it, and each
/// thing that somebody suspect made is told as alive, gone or not known. What could not be read is not judged, and told.
#[derive(Debug, Args)]
#[command(after_help = "\
For instance:
  stanch assess --case incident
  stanch assess --case incident --logs logs/ --vendors vendors.txt
  stanch assess --case incident -o account.html
  stanch assess incident/snapshots/20260306T140000000Z --format json

Exit codes: 0 nothing suspicious, 1 findings, 2 usage or error, 3 something could not be judged, 4 both 1 and 3")]
pub(crate) struct AssessArguments {
    /// A snapshot: its folder, or its id in the case [default: the last of the case]
    #[arg(value_name = "SNAPSHOT")]
    pub(crate) snapshot: Option<PathBuf>,
    /// The case
    #[arg(long, value_name = "DIR", default_value = "incident")]
    pub(crate) case: PathBuf,
    /// CloudTrail logs to join: folders, files, archives (repeatable); events pulled into the case are joined anyway
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub(crate) logs: Vec<PathBuf>,
    /// Join no events, not even those in the case
    #[arg(long, conflicts_with = "logs")]
    pub(crate) no_logs: bool,
    /// A file that names what is known to be good: on each line an ARN, id or name, a star at its end for any ending
    #[arg(long, value_name = "FILE")]
    pub(crate) known_good: Option<PathBuf>,
    /// A file that names vendors: on each line an account number and a name
    #[arg(long, value_name = "FILE")]
    pub(crate) vendors: Option<PathBuf>,
    /// What to print on standard output
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: AssessFormat,
    /// Write a report here as well; the ending says which: .html, .json or .txt (repeatable)
    #[arg(short, long = "output", value_name = "FILE")]
    pub(crate) outputs: Vec<PathBuf>,
    /// Replace files that are there already
    #[arg(short = 'C', long)]
    pub(crate) clobber: bool,
}

/// A format of an assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum AssessFormat {
    /// A page for the terminal (.txt)
    Text,
    /// All of it (.json)
    Json,
    /// One self-contained page (.html)
    Html,
}

impl AssessFormat {
    /// The format that a file's ending names.
    pub(crate) fn of_path(path: &Path) -> Result<Self, Failure> {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("txt") => Ok(Self::Text),
            Some("json") => Ok(Self::Json),
            Some("html" | "htm") => Ok(Self::Html),
            _ => Err(Failure::new(
                format!("{} does not say by its ending what to write", path.display()),
                "end the name in one of .html .json .txt",
            )),
        }
    }
}
