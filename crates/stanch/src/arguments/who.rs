//! What can be typed after `who`.

use std::path::PathBuf;

use clap::Args;

/// Tell who is behind a key, session, role, machine or address: where it comes from and what came of it
///
/// Follows only what events say by an identifier: who issued which credential, who made whom. Reads logs, the events that
/// are kept in a case, and the last snapshot of the account in it; asks nobody and changes nothing.
#[derive(Debug, Args)]
#[command(after_help = "\
For instance:
  stanch who AKIAQNZGKIQY56JQ7WML                   of the case in ./incident
  stanch who arn:aws:iam::111122223333:role/ops --logs logs/
  stanch who 203.0.113.45 --case incident --format json

Exit codes: 0 told, 2 usage or error, 3 nothing that was read names it, or something could not be read")]
pub(crate) struct WhoArguments {
    /// An access key id, ARN, unique id (AIDA…, AROA…), session or its name, instance id, function, name or address
    #[arg(value_name = "KEY|ARN|ID|IP|SESSION|INSTANCE")]
    pub(crate) asked: String,
    /// The case
    #[arg(long, value_name = "DIR", default_value = "incident")]
    pub(crate) case: PathBuf,
    /// CloudTrail logs to read in place of the case's events: folders, files, archives (repeatable)
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub(crate) logs: Vec<PathBuf>,
    /// A snapshot's folder [default: the last of the case, if there is one]
    #[arg(long, value_name = "DIR")]
    pub(crate) snapshot: Option<PathBuf>,
    /// What to print on standard output
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: WhoFormat,
}

/// A format of what is known of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum WhoFormat {
    /// A page for the terminal
    Text,
    /// All of it
    Json,
}
