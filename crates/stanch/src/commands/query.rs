//! `stanch query`: any question to a case, as SQL or by the name of a ready query.

mod book;
pub(super) mod input;
mod next;
mod result;

use stanch_query::{Database, Options, QueryError};

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
        return book::show(name);
    }
    let question = input::question(arguments)?;
    let target = result::Target::of(arguments, console)?;
    let store = input::Store::open(&arguments.case)?;
    for gap in &store.gaps {
        console.say(gap);
    }
    let is_complete = store.gaps.is_empty();
    let mut options = Options::default();
    if let Some(threads) = arguments.threads {
        options.threads = usize::from(threads);
    }
    let database = Database::open(store.inputs, options).map_err(|error| failure(&error, arguments))?;
    let shown = target.write(|format, out| {
        database
            .run(&question.sql, &question.parameters, format, out)
            .map_err(|error| failure(&error, arguments))
    })?;
    next::tell(arguments, &question, shown, console);
    Ok(if is_complete {
        Exit::Nothing
    } else {
        Exit::Incomplete
    })
}

/// An error of the engine with what to do about it.
fn failure(error: &QueryError, arguments: &QueryArguments) -> Failure {
    let case = arguments.case.display();
    let next = match error {
        QueryError::Refused { .. } => {
            "ask with SELECT, EXPLAIN, SHOW or DESCRIBE; -o FILE writes the result to a file".to_owned()
        }
        QueryError::Misunderstood { reason } if reason.contains("laceholder") => {
            "give each $name a value with --param name=value".to_owned()
        }
        QueryError::Misunderstood { .. } | QueryError::Failed { .. } => format!(
            "stanch query \"DESCRIBE events\" --case {case} lists the columns; views are events, findings, \
             finding_events, principals and sources"
        ),
        QueryError::TooLarge { .. } => "ask for fewer columns or rows, or group them".to_owned(),
        QueryError::Damaged { .. } | QueryError::Document(_) => {
            format!(
                "stanch case verify {case} tells what is damaged; a hunt into a new case stores the events anew"
            )
        }
        QueryError::Output(_) => "check the path and the free space".to_owned(),
    };
    Failure::because(error.to_string(), error, next).without_first_cause()
}
