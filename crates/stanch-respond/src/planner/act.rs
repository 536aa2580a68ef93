//! What a person types of an act: an action, its target, and words.
//!
//! Every word counts: one that an action does not take, or that would be left aside, is refused. It must not know any account.

use stanch_core::text::shown;

use crate::action::About;

/// Names of words that every action takes: the region of the target, and what it is where an action is for several kinds.
const OF_ALL: [&str; 2] = ["kind", "region"];
/// Words that may be told several times.
const MANY: [&str; 8] = [
    "accounts",
    "buckets",
    "email",
    "exempt",
    "repair",
    "rule",
    "statement",
    "users",
];

/// An act in its parts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Act<'t> {
    pub(super) action: &'t str,
    pub(super) target: String,
    pub(super) words: Vec<(String, String)>,
}

impl<'t> Act<'t> {
    /// A comma begins a new word only where a name and `=` follow: reasons and ARNs may hold commas.
    pub(super) fn of(text: &'t str) -> Self {
        let mut pieces = text.split(',');
        let first = pieces.next().unwrap_or_default();
        let (action, target) = first.split_once(':').unwrap_or((first, ""));
        let mut asked = Self {
            action: action.trim(),
            target: target.trim().to_owned(),
            words: Vec::new(),
        };
        for piece in pieces {
            let named = piece
                .split_once('=')
                .and_then(|(name, word)| Some((name_of(name)?, word)));
            match (named, asked.words.last_mut()) {
                (Some((name, word)), _) => asked.words.push((name, word.to_owned())),
                (None, Some((_, word))) => word.extend([",", piece]),
                (None, None) => asked.target.extend([",", piece]),
            }
        }
        asked
    }

    pub(super) fn word(&self, name: &str) -> Option<&str> {
        let mut words = self.words.iter();
        words
            .find(|(known, _)| *known == name)
            .map(|(_, word)| word.as_str())
    }

    /// Words that the action itself takes.
    pub(super) fn own_words(&self) -> impl Iterator<Item = &(String, String)> {
        self.words
            .iter()
            .filter(|(name, _)| !OF_ALL.contains(&name.as_str()))
    }

    /// Every word is one that the action takes, once unless it may be several, and says what it means.
    pub(super) fn check(&self, about: &About) -> Result<(), String> {
        for (place, (name, word)) in self.words.iter().enumerate() {
            if !OF_ALL.contains(&name.as_str()) && !takes(about, name) {
                return Err(format!("{} takes no {name}", about.name));
            }
            let is_many = MANY.contains(&name.as_str()) && about.name != "lambda-permission-remove";
            if !is_many && self.words[..place].iter().any(|(known, _)| known == name) {
                return Err(format!("{name} is told twice"));
            }
            let is_flag = ["`, with any word", "`: with any word"]
                .iter()
                .any(|end| about.takes.contains(&format!("`{name}{end}")));
            if is_flag && matches!(word.as_str(), "no" | "false" | "0" | "") {
                return Err(format!(
                    "leave {name} out instead of saying {name}={}",
                    shown(word, 20)
                ));
            }
        }
        Ok(())
    }
}

/// What a word is called, if it can be a name: small letters and hyphens.
fn name_of(text: &str) -> Option<String> {
    let name = text.trim().to_ascii_lowercase();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    is_name.then_some(name)
}

/// Whether an action takes a word of this name; other texts in backticks are values.
pub(super) fn takes(about: &About, name: &str) -> bool {
    let mut ends = ["`:", "`, with any word", "`, where"].iter();
    ends.any(|end| about.takes.contains(&format!("`{name}{end}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_begins_a_word_only_before_a_name() {
        let asked = Act::of("access-key-delete:AKIA1,user=eve,proof=unused, as a=b shows,user=x");
        assert_eq!(
            (asked.action, asked.target.as_str()),
            ("access-key-delete", "AKIA1")
        );
        let words: Vec<(&str, &str)> = asked
            .words
            .iter()
            .map(|(name, word)| (name.as_str(), word.as_str()))
            .collect();
        assert_eq!(
            words,
            [("user", "eve"), ("proof", "unused, as a=b shows"), ("user", "x")]
        );
        let bare = Act::of("budget-create,email=a@example.com");
        assert_eq!((bare.action, bare.target.as_str()), ("budget-create", ""));
        assert_eq!(bare.word("email"), Some("a@example.com"));
        assert_eq!(Act::of("trail-start:arn:aws:x:y,z").target, "arn:aws:x:y,z");
    }
}
