//! Arguments of `query`.

use std::path::PathBuf;

use clap::Args;

use super::CaseOption;

/// Query the events of a case: SQL, or one of the ready queries
///
/// Views: events, findings, finding_events, principals, sources. `DESCRIBE events` lists the columns. Times are UTC,
/// written like '2026-03-06T13:41:07Z'; what was not logged is NULL; request, response and additional are JSON text:
/// json_get_str(request, 'userName') or request->>'userName'. Read only. The same query gives the same bytes: rows are
/// ordered by ORDER BY, then by all columns.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch query --list                       # the ready queries
  stanch query persistence --case incident
  stanch query principal-acts --param principal=user/ci-release
  stanch query --show role-chains           # its SQL, to change it
  stanch query \"SELECT name, count(*) AS n FROM events \\
    WHERE outcome = 'denied' GROUP BY name ORDER BY n DESC LIMIT 20\"
  stanch query 'SELECT time, name FROM events WHERE principal = $p' \\
    --param p=arn:aws:iam::111122223333:user/ci-release
  stanch query \"SELECT * FROM events\" -o events.parquet

Exit codes:
  0    done
  2    wrong usage; nothing was done
  3    done, but the hunt did not read all input: what is missing is unknown
  7    failed: the statement can't run, or a file can't be read or written")]
pub(crate) struct QueryArguments {
    /// A SELECT, EXPLAIN, SHOW or DESCRIBE, or the name of a ready query; - reads it from standard input
    #[arg(required_unless_present_any = ["list", "show"], value_name = "SQL|NAME")]
    pub(crate) query: Option<String>,
    #[command(flatten)]
    pub(crate) case: CaseOption,
    /// List the ready queries
    #[arg(long, conflicts_with_all = ["query", "show", "output"])]
    pub(crate) list: bool,
    /// Print the SQL of a ready query and what to look for
    #[arg(long, value_name = "NAME", conflicts_with_all = ["query", "output"])]
    pub(crate) show: Option<String>,
    /// A value for $NAME in the query (repeatable); it is bound, never pasted
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = parse_parameter)]
    pub(crate) parameters: Vec<(String, String)>,
    /// Format of the result [default: by the extension of -o, else table]
    #[arg(long, value_enum, conflicts_with = "json")]
    pub(crate) format: Option<QueryFormat>,
    /// Write the result to FILE: .csv, .json, .jsonl, .parquet, .txt
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Overwrite the file if it exists
    #[arg(short, long, alias = "clobber", short_alias = 'C')]
    pub(crate) force: bool,
    /// Number of rows that a table shows; other formats have all
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) rows: usize,
    /// Number of threads [default: one per processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) threads: Option<u16>,
}

/// A format of query results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum QueryFormat {
    /// Columns as wide as the terminal allows
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
