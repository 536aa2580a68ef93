//! Lines on a terminal: labels, indents, colour.
//!
//! It must not know what an analysis is.

use std::io;

use stanch_core::text::shown;

use crate::layout::{fill, length, wrap};
use crate::words::TEXT_LIMIT;

/// Columns of a label, with the space behind it.
const LABEL: usize = 12;
/// Columns of the label of commands.
const COMMANDS: usize = 8;

/// Style of a word where colour is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// As any other word.
    Plain,
    /// Bold.
    Strong,
    /// Bold and red.
    Alarm,
    /// Bold and yellow.
    Warning,
}

/// Text of an analysis, inert and on one line.
pub(super) fn safe(text: &str, limit: usize) -> String {
    shown(text, limit)
}

/// The first texts, made inert, and a last line that counts the others.
pub(super) fn shortened(texts: &[String], limit: usize) -> Vec<String> {
    let mut lines: Vec<String> = texts.iter().take(limit).map(|text| safe(text, 600)).collect();
    if texts.len() > limit {
        lines.push(format!("and {} more", texts.len() - limit));
    }
    lines
}

/// Text cut to a number of characters.
fn cut(text: &str, width: usize) -> String {
    if length(text) <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// A terminal of a certain width.
pub(super) struct Screen<'o> {
    width: usize,
    colour: bool,
    out: &'o mut dyn io::Write,
}

impl<'o> Screen<'o> {
    /// A screen that writes to `out`. Narrower than 48 columns is treated as 48.
    pub(super) fn new(width: usize, colour: bool, out: &'o mut dyn io::Write) -> Self {
        Self {
            width: width.clamp(48, 200),
            colour,
            out,
        }
    }

    /// The text in a style, where colour is wanted.
    pub(super) fn paint(&self, style: Style, text: &str) -> String {
        let code = match style {
            _ if !self.colour => return text.to_owned(),
            Style::Plain => return text.to_owned(),
            Style::Strong => "1",
            Style::Alarm => "1;31",
            Style::Warning => "1;33",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// One line, made of parts that were painted or made safe before.
    pub(super) fn painted_line(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.out, "{line}")
    }

    /// An empty line.
    pub(super) fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// A line that heads others.
    pub(super) fn heading(&mut self, text: &str) -> io::Result<()> {
        for line in wrap(text, self.width) {
            let line = self.paint(Style::Strong, &line);
            self.painted_line(&line)?;
        }
        Ok(())
    }

    /// Text in lines, all indented alike.
    pub(super) fn paragraph(&mut self, indent: usize, text: &str) -> io::Result<()> {
        for line in wrap(&safe(text, TEXT_LIMIT), self.width - indent) {
            writeln!(self.out, "{:indent$}{line}", "")?;
        }
        Ok(())
    }

    /// One line, cut with `…` where the screen ends.
    pub(super) fn line(&mut self, indent: usize, text: &str) -> io::Result<()> {
        writeln!(
            self.out,
            "{:indent$}{}",
            "",
            cut(&safe(text, TEXT_LIMIT), self.width - indent)
        )
    }

    /// One line next to a label that is indented by two, cut where the screen ends.
    pub(super) fn labelled_line(&mut self, label: &str, text: &str) -> io::Result<()> {
        let text = cut(&safe(text, TEXT_LIMIT), self.width - LABEL - 2);
        self.labelled(label, &[text])
    }

    /// Text next to a label that is indented by two, in at most so many lines.
    pub(super) fn labelled_lines(&mut self, label: &str, text: &str, most: usize) -> io::Result<()> {
        let width = self.width - LABEL - 2;
        let lines = wrap(&safe(text, TEXT_LIMIT), width);
        let Some((last, whole)) = lines.get(..most).and_then(<[String]>::split_last) else {
            return self.labelled(label, &[lines.join(" ")]);
        };
        let rest = lines.get(most..).unwrap_or_default().join(" ");
        let last = if rest.is_empty() {
            last.clone()
        } else {
            cut(&format!("{last} {rest}"), width)
        };
        self.labelled(label, &[whole, &[last]].concat())
    }

    /// Pieces that are kept whole, with a dot between, the second and later lines indented by `hanging`.
    pub(super) fn pieces(&mut self, indent: usize, hanging: usize, pieces: &[String]) -> io::Result<()> {
        let lead = " ".repeat(indent);
        self.pieces_after(&lead, indent, hanging, pieces)
    }

    /// As [`Self::pieces`], behind a lead of `taken` columns.
    pub(super) fn pieces_after(
        &mut self,
        lead: &str,
        taken: usize,
        hanging: usize,
        pieces: &[String],
    ) -> io::Result<()> {
        let lines = fill(pieces, " · ", self.width - taken.max(hanging));
        for (place, line) in lines.iter().enumerate() {
            if place == 0 {
                writeln!(self.out, "{lead}{line}")?;
            } else {
                writeln!(self.out, "{:hanging$}{line}", "")?;
            }
        }
        Ok(())
    }

    /// Paragraphs next to a label that is indented by two.
    pub(super) fn labelled(&mut self, label: &str, paragraphs: &[String]) -> io::Result<()> {
        self.labelled_at(2, label, paragraphs)
    }

    /// Paragraphs next to a label.
    pub(super) fn labelled_at(
        &mut self,
        indent: usize,
        label: &str,
        paragraphs: &[String],
    ) -> io::Result<()> {
        let rows: Vec<(String, String)> = paragraphs
            .iter()
            .map(|paragraph| (String::new(), paragraph.clone()))
            .collect();
        self.labelled_rows(indent, label, &rows)
    }

    /// Rows of a short word (such as a time) and a text, next to a label.
    pub(super) fn labelled_rows(
        &mut self,
        indent: usize,
        label: &str,
        rows: &[(String, String)],
    ) -> io::Result<()> {
        let lead = rows.iter().map(|(word, _)| length(word)).max().unwrap_or(0);
        let lead = if lead == 0 { 0 } else { lead + 2 };
        let left = indent + LABEL + lead;
        let mut head = format!("{:indent$}{}", "", self.paint(Style::Strong, label));
        head.push_str(&" ".repeat(LABEL.saturating_sub(length(label))));
        for (word, text) in rows {
            let mut word = word.as_str();
            for line in wrap(text, self.width.saturating_sub(left).max(20)) {
                let start = std::mem::replace(&mut head, " ".repeat(indent + LABEL));
                writeln!(self.out, "{start}{word:lead$}{line}")?;
                word = "";
            }
        }
        Ok(())
    }

    /// Numbered commands, each on a line of its own, with what they do where the line has room.
    pub(super) fn steps(&mut self, commands: &[(String, String)]) -> io::Result<()> {
        for (place, (command, does)) in commands.iter().enumerate() {
            let (command, does) = (safe(command, 400), safe(does, 200));
            let lead = format!("  {}  ", place + 1);
            let taken = length(&lead) + length(&command);
            // A command is never broken: it is there to be copied.
            if taken + 3 + length(&does) <= self.width {
                writeln!(self.out, "{lead}{command}   {does}")?;
            } else {
                writeln!(self.out, "{lead}{command}")?;
            }
        }
        Ok(())
    }

    /// Commands with what they do, next to a label.
    pub(super) fn commands(&mut self, label: &str, commands: &[(String, String)]) -> io::Result<()> {
        let commands: Vec<(String, String)> = commands
            .iter()
            .map(|(command, does)| (safe(command, 400), safe(does, 200)))
            .collect();
        let limit = self.width.saturating_sub(COMMANDS + 3 + 24).min(36);
        let widest = commands
            .iter()
            .map(|(command, _)| length(command))
            .filter(|length| *length <= limit)
            .max();
        let column = COMMANDS + widest.unwrap_or(0) + 3;
        let mut head = self.paint(Style::Strong, label);
        head.push_str(&" ".repeat(COMMANDS.saturating_sub(length(label))));
        for (command, does) in &commands {
            let start = std::mem::replace(&mut head, " ".repeat(COMMANDS));
            // A command is never broken: it is there to be copied.
            let fits = COMMANDS + length(command) + 2 <= column;
            let texts = wrap(does, self.width.saturating_sub(column).max(20));
            let (beside, below) = texts.split_at(usize::from(fits && !texts.is_empty()));
            let gap = column.saturating_sub(COMMANDS + length(command));
            match beside.first() {
                Some(text) => writeln!(self.out, "{start}{command}{:gap$}{text}", "")?,
                None => writeln!(self.out, "{start}{command}")?,
            }
            for text in below {
                writeln!(self.out, "{:column$}{text}", "")?;
            }
        }
        Ok(())
    }
}
