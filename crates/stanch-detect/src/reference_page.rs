//! `docs/detections.md`, from what rules and detectors say of themselves.
//!
//! It must not be part of the program.

use stanch_core::finding::{DetectionAbout, DetectionOrigin};
use stanch_testkit::Page;

use crate::{Engine, EngineConfig};

#[test]
fn reference_page_of_the_detections_is_current() {
    let mut page = Page::new(
        "detections.md",
        "Detections",
        "Findings that `stanch hunt` makes from logs: Sigma rules in [rules](../rules), and detectors in code for what a rule \
         can't say. `stanch rules --explain ID` prints one of them.",
    );
    for about in Engine::new(EngineConfig::default()).detections().values() {
        section(&mut page, about);
    }
    page.check();
}

fn section(page: &mut Page, about: &DetectionAbout) {
    page.item(
        about.id.as_str(),
        &format!("{}.", about.title.trim_end_matches('.')),
    );
    page.row("Severity", about.severity.as_str());
    page.row(
        "Kind",
        match about.origin {
            DetectionOrigin::Rule | DetectionOrigin::UserRule => "Sigma rule",
            DetectionOrigin::Detector => "detector",
        },
    );
    let tactics: Vec<&str> = about.tactics.iter().map(|tactic| tactic.as_str()).collect();
    let techniques: Vec<&str> = about
        .techniques
        .iter()
        .map(stanch_core::TechniqueId::as_str)
        .collect();
    page.row("ATT&CK", &[tactics.join(", "), techniques.join(", ")].join("; "));
    page.row("Why", &about.why.split_whitespace().collect::<Vec<_>>().join(" "));
    page.list("Harmless when", &about.false_positives);
    page.list("Next", &about.next);
}
