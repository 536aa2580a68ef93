//! What was read and what was not: the ground under the answer.

use std::io;

use stanch_core::coverage::Span;
use stanch_core::source::SourceReport;
use stanch_core::{Analysis, Coverage};

use super::markup::Markup;
use crate::words;

/// Writes the section.
pub(super) fn write(analysis: &Analysis, page: &mut Markup<'_>) -> io::Result<()> {
    let coverage = &analysis.coverage;
    page.raw(
        "<section id=\"coverage\" aria-labelledby=\"coverage-title\"><h2 id=\"coverage-title\">Coverage</h2>\
         <p class=\"summary\">The logs behind the verdict. What is missing here is unknown.</p>",
    )?;
    inputs(coverage, page)?;
    regions(coverage, page)?;
    data_events(coverage, page)?;
    problems(coverage, page)?;
    refused(analysis, page)?;
    page.raw("</section>\n")
}

fn inputs(coverage: &Coverage, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<h3>Inputs</h3><dl class=\"facts wide\">")?;
    for (kind, count) in &coverage.sources {
        page.pair(words::source_kind(*kind), &words::count(*count, "file"))?;
    }
    page.pair("events", &words::thousands(coverage.events))?;
    page.pair(
        "more copies, counted once",
        &words::thousands(coverage.duplicates),
    )?;
    page.pair(
        "also logged in another account",
        &words::thousands(coverage.shared),
    )?;
    page.pair("records that are not events", &words::thousands(coverage.skipped))?;
    page.raw("</dl>")
}

fn regions(coverage: &Coverage, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<h3>Accounts and regions</h3>")?;
    let Some(whole) = coverage.span else {
        return page.element("p", "", "No event was read.");
    };
    let columns = [
        "Account",
        "Region",
        "Events",
        "First (UTC)",
        "Last (UTC)",
        "Within the whole span",
    ];
    page.table("region-table", "Events by account and region", &columns)?;
    for (account, regions) in &coverage.regions {
        for (region, span) in regions {
            page.raw("<tr>")?;
            page.element("td", "code", if account.is_empty() { "unknown" } else { account })?;
            page.element("td", "", if region.is_empty() { "unknown" } else { region })?;
            page.number_cell(span.events)?;
            page.time_cell(span.first)?;
            page.time_cell(span.last)?;
            bar(whole, *span, page)?;
            page.raw("</tr>\n")?;
        }
    }
    page.end_table()?;
    page.element(
        "p",
        "detail",
        "A region that is not listed had no events: unused, or not logged.",
    )
}

/// Draws a span within the whole.
fn bar(whole: Span, span: Span, page: &mut Markup<'_>) -> io::Result<()> {
    let length = whole.last.since(whole.first).max(1) as f64;
    let place = |moment: i64| (moment as f64 / length * 1000.0).clamp(0.0, 1000.0);
    let start = place(span.first.since(whole.first)).min(994.0);
    let width = (place(span.last.since(whole.first)) - start).max(6.0);
    page.raw(
        "<td><svg class=\"span\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"all\" width=\"1000\" height=\"10\"/>",
    )?;
    let (start, width) = (format!("{start:.0}"), format!("{width:.0}"));
    page.open(
        "rect",
        &[
            ("class", "part"),
            ("x", &start),
            ("width", &width),
            ("height", "10"),
        ],
    )?;
    page.raw("</rect></svg></td>")
}

fn data_events(coverage: &Coverage, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<h3>Data events</h3>")?;
    if coverage.data_events.is_empty() {
        let none = "None were logged. Which objects were read, which functions ran and which table rows were \
                    fetched can't be known from these logs.";
        return page.element("p", "", none);
    }
    page.raw("<dl class=\"facts wide\">")?;
    for (service, count) in &coverage.data_events {
        page.pair(service, &words::count(*count, "event"))?;
    }
    page.raw("</dl>")?;
    page.element(
        "p",
        "detail",
        "A service that is not listed was not logged: what was read from it can't be known.",
    )
}

fn problems(coverage: &Coverage, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<h3>Not read</h3>")?;
    if coverage.is_complete() {
        return page.element(
            "p",
            "",
            "Every input was read in full. That does not prove that logging was complete.",
        );
    }
    let sentence = match coverage.problem_source_count {
        1 => "1 file was not read in full.".to_owned(),
        count => format!("{} were not read in full.", words::count(count, "file")),
    };
    page.element("p", "", &sentence)?;
    page.raw("<dl class=\"facts wide\">")?;
    for (kind, count) in &coverage.problems {
        page.pair(words::problem_words(*kind), &words::thousands(*count))?;
    }
    page.raw("</dl>")?;
    for source in &coverage.problem_sources {
        problem_source(source, page)?;
    }
    let listed = coverage.problem_sources.len() as u64;
    if coverage.problem_source_count > listed {
        let rest = words::count(coverage.problem_source_count - listed, "further file");
        page.element(
            "p",
            "detail",
            &format!("{rest} with problems, counted above but not listed."),
        )?;
    }
    Ok(())
}

fn problem_source(source: &SourceReport, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<details class=\"source\"><summary>")?;
    page.element("span", "code", &source.path)?;
    page.raw(" ")?;
    page.element("span", "detail", &words::count(source.problem_count, "problem"))?;
    page.raw("</summary><dl class=\"facts wide\">")?;
    page.pair("kind", words::source_kind(source.kind))?;
    page.pair("size", &words::count(source.size, "byte"))?;
    page.pair("events read", &words::thousands(source.events))?;
    page.pair(
        "SHA-256",
        if source.sha256.is_empty() {
            "unknown"
        } else {
            &source.sha256
        },
    )?;
    page.raw("</dl>")?;
    page.table(
        "",
        "Problems of this file",
        &["Problem", "Member", "Byte", "Detail"],
    )?;
    for problem in &source.problems {
        page.raw("<tr>")?;
        page.element("td", "", words::problem_words(problem.kind))?;
        page.element("td", "code", &problem.member)?;
        page.element(
            "td",
            "number",
            &problem.offset.map(words::thousands).unwrap_or_default(),
        )?;
        page.element("td", "", &problem.detail)?;
        page.raw("</tr>")?;
    }
    page.end_table()?;
    let kept = source.problems.len() as u64;
    if source.problem_count > kept {
        let rest = words::count(source.problem_count - kept, "further problem");
        page.element(
            "p",
            "detail",
            &format!("{rest} of this file, counted but not listed."),
        )?;
    }
    page.raw("</details>\n")
}

fn refused(analysis: &Analysis, page: &mut Markup<'_>) -> io::Result<()> {
    if analysis.rules_refused.is_empty() {
        return Ok(());
    }
    page.raw("<h3>Rules that did not run</h3><dl class=\"facts wide\">")?;
    for rule in &analysis.rules_refused {
        page.pair(&rule.path, &rule.reason)?;
    }
    page.raw("</dl>")
}
