//! Every finding, folded; the script adds filters and the cited events.
//!
//! It must not leave a finding out: the page is the whole of what was found.

use std::collections::BTreeSet;
use std::io;

use stanch_core::finding::DetectionAbout;
use stanch_core::{Analysis, Finding, FindingId};

use super::markup::Markup;
use crate::times;
use crate::words;

/// The id of a finding's element. The script finds it by the same text.
pub(super) fn anchor(id: &FindingId) -> String {
    format!("finding-{}", stanch_core::text::shown(id.as_str(), 80))
}

/// Writes the section.
pub(super) fn write(analysis: &Analysis, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw(
        "<section id=\"findings\" aria-labelledby=\"findings-title\"><h2 id=\"findings-title\">Findings</h2>",
    )?;
    if analysis.findings.is_empty() {
        page.element("p", "", "No detection found anything in the logs that were read.")?;
        return page.raw("</section>\n");
    }
    let counts: Vec<String> = words::by_severity(analysis.findings.iter())
        .into_iter()
        .map(|(severity, count)| format!("{} {}", words::thousands(count), severity.as_str()))
        .collect();
    page.element("p", "summary", &counts.join(", "))?;
    page.raw(
        "<noscript><p class=\"detail\">Without JavaScript this page shows no timeline and no cited events. \
         They are in the JSON report.</p></noscript><div id=\"filters\"></div>\n<div id=\"finding-list\">\n",
    )?;
    let told: BTreeSet<&FindingId> = analysis
        .verdict
        .stories
        .iter()
        .flat_map(|story| &story.findings)
        .collect();
    for finding in &analysis.findings {
        write_finding(analysis, finding, told.contains(&finding.id), page)?;
    }
    page.raw("</div><div id=\"more\"></div></section>\n")
}

fn write_finding(
    analysis: &Analysis,
    finding: &Finding,
    told: bool,
    page: &mut Markup<'_>,
) -> io::Result<()> {
    page.open("details", &[("class", "finding"), ("id", &anchor(&finding.id))])?;
    page.raw("<summary>")?;
    page.severity(finding.severity)?;
    page.raw("<span class=\"name\">")?;
    page.element("span", "title", words::title(analysis, finding))?;
    page.raw(" <span class=\"by\">")?;
    page.text(&finding.principal.name, words::NAME_LIMIT)?;
    page.raw("</span></span>")?;
    page.element("span", "count", &words::count(finding.count, "event"))?;
    page.element("span", "time", &times::span_minutes(finding.first, finding.last))?;
    page.raw("</summary><div class=\"body\">")?;
    page.element("p", "what", &finding.summary)?;
    page.raw("<div class=\"columns\"><div>")?;
    if let Some(about) = analysis.detections.get(&finding.detection) {
        advice(about, page)?;
    }
    page.raw("</div><div><h4>Facts</h4>")?;
    facts(analysis, finding, told, page)?;
    page.raw("</div></div><div class=\"events\"></div></div></details>\n")
}

/// Description of the detection.
fn advice(about: &DetectionAbout, page: &mut Markup<'_>) -> io::Result<()> {
    if !about.next.is_empty() {
        page.raw("<h4>What to do</h4>")?;
        page.list("ol", &about.next)?;
    }
    if !about.why.is_empty() {
        page.raw("<h4>Why it matters</h4>")?;
        page.element("p", "", &about.why)?;
    }
    if !about.false_positives.is_empty() {
        page.raw("<h4>When it is legitimate</h4>")?;
        page.list("ul", &about.false_positives)?;
    }
    Ok(())
}

fn facts(analysis: &Analysis, finding: &Finding, told: bool, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<dl class=\"facts\">")?;
    page.raw("<dt>principal</dt><dd>")?;
    page.element("span", "code", &finding.principal.key)?;
    page.raw("</dd>")?;
    let events = format!(
        "{}, {} succeeded",
        words::count(finding.count, "event"),
        words::thousands(finding.succeeded)
    );
    page.pair("events", &events)?;
    page.pair("time (UTC)", &times::span(finding.first, finding.last))?;
    for fact in &finding.facts {
        page.pair(&fact.label, &fact.value)?;
    }
    if let Some(about) = analysis.detections.get(&finding.detection) {
        let tactics: Vec<&str> = about
            .tactics
            .iter()
            .map(|tactic| words::tactic_name(*tactic))
            .collect();
        let techniques: Vec<&str> = about
            .techniques
            .iter()
            .map(stanch_core::TechniqueId::as_str)
            .collect();
        if !tactics.is_empty() || !techniques.is_empty() {
            let separator = if tactics.is_empty() || techniques.is_empty() {
                ""
            } else {
                ": "
            };
            let text = format!("{}{separator}{}", tactics.join(", "), techniques.join(", "));
            page.pair("ATT&CK", &text)?;
        }
        page.pair(
            "found by",
            &format!("{} {}", words::origin_words(about.origin), about.id),
        )?;
    } else {
        page.pair("found by", finding.detection.as_str())?;
    }
    page.pair("part of", if told { "an attack" } else { "no attack" })?;
    page.raw("</dl>")
}
