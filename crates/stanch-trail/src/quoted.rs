//! Records written as text within quotes: in YAML, in what Python prints, in cells of a table without its header.
//!
//! It must not know what a record is, only that it is an object.

use serde::de::IgnoredAny;

use crate::record;

/// Result of reading a quoted object.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Quoted {
    /// The object's text, and the bytes that its quotes and it take.
    Object(String, usize),
    /// It continues behind what is there.
    More,
    /// No object in quotes.
    None,
}

/// Reads the object within the quotes that begin at the start of `text`. In single quotes, backslashes are doubled where
/// Python printed it.
pub(crate) fn read(text: &str, is_python: bool, last: bool) -> Quoted {
    let found = match text.as_bytes() {
        [b'"', b'{', b'"', b'"', ..] => cell(text),
        [b'"', ..] => double(text),
        [b'\'', ..] => single(text, is_python),
        _ => return Quoted::None,
    };
    match found {
        Some((Some(object), length)) => Quoted::Object(object, length),
        Some((None, _)) => Quoted::None,
        None if last => Quoted::None,
        None => Quoted::More,
    }
}

type Read = Option<(Option<String>, usize)>;

/// A cell of a table: quotes within it are doubled.
fn cell(text: &str) -> Read {
    let (end, length) = closing(text, '"', false)?;
    let inner = text[1..end].replace("\"\"", "\"");
    Some((is_object(&inner).then_some(inner), length))
}

/// Double quotes with backslashes, as in JSON, YAML and Python; YAML folds long ones over several lines.
fn double(text: &str) -> Read {
    let bytes = text.as_bytes();
    let mut at = 1;
    let end = loop {
        match *bytes.get(at)? {
            b'\\' => at += 2,
            b'"' => break at,
            _ => at += 1,
        }
    };
    let whole = &text[..=end];
    let inner = record::string(whole).filter(|inner| is_object(inner));
    let inner = inner.map(std::borrow::Cow::into_owned).or_else(|| {
        let folded = folded(&whole.replace("\\\r\n", "\\\n"), true);
        record::string(&folded)
            .filter(|inner| is_object(inner))
            .map(std::borrow::Cow::into_owned)
    });
    Some((inner, end + 1))
}

/// Single quotes: in YAML, quotes within are doubled and lines are folded; in Python, quotes and backslashes within
/// have a backslash before them, and long texts are written as several, one after another.
fn single(text: &str, is_python: bool) -> Read {
    let (end, mut length) = closing(text, '\'', true)?;
    let mut pieces = vec![&text[1..end]];
    // Python's pieces stand on lines of their own.
    while let Some(next) = next_piece(&text[length..]) {
        let (end, piece) = closing(&text[length + next..], '\'', true)?;
        pieces.push(&text[length + next + 1..length + next + end]);
        length += next + piece;
    }
    let as_yaml = || {
        let inner = folded(&pieces.concat().replace("''", "'"), false);
        is_object(&inner).then_some(inner)
    };
    let as_python = || {
        let inner = unescaped(&pieces.concat());
        is_object(&inner).then_some(inner)
    };
    let object = if is_python {
        as_python().or_else(as_yaml)
    } else {
        as_yaml().or_else(as_python)
    };
    Some((object, length))
}

/// Returns where a text in quotes ends, before and behind its closing quote.
fn closing(text: &str, quote: char, escapes: bool) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let quote = quote as u8;
    let mut at = 1;
    loop {
        match *bytes.get(at)? {
            b'\\' if escapes => at += 2,
            byte if byte == quote && bytes.get(at + 1) == Some(&quote) => at += 2,
            byte if byte == quote => return Some((at, at + 1)),
            _ => at += 1,
        }
    }
}

/// Returns where the next piece of a text begins that Python wrote as several.
fn next_piece(text: &str) -> Option<usize> {
    let trimmed = text.trim_start();
    let space = &text[..text.len() - trimmed.len()];
    (space.contains('\n') && trimmed.starts_with('\'')).then_some(space.len())
}

/// Joins the lines of a folded text, each break a space, and none where a backslash stands before it.
fn folded(text: &str, escapes: bool) -> String {
    let mut lines = text.lines();
    let mut joined = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        let line = line.trim_start();
        if escapes && joined.ends_with('\\') {
            joined.pop();
            joined.push_str(
                line.strip_prefix('\\')
                    .filter(|rest| rest.starts_with(' '))
                    .unwrap_or(line),
            );
        } else {
            joined.truncate(joined.trim_end().len());
            joined.push(' ');
            joined.push_str(line);
        }
    }
    joined
}

/// Resolves the escapes that Python writes in a text.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        let code = |start: usize, digits: usize| {
            let digits = rest.get(at + start..at + start + digits)?;
            char::from_u32(u32::from_str_radix(digits, 16).ok()?)
        };
        let (character, length) = match rest.as_bytes().get(at + 1) {
            Some(b'n') => ('\n', 2),
            Some(b't') => ('\t', 2),
            Some(b'r') => ('\r', 2),
            Some(b'x') => (code(2, 2).unwrap_or('\u{fffd}'), 4),
            Some(b'u') => (code(2, 4).unwrap_or('\u{fffd}'), 6),
            Some(b'U') => (code(2, 8).unwrap_or('\u{fffd}'), 10),
            _ => match rest[at + 1..].chars().next() {
                Some(character) => (character, 1 + character.len_utf8()),
                None => ('\\', 1),
            },
        };
        plain.push(character);
        rest = rest.get(at + length..).unwrap_or_default();
    }
    plain.push_str(rest);
    plain
}

fn is_object(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) && serde_json::from_str::<IgnoredAny>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_read_in_every_kind_of_quotes() {
        let object = r#"{"a":"it's \"b\" \\ c d"}"#;
        let yaml = format!("'{}'", object.replace('\'', "''"));
        let python = format!("'{}'", object.replace('\\', "\\\\").replace('\'', "\\'"));
        let json = serde_json::to_string(object).unwrap();
        let table = format!("\"{}\"", object.replace('"', "\"\""));
        for (text, is_python) in [(yaml, false), (python, true), (json, false), (table, false)] {
            let length = text.len();
            let whole = read(&format!("{text}, rest 'x'"), is_python, true);
            assert_eq!(whole, Quoted::Object(object.to_owned(), length), "{text}");
            assert_eq!(
                read(&text[..length - 1], is_python, false),
                Quoted::More,
                "{text}"
            );
            assert_eq!(read(&text[..length - 1], is_python, true), Quoted::None, "{text}");
        }
    }

    #[test]
    fn long_texts_on_several_lines_are_joined() {
        let object = r#"{"a":"b c","d":1}"#.to_owned();
        for text in [
            "'{\"a\":\"b\n    c\",\"d\":1}'",
            "'{\"a\":\"b '\n 'c\",\"d\":1}'",
            "\"{\\\"a\\\":\\\"b\\\n  \\ c\\\",\\\"d\\\":1}\"",
        ] {
            assert_eq!(
                read(text, false, true),
                Quoted::Object(object.clone(), text.len()),
                "{text}"
            );
        }
        assert_eq!(read("'no object'", false, true), Quoted::None);
    }

    proptest::proptest! {
        #[test]
        fn reading_never_panics(text in "['\"]\\PC*|['\"]\\{[\"'\\\\{}a\n ux]{0,40}", last: bool) {
            drop(read(&text, last, last));
        }
    }
}
