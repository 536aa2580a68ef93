//! The book of ready queries: one file each in `queries/`, with a heading that says what it is for.
//!
//! It must not know the query engine.

/// A query of the book.
#[derive(Debug, Clone, Copy)]
pub struct BookEntry {
    /// Its name on the command line: the file's name.
    pub name: &'static str,
    /// The file.
    pub text: &'static str,
}

/// A value that a query of the book is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its value when none is given; `None` when one must be.
    pub default: Option<&'static str>,
    /// Its meaning.
    pub about: &'static str,
}

macro_rules! book {
    ($($name:literal,)*) => {
        &[$(BookEntry { name: $name, text: include_str!(concat!("../../../queries/", $name, ".sql")) }),*]
    };
}

/// Every query, in the order in which a responder asks.
#[rustfmt::skip]
pub const BOOK: &[BookEntry] = book![
    // <index>
    "timeline",
    "principal-acts",
    "principal-places",
    "session-made",
    "first-use-of-keys",
    "key-addresses",
    "address-acts",
    "region-first-acts",
    "console-logins",
    "root-acts",
    "denied-then-granted",
    "persistence",
    "role-chains",
    "trust-and-sharing",
    "log-tampering",
    "exposure",
    "data-read",
    "secrets-and-keys",
    "creations-by-hour",
    "cost-drivers",
    "deletions",
    // </index>
];

impl BookEntry {
    /// The query of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        BOOK.iter().find(|entry| entry.name == name)
    }

    /// Its question, in one line.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.heading("title").next().unwrap_or_default()
    }

    /// Steps of the response to which it belongs.
    #[must_use]
    pub fn step(&self) -> &'static str {
        self.heading("step").next().unwrap_or_default()
    }

    /// Signs to look for in the result.
    #[must_use]
    pub fn look_for(&self) -> String {
        self.heading("look for").collect::<Vec<_>>().join(" ")
    }

    /// Its parameters.
    pub fn parameters(&self) -> impl Iterator<Item = Parameter> {
        self.heading("param").map(|line| {
            let (name, about) = line.split_once(": ").unwrap_or((line, ""));
            let (name, default) = name
                .split_once(" = ")
                .map_or((name, None), |(name, default)| (name, Some(default)));
            Parameter { name, default, about }
        })
    }

    /// Lines of the heading that begin with a word: `-- word: the rest`.
    fn heading(&self, word: &'static str) -> impl Iterator<Item = &'static str> {
        self.text
            .lines()
            .map_while(|line| line.strip_prefix("-- "))
            .filter_map(move |line| line.strip_prefix(word))
            .map(|rest| rest.trim_start_matches([':', ' ']))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_in_the_book_and_says_what_it_is_for() {
        let folder = "../../queries";
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort_unstable();
        let mut named: Vec<String> = BOOK.iter().map(|entry| format!("{}.sql", entry.name)).collect();
        named.sort_unstable();
        assert_eq!(
            files, named,
            "the list in book.rs and the folder queries/ must agree"
        );
        for entry in BOOK {
            assert!(
                !entry.title().is_empty() && entry.title().len() <= 72,
                "{}",
                entry.name
            );
            assert!(!entry.step().is_empty(), "{}", entry.name);
            assert!(!entry.look_for().is_empty(), "{}", entry.name);
            for parameter in entry.parameters() {
                assert!(!parameter.about.is_empty(), "{}: {parameter:?}", entry.name);
                assert!(
                    entry.text.contains(&format!("${}", parameter.name)),
                    "{}: {parameter:?}",
                    entry.name
                );
            }
        }
    }
}
