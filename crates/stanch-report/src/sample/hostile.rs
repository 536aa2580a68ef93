//! An analysis in which an attacker wrote every text.

use stanch_core::verdict::{Analysis, Verdict};
use stanch_core::{AttackerEvent, Coverage, Principal};

/// Texts that an attacker would like a program to act on.
pub(crate) const HOSTILE: [&str; 5] = [
    "</script><script>alert(1)</script>",
    "\u{1b}[31m",
    "\u{202e}",
    "\"><img src=x onerror=alert(1)>",
    "=cmd()",
];

/// A text as an attacker would write it.
type Spoiler<'s> = &'s dyn Fn(&str) -> String;

fn spoil<'t>(evil: Spoiler<'_>, texts: impl IntoIterator<Item = &'t mut String>) {
    for text in texts {
        *text = evil(text);
    }
}

fn spoil_principal(evil: Spoiler<'_>, principal: &mut Principal) {
    spoil(
        evil,
        [&mut principal.key, &mut principal.name, &mut principal.account],
    );
}

/// The sample with each of [`HOSTILE`] put into every text.
pub(crate) fn hostile() -> Analysis {
    let tail = HOSTILE.concat();
    hostile_with(&|text| format!("{text}{tail}"))
}

/// The sample with every text made another.
pub(crate) fn hostile_with(evil: Spoiler<'_>) -> Analysis {
    let mut analysis = super::sample();
    spoil(evil, [&mut analysis.stanch_version, &mut analysis.country_table]);
    spoil(evil, analysis.source_paths.values_mut());
    for finding in &mut analysis.findings {
        spoil_principal(evil, &mut finding.principal);
        spoil(
            evil,
            [&mut finding.summary, &mut finding.id.0, &mut finding.detection.0],
        );
        for fact in &mut finding.facts {
            spoil(evil, [&mut fact.label, &mut fact.value]);
        }
    }
    spoil_detections(evil, &mut analysis);
    spoil_events(evil, &mut analysis);
    spoil_verdict(evil, &mut analysis.verdict);
    spoil_attacker_events(evil, &mut analysis.attacker_events);
    spoil_coverage(evil, &mut analysis.coverage);
    for summary in &mut analysis.principals {
        spoil_principal(evil, &mut summary.principal);
        spoil(evil, &mut summary.regions);
        spoil(evil, &mut summary.networks);
        spoil(evil, &mut summary.agents);
        spoil(evil, &mut summary.access_keys);
        spoil(evil, summary.findings.iter_mut().map(|id| &mut id.0));
    }
    for rule in &mut analysis.rules_refused {
        spoil(evil, [&mut rule.path, &mut rule.reason]);
    }
    analysis
}

fn spoil_detections(evil: Spoiler<'_>, analysis: &mut Analysis) {
    let detections = std::mem::take(&mut analysis.detections)
        .into_iter()
        .map(|(mut id, mut about)| {
            spoil(
                evil,
                [&mut id.0, &mut about.id.0, &mut about.title, &mut about.why],
            );
            spoil(evil, &mut about.false_positives);
            spoil(evil, &mut about.next);
            (id, about)
        });
    analysis.detections = detections.collect();
}

fn spoil_events(evil: Spoiler<'_>, analysis: &mut Analysis) {
    for event in analysis.events.values_mut() {
        spoil(
            evil,
            [
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
                &mut event.shared_event_id,
                &mut event.raw,
            ],
        );
    }
}

fn spoil_attacker_events(evil: Spoiler<'_>, events: &mut [AttackerEvent]) {
    for event in events {
        spoil(
            evil,
            [
                &mut event.event_id,
                &mut event.account,
                &mut event.region,
                &mut event.source,
                &mut event.name,
                &mut event.principal,
                &mut event.access_key_id,
                &mut event.source_address,
            ],
        );
    }
}

fn spoil_verdict(evil: Spoiler<'_>, verdict: &mut Verdict) {
    spoil(evil, &mut verdict.blind);
    spoil(evil, &mut verdict.unknown);
    spoil(evil, verdict.beside.iter_mut().map(|id| &mut id.0));
    for story in &mut verdict.stories {
        story
            .principals
            .iter_mut()
            .for_each(|principal| spoil_principal(evil, principal));
        spoil(evil, &mut story.access_keys);
        spoil(evil, &mut story.how);
        spoil(evil, &mut story.left);
        spoil(evil, &mut story.took);
        spoil(evil, &mut story.networks);
        spoil(evil, &mut story.accounts);
        spoil(evil, &mut story.regions);
        spoil(evil, story.findings.iter_mut().map(|id| &mut id.0));
        for step in &mut story.did {
            spoil(evil, [&mut step.text, &mut step.finding.0]);
        }
    }
}

fn spoil_coverage(evil: Spoiler<'_>, coverage: &mut Coverage) {
    for source in &mut coverage.problem_sources {
        spoil(evil, [&mut source.path, &mut source.sha256]);
        spoil(evil, &mut source.members);
        for problem in &mut source.problems {
            spoil(evil, [&mut problem.member, &mut problem.detail]);
        }
    }
    let accounts = std::mem::take(&mut coverage.regions).into_iter();
    let spoiled = accounts.map(|(account, regions)| {
        let regions = regions.into_iter().map(|(region, span)| (evil(&region), span));
        (evil(&account), regions.collect())
    });
    coverage.regions = spoiled.collect();
    let services = std::mem::take(&mut coverage.data_events).into_iter();
    coverage.data_events = services.map(|(service, count)| (evil(&service), count)).collect();
}
