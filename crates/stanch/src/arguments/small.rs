//! Arguments of `rules`, `demo` and `completions`.

use std::path::PathBuf;

use clap::Args;

/// List the detections, explain one, or check rules of your own
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch rules
  stanch rules --explain iam-new-admin-user
  stanch rules --rules own-rules/

Exit codes:
  0    listed
  2    wrong usage; nothing was done
  7    failed: a rule can't be loaded")]
pub(crate) struct RulesArguments {
    /// Also load these rules, and report which can't be loaded, and why (repeatable)
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Vec<PathBuf>,
    /// Explain one detection, by id
    #[arg(long, value_name = "ID")]
    pub(crate) explain: Option<String>,
}

/// Make up an incident and hunt in it
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch demo
  stanch demo --out demo-2 --seed 11 --events 100000

Exit codes:
  0    the incident was found
  2    wrong usage; nothing was done
  3    the incident was not found
  7    failed: the folder can't be written")]
pub(crate) struct DemoArguments {
    /// The folder to create, with logs and case
    #[arg(long, default_value = "stanch-demo", value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Another seed makes another incident
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
    /// Number of events, about
    #[arg(long, default_value_t = 20_000, value_name = "N")]
    pub(crate) events: u64,
    /// Put hostile text into every field that an attacker can write
    #[arg(long)]
    pub(crate) hostile: bool,
    /// Overwrite the folder, if a demo made it
    #[arg(short, long, alias = "clobber", short_alias = 'C')]
    pub(crate) force: bool,
}

/// Print a completion script for a shell
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch completions bash > ~/.local/share/bash-completion/completions/stanch
  stanch completions zsh > ~/.zfunc/_stanch

Exit codes:
  0    printed
  2    wrong usage; nothing was done
  7    failed: standard output can't be written")]
pub(crate) struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}
