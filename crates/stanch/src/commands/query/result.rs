//! Where a result goes, and in which format.

use std::ffi::OsStr;
use std::io::{BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use stanch_query_api::{Format, Shown, TableOptions};

use crate::arguments::{QueryArguments, QueryFormat};
use crate::error::Failure;
use crate::output::{self, Console};

/// Width of a table that goes into a file.
const FILE_WIDTH: usize = 200;

/// Destination of a result.
pub(super) struct Target {
    format: Format,
    file: Option<PathBuf>,
    force: bool,
}

impl Target {
    /// Refuses early what can't be written.
    pub(super) fn of(arguments: &QueryArguments, console: &Console) -> Result<Self, Failure> {
        let file = arguments.output.clone();
        let format = match (arguments.format, &file) {
            (None, _) if console.json => QueryFormat::Json,
            (Some(format), _) => format,
            (None, Some(path)) => of_path(path)?,
            (None, None) => QueryFormat::Table,
        };
        let width = if file.is_some() { FILE_WIDTH } else { console.width };
        let format = match format {
            QueryFormat::Table => Format::Table(TableOptions {
                width,
                rows: arguments.rows,
            }),
            QueryFormat::Csv => Format::Csv,
            QueryFormat::Json => Format::Json,
            QueryFormat::Jsonl => Format::JsonLines,
            QueryFormat::Parquet => Format::Parquet,
        };
        if format == Format::Parquet && file.is_none() && std::io::stdout().is_terminal() {
            return Err(Failure::new(
                "Parquet can't be shown at a terminal",
                "name a file: -o FILE.parquet",
            )
            .usage());
        }
        if let Some(path) = &file
            && !arguments.force
            && std::fs::symlink_metadata(path).is_ok()
        {
            return Err(output::taken(path));
        }
        Ok(Self {
            format,
            file,
            force: arguments.force,
        })
    }

    /// Writes it: a file whole or not at all.
    pub(super) fn write(
        &self,
        run: impl FnOnce(&Format, &mut dyn Write) -> Result<Shown, Failure>,
    ) -> Result<Shown, Failure> {
        match &self.file {
            Some(path) => output::document_by(path, self.force, |out| run(&self.format, out)),
            None => {
                let mut out = BufWriter::new(Pipe::default());
                let shown = run(&self.format, &mut out)?;
                out.flush().map_err(|error| unwritten(&error))?;
                Ok(shown)
            }
        }
    }
}

fn unwritten(error: &std::io::Error) -> Failure {
    Failure::because(
        "writing to standard output failed",
        error,
        "check where the output is sent",
    )
}

/// Standard output. A reader that went away is no error: the rest is written nowhere.
#[derive(Default)]
struct Pipe {
    is_closed: bool,
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.is_closed {
            return Ok(bytes.len());
        }
        match std::io::stdout().write(bytes) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(bytes.len())
            }
            written => written,
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match std::io::stdout().flush() {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            flushed => flushed,
        }
    }
}

fn of_path(path: &Path) -> Result<QueryFormat, Failure> {
    match path.extension().and_then(OsStr::to_str) {
        Some("csv") => Ok(QueryFormat::Csv),
        Some("json") => Ok(QueryFormat::Json),
        Some("jsonl" | "ndjson") => Ok(QueryFormat::Jsonl),
        Some("parquet") => Ok(QueryFormat::Parquet),
        Some("txt") => Ok(QueryFormat::Table),
        _ => Err(Failure::new(
            format!("the format of {} is not known from its extension", path.display()),
            "use one of the extensions .csv .json .jsonl .parquet .txt, or add --format",
        )
        .usage()),
    }
}
