//! Scenarios hunted in, and the answers compared with the labels: one table, and below it the reasons on request.
//!
//! The bars are those of [`bars`]. A scenario is made, written as CloudTrail files and hunted through by the library that
//! `stanch hunt` runs.

mod bars;
mod compare;
mod hunt;
mod table;

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use stanch_scenarios::{Kind, Mask, Scenario};

use crate::commands::scenarios::Args;
use crate::error::TaskError;
use compare::Compared;
use hunt::Hunter;

/// One hunt of the table.
struct Job {
    scenario: Scenario,
    seed: u64,
}

/// Hunts through every scenario and prints the table; true when every bar holds.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<bool, TaskError> {
    let mask = mask(args.mask.as_deref())?;
    let chosen: Vec<Scenario> = stanch_scenarios::all()
        .iter()
        .filter(|scenario| args.only.as_deref().is_none_or(|only| scenario.name.contains(only)))
        // Harmless work stays harmless with less information; masks and missing detections are about attacks.
        .filter(|scenario| scenario.kind == Kind::Attack || (mask.is_none() && !args.leave_one_out))
        .copied()
        .collect();
    if chosen.is_empty() {
        let names: Vec<&str> = stanch_scenarios::all()
            .iter()
            .map(|scenario| scenario.name)
            .collect();
        return Err(TaskError::Unfit(format!(
            "no such scenario; there are {}",
            names.join(", ")
        )));
    }
    let jobs: Vec<Job> = chosen
        .iter()
        .flat_map(|scenario| {
            (args.seed..args.seed.saturating_add(args.seeds)).map(|seed| Job {
                scenario: *scenario,
                seed,
            })
        })
        .collect();
    let compared = compare_all(&jobs, args, mask)?;
    let is_partial = mask.is_some() || args.leave_one_out;
    table::print(&chosen, &compared, is_partial, args.explain, out)
}

fn mask(name: Option<&str>) -> Result<Option<Mask>, TaskError> {
    let unknown = |name: &str| {
        TaskError::Unfit(format!(
            "no mask is named {name:?}; there are addresses, clients, first-half and data-events"
        ))
    };
    name.map(|name| Mask::named(name).ok_or_else(|| unknown(name)))
        .transpose()
}

/// The results of all jobs in their order, worked out on every processor.
fn compare_all(jobs: &[Job], args: &Args, mask: Option<Mask>) -> Result<Vec<Compared>, TaskError> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Result<Compared, TaskError>)>> = Mutex::new(Vec::new());
    let work = || {
        let hunter = Hunter::new(BTreeSet::new());
        while let Some((place, job)) = take(&next, jobs) {
            let result = compare_one(&hunter, job, args, mask);
            done.lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .push((place, result));
        }
    };
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let mut results = done
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    results.sort_by_key(|(place, _)| *place);
    results.into_iter().map(|(_, result)| result).collect()
}

fn take<'j>(next: &AtomicUsize, jobs: &'j [Job]) -> Option<(usize, &'j Job)> {
    let place = next.fetch_add(1, Ordering::Relaxed);
    jobs.get(place).map(|job| (place, job))
}

fn compare_one(hunter: &Hunter, job: &Job, args: &Args, mask: Option<Mask>) -> Result<Compared, TaskError> {
    let mut made = job.scenario.make(job.seed);
    if let Some(mask) = mask {
        mask.apply(&mut made);
    }
    if let Some(keep) = &args.keep {
        let folder = keep.join(format!("{}-{}", job.scenario.name, job.seed));
        hunt::write_records(&folder, &made.records)?;
    }
    let analysis = hunter.hunt(&made.records)?;
    if !args.leave_one_out {
        return Ok(Compared::of(job.scenario.name, job.seed, &made, &analysis));
    }
    let strongest = compare::strongest(&made, &analysis);
    let without = Hunter::new(strongest.into_iter().collect());
    let analysis = without.hunt(&made.records)?;
    Ok(Compared::of(job.scenario.name, job.seed, &made, &analysis))
}

#[cfg(test)]
mod tests;
