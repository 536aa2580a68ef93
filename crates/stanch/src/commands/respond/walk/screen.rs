//! The screen of the walk: the progress of the response. Meaning is in words; marks only help the eye.
//!
//! It must not read keys or ask anything.

use std::fmt::Write as _;

use stanch_core::text::shown;
use stanch_respond::playbook::{Act, PhaseProgress, Progress, StepProgress, StepStatus};

use crate::output;

/// Columns before the title of a step, and those of its progress.
const STEP: (usize, usize) = (9, 16);
/// Columns before the title of a manual step, and those of its progress.
const GUIDED: (usize, usize) = (27, 16);

/// The page.
pub(super) fn page(progress: &Progress, width: usize, is_whole: bool) -> String {
    let mut text = String::new();
    let (hours, rest) = (progress.seconds / 3600, progress.seconds % 3600);
    let account = progress.account.as_deref().unwrap_or("not known yet");
    let _ = writeln!(
        text,
        " {:<26} {hours:02}:{:02}:{:02} since the start   account {}",
        shown(&progress.title, 26),
        rest / 60,
        rest % 60,
        shown(account, 20)
    );
    let _ = writeln!(text, " {}", "─".repeat(width.saturating_sub(2)));
    for phase in &progress.phases {
        if is_whole || is_busy(phase) {
            open(phase, width, &mut text);
        } else {
            closed(phase, width, &mut text);
        }
    }
    let _ = writeln!(text);
    let now = format!("Now: {}.", shown(&progress.next.why, 300));
    text.push_str(&wrapped(&now, " ", width));
    text.push_str(match &progress.next.act {
        Act::Guide { .. } => " [n] [o] show the steps   [d] done   [s] later   [p] plan again   [q] leave\n",
        _ => " [n] do it   [o] [d] [s] NAME: show, done, later   [p] plan again   [q] leave\n",
    });
    text
}

fn is_busy(phase: &PhaseProgress) -> bool {
    let busy = [StepStatus::Next, StepStatus::Waits, StepStatus::Runs];
    phase.number == 1 || phase.steps.iter().any(|step| busy.contains(&step.status))
}

fn closed(phase: &PhaseProgress, width: usize, text: &mut String) {
    let mut words: Vec<String> = Vec::new();
    for step in &phase.steps {
        words.push(format!("{} {}", step.id, step.status.words()));
    }
    let all_alike = phase
        .steps
        .first()
        .filter(|first| phase.steps.iter().all(|step| step.status == first.status));
    let summary = all_alike.map_or_else(|| words.join(", "), |first| first.status.words().to_owned());
    let lead = format!(" {} {:<22} ", phase.number, phase.title);
    text.push_str(&output::wrapped(&summary, &lead, &" ".repeat(26), width));
}

fn open(phase: &PhaseProgress, width: usize, text: &mut String) {
    let _ = writeln!(
        text,
        " {} {:<22} {} of {} done",
        phase.number,
        phase.title,
        phase.done,
        phase.steps.len()
    );
    for step in &phase.steps {
        line(step, width, text);
        for guided in &step.guided {
            let lead = format!("         {} {:<15} ", mark(guided.status), guided.id);
            beside(&lead, guided.title, guided.status.words(), GUIDED, width, text);
        }
    }
}

fn line(step: &StepProgress, width: usize, text: &mut String) {
    let lead = format!("   {} {:<3} ", mark(step.status), step.id);
    beside(&lead, step.title, step.status.words(), STEP, width, text);
}

/// Adds a title, wrapped below itself, with a word at the right of its first line.
fn beside(lead: &str, title: &str, word: &str, columns: (usize, usize), width: usize, text: &mut String) {
    let (indent, right) = columns;
    let room = width.saturating_sub(indent + right);
    let lines = output::wrapped(title, "", "", room);
    for (place, line) in lines.lines().enumerate() {
        let _ = if place == 0 {
            writeln!(text, "{lead}{line:<room$} {word}")
        } else {
            writeln!(text, "{:indent$}{line}", "")
        };
    }
}

const fn mark(status: StepStatus) -> char {
    match status {
        StepStatus::Done => '✓',
        StepStatus::Runs => '…',
        StepStatus::Waits => '?',
        StepStatus::Next => '>',
        StepStatus::Later => '~',
        StepStatus::Open => '·',
        StepStatus::NotPlanned | StepStatus::NotBuilt => '–',
    }
}

/// Lines that fit, each behind an indent; those of an item of a list below its first word.
pub(super) fn wrapped(text: &str, indent: &str, width: usize) -> String {
    let is_item = |word: &str| word == "-" || word.trim_end_matches('.').parse::<u8>().is_ok();
    let first = text.split(' ').next().unwrap_or_default();
    let hang = if is_item(first) { first.len() + 1 } else { 0 };
    let mut lines = String::new();
    let mut line = indent.to_owned();
    let mut is_begun = false;
    for word in text.split(' ') {
        if is_begun && line.chars().count() + 1 + word.chars().count() > width {
            let _ = writeln!(lines, "{line}");
            line = format!("{indent}{}", " ".repeat(hang));
            is_begun = false;
        }
        if is_begun {
            line.push(' ');
        }
        line.push_str(word);
        is_begun = true;
    }
    let _ = writeln!(lines, "{line}");
    lines
}

#[cfg(test)]
mod tests {
    use stanch_core::Timestamp;
    use stanch_respond::playbook::{Facts, state};

    use super::*;

    #[test]
    fn the_page_fits_and_says_everything_in_words() {
        let facts = Facts {
            title: "incident\u{1b}[2J".to_owned(),
            account: Some("111122223333".into()),
            opened_at: Timestamp(0),
            now: Timestamp(461_000),
            ..Facts::default()
        };
        let page = page(&state(&facts), 80, true);
        for line in page.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
        assert!(page.contains("00:07:41 since the start") && !page.contains('\u{1b}'));
        assert!(page.contains("not built yet") && page.contains("waits for you"));
        assert!(page.contains("Now: pull the events"));
    }

    #[test]
    fn an_item_of_a_list_hangs_below_its_first_word() {
        assert_eq!(
            wrapped("1. one two three", "  ", 12),
            "  1. one two\n     three\n"
        );
        assert_eq!(wrapped("one two three", " ", 9), " one two\n three\n");
    }
}
