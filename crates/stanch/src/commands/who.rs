//! `stanch who`: one key, session, role, host or address, and its relative.

mod stored;

use std::cell::{Cell, OnceCell};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

use stanch_case::Case;
use stanch_collect::snapshot::Wanted;
use stanch_collect::{CollectError, Snapshot};
use stanch_core::Dossier;
use stanch_core::ports::Clock as _;
use stanch_lineage::Lineage;
use stanch_lineage::Presences;
use stanch_report::{TerminalOptions, json_dossier, terminal_dossier};

use stored::Told;

use super::{events, snapshots};
use crate::arguments::WhoArguments;
use crate::clock::SystemClock;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};

/// Lineage of several identities, from logs and a snapshot.
pub(crate) struct Relative<'k> {
    case: &'k Path,
    logs: &'k [PathBuf],
    snapshot: Option<&'k Snapshot>,
    /// Of logs that were named: they are read once.
    read: OnceCell<(Told, Presences)>,
    problems: Cell<u64>,
}

impl<'k> Relative<'k> {
    /// Logs that were named, else the events of a case.
    pub(crate) const fn new(case: &'k Path, logs: &'k [PathBuf], snapshot: Option<&'k Snapshot>) -> Self {
        Self {
            case,
            logs,
            snapshot,
            read: OnceCell::new(),
            problems: Cell::new(0),
        }
    }

    /// The dossier of what is asked for; none where there are no events at all.
    pub(crate) fn of(&self, asked: &str) -> Option<Dossier> {
        let now = SystemClock::new(None).now();
        if self.logs.is_empty() && has_events(self.case) {
            let mut presences = Presences::default();
            let told = stored::Stored::open(self.case, asked).and_then(|stored| {
                stored.family(&mut |lineage| held(self.snapshot, &mut presences, lineage))
            });
            let Ok(told) = told else {
                self.problems.set(self.problems.get() + 1);
                return None;
            };
            self.problems.set(
                self.problems
                    .get()
                    .max(told.problems + u64::from(!told.is_counted)),
            );
            return Some(told.family.who(asked, now, &|id| presences.of(id)));
        }
        if self.read.get().is_none() {
            let mut presences = Presences::default();
            match family(self.case, self.logs, asked, self.snapshot, &mut presences) {
                Ok(told) => {
                    self.problems.set(told.problems);
                    self.read.set((told, presences)).ok();
                }
                Err(_) => self.problems.set(1),
            }
        }
        let (told, presences) = self.read.get()?;
        Some(told.family.who(asked, now, &|id| presences.of(id)))
    }

    /// Returns how much of the logs was not read, as far as is known after the questions so far.
    pub(crate) fn problems(&self) -> u64 {
        self.problems.get()
    }
}

/// Tells.
pub(crate) fn run(arguments: &WhoArguments, console: &Console) -> Result<Exit, Failure> {
    let asked = arguments.asked.trim();
    let snapshot = match &arguments.snapshot {
        Some(named) => Some(snapshots::named(arguments.case.dir(), named)?),
        None => snapshots::last_state(arguments.case.dir()),
    };
    let mut presences = Presences::default();
    let Told {
        family,
        problems,
        is_counted,
    } = family(
        arguments.case.dir(),
        &arguments.logs,
        asked,
        snapshot.as_ref(),
        &mut presences,
    )?;
    if problems > 0 {
        console.say(&format!(
            "{problems} inputs were not read in full: calls may be missing. Next: stanch case show --problems"
        ));
    }
    if !is_counted {
        console.say("It has many derived identities: the calls of some are not counted. To count all: stanch who … --logs LOGS");
    }
    let dossier = family.who(asked, SystemClock::new(None).now(), &|id| presences.of(id));
    tell(&dossier, arguments, snapshot.is_some(), console)?;
    Ok(if dossier.subjects.is_empty() || problems > 0 || !is_counted {
        Exit::Incomplete
    } else {
        Exit::Nothing
    })
}

/// Everything that was read, in order, and how much was not.
fn family(
    case: &Path,
    logs: &[PathBuf],
    asked: &str,
    snapshot: Option<&Snapshot>,
    presences: &mut Presences,
) -> Result<Told, Failure> {
    if logs.is_empty() && has_events(case) {
        let stored = stored::Stored::open(case, asked)?;
        return stored.family(&mut |lineage| held(snapshot, presences, lineage));
    }
    let mut lineage = Lineage::default();
    held(snapshot, presences, &mut lineage)?;
    let pulled = if logs.is_empty() {
        snapshots::all(case)
    } else {
        Vec::new()
    };
    // Trails write copies: each event counts once. Sixteen bytes for each.
    let mut seen = HashSet::new();
    let read = events::each(logs, &pulled, &mut |event| {
        if seen.insert(event.key) {
            lineage.observe(event);
        }
    })?;
    if logs.is_empty() && read.pulled == 0 && snapshot.is_none() {
        return Err(Failure::new(
            format!("{} has neither events nor a snapshot", case.display()),
            "name logs with --logs, or read some into the case: stanch hunt LOGS",
        ));
    }
    Ok(Told {
        family: lineage.finish(),
        problems: read.problems,
        is_counted: true,
    })
}

fn has_events(case: &Path) -> bool {
    Case::open_read_only(case).is_ok_and(|view| view.events_parts().is_ok_and(|parts| !parts.is_empty()))
}

/// Reads users, roles, keys and instances from a snapshot.
fn held(
    snapshot: Option<&Snapshot>,
    presences: &mut Presences,
    lineage: &mut Lineage,
) -> Result<(), Failure> {
    let Some(snapshot) = snapshot else {
        return Ok(());
    };
    let wanted = [
        ("iam", "GetAccountAuthorizationDetails"),
        ("iam", "ListAccessKeys"),
        ("ec2", "DescribeInstances"),
        ("lambda", "ListFunctions"),
    ];
    for (service, operation) in wanted {
        snapshot
            .each(&Wanted::of(service, operation), |reading| {
                presences.observe(&reading, lineage);
                Ok::<(), CollectError>(())
            })
            .map_err(|error| {
                Failure::because(
                    "the snapshot can't be read",
                    &error,
                    "take a new one: stanch collect --fresh",
                )
            })?;
    }
    Ok(())
}

fn tell(
    dossier: &Dossier,
    arguments: &WhoArguments,
    has_snapshot: bool,
    console: &Console,
) -> Result<(), Failure> {
    let case = arguments.case.dir().display();
    let mut next = Vec::new();
    if dossier.subjects.is_empty() {
        next.push((
            format!("stanch hunt --live --case {case}"),
            "downloads 90 days of event history of every region".to_owned(),
        ));
    } else if has_snapshot {
        next.push((
            format!("stanch assess --case {case}"),
            "shows what the attacker left in the account".to_owned(),
        ));
    } else {
        next.push((
            format!("stanch collect --case {case}"),
            "then this shows what still exists".to_owned(),
        ));
    }
    let options = TerminalOptions {
        width: console.width,
        colour: console.colour,
        verbose: console.verbose,
        next,
        ..TerminalOptions::default()
    };
    output::data(|out| {
        if console.json {
            json_dossier(dossier, out)
        } else {
            terminal_dossier(dossier, &options, out)
        }
    })
}
