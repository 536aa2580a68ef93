//! Arguments of `case`, and the option that names a case.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::{DeclarationArguments, VendorArguments};
use crate::requests::DEFAULT_CASE;

/// The case that a verb works on.
#[derive(Debug, Clone, Args)]
pub(crate) struct CaseOption {
    /// The case
    #[arg(long, value_name = "DIR", env = "STANCH_CASE", hide_env_values = true, default_value = DEFAULT_CASE)]
    case: PathBuf,
}

impl CaseOption {
    /// Returns the folder.
    pub(crate) fn dir(&self) -> &Path {
        &self.case
    }

    /// Returns the folder that was named without `--case`, else that of the option.
    pub(crate) fn or<'p>(&'p self, named: Option<&'p Path>) -> &'p Path {
        named.unwrap_or(&self.case)
    }
}

/// Open a case, show it, verify that nobody changed it, compare snapshots
#[derive(Debug, Args)]
pub(crate) struct CaseArguments {
    #[command(subcommand)]
    pub(crate) command: CaseCommand,
}

/// Verbs of a case.
#[derive(Debug, Subcommand)]
pub(crate) enum CaseCommand {
    New(CaseNewArguments),
    Show(CaseShowArguments),
    Verify(CaseVerifyArguments),
    Diff(CaseDiffArguments),
    /// Responders, who are never cut off: list, add, remove
    Responder(DeclarationArguments),
    /// Break-glass principals, which are never cut off: list, add, remove
    BreakGlass(DeclarationArguments),
    /// Vendors' accounts, which are not treated as an attacker's: list, add, remove
    Vendors(VendorArguments),
    /// Resources and accounts that are legitimate: list, add, remove
    KnownGood(DeclarationArguments),
}

/// Open a new case: a private folder that keeps evidence, findings, plans and a journal
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch case new incident
  stanch case new incident --account 111122223333 --responder ir-admin \\
    --break-glass arn:aws:iam::111122223333:role/break-glass

Exit codes:
  0    opened
  2    wrong usage; nothing was done
  7    failed: the folder exists or can't be written")]
pub(crate) struct CaseNewArguments {
    /// The folder to create [default: the case]
    #[arg(value_name = "DIR", conflicts_with = "case")]
    pub(crate) dir: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) case: CaseOption,
    /// The name of the incident
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// An affected account, 12 digits (repeatable)
    #[arg(long = "account", value_name = "ID")]
    pub(crate) accounts: Vec<String>,
    /// Your own principal (ARN or name): no plan locks it out
    #[arg(long, value_name = "PRINCIPAL")]
    pub(crate) responder: Option<String>,
    /// ARN of a break-glass principal: no plan locks it out (repeatable)
    #[arg(long, value_name = "ARN")]
    pub(crate) break_glass: Vec<String>,
    /// There is no break-glass principal
    #[arg(long, conflicts_with = "break_glass")]
    pub(crate) no_break_glass: bool,
    /// Also keep AWS's replies unredacted, encrypted to this age public key (age1…, made with age-keygen)
    #[arg(long, value_name = "RECIPIENT")]
    pub(crate) seal_to: Option<String>,
}

/// Show a case: who responds, the verdict, what is kept
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch case show
  stanch case show --case incident --problems

Exit codes:
  0    nothing of medium severity or above found, all input read
  1    findings of medium severity or above
  2    wrong usage; nothing was done
  3    part of the input was not read or not judged
  4    both 1 and 3
  7    failed: the case can't be read")]
pub(crate) struct CaseShowArguments {
    /// The case, without --case
    #[arg(value_name = "CASE", conflicts_with = "case")]
    pub(crate) dir: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) case: CaseOption,
    /// List every input that was not read in full, with reason and position
    #[arg(long)]
    pub(crate) problems: bool,
}

/// Verify journal, documents and evidence of a case against their hashes
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch case verify
  stanch case verify --case incident --json

Exit codes:
  0    unchanged
  2    wrong usage; nothing was done
  3    unchanged, but work was interrupted in it
  7    failed: changed, damaged, or it can't be read")]
pub(crate) struct CaseVerifyArguments {
    /// The case, without --case
    #[arg(value_name = "CASE", conflicts_with = "case")]
    pub(crate) dir: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) case: CaseOption,
}

/// Compare two snapshots: what was added, removed or changed, and what is known in only one of them
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch case diff                  # the last two snapshots
  stanch case diff 20260306T140000000Z 20260306T160000000Z --case incident

Exit codes:
  0    no difference
  1    differences
  2    wrong usage; nothing was done
  3    part of a snapshot is not known
  4    both 1 and 3
  7    failed: a snapshot can't be read")]
pub(crate) struct CaseDiffArguments {
    /// The earlier snapshot [default: the last but one]
    #[arg(value_name = "EARLIER", requires = "later")]
    pub(crate) earlier: Option<String>,
    /// The later snapshot [default: the last]
    #[arg(value_name = "LATER")]
    pub(crate) later: Option<String>,
    #[command(flatten)]
    pub(crate) case: CaseOption,
}
