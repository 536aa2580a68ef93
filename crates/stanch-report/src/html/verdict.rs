//! The answer: the conclusion, each takeover, and what is not known.
//!
//! It must not judge: it writes what the verdict says.

use std::io;

use stanch_core::Analysis;
use stanch_core::verdict::{Conclusion, Step, Story};

use super::findings::anchor;
use super::markup::Markup;
use crate::times;
use crate::words;

/// Writes the section.
pub(super) fn write(analysis: &Analysis, page: &mut Markup<'_>) -> io::Result<()> {
    let verdict = &analysis.verdict;
    let class = match verdict.conclusion {
        Conclusion::Compromised => "verdict compromised",
        Conclusion::Suspicious => "verdict suspicious",
        Conclusion::NothingFound | Conclusion::Unknown => "verdict",
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
    page.text(words::conclusion_word(verdict.conclusion), 40)?;
    if let Some(surest) = verdict.stories.iter().map(|story| story.confidence).max() {
        page.raw(" ")?;
        page.element("span", "confidence", words::confidence_words(surest))?;
    }
    page.raw("</h1>")?;
    page.element("p", "lead", &words::conclusion_sentence(analysis))?;
    extent(analysis, page)?;
    for (place, story) in verdict.stories.iter().enumerate() {
        write_story(story, place, verdict.stories.len(), page)?;
    }
    not_known(analysis, page)?;
    page.raw("</section>\n")
}

/// Numbers of the coverage.
fn extent(analysis: &Analysis, page: &mut Markup<'_>) -> io::Result<()> {
    let (files, accounts, regions) = words::extent(&analysis.coverage);
    page.raw("<dl class=\"extent\">")?;
    for (label, number) in [
        ("Files read", files),
        ("Events", analysis.coverage.events),
        ("Accounts", accounts),
        ("Regions", regions),
        ("Principals", analysis.principal_count),
    ] {
        page.raw("<div>")?;
        page.pair(label, &words::thousands(number))?;
        page.raw("</div>")?;
    }
    if let Some(span) = analysis.coverage.span {
        page.raw("<div>")?;
        page.pair("From – to (UTC)", &times::span_minutes(span.first, span.last))?;
        page.raw("</div>")?;
    }
    page.raw("</dl>\n")
}

fn write_story(story: &Story, place: usize, of: usize, page: &mut Markup<'_>) -> io::Result<()> {
    page.raw("<article class=\"story\">")?;
    if of > 1 {
        let confidence = words::confidence_words(story.confidence);
        let name = words::story_name(story);
        page.element("h2", "", &format!("{name} {} of {of}, {confidence}", place + 1))?;
    }
    page.raw("<dl><dt>Identities</dt><dd>")?;
    who(story, page)?;
    page.raw("</dd><dt>Time</dt><dd><p>")?;
    page.text(&format!("{} UTC", times::span(story.since, story.until)), 80)?;
    page.raw("</p>")?;
    if !story.networks.is_empty() {
        page.element("p", "detail", &format!("from {}", story.networks.join(", ")))?;
    }
    page.raw("</dd>")?;
    described("Entry", &story.how, "Not known.", page)?;
    page.raw("<dt>Actions</dt><dd>")?;
    did(&story.did, page)?;
    page.raw("</dd>")?;
    described(
        "Left behind",
        &story.left,
        "Not known: no finding names a resource that was created or changed.",
        page,
    )?;
    let unseen = "Not known: no finding shows data or secrets that were read.";
    described("Data taken", &story.took, unseen, page)?;
    page.raw("</dl></article>\n")
}

fn described(
    term: &'static str,
    texts: &[String],
    otherwise: &'static str,
    page: &mut Markup<'_>,
) -> io::Result<()> {
    page.element("dt", "", term)?;
    page.raw("<dd>")?;
    if texts.is_empty() {
        page.element("p", "detail", otherwise)?;
    }
    for text in texts {
        page.element("p", "", text)?;
    }
    page.raw("</dd>")
}

fn who(story: &Story, page: &mut Markup<'_>) -> io::Result<()> {
    let Some((first, made)) = story.principals.split_first() else {
        return page.element("p", "detail", "Not known.");
    };
    page.raw("<p>")?;
    page.element("strong", "", &first.name)?;
    page.raw(" ")?;
    page.element("span", "code", &first.key)?;
    page.raw("</p>")?;
    for principal in made {
        page.raw("<p><span class=\"detail\">then</span> ")?;
        page.text(&principal.name, words::NAME_LIMIT)?;
        page.raw(" ")?;
        page.element("span", "code", &principal.key)?;
        page.raw("</p>")?;
    }
    if !story.access_keys.is_empty() {
        let word = if story.access_keys.len() == 1 {
            "key"
        } else {
            "keys"
        };
        page.raw("<p><span class=\"detail\">")?;
        page.text(word, 8)?;
        page.raw("</span>")?;
        for key in &story.access_keys {
            page.raw(" ")?;
            page.element("span", "code", key)?;
        }
        page.raw("</p>")?;
    }
    Ok(())
}

fn did(steps: &[Step], page: &mut Markup<'_>) -> io::Result<()> {
    if steps.is_empty() {
        return page.element("p", "detail", "Not known.");
    }
    let mut day = String::new();
    page.raw("<ol class=\"steps\">")?;
    for step in steps {
        page.raw("<li>")?;
        let date = times::date(step.first);
        let time = times::clock(step.first);
        if day == date {
            page.element("span", "when", &time)?;
        } else {
            page.raw("<span class=\"when\">")?;
            page.element("span", "day", &date)?;
            page.text(&format!(" {time}"), 40)?;
            page.raw("</span>")?;
        }
        day = date;
        page.raw("<span class=\"what\">")?;
        page.open("a", &[("href", &format!("#{}", anchor(&step.finding)))])?;
        page.text(&step.text, words::TEXT_LIMIT)?;
        page.raw("</a>")?;
        if !step.succeeded {
            page.raw(" <span class=\"detail\">failed</span>")?;
        }
        page.raw("</span>")?;
        page.element("span", "tactic", words::tactic_name(step.tactic))?;
        page.raw("</li>")?;
    }
    page.raw("</ol>")
}

fn not_known(analysis: &Analysis, page: &mut Markup<'_>) -> io::Result<()> {
    let verdict = &analysis.verdict;
    page.raw("<div class=\"not-known\"><div><h2>Not logged</h2>")?;
    if verdict.blind.is_empty() {
        let none = "No gap was found. Logging that was never set up can't be seen from logs alone.";
        page.element("p", "detail", none)?;
    } else {
        page.list("ul", &verdict.blind)?;
    }
    page.raw("</div><div><h2>Not known</h2>")?;
    if verdict.unknown.is_empty() {
        page.element("p", "detail", "All events that were read were judged.")?;
    } else {
        page.list("ul", &verdict.unknown)?;
    }
    page.raw("</div></div>\n")
}
