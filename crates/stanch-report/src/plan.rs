//! A plan for tickets, reviewers and people who would rather type it themselves.
//!
//! The shell script is for reading and for emergencies: it sends the changes and nothing else, so that it has neither evidence,
//! nor proof, nor undo, and it says so. It must not judge a plan.

use std::io;

use stanch_core::Plan;
use stanch_core::plan::{Param, Reversibility, Step};

use crate::escape::json_pretty;
use crate::markdown::{coded, prose};
use crate::terminal::{PlanFrame, remaining, seconds, undo_word};
use stanch_core::text::shown;

/// The longest sentence that a script's remark holds.
const REMARK: usize = 300;

/// Writes the plan as Markdown.
///
/// # Errors
///
/// When `out` does not take the bytes.
pub fn plan_markdown(plan: &Plan, frame: &PlanFrame<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "# Plan {}", coded(frame.digest.as_str()))?;
    writeln!(
        out,
        "\nAccount {}, {} changes, about {}, planned {} by {}.\n",
        coded(plan.account.as_str()),
        plan.steps.len(),
        seconds(plan.seconds),
        plan.made_at,
        coded(&plan.responder.arn)
    )?;
    for complaint in frame.complaints {
        writeln!(out, "- **Lint:** {}", prose(complaint))?;
    }
    for step in &plan.steps {
        step_markdown(step, frame, out)?;
    }
    list(
        out,
        "Still valid after this plan",
        plan.remaining_credentials.iter().map(remaining),
    )?;
    let left = plan
        .not_fixed
        .iter()
        .map(|left| format!("{}: {}", left.what, left.why));
    list(out, "NOT fixed by this plan", left)
}

fn step_markdown(step: &Step, frame: &PlanFrame<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let change = &step.change;
    writeln!(out, "\n## {} {}\n", step.number, prose(&change.does))?;
    for reason in &step.why {
        writeln!(out, "- Reason: {}", prose(&reason.text))?;
    }
    for impact in &change.impact {
        writeln!(out, "- Side effect: {}", prose(&impact.to_string()))?;
    }
    if let Some(loses) = &change.loses {
        writeln!(out, "- **Can't be undone, lost:** {}", prose(loses))?;
    }
    writeln!(out, "- Undo: {}", undo_word(&change.reversibility))?;
    if let Reversibility::Partial { remains } | Reversibility::None { remains } = &change.reversibility {
        writeln!(out, "- Not undone: {}", prose(remains))?;
    }
    for write in &change.writes {
        writeln!(out, "- {}", coded(&(frame.command)(&write.call)))?;
    }
    Ok(())
}

fn list(out: &mut dyn io::Write, title: &str, lines: impl Iterator<Item = String>) -> io::Result<()> {
    let mut lines = lines.peekable();
    if lines.peek().is_some() {
        writeln!(out, "\n## {title}\n")?;
    }
    lines.try_for_each(|line| writeln!(out, "- {}", prose(&line)))
}

/// Writes the plan as JSON.
///
/// # Errors
///
/// When `out` does not take the bytes.
pub fn plan_json(plan: &Plan, frame: &PlanFrame<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let document = serde_json::json!({
        "digest": frame.digest,
        "complaints": frame.complaints,
        "plan": plan,
    });
    json_pretty(&document, out)
}

/// Writes the changes as a shell script for the AWS command line. Calls that need what is only known later are remarks.
///
/// # Errors
///
/// When `out` does not take the bytes.
pub fn plan_shell(plan: &Plan, frame: &PlanFrame<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "#!/bin/sh")?;
    writeln!(
        out,
        "# Plan {} for account {}.",
        frame.digest,
        shown(plan.account.as_str(), 20)
    )?;
    writeln!(
        out,
        "# For reviews and emergencies: this sends the changes without reading the current state, keeps no"
    )?;
    writeln!(
        out,
        "# evidence, verifies nothing and has no undo. stanch apply does all of that."
    )?;
    writeln!(out, "set -u")?;
    for step in &plan.steps {
        writeln!(out, "\n# {} {}", step.number, shown(&step.change.does, REMARK))?;
        for write in &step.change.writes {
            let command = shown(&(frame.command)(&write.call), usize::MAX);
            let is_complete = is_literal(&write.call.params) && write.when.is_empty();
            let lead = if is_complete { "" } else { "# by hand: " };
            writeln!(out, "{lead}{command}")?;
        }
    }
    Ok(())
}

fn is_literal(param: &Param) -> bool {
    match param {
        Param::Literal(_) => true,
        Param::Object(members) => members.values().all(is_literal),
        Param::List(parts) | Param::Text(parts) => parts.iter().all(is_literal),
        Param::Reply { .. } | Param::Cutoff { .. } | Param::Secret => false,
    }
}
