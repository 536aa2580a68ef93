//! Text that stays text in every Markdown renderer, and in what runs after it.
//!
//! Renderers differ, and many add to the standard: links from bare addresses, mentions that notify people, references
//! to issues and commits, emoji, commands. Escaping each is a race. So a word that is more than letters, or a number
//! with plain punctuation, goes into a code span, in which nothing is active anywhere; and the four characters that HTML
//! and tables are made of are never written at all, only as entities. It must not know what a text means.

use stanch_core::text::shown;

use crate::words::TEXT_LIMIT;

/// Text for one line of a paragraph, of a list or of a table cell. Never empty, without line breaks.
pub(crate) fn prose(text: &str) -> String {
    let visible = shown(text, TEXT_LIMIT);
    let words: Vec<String> = visible.split_whitespace().map(word).collect();
    if words.is_empty() {
        return "–".to_owned();
    }
    words.join(" ")
}

fn word(word: &str) -> String {
    if !is_calm(word) {
        let open = word.len() - word.trim_start_matches('(').len();
        let (before, word) = word.split_at(open);
        let kept = word.trim_end_matches([',', ';', '.', ':', ')']).len();
        let (word, after) = word.split_at(kept);
        return format!("{before}{}{after}", coded(word));
    }
    match word.strip_suffix('.') {
        // `14.` at the beginning of a line would begin a numbered list.
        Some(number) if number.bytes().all(|byte| byte.is_ascii_digit()) => format!("{number}\\."),
        _ => word.to_owned(),
    }
}

/// Returns whether nothing in a word means anything to any renderer: letters or digits, not both, with plain punctuation.
fn is_calm(word: &str) -> bool {
    let has = |test: fn(char) -> bool| word.chars().any(test);
    if has(|character| character.is_ascii_digit())
        && has(|character| !character.is_ascii_digit() && character.is_alphanumeric())
    {
        return false;
    }
    let mut characters = word.chars().peekable();
    let mut first = true;
    while let Some(character) = characters.next() {
        let next = characters.peek();
        let begins = std::mem::take(&mut first);
        let calm = match character {
            // `evil.example`, `http:` and `arn:` are no words; `13:41` is one.
            '.' | ':' => next.is_none_or(|next| next.is_ascii_digit() || matches!(next, ')' | '"' | ',')),
            '-' | '/' => !begins && next.is_some_and(|next| next.is_alphanumeric()),
            ')' => !begins && !(word.as_bytes()[0].is_ascii_digit()),
            ',' | ';' | '(' | '?' | '"' | '–' | '—' | '…' | '·' | '→' => true,
            '\'' => !begins,
            other => other.is_alphanumeric(),
        };
        if !calm {
            return false;
        }
    }
    true
}

/// A word in code spans, with the characters of HTML and tables outside of them as entities.
pub(crate) fn coded(word: &str) -> String {
    let mut text = String::with_capacity(word.len() + 8);
    let mut run = String::new();
    for character in word.chars() {
        let entity = match character {
            '<' => "&lt;",
            '>' => "&gt;",
            '&' => "&amp;",
            '|' => "&#124;",
            other => {
                run.push(other);
                continue;
            }
        };
        text.push_str(&span(&std::mem::take(&mut run)));
        text.push_str(entity);
    }
    text.push_str(&span(&run));
    text
}

/// A code span: its fence is longer than any run of backticks inside.
fn span(content: &str) -> String {
    if content.is_empty() {
        return String::new();
    }
    let longest = content
        .split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if content.starts_with('`') || content.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{content}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_stay_readable_and_names_become_code() {
        for (text, written) in [
            (
                "Read 3,000 objects (41.2 GB), twice.",
                "Read 3,000 objects (41.2 GB), twice.",
            ),
            ("13:41 user ci-release", "13:41 user ci-release"),
            ("user svc-backup2 made", "user `svc-backup2` made"),
            ("14. June", "14\\. June"),
            ("1) one", "`1`) one"),
            ("made sync-7, (bob-1).", "made `sync-7`, (`bob-1`)."),
            ("- item # heading", "`-` item `#` heading"),
            (
                "@team see http://evil.example",
                "`@team` see `http://evil.example`",
            ),
            ("[x](javascript:alert(1))", "`[x](javascript:alert(1`))"),
            ("<img src=x>", "&lt;`img` `src=x`&gt;"),
            ("a`b``c |", "```a`b``c``` &#124;"),
            ("`", "`` ` ``"),
            ("GH-1 /close", "`GH-1` `/close`"),
            (" \u{202e}\r\n", "`\\u{202e}\\u{d}\\u{a}`"),
            ("", "–"),
        ] {
            assert_eq!(prose(text), written);
        }
    }
}
