//! Reference pages in `docs/`: built from what the items of a registry say of themselves, and compared with the file.
//!
//! It must not know any item.

use std::path::Path;

/// Environment variable that makes a comparison write the page. `cargo xtask index --pages` sets it.
const WRITE: &str = "STANCH_WRITE_PAGES";

/// A page of Markdown.
#[derive(Debug, Clone)]
pub struct Page {
    file: &'static str,
    text: String,
}

impl Page {
    /// Returns a page with a title and an introduction.
    #[must_use]
    pub fn new(file: &'static str, title: &str, introduction: &str) -> Self {
        let text = format!(
            "# {title}\n\n<!-- Written by `cargo xtask index --pages`; not edited by hand. -->\n\n{introduction}\n"
        );
        Self { file, text }
    }

    /// Begins the section of an item: its id, and a sentence.
    pub fn item(&mut self, id: &str, sentence: &str) {
        self.text.push_str(&format!("\n## {id}\n\n{sentence}\n\n"));
    }

    /// Adds a labelled line, unless it is empty.
    pub fn row(&mut self, label: &str, value: &str) {
        if !value.is_empty() {
            self.text.push_str(&format!("- {label}: {value}\n"));
        }
    }

    /// Adds a labelled list, unless it is empty.
    pub fn list(&mut self, label: &str, values: &[String]) {
        if !values.is_empty() {
            self.text.push_str(&format!("- {label}:\n"));
        }
        for value in values {
            self.text.push_str(&format!("  - {value}\n"));
        }
    }

    /// Compares the page with its file in `docs/`, or writes it.
    ///
    /// # Panics
    /// When they differ, or the file can't be written.
    pub fn check(&self) {
        compare(self.file, &self.text);
    }
}

/// Compares a text with a file in `docs/`, or writes it.
///
/// # Panics
/// When they differ, or the file can't be written.
pub fn compare(file: &str, text: &str) {
    let path = Path::new("../../docs").join(file);
    if std::env::var_os(WRITE).is_some() {
        let written = std::fs::write(&path, text);
        assert!(written.is_ok(), "docs/{file} can't be written: {written:?}");
        return;
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == text,
        "docs/{file} is out of date: run `cargo xtask index --pages`"
    );
}
