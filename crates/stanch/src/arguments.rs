//! The command line. Verbs see requests (`crate::requests`) or the plain values of these types, never clap itself.

mod assess;
mod aws;
mod bill;
mod case;
mod declarations;
mod hunt;
mod integrity;
mod query;
mod respond;
mod scan;
mod small;
mod who;

use clap::{Args, Parser, Subcommand};
use stanch_core::Timestamp;

pub(crate) use assess::AssessArguments;
pub(crate) use aws::{
    AccessArguments, CallArguments, CollectArguments, PermissionsArguments, PermittedVerb, PolicyFormat,
    WhoamiArguments,
};
pub(crate) use bill::{CostArguments, DisputeArguments};
pub(crate) use case::{
    CaseArguments, CaseCommand, CaseDiffArguments, CaseNewArguments, CaseOption, CaseShowArguments,
    CaseVerifyArguments,
};
pub(crate) use declarations::{
    DeclarationArguments, DeclarationCommand, SaidArguments, VendorArguments, VendorCommand,
};
pub(crate) use hunt::{HuntArguments, ReportArguments};
pub(crate) use integrity::{GapsArguments, VerifyLogsArguments};
pub(crate) use query::{QueryArguments, QueryFormat};
pub(crate) use respond::{
    ApplyArguments, ContainArguments, PlanActionsArguments, PlanArguments, PlanCommand, PlanFormat,
    PlanLintArguments, PlanListArguments, PlanShowArguments, RespondArguments, UndoArguments, WatchArguments,
};
pub(crate) use scan::{ScanKeysArguments, ScanSsrfArguments};
pub(crate) use small::{CompletionsArguments, DemoArguments, RulesArguments};
pub(crate) use who::WhoArguments;

/// Respond to a compromised AWS account: find out what happened, contain it, verify it
///
/// hunt, who, query, scan-keys, scan-ssrf, cost, dispute and report read logs, files and the case. whoami, collect, call and permissions send read-only requests to
/// AWS. contain and plan make and show plans. Only apply, undo and watch --keep-up change an account, each from a plan
/// that was approved.
#[derive(Debug, Parser)]
#[command(name = "stanch", version, arg_required_else_help = true, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) console: ConsoleArguments,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  stanch demo                        # a made-up incident, no account needed
  stanch hunt logs/                  # CloudTrail logs, as synced from S3
  stanch hunt logs/ -o report.html   # and a page with every event
  stanch case new incident           # keep logs, findings and plans in a case
  stanch collect                     # download the account's configuration
  stanch respond                     # the whole response, step by step

Exit codes:
  0    done; nothing of medium severity or above found, all input read
  1    findings of medium severity or above
  2    wrong usage; nothing was done
  3    part of the input or of the account is not known
  4    both 1 and 3
  5    not everything was applied or undone
  6    the plan is refused by the linter
  7    failed: a file, the network, AWS or the case
  130  interrupted; the same command continues";

/// Options of every verb.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct ConsoleArguments {
    /// Print JSON on standard output; verbs that run on print one object a line
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Print nothing but the result and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// List everything that is otherwise only counted
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// No colour (as with the NO_COLOR variable)
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
}

/// Verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Hunt(HuntArguments),
    Whoami(WhoamiArguments),
    Collect(CollectArguments),
    Assess(AssessArguments),
    Who(WhoArguments),
    ScanKeys(ScanKeysArguments),
    ScanSsrf(ScanSsrfArguments),
    Contain(ContainArguments),
    Plan(PlanArguments),
    Apply(ApplyArguments),
    Undo(UndoArguments),
    Watch(WatchArguments),
    Respond(RespondArguments),
    Call(CallArguments),
    Permissions(PermissionsArguments),
    Report(ReportArguments),
    VerifyLogs(VerifyLogsArguments),
    Gaps(GapsArguments),
    Cost(CostArguments),
    Dispute(DisputeArguments),
    Query(QueryArguments),
    Case(CaseArguments),
    Rules(RulesArguments),
    Demo(DemoArguments),
    Completions(CompletionsArguments),
}

fn parse_time(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| "not a time; write it like 2026-03-05T14:02:00Z".to_owned())
}

#[cfg(test)]
mod tests;
