//! A plan on a terminal: changes, reasons, side effects, undo, and what it does not fix.
//!
//! Every text passes `safe` before it is written. It must not judge a plan, nor know how it was made.

use std::io;

use stanch_core::plan::{CallTemplate, Order, Reversibility, Step};
use stanch_core::{Plan, PlanDigest, Timestamp};

use super::screen::{Screen, Style, safe};
use super::{TerminalOptions, footer};
use crate::words;

/// The longest sentence of a plan that is shown.
const SENTENCE: usize = 400;
/// The longest command that is shown: policy documents are long.
const COMMAND: usize = 3000;
/// Number of remaining credentials and things not fixed are listed unless `verbose`.
const LISTED: usize = 12;

/// Parts of the page that are not in the plan.
pub struct PlanFrame<'p> {
    /// Its digest.
    pub digest: &'p PlanDigest,
    /// The command line of the AWS CLI that does the same as a call.
    pub command: &'p dyn Fn(&CallTemplate) -> String,
    /// Objections of the linter, one sentence each, refusals first.
    pub complaints: &'p [String],
}

/// Writes the plan.
///
/// # Errors
///
/// When `out` does not take the bytes.
pub fn terminal_plan(
    plan: &Plan,
    frame: &PlanFrame<'_>,
    options: &TerminalOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut screen = Screen::new(options.width, options.colour, out);
    head(plan, frame, &mut screen)?;
    for step in &plan.steps {
        tell(step, frame, options.verbose, &mut screen)?;
    }
    rest(plan, options.verbose, &mut screen)?;
    if !frame.complaints.is_empty() {
        let complaints: Vec<String> = frame.complaints.iter().map(|text| safe(text, SENTENCE)).collect();
        screen.labelled_at(0, "Lint", &complaints)?;
        screen.blank()?;
    }
    footer(options, &mut screen)
}

fn head(plan: &Plan, frame: &PlanFrame<'_>, screen: &mut Screen<'_>) -> io::Result<()> {
    let pieces = [
        screen.paint(Style::Strong, &format!("Plan {}", frame.digest.short())),
        format!("account {}", safe(plan.account.as_str(), 20)),
        words::count(plan.suspects.len() as u64, "suspect"),
        words::count(plan.steps.len() as u64, "change"),
        format!("about {}", seconds(plan.seconds)),
    ];
    screen.pieces(0, 5, &pieces)?;
    let until = plan
        .responder
        .expires
        .map_or_else(String::new, |at| format!(", credentials until {at}"));
    let you = format!("You are {}{until}.", safe(&plan.responder.arn, 200));
    screen.paragraph(0, &you)?;
    let spared = plan.exempt.len() as u64;
    let break_glass = if plan.break_glass_declared {
        "Break-glass principals are exempt."
    } else {
        "NO BREAK-GLASS PRINCIPAL IS DECLARED: only you and the last administrator are exempt."
    };
    let spares = format!(
        "No step touches you or {}. {break_glass}",
        words::count(spared, "exempt principal")
    );
    screen.paragraph(0, &spares)?;
    if let Some(endpoint) = &plan.endpoint {
        let text = format!("NOT AWS: the plan is for {}", safe(endpoint, 200));
        screen.paragraph(0, &text)?;
    }
    screen.blank()
}

fn tell(step: &Step, frame: &PlanFrame<'_>, verbose: bool, screen: &mut Screen<'_>) -> io::Result<()> {
    let change = &step.change;
    let region = change.target.region.as_str();
    let lead = screen.paint(Style::Strong, &format!("{:>3}  ", step.number));
    let does = screen.paint(Style::Strong, &safe(&change.does, SENTENCE));
    let undo = format!("{region}, undo {}", undo_word(&change.reversibility));
    screen.pieces_after(&lead, 5, 5, &[does, undo])?;
    for reason in &step.why {
        screen.labelled_at(5, "reason", &[safe(&reason.text, SENTENCE)])?;
    }
    let impact: Vec<String> = change
        .impact
        .iter()
        .map(|impact| safe(&impact.to_string(), SENTENCE))
        .collect();
    if !impact.is_empty() {
        screen.labelled_at(5, "effects", &impact)?;
    }
    if let Some(loses) = &change.loses {
        screen.labelled_at(
            5,
            "LOST",
            &[format!(
                "{} (a second person must approve)",
                safe(loses, SENTENCE)
            )],
        )?;
    }
    if let Reversibility::Partial { remains } | Reversibility::None { remains } = &change.reversibility {
        screen.labelled_at(5, "not undone", &[safe(remains, SENTENCE)])?;
    }
    let waits: Vec<String> = step
        .after
        .iter()
        .map(|dependency| waits(dependency.order, dependency.step.0))
        .collect();
    if !waits.is_empty() {
        screen.labelled_at(5, "order", &[waits.join(", ")])?;
    }
    for write in &change.writes {
        // Never broken: it is there to be copied.
        screen.painted_line(&format!("     {}", safe(&(frame.command)(&write.call), COMMAND)))?;
    }
    if verbose {
        for write in &change.undo {
            screen.labelled_at(5, "undo", &[safe(&(frame.command)(&write.call), COMMAND)])?;
        }
    }
    screen.blank()
}

fn waits(order: Order, step: u32) -> String {
    match order {
        Order::After => format!("after step {step}"),
        Order::Needs => format!("only if step {step} succeeds"),
        Order::Instead => format!("only if step {step} fails"),
    }
}

pub(crate) fn undo_word(reversibility: &Reversibility) -> &'static str {
    match reversibility {
        Reversibility::Exact => "exact",
        Reversibility::Partial { .. } => "in part",
        Reversibility::None { .. } => "NOT POSSIBLE",
    }
}

fn rest(plan: &Plan, verbose: bool, screen: &mut Screen<'_>) -> io::Result<()> {
    let limit = if verbose { usize::MAX } else { LISTED };
    let remaining_credentials: Vec<String> = plan.remaining_credentials.iter().map(remaining).collect();
    listed(
        "Still valid after this plan",
        &remaining_credentials,
        limit,
        screen,
    )?;
    let left: Vec<String> = plan
        .not_fixed
        .iter()
        .map(|left| format!("{}: {}", safe(&left.what, 200), safe(&left.why, SENTENCE)))
        .collect();
    listed("NOT fixed by this plan", &left, limit, screen)
}

pub(crate) fn remaining(remaining: &stanch_core::plan::RemainingCredential) -> String {
    let until = remaining.until.map_or_else(
        || "no known expiry".to_owned(),
        |until: Timestamp| format!("until {until} at the latest"),
    );
    let denied = remaining.denied_by.map_or_else(
        || "NOT DENIED".to_owned(),
        |step| format!("denied by step {step}"),
    );
    format!(
        "{} of {}, {until}, {denied}. {}",
        safe(&remaining.credential, 200),
        safe(&remaining.of, 200),
        safe(&remaining.remark, SENTENCE)
    )
}

fn listed(label: &str, lines: &[String], limit: usize, screen: &mut Screen<'_>) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let mut shown: Vec<String> = lines.iter().take(limit).map(|line| format!("- {line}")).collect();
    if lines.len() > limit {
        shown.push(format!("and {} more (-v lists them)", lines.len() - limit));
    }
    screen.paragraph(0, &format!("{label}: {}", lines.len()))?;
    for line in &shown {
        screen.paragraph(2, line)?;
    }
    screen.blank()
}

pub(crate) fn seconds(seconds: u64) -> String {
    if seconds < 120 {
        return format!("{seconds} s");
    }
    format!("{} min", seconds.div_ceil(60))
}
