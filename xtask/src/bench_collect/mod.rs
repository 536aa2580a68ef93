//! The measurement behind `cargo xtask bench-collect`.
//!
//! The program collects an account that a server on this machine makes up, where every reply takes a set time. What that
//! takes is held against the least it could take: the requests that may be open at once, the longest row of calls that
//! wait for each other, and the rates that Stanch holds itself to for the sake of whoever else uses the account.

mod account;
mod first_byte;
mod ideal;
mod peer;
mod stage;
mod told;

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use crate::commands::bench_collect::Args;
use crate::error::TaskError;
use ideal::Ideal;
use peer::Loop;
use stage::{Collected, Stage};

/// Collectors whose calls are few and follow each other, for a run that takes seconds.
const SMOKE: &str = "caller,kms,s3";
/// What is collected of many accounts.
const MANY: &str = "caller,cloudtrail,iam-users";
/// Number of times `whoami` is started.
const STARTS: u32 = 20;

/// How large a measurement is.
struct Plan {
    latency: Duration,
    only: Option<String>,
    runs: u32,
    accounts: u32,
    many: String,
    sample: usize,
    starts: u32,
}

impl Plan {
    fn of(args: &Args) -> Self {
        if args.smoke {
            return Self {
                latency: Duration::from_millis(5),
                only: Some(SMOKE.to_owned()),
                runs: 1,
                accounts: 3,
                many: SMOKE.to_owned(),
                sample: 2,
                starts: 2,
            };
        }
        Self {
            latency: Duration::from_millis(args.latency),
            only: (!args.only.is_empty()).then(|| args.only.join(",")),
            runs: args.runs.max(1),
            accounts: args.accounts.max(1),
            many: MANY.to_owned(),
            sample: args.sample,
            starts: STARTS,
        }
    }
}

/// Everything that was measured.
struct Figures {
    latency: Duration,
    /// From the server that answers at once, and from the slow one.
    first_bytes: [Vec<Duration>; 2],
    one: Vec<Collected>,
    ideal: Ideal,
    looped: Option<Loop>,
    accounts: u32,
    many: Collected,
    many_ideal: Ideal,
}

/// Measures and prints; whether every bar is held, or in a smoke run whether the measurement is sound.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<bool, TaskError> {
    let stanch = match &args.stanch {
        // What starts a process in another folder needs the whole path.
        Some(path) => path.canonicalize().map_err(TaskError::file(path))?,
        None => crate::program::build(!args.smoke)?,
    };
    let plan = Plan::of(args);
    let scratch = tempfile::tempdir()?;
    let figures = measure(&plan, &stanch, &args.aws, scratch.path())?;
    told::print(&figures, &plan.many, out)?;
    let complaints = unsound(&figures);
    for complaint in &complaints {
        writeln!(out, "\nUNSOUND: {complaint}")?;
    }
    let bars = told::bars(&figures);
    if !args.smoke {
        told::print_bars(&bars, out)?;
    }
    Ok(complaints.is_empty() && (args.smoke || bars.iter().all(|bar| bar.is_held)))
}

fn measure(plan: &Plan, stanch: &Path, aws: &Path, scratch: &Path) -> Result<Figures, TaskError> {
    let stage = Stage { stanch, scratch };
    let latency = plan.latency;
    let first_bytes = [
        first_byte::times(stanch, Duration::ZERO, plan.starts, scratch)?,
        first_byte::times(stanch, latency, plan.starts, scratch)?,
    ];
    // Before this program has grown with what it reads back: a process starts with its parent's peak.
    let many = stage.collect("many", latency, &many_accounts(plan))?;
    let only: Vec<String> = plan
        .only
        .iter()
        .flat_map(|names| ["--only".to_owned(), names.clone()])
        .collect();
    let mut one = Vec::new();
    for run in 0..plan.runs {
        one.push(stage.collect(&format!("one-{run}"), latency, &only)?);
    }
    let (calls, requests) = one
        .first()
        .map(|run| (run.calls.as_slice(), run.requests))
        .unwrap_or_default();
    let ideal = Ideal::of(calls, requests, latency)?;
    let looped = peer::run(aws, calls, plan.sample, latency, scratch)?;
    let many_ideal = Ideal::of(&many.calls, many.requests, latency)?;
    Ok(Figures {
        latency,
        first_bytes,
        ideal,
        one,
        looped,
        accounts: plan.accounts,
        many,
        many_ideal,
    })
}

fn many_accounts(plan: &Plan) -> Vec<String> {
    let mut arguments = vec!["--role-name".to_owned(), "Responder".to_owned()];
    arguments.extend(["--only".to_owned(), plan.many.clone()]);
    for number in 1..=plan.accounts {
        arguments.extend(["--account".to_owned(), format!("{number:012}")]);
    }
    arguments
}

/// What would make the figures worthless.
fn unsound(figures: &Figures) -> Vec<String> {
    let mut wrong = Vec::new();
    let all = figures.one.iter().map(|run| (run, &figures.ideal));
    for (run, ideal) in all.chain([(&figures.many, &figures.many_ideal)]) {
        if let (count @ 1.., Some(example)) = &run.unknown {
            wrong.push(format!("{count} calls are not known, such as {example}"));
        }
        let pages: u64 = run.calls.iter().map(|call| call.pages).sum();
        if run.calls.is_empty() || pages > run.requests {
            wrong.push(format!("{pages} pages are kept, {} were asked for", run.requests));
        }
        if run.used.wall < ideal.least() {
            wrong.push(format!(
                "a run took less than the least that it can take: {:?}",
                run.used.wall
            ));
        }
        if run.most_at_once > stanch_aws::client::OPEN_REQUESTS {
            wrong.push(format!("{} requests were open at once", run.most_at_once));
        }
    }
    let counts: Vec<usize> = figures.one.iter().map(|run| run.calls.len()).collect();
    if counts.iter().any(|count| Some(count) != counts.first()) {
        wrong.push(format!("the calls differ from run to run: {counts:?}"));
    }
    let accounts: std::collections::BTreeSet<&str> = figures
        .many
        .calls
        .iter()
        .map(|call| call.account.as_str())
        .collect();
    if accounts.len() != figures.accounts as usize {
        wrong.push(format!("{} accounts were collected", accounts.len()));
    }
    wrong
}
