//! "Do this now": the age of the attacker's last call, whether its keys still work, and the commands that stop it.
//!
//! It must not know which commands exist: the caller says so.

use std::collections::BTreeSet;
use std::io;

use stanch_core::Timestamp;
use stanch_core::verdict::{Analysis, Confidence, Story};

use super::TerminalOptions;
use super::screen::Screen;
use crate::times;

/// Writes the block; nothing without commands.
pub(super) fn write(
    analysis: &Analysis,
    options: &TerminalOptions,
    screen: &mut Screen<'_>,
) -> io::Result<()> {
    if options.urgent.is_empty() {
        return Ok(());
    }
    screen.heading("Do this now")?;
    if let Some(sentence) = state(analysis, options.clock) {
        screen.paragraph(2, &sentence)?;
    }
    screen.steps(&options.urgent)?;
    if options.report_path.is_some() || !options.next.is_empty() {
        screen.blank()?;
    }
    Ok(())
}

/// Last call, and what the logs say of the keys.
fn state(analysis: &Analysis, clock: Option<Timestamp>) -> Option<String> {
    let stories = analysis.verdict.stories.iter();
    let sure: Vec<&Story> = stories
        .filter(|story| story.confidence >= Confidence::Medium)
        .collect();
    let last = sure.iter().map(|story| story.until).max()?;
    let when = clock.filter(|now| *now >= last).map_or_else(
        || format!("{} UTC", times::table_time(last)),
        |now| format!("{} ago", times::age(now.since(last))),
    );
    let keys = sure.iter().flat_map(|story| &story.access_keys);
    let keys: BTreeSet<&String> = keys.filter(|key| key.starts_with("AKIA")).collect();
    let off = sure.iter().flat_map(|story| &story.disabled_keys);
    let off = off.collect::<BTreeSet<&String>>().len();
    let disabled = match keys.len() {
        0 => String::new(),
        all => format!(" Keys that the logs show as disabled: {off} of {all}."),
    };
    Some(format!("Last hostile call: {when}.{disabled}"))
}
