//! Arguments of the verbs that plan and apply: `contain`, `plan`, `apply`, `undo`, `watch`, `respond`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{AccessArguments, CaseOption};
use crate::requests::{ApplyRequest, ContainRequest, Seeds, WatchRequest, yes_or_no};

/// Plan how to contain compromised principals; sends no change
///
/// Follows exact links only: credentials derived from those you name, and resources created with them. What is linked less
/// certainly is listed as not fixed by this plan. Plans from the last snapshot of the case; before each change, its state is
/// read again.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch contain --all               # everyone the hunt or assessment found
  stanch contain --key AKIAQNZGKIQY56JQ7WML --harm-now yes
  stanch contain --user mallory --role shadow-admin --exempt ir-admin
  stanch contain --act guardduty-enable:eu-west-1
  stanch contain --act trail-bucket-create:harbor-logs,trail=watch \\
    --act trail-create:watch,bucket=harbor-logs --act trail-start:watch

Exit codes:
  0    planned
  2    wrong usage; nothing was done
  3    planned, but part of the account is not known
  6    planned, but refused by the linter
  7    failed: nothing to contain, no snapshot, no credentials, the network")]
pub(crate) struct ContainArguments {
    #[command(flatten)]
    pub(crate) seeds: SeedArguments,
    #[command(flatten)]
    pub(crate) case: CaseOption,
    /// A snapshot: its folder, or its id in the case [default: the last]
    #[arg(long, value_name = "SNAPSHOT")]
    pub(crate) snapshot: Option<PathBuf>,
    /// CloudTrail logs: folders, files, archives (repeatable) [default: the events of the case]
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub(crate) logs: Vec<PathBuf>,
    /// yes: the attack continues, deny what is known now and look again; no: find everything first
    #[arg(long, value_name = "yes|no", value_parser = yes_or_no)]
    pub(crate) harm_now: Option<bool>,
    /// A principal that the plan must not touch, besides yourself and the break-glass principals (repeatable)
    #[arg(long, value_name = "PRINCIPAL")]
    pub(crate) exempt: Vec<String>,
    /// Leave a step out, by ACTION, ACTION:TARGET or its number in the last plan (repeatable)
    #[arg(long, value_name = "STEP")]
    pub(crate) without: Vec<String>,
    #[command(flatten)]
    pub(crate) access: AccessArguments,
}

impl ContainArguments {
    /// Returns what was asked for.
    pub(crate) fn request(self) -> ContainRequest {
        ContainRequest {
            seeds: self.seeds.meant(),
            case: self.case.dir().to_owned(),
            snapshot: self.snapshot,
            logs: self.logs,
            harm_now: self.harm_now,
            exempt: self.exempt,
            without: self.without,
            access: self.access.meant(),
        }
    }
}

/// Principals and findings to contain.
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
    /// A session, by its access key or ARN (repeatable)
    #[arg(long = "session", value_name = "ASIA…", group = "seeds")]
    pub(crate) sessions: Vec<String>,
    /// An EC2 instance (repeatable)
    #[arg(long = "instance", value_name = "i-…", group = "seeds")]
    pub(crate) instances: Vec<String>,
    /// An IP address: every principal that called from it (repeatable)
    #[arg(long = "ip", value_name = "ADDRESS", group = "seeds")]
    pub(crate) addresses: Vec<String>,
    /// A finding of the assessment, by id (repeatable)
    #[arg(long = "finding", value_name = "ID", group = "seeds")]
    pub(crate) findings: Vec<String>,
    /// An action by name, ACTION:TARGET,PARAMETER=VALUE (repeatable; `stanch plan actions` lists them)
    #[arg(long = "act", value_name = "ACTION", group = "seeds")]
    pub(crate) acts: Vec<String>,
    /// Every principal that the hunt found compromised, and every malicious finding of the assessment
    #[arg(long, group = "seeds")]
    pub(crate) all: bool,
}

impl SeedArguments {
    fn meant(self) -> Seeds {
        Seeds {
            keys: self.keys,
            users: self.users,
            roles: self.roles,
            sessions: self.sessions,
            instances: self.instances,
            addresses: self.addresses,
            findings: self.findings,
            acts: self.acts,
            all: self.all,
        }
    }
}

/// Show plans, check whether they are safe, list the actions there are
#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    #[command(subcommand)]
    pub(crate) command: PlanCommand,
}

/// Verbs of plans.
#[derive(Debug, Subcommand)]
pub(crate) enum PlanCommand {
    Show(PlanShowArguments),
    Lint(PlanLintArguments),
    List(PlanListArguments),
    Actions(PlanActionsArguments),
}

/// List the actions, or explain one: target, parameters, what it can't undo
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch plan actions
  stanch plan actions user-deny

Exit codes:
  0    listed
  2    wrong usage, such as an unknown action")]
pub(crate) struct PlanActionsArguments {
    /// The action
    #[arg(value_name = "ACTION")]
    pub(crate) action: Option<String>,
}

/// Show a plan: each step with its reason, side effects, undo, and the equivalent AWS CLI command
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch plan show                          # the last plan of the case
  stanch plan show 7f3a19c2d4e5 --case incident --format markdown

Exit codes:
  0    shown
  2    wrong usage; nothing was done
  7    failed: the case has no such plan")]
pub(crate) struct PlanShowArguments {
    /// The plan: its digest or the first digits of it [default: the last of the case]
    #[arg(value_name = "DIGEST")]
    pub(crate) plan: Option<String>,
    #[command(flatten)]
    pub(crate) case: CaseOption,
    /// Format of standard output
    #[arg(long, value_enum, default_value = "text", conflicts_with = "json")]
    pub(crate) format: PlanFormat,
}

/// A format of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum PlanFormat {
    /// For a terminal
    Text,
    /// The whole plan
    Json,
    /// For tickets and reviews
    Markdown,
    /// A shell script for the AWS CLI, for reviews and emergencies: without evidence, verification and undo
    Sh,
}

/// Check a plan: lock-outs, limits, expiring credentials, production use
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch plan lint
  stanch plan lint 7f3a19c2d4e5 --case incident --profile ir-admin

Exit codes:
  0    no objections
  1    warnings
  2    wrong usage; nothing was done
  6    refused
  7    failed: no such plan, no credentials, the network")]
pub(crate) struct PlanLintArguments {
    /// The plan: its digest or the first digits of it [default: the last of the case]
    #[arg(value_name = "DIGEST")]
    pub(crate) plan: Option<String>,
    #[command(flatten)]
    pub(crate) case: CaseOption,
    #[command(flatten)]
    pub(crate) access: AccessArguments,
}

/// List the plans of a case and their runs
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch plan list
  stanch plan list --case incident --json

Exit codes:
  0    listed
  2    wrong usage; nothing was done
  7    failed: the case can't be read")]
pub(crate) struct PlanListArguments {
    #[command(flatten)]
    pub(crate) case: CaseOption,
}

/// Apply a plan: save the current state, change, verify
///
/// Asks for the account id at the terminal; --approve and --account answer for scripts. An interrupted run continues with the
/// same command. A change that someone reverts is re-applied and reported.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch apply 7f3a19c2d4e5 --dry-run     # reads the account, sends no change
  stanch apply 7f3a19c2d4e5 --case incident

Exit codes:
  0    all changes made and verified; problems that the plan does
       not fix are listed
  2    wrong usage; nothing was changed
  5    not everything was applied
  6    the plan is refused by the linter; nothing was changed
  7    failed: no such plan, wrong account, no credentials, the network
  130  interrupted; the same command continues")]
pub(crate) struct ApplyArguments {
    /// The plan: its digest or the first digits of it
    #[arg(value_name = "DIGEST")]
    pub(crate) plan: String,
    #[command(flatten)]
    pub(crate) case: CaseOption,
    /// Print what would be sent; send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The plan's whole digest: approves it without a terminal
    #[arg(long, value_name = "DIGEST", requires = "account")]
    pub(crate) approve: Option<String>,
    /// The id of the account that is changed
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<String>,
    /// The second person who approves what can't be undone
    #[arg(long, value_name = "NAME")]
    pub(crate) second: Option<String>,
    #[command(flatten)]
    pub(crate) access: AccessArguments,
}

impl ApplyArguments {
    /// Returns what was asked for.
    pub(crate) fn request(self) -> ApplyRequest {
        ApplyRequest {
            plan: self.plan,
            case: self.case.dir().to_owned(),
            dry_run: self.dry_run,
            approve: self.approve,
            account: self.account,
            second: self.second,
            access: self.access.meant(),
        }
    }
}

/// Undo a run, in whole or in part, from the state saved before each change
///
/// First shows what was changed since by someone else, and which compromised principals get access again.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch undo 7f3a19c2d4e5-1 --dry-run
  stanch undo 7f3a19c2d4e5-1 3 7 --case incident --account 111122223333

Exit codes:
  0    undone
  2    wrong usage; nothing was changed
  5    not everything was undone
  7    failed: no such run, wrong account, no credentials, the network
  130  interrupted; the same command continues")]
pub(crate) struct UndoArguments {
    /// The run, or the plan that it applied
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
    /// Only these steps
    #[arg(value_name = "STEP")]
    pub(crate) steps: Vec<u32>,
    #[command(flatten)]
    pub(crate) case: CaseOption,
    /// Print what would be undone; send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The id of the account that is changed
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<String>,
    /// The reason, where it gives a compromised principal access again
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Also undo what someone changed since the run
    #[arg(long)]
    pub(crate) despite_drift: bool,
    #[command(flatten)]
    pub(crate) access: AccessArguments,
}

/// Watch for the attacker after containment: revoked credentials used again, deny policies removed, new credentials
///
/// Refused calls of the attacker prove that the containment is in effect. AWS delivers events some minutes late; the delay is
/// shown.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch watch                            # 72 hours, until Ctrl-C
  stanch watch --case incident --minutes 30 --json
  stanch watch --keep-up                  # re-apply what someone reverts

Exit codes:
  0    nothing but refused calls
  1    alarm: a call succeeded, or a change was reverted
  2    wrong usage; nothing was done
  3    part of the logs could not be read
  7    failed: nothing was contained yet, no credentials, the network
  130  interrupted")]
pub(crate) struct WatchArguments {
    #[command(flatten)]
    pub(crate) case: CaseOption,
    /// Duration in minutes: at least 30, 4320 (72 hours) recommended
    #[arg(long, value_name = "N", default_value_t = 72 * 60)]
    pub(crate) minutes: u64,
    /// Seconds between two rounds
    #[arg(long, value_name = "N", default_value_t = 60)]
    pub(crate) every: u64,
    /// Read the trail's objects in S3 instead of event history
    #[arg(long, value_name = "s3://BUCKET/PREFIX")]
    pub(crate) trail: Option<String>,
    /// Re-apply changes of approved plans that someone reverts
    #[arg(long)]
    pub(crate) keep_up: bool,
    #[command(flatten)]
    pub(crate) access: AccessArguments,
}

impl WatchArguments {
    /// Returns what was asked for.
    pub(crate) fn request(self) -> WatchRequest {
        WatchRequest {
            case: self.case.dir().to_owned(),
            minutes: self.minutes,
            every: self.every,
            trail: self.trail,
            keep_up: self.keep_up,
            access: self.access.meant(),
        }
    }
}

/// Walk through the whole response: what is done, what waits for you, what comes next
///
/// Leave and continue at any time: everything is in the case. Without a terminal, or with --plain, it asks in plain lines. It
/// runs the other verbs: no change is sent before you approve a plan.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch respond
  stanch respond --json | jq .next        # the next step, for scripts

Exit codes:
  0    left
  2    wrong usage; nothing was done
  7    failed: the case can't be read or created")]
pub(crate) struct RespondArguments {
    /// The case; created if it does not exist
    #[arg(long, value_name = "DIR", env = "STANCH_CASE", hide_env_values = true, default_value = crate::requests::DEFAULT_CASE)]
    pub(crate) case: PathBuf,
    /// Plain lines instead of a screen
    #[arg(long)]
    pub(crate) plain: bool,
    #[command(flatten)]
    pub(crate) access: AccessArguments,
}
