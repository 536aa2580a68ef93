//! Arguments of `stanch case responder`, `break-glass`, `vendors` and `known-good`.

use clap::{Args, Subcommand};

use super::CaseOption;

/// Declarations that name a principal or a resource.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch case responder list
  stanch case break-glass list --case incident
  stanch case known-good list --case incident

Exit codes:
  0    done
  2    wrong usage; nothing was done
  7    failed: the case can't be read or written")]
pub(crate) struct DeclarationArguments {
    #[command(subcommand)]
    pub(crate) command: DeclarationCommand,
}

/// Action on declarations.
#[derive(Debug, Subcommand)]
pub(crate) enum DeclarationCommand {
    /// List them, with the person and the reason
    List(ListArguments),
    /// Add one
    Add(EntryArguments),
    /// Remove one
    Remove(EntryArguments),
}

/// Vendors.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch case vendors add 464622532012 Datadog --reason monitoring
  stanch case vendors list --case incident
  stanch case vendors remove 464622532012 --reason 'contract ended'

Exit codes:
  0    done
  2    wrong usage; nothing was done
  7    failed: the case can't be read or written")]
pub(crate) struct VendorArguments {
    #[command(subcommand)]
    pub(crate) command: VendorCommand,
}

/// Action on vendors.
#[derive(Debug, Subcommand)]
pub(crate) enum VendorCommand {
    /// List the vendors, with the person and the reason
    List(ListArguments),
    /// Add a vendor's account
    Add(VendorAddArguments),
    /// Remove a vendor's account
    Remove(EntryArguments),
}

/// One declaration.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch case break-glass add arn:aws:iam::111122223333:role/break-glass \\
    --reason 'on-call procedure'
  stanch case responder add arn:aws:iam::111122223333:user/ana --reason ARN
  stanch case known-good add 'arn:aws:iam::111122223333:role/deploy-*' \\
    --reason CI/CD
  stanch case known-good remove web-1 --reason 'it is not ours'

Exit codes:
  0    done
  2    wrong usage; nothing was done
  7    failed: the case can't be read or written")]
pub(crate) struct EntryArguments {
    /// ARN, name or account id
    #[arg(value_name = "NAME")]
    pub(crate) entry: String,
    #[command(flatten)]
    pub(crate) said: SaidArguments,
}

/// A vendor's account.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch case vendors add 464622532012 Datadog --reason monitoring
  stanch case vendors add 464622532012 Datadog --reason monitoring --by ana

Exit codes:
  0    done
  2    wrong usage; nothing was done
  7    failed: the case can't be read or written")]
pub(crate) struct VendorAddArguments {
    /// Account id of the vendor, 12 digits
    #[arg(value_name = "ACCOUNT")]
    pub(crate) account: String,
    /// Name of the vendor
    #[arg(value_name = "VENDOR")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) said: SaidArguments,
}

/// Case, person and reason.
#[derive(Debug, Args)]
pub(crate) struct SaidArguments {
    /// Reason, for the journal
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Your name, for the journal [default: the responder of the case]
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
    #[command(flatten)]
    pub(crate) case: CaseOption,
}

/// Case and format of a list.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch case vendors list --case incident
  stanch case break-glass list --json

Exit codes:
  0    done
  2    wrong usage; nothing was done
  7    failed: the case can't be read or written")]
pub(crate) struct ListArguments {
    #[command(flatten)]
    pub(crate) case: CaseOption,
}
