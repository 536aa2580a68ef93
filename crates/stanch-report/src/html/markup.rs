//! Writes HTML in which only this program's own words can be markup.
//!
//! Markup is `&'static str`, so it can't hold text of an analysis; everything else goes through escaping.

use std::io;

use stanch_core::{Severity, Timestamp};

use crate::escape::{html_text, json_for_script};
use crate::times;
use crate::words;

/// A place to write HTML to.
pub(super) struct Markup<'o> {
    out: &'o mut dyn io::Write,
}

impl<'o> Markup<'o> {
    pub(super) fn new(out: &'o mut dyn io::Write) -> Self {
        Self { out }
    }

    /// Markup of this program's own.
    pub(super) fn raw(&mut self, markup: &'static str) -> io::Result<()> {
        self.out.write_all(markup.as_bytes())
    }

    /// Text, escaped and bounded.
    pub(super) fn text(&mut self, text: &str, limit: usize) -> io::Result<()> {
        self.out.write_all(html_text(text, limit).as_bytes())
    }

    /// A start tag with attributes.
    pub(super) fn open(&mut self, tag: &'static str, attributes: &[(&'static str, &str)]) -> io::Result<()> {
        write!(self.out, "<{tag}")?;
        for (name, value) in attributes {
            write!(self.out, " {name}=\"{}\"", html_text(value, words::TEXT_LIMIT))?;
        }
        self.out.write_all(b">")
    }

    /// An end tag.
    pub(super) fn close(&mut self, tag: &'static str) -> io::Result<()> {
        write!(self.out, "</{tag}>")
    }

    /// An element with text in it; an empty class gives none.
    pub(super) fn element(&mut self, tag: &'static str, class: &'static str, text: &str) -> io::Result<()> {
        if class.is_empty() {
            self.open(tag, &[])?;
        } else {
            self.open(tag, &[("class", class)])?;
        }
        self.text(text, words::TEXT_LIMIT)?;
        self.close(tag)
    }

    /// A list of texts.
    pub(super) fn list(&mut self, tag: &'static str, texts: &[String]) -> io::Result<()> {
        self.open(tag, &[])?;
        for text in texts {
            self.element("li", "", text)?;
        }
        self.close(tag)
    }

    /// A term and its description, in a description list.
    pub(super) fn pair(&mut self, term: &str, description: &str) -> io::Result<()> {
        self.element("dt", "", term)?;
        self.element("dd", "", description)
    }

    /// A number in a table cell, sortable by its value.
    pub(super) fn number_cell(&mut self, number: u64) -> io::Result<()> {
        self.open("td", &[("class", "number"), ("data-sort", &number.to_string())])?;
        self.text(&words::thousands(number), 40)?;
        self.close("td")
    }

    /// A moment in a table cell, sortable.
    pub(super) fn time_cell(&mut self, time: Timestamp) -> io::Result<()> {
        self.open("td", &[("class", "time"), ("data-sort", &time.0.to_string())])?;
        self.text(&times::table_time(time), 40)?;
        self.close("td")
    }

    /// The word of a severity as a mark.
    pub(super) fn severity(&mut self, severity: Severity) -> io::Result<()> {
        let class = match severity {
            Severity::Critical => "severity critical",
            Severity::High => "severity high",
            Severity::Medium => "severity medium",
            Severity::Low => "severity low",
            Severity::Informational => "severity informational",
        };
        let word = if severity == Severity::Informational {
            "info"
        } else {
            severity.as_str()
        };
        self.element("span", class, word)
    }

    /// The start of a table that may be wider than the page, with its column names.
    pub(super) fn table(
        &mut self,
        id: &'static str,
        label: &'static str,
        columns: &[&'static str],
    ) -> io::Result<()> {
        self.open(
            "div",
            &[
                ("class", "scroll"),
                ("tabindex", "0"),
                ("role", "region"),
                ("aria-label", label),
            ],
        )?;
        self.open("table", &[("id", id)])?;
        self.raw("<thead><tr>")?;
        for column in columns {
            self.open("th", &[("scope", "col")])?;
            self.text(column, 80)?;
            self.close("th")?;
        }
        self.raw("</tr></thead><tbody>\n")
    }

    /// The end of a table.
    pub(super) fn end_table(&mut self) -> io::Result<()> {
        self.raw("</tbody></table></div>\n")
    }

    /// A block of data for the script.
    pub(super) fn data<T: serde::Serialize>(&mut self, id: &str, value: &T) -> io::Result<()> {
        self.open("script", &[("type", "application/json"), ("id", id)])?;
        json_for_script(value, self.out)?;
        self.raw("</script>\n")
    }
}
