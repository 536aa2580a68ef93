//! `docs/actions.md`, from what the actions say of themselves.
//!
//! It must not be part of the program.

use stanch_testkit::Page;

use crate::about::{About, Answer, Parameter, Undo, Values};
use crate::actions;

#[test]
fn reference_page_of_the_actions_is_current() {
    let mut page = Page::new(
        "actions.md",
        "Actions",
        "Changes that Stanch can make to an account. `stanch contain` plans them from findings and identities; \
         `stanch contain --act ACTION:TARGET,NAME=VALUE` plans one by name. `stanch apply` makes them, `stanch undo` reverts them.",
    );
    for action in actions::ALL {
        section(&mut page, action.about());
    }
    page.check();
}

fn section(page: &mut Page, about: &About) {
    page.item(about.name, about.does);
    let target = about.targets.join(", ");
    let help = about.target_help;
    page.row(
        "Target",
        &if help.is_empty() {
            target
        } else {
            format!("{target} ({help})")
        },
    );
    let parameters: Vec<String> = about.parameters.iter().map(parameter).collect();
    page.list("Parameters", &parameters);
    let calls = about.answers.iter().filter_map(|answer| match answer {
        Answer::Call { service, call } => Some(format!("`{service}:{call}`")),
        Answer::Check { .. } => None,
    });
    page.row("Answers the API calls", &calls.collect::<Vec<_>>().join(", "));
    let checks = about.answers.iter().filter_map(|answer| match answer {
        Answer::Check { check, kind } => Some(format!("`{check}` ({kind})")),
        Answer::Call { .. } => None,
    });
    page.row("Answers the checks", &checks.collect::<Vec<_>>().join(", "));
    page.row("Undo", undo(about.undo));
    page.row("Playbook steps", &about.steps.join(", "));
    page.row("Notes", about.notes);
    let sources: Vec<String> = about.sources.iter().map(|source| format!("<{source}>")).collect();
    page.list("AWS pages", &sources);
}

fn parameter(parameter: &Parameter) -> String {
    let is_required = if parameter.is_required {
        "required"
    } else {
        "optional"
    };
    let several = if parameter.values == Values::Many {
        ", may be repeated"
    } else {
        ""
    };
    format!(
        "`{}` ({is_required}{several}): {}",
        parameter.name, parameter.help
    )
}

const fn undo(undo: Undo) -> &'static str {
    match undo {
        Undo::Exact => "exact",
        Undo::Partial => "in part: the plan says what remains",
        Undo::Impossible => "not possible, or not in every case: the plan says so",
    }
}
