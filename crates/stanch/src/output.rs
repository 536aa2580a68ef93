//! Output: results to standard output, messages and questions to standard error, documents to the files that were named.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use stanch_core::text::shown;

use crate::arguments::ConsoleArguments;
use crate::error::Failure;
use crate::exit::Exit;

/// Columns of a screen: at least, and where there is no terminal; and at most, since longer lines are hard to read.
const WIDTHS: (usize, usize) = (80, 160);

/// The terminal and the options of every verb.
#[derive(Debug, Clone)]
pub(crate) struct Console {
    /// No messages, no progress.
    pub(crate) quiet: bool,
    /// List what is otherwise only counted.
    pub(crate) verbose: bool,
    /// Colour on standard output.
    pub(crate) colour: bool,
    /// JSON on standard output.
    pub(crate) json: bool,
    /// Columns.
    pub(crate) width: usize,
}

impl Console {
    /// Reads the options; `NO_COLOR` and a redirected output both turn colour off, `COLUMNS` sets the width.
    pub(crate) fn new(arguments: &ConsoleArguments) -> Self {
        let unwanted =
            arguments.no_color || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            quiet: arguments.quiet,
            verbose: arguments.verbose,
            colour: !unwanted && io::stdout().is_terminal(),
            json: arguments.json,
            width: width(),
        }
    }

    /// Prints a message on standard error unless quiet. Lines that are too long are wrapped.
    pub(crate) fn say(&self, text: &str) {
        if self.quiet {
            return;
        }
        let mut lines = String::new();
        for line in text.split('\n') {
            if line.chars().count() > self.width {
                lines.push_str(&wrapped(line, "", "  ", self.width));
            } else {
                lines.push_str(line);
                lines.push('\n');
            }
        }
        drop(write!(io::stderr(), "{lines}"));
    }

    /// Prints an error and returns its exit code.
    pub(crate) fn failure(&self, failure: &Failure) -> ExitCode {
        drop(write!(io::stderr(), "{}", failure.text(self.width)));
        failure.exit().into()
    }

    /// Prints a value as JSON on standard output, over several lines.
    pub(crate) fn print_json(&self, value: &impl serde::Serialize) -> Result<(), Failure> {
        data(|out| {
            serde_json::to_writer_pretty(&mut *out, value)?;
            writeln!(out)
        })
    }

    /// Adds a label and the text next to it, wrapped at words.
    pub(crate) fn row(&self, text: &mut String, label: &str, value: &str) {
        const LABEL: usize = 13;
        let hanging = " ".repeat(LABEL);
        let first = format!("  {label:<11}");
        text.push_str(&wrapped(&shown(value, 2000), &first, &hanging, self.width));
    }
}

/// Returns the columns of the terminal, or of the `COLUMNS` variable.
pub(crate) fn width() -> usize {
    let named = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let terminal = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    named.or_else(terminal).unwrap_or(0).clamp(WIDTHS.0, WIDTHS.1)
}

/// Text in lines of at most `width` columns, broken at spaces; a word without spaces stays whole, so that it can be copied.
pub(crate) fn wrapped(text: &str, first: &str, hanging: &str, width: usize) -> String {
    let mut lines = String::new();
    let mut line = first.to_owned();
    let mut is_begun = false;
    for word in text.split_whitespace() {
        if is_begun && line.chars().count() + 1 + word.chars().count() > width {
            lines.push_str(&line);
            lines.push('\n');
            line = hanging.to_owned();
            is_begun = false;
        }
        if is_begun {
            line.push(' ');
        }
        line.push_str(word);
        is_begun = true;
    }
    lines.push_str(line.trim_end());
    lines.push('\n');
    lines
}

/// Writes data to standard output. A reader that went away is no error.
pub(crate) fn data(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::because(
            "writing to standard output failed",
            &error,
            "check where the output is sent",
        )),
        _ => Ok(()),
    }
}

/// Asks at a terminal; without one, names the option that answers.
pub(crate) fn ask(question: &str, lacking: &str, option: &str) -> Result<String, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::new(
            format!("{lacking}, and there is no terminal to ask at"),
            format!("add {option}"),
        )
        .usage());
    }
    let mut answer = String::new();
    let asked = write!(io::stderr(), "{question}").and_then(|()| io::stdin().lock().read_line(&mut answer));
    asked.map_err(|error| Failure::because("asking failed", &error, format!("add {option}")))?;
    Ok(answer.trim().to_owned())
}

/// Prints clap's own message: help to standard output, errors to standard error.
pub(crate) fn usage(message: &clap::Error) -> ExitCode {
    drop(message.print());
    if message.use_stderr() {
        Exit::Usage.into()
    } else {
        Exit::Nothing.into()
    }
}

/// Writes a document to a file that was named, whole or not at all, readable by its owner only. The unfinished
/// file has an unpredictable name, so that no link can be planted there.
pub(crate) fn document(path: &Path, force: bool, bytes: &[u8]) -> Result<(), Failure> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => taken(path),
        _ => Failure::file("writing", path, &error),
    };
    let mut unfinished = tempfile::NamedTempFile::new_in(folder_of(path)).map_err(failed)?;
    let written = unfinished.write_all(bytes);
    written
        .and_then(|()| unfinished.as_file().sync_all())
        .map_err(failed)?;
    let persisted = if force {
        unfinished.persist(path)
    } else {
        unfinished.persist_noclobber(path)
    };
    persisted.map(drop).map_err(|error| failed(error.error))
}

/// As [`document`], for what is too large for memory: written as it comes.
pub(crate) fn document_by<T>(
    path: &Path,
    force: bool,
    write: impl FnOnce(&mut (dyn io::Write + Send)) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => taken(path),
        _ => Failure::file("writing", path, &error),
    };
    let mut unfinished = tempfile::NamedTempFile::new_in(folder_of(path)).map_err(failed)?;
    let mut out = io::BufWriter::new(unfinished.as_file_mut());
    let written = write(&mut out)?;
    out.flush().map_err(failed)?;
    drop(out);
    unfinished.as_file().sync_all().map_err(failed)?;
    let persisted = if force {
        unfinished.persist(path)
    } else {
        unfinished.persist_noclobber(path)
    };
    persisted.map_err(|error| failed(error.error))?;
    Ok(written)
}

/// A file that must not be replaced unasked.
pub(crate) fn taken(path: &Path) -> Failure {
    Failure::new(
        format!("{} exists", path.display()),
        "name another file, or add --force to overwrite it",
    )
    .usage()
}

/// The folder that a file lies in; `.` for a bare name.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_wrapped_at_words_and_long_words_stay_whole() {
        let text =
            "seven or eight words arn:aws:iam::111122223333:user/a-name-that-is-longer-than-a-line end";
        insta::assert_snapshot!(wrapped(text, "why  ", "     ", 30), @r"
        why  seven or eight words
             arn:aws:iam::111122223333:user/a-name-that-is-longer-than-a-line
             end
        ");
        assert_eq!(wrapped("", "Next", "", 80), "Next\n");
    }
}
