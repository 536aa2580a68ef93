//! `docs/checks.md`, from what the checks say of themselves.
//!
//! It must not be part of the program.

use stanch_testkit::Page;

use crate::check::{CheckAbout, Need};
use crate::checks;

#[test]
fn reference_page_of_the_checks_is_current() {
    let mut page = Page::new(
        "checks.md",
        "Checks",
        "Findings that `stanch assess` makes from a collected account. A check whose API calls were not all answered is \
         reported as not judged, never as passed.",
    );
    for check in checks::all() {
        section(&mut page, &check.about());
    }
    page.check();
}

fn section(page: &mut Page, about: &CheckAbout) {
    page.item(about.name, &format!("{}.", about.title));
    page.row("Severity", about.severity.as_str());
    page.row("Why", about.why);
    page.row("Next", about.next);
    let tactics: Vec<&str> = about.tactics.iter().map(|tactic| tactic.as_str()).collect();
    page.row(
        "ATT&CK",
        &[tactics.join(", "), about.techniques.join(", ")].join("; "),
    );
    page.row("Playbook steps", &about.steps.join(", "));
    page.row(
        "Reads",
        &about.needs.iter().map(need).collect::<Vec<_>>().join(", "),
    );
    let calls = about.made_by.iter().map(|call| format!("`{call}`"));
    page.row("Created or changed by", &calls.collect::<Vec<_>>().join(", "));
    let harmless: Vec<String> = about.harmless_when.iter().map(ToString::to_string).collect();
    page.list("Harmless when", &harmless);
}

fn need(need: &Need) -> String {
    format!("`{}:{}`", need.service, need.operation)
}
