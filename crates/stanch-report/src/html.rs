//! One self-contained page: readable without script, and with it a timeline, filters and the events.
//!
//! Everything a reader needs is written here as plain markup; the script from `web/` only adds to it. The page
//! loads nothing and sends nothing, and its content security policy allows exactly the one script and the one
//! style that are built into this program. It must not know how to build them.

mod assessment;
mod coverage;
mod data;
mod findings;
mod markup;
mod principals;
mod techniques;
mod verdict;

pub use assessment::html_assessment;

use std::io::{self, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use stanch_core::Analysis;

use crate::times;
use crate::words;
use markup::Markup;

const SCRIPT: &str = include_str!("../assets/report.js");
const STYLE: &str = include_str!("../assets/report.css");

/// Writes the page.
///
/// # Errors
///
/// When `out` does not take the bytes.
pub fn html(analysis: &Analysis, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    let mut page = Markup::new(&mut out);
    head(analysis, &mut page)?;
    top(&mut page)?;
    page.raw("<main id=\"main\">\n")?;
    verdict::write(analysis, &mut page)?;
    page.raw(
        "<section id=\"timeline\" class=\"needs-script\" aria-labelledby=\"timeline-title\" hidden>\
         <h2 id=\"timeline-title\">Timeline</h2><div id=\"timeline-body\"></div></section>\n",
    )?;
    findings::write(analysis, &mut page)?;
    principals::write(analysis, &mut page)?;
    coverage::write(analysis, &mut page)?;
    techniques::write(analysis, &mut page)?;
    page.raw("</main>\n")?;
    foot(analysis, &mut page)?;
    data::write(analysis, &mut page)?;
    page.raw("<script>")?;
    page.raw(SCRIPT)?;
    page.raw("</script>\n</body>\n</html>\n")?;
    out.flush()
}

fn head(analysis: &Analysis, page: &mut Markup<'_>) -> io::Result<()> {
    let accounts: Vec<&str> = analysis
        .coverage
        .regions
        .keys()
        .take(3)
        .map(String::as_str)
        .collect();
    let word = words::conclusion_word(analysis.verdict.conclusion);
    start(&format!("{word}: {} | Stanch report", accounts.join(", ")), page)
}

/// The head of a page, up to its body.
fn start(title: &str, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")?;
    let policy = policy();
    page.open(
        "meta",
        &[("http-equiv", "Content-Security-Policy"), ("content", &policy)],
    )?;
    page.raw(
        "\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <link rel=\"icon\" href=\"data:,\">\n",
    )?;
    page.element("title", "", title)?;
    page.raw("\n<style>")?;
    page.raw(STYLE)?;
    page.raw("</style>\n</head>\n<body>\n")
}

/// Content security policy of the page: run the one script, use the one style, and nothing else.
fn policy() -> String {
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; img-src data:; base-uri 'none'; \
         form-action 'none'",
        STANDARD.encode(Sha256::digest(SCRIPT.as_bytes())),
        STANDARD.encode(Sha256::digest(STYLE.as_bytes()))
    )
}

fn top(page: &mut Markup<'_>) -> io::Result<()> {
    page.raw(
        "<a class=\"skip\" href=\"#main\">Skip to the verdict</a>\n\
         <header class=\"top\"><div class=\"bar\"><p class=\"brand\">Stanch <span>incident report</span></p>\
         <nav aria-label=\"Sections\"><a href=\"#answer\">Verdict</a>\
         <a class=\"needs-script\" href=\"#timeline\" hidden>Timeline</a>\
         <a href=\"#findings\">Findings</a><a href=\"#principals\">Principals</a>\
         <a href=\"#coverage\">Coverage</a><a href=\"#techniques\">Techniques</a></nav>\
         <div id=\"theme\"></div></div></header>\n",
    )
}

fn foot(analysis: &Analysis, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<footer><p>")?;
    page.text(
        &format!("Written by stanch {}", analysis.stanch_version),
        words::NAME_LIMIT,
    )?;
    if let Some(now) = analysis.now {
        page.text(
            &format!(" with the clock fixed at {} UTC", times::table_time(now)),
            words::NAME_LIMIT,
        )?;
    }
    let detections = words::count(analysis.detections_run, "detection");
    page.text(
        &format!(". {detections} ran. Countries from: "),
        words::NAME_LIMIT,
    )?;
    page.text(&analysis.country_table, words::NAME_LIMIT)?;
    page.raw(
        ".</p><p>All times are UTC. This page loads nothing and sends nothing. Names, addresses and client \
         names are as logged: callers choose some of them.</p></footer>\n",
    )
}

#[cfg(test)]
mod tests;
