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

/// Kinds that users read: no word to avoid is allowed in them, whatever the file says.
const NONE_ALLOWED: [&str; 2] = ["text", "document"];

/// Sentences on each count that rose.
pub(crate) fn risen(kept: &Counts, found: &Counts) -> Vec<String> {
    let mut said = Vec::new();
    for (key, now) in found {
        let (group, kind) = key;
        let kept = kept.get(key).copied().unwrap_or(0);
        let allowed = if NONE_ALLOWED.contains(&kind.as_str()) {
            0
        } else {
            kept
        };
        if *now > allowed {
            said.push(format!(
                "{group}: {now} words to avoid in {kind}, {allowed} allowed; list them: cargo xtask words --list {group} --kind {kind}"
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
    fn counts_may_not_rise() {
        let kept = counts(&[("comment", 3), ("name", 1)]);
        assert!(risen(&kept, &kept).is_empty());
        assert!(risen(&kept, &counts(&[("comment", 2)])).is_empty());
        let said = risen(&kept, &counts(&[("comment", 4)]));
        assert!(said.len() == 1 && said[0].contains("4 words"), "{said:?}");
    }

    #[test]
    fn none_is_allowed_in_what_users_read() {
        let kept = counts(&[("text", 3), ("document", 1)]);
        assert_eq!(risen(&kept, &kept).len(), 2);
    }
}
