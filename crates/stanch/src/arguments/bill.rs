//! Arguments of `cost` and `dispute`.

use std::path::PathBuf;

use clap::Args;

use super::CaseOption;

/// Find the unauthorised charges on an AWS bill, each with its reason and event
///
/// Reads Cost and Usage Reports (legacy CSV and Parquet, CUR 2.0) and FOCUS 1.x exports. Joins each line with what the attacker
/// created, bought, started or called, as the events of the case show. Lines are unauthorised, shared (with the owner's
/// use; the measured part is claimed), likely, unknown or legitimate. Only proven amounts are claimed. No request is sent.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  aws s3 sync s3://BILLING-BUCKET/cur/ bill/
  stanch cost bill/
  stanch cost bill/ --csv lines.csv
  stanch cost bill.zip --case incident --json

Exit codes:
  0    no unauthorised or likely charge; all lines read and judged
  1    unauthorised or likely charges
  2    wrong usage; nothing was done
  3    part of the bill or of the logs was not read or not judged
  4    both 1 and 3
  7    failed: the case or a file can't be read or written")]
pub(crate) struct CostArguments {
    /// Files, folders or archives of the bill (repeatable)
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) case: CaseOption,
    /// Also write every line that is not legitimate as a table, formula-safe
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
    /// Overwrite existing files
    #[arg(short, long)]
    pub(crate) force: bool,
}

/// Write the support case that asks AWS for a credit: text, table of charges, evidence
///
/// Writes a folder: case.txt to paste (AWS's limit for a case is 8,000 characters), charges.csv with every claimed line and its
/// event, timeline.csv, and dispute.html to print. States only what the case and the bill prove; the rest is listed as open.
/// Opens no case at AWS: no request is sent.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch dispute --bill bill/
  stanch dispute --bill bill/ --case incident --output dispute

Exit codes:
  0    nothing to claim; all lines read and judged
  1    written, with a claim
  2    wrong usage; nothing was done
  3    nothing proven to claim; part was not read or not judged
  4    written, with a claim; part was not read or not judged
  7    failed: the case or a file can't be read or written")]
pub(crate) struct DisputeArguments {
    #[command(flatten)]
    pub(crate) case: CaseOption,
    /// Files, folders or archives of the bill (repeatable)
    #[arg(long, required = true, value_name = "PATH", num_args = 1..)]
    pub(crate) bill: Vec<PathBuf>,
    /// The folder to write
    #[arg(short, long, value_name = "DIR", default_value = "dispute")]
    pub(crate) output: PathBuf,
    /// Overwrite existing files
    #[arg(short, long)]
    pub(crate) force: bool,
}
