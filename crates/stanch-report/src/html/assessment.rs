//! An assessed account as one page: what ticks, what is hostile, suspicious or weak, who made it, what became of what
//! they made, and what could not be judged.
//!
//! It needs no script: findings are folded by the browser. It must not judge: it writes what the assessment says.

use std::io::{self, Write as _};

use stanch_core::assessment::{
    AccountFinding, Assessment, FindingVerdict, MadeBy, NotJudged, Presence, Trace,
};

use super::markup::Markup;
use super::{SCRIPT, start};
use crate::judged;
use crate::times;
use crate::words;

/// The most findings of one kind that are written one by one; the JSON document holds all.
const LISTED: usize = 1_000;

/// Writes the page.
///
/// # Errors
///
/// When `out` does not take the bytes.
pub fn html_assessment(assessment: &Assessment, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    let mut page = Markup::new(&mut out);
    let accounts: Vec<&str> = assessment
        .accounts
        .iter()
        .take(3)
        .map(stanch_core::AccountId::as_str)
        .collect();
    let title = format!(
        "{}: {} | Stanch assessment",
        judged::word(assessment),
        accounts.join(", ")
    );
    start(&title, &mut page)?;
    top(&mut page)?;
    page.raw("<main id=\"main\">\n")?;
    answer(assessment, &mut page)?;
    findings(assessment, &mut page)?;
    left(assessment, &mut page)?;
    not_judged(&assessment.not_judged, &mut page)?;
    page.raw(
        "</main>\n<footer><p>All times are UTC. This page loads nothing and sends nothing. Names are as the account \
         holds them: attackers choose some of them. What is not judged is unknown, not clean.</p></footer>\n<script>",
    )?;
    page.raw(SCRIPT)?;
    page.raw("</script>\n</body>\n</html>\n")?;
    out.flush()
}

fn top(page: &mut Markup<'_>) -> io::Result<()> {
    page.raw(
        "<a class=\"skip\" href=\"#main\">Skip to the verdict</a>\n\
         <header class=\"top\"><div class=\"bar\"><p class=\"brand\">Stanch <span>account assessment</span></p>\
         <nav aria-label=\"Sections\"><a href=\"#answer\">Verdict</a><a href=\"#findings\">Findings</a>\
         <a href=\"#left\">Left behind</a><a href=\"#not-judged\">Not judged</a></nav>\
         <div id=\"theme\"></div></div></header>\n",
    )
}

fn answer(assessment: &Assessment, page: &mut Markup<'_>) -> io::Result<()> {
    let counts = judged::verdict_counts(assessment);
    let class = match (counts.hostile, counts.suspicious) {
        (0, 0) => "verdict",
        (0, _) => "verdict suspicious",
        _ => "verdict compromised",
    };
    page.open(
        "section",
        &[
            ("id", "answer"),
            ("class", class),
            ("aria-labelledby", "conclusion"),
        ],
    )?;
    page.raw("<h1 id=\"conclusion\">")?;
    page.text(judged::word(assessment), 60)?;
    page.raw("</h1>")?;
    page.element("p", "lead", &lead(assessment))?;
    page.raw("<dl class=\"extent\">")?;
    for (label, number) in [
        ("Time-critical", counts.with_deadline),
        ("Malicious", counts.hostile),
        ("Suspicious", counts.suspicious),
        ("Misconfigurations", counts.weak),
        ("Accounts", assessment.accounts.len() as u64),
        ("Replies read", assessment.readings),
        ("Checks", assessment.checks_run),
    ] {
        page.raw("<div>")?;
        page.pair(label, &words::thousands(number))?;
        page.raw("</div>")?;
    }
    page.raw("</dl>\n</section>\n")
}

fn lead(assessment: &Assessment) -> String {
    let logs = match assessment.logs_begin {
        Some(begin) => format!("Joined with logs from {} UTC on.", times::table_time(begin)),
        None => "No logs were joined: creators are not known.".to_owned(),
    };
    let open = judged::questions(&assessment.not_judged).len() as u64;
    if open == 0 {
        return format!("{logs} Every request has a reply.");
    }
    format!(
        "{logs} {} without a reply: what they would show is not known.",
        words::count(open, "request")
    )
}

/// The groups: whether there is a deadline, the verdict of the rest, title and explanation.
const GROUPS: [(bool, FindingVerdict, &str, &str); 4] = [
    (
        true,
        FindingVerdict::Malicious,
        "Time-critical",
        "Data or resources will be lost: fix these first.",
    ),
    (
        false,
        FindingVerdict::Malicious,
        "Malicious",
        "Malicious by itself, or created by a compromised principal.",
    ),
    (
        false,
        FindingVerdict::Suspicious,
        "Suspicious",
        "Typical of attackers, but the owner may have intended it.",
    ),
    (
        false,
        FindingVerdict::Misconfiguration,
        "Misconfigurations",
        "No sign of compromise by itself.",
    ),
];

fn findings(assessment: &Assessment, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw(
        "<section id=\"findings\" aria-labelledby=\"findings-title\"><h2 id=\"findings-title\">Findings</h2>",
    )?;
    if assessment.findings.is_empty() {
        page.element("p", "", "No check found anything in the replies that were read.")?;
    }
    for (with_deadline, verdict, title, words) in GROUPS {
        let of_group = |finding: &&AccountFinding| {
            finding.deadline.is_some() == with_deadline && (with_deadline || finding.verdict == verdict)
        };
        let group: Vec<&AccountFinding> = assessment.findings.iter().filter(of_group).collect();
        if group.is_empty() {
            continue;
        }
        page.element("h3", "", &format!("{title}: {}", group.len()))?;
        page.element("p", "detail", words)?;
        for finding in group.iter().take(LISTED) {
            one(finding, page)?;
        }
        if group.len() > LISTED {
            let rest = (group.len() - LISTED) as u64;
            let text = format!(
                "{} more are in the JSON document only.",
                words::count(rest, "finding")
            );
            page.element("p", "detail", &text)?;
        }
    }
    page.raw("</section>\n")
}

fn one(finding: &AccountFinding, page: &mut Markup<'_>) -> io::Result<()> {
    page.open(
        "details",
        &[("class", "finding"), ("id", &format!("finding-{}", finding.id))],
    )?;
    page.raw("<summary>")?;
    page.severity(finding.severity)?;
    page.raw("<span class=\"name\">")?;
    page.element("span", "title", &finding.summary)?;
    page.raw(" <span class=\"by\">")?;
    page.text(&judged::makers(finding), words::TEXT_LIMIT)?;
    page.raw("</span></span>")?;
    page.element("span", "count", finding.verdict.as_str())?;
    page.element("span", "time", finding.resource.region.as_str())?;
    page.raw("</summary><div class=\"body\">")?;
    if let Some(deadline) = &finding.deadline {
        page.element("p", "what", &judged::lost(deadline))?;
    }
    for because in &finding.because {
        page.element("p", "", because)?;
    }
    page.raw("<div class=\"columns\"><div><h4>Fix</h4>")?;
    page.element("p", "", &finding.action)?;
    page.raw("<h4>Evidence</h4>")?;
    evidence(finding, page)?;
    page.raw("</div><div><h4>Facts</h4>")?;
    facts(finding, page)?;
    page.raw("</div></div></div></details>\n")
}

fn evidence(finding: &AccountFinding, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<ul>")?;
    for citation in &finding.evidence {
        let text = format!(
            "{}:{} in {}, read {}, {:032x}",
            citation.service.as_str(),
            citation.operation.as_str(),
            citation.region.as_str(),
            times::table_time(citation.at),
            citation.reading.0
        );
        page.element("li", "", &text)?;
    }
    if let MadeBy::Event(event) = &finding.made_by {
        page.element("li", "", &format!("event {}, {:032x}", event.name, event.event.0))?;
    }
    page.raw("</ul>")
}

fn facts(finding: &AccountFinding, page: &mut Markup<'_>) -> io::Result<()> {
    let resource = &finding.resource;
    page.raw("<dl class=\"facts\">")?;
    page.pair("thing", &format!("{} {}", resource.kind, resource.name))?;
    if resource.id != resource.name {
        page.pair("id", &resource.id)?;
    }
    page.pair(
        "account",
        &format!("{}, {}", resource.account.as_str(), resource.region.as_str()),
    )?;
    for fact in &finding.facts {
        page.pair(&fact.label, &fact.value)?;
    }
    for account in finding.external_accounts() {
        page.pair("External Account", account.as_str())?;
    }
    if let MadeBy::Event(event) = &finding.made_by {
        page.pair("access key", event.access_key.as_deref().unwrap_or("not logged"))?;
    }
    page.pair("check", &finding.check)?;
    page.raw("</dl>")
}

/// Suspects, and the resources that they created.
fn left(assessment: &Assessment, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw(
        "<section id=\"left\" aria-labelledby=\"left-title\"><h2 id=\"left-title\">Suspects and what they left</h2>",
    )?;
    if assessment.suspects.is_empty() {
        let text = if assessment.logs_begin.is_some() {
            "No suspects found."
        } else {
            "Suspects are found only with logs."
        };
        page.element("p", "", text)?;
    }
    for suspect in &assessment.suspects {
        page.raw("<p>")?;
        page.element("strong", "", &suspect.principal.name)?;
        page.raw(" ")?;
        page.element("span", "code", &suspect.principal.key)?;
        page.raw("</p>")?;
        let text = format!("{} (since {} UTC)", suspect.why, times::table_time(suspect.since));
        page.element("p", "detail", &text)?;
    }
    if !assessment.traces.is_empty() {
        traces(&assessment.traces, page)?;
    }
    page.raw("</section>\n")
}

fn traces(traces: &[Trace], page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<h3>Resources created or changed by suspects</h3>")?;
    let columns = ["Now", "Resource", "Region", "Last changed by", "Time (UTC)"];
    page.table(
        "trace-table",
        "Resources created or changed by suspects",
        &columns,
    )?;
    // What is gone or not known needs a look before what is there: that has a finding.
    for wanted in [Presence::Unknown, Presence::Exists, Presence::Gone] {
        for trace in traces
            .iter()
            .filter(|trace| trace.presence == wanted)
            .take(LISTED)
        {
            page.raw("<tr>")?;
            page.element("td", "", judged::presence(trace.presence))?;
            page.element(
                "td",
                "",
                &format!("{} {}", trace.resource.kind, trace.resource.name),
            )?;
            page.element("td", "", trace.resource.region.as_str())?;
            page.element("td", "", &trace.made_by.principal.name)?;
            page.time_cell(trace.made_by.time)?;
            page.raw("</tr>\n")?;
        }
    }
    page.end_table()
}

fn not_judged(open: &[NotJudged], page: &mut Markup<'_>) -> io::Result<()> {
    page.raw(
        "<section id=\"not-judged\" aria-labelledby=\"open-title\"><h2 id=\"open-title\">Not judged</h2>\
         <p class=\"summary\">These requests have no reply. What they would show is unknown.</p>",
    )?;
    if open.is_empty() {
        page.element("p", "", "Every request of every check has a reply.")?;
        return page.raw("</section>\n");
    }
    let columns = ["Reason", "Request", "Regions", "Checks without an answer"];
    page.table("open-table", "Requests without a reply", &columns)?;
    for ((why, service, operation), question) in judged::questions(open) {
        page.raw("<tr>")?;
        page.element("td", "", why)?;
        page.element("td", "code", &format!("{service}:{operation}"))?;
        page.element("td", "", &question.regions.join(", "))?;
        page.element("td", "", &question.checks.join(", "))?;
        page.raw("</tr>\n")?;
    }
    page.end_table()?;
    page.raw("</section>\n")
}

#[cfg(test)]
mod tests {
    use stanch_core::text::is_deceptive;

    use super::*;
    use crate::sample::assessment;

    fn page(assessment: &Assessment) -> String {
        let mut out = Vec::new();
        html_assessment(assessment, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_finding_stands_with_evidence_and_what_answers_it() {
        let sample = assessment("1234");
        let page = page(&sample);
        for finding in &sample.findings {
            assert!(page.contains(&format!("finding-{}", finding.id)));
        }
        for told in [
            "Time-critical: 1",
            "Suspicious: 1",
            "kms cancel-key-deletion",
            "kms:DescribeKey in eu-west-1",
            "will lose everything encrypted with it at 1234",
            "created or changed by user mallory, ScheduleKeyDeletion",
            "user mallory",
            "iam CreateUser 1234",
            "kms:ListGrants",
            "1 request without a reply",
        ] {
            assert!(page.contains(told), "{told}");
        }
    }

    #[test]
    fn nothing_an_attacker_wrote_becomes_markup() {
        for hostile in crate::sample::HOSTILE {
            let page = page(&assessment(hostile));
            assert_eq!(page.matches("<script").count(), 1);
            assert!(!page.contains("<img"));
            let acting = page
                .chars()
                .find(|letter| *letter != '\n' && is_deceptive(*letter));
            assert_eq!(acting, None);
        }
    }

    #[test]
    fn an_account_without_findings_is_not_called_clean_when_something_was_not_read() {
        let mut sample = assessment("1234");
        sample.findings.clear();
        assert!(page(&sample).contains("Nothing found in what is known"));
    }
}
