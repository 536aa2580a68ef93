//! Text that an attacker may have written, made safe to handle: bounded in size, inert when shown.
//!
//! Every log field, name, tag or reply passes one of these functions before a person or program sees it.
//! Format-specific escaping (HTML, CSV) is the report crate's, on top of this.

/// Shortens text to at most `limit` characters, saying so with `…`.
#[must_use]
pub fn bounded(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some(_) => text.chars().take(limit.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// Makes text safe for a terminal and bounded: control characters (C0, DEL, C1) and characters that hide or
/// reorder text (bidirectional controls, zero-width, line and paragraph separators, tags) become `\u{…}`.
#[must_use]
pub fn shown(text: &str, limit: usize) -> String {
    let mut safe = String::with_capacity(text.len().min(limit * 4));
    for (count, character) in text.chars().enumerate() {
        if count == limit {
            safe.push('…');
            break;
        }
        if is_deceptive(character) {
            safe.extend(character.escape_unicode());
        } else {
            safe.push(character);
        }
    }
    safe
}

/// Returns true when a character acts on what shows it instead of being seen.
#[must_use]
pub fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_reordering_characters_are_made_visible() {
        assert_eq!(
            shown("a\u{1b}[31mb\u{202e}c\r\n", 80),
            "a\\u{1b}[31mb\\u{202e}c\\u{d}\\u{a}"
        );
    }

    #[test]
    fn text_is_cut_at_characters_and_says_so() {
        assert_eq!(bounded("äöü", 3), "äöü");
        assert_eq!(bounded("äöüx", 3), "äö…");
        assert_eq!(shown("abcdef", 3), "abc…");
    }

    proptest::proptest! {
        #[test]
        fn nothing_deceptive_is_left(text in "\\PC*|.*") {
            proptest::prop_assert!(!shown(&text, 200).chars().any(is_deceptive));
            proptest::prop_assert!(bounded(&text, 20).chars().count() <= 20);
        }
    }
}
