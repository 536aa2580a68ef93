//! `stanch demo`: a made-up incident, hunted through as a real one would be.

use std::path::Path;

use stanch_case::{Case, NewCase};
use stanch_core::AccountId;
use stanch_core::ports::Clock as _;

use super::hunt;
use crate::arguments::DemoArguments;
use crate::clock::SystemClock;
use crate::error::Failure;
use crate::exit::Exit;
use crate::format::Format;
use crate::output::Console;
use crate::requests::HuntRequest;

/// Written into a folder that a demo made, so that `--force` deletes nothing else.
const MARK: &str = ".stanch-demo";

/// Writes logs, opens a case, hunts. Exits with 0 when the incident was found.
pub(crate) fn run(arguments: &DemoArguments, console: &Console) -> Result<Exit, Failure> {
    let out = &arguments.out;
    make_room(out, arguments.force)?;
    let logs = out.join("logs");
    let options = stanch_demo::Options {
        seed: arguments.seed,
        events: arguments.events,
        hostile_text: arguments.hostile,
        ..stanch_demo::Options::default()
    };
    console.say(&format!(
        "Making up logs of an account under attack in {} …",
        out.display()
    ));
    let manifest = stanch_demo::write(&logs, &options)?;
    let truth = serde_json::to_vec_pretty(&manifest).map_err(|error| {
        Failure::because("writing what really happened failed", &error, "please report it")
    })?;
    let truth_path = out.join("truth.json");
    std::fs::write(&truth_path, truth).map_err(|error| Failure::file("writing", &truth_path, &error))?;
    let case = out.join("case");
    let new = NewCase {
        title: "Demonstration".to_owned(),
        accounts: manifest.accounts.iter().map(|id| AccountId(id.clone())).collect(),
        responder: "demo".to_owned(),
        break_glass: Vec::new(),
        seal_to: None,
        opened_at: SystemClock::new(None).now(),
    };
    drop(Case::create(&case, &new)?);
    console.say(&format!(
        "$ stanch hunt {} --case {}\n",
        logs.display(),
        case.display()
    ));
    let request = HuntRequest {
        inputs: vec![logs],
        case: Some(case),
        format: if console.json { Format::Json } else { Format::Text },
        ..HuntRequest::default()
    };
    let hunted = hunt::run(&request, console)?;
    console.say(&format!(
        "\nAll of this is made up. What really happened: {}",
        truth_path.display()
    ));
    Ok(match hunted {
        Exit::Findings | Exit::FindingsIncomplete => Exit::Nothing,
        other => other,
    })
}

fn make_room(out: &Path, force: bool) -> Result<(), Failure> {
    let mark = out.join(MARK);
    if out.exists() {
        if !mark.exists() {
            let what = format!("{} exists, and stanch demo did not make it", out.display());
            return Err(Failure::new(what, "name another folder with --out").usage());
        }
        if !force {
            let what = format!("{} has an earlier demo", out.display());
            return Err(Failure::new(
                what,
                "add --force to overwrite it, or name another folder with --out",
            )
            .usage());
        }
        for part in ["logs", "case"] {
            let path = out.join(part);
            if path.exists() {
                std::fs::remove_dir_all(&path).map_err(|error| Failure::file("removing", &path, &error))?;
            }
        }
    }
    std::fs::create_dir_all(out).map_err(|error| Failure::file("making", out, &error))?;
    std::fs::write(&mark, "made by stanch demo\n").map_err(|error| Failure::file("writing", &mark, &error))
}
