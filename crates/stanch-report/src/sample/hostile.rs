//! An analysis in which an attacker wrote every text.

use stanch_core::verdict::{Analysis, Verdict};
use stanch_core::{Coverage, Principal};

/// What an attacker would like a reader's program to act on.
pub(crate) const HOSTILE: [&str; 5] = [
    "</script><script>alert(1)</script>",
    "\u{1b}[31m",
    "\u{202e}",
    "\"><img src=x onerror=alert(1)>",
    "=cmd()",
];

fn spoil<'t>(texts: impl IntoIterator<Item = &'t mut String>) {
    let evil = HOSTILE.concat();
    for text in texts {
        text.push_str(&evil);
    }
}

fn spoil_principal(principal: &mut Principal) {
    spoil([&mut principal.key, &mut principal.name, &mut principal.account]);
}

/// The sample with each of [`HOSTILE`] put into every text.
pub(crate) fn hostile() -> Analysis {
    let mut analysis = super::sample();
    spoil([&mut analysis.stanch_version, &mut analysis.country_table]);
    spoil(analysis.source_paths.values_mut());
    for finding in &mut analysis.findings {
        spoil_principal(&mut finding.principal);
        spoil([&mut finding.summary, &mut finding.id.0, &mut finding.detection.0]);
        for fact in &mut finding.facts {
            spoil([&mut fact.label, &mut fact.value]);
        }
    }
    spoil_detections(&mut analysis);
    spoil_events(&mut analysis);
    spoil_verdict(&mut analysis.verdict);
    spoil_coverage(&mut analysis.coverage);
    for summary in &mut analysis.principals {
        spoil_principal(&mut summary.principal);
        spoil(&mut summary.regions);
        spoil(&mut summary.networks);
        spoil(&mut summary.agents);
        spoil(&mut summary.access_keys);
        spoil(summary.findings.iter_mut().map(|id| &mut id.0));
    }
    for rule in &mut analysis.rules_refused {
        spoil([&mut rule.path, &mut rule.reason]);
    }
    analysis
}

fn spoil_detections(analysis: &mut Analysis) {
    let detections = std::mem::take(&mut analysis.detections)
        .into_iter()
        .map(|(mut id, mut about)| {
            spoil([&mut id.0, &mut about.id.0, &mut about.title, &mut about.why]);
            spoil(&mut about.false_positives);
            spoil(&mut about.next);
            (id, about)
        });
    analysis.detections = detections.collect();
}

fn spoil_events(analysis: &mut Analysis) {
    for event in analysis.events.values_mut() {
        spoil([
            &mut event.event_id,
            &mut event.source,
            &mut event.name,
            &mut event.region,
            &mut event.account,
            &mut event.principal,
            &mut event.access_key_id,
            &mut event.source_address,
            &mut event.user_agent,
            &mut event.error_code,
            &mut event.raw,
        ]);
    }
}

fn spoil_verdict(verdict: &mut Verdict) {
    spoil(&mut verdict.blind);
    spoil(&mut verdict.unknown);
    spoil(verdict.beside.iter_mut().map(|id| &mut id.0));
    for story in &mut verdict.stories {
        story.principals.iter_mut().for_each(spoil_principal);
        spoil(&mut story.access_keys);
        spoil(&mut story.how);
        spoil(&mut story.left);
        spoil(&mut story.took);
        spoil(&mut story.networks);
        spoil(story.findings.iter_mut().map(|id| &mut id.0));
        for step in &mut story.did {
            spoil([&mut step.text, &mut step.finding.0]);
        }
    }
}

fn spoil_coverage(coverage: &mut Coverage) {
    let evil = HOSTILE.concat();
    for source in &mut coverage.problem_sources {
        spoil([&mut source.path, &mut source.sha256]);
        spoil(&mut source.members);
        for problem in &mut source.problems {
            spoil([&mut problem.member, &mut problem.detail]);
        }
    }
    let accounts = std::mem::take(&mut coverage.regions).into_iter();
    let spoiled = accounts.map(|(account, regions)| {
        let regions = regions.into_iter().map(|(region, span)| (region + &evil, span));
        (account + &evil, regions.collect())
    });
    coverage.regions = spoiled.collect();
    let services = std::mem::take(&mut coverage.data_events).into_iter();
    coverage.data_events = services
        .map(|(service, count)| (service + &evil, count))
        .collect();
}
