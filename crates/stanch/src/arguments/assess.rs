//! Arguments of `assess`.

use std::path::PathBuf;

use clap::Args;

use super::CaseOption;
use crate::format::AssessFormat;
use crate::requests::AssessRequest;

/// Assess a collected account: time-critical, malicious, suspicious, misconfigured
///
/// Reads a snapshot that `stanch collect` made; no request is sent. With logs, each finding names who created the resource,
/// and each resource that a suspect created is reported as still there, deleted or not known. What could not be read is
/// listed as not judged.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch assess
  stanch assess --case incident --logs logs/ --vendors vendors.txt
  stanch assess --case incident -o account.html
  stanch assess 20260306T140000000Z --json

Exit codes:
  0    nothing suspicious
  1    findings: time-critical, malicious or suspicious
  2    wrong usage; nothing was done
  3    part of the account could not be judged
  4    both 1 and 3
  7    failed: the case has no snapshot, or a file can't be read")]
pub(crate) struct AssessArguments {
    /// A snapshot: its folder, or its id in the case [default: the last of the case]
    #[arg(value_name = "SNAPSHOT")]
    pub(crate) snapshot: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) case: CaseOption,
    /// CloudTrail logs to join: folders, files, archives (repeatable); event history in the case is joined anyway
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub(crate) logs: Vec<PathBuf>,
    /// Join no events, not even those in the case
    #[arg(long, conflicts_with = "logs")]
    pub(crate) no_logs: bool,
    /// A file of known-good resources: an ARN, id or name on each line, * at the end for any ending
    #[arg(long, value_name = "FILE")]
    pub(crate) known_good: Option<PathBuf>,
    /// A file of vendors: an account number and a name on each line
    #[arg(long, value_name = "FILE")]
    pub(crate) vendors: Option<PathBuf>,
    /// Format of standard output
    #[arg(long, value_enum, default_value = "text", conflicts_with = "json")]
    pub(crate) format: AssessFormat,
    /// Also write a report to FILE; its extension decides the format: .html, .json or .txt (repeatable)
    #[arg(short, long = "output", value_name = "FILE")]
    pub(crate) outputs: Vec<PathBuf>,
    /// Overwrite existing files
    #[arg(short, long, alias = "clobber", short_alias = 'C')]
    pub(crate) force: bool,
}

impl AssessArguments {
    /// Returns what was asked for.
    pub(crate) fn request(self, json: bool) -> AssessRequest {
        AssessRequest {
            snapshot: self.snapshot,
            case: self.case.dir().to_owned(),
            logs: self.logs,
            no_logs: self.no_logs,
            known_good: self.known_good,
            vendors: self.vendors,
            format: if json { AssessFormat::Json } else { self.format },
            outputs: self.outputs,
            force: self.force,
        }
    }
}
