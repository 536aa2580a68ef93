//! Where words go: data to standard output, talk and questions to standard error, documents to the files that were named.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use stanch_core::text::shown;

use crate::arguments::ConsoleArguments;
use crate::error::Failure;
use crate::exit::Exit;

/// The widest summary, and the width when there is no terminal.
const WIDTH: usize = 80;

/// The terminal, as the user wants it.
#[derive(Debug, Clone)]
pub(crate) struct Console {
    /// No talk, no progress.
    pub(crate) quiet: bool,
    /// Everything, not the gist.
    pub(crate) verbose: bool,
    /// Colour on standard output.
    pub(crate) colour: bool,
    /// Columns.
    pub(crate) width: usize,
}

impl Console {
    /// Reads the requests; `NO_COLOR` and a redirected output both turn colour off.
    pub(crate) fn new(arguments: &ConsoleArguments) -> Self {
        let unwanted =
            arguments.no_color || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            quiet: arguments.quiet,
            verbose: arguments.verbose,
            colour: !unwanted && io::stdout().is_terminal(),
            width: WIDTH,
        }
    }

    /// Says something on standard error unless quiet.
    pub(crate) fn say(&self, text: &str) {
        if !self.quiet {
            drop(writeln!(io::stderr(), "{text}"));
        }
    }

    /// Tells an error and gives its exit code.
    pub(crate) fn failure(&self, failure: &Failure) -> ExitCode {
        drop(write!(io::stderr(), "{}", failure.text()));
        Exit::Error.into()
    }
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
        ));
    }
    let mut answer = String::new();
    let asked = write!(io::stderr(), "{question}").and_then(|()| io::stdin().lock().read_line(&mut answer));
    asked.map_err(|error| Failure::because("asking failed", &error, format!("add {option}")))?;
    Ok(answer.trim().to_owned())
}

/// Shows clap's own message: help to standard output, complaints to standard error.
pub(crate) fn usage(message: &clap::Error) -> ExitCode {
    drop(message.print());
    if message.use_stderr() {
        Exit::Error.into()
    } else {
        Exit::Nothing.into()
    }
}

/// Writes a document to a file that was named, whole or not at all, for its owner's eyes only. The unfinished
/// file has a name that nobody can foresee, so that no link can be planted there.
pub(crate) fn document(path: &Path, clobber: bool, bytes: &[u8]) -> Result<(), Failure> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => taken(path),
        _ => Failure::file("writing", path, &error),
    };
    let mut unfinished = tempfile::NamedTempFile::new_in(folder_of(path)).map_err(failed)?;
    let written = unfinished.write_all(bytes);
    written
        .and_then(|()| unfinished.as_file().sync_all())
        .map_err(failed)?;
    let persisted = if clobber {
        unfinished.persist(path)
    } else {
        unfinished.persist_noclobber(path)
    };
    persisted.map(drop).map_err(|error| failed(error.error))
}

/// As [`document`], for what is too large to hold: written as it comes.
pub(crate) fn document_by<T>(
    path: &Path,
    clobber: bool,
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
    let persisted = if clobber {
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
        format!("{} is there already", path.display()),
        "name another file, or add --clobber to replace it",
    )
}

/// The folder that a file lies in; `.` for a bare name.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new("."))
}

/// A label and words beside it, broken between words at 80 columns.
pub(crate) fn row(text: &mut String, label: &str, value: &str) {
    const INDENT: usize = 13;
    let mut line = format!("  {label:<11}");
    let mut empty = true;
    for word in shown(value, 2000).split_whitespace() {
        if !empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            text.push_str(&line);
            text.push('\n');
            line = " ".repeat(INDENT);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    text.push_str(&line);
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_are_put_beside_their_label() {
        let mut text = String::new();
        row(&mut text, "why", &"seven or eight words ".repeat(6));
        insta::assert_snapshot!(text, @r"
          why        seven or eight words seven or eight words seven or eight words
                     seven or eight words seven or eight words seven or eight words
        ");
    }
}
