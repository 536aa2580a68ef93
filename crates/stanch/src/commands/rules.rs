//! `stanch rules`: what can be detected, in words, and whether the user's rules can be loaded.

use std::fmt::Write as _;

use stanch_core::finding::DetectionAbout;
use stanch_core::text::shown;

use crate::arguments::RulesArguments;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};
use crate::requests::Tables;

/// Lists, or explains one. Fails when a rule of the user's can't be loaded.
pub(crate) fn run(arguments: &RulesArguments, console: &Console) -> Result<Exit, Failure> {
    let tables = Tables {
        rules: arguments.rules.clone(),
        ..Tables::default()
    };
    let engine = super::engine(&tables, stanch_detect::Declared::default())?;
    let abouts = engine.detections();
    let mut text = String::new();
    if let Some(id) = &arguments.explain {
        let Some(about) = abouts.values().find(|about| about.id.as_str() == id) else {
            return Err(
                Failure::new(format!("there is no detection {id}"), "list them: stanch rules").usage(),
            );
        };
        if console.json {
            return console.print_json(about).map(|()| Exit::Nothing);
        }
        explain(&mut text, about, console);
    } else if console.json {
        console.print_json(&abouts.values().collect::<Vec<_>>())?;
    } else {
        for about in abouts.values() {
            list(&mut text, about, console.width);
        }
        console.say(&format!(
            "{} detections. Next: stanch rules --explain ID",
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
        Exit::Failed
    })
}

fn list(text: &mut String, about: &DetectionAbout, width: usize) {
    let techniques: Vec<&str> = about
        .techniques
        .iter()
        .map(stanch_core::TechniqueId::as_str)
        .collect();
    let id = shown(about.id.as_str(), 60);
    let lead = format!("{:13}  {id:44}  ", about.severity.as_str());
    let hanging = " ".repeat(61);
    text.push_str(&output::wrapped(&techniques.join(" "), &lead, &hanging, width));
}

fn explain(text: &mut String, about: &DetectionAbout, console: &Console) {
    let _ = writeln!(text, "{}\n", shown(&about.title, 300));
    console.row(text, "id", about.id.as_str());
    console.row(text, "severity", about.severity.as_str());
    let tactics: Vec<&str> = about.tactics.iter().map(|tactic| tactic.as_str()).collect();
    let techniques: Vec<&str> = about
        .techniques
        .iter()
        .map(stanch_core::TechniqueId::as_str)
        .collect();
    console.row(
        text,
        "ATT&CK",
        &format!("{} · {}", tactics.join(", "), techniques.join(", ")),
    );
    console.row(text, "why", &about.why);
    for harmless in &about.false_positives {
        console.row(text, "harmless", harmless);
    }
    for next in &about.next {
        console.row(text, "next", next);
    }
}
