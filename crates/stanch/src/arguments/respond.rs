//! What can be typed after the verbs that act: `contain`, `plan`, `apply`, `undo`, `watch`, `respond`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::AccessArguments;

/// Plan how to cut off whoever is suspect; nothing is changed
///
/// Follows exact links only: what came of the credentials you name, and what was made with them. What is linked less surely is
/// listed and left alone. Plans from the last snapshot of the case; before each change its state is read again.
#[derive(Debug, Args)]
#[command(after_help = "\
For instance:
  stanch contain --case incident --key AKIA…
  stanch contain --case incident --user mallory --role shadow-admin --finding FINDING
  stanch contain --case incident --all           everybody whom the hunt or the assessment holds for hostile
  stanch contain --case incident --act guardduty-enable:eu-west-1
  stanch contain --case incident --act trail-bucket-create:BUCKET,trail=watch --act trail-create:watch,bucket=BUCKET
                 --act trail-start:watch         a new trail, with a bucket of its own
Then:
  stanch plan show --case incident               what would be done, and why
  stanch apply --case incident DIGEST
Exit codes: 0 planned, 2 usage or error, 3 planned, but part of the account is not known, 6 refused by the linter")]
pub(crate) struct ContainArguments {
    #[command(flatten)]
    pub(crate) seeds: SeedArguments,
    /// The case
    #[arg(long, value_name = "DIR", default_value = "incident")]
    pub(crate) case: PathBuf,
    /// Plan from this snapshot of the case [default: the last]
    #[arg(long, value_name = "ID")]
    pub(crate) snapshot: Option<PathBuf>,
    /// CloudTrail logs: folders, files, archives (repeatable) [default: the events of the case]
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub(crate) logs: Vec<PathBuf>,
    /// Harm is going on now (yes): cut off at once what is known, then look again. Or it is quiet (no): find all of it first
    #[arg(long, value_name = "yes|no", value_parser = parse_yes_no)]
    pub(crate) harm_now: Option<bool>,
    /// A principal that must never be touched, beside yourself and the case's break-glass principals (repeatable)
    #[arg(long, value_name = "PRINCIPAL")]
    pub(crate) exempt: Vec<String>,
    /// JSON instead of text
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) access: AccessArguments,
}

/// Whom to cut off.
#[derive(Debug, Args, Default)]
#[group(id = "seeds", required = true, multiple = true)]
pub(crate) struct SeedArguments {
    /// An access key (repeatable)
    #[arg(long = "key", value_name = "AKIA…", group = "seeds")]
    pub(crate) keys: Vec<String>,
    /// A user, by name or ARN (repeatable)
    #[arg(long = "user", value_name = "USER", group = "seeds")]
    pub(crate) users: Vec<String>,
    /// A role, by name or ARN (repeatable)
    #[arg(long = "role", value_name = "ROLE", group = "seeds")]
    pub(crate) roles: Vec<String>,
    /// A session: its access key or its ARN (repeatable)
    #[arg(long = "session", value_name = "ASIA…", group = "seeds")]
    pub(crate) sessions: Vec<String>,
    /// A machine (repeatable)
    #[arg(long = "instance", value_name = "i-…", group = "seeds")]
    pub(crate) instances: Vec<String>,
    /// An address: everybody who called from it (repeatable)
    #[arg(long = "ip", value_name = "ADDRESS", group = "seeds")]
    pub(crate) addresses: Vec<String>,
    /// A finding of the assessment, by its id (repeatable)
    #[arg(long = "finding", value_name = "ID", group = "seeds")]
    pub(crate) findings: Vec<String>,
    /// An action and what it is done to, for what nothing else leads to: ACTION:TARGET,NAME=WORD (repeatable; `stanch plan
    /// actions` lists them)
    #[arg(long = "act", value_name = "ACTION", group = "seeds")]
    pub(crate) acts: Vec<String>,
    /// Everybody whom the hunt holds for taken over, and everything that the assessment holds for hostile
    #[arg(long, group = "seeds")]
    pub(crate) all: bool,
}

fn parse_yes_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" | "y" | "true" => Ok(true),
        "no" | "n" | "false" => Ok(false),
        _ => Err("say yes or no".to_owned()),
    }
}

/// Look at plans: what they would do, and whether they are safe
#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    #[command(subcommand)]
    pub(crate) command: PlanCommand,
}

/// What to do with plans.
#[derive(Debug, Subcommand)]
pub(crate) enum PlanCommand {
    Show(PlanShowArguments),
    Lint(PlanLintArguments),
    List(PlanListArguments),
    Actions(PlanActionsArguments),
}

/// List what can be done, or tell all about one action: what it is done to, what it takes, what it leaves open
#[derive(Debug, Args)]
pub(crate) struct PlanActionsArguments {
    /// The action
    #[arg(value_name = "ACTION")]
    pub(crate) action: Option<String>,
    /// JSON instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// Show a plan: each step with why, what it breaks, how it is taken back, and the aws command that does the same
#[derive(Debug, Args)]
pub(crate) struct PlanShowArguments {
    /// The plan: its digest or the first digits of it [default: the last of the case]
    #[arg(value_name = "DIGEST")]
    pub(crate) plan: Option<String>,
    /// The case
    #[arg(long, value_name = "DIR", default_value = "incident")]
    pub(crate) case: PathBuf,
    /// What to print
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: PlanFormat,
}

/// A format of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum PlanFormat {
    /// For people, at a terminal
    Text,
    /// All of it
    Json,
    /// For tickets and reviews
    Markdown,
    /// A script for the AWS command line: for reading and for emergencies, without proof and undo
    Sh,
}

/// Say what speaks against a plan: lock-outs, limits, expiring credentials, production use
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 nothing, 1 warnings, 2 usage or error, 3 something could not be checked, 6 refused"
)]
pub(crate) struct PlanLintArguments {
    /// The plan: its digest or the first digits of it [default: the last of the case]
    #[arg(value_name = "DIGEST")]
    pub(crate) plan: Option<String>,
    /// The case
    #[arg(long, value_name = "DIR", default_value = "incident")]
    pub(crate) case: PathBuf,
    /// JSON instead of text
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) access: AccessArguments,
}

/// List the plans of a case and what became of them
#[derive(Debug, Args)]
pub(crate) struct PlanListArguments {
    /// The case
    #[arg(long, value_name = "DIR", default_value = "incident")]
    pub(crate) case: PathBuf,
}

/// Carry a plan out: read, write down, change, look whether it holds
///
/// Asks for the account's number at the terminal; --approve and --account answer for machines. Killed at any moment, the same
/// command goes on where it was. What somebody takes back is sent again, and told.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 all of it holds, 2 usage or error, 5 not everything was applied, 6 refused by the linter, 130 interrupted")]
pub(crate) struct ApplyArguments {
    /// The plan: its digest or the first digits of it
    #[arg(value_name = "DIGEST")]
    pub(crate) plan: String,
    /// The case
    #[arg(long, value_name = "DIR", default_value = "incident")]
    pub(crate) case: PathBuf,
    /// Only say what would be sent; nothing is
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The plan's whole digest: approves it without a terminal
    #[arg(long, value_name = "DIGEST", requires = "account")]
    pub(crate) approve: Option<String>,
    /// The number of the account that is changed
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<String>,
    /// The second person who approves what can't be taken back
    #[arg(long, value_name = "NAME")]
    pub(crate) second: Option<String>,
    /// JSON lines instead of text
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) access: AccessArguments,
}

/// Take a run back, in whole or in part, from what was recorded before each change
#[derive(Debug, Args)]
#[command(after_help = "\
Shows first what is no longer as the run left it, and who could call again. Exit codes: 0 taken back, 2 usage or error, 5 not
everything was taken back, 130 interrupted")]
pub(crate) struct UndoArguments {
    /// The run, or the plan that it carried out
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
    /// Only these steps
    #[arg(value_name = "STEP")]
    pub(crate) steps: Vec<u32>,
    /// The case
    #[arg(long, value_name = "DIR", default_value = "incident")]
    pub(crate) case: PathBuf,
    /// Only say what would be taken back; nothing is
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The number of the account that is changed
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<String>,
    /// Why, where somebody suspect could call again
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Take back what is no longer as the run left it, too
    #[arg(long)]
    pub(crate) despite_drift: bool,
    /// JSON lines instead of text
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) access: AccessArguments,
}

/// Stay on it: burned credentials used again, denies stripped, new credentials of suspects
///
/// Refused calls of the intruder are the proof that containment holds. AWS delivers events some minutes late; how late is told.
#[derive(Debug, Args)]
#[command(after_help = "\
For instance:
  stanch watch --case incident                    72 hours, until Ctrl-C
  stanch watch --case incident --minutes 30 --json
Exit codes: 0 quiet, 1 somebody got through or fights it, 2 usage or error, 3 not everything could be seen, 130 interrupted")]
pub(crate) struct WatchArguments {
    /// The case
    #[arg(long, value_name = "DIR", default_value = "incident")]
    pub(crate) case: PathBuf,
    /// How long: at least 30 minutes mean something, 72 hours are recommended
    #[arg(long, value_name = "N", default_value_t = 72 * 60)]
    pub(crate) minutes: u64,
    /// Seconds between two rounds
    #[arg(long, value_name = "N", default_value_t = 60)]
    pub(crate) every: u64,
    /// Read the trail's objects in S3 in place of event history
    #[arg(long, value_name = "s3://BUCKET/PREFIX")]
    pub(crate) trail: Option<String>,
    /// Put back denies that somebody stripped, as the approved plan has them
    #[arg(long)]
    pub(crate) keep_up: bool,
    /// JSON lines instead of text
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) access: AccessArguments,
}

/// Walk through the whole response: what is done, what waits for you, what comes next
///
/// Left and taken up again at will: everything is in the case. Without a terminal, or with --plain, it asks in plain lines. It
/// calls the other verbs and does nothing that they don't: nothing is changed before a plan is approved.
#[derive(Debug, Args)]
#[command(after_help = "\
For instance:
  stanch respond                                  walk through it
  stanch respond --json | jq .next                what comes next, for scripts
Exit codes: 0 left, 2 usage or error")]
pub(crate) struct RespondArguments {
    /// The case; made if it is not there
    #[arg(long, value_name = "DIR", default_value = "incident")]
    pub(crate) case: PathBuf,
    /// Plain lines in place of a screen
    #[arg(long)]
    pub(crate) plain: bool,
    /// Print where the response stands, as JSON, and end
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) access: AccessArguments,
}
