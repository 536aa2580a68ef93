//! Everything that could not be read, file by file.
//!
//! It must not judge what the gaps mean.

use std::io;

use stanch_core::coverage::Coverage;
use stanch_core::source::{Problem, SourceReport};
use stanch_core::verdict::Analysis;

use super::TerminalOptions;
use super::screen::{Screen, safe};
use crate::words::{self, NAME_LIMIT};

/// Writes every file that was not read whole, with each problem and its place.
///
/// # Errors
///
/// When `out` does not take the bytes.
pub fn terminal_problems(
    analysis: &Analysis,
    options: &TerminalOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let coverage = &analysis.coverage;
    let mut screen = Screen::new(options.width, options.colour, out);
    screen.paragraph(0, &summary(coverage))?;
    for source in &coverage.problem_sources {
        screen.blank()?;
        write_source(source, &mut screen)?;
    }
    let listed = coverage.problem_sources.len() as u64;
    if coverage.problem_source_count > listed {
        screen.blank()?;
        let rest = words::count(coverage.problem_source_count - listed, "further file");
        screen.paragraph(0, &format!("{rest} with problems, counted above but not listed."))?;
    }
    Ok(())
}

/// Returns the number of files were not read whole, and why, in a sentence.
pub(super) fn summary(coverage: &Coverage) -> String {
    let (files, ..) = words::extent(coverage);
    if coverage.problem_source_count == 0 {
        return format!("Every input was read in full ({}).", words::count(files, "file"));
    }
    let verb = if coverage.problem_source_count == 1 {
        "was"
    } else {
        "were"
    };
    let reasons: Vec<String> = coverage
        .problems
        .iter()
        .map(|(kind, count)| format!("{} {}", words::thousands(*count), words::problem_words(*kind)))
        .collect();
    format!(
        "{} of {} {verb} not read in full: {}",
        words::count(coverage.problem_source_count, "file"),
        words::thousands(files),
        reasons.join(", ")
    )
}

/// The first problem of each of the first files, with the file's name.
pub(super) fn reasons(coverage: &Coverage, most: usize) -> Vec<String> {
    let sources = coverage.problem_sources.iter().take(most);
    let reason = |source: &SourceReport| {
        let problem = source.problems.first()?;
        Some(format!(
            "{}: {}",
            safe(&source.path, NAME_LIMIT),
            safe(&problem.detail, 300)
        ))
    };
    sources.filter_map(reason).collect()
}

fn write_source(source: &SourceReport, screen: &mut Screen<'_>) -> io::Result<()> {
    screen.heading(&safe(&source.path, NAME_LIMIT))?;
    let about = [
        words::source_kind(source.kind).to_owned(),
        words::count(source.size, "byte"),
        format!("{} read", words::count(source.events, "event")),
        words::count(source.problem_count, "problem"),
    ];
    screen.pieces(2, 2, &about)?;
    for problem in &source.problems {
        screen.paragraph(4, &problem_line(problem))?;
    }
    let kept = source.problems.len() as u64;
    if source.problem_count > kept {
        let rest = words::count(source.problem_count - kept, "further problem");
        screen.paragraph(4, &format!("and {rest}"))?;
    }
    Ok(())
}

fn problem_line(problem: &Problem) -> String {
    let mut line = words::problem_words(problem.kind).to_owned();
    if let Some(offset) = problem.offset {
        line.push_str(&format!(" at byte {}", words::thousands(offset)));
    }
    if !problem.member.is_empty() {
        line.push_str(&format!(" of member {}", safe(&problem.member, NAME_LIMIT)));
    }
    if !problem.detail.is_empty() {
        line.push_str(&format!(": {}", safe(&problem.detail, NAME_LIMIT)));
    }
    line
}
