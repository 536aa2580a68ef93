//! `stanch case diff`: what differs between two snapshots of a case.
//!
//! A thing that can't be seen any more is told as not known, never as gone.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use stanch_case::Case;
use stanch_collect::diff::{self, Difference, Differences, Kind};
use stanch_collect::{CollectError, Snapshot, lookup};
use stanch_core::text::shown;

use crate::arguments::CaseDiffArguments;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};

/// The folder of a case that holds its snapshots.
const SNAPSHOTS: &str = "snapshots";
/// Number of differences are listed unless everything is wanted.
const LISTED: usize = 60;

/// Compares and tells.
pub(super) fn run(arguments: &CaseDiffArguments, console: &Console) -> Result<Exit, Failure> {
    let view = Case::open_read_only(arguments.case.dir())?;
    let folder = view.dir().join(SNAPSHOTS);
    let known = known(&folder);
    let (earlier, later) = chosen(arguments, &folder, &known)?;
    let open = |id: &str| Snapshot::open(&folder.join(id)).map_err(|error| unread(id, &error));
    let (before, after) = (open(&earlier)?, open(&later)?);
    let differences = diff::diff(&before, &after).map_err(|error| unread(&later, &error))?;
    let unseen = unseen(&before, &earlier)? + unseen(&after, &later)?;
    output::data(|out| {
        if console.json {
            serde_json::to_writer_pretty(&mut *out, &differences)?;
            return writeln!(out);
        }
        writeln!(out, "From  {earlier}, started {}", before.manifest().started)?;
        writeln!(out, "To    {later}, started {}", after.manifest().started)?;
        let limit = if console.verbose { usize::MAX } else { LISTED };
        write(&differences, limit, out)
    })?;
    if unseen > 0 {
        console.say(&format!(
            "{unseen} requests have no reply in one of the snapshots: differences there are not known.\n\
             Next: collect with more permissions (stanch permissions collect)"
        ));
    }
    Ok(exit(&differences, unseen > 0))
}

/// Returns the number of operations a snapshot has no answer of.
fn unseen(snapshot: &Snapshot, id: &str) -> Result<usize, Failure> {
    let coverage = snapshot.coverage().map_err(|error| unread(id, &error))?;
    Ok(coverage.rows.iter().filter(|row| !row.is_known()).count())
}

fn unread(id: &str, error: &CollectError) -> Failure {
    Failure::because(
        format!("snapshot {id} can't be read"),
        error,
        "find out what is damaged: stanch case verify; or take a new one: stanch collect",
    )
}

/// The ids of the snapshots, the earliest first: they are named by their moment.
fn known(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let holds = |path: &PathBuf| path.join("manifest.json").is_file();
    let mut ids: Vec<String> = entries
        .filter(|entry| holds(&entry.path()))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    ids.sort();
    ids
}

/// The two that were named, or the last two.
fn chosen(
    arguments: &CaseDiffArguments,
    folder: &Path,
    known: &[String],
) -> Result<(String, String), Failure> {
    let given = [&arguments.earlier, &arguments.later];
    if let Some(id) = given.into_iter().flatten().find(|id| !known.contains(id)) {
        let next = if known.is_empty() {
            "take one: stanch collect".to_owned()
        } else {
            format!("choose among {}", known.join(", "))
        };
        return Err(Failure::new(format!("the case has no snapshot {id}"), next).usage());
    }
    if let (Some(earlier), Some(later)) = (&arguments.earlier, &arguments.later) {
        return Ok((earlier.clone(), later.clone()));
    }
    // What was pulled of event history is no state of the account, and can't be held against one.
    let is_state = |id: &&String| {
        let snapshot = Snapshot::open(&folder.join(id)).ok();
        snapshot.is_none_or(|snapshot| snapshot.manifest().scope.collectors != [lookup::NAME])
    };
    let states: Vec<&String> = known.iter().filter(is_state).collect();
    match states.as_slice() {
        [.., earlier, later] => Ok(((*earlier).clone(), (*later).clone())),
        _ => Err(Failure::new(
            format!(
                "the case has {} snapshots of the account, and two are needed",
                states.len()
            ),
            format!(
                "take another: stanch collect --fresh --case {}",
                arguments.case.dir().display()
            ),
        )),
    }
}

fn write(differences: &Differences, limit: usize, out: &mut dyn Write) -> io::Result<()> {
    if differences.counts.is_empty() {
        return writeln!(out, "No difference in what is known in both snapshots.");
    }
    for (kind, count) in &differences.counts {
        writeln!(out, "  {:<16}{count:>8}", word(*kind))?;
    }
    for difference in differences.listed.iter().take(limit) {
        line(difference, out)?;
    }
    let total: u64 = differences.counts.values().sum();
    let told = differences.listed.len().min(limit) as u64;
    if total > told {
        let more = total - told;
        writeln!(
            out,
            "… and {more} more (-v lists more, --json up to {})",
            diff::LISTED
        )?;
    }
    Ok(())
}

fn line(difference: &Difference, out: &mut dyn Write) -> io::Result<()> {
    let place = format!(
        "{}/{} {}:{}",
        difference.account, difference.region, difference.service, difference.operation
    );
    let mut what = Vec::new();
    for part in [&difference.path, &difference.thing] {
        if !part.is_empty() {
            what.push(part.clone());
        }
    }
    if difference.params != "null" {
        what.push(format!("for {}", difference.params));
    }
    if !difference.members.is_empty() {
        what.push(format!("({})", difference.members.join(", ")));
    }
    let mark = match difference.kind {
        Kind::Added => '+',
        Kind::Gone => '-',
        Kind::Changed => '~',
        Kind::NoLongerKnown | Kind::NowKnown => '?',
    };
    let said = match difference.kind {
        Kind::NoLongerKnown => " no longer known",
        Kind::NowKnown => " known only now",
        Kind::Added | Kind::Gone | Kind::Changed => "",
    };
    writeln!(
        out,
        "{mark} {}{said} {}",
        shown(&place, 200),
        shown(&what.join(" "), 400)
    )
}

const fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Added => "added",
        Kind::Gone => "removed",
        Kind::Changed => "changed",
        Kind::NoLongerKnown => "no longer known",
        Kind::NowKnown => "known only now",
    }
}

fn exit(differences: &Differences, unknown: bool) -> Exit {
    let differs = differences
        .counts
        .keys()
        .any(|kind| matches!(kind, Kind::Added | Kind::Gone | Kind::Changed));
    match (differs, unknown) {
        (false, false) => Exit::Nothing,
        (true, false) => Exit::Findings,
        (false, true) => Exit::Incomplete,
        (true, true) => Exit::FindingsIncomplete,
    }
}
