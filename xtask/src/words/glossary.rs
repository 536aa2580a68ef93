//! `docs/glossary.md`: words to avoid, each with its replacement and the contexts in which it is fine.
//!
//! The tables of that page are the only source of the list. It must not know where text stands.

use crate::error::TaskError;

/// A word or phrase to avoid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Avoided {
    /// Its words in lower case; one that ends with `*` stands for any ending.
    words: Vec<String>,
    /// The replacement, as the page has it.
    pub(crate) replacement: String,
    /// Phrases that contain it and are fine.
    allowed: Vec<Vec<String>>,
}

/// The list of the page.
#[derive(Debug, Default)]
pub(crate) struct Glossary {
    list: Vec<Avoided>,
}

/// A place where a text has a word to avoid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Line within the text, counted from 0.
    pub(crate) line: usize,
    /// The word or phrase.
    pub(crate) phrase: String,
    /// The replacement.
    pub(crate) replacement: String,
}

impl Glossary {
    /// Parses the tables of the page: avoid, use, fine in; entries of a cell are separated by `;`.
    pub(crate) fn parse(page: &str) -> Result<Self, TaskError> {
        let mut list = Vec::new();
        for row in page.lines().filter(|line| line.starts_with('|')) {
            let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
            let [avoid, replacement, fine] = cells.as_slice() else {
                return Err(TaskError::Unfit(format!(
                    "docs/glossary.md: {row:?} has not three cells"
                )));
            };
            if *avoid == "Avoid" || avoid.starts_with("--") {
                continue;
            }
            let allowed: Vec<Vec<String>> = entries(fine).map(words_of).collect();
            list.extend(entries(avoid).map(|phrase| Avoided {
                words: words_of(phrase),
                replacement: (*replacement).to_owned(),
                allowed: allowed.clone(),
            }));
        }
        if list.is_empty() {
            return Err(TaskError::Unfit("docs/glossary.md has no table".to_owned()));
        }
        Ok(Self { list })
    }

    /// Finds every word to avoid in a text.
    pub(crate) fn hits(&self, text: &str) -> Vec<Hit> {
        let words = placed(text);
        let mut hits = Vec::new();
        for start in 0..words.len() {
            for avoided in &self.list {
                if avoided.is_at(&words, start) && !avoided.is_allowed(&words, start) {
                    hits.push(Hit {
                        line: words[start].1,
                        phrase: avoided.words.join(" "),
                        replacement: avoided.replacement.clone(),
                    });
                }
            }
        }
        hits
    }
}

impl Avoided {
    fn is_at(&self, words: &[(String, usize)], start: usize) -> bool {
        matches(&self.words, words, start)
    }

    fn is_allowed(&self, words: &[(String, usize)], start: usize) -> bool {
        self.allowed.iter().any(|phrase| {
            let longest = phrase.len().min(start + 1);
            (0..longest).any(|back| {
                let covers = back + self.words.len() <= phrase.len();
                covers && matches(phrase, words, start - back)
            })
        })
    }
}

fn matches(pattern: &[String], words: &[(String, usize)], start: usize) -> bool {
    let there = words.get(start..start + pattern.len());
    there.is_some_and(|there| {
        pattern
            .iter()
            .zip(there)
            .all(|(wanted, (word, _))| match wanted.strip_suffix('*') {
                Some(beginning) => word.starts_with(beginning),
                None => word == wanted,
            })
    })
}

fn entries(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(';')
        .map(|entry| entry.trim().trim_matches('`'))
        .filter(|entry| !entry.is_empty())
}

fn words_of(phrase: &str) -> Vec<String> {
    phrase.split_whitespace().map(str::to_lowercase).collect()
}

/// Splits a text into words in lower case, each with its line. Names such as `putBack` and `put_back` are two words.
fn placed(text: &str) -> Vec<(String, usize)> {
    let mut words = Vec::new();
    for (line, content) in text.lines().enumerate() {
        let mut word = String::new();
        let mut before_is_lower = false;
        for letter in content.chars() {
            let starts = letter.is_uppercase() && before_is_lower;
            if starts || !(letter.is_alphanumeric() || letter == '\'') {
                flush(&mut words, &mut word, line);
            }
            if letter.is_alphanumeric() || letter == '\'' {
                word.extend(letter.to_lowercase());
            }
            before_is_lower = letter.is_lowercase() || letter.is_numeric();
        }
        flush(&mut words, &mut word, line);
    }
    words
}

fn flush(words: &mut Vec<(String, usize)>, word: &mut String, line: usize) {
    let plain = word.trim_matches('\'');
    if !plain.is_empty() {
        words.push((plain.to_owned(), line));
    }
    word.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Glossary\n\n| Avoid | Use | Fine in |\n|---|---|---|\n\
        | machine; machines | instance | state machine; machine image |\n| take* back | undo | |\n| holds | verified | |\n";

    fn found(text: &str) -> Vec<String> {
        let glossary = Glossary::parse(PAGE).unwrap();
        glossary.hits(text).into_iter().map(|hit| hit.phrase).collect()
    }

    #[test]
    fn words_are_found_in_sentences_and_names() {
        assert_eq!(found("The machine was\nTaken back."), ["machine", "take* back"]);
        assert_eq!(found("fn takeBack() take_back"), ["take* back", "take* back"]);
        assert_eq!(Glossary::parse(PAGE).unwrap().hits("a\nb machine")[0].line, 1);
    }

    #[test]
    fn words_of_aws_are_fine_in_their_context() {
        assert!(found("An Amazon Machine Image and a state machine; Holder, beholds").is_empty());
        assert_eq!(found("the state of a machine image machine"), ["machine"]);
    }

    #[test]
    fn a_row_without_three_cells_is_refused() {
        assert!(Glossary::parse("| a | b |\n").is_err());
        assert!(Glossary::parse("no table").is_err());
    }
}
