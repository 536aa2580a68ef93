//! Holds what a hunt through hostile inputs came to against what each of them must come to.
//!
//! It must not run anything.

use std::collections::BTreeSet;

use stanch_core::verdict::Analysis;

use super::{Expected, HostileInput};

/// Everything in the result of a hunt through these inputs that is not as it must be; empty when all is well.
#[must_use]
pub fn complaints(inputs: &[&HostileInput], analysis: &Analysis, exit_code: Option<i32>) -> Vec<String> {
    let named: BTreeSet<&str> = analysis
        .coverage
        .problem_sources
        .iter()
        .map(|report| report.path.rsplit('/').next().unwrap_or_default())
        .collect();
    let mut complaints = Vec::new();
    let (mut fewest, mut exact) = (0, true);
    for input in inputs {
        let is_named = named.contains(input.name);
        match input.expected {
            Expected::Whole(events) => {
                fewest += events;
                if is_named {
                    complaints.push(format!(
                        "{}: named as a problem, though nothing is wrong",
                        input.name
                    ));
                }
            }
            Expected::Named(events) => {
                fewest += events;
                exact = false;
                if !is_named {
                    complaints.push(format!("{}: passed over in silence", input.name));
                }
            }
        }
    }
    let events = analysis.coverage.events;
    if events < fewest || exact && events > fewest {
        complaints.push(format!("{events} events were read, not {fewest}"));
    }
    let whole = inputs
        .iter()
        .all(|input| matches!(input.expected, Expected::Whole(_)));
    let right: &[i32] = match (whole, fewest) {
        // All of it was read, but no event: that nothing was found says nothing, so it is unknown and not clean.
        (true, 0) => &[3],
        (true, _) => &[0, 1],
        (false, _) => &[3, 4],
    };
    if !exit_code.is_some_and(|code| right.contains(&code)) {
        complaints.push(format!("the exit code is {exit_code:?}, none of {right:?}"));
    }
    complaints
}
