//! What detections say in their own source: which calls they name, and that none knows the test data.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Bar, Bench, Line};
use crate::error::TaskError;
use crate::root::{files, read, relative, root};

/// Detections that hold for any call: how often, how many, how new. They never count as naming one.
const GENERIC: [&str; 10] = [
    "burst",
    "first-seen",
    "first-use",
    "new-network",
    "new-region",
    "new-country",
    "tool-user-agent",
    "off-hours",
    "impossible-travel",
    "dormant",
];
/// Words of the attack simulators and of the people in the test data. A detection that knows them cheats.
const FORBIDDEN: [&str; 5] = ["stratus", "invictus", "detonat", "datadog", "benjamin"];

/// The source of each detection, by its id.
pub(super) struct Naming {
    sources: BTreeMap<String, String>,
}

impl Naming {
    /// Reads rules and detectors of this repository.
    pub(super) fn read() -> Result<Self, TaskError> {
        let mut sources = BTreeMap::new();
        for path in files(&root().join("rules"), &["yml"])? {
            sources.insert(stem(&path), read(&path)?);
        }
        for path in files(&root().join("crates/stanch-detect/src/detectors"), &["rs"])? {
            sources.insert(stem(&path).replace('_', "-"), read(&path)?);
        }
        Ok(Self { sources })
    }

    /// Returns true when a detection is about this call: not a generic one, and its source names the call.
    pub(super) fn is_about(&self, detection: &str, call: &str) -> bool {
        if GENERIC.iter().any(|word| detection.contains(word)) {
            return false;
        }
        self.sources
            .get(detection)
            .is_some_and(|source| has_word(source, call))
    }

    /// Returns true when there is such a detection.
    pub(super) fn has(&self, detection: &str) -> bool {
        self.sources.contains_key(detection)
    }
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// Returns true when text holds a word, not as part of a longer one. An API date may follow.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let after = text[start + word.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphabetic)
    })
}

/// No rule, detector or other judging code knows the simulators or the people in their logs.
pub(super) fn no_simulator(_bench: &Bench, _data: &Path) -> Result<Vec<Line>, TaskError> {
    let root = root();
    let mut paths = files(&root.join("rules"), &["yml"])?;
    for part in ["derived", "detectors", "sigma", "verdict"] {
        paths.extend(files(&root.join("crates/stanch-detect/src").join(part), &["rs"])?);
    }
    let mut misses = Vec::new();
    for path in &paths {
        let text = read(path)?.to_lowercase();
        misses.extend(
            FORBIDDEN
                .iter()
                .filter(|word| text.contains(**word))
                .map(|word| format!("{} says {word:?}", relative(path, &root))),
        );
    }
    let name = "honesty: detections that know the test data";
    Ok(vec![Line {
        name: name.to_owned(),
        figure: misses.len() as f64,
        shown: format!("{} in {} files", misses.len(), paths.len()),
        bar: Bar::AtMost(0.0),
        percent: false,
        misses,
    }])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_named_as_a_whole_word() {
        assert!(has_word("eventName: CreateUser\n", "CreateUser"));
        assert!(has_word("- UpdateFunctionCode20150331v2", "UpdateFunctionCode"));
        assert!(!has_word("eventName: CreateUserPool", "CreateUser"));
        assert!(!has_word("eventName: BatchGetSecretValue", "GetSecretValue"));
    }
}
