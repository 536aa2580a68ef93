//! Who acted: one row per principal; the script adds sorting and a filter.

use std::io;

use stanch_core::verdict::{Analysis, PrincipalSummary};

use super::markup::Markup;
use crate::words;

/// Writes the section.
pub(super) fn write(analysis: &Analysis, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw(
        "<section id=\"principals\" aria-labelledby=\"principals-title\">\
         <h2 id=\"principals-title\">Principals</h2>",
    )?;
    let listed = analysis.principals.len() as u64;
    let seen = words::count(analysis.principal_count, "principal");
    let text = if listed < analysis.principal_count {
        format!(
            "{seen} made calls. Listed: the {} with findings and the busiest others.",
            words::thousands(listed)
        )
    } else {
        format!("{seen} acted.")
    };
    page.element("p", "summary", &text)?;
    if listed == 0 {
        return page.raw("</section>\n");
    }
    page.raw("<div id=\"principal-tools\"></div>")?;
    let columns = [
        "Principal",
        "Findings",
        "Events",
        "Failed",
        "Changes",
        "Regions",
        "First (UTC)",
        "Last (UTC)",
    ];
    page.table("principal-table", "Principals", &columns)?;
    for summary in &analysis.principals {
        row(summary, page)?;
    }
    page.end_table()?;
    page.raw("</section>\n")
}

fn row(summary: &PrincipalSummary, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<tr>")?;
    page.open("td", &[("class", "who"), ("data-sort", &summary.principal.name)])?;
    page.raw("<details><summary>")?;
    page.text(&summary.principal.name, words::NAME_LIMIT)?;
    page.raw("</summary><dl>")?;
    page.pair("kind", words::identity_kind(summary.principal.kind))?;
    page.pair("id", &summary.principal.key)?;
    page.pair("account", or_unknown(&summary.principal.account))?;
    for (label, texts) in [
        ("keys", &summary.access_keys),
        ("networks", &summary.networks),
        ("clients", &summary.agents),
        ("regions", &summary.regions),
    ] {
        if !texts.is_empty() {
            page.pair(label, &texts.join(", "))?;
        }
    }
    page.raw("</dl></details></td>")?;
    page.number_cell(summary.findings.len() as u64)?;
    page.number_cell(summary.events)?;
    page.number_cell(summary.errors)?;
    page.number_cell(summary.writes)?;
    page.number_cell(summary.regions.len() as u64)?;
    page.time_cell(summary.first)?;
    page.time_cell(summary.last)?;
    page.raw("</tr>\n")
}

fn or_unknown(text: &str) -> &str {
    if text.is_empty() { "unknown" } else { text }
}
