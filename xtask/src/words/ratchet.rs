//! `xtask/words-ratchet.txt`: how many words to avoid each crate may still have. Counts may only fall.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::error::TaskError;

/// Counts by group and kind.
pub(crate) type Counts = BTreeMap<(String, String), usize>;

const HEAD: &str = "# Words of docs/glossary.md that are still there: crate, kind, count. Written by `cargo xtask words`; counts may only fall.\n";

/// Parses the file.
pub(crate) fn parse(text: &str) -> Result<Counts, TaskError> {
    let mut counts = Counts::new();
    for line in text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
    {
        let mut parts = line.split_whitespace();
        let (group, kind) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        let count = parts.next().and_then(|count| count.parse().ok());
        let count =
            count.ok_or_else(|| TaskError::Unfit(format!("words-ratchet.txt: {line:?} has no count")))?;
        counts.insert((group.to_owned(), kind.to_owned()), count);
    }
    Ok(counts)
}

/// Writes the file.
pub(crate) fn text(counts: &Counts) -> String {
    let mut text = HEAD.to_owned();
    for ((group, kind), count) in counts.iter().filter(|(_, count)| **count > 0) {
        // Writing to a string can't fail.
        let _ = writeln!(text, "{group} {kind} {count}");
    }
    text
}

/// Sentences on each count that rose, and on each that fell and is not written down.
pub(crate) fn complaints(kept: &Counts, found: &Counts) -> Vec<String> {
    let mut keys: Vec<_> = kept.keys().chain(found.keys()).collect();
    keys.sort();
    keys.dedup();
    let mut said = Vec::new();
    for key in keys {
        let (group, kind) = key;
        let before = kept.get(key).copied().unwrap_or(0);
        let now = found.get(key).copied().unwrap_or(0);
        if now > before {
            said.push(format!(
                "{group}: {now} words to avoid in {kind}, {before} were allowed; list them: cargo xtask words --list {group} --kind {kind}"
            ));
        } else if now < before {
            said.push(format!(
                "{group}: {kind} fell from {before} to {now}; lower the count: cargo xtask words"
            ));
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(list: &[(&str, usize)]) -> Counts {
        list.iter()
            .map(|(kind, count)| (("a".to_owned(), (*kind).to_owned()), *count))
            .collect()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let all = counts(&[("text", 3), ("name", 1)]);
        assert_eq!(parse(&text(&all)).unwrap(), all);
        assert!(parse("a text many").is_err());
    }

    #[test]
    fn counts_may_neither_rise_nor_fall_unseen() {
        let kept = counts(&[("text", 3), ("name", 1)]);
        assert!(complaints(&kept, &kept).is_empty());
        let said = complaints(&kept, &counts(&[("text", 4)]));
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(said[0].contains("fell from 1 to 0") && said[1].contains("4 words"));
    }
}
