//! Arguments of `who`.

use std::path::PathBuf;

use clap::Args;

use super::CaseOption;

/// Show the lineage of a key, session, user, role, instance, function or address: creator, children, calls, what is still valid
///
/// Follows only links that events prove by an identifier: who issued which credential, who created which user or role. Reads
/// logs, the events kept in the case, and its last snapshot. No request is sent.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch who AKIAQNZGKIQY56JQ7WML
  stanch who arn:aws:iam::111122223333:role/ops --logs logs/
  stanch who 203.0.113.45 --case incident --json

Exit codes:
  0    shown
  2    wrong usage; nothing was done
  3    not seen in what was read, or part of the logs was not read
  7    failed: logs or case can't be read")]
pub(crate) struct WhoArguments {
    /// An access key id, ARN, unique id (AIDA…, AROA…), session or its name, instance id, function, name or address
    #[arg(value_name = "KEY|ARN|ID|IP|SESSION|INSTANCE")]
    pub(crate) asked: String,
    #[command(flatten)]
    pub(crate) case: CaseOption,
    /// CloudTrail logs to read instead of the events of the case: folders, files, archives (repeatable)
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub(crate) logs: Vec<PathBuf>,
    /// A snapshot: its folder, or its id in the case [default: the last, if there is one]
    #[arg(long, value_name = "SNAPSHOT")]
    pub(crate) snapshot: Option<PathBuf>,
}
