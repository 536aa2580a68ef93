//! `stanch who`: one key, session, role, machine or address, and its kin.

mod stored;

use std::collections::HashSet;

use stanch_case::Case;
use stanch_collect::snapshot::Wanted;
use stanch_collect::{CollectError, Snapshot};
use stanch_core::Dossier;
use stanch_core::ports::Clock as _;
use stanch_detect::Lineage;
use stanch_detect::lineage::Presences;
use stanch_report::{TerminalOptions, json_dossier, terminal_dossier};

use stored::Told;

use super::{events, snapshots};
use crate::arguments::{WhoArguments, WhoFormat};
use crate::clock::SystemClock;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};

/// Tells.
pub(crate) fn run(arguments: &WhoArguments, console: &Console) -> Result<Exit, Failure> {
    let asked = arguments.asked.trim();
    let snapshot = match &arguments.snapshot {
        Some(named) => Some(snapshots::named(&arguments.case, named)?),
        None => snapshots::last_state(&arguments.case),
    };
    let mut presences = Presences::default();
    let Told {
        family,
        problems,
        is_counted,
    } = family(arguments, asked, snapshot.as_ref(), &mut presences)?;
    if problems > 0 {
        console.say(&format!(
            "Not everything could be read in full (inputs: {problems}): what they hold of it is not known. Next: stanch hunt tells why"
        ));
    }
    if !is_counted {
        console.say("It has much kin: the calls of some are not counted here, and read as none. Next: who ... --logs counts them all");
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
    arguments: &WhoArguments,
    asked: &str,
    snapshot: Option<&Snapshot>,
    presences: &mut Presences,
) -> Result<Told, Failure> {
    if arguments.logs.is_empty() && has_events(arguments) {
        let stored = stored::Stored::open(&arguments.case, asked)?;
        return stored.family(&mut |lineage| held(snapshot, presences, lineage));
    }
    let mut lineage = Lineage::default();
    held(snapshot, presences, &mut lineage)?;
    let pulled = if arguments.logs.is_empty() {
        snapshots::all(&arguments.case)
    } else {
        Vec::new()
    };
    // Trails write copies: each event counts once. Sixteen bytes for each.
    let mut seen = HashSet::new();
    let read = events::each(&arguments.logs, &pulled, &mut |event| {
        if seen.insert(event.key) {
            lineage.observe(event);
        }
    })?;
    if arguments.logs.is_empty() && read.pulled == 0 && snapshot.is_none() {
        return Err(Failure::new(
            format!("{} holds neither events nor a snapshot", arguments.case.display()),
            "name logs with --logs, or a case that was hunted or collected with --case",
        ));
    }
    Ok(Told {
        family: lineage.finish(),
        problems: read.problems,
        is_counted: true,
    })
}

fn has_events(arguments: &WhoArguments) -> bool {
    Case::open_read_only(&arguments.case)
        .is_ok_and(|view| view.events_parts().is_ok_and(|parts| !parts.is_empty()))
}

/// What a snapshot says of users, roles, keys and machines.
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
                    "take a new one: stanch collect --case DIR --fresh",
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
    let case = arguments.case.display();
    let mut next = Vec::new();
    if dossier.subjects.is_empty() {
        next.push((
            "stanch hunt --live --case DIR".to_owned(),
            "pull ninety days of events of every region".to_owned(),
        ));
    } else if has_snapshot {
        next.push((
            format!("stanch assess --case {case}"),
            "what was left in the account, and who made it".to_owned(),
        ));
    } else {
        next.push((
            format!("stanch collect --case {case}"),
            "then this tells what still exists".to_owned(),
        ));
    }
    let options = TerminalOptions {
        width: console.width,
        colour: console.colour,
        verbose: console.verbose,
        next,
        ..TerminalOptions::default()
    };
    output::data(|out| match arguments.format {
        WhoFormat::Text => terminal_dossier(dossier, &options, out),
        WhoFormat::Json => json_dossier(dossier, out),
    })
}
