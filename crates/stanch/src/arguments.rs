//! What can be typed. Nothing below the commands sees these types.

mod assess;
mod aws;
mod declarations;
mod respond;
mod who;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use stanch_core::Timestamp;

use crate::format::Format;

pub(crate) use assess::{AssessArguments, AssessFormat};
pub(crate) use aws::{
    AccessArguments, CallArguments, CollectArguments, PermissionsArguments, PermittedVerb, PolicyFormat,
    WhoamiArguments,
};
pub(crate) use declarations::{
    DeclarationArguments, DeclarationCommand, SaidArguments, VendorArguments, VendorCommand,
};
pub(crate) use respond::{
    ApplyArguments, ContainArguments, PlanActionsArguments, PlanArguments, PlanCommand, PlanFormat,
    PlanLintArguments, PlanListArguments, PlanShowArguments, RespondArguments, SeedArguments, UndoArguments,
    WatchArguments,
};
pub(crate) use who::{WhoArguments, WhoFormat};

/// Read AWS logs after a compromise and tell what happened: who was taken over, since when, what they did and
/// what they left. Reads local files and, where asked to, the account itself; changes nothing in any account.
#[derive(Debug, Parser)]
#[command(name = "stanch", version, max_term_width = 80, arg_required_else_help = true, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) console: ConsoleArguments,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Start here:
  stanch demo                                see it on a made-up incident
  stanch hunt logs/                          a folder of CloudTrail logs, as synced from S3
  stanch hunt logs/ -o report.html           and a page to look at
  stanch case new incident && stanch hunt logs/ --case incident
  stanch whoami && stanch collect --case incident
  stanch respond                             the whole response, step by step

Exit codes: 0 nothing found, 1 findings, 2 usage or error, 3 input not read in full, 4 both 1 and 3";

/// How to talk.
#[derive(Debug, Args)]
pub(crate) struct ConsoleArguments {
    /// Say nothing but the result
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Show every finding and every fact
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// No colour (as the NO_COLOR variable does)
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Hunt(HuntArguments),
    Whoami(WhoamiArguments),
    Collect(CollectArguments),
    Assess(AssessArguments),
    Who(WhoArguments),
    Contain(ContainArguments),
    Plan(PlanArguments),
    Apply(ApplyArguments),
    Undo(UndoArguments),
    Watch(WatchArguments),
    Respond(RespondArguments),
    Call(CallArguments),
    Permissions(PermissionsArguments),
    Report(ReportArguments),
    Query(QueryArguments),
    Case(CaseArguments),
    Rules(RulesArguments),
    Demo(DemoArguments),
    Completions(CompletionsArguments),
}

/// Read logs and tell what happened
///
/// Takes folders, files, archives (tar, tar.gz, zip), places in S3 and `-` for standard input: CloudTrail in every
/// container it comes in, S3 server access logs, VPC flow logs, GuardDuty findings. What a file is, its content decides.
/// Objects in S3 are streamed, not copied. Without --case nothing is written but what -o names.
#[derive(Debug, Args)]
#[command(after_help = "\
For instance:
  stanch hunt logs/ --case incident
  stanch hunt s3://BUCKET/AWSLogs/ --since 2026-03-01T00:00:00Z --case incident
  stanch hunt --live --case incident             no trail, or nobody knows where

Exit codes: 0 nothing of medium severity or above, 1 findings, 2 usage or error,
3 input not read in full, 4 findings and input not read in full")]
pub(crate) struct HuntArguments {
    /// Folders, files, archives, s3://BUCKET/PREFIX, or - for standard input
    #[arg(required_unless_present = "live", value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,
    /// Pull the events that CloudTrail keeps for 90 days in every region, trail or no trail, into the case
    #[arg(long, requires = "case")]
    pub(crate) live: bool,
    /// Of S3 and --live, only what happened from this time on
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) since: Option<Timestamp>,
    /// Of S3 and --live, only what happened until this time
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) until: Option<Timestamp>,
    /// Of S3, only keys of these accounts; with --live, these accounts through --role-name (repeatable)
    #[arg(long = "account", value_name = "ID")]
    pub(crate) accounts: Vec<String>,
    /// With --live, every active account of the organisation, through --role-name
    #[arg(long, requires_all = ["live", "role_name"], conflicts_with = "accounts")]
    pub(crate) org: bool,
    /// With --live, the role to assume in other accounts
    #[arg(long, value_name = "NAME", requires = "live")]
    pub(crate) role_name: Option<String>,
    /// Keep everything learnt in this case; an interrupted hunt goes on where it was
    #[arg(long, value_name = "DIR")]
    pub(crate) case: Option<PathBuf>,
    /// Keep no resumable state in the case: faster, but an interrupted hunt begins anew
    #[arg(long)]
    pub(crate) no_store: bool,
    #[command(flatten)]
    pub(crate) tables: TableArguments,
    /// What to print on standard output
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,
    /// Write a report here as well; the ending says which, such as .html, .md or .csv: see --format
    #[arg(short, long = "output", value_name = "FILE")]
    pub(crate) outputs: Vec<PathBuf>,
    /// Replace files that are there already
    #[arg(short = 'C', long)]
    pub(crate) clobber: bool,
    /// How many threads read [default: one per processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) threads: Option<u16>,
    /// Fix the clock, so that the same input gives the same bytes
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) now: Option<Timestamp>,
    #[command(flatten)]
    pub(crate) access: AccessArguments,
}

/// Write what a hunt found in another format, for tickets, timelines and other tools
///
/// Reads the report that `stanch hunt --case` kept, and hunts nothing anew.
#[derive(Debug, Args)]
#[command(after_help = "\
For instance:
  stanch report incident -o ticket.md -o findings.csv -o incident.stix.json
  stanch report incident --format jsonl | jq .summary

Exit codes: 0 written, 2 usage or error")]
pub(crate) struct ReportArguments {
    /// The case, or a report.json
    #[arg(default_value = "incident", value_name = "CASE")]
    pub(crate) from: PathBuf,
    /// What to write [default: by the ending of -o; text on standard output]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// Write here instead of standard output; the ending says what, unless --format does (repeatable)
    #[arg(short, long = "output", value_name = "FILE")]
    pub(crate) outputs: Vec<PathBuf>,
    /// Replace files that are there already
    #[arg(short = 'C', long)]
    pub(crate) clobber: bool,
}

/// Where to look things up.
#[derive(Debug, Args, Default)]
pub(crate) struct TableArguments {
    /// Sigma rules of your own: a folder or a file (repeatable)
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Vec<PathBuf>,
    /// A MaxMind-style database (.mmdb) of networks or countries
    #[arg(long, value_name = "FILE")]
    pub(crate) geoip: Option<PathBuf>,
    /// AWS's published address ranges (ip-ranges.json)
    #[arg(long, value_name = "FILE")]
    pub(crate) aws_ranges: Option<PathBuf>,
}

fn parse_time(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| "not a time; write it like 2026-03-05T14:02:00Z".to_owned())
}

/// Ask a case anything: SQL, or one of the ready queries
///
/// Views: events, findings, finding_events, principals, sources. `DESCRIBE events` lists the columns. Times are UTC and
/// written like '2026-03-06T13:41:07Z'; what was not logged is NULL; request, response and additional are JSON text:
/// json_get_str(request, 'userName') or request->>'userName'. Only reading is possible. The same question gives the
/// same bytes: rows are ordered by ORDER BY, then by all columns.
#[derive(Debug, Args)]
#[command(after_help = QUERY_EXAMPLES)]
pub(crate) struct QueryArguments {
    /// A SELECT, EXPLAIN, SHOW or DESCRIBE, or the name of a ready query; - reads it from standard input
    #[arg(required_unless_present_any = ["list", "show"], value_name = "SQL|NAME")]
    pub(crate) query: Option<String>,
    /// The case
    #[arg(long, value_name = "DIR", default_value = "incident")]
    pub(crate) case: PathBuf,
    /// List the ready queries
    #[arg(long, conflicts_with_all = ["query", "show", "output"])]
    pub(crate) list: bool,
    /// Print the SQL of a ready query and what to look for
    #[arg(long, value_name = "NAME", conflicts_with_all = ["query", "output"])]
    pub(crate) show: Option<String>,
    /// A value for $NAME in the query (repeatable); it is bound, never pasted
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = parse_parameter)]
    pub(crate) parameters: Vec<(String, String)>,
    /// How to write the result [default: what the file's ending says, else table]
    #[arg(long, value_enum)]
    pub(crate) format: Option<QueryFormat>,
    /// Write the result here: .csv, .json, .jsonl, .parquet, .txt
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Replace the file if it is there already
    #[arg(short = 'C', long)]
    pub(crate) clobber: bool,
    /// How many rows a table shows; other formats give all
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) rows: usize,
    /// How many threads work [default: one per processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) threads: Option<u16>,
}

const QUERY_EXAMPLES: &str = "\
Begin with the ready queries:
  stanch query --list
  stanch query persistence --case incident
  stanch query principal-acts --param principal=user/ci-release
  stanch query --show role-chains              its SQL, to change it

Then ask your own:
  stanch query \"SELECT name, count(*) AS n FROM events WHERE outcome = 'denied'
                GROUP BY name ORDER BY n DESC LIMIT 20\"
  stanch query \"SELECT time, name, request->>'roleName' AS role FROM events
                WHERE principal = \\$p AND NOT is_read\" --param p=arn:aws:iam::…
  stanch query \"SELECT * FROM events\" -o events.parquet

Exit codes: 0 done, 2 usage or error, 3 done, but the hunt did not read all input:
what is missing is unknown, never clean";

/// A format of query results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum QueryFormat {
    /// Columns fitted to the terminal
    Table,
    /// RFC 4180; cells that a spreadsheet would run as formulas begin with an apostrophe
    Csv,
    /// One array of objects
    Json,
    /// One object a line
    Jsonl,
    /// Parquet
    Parquet,
}

fn parse_parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it like name=value")?;
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_name {
        Ok((name.to_owned(), value.to_owned()))
    } else {
        Err("a name has letters, digits and _ only".to_owned())
    }
}

/// Open a case, look at it, prove that nobody changed it
#[derive(Debug, Args)]
pub(crate) struct CaseArguments {
    #[command(subcommand)]
    pub(crate) command: CaseCommand,
}

/// What to do with a case.
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

/// Open a new case: a private folder that holds everything learnt and done
#[derive(Debug, Args)]
pub(crate) struct CaseNewArguments {
    /// The folder to make
    pub(crate) dir: PathBuf,
    /// What the incident is called
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// An account it is about, 12 digits (repeatable)
    #[arg(long = "account", value_name = "ID")]
    pub(crate) accounts: Vec<String>,
    /// The responder: the ARN or name of your own principal, which is never cut off
    #[arg(long)]
    pub(crate) responder: Option<String>,
    /// ARN of a break-glass principal, which is never cut off (repeatable)
    #[arg(long, value_name = "ARN")]
    pub(crate) break_glass: Vec<String>,
    /// There is no break-glass principal
    #[arg(long, conflicts_with = "break_glass")]
    pub(crate) no_break_glass: bool,
    /// Keep AWS's replies as they came too, secrets and all, sealed to this age public key (age1…, made with
    /// age-keygen); only who has its secret key can open them
    #[arg(long, value_name = "RECIPIENT")]
    pub(crate) seal_to: Option<String>,
}

/// Tell what a case holds
#[derive(Debug, Args)]
pub(crate) struct CaseShowArguments {
    /// The case
    #[arg(default_value = "incident")]
    pub(crate) dir: PathBuf,
    /// List every input that was not read in full, with reason and position
    #[arg(long)]
    pub(crate) problems: bool,
}

/// Check journal, documents and evidence of a case against their hashes
#[derive(Debug, Args)]
pub(crate) struct CaseVerifyArguments {
    /// The case
    #[arg(default_value = "incident")]
    pub(crate) dir: PathBuf,
}

/// Tell what differs between two snapshots: what came, went, changed, and what is known in only one of them
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 no difference, 1 differences, 2 usage or error, 3 something is no longer known, 4 both 1 and 3"
)]
pub(crate) struct CaseDiffArguments {
    /// The earlier snapshot [default: the last but one]
    #[arg(value_name = "EARLIER", requires = "later")]
    pub(crate) earlier: Option<String>,
    /// The later snapshot [default: the last]
    #[arg(value_name = "LATER")]
    pub(crate) later: Option<String>,
    /// The case
    #[arg(long = "case", value_name = "DIR", default_value = "incident")]
    pub(crate) dir: PathBuf,
    /// JSON instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// List the detections, or check rules of your own
#[derive(Debug, Args)]
pub(crate) struct RulesArguments {
    /// Load these rules as well and say which can't be loaded, and why (repeatable)
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Vec<PathBuf>,
    /// Explain one detection, by id
    #[arg(long, value_name = "ID")]
    pub(crate) explain: Option<String>,
}

/// Make up an incident and hunt through it
#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// The folder to make; holds the logs and the case
    #[arg(long, default_value = "stanch-demo", value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Another seed makes another incident
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
    /// About how many events
    #[arg(long, default_value_t = 20_000, value_name = "N")]
    pub(crate) events: u64,
    /// Put hostile text into every field that an attacker could write
    #[arg(long)]
    pub(crate) hostile: bool,
    /// Replace what is in the folder, if a demo made it
    #[arg(short = 'C', long)]
    pub(crate) clobber: bool,
}

/// Print a completion script for your shell
#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        <Arguments as clap::CommandFactory>::command().debug_assert();
    }
}
