//! Parts of a source file: strings, doc comments, comments and names, each with its line.
//!
//! It reads Rust and TypeScript well enough to tell these apart, and no more.

/// Kind of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// A string literal.
    Literal,
    /// A doc comment.
    Doc,
    /// Any other comment.
    Comment,
    /// A name.
    Name,
}

/// One part of a source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Its kind.
    pub(crate) part: Part,
    /// Line on which it starts, counted from 1.
    pub(crate) line: usize,
    /// Its text without quotes and slashes.
    pub(crate) text: String,
}

/// Splits a source file.
pub(crate) fn pieces(source: &str) -> Vec<Piece> {
    let mut lexer = Lexer {
        rest: source,
        line: 1,
        found: Vec::new(),
    };
    while !lexer.rest.is_empty() {
        lexer.step();
    }
    lexer.found
}

struct Lexer<'s> {
    rest: &'s str,
    line: usize,
    found: Vec<Piece>,
}

impl<'s> Lexer<'s> {
    fn step(&mut self) {
        let rest = self.rest;
        if rest.starts_with("//") {
            self.line_comment();
        } else if rest.starts_with("/*") {
            let end = rest.find("*/").map_or(rest.len(), |end| end + 2);
            self.push(Part::Comment, end, rest[..end].trim_matches(['/', '*']));
        } else if let Some(hashes) = raw_string(rest) {
            self.raw(hashes);
        } else if rest.starts_with('"') || rest.starts_with('`') {
            self.quoted();
        } else if rest.starts_with('\'') {
            self.quote();
        } else if rest.starts_with(|letter: char| letter.is_alphabetic() || letter == '_') {
            let end = rest
                .find(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
                .unwrap_or(rest.len());
            self.push(Part::Name, end, &rest[..end]);
        } else {
            let first = rest.chars().next().map_or(1, char::len_utf8);
            self.skip(first);
        }
    }

    fn line_comment(&mut self) {
        let rest = self.rest;
        let end = rest.find('\n').unwrap_or(rest.len());
        let text = &rest[..end];
        let is_doc = (text.starts_with("///") && !text.starts_with("////")) || text.starts_with("//!");
        let part = if is_doc { Part::Doc } else { Part::Comment };
        self.push(part, end, text.trim_start_matches(['/', '!']).trim());
    }

    /// A string in quotes or backticks.
    fn quoted(&mut self) {
        let rest = self.rest;
        let mark = rest.as_bytes()[0];
        let mut escaped = false;
        let end = rest.bytes().enumerate().skip(1).find(|(_, byte)| {
            let ends = *byte == mark && !escaped;
            escaped = *byte == b'\\' && !escaped;
            ends
        });
        let end = end.map_or(rest.len(), |(place, _)| place + 1);
        let text = rest[1..end].trim_end_matches(char::from(mark));
        self.push(Part::Literal, end, &unescaped(text));
    }

    /// A character, a lifetime, or a string of TypeScript.
    fn quote(&mut self) {
        let rest = self.rest;
        let line = rest.find('\n').unwrap_or(rest.len());
        let close = rest[1..line].find('\'').map(|place| place + 2);
        match close {
            Some(end) if !rest[1..end].contains([',', '>', ';']) || end == 3 => {
                // A character has no words; a string of TypeScript may.
                self.push(Part::Literal, end, &rest[1..end - 1]);
            }
            _ => self.skip(1),
        }
    }

    fn raw(&mut self, hashes: usize) {
        let rest = self.rest;
        let open = rest.find('"').map_or(rest.len(), |place| place + 1);
        let mark = format!("\"{}", "#".repeat(hashes));
        let length = rest[open..].find(&mark).unwrap_or(rest.len() - open);
        let end = (open + length + mark.len()).min(rest.len());
        self.push(Part::Literal, end, &rest[open..open + length]);
    }

    fn push(&mut self, part: Part, end: usize, text: &str) {
        self.found.push(Piece {
            part,
            line: self.line,
            text: text.to_owned(),
        });
        self.skip(end);
    }

    fn skip(&mut self, count: usize) {
        let (passed, rest): (&'s str, &'s str) = self.rest.split_at(count);
        self.line += passed.matches('\n').count();
        self.rest = rest;
    }
}

/// Escapes of a literal that part words become blanks; the line breaks of the source stay.
fn unescaped(text: &str) -> String {
    text.replace("\\n", " ").replace("\\t", " ")
}

/// Number of hashes of the raw string that begins here.
fn raw_string(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let hashes = after.bytes().take_while(|byte| *byte == b'#').count();
    after[hashes..].starts_with('"').then_some(hashes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_file_are_told_apart() {
        let source =
            "/// Doc.\nfn name<'a>(x: char) { // why\n let s = \"a \\\" // b\"; 'x'; r#\"raw \"q\" \"# }";
        let found: Vec<(Part, usize, String)> = pieces(source)
            .into_iter()
            .map(|piece| (piece.part, piece.line, piece.text))
            .collect();
        let of = |part: Part| -> Vec<&str> {
            found
                .iter()
                .filter(|piece| piece.0 == part)
                .map(|piece| piece.2.as_str())
                .collect()
        };
        assert_eq!(of(Part::Doc), ["Doc."]);
        assert_eq!(of(Part::Comment), ["why"]);
        assert_eq!(of(Part::Literal), ["a \\\" // b", "x", "raw \"q\" "]);
        assert_eq!(of(Part::Name), ["fn", "name", "a", "x", "char", "let", "s"]);
        assert_eq!(found.last().unwrap().1, 3);
    }
}
