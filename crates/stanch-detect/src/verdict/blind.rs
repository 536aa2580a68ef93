//! Windows and services without logs, and input that could not be read.

use stanch_core::finding::FactKind;
use stanch_core::text::shown;

use super::Evidence;

/// Number of windows that are listed.
const LIMIT: usize = 20;

/// Windows in which logging was off or was never on.
pub(super) fn windows(evidence: &Evidence<'_>) -> Vec<String> {
    let tampered = evidence
        .findings
        .iter()
        .filter(|finding| finding.detection.as_str() == "logging-tampered");
    let mut windows: Vec<String> = tampered
        .flat_map(|finding| {
            let windows = finding
                .facts
                .iter()
                .filter(|fact| fact.kind == FactKind::NotLogged);
            windows.map(|fact| shown(&format!("{} by {}", fact.value, finding.principal.name), 300))
        })
        .take(LIMIT)
        .collect();
    if evidence.coverage.events > 0 {
        let missing: Vec<&str> = [("s3", "S3 object reads"), ("lambda", "Lambda invocations")]
            .into_iter()
            .filter(|(service, _)| !evidence.coverage.data_events.contains_key(*service))
            .map(|(_, name)| name)
            .collect();
        if !missing.is_empty() {
            windows.push(format!(
                "{} were not logged (no data events).",
                missing.join(" and ")
            ));
        }
    }
    windows
}

/// What could not be judged.
pub(super) fn unknowns(evidence: &Evidence<'_>) -> Vec<String> {
    let coverage = evidence.coverage;
    let mut unknown = Vec::new();
    if coverage.events == 0 {
        unknown.push("No event could be read from the input.".to_owned());
    } else if coverage.judged_events() == 0 {
        unknown.push(
            "Only logs that no detection judges were given, such as VPC flow logs: no verdict can come of them. Ask them \
             with stanch query, and give CloudTrail logs for a verdict."
                .to_owned(),
        );
    } else if !coverage.has_cloudtrail() {
        unknown
            .push("No CloudTrail was given: API calls that these logs do not record are unknown.".to_owned());
    }
    if coverage.problem_source_count > 0 {
        let inputs = coverage.problem_source_count;
        let noun = if inputs == 1 { "input was" } else { "inputs were" };
        unknown.push(format!(
            "{inputs} {noun} not read in full: their other events are unknown."
        ));
    }
    if !evidence.overflowed.is_empty() {
        let detections = evidence
            .overflowed
            .iter()
            .take(LIMIT)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ");
        unknown.push(format!(
            "Some detections met more events than they can keep, so their findings are incomplete: {}",
            shown(&detections, 400)
        ));
    }
    unknown
}
