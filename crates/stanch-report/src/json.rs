//! The analysis as JSON, as `docs/report.schema.json` describes it.
//!
//! The whole analysis, nothing left out and nothing shortened, so that a program can take it further. It must
//! not know of any other format.

use std::io::{self, Write as _};

use stanch_core::{Analysis, Assessment, Dossier};

use crate::escape::json_pretty;

/// Writes the analysis as JSON, indented, with a line break at the end.
///
/// Control, reordering and invisible characters in texts are written as `\u` and four digits: the document can be shown
/// on a terminal without harm, and a parser reads the very texts that were logged.
///
/// # Errors
///
/// When `out` does not take the bytes.
pub fn json(analysis: &Analysis, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    json_pretty(analysis, &mut out)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Writes the assessment of an account as [`json`] does an analysis.
///
/// # Errors
///
/// When `out` does not take the bytes.
pub fn json_assessment(assessment: &Assessment, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    json_pretty(assessment, &mut out)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Writes what is known of one bearer as [`json`] does an analysis.
///
/// # Errors
///
/// When `out` does not take the bytes.
pub fn json_dossier(dossier: &Dossier, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    json_pretty(dossier, &mut out)?;
    out.write_all(b"\n")?;
    out.flush()
}

#[cfg(test)]
mod tests;
