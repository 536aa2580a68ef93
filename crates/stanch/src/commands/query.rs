//! `stanch query`: any question to a case, as SQL or by the name of a ready query.

mod book;
pub(super) mod input;
mod next;
mod result;

use stanch_query_api::{Engine, EngineError, ErrorKind, PROTOCOL, Request, locate};

use crate::arguments::QueryArguments;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::Console;

/// Lists, shows or asks.
pub(crate) fn run(arguments: &QueryArguments, console: &Console) -> Result<Exit, Failure> {
    if arguments.list {
        return book::list(console);
    }
    if let Some(name) = &arguments.show {
        return book::show(name, console);
    }
    let question = input::question(arguments)?;
    let target = result::Target::of(arguments, console)?;
    let store = input::Store::open(arguments.case.dir())?;
    for gap in &store.gaps {
        console.say(gap);
    }
    let is_complete = store.gaps.is_empty();
    let engine = engine()?;
    let shown = target.write(|format, out| {
        let request = Request {
            protocol: PROTOCOL,
            parts: store.parts.clone(),
            sql: question.sql.clone(),
            parameters: question.parameters.clone(),
            format: *format,
            threads: arguments.threads.map(usize::from),
        };
        engine
            .run(&request, &mut |which| store.document(which), out)
            .map_err(|error| failure(&error, arguments))
    })?;
    next::tell(arguments, &question, shown, console);
    Ok(if is_complete {
        Exit::Nothing
    } else {
        Exit::Incomplete
    })
}

/// Finds the executable of the query engine.
fn engine() -> Result<Engine, Failure> {
    let program = std::env::current_exe().map_err(|error| {
        Failure::because(
            "the path of the running program can't be found",
            &error,
            "call it by its absolute path",
        )
    })?;
    let path = std::env::var_os("PATH");
    locate(&program, path.as_deref()).map(Engine::new).map_err(|error| {
        let folder = error.looked_in.first().cloned().unwrap_or_default();
        let next = format!(
            "build it in Stanch's source folder with `make build`, then copy stanch-query to {}; all other commands work \
             without it",
            folder.display()
        );
        Failure::new(error.to_string(), next)
    })
}

/// Adds what to do next to an error of the engine.
fn failure(error: &EngineError, arguments: &QueryArguments) -> Failure {
    let case = arguments.case.dir().display();
    let next = match error.kind {
        ErrorKind::Refused => {
            "use SELECT, EXPLAIN, SHOW or DESCRIBE; -o FILE writes the result to a file".to_owned()
        }
        ErrorKind::MissingParameter => "give each $name a value: --param name=value".to_owned(),
        ErrorKind::Misunderstood | ErrorKind::Failed => format!(
            "list the columns: stanch query \"DESCRIBE events\" --case {case}; views are events, findings, \
             finding_events, principals and sources"
        ),
        ErrorKind::TooLarge => "select fewer columns or rows, or group them".to_owned(),
        ErrorKind::Damaged | ErrorKind::Document => {
            format!(
                "find out what is damaged: stanch case verify --case {case}; to store the events again, hunt into a new case"
            )
        }
        ErrorKind::Output => "check the path and the free space".to_owned(),
        ErrorKind::Engine => {
            "run it again; if it fails again, install `stanch` and `stanch-query` from the same build"
                .to_owned()
        }
    };
    let failure = Failure::with_causes(error.message.clone(), error.causes.clone(), next);
    match error.kind {
        ErrorKind::Refused | ErrorKind::MissingParameter | ErrorKind::Misunderstood => failure.usage(),
        _ => failure,
    }
}
