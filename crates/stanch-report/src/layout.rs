//! Plain text in lines of a given width.
//!
//! It must not know what the text says, and it adds no colour. Texts must already be safe to show.

/// Breaks text into lines of at most `width` characters, at spaces where it can, within words where it must.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    fill(&words, " ", width)
}

/// Fills lines with pieces that are kept whole where they fit, joined by `separator`.
pub(crate) fn fill(pieces: &[String], separator: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for piece in pieces {
        let joined = length(&line) + length(separator) + length(piece);
        if !line.is_empty() && joined <= width {
            line.push_str(separator);
            line.push_str(piece);
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        let mut parts = split(piece, width);
        line = parts.pop().unwrap_or_default();
        lines.append(&mut parts);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// One piece in lines: at spaces when it has some, else cut hard.
fn split(piece: &str, width: usize) -> Vec<String> {
    if length(piece) <= width {
        return vec![piece.to_owned()];
    }
    if piece.contains(' ') {
        return wrap(piece, width);
    }
    let characters: Vec<char> = piece.chars().collect();
    characters
        .chunks(width)
        .map(|chunk| chunk.iter().collect())
        .collect()
}

/// The length of a text in characters.
pub(crate) fn length(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_long_words_are_cut() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("a abcdefghij b", 4), ["a", "abcd", "efgh", "ij b"]);
        assert!(wrap("  ", 4).is_empty());
    }

    #[test]
    fn pieces_stay_whole_where_they_fit() {
        let pieces = [
            "one two".to_owned(),
            "three".to_owned(),
            "four five six".to_owned(),
        ];
        assert_eq!(fill(&pieces, " · ", 10), ["one two", "three", "four five", "six"]);
        assert_eq!(fill(&pieces, " · ", 40), ["one two · three · four five six"]);
    }

    proptest::proptest! {
        #[test]
        fn no_line_is_too_long_and_nothing_is_lost(text in "[a-z ä]{0,120}", width in 0_usize..30) {
            let lines = wrap(&text, width);
            proptest::prop_assert!(lines.iter().all(|line| length(line) <= width.max(1)));
            let without_spaces = |text: &str| text.replace(' ', "");
            proptest::prop_assert_eq!(without_spaces(&lines.concat()), without_spaces(&text));
        }
    }
}
