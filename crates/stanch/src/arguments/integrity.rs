//! Arguments of `verify-logs` and `gaps`.

use std::path::PathBuf;

use clap::Args;

use super::AccessArguments;

/// Verify that CloudTrail log files are as CloudTrail delivered them: signatures, chains of digests, hashes
///
/// Checks every digest file with AWS's public keys, every link from one digest to the one before it, and every log file
/// against the hash in its digest, for all accounts and regions of the input. A digest's signature is metadata of its S3
/// object, which a plain copy loses; the next digest repeats it, so only the last digest of each chain needs --signatures.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch verify-logs logs/ --keys keys.json
  stanch verify-logs logs/ --fetch-keys --profile responder
  stanch verify-logs s3://BUCKET/AWSLogs/ --case incident

Exit codes:
  0    everything is valid
  1    something is not as CloudTrail delivered it
  2    wrong usage; nothing was done
  3    something could not be validated
  4    both 1 and 3
  7    failed: files or AWS can't be read")]
pub(crate) struct VerifyLogsArguments {
    /// Folders or files of a trail's bucket, or s3://BUCKET/PREFIX
    #[arg(value_name = "INPUT", required = true)]
    pub(crate) inputs: Vec<PathBuf>,
    /// Public keys: output of aws cloudtrail list-public-keys, for the time of the digests (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) keys: Vec<PathBuf>,
    /// Request the public keys from CloudTrail in each region of the digests; always done for s3://
    #[arg(long)]
    pub(crate) fetch_keys: bool,
    /// Signatures of digests: a line for each with Key and Metadata, as aws s3api head-object prints it (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) signatures: Vec<PathBuf>,
    /// Keep the result in this case [default: ./incident, if it is a case]
    #[arg(long, value_name = "DIR", env = "STANCH_CASE", hide_env_values = true)]
    pub(crate) case: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) access: AccessArguments,
}

/// Find times and kinds of events that were not recorded, or whose log files are gone
///
/// Joins the calls that stop, narrow or delete a log, the timeline of CloudTrail's digests, log files that a digest names
/// and that are not in the input, and silent intervals of a Region that is otherwise busy. Lists as well what was never
/// recorded: data events, and Regions without any event. Signatures are not checked: verify-logs does that.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch gaps logs/
  stanch gaps logs/ --case incident          # keep the list in the case
  stanch gaps logs/ --json

Exit codes:
  0    no gap
  1    gaps
  2    wrong usage; nothing was done
  3    part of the input is not known, or events were never recorded
  4    both 1 and 3
  7    failed: files or the case can't be read")]
pub(crate) struct GapsArguments {
    /// Folders or files of logs, with the CloudTrail-Digest folder where there is one
    #[arg(value_name = "PATH", required = true)]
    pub(crate) inputs: Vec<PathBuf>,
    /// Read the status of trails from this case, and keep the result there [default: ./incident, if it is a case]
    #[arg(long, value_name = "DIR", env = "STANCH_CASE", hide_env_values = true)]
    pub(crate) case: Option<PathBuf>,
}
