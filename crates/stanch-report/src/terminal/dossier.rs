//! The lineage of one credential, principal, instance or address on a terminal: type, creator, children, calls, what is still
//! valid.
//!
//! Every text passes `safe` before it is written. It must not know how it was found out.

use std::io;

use stanch_core::assessment::Presence;
use stanch_core::dossier::{Derivation, Relative, Subject, SubjectKind, Usage};
use stanch_core::{Dossier, Timestamp};

use super::screen::{Screen, Style, safe};
use super::{TerminalOptions, footer};
use crate::words;

/// Number of relations, addresses and changes are listed unless `verbose`.
const LISTED: usize = 12;
/// Number of identities that are shown in full unless `verbose`; the others have a line each.
const IN_FULL: usize = 3;
/// The longest id that is shown.
const ID_LIMIT: usize = 120;

/// Writes the page.
///
/// # Errors
///
/// When `out` does not take the bytes.
pub fn terminal_dossier(
    dossier: &Dossier,
    options: &TerminalOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut screen = Screen::new(options.width, options.colour, out);
    head(dossier, &mut screen)?;
    let in_full = if options.verbose { usize::MAX } else { IN_FULL };
    for subject in dossier.subjects.iter().take(in_full) {
        tell(subject, dossier.at, options, &mut screen)?;
    }
    let rest: Vec<String> = dossier.subjects.iter().skip(in_full).map(line_of).collect();
    if !rest.is_empty() {
        screen.labelled("Also", &rest)?;
        screen.blank()?;
    }
    if dossier.left_out > 0 {
        screen.paragraph(2, &format!("and {} more that match", dossier.left_out))?;
        screen.blank()?;
    }
    footer(options, &mut screen)
}

fn head(dossier: &Dossier, screen: &mut Screen<'_>) -> io::Result<()> {
    let mut said = Vec::new();
    if let Some(meaning) = &dossier.meaning {
        said.push(format!("type: {meaning}"));
    }
    // Logs know better where there are any.
    if let Some(account) = dossier.account.as_ref().filter(|_| dossier.subjects.is_empty()) {
        said.push(format!("of account {}", safe(account.as_str(), 20)));
    }
    let asked = screen.paint(Style::Strong, &safe(&dossier.asked, ID_LIMIT));
    screen.painted_line(&asked)?;
    if !said.is_empty() {
        screen.pieces(2, 2, &said)?;
    }
    if dossier.subjects.is_empty() {
        let words =
            "NOT SEEN in the logs that were read. Calls that were not logged or not read are not known.";
        screen.paragraph(2, words)?;
    }
    screen.blank()
}

fn line_of(subject: &Subject) -> String {
    let calls = words::count(subject.usage.calls, "call");
    format!("{}, {calls}", title(subject.kind, &subject.id))
}

fn tell(
    subject: &Subject,
    at: Timestamp,
    options: &TerminalOptions,
    screen: &mut Screen<'_>,
) -> io::Result<()> {
    let limit = if options.verbose { usize::MAX } else { LISTED };
    screen.heading(&title(subject.kind, &subject.id))?;
    screen.labelled("Status", &now(subject, at))?;
    screen.labelled("Calls", &used(&subject.usage, limit))?;
    if subject.ancestors.is_empty() {
        let unknown = "not known: no event that was read shows who created or issued it".to_owned();
        screen.labelled("Creator", &[unknown])?;
    } else {
        relations("Creator", &subject.ancestors, true, at, limit, screen)?;
    }
    relations("Created", &subject.descendants, false, at, limit, screen)?;
    relations("Changed", &subject.opened, false, at, limit, screen)?;
    let alive: Vec<&Relative> = subject
        .descendants
        .iter()
        .filter(|relative| works(relative, at))
        .collect();
    if !alive.is_empty() {
        let words = format!(
            "{} derived from it may still be valid: revoke all of them, not only this one",
            words::count(alive.len() as u64, "credential")
        );
        screen.labelled("Still valid", &[words])?;
    }
    if !subject.cycle.is_empty() {
        let roles: Vec<String> = subject.cycle.iter().map(|role| safe(role, ID_LIMIT)).collect();
        let words = format!(
            "these roles assume each other without end: {}. Revoke the sessions of all of them at once",
            roles.join(", ")
        );
        screen.labelled("Role chain", &[words])?;
    }
    screen.blank()
}

/// Returns the kind and the id; the id of a password says what it is.
fn title(kind: SubjectKind, id: &str) -> String {
    let id = safe(id, ID_LIMIT);
    match kind {
        SubjectKind::Password => id,
        _ => format!("{} {id}", kind.words()),
    }
}

/// Returns whether a credential may still open something.
fn works(relative: &Relative, at: Timestamp) -> bool {
    match relative.kind {
        SubjectKind::Session => relative.until.is_none_or(|until| until > at),
        SubjectKind::LongTermKey | SubjectKind::Password => relative.presence != Presence::Gone,
        _ => false,
    }
}

fn now(subject: &Subject, at: Timestamp) -> Vec<String> {
    let mut lines = vec![match (subject.kind, subject.until, subject.presence) {
        (SubjectKind::Session, Some(until), _) if until <= at => format!("expired {until}"),
        (SubjectKind::Session, Some(until), _) => {
            let minutes = until.since(at) / 60_000;
            format!("valid until {until}, {minutes} more minutes, unless it is revoked")
        }
        (SubjectKind::Session, None, _) => {
            "expiry not known: the call that issued it was not read; sessions last up to 36 hours".to_owned()
        }
        (
            SubjectKind::Instance
            | SubjectKind::Function
            | SubjectKind::User
            | SubjectKind::Role
            | SubjectKind::LongTermKey,
            _,
            Presence::Exists,
        ) => "exists in the account".to_owned(),
        (_, _, Presence::Gone) => "deleted from the account".to_owned(),
        _ => "not known whether it still exists".to_owned(),
    }];
    if let Some(account) = &subject.account {
        lines.push(format!("account {}", safe(account.as_str(), 20)));
    }
    for name in &subject.source_identities {
        lines.push(format!("source identity {}", safe(name, 100)));
    }
    lines
}

fn used(usage: &Usage, limit: usize) -> Vec<String> {
    let (Some(first), Some(last)) = (usage.first, usage.last) else {
        return vec!["no calls in the logs that were read".to_owned()];
    };
    let mut lines = vec![format!(
        "{}, {} failed, {first} to {last}",
        words::count(usage.calls, "call"),
        usage.failed
    )];
    for (label, counts) in [("from", &usage.addresses), ("changes:", &usage.changes)] {
        if counts.is_empty() {
            continue;
        }
        let mut shown: Vec<String> = counts
            .iter()
            .take(limit)
            .map(|(text, count)| format!("{} ({count})", safe(text, 100)))
            .collect();
        if counts.len() > limit {
            shown.push(format!("{} more", counts.len() - limit));
        }
        lines.push(format!("{label} {}", shown.join(", ")));
    }
    lines
}

fn relations(
    label: &str,
    relative: &[Relative],
    is_up: bool,
    at: Timestamp,
    limit: usize,
    screen: &mut Screen<'_>,
) -> io::Result<()> {
    if relative.is_empty() {
        return Ok(());
    }
    let mut lines: Vec<String> = relative
        .iter()
        .take(limit)
        .map(|relative| relation(relative, is_up, at))
        .collect();
    if relative.len() > limit {
        lines.push(format!("and {} more (-v lists them)", relative.len() - limit));
    }
    screen.labelled(label, &lines)
}

fn relation(relative: &Relative, is_up: bool, at: Timestamp) -> String {
    let mut text = "  ".repeat(relative.depth.saturating_sub(1).min(8) as usize);
    text.push_str(&title(relative.kind, &relative.id));
    let how = match (relative.how, is_up) {
        (Derivation::Belongs, true) => "its owner".to_owned(),
        (Derivation::RunsAs, true) => "runs as it".to_owned(),
        (how, true) => format!("by {}", verb(how)),
        (how, false) => how_short(how).to_owned(),
    };
    text.push_str(&format!(", {how}"));
    if let Some(time) = relative.time {
        text.push_str(&format!(" {time}"));
    }
    if relative.calls > 0 && !is_up {
        text.push_str(&format!(", {}", words::count(relative.calls, "call")));
    }
    text.push_str(match (relative.kind, relative.until, relative.presence) {
        (SubjectKind::Session, Some(until), _) if until > at => ", MAY STILL BE VALID",
        (SubjectKind::Session, Some(_), _) => ", expired",
        (_, _, Presence::Gone) => ", deleted",
        (
            SubjectKind::LongTermKey | SubjectKind::User | SubjectKind::Instance | SubjectKind::Function,
            _,
            Presence::Exists,
        ) if !is_up => ", STILL EXISTS",
        _ => "",
    });
    text
}

const fn verb(how: Derivation) -> &'static str {
    match how {
        Derivation::Assumed => "assuming",
        Derivation::SessionToken => "requesting a session token",
        Derivation::Federated => "requesting a federation token",
        Derivation::Console => "signing in to the console",
        Derivation::Created => "creating",
        Derivation::RunsAs => "running",
        Derivation::Belongs => "owning",
        Derivation::Opened => "changing permissions",
    }
}

const fn how_short(how: Derivation) -> &'static str {
    match how {
        Derivation::Assumed => "assumed",
        Derivation::SessionToken => "session token",
        Derivation::Federated => "federation token",
        Derivation::Console => "console session",
        Derivation::Created => "created",
        Derivation::RunsAs => "runs as it",
        Derivation::Belongs => "belongs to it",
        Derivation::Opened => "permissions changed",
    }
}
