//! What was found, by ATT&CK tactic and technique.
//!
//! It must not explain ATT&CK.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use stanch_core::{Analysis, Severity, Tactic};

use super::markup::Markup;
use crate::words;

/// Findings of one technique.
struct Hits<'a> {
    findings: u64,
    severity: Severity,
    titles: BTreeSet<&'a str>,
}

/// Writes the section.
pub(super) fn write(analysis: &Analysis, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw(
        "<section id=\"techniques\" aria-labelledby=\"techniques-title\">\
         <h2 id=\"techniques-title\">Techniques</h2>",
    )?;
    let hits = gather(analysis);
    if hits.is_empty() {
        page.element("p", "", "No finding names a MITRE ATT&CK technique.")?;
        return page.raw("</section>\n");
    }
    page.element(
        "p",
        "summary",
        "Findings by MITRE ATT&CK tactic and technique, in the usual order of an attack.",
    )?;
    page.table(
        "technique-table",
        "Techniques",
        &["Tactic", "Technique", "Findings", "Most severe", "Detections"],
    )?;
    let mut above = None;
    for ((tactic, technique), hits) in &hits {
        page.raw("<tr>")?;
        let name = if above == Some(tactic) {
            ""
        } else {
            words::tactic_name(*tactic)
        };
        page.element("th", "", name)?;
        above = Some(tactic);
        page.element("td", "code", technique)?;
        page.number_cell(hits.findings)?;
        page.raw("<td>")?;
        page.severity(hits.severity)?;
        page.raw("</td>")?;
        let titles: Vec<&str> = hits.titles.iter().copied().collect();
        page.element("td", "", &titles.join("; "))?;
        page.raw("</tr>\n")?;
    }
    page.end_table()?;
    page.raw("</section>\n")
}

fn gather(analysis: &Analysis) -> BTreeMap<(Tactic, &str), Hits<'_>> {
    let mut all: BTreeMap<(Tactic, &str), Hits<'_>> = BTreeMap::new();
    for finding in &analysis.findings {
        let Some(about) = analysis.detections.get(&finding.detection) else {
            continue;
        };
        for tactic in &about.tactics {
            for technique in &about.techniques {
                let hits = all.entry((*tactic, technique.as_str())).or_insert_with(|| Hits {
                    findings: 0,
                    severity: finding.severity,
                    titles: BTreeSet::new(),
                });
                hits.findings += 1;
                hits.severity = hits.severity.max(finding.severity);
                hits.titles.insert(words::title(analysis, finding));
            }
        }
    }
    all
}
