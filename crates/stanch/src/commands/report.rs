//! `stanch report`: the result of a hunt, written again in any format.

use std::path::Path;

use serde::Deserialize;
use stanch_case::Case;
use stanch_core::Analysis;
use stanch_report::TerminalOptions;

use super::hunt::ANALYSIS;
use super::outputs::{self, terminal_options};
use crate::arguments::ReportArguments;
use crate::error::Failure;
use crate::exit::Exit;
use crate::format::Format;
use crate::output::{self, Console};

/// Reads the analysis and writes it.
pub(crate) fn run(arguments: &ReportArguments, console: &Console) -> Result<Exit, Failure> {
    let asked = if console.json {
        Some(Format::Json)
    } else {
        arguments.format
    };
    outputs::check(&arguments.outputs, arguments.format, arguments.force)?;
    let analysis = of_case(arguments.case.or(arguments.from.as_deref()))?;
    if arguments.outputs.is_empty() {
        let format = asked.unwrap_or(Format::Text);
        let options = TerminalOptions {
            colour: console.colour,
            ..terminal_options(console)
        };
        output::data(|out| format.write(&analysis, &options, out))?;
        return Ok(Exit::Nothing);
    }
    let ReportArguments {
        outputs: paths,
        format,
        force,
        ..
    } = arguments;
    outputs::write(paths, *format, *force, &analysis, console)?;
    Ok(Exit::Nothing)
}

/// The report of a case, or of a file.
pub(crate) fn of_case(from: &Path) -> Result<Analysis, Failure> {
    understood(&bytes(from)?, from)
}

/// Its bytes, checked against the journal of the case.
fn bytes(from: &Path) -> Result<Vec<u8>, Failure> {
    if from.is_dir() {
        return Ok(Case::open_read_only(from)?.read_document(ANALYSIS)?);
    }
    std::fs::read(from).map_err(|error| {
        let what = format!("reading {} failed", from.display());
        Failure::because(
            what,
            &error,
            "name a case with a report (stanch hunt LOGS --case DIR), or a report.json",
        )
    })
}

/// Version number that every version of the document has.
#[derive(Deserialize)]
struct Version {
    schema_version: u32,
}

fn understood(bytes: &[u8], from: &Path) -> Result<Analysis, Failure> {
    let no_report = |error: serde_json::Error| {
        let what = format!("{} is not a report of Stanch", from.display());
        Failure::because(what, &error, "name a case, or the report/report.json in it")
    };
    let Version { schema_version } = serde_json::from_slice(bytes).map_err(no_report)?;
    let known = Analysis::SCHEMA_VERSION;
    if schema_version != known {
        let what = format!(
            "{} has report schema version {schema_version}; this Stanch reads version {known}",
            from.display()
        );
        let next = if schema_version > known {
            "use the newer Stanch that wrote it, or hunt again with this version"
        } else {
            "hunt again with this version"
        };
        return Err(Failure::new(what, next));
    }
    serde_json::from_slice(bytes).map_err(no_report)
}
