//! Arguments of `hunt` and `report`.

use std::path::PathBuf;

use clap::Args;
use stanch_core::Timestamp;
use stanch_detect::Statement;

use super::{AccessArguments, parse_time};
use crate::format::Format;
use crate::requests::{self, HuntRequest, Tables};

/// Read logs and print what happened: who was compromised, since when, what they did and what they left
///
/// Reads folders, files, archives (tar, tar.gz, zip), S3 prefixes and standard input (-): CloudTrail in every container it
/// comes in, S3 server access logs, VPC flow logs, GuardDuty findings. The type of a file is found from its content. S3
/// objects are streamed, not copied. The result is kept in the case, if there is one.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch hunt logs/
  stanch hunt logs/ --case incident -o report.html
  stanch hunt s3://harbor-trail-logs/AWSLogs/ --since 2026-03-01T00:00:00Z
  stanch hunt --live                 # no trail: the 90 days CloudTrail keeps
  stanch hunt logs/ --suspect 203.0.113.77 --known-good 'deploy-*'

Exit codes:
  0    nothing of medium severity or above found, all input read
  1    findings of medium severity or above
  2    wrong usage; nothing was done
  3    nothing found, but part of the input was not read or not judged
  4    findings, and part of the input was not read or not judged
  7    failed: a file, the network, AWS or the case
  130  interrupted; the same command continues")]
pub(crate) struct HuntArguments {
    /// Folders, files, archives, s3://BUCKET/PREFIX, or - for standard input
    #[arg(required_unless_present = "live", value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,
    /// Download CloudTrail event history (90 days, every region, with or without a trail) into the case and read it
    #[arg(long, conflicts_with = "no_case")]
    pub(crate) live: bool,
    /// S3 and --live: only events from this time on
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) since: Option<Timestamp>,
    /// S3 and --live: only events until this time
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) until: Option<Timestamp>,
    /// S3: only logs of these accounts; --live: these accounts, through --role-name (repeatable)
    #[arg(long = "account", value_name = "ID")]
    pub(crate) accounts: Vec<String>,
    /// --live: every active account of the organization, through --role-name
    #[arg(long, requires_all = ["live", "role_name"], conflicts_with = "accounts")]
    pub(crate) org: bool,
    /// --live: the role to assume in other accounts
    #[arg(long, value_name = "NAME", requires = "live")]
    pub(crate) role_name: Option<String>,
    /// The case to keep the result in; an interrupted hunt continues [default: incident, if there is one]
    #[arg(long, value_name = "DIR", env = "STANCH_CASE", hide_env_values = true)]
    pub(crate) case: Option<PathBuf>,
    /// Keep nothing, write nothing but what -o names
    #[arg(long)]
    pub(crate) no_case: bool,
    /// Keep no resumable state in the case: faster, but an interrupted hunt starts again
    #[arg(long)]
    pub(crate) no_store: bool,
    /// Fields of VPC flow logs in a custom format without a header, such as '${srcaddr} ${dstaddr} ${start}' (repeatable)
    #[arg(long = "flow-format", value_name = "FIELDS")]
    pub(crate) flow_formats: Vec<String>,
    /// Treat as the attacker, whatever the detections say: ARN or name of a principal (* at the end: any ending), access key,
    /// address, network or client:NAME; ,from=TIME and ,until=TIME limit it (repeatable)
    #[arg(long = "suspect", value_name = "WHO")]
    pub(crate) suspects: Vec<Statement>,
    /// Treat as legitimate, as with --suspect, in addition to the known-good entries of the case: its findings get low severity
    /// (repeatable)
    #[arg(long, value_name = "WHO")]
    pub(crate) known_good: Vec<Statement>,
    #[command(flatten)]
    pub(crate) tables: TableArguments,
    /// Format of standard output
    #[arg(long, value_enum, default_value = "text", conflicts_with = "json")]
    pub(crate) format: Format,
    /// Also write a report to FILE; its extension decides the format (.html, .md, .csv …: see --format) (repeatable)
    #[arg(short, long = "output", value_name = "FILE")]
    pub(crate) outputs: Vec<PathBuf>,
    /// Overwrite existing files
    #[arg(short, long, alias = "clobber", short_alias = 'C')]
    pub(crate) force: bool,
    /// Number of reader threads [default: one per processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) threads: Option<u16>,
    /// Fix the clock, so that the same input gives the same bytes
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) now: Option<Timestamp>,
    #[command(flatten)]
    pub(crate) access: AccessArguments,
}

impl HuntArguments {
    /// Returns what was asked for.
    pub(crate) fn request(self, json: bool) -> HuntRequest {
        let case = self.case.filter(|_| !self.no_case);
        HuntRequest {
            case: case.or_else(|| (!self.no_case).then(requests::default_case).flatten()),
            inputs: self.inputs,
            live: self.live,
            since: self.since,
            until: self.until,
            accounts: self.accounts,
            org: self.org,
            role_name: self.role_name,
            no_store: self.no_store,
            flow_formats: self.flow_formats,
            suspects: self.suspects,
            known_good: self.known_good,
            tables: self.tables.meant(),
            format: if json { Format::Json } else { self.format },
            outputs: self.outputs,
            force: self.force,
            threads: self.threads,
            now: self.now,
            access: self.access.meant(),
        }
    }
}

/// Look-up tables and rules.
#[derive(Debug, Args, Default)]
pub(crate) struct TableArguments {
    /// Sigma rules of your own: a folder or a file (repeatable)
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Vec<PathBuf>,
    /// A MaxMind database (.mmdb) of networks or countries
    #[arg(long, value_name = "FILE")]
    pub(crate) geoip: Option<PathBuf>,
    /// AWS's published address ranges (ip-ranges.json)
    #[arg(long, value_name = "FILE")]
    pub(crate) aws_ranges: Option<PathBuf>,
}

impl TableArguments {
    fn meant(self) -> Tables {
        Tables {
            rules: self.rules,
            geoip: self.geoip,
            aws_ranges: self.aws_ranges,
        }
    }
}

/// Write the result of a hunt in another format, for tickets, timelines and other tools
///
/// Reads the report that `stanch hunt` kept in the case; no log is read again.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch report -o ticket.md -o findings.csv -o incident.stix.json
  stanch report --case incident --format jsonl > findings.jsonl

Exit codes:
  0    written
  2    wrong usage; nothing was done
  7    failed: the case has no report, or a file can't be written")]
pub(crate) struct ReportArguments {
    /// A case, or a report.json [default: the case]
    #[arg(value_name = "CASE", conflicts_with = "case")]
    pub(crate) from: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) case: super::CaseOption,
    /// Format [default: by the extension of -o; text on standard output]
    #[arg(long, value_enum, conflicts_with = "json")]
    pub(crate) format: Option<Format>,
    /// Write to FILE instead of standard output; its extension decides the format, unless --format does (repeatable)
    #[arg(short, long = "output", value_name = "FILE")]
    pub(crate) outputs: Vec<PathBuf>,
    /// Overwrite existing files
    #[arg(short, long, alias = "clobber", short_alias = 'C')]
    pub(crate) force: bool,
}
