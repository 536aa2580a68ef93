//! `stanch rules`: what can be detected, in words, and whether the user's rules can be loaded.

use std::fmt::Write as _;

use stanch_core::finding::DetectionAbout;
use stanch_core::text::shown;

use crate::arguments::{RulesArguments, TableArguments};
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};

/// Lists, or explains one. Exits with 2 when a rule of the user's can't be loaded.
pub(crate) fn run(arguments: &RulesArguments, console: &Console) -> Result<Exit, Failure> {
    let engine = super::engine(&TableArguments {
        rules: arguments.rules.clone(),
        ..TableArguments::default()
    })?;
    let abouts = engine.detections();
    let mut text = String::new();
    if let Some(id) = &arguments.explain {
        let Some(about) = abouts.values().find(|about| about.id.as_str() == id) else {
            return Err(Failure::new(
                format!("there is no detection {id}"),
                "stanch rules lists them all",
            ));
        };
        explain(&mut text, about);
    } else {
        for about in abouts.values() {
            list(&mut text, about);
        }
        console.say(&format!(
            "{} detections. stanch rules --explain ID tells what one means.",
            abouts.len()
        ));
    }
    output::data(|out| out.write_all(text.as_bytes()))?;
    for refused in engine.rules_refused() {
        console.say(&format!(
            "not loaded: {}: {}",
            shown(&refused.path, 400),
            shown(&refused.reason, 400)
        ));
    }
    Ok(if engine.rules_refused().is_empty() {
        Exit::Nothing
    } else {
        Exit::Error
    })
}

fn list(text: &mut String, about: &DetectionAbout) {
    let techniques: Vec<&str> = about
        .techniques
        .iter()
        .map(stanch_core::TechniqueId::as_str)
        .collect();
    let id = shown(about.id.as_str(), 60);
    let _ = writeln!(
        text,
        "{:13}  {id:44}  {}",
        about.severity.as_str(),
        techniques.join(" ")
    );
}

fn explain(text: &mut String, about: &DetectionAbout) {
    let _ = writeln!(text, "{}\n", shown(&about.title, 300));
    output::row(text, "id", about.id.as_str());
    output::row(text, "severity", about.severity.as_str());
    let tactics: Vec<&str> = about.tactics.iter().map(|tactic| tactic.as_str()).collect();
    let techniques: Vec<&str> = about
        .techniques
        .iter()
        .map(stanch_core::TechniqueId::as_str)
        .collect();
    output::row(
        text,
        "ATT&CK",
        &format!("{} · {}", tactics.join(", "), techniques.join(", ")),
    );
    output::row(text, "why", &about.why);
    for harmless in &about.false_positives {
        output::row(text, "harmless", harmless);
    }
    for next in &about.next {
        output::row(text, "next", next);
    }
}
