//! Escaping for the formats reports are written in.
//!
//! It must not know what a text means: everything is treated as if an attacker had written it.

use std::io;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};
use stanch_core::text::{is_deceptive, shown};

use crate::words::TEXT_LIMIT;

/// Text for HTML, between tags or inside a double-quoted attribute: bounded, with hidden and reordering
/// characters made visible.
#[must_use]
pub fn html_text(text: &str, limit: usize) -> String {
    let visible = shown(text, limit);
    let mut escaped = String::with_capacity(visible.len() + 16);
    for character in visible.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Text for a field of an export, shown by whatever tool reads it: bounded, with hidden and reordering characters
/// made visible. Whatever consists of other characters stays as it was logged.
pub(crate) fn plain(text: &str) -> String {
    shown(text, TEXT_LIMIT)
}

/// Writes one line of JSON lines.
pub(crate) fn json_line<T: Serialize>(value: &T, out: &mut dyn io::Write) -> io::Result<()> {
    write_json(value, CompactFormatter, out)?;
    out.write_all(b"\n")
}

/// Writes JSON for people and programs: indented, and harmless when it is printed on a terminal.
pub(crate) fn json_pretty<T: Serialize>(value: &T, out: &mut dyn io::Write) -> io::Result<()> {
    write_json(value, PrettyFormatter::new(), out)
}

/// Writes JSON that can stand inside a `<script>` element: nothing in it ends the element or opens a comment.
pub(crate) fn json_for_script<T: Serialize>(value: &T, out: &mut dyn io::Write) -> io::Result<()> {
    write_json(value, CompactFormatter, out)
}

fn write_json<T: Serialize, F: Formatter>(value: &T, inner: F, out: &mut dyn io::Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(out, Inert(inner));
    value.serialize(&mut serializer).map_err(io::Error::from)
}

/// A JSON formatter that writes every character that could act on its reader as `\u` and four digits.
///
/// The text that a JSON parser reads back is the same: this escapes, it does not replace.
struct Inert<F>(F);

fn is_active(character: char) -> bool {
    matches!(character, '<' | '>' | '&') || is_deceptive(character)
}

impl<F: Formatter> Formatter for Inert<F> {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((start, character)) = rest.char_indices().find(|(_, character)| is_active(*character))
        {
            writer.write_all(&rest.as_bytes()[..start])?;
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &rest[start + character.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(text: &str) -> String {
        let mut out = Vec::new();
        json_for_script(&text, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn html_text_opens_no_tag_and_leaves_no_attribute() {
        assert_eq!(
            html_text("\"><img src=x onerror='alert(1)'>&\u{202e}", 80),
            "&quot;&gt;&lt;img src=x onerror=&#39;alert(1)&#39;&gt;&amp;\\u{202e}"
        );
    }

    #[test]
    fn json_for_scripts_neither_ends_the_element_nor_hides_text() {
        assert_eq!(
            script("</script><!-- \u{2028}\u{e0041}\u{9b}"),
            r#""\u003c/script\u003e\u003c!-- \u2028\udb40\udc41\u009b""#
        );
    }

    proptest::proptest! {
        #[test]
        fn escaped_json_reads_back_as_it_was(text in "\\PC*|.*") {
            let written = script(&text);
            proptest::prop_assert!(!written.chars().any(is_active));
            proptest::prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
        }

        #[test]
        fn escaped_html_has_no_markup(text in "\\PC*|.*") {
            let escaped = html_text(&text, 200);
            let has_markup = escaped.contains(['<', '>', '"', '\'']);
            proptest::prop_assert!(!has_markup);
        }
    }
}
