//! `stanch plan actions`: what can be done to an account, in words.

use std::fmt::Write as _;

use serde_json::json;
use stanch_core::text::shown;
use stanch_respond::{About, Action, Parameter, Values, actions};

use crate::arguments::PlanActionsArguments;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};

/// Lists all actions, or explains one.
pub(super) fn run(arguments: &PlanActionsArguments, console: &Console) -> Result<Exit, Failure> {
    let abouts: Vec<&About> = match arguments.action.as_deref() {
        Some(name) => vec![named(name)?],
        None => actions::ALL.iter().map(|action| action.about()).collect(),
    };
    if console.json {
        output::data(|out| {
            serde_json::to_writer_pretty(
                &mut *out,
                &abouts.iter().map(|about| as_json(about)).collect::<Vec<_>>(),
            )?;
            writeln!(out)
        })?;
        return Ok(Exit::Nothing);
    }
    let mut text = String::new();
    if arguments.action.is_some() {
        abouts.iter().for_each(|about| explain(&mut text, about, console));
    } else {
        abouts.iter().for_each(|about| list(&mut text, about, console));
        console.say(&format!(
            "{} actions. Next: stanch plan actions ACTION    explains one\n            stanch contain --act ACTION:TARGET    plans it",
            abouts.len()
        ));
    }
    output::data(|out| out.write_all(text.as_bytes()))?;
    Ok(Exit::Nothing)
}

fn named(name: &str) -> Result<&'static About, Failure> {
    let action = actions::named(name);
    action.map(Action::about).ok_or_else(|| {
        Failure::new(
            format!("there is no action {}", shown(name, 80)),
            "list them: stanch plan actions",
        )
        .usage()
    })
}

fn as_json(about: &About) -> serde_json::Value {
    json!({
        "name": about.name,
        "does": about.does,
        "targets": about.targets,
        "parameters": about.parameters.iter().map(parameter_json).collect::<Vec<_>>(),
        "notes": about.notes,
        "sources": about.sources,
    })
}

fn parameter_json(parameter: &Parameter) -> serde_json::Value {
    json!({
        "name": parameter.name,
        "required": parameter.is_required,
        "several": parameter.values == Values::Many,
        "help": parameter.help,
    })
}

/// Returns a parameter in words.
fn parameter_text(parameter: &Parameter) -> String {
    let several = if parameter.values == Values::Many {
        ", may be repeated"
    } else {
        ""
    };
    let required = if parameter.is_required {
        "required"
    } else {
        "optional"
    };
    format!("{} ({required}{several}): {}", parameter.name, parameter.help)
}

fn list(text: &mut String, about: &About, console: &Console) {
    let _ = writeln!(text, "{}", about.name);
    console.row(text, "", about.does);
}

fn explain(text: &mut String, about: &About, console: &Console) {
    let _ = writeln!(text, "{}\n", about.name);
    console.row(text, "does", about.does);
    console.row(text, "to", &about.targets.join(", "));
    if !about.target_help.is_empty() {
        console.row(text, "target", about.target_help);
    }
    for parameter in about.parameters {
        console.row(text, "parameter", &parameter_text(parameter));
    }
    console.row(text, "notes", about.notes);
    for source in about.sources {
        console.row(text, "source", source);
    }
    console.row(
        text,
        "plan it",
        &format!("stanch contain --act {}:TARGET[,PARAMETER=VALUE,…]", about.name),
    );
}

#[cfg(test)]
mod tests {
    use stanch_respond::Answer;

    use super::*;

    #[test]
    fn every_check_that_an_action_answers_exists() {
        let checks: Vec<&str> = stanch_assess::checks()
            .iter()
            .map(|check| check.about().name)
            .collect();
        for action in actions::ALL {
            for answer in action.about().answers {
                if let Answer::Check { check, .. } = answer {
                    assert!(
                        checks.contains(check),
                        "{}: there is no check {check}",
                        action.about().name
                    );
                }
            }
        }
    }
}
